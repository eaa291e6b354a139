use crate::validate::{Context, spec};

pub(crate) fn validate(context: &mut Context<'_>) {
    let handler = context.config.spec.termination_handler.as_ref();
    let wanted = !context.holes.is_without_provider
        && handler.is_some_and(|handler| handler.enabled != Some(false));
    if wanted && !context.facts.interruption.has_termination_handler() {
        let help = "remove the section: nodes of other providers are drained by other means";
        context.problem(
            &spec().child("terminationHandler").at_key(),
            "the termination handler works on Azure only",
            help,
        );
    }
}
