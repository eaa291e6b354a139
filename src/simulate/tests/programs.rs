//! The programs of a recording, as its objects set them up.

use std::collections::BTreeMap;

use crate::kubernetes::Labels;
use crate::simulate::actors::autoscaler::expander::Priorities;
use crate::simulate::actors::descheduler::{Descheduler, Policy};
use crate::simulate::actors::proportional::{Params, Proportional};
use crate::simulate::engine::Hosted;
use crate::simulate::read::Programs;
use crate::simulate::world::{Millis, OwnerId, World, seconds};
use crate::values::Duration;
use serde_json::Value as Json;

pub(super) fn name(world: &World, owner: OwnerId) -> String {
    let own = &world.owners[owner.index()];
    let namespace = world.symbols.text(own.namespace);
    format!("{namespace}/{}", world.symbols.text(own.name))
}

/// The laboratory runs it outside the cluster.
pub(super) fn descheduler(
    programs: &Programs,
    classes: &BTreeMap<String, i32>,
    namespaces: Vec<(String, Labels)>,
) -> Option<Hosted<Descheduler>> {
    let own = programs.descheduler.as_ref()?;
    let policy = Policy::read(&own.policy, |name| classes.get(name).copied());
    let interval = Duration::parse(&own.interval).expect("it is a duration");
    let interval = Millis::try_from(interval.nanos() / 1_000_000).expect("it is short");
    let policy = policy.expect("the policy is one");
    let descheduler = Descheduler::new(policy, interval).with_namespaces(namespaces);
    Some(Hosted::new([(None, descheduler)]))
}

/// So it does with these.
pub(super) fn proportional(programs: &Programs, world: &mut World) -> Hosted<Proportional> {
    let mut all = Vec::new();
    for own in &programs.proportional {
        let wanted = format!("{}/{}", own.target.0, own.target.1);
        let mut owners = (0..world.owners.len()).map(OwnerId::of);
        let Some(target) = owners.find(|owner| name(world, *owner) == wanted) else {
            continue;
        };
        let data = own.parameters.iter();
        let data: Vec<(&str, &str)> = data
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        let params = Params::read(&data).ok();
        let poll = seconds(own.poll_seconds);
        let program = Proportional::new(world, params, target, &own.node_labels, poll);
        all.extend(program.map(|program| (None, program)));
    }
    Hosted::new(all)
}

/// The text of the expander's `ConfigMap`.
pub(super) fn priorities(text: &str) -> Priorities {
    use crate::source::SourceId;
    use crate::yaml::{self, Dialect};
    let parsed = yaml::parse(SourceId(0), text, Dialect::Manifest);
    let Some(map) = parsed.documents.first().map(yaml::Node::to_json) else {
        return Priorities::Invalid;
    };
    let Some(map) = map.as_object() else {
        return Priorities::Invalid;
    };
    let tiers: Option<Vec<(i64, Vec<&str>)>> = map
        .iter()
        .map(|(key, patterns)| {
            let patterns = patterns.as_array()?.iter().map(Json::as_str);
            Some((key.parse().ok()?, patterns.collect::<Option<Vec<_>>>()?))
        })
        .collect();
    tiers.map_or(Priorities::Invalid, Priorities::new)
}
