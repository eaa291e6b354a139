use super::flags::{EXPANDERS, is_chain};
use crate::config::{Autoscaler, Expander};
use crate::diagnostic::Pointer;
use crate::providers::{ProfileKey, ProfileKind, RunBy};
use crate::suggest::similar;
use crate::validate::{Context, spec};
use crate::values::{Duration, pattern};

pub(crate) fn validate(context: &mut Context<'_>) {
    let Some(autoscaler) = &context.config.spec.autoscaler else {
        return;
    };
    let pointer = spec().child("autoscaler");
    expander(context, autoscaler, &pointer);
    priorities(context, autoscaler, &pointer);
    namespace(context, autoscaler, &pointer);
    profile(context, autoscaler, &pointer);
}

fn expander(context: &mut Context<'_>, autoscaler: &Autoscaler, pointer: &Pointer) {
    if context
        .facts
        .cluster_autoscaler
        .expander_namespace
        .is_some()
    {
        return;
    }
    let help = "remove it: the autoscaler of this provider chooses by price on its own";
    for (key, written) in [
        ("expander", autoscaler.expander == Some(Expander::Priority)),
        ("priorities", autoscaler.priorities.is_some()),
    ] {
        if written {
            context.problem(
                &pointer.child(key).at_key(),
                "this provider has no priority expander",
                help,
            );
        }
    }
}

fn priorities(context: &mut Context<'_>, autoscaler: &Autoscaler, pointer: &Pointer) {
    let Some(priorities) = &autoscaler.priorities else {
        return;
    };
    let pointer = pointer.child("priorities");
    if priorities.is_empty() {
        let help = "remove `priorities`: by default the tiers are derived from the node pools";
        context.missing(&pointer, "`priorities` has no tier", help);
    }
    for (priority, patterns) in priorities {
        for (at, text) in patterns.iter().enumerate() {
            if let Err(reason) = pattern::check(text) {
                let help = "fix the pattern: with one bad pattern the autoscaler drops the whole configuration and \
                            chooses pools at random";
                context.problem(&pointer.child(priority.0).child(at), reason, help);
            }
        }
    }
}

fn namespace(context: &mut Context<'_>, autoscaler: &Autoscaler, pointer: &Pointer) {
    let facts = &context.facts.cluster_autoscaler;
    if autoscaler.namespace.is_none() || facts.run_by == RunBy::User {
        return;
    }
    let message = format!(
        "{} runs its autoscaler itself, and not in a namespace of your choice",
        context.facts.title
    );
    context.problem(&pointer.child("namespace").at_key(), message, "remove it");
}

fn profile(context: &mut Context<'_>, autoscaler: &Autoscaler, pointer: &Pointer) {
    let pointer = pointer.child("profile");
    if context.holes.is_without_provider {
        return;
    }
    let keys = context.facts.cluster_autoscaler.profile;
    for (name, value) in &autoscaler.profile {
        let at = pointer.child(name);
        match keys.iter().find(|key| key.name == name) {
            None => {
                let known: Vec<&str> = keys.iter().map(|key| key.name).collect();
                if context.facts.cluster_autoscaler.run_by == RunBy::User {
                    let help = unknown_flag(name, keys);
                    context.problem(&at.at_key(), format!("unknown setting `{name}`"), help);
                } else {
                    context.unknown(&at.at_key(), "setting", name, &known, &pointer.child(name));
                }
            }
            Some(key) => {
                if let Err(wanted) = accepts(key, &value.0) {
                    context.problem(
                        &at,
                        format!("`{}` is not a valid value for `{name}`", value.0),
                        format!("write {wanted}"),
                    );
                }
            }
        }
    }
    let in_profile = autoscaler.profile.get("expander");
    if let (Some(declared), Some(in_profile)) = (autoscaler.expander, in_profile)
        && in_profile.0.split(',').next() != Some(declared.as_str())
        && first_expander(&in_profile.0).is_some()
    {
        let message = format!(
            "`autoscaler.profile` sets the expander to `{}`, `autoscaler.expander` to `{}`",
            in_profile.0,
            declared.as_str()
        );
        context.problem(&pointer.child("expander"), message, "remove one of the two");
    }
}

/// What to write in place of a setting that there is not.
fn unknown_flag(name: &str, keys: &[ProfileKey]) -> String {
    if name.trim_start_matches('-') == "namespace" {
        return "set `autoscaler.namespace`".to_owned();
    }
    match similar(name, keys.iter().map(|key| key.name)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "write a flag of the autoscaler without its dashes; those for the cloud, the API server, the node groups \
                 and the log are set where it is installed"
            .to_owned(),
    }
}

fn first_expander(chain: &str) -> Option<&'static str> {
    let first = chain.split(',').next()?;
    EXPANDERS.into_iter().find(|name| *name == first)
}

/// Checks the value of a setting. The error tells what to write instead.
fn accepts(key: &ProfileKey, value: &str) -> Result<(), &'static str> {
    let number = |text: &str| {
        text.parse::<u32>()
            .ok()
            .filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let with_unit = |units: &[&str]| {
        units
            .iter()
            .any(|unit| value.strip_suffix(unit).and_then(number).is_some())
    };
    let accepted = match key.value {
        ProfileKind::Minutes => with_unit(&["m"]),
        ProfileKind::Seconds => with_unit(&["s"]),
        ProfileKind::Duration => with_unit(&["ms", "s", "m", "h"]),
        ProfileKind::Count => number(value).is_some(),
        ProfileKind::Percentage => number(value).is_some_and(|value| value <= 100),
        ProfileKind::Fraction => value
            .parse::<f64>()
            .is_ok_and(|value| (0.0..=1.0).contains(&value)),
        ProfileKind::Boolean => matches!(value, "true" | "false"),
        ProfileKind::Expander => Expander::parse(value).is_some(),
        ProfileKind::Expanders => is_chain(value),
        ProfileKind::GoDuration => Duration::parse(value).is_ok(),
        ProfileKind::Integer => value.parse::<i64>().is_ok(),
        ProfileKind::Float => value
            .parse::<f64>()
            .is_ok_and(|value| value.is_finite() && value >= 0.0),
        ProfileKind::Text => true,
        ProfileKind::Profile => matches!(value, "balanced" | "optimize-utilization"),
    };
    if accepted {
        Ok(())
    } else {
        Err(key.value.words())
    }
}
