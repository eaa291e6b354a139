//! Who acts when the end of a machine is announced.

use crate::kubernetes::Effect;
use crate::simulate::actors::autoscaler::options::parse_duration;
use crate::simulate::actors::handler::{Drain, Handler, Poll, Way};
use crate::simulate::read::HandlerProgram;
use crate::simulate::world::{Millis, Symbols, seconds};

/// Who drains a node whose end is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrainedBy {
    /// The handler among the objects; nobody where there is none.
    Handler,
    /// The provider, best effort.
    Provider,
    /// The kubelets stop their pods, as on GKE.
    Kubelet,
    Nobody,
}

/// The handlers of a cluster.
pub(super) fn handlers(
    by: DrainedBy,
    program: Option<&HandlerProgram>,
    symbols: &mut Symbols,
) -> Vec<Handler> {
    match by {
        DrainedBy::Nobody => Vec::new(),
        DrainedBy::Kubelet => vec![Handler::gke()],
        DrainedBy::Provider => vec![Handler::Drain(Drain::by_provider())],
        DrainedBy::Handler => program
            .map(|own| Handler::Drain(drain(own, symbols)))
            .into_iter()
            .collect(),
    }
}

/// The handler as its arguments set it up.
/// Source: maksim-paskal/aks-node-termination-handler v1.0.19 pkg/config/config.go.
fn drain(program: &HandlerProgram, symbols: &mut Symbols) -> Drain {
    if program.image.contains("aws-node-termination-handler") {
        return Drain::aws_handler(program.owner);
    }
    let value = |name: &str| value(&program.args, name);
    let mut drain = Drain::aks_handler(program.owner);
    if let Some(period) = value("period").and_then(parse_duration) {
        drain.poll = Poll::Every(period.max(1));
    }
    if let Some(limit) = whole_seconds(value("nodeGracePeriodSeconds")) {
        drain.limit = limit;
    }
    drain.pod_grace = whole_seconds(value("podGracePeriodSeconds"));
    if is_on(&program.args, "disableEviction") {
        drain.way = Way::Deletes;
    }
    if is_on(&program.args, "taint.node") {
        let effect = match value("taint.effect") {
            Some("NoExecute") => Effect::NoExecute,
            _ => Effect::NoSchedule,
        };
        let key = symbols.of("aks-node-termination-handler/preempt");
        drain.taint = Some((key, effect));
    }
    drain
}

fn whole_seconds(text: Option<&str>) -> Option<Millis> {
    let number: i64 = text?.parse().ok()?;
    (number >= 0).then(|| seconds(number))
}

/// Go's flags: `-name=value`, or the next word.
fn value<'a>(args: &'a [String], name: &str) -> Option<&'a str> {
    args.iter().enumerate().find_map(|(at, word)| {
        let word = word.trim_start_matches('-');
        match word.split_once('=') {
            Some((own, value)) if own == name => Some(value),
            None if word == name => args.get(at + 1).map(String::as_str),
            _ => None,
        }
    })
}

fn is_on(args: &[String], name: &str) -> bool {
    args.iter().any(|word| {
        let word = word.trim_start_matches('-');
        word == name || word.strip_prefix(name) == Some("=true")
    })
}
