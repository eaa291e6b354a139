//! The autoscaler's settings as the model has them.

use crate::plan::Plan;
use crate::providers::RunBy;
use crate::simulate::actors::autoscaler::options::{BadOption, Fault, Options};
use crate::simulate::read::Unread;

/// The options of the plan, and those that the model does not know.
pub(super) fn options(plan: &Plan, unread: &mut Vec<Unread>) -> Options {
    let autoscaler = &plan.autoscaler;
    let mut options = match autoscaler.run_by {
        RunBy::Provider
            if plan
                .provider
                .cluster_autoscaler
                .expander_namespace
                .is_some() =>
        {
            Options::aks()
        }
        RunBy::Provider | RunBy::User => Options::default(),
    };
    let (expander, profile) = autoscaler.settings();
    let settings = profile.iter();
    let settings = settings.map(|(key, value)| (key.as_str(), value.as_str()));
    let expander = expander.map(|value| ("expander", value));
    for (key, value) in settings.chain(expander) {
        match options.clone().set([(key, value)]) {
            Ok(set) => options = set,
            Err(bad) => unread.push(unset(&bad)),
        }
    }
    if let Some(order) = plan.provider.cluster_autoscaler.own_order {
        unread.push(Unread {
            object: "the autoscaler".to_owned(),
            reason: format!("{order}; the model takes the pool that wastes least"),
        });
    }
    options
}

fn unset(bad: &BadOption) -> Unread {
    let why = match bad.why {
        Fault::Unknown => "the model does not know this setting",
        Fault::NotADuration => "it is not a duration",
        Fault::NotANumber => "it is not a number",
        Fault::NotABool => "it is neither `true` nor `false`",
        Fault::BadExpanders => "the model does not know this expander",
    };
    Unread {
        object: format!("the autoscaler's `{}: {}`", bad.key, bad.value),
        reason: why.to_owned(),
    }
}
