//! What the schema cannot say: that the parts of a configuration fit each other.

pub(crate) mod classes;
mod custom_kinds;
mod node_pools;
mod workloads;

use super::Holes;
use crate::config::SpotConfig;
use crate::diagnostic::{Diagnostic, Pointer, Report};
use crate::kubernetes::{INSTANCE_LABEL, MANAGED_BY_LABEL, NAME_LABEL, PART_OF_LABEL};
use crate::load::Document;
use crate::providers::{Facts, facts};
use crate::source::Span;
use crate::suggest::similar;

/// Everything that contradicts itself in a configuration that is whole, or whose broken parts were taken out.
pub(super) fn check(
    config: &SpotConfig,
    document: &Document<'_>,
    holes: &Holes,
    rest: Rest,
) -> Report {
    let mut context = Context {
        config,
        document,
        holes,
        facts: facts(config.spec.provider),
        report: Report::default(),
    };
    context.cluster();
    node_pools::check(&mut context);
    classes::check(&mut context);
    custom_kinds::check(&mut context);
    workloads::check(&mut context);
    rest(&mut context);
    context.common_labels();
    context.report
}

/// Checks the parts of a configuration that belong to those who know more: the components, and the rules.
pub(crate) type Rest = fn(&mut Context<'_>);

/// Where something stands. It is worked out only when there is something to say: large configurations are mostly right.
pub(crate) type At<'a> = &'a dyn Fn() -> Pointer;

/// What every check needs.
pub(crate) struct Context<'a> {
    pub(crate) config: &'a SpotConfig,
    pub(crate) document: &'a Document<'a>,
    pub(crate) holes: &'a Holes,
    pub(crate) facts: &'static Facts,
    pub(crate) report: Report,
}

impl Context<'_> {
    pub(crate) fn locate(&self, pointer: &Pointer) -> Span {
        self.document.locate(pointer)
    }

    /// Reports a mistake at a place.
    pub(crate) fn fault(
        &mut self,
        pointer: &Pointer,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let place = self.locate(pointer);
        self.report
            .push(Diagnostic::error("config", message).at(place).help(help));
    }

    /// Reports what is missing at a place, unless something broken was taken out there.
    pub(crate) fn missing(
        &mut self,
        pointer: &Pointer,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        if !self.holes.within(self.document, pointer) {
            self.fault(pointer, message, help);
        }
    }

    /// Reports something that is written a second time.
    pub(crate) fn twice(&mut self, first: &Pointer, again: &Pointer, what: &str, help: &str) {
        let diagnostic = Diagnostic::error("config", format!("{what} is defined twice"))
            .at(self.locate(again))
            .related(self.locate(first), "first here")
            .help(help);
        self.report.push(diagnostic);
    }

    /// Reports a name that refers to nothing, unless what it could refer to is broken itself.
    pub(crate) fn unknown(
        &mut self,
        pointer: &Pointer,
        what: &str,
        name: &str,
        known: &[&str],
        section: &Pointer,
    ) {
        if self.document.node(section).is_some() && self.holes.within(self.document, section) {
            return;
        }
        let help = match (similar(name, known.iter().copied()), known) {
            (Some(meant), _) => format!("did you mean `{meant}`?"),
            (None, []) => format!(
                "there is none: add it under `{}`",
                section
                    .to_string()
                    .trim_start_matches('/')
                    .replace('/', ".")
            ),
            (None, known) => format!("there are: {}", known.join(", ")),
        };
        self.fault(pointer, format!("unknown {what} `{name}`"), help);
    }

    fn cluster(&mut self) {
        let version = self
            .config
            .spec
            .cluster
            .as_ref()
            .and_then(|cluster| cluster.kubernetes_version);
        if version.is_some_and(|version| !version.at_least(1, 21)) {
            let pointer = spec().child("cluster").child("kubernetesVersion");
            self.fault(
                &pointer,
                "Kubernetes is too old",
                "budgets of the API policy/v1 exist since Kubernetes 1.21",
            );
        }
    }

    fn common_labels(&mut self) {
        for key in self.config.spec.common_labels.keys() {
            if [NAME_LABEL, INSTANCE_LABEL, PART_OF_LABEL, MANAGED_BY_LABEL].contains(&key.as_str())
            {
                let pointer = spec().child("commonLabels").child(key).at_key();
                self.fault(
                    &pointer,
                    format!("the label `{key}` is spotgen's own"),
                    "choose another key",
                );
            }
        }
    }
}

pub(crate) fn spec() -> Pointer {
    Pointer::root().child("spec")
}
