use super::{Context, spec};
use crate::rules;
use crate::suggest::similar;

pub(super) fn check(context: &mut Context<'_>) {
    let config = context.config;
    let Some(check) = &config.spec.check else {
        return;
    };
    for (at, allowance) in check.allow.iter().enumerate() {
        if rules::rule(&allowance.rule).is_some() {
            continue;
        }
        let help = match similar(&allowance.rule, rules::ids()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "`spotgen explain` lists all rules".to_owned(),
        };
        context.fault(
            &spec().child("check").child("allow").child(at).child("rule"),
            format!("unknown rule `{}`", allowance.rule),
            help,
        );
    }
}
