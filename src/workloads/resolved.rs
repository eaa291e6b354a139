//! The classes of the plan.

use super::classes::Classes;
use super::declared::{Declared, ToleratesCandidates};
use super::settings::Settings;
use crate::config::Spec;
use crate::plan;
use crate::providers::Facts;
use crate::values::DnsLabel;

impl Classes {
    /// The classes in the order of the configuration, and the default class if it is not among them.
    pub(crate) fn resolved(
        &self,
        spec: &Spec,
        facts: &Facts,
        tolerates_candidates: &ToleratesCandidates<'_>,
    ) -> Vec<plan::Class> {
        let named = spec.classes.keys().map(DnsLabel::as_str);
        let default = (!spec
            .classes
            .keys()
            .any(|name| name.as_str() == self.default_name()))
        .then_some(self.default_name());
        let resolved = named.chain(default).map(|name| {
            let mut settings = Settings::new(self.get(name), false, facts);
            if tolerates_candidates(&settings.placement, None, Declared::default(), None) {
                settings.placement.tolerate_deletion_candidates();
            }
            plan::Class {
                name: name.to_owned(),
                placement: settings.placement,
                termination_grace_period_seconds: settings.termination_grace_period_seconds,
                node_loss_toleration_seconds: settings.node_loss_toleration_seconds,
            }
        });
        resolved.collect()
    }
}
