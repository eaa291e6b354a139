//! What the schema cannot say of `spec.check`.

use super::rules;
use crate::validate::{Context, spec};

/// Finds acceptances of rules that there are not.
pub(crate) fn validate(context: &mut Context<'_>) {
    let config = context.config;
    let Some(check) = &config.spec.check else {
        return;
    };
    for (at, allowance) in check.allow.iter().enumerate() {
        if rules::rule(&allowance.rule).is_some() {
            continue;
        }
        context.problem(
            &spec().child("check").child("allow").child(at).child("rule"),
            format!("unknown rule `{}`", allowance.rule),
            rules::meant(&allowance.rule),
        );
    }
}
