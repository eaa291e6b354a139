use super::context::{Context, spec};
use crate::check::rules;

pub(super) fn check(context: &mut Context<'_>) {
    let config = context.config;
    let Some(check) = &config.spec.check else {
        return;
    };
    for (at, allowance) in check.allow.iter().enumerate() {
        if rules::rule(&allowance.rule).is_some() {
            continue;
        }
        context.fault(
            &spec().child("check").child("allow").child(at).child("rule"),
            format!("unknown rule `{}`", allowance.rule),
            rules::meant(&allowance.rule),
        );
    }
}
