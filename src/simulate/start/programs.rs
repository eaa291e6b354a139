//! What is installed, as it runs: read from its objects, or left out with the reason.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::kubernetes::Labels;
use crate::simulate::actors::autoscaler::expander::Priorities;
use crate::simulate::actors::autoscaler::options::parse_duration;
use crate::simulate::actors::descheduler::{Descheduler, Plugin, Policy};
use crate::simulate::actors::proportional::{Params, Proportional};
use crate::simulate::engine::Hosted;
use crate::simulate::read::{Programs, Unread};
use crate::simulate::world::{Millis, OwnerId, World, seconds};
use crate::source::SourceId;
use crate::yaml::{self, Dialect};

/// The descheduler.
pub(super) struct Found {
    pub(super) hosted: Hosted<Descheduler>,
    /// Whose pods run it; none where that is outside the cluster.
    pub(super) owner: Option<OwnerId>,
    /// The same, to be asked.
    pub(super) program: Descheduler,
    /// From one round to the next.
    pub(super) interval: Millis,
    /// How old pods must be before it evicts them, in the profile that waits longest.
    pub(super) age: Millis,
}

/// The descheduler, if it is installed and starts.
pub(super) fn descheduler(
    programs: &Programs,
    classes: &BTreeMap<String, i32>,
    namespaces: Vec<(String, Labels)>,
    unread: &mut Vec<Unread>,
) -> Option<Found> {
    let own = programs.descheduler.as_ref()?;
    let mut leave_out = |reason: String| {
        unread.push(Unread {
            object: "the descheduler".to_owned(),
            reason,
        });
    };
    if own.is_dry_run {
        leave_out("it runs with `--dry-run`: it evicts nothing".to_owned());
        return None;
    }
    let policy = match Policy::read(&own.policy, |name| classes.get(name).copied()) {
        Ok(policy) => policy,
        Err(refused) => {
            leave_out(format!("it does not start: {}", refused.0));
            return None;
        }
    };
    let plugins = policy
        .profiles
        .iter()
        .flat_map(|profile| profile.deschedule.iter().chain(&profile.balance));
    for plugin in plugins {
        if let Plugin::NotModelled(name) = plugin {
            leave_out(format!("its plugin {name} is not modelled"));
        }
    }
    let Some(interval) = parse_duration(&own.interval) else {
        leave_out(format!("`{}` is not an interval", own.interval));
        return None;
    };
    let ages = policy.profiles.iter();
    let ages = ages.filter_map(|profile| profile.evictor.min_age);
    let age = ages.max().unwrap_or(0);
    let descheduler = Descheduler::new(policy, interval).with_namespaces(namespaces);
    Some(Found {
        hosted: Hosted::new([(own.owner, descheduler.clone())]),
        owner: own.owner,
        program: descheduler,
        interval,
        age,
    })
}

/// What scales placeholders with the nodes.
pub(super) fn proportional(
    programs: &Programs,
    world: &mut World,
    unread: &mut Vec<Unread>,
) -> Vec<(Option<OwnerId>, Proportional)> {
    let mut all = Vec::new();
    for own in &programs.proportional {
        let (namespace, name) = &own.target;
        let mut leave_out = |reason: String| {
            unread.push(Unread {
                object: format!("the proportional autoscaler of {namespace}/{name}"),
                reason,
            });
        };
        let mut owners = (0..world.owners.len()).map(OwnerId::of);
        let is_target = |owner: &OwnerId| {
            let own = &world.owners[owner.index()];
            world.symbols.text(own.namespace) == namespace && world.symbols.text(own.name) == name
        };
        let Some(target) = owners.find(is_target) else {
            leave_out("there is no such Deployment".to_owned());
            continue;
        };
        let data = own.parameters.iter();
        let data: Vec<(&str, &str)> = data
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        let params = match Params::read(&data) {
            Ok(params) => Some(params),
            Err(refused) => {
                leave_out(format!("it refuses its parameters: {refused:?}"));
                None
            }
        };
        let poll = seconds(own.poll_seconds);
        match Proportional::new(world, params, target, &own.node_labels, poll) {
            Some(program) => all.push((Some(own.owner), program)),
            None => leave_out(format!("`{}` is not a selector", own.node_labels)),
        }
    }
    all
}

/// The text of the expander's `ConfigMap`.
/// Source: kubernetes/autoscaler cluster-autoscaler/expander/priority/priority.go, `parsePrioritiesYAMLString`.
pub(super) fn priorities(text: Option<&str>) -> Priorities {
    let Some(text) = text else {
        return Priorities::Missing;
    };
    let parsed = yaml::parse(SourceId(0), text, Dialect::Manifest);
    let map = parsed.documents.first().map(yaml::Node::to_json);
    let Some(map) = map.as_ref().and_then(Json::as_object) else {
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
