//! One JSON object. `version` changes when a key is removed or changes its meaning; keys may be added at any time.

use serde_json::{Value as Json, json};

use super::judge::Status;
use super::part::Part;
use super::pools::PoolRow;
use super::whose::Whose;

/// The version of the format.
const VERSION: u32 = 1;

/// The status for programs, as docs/status.md describes it.
pub fn json(status: &Status) -> String {
    let whole = json!({
        "version": VERSION,
        "works": status.is_good(),
        "compared": status.is_compared,
        "configErrors": status.is_compared.then_some(status.config_errors),
        "nodes": status.nodes,
        "spotNodes": status.spot_nodes,
        "pods": status.pods,
        "pools": status.pools.iter().map(pool).collect::<Vec<_>>(),
        "parts": status.parts.iter().map(part).collect::<Vec<_>>(),
        "unreadable": status.problems.iter().map(|problem| {
            json!({"subject": problem.subject, "reason": problem.reason})
        }).collect::<Vec<_>>(),
    });
    let mut text = serde_json::to_string_pretty(&whole).expect("it is plain JSON");
    text.push('\n');
    text
}

fn pool(row: &PoolRow) -> Json {
    let backoff = row.backoff();
    json!({
        "name": row.name,
        "spot": row.is_spot,
        "nodes": row.nodes,
        "ready": row.ready,
        "target": row.sum(|group| group.target),
        "min": row.sum(|group| group.min),
        "max": row.sum(|group| group.max),
        "pods": row.pods,
        "groups": row.groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(),
        "backoff": backoff.map(|(code, message)| json!({"code": code, "message": message})),
    })
}

fn part(part: &Part) -> Json {
    let compared = part
        .compared
        .as_ref()
        .map(|own| json!({"same": own.same, "different": own.different, "missing": own.missing}));
    json!({
        "name": part.name,
        "state": part.state().key(),
        "owners": part.whose.iter().map(owner).collect::<Vec<_>>(),
        "figures": part.figures,
        "facts": part.facts,
        "troubles": part.troubles.iter().map(|own| {
            json!({"id": own.id, "message": own.message, "help": own.next})
        }).collect::<Vec<_>>(),
        "cannotTell": part.gaps.iter().map(|own| {
            json!({"what": own.what, "help": own.next})
        }).collect::<Vec<_>>(),
        "config": compared,
    })
}

fn owner(whose: &Whose) -> Json {
    json!({
        "spotgen": whose.is_ours,
        "tool": whose.tool.as_ref().map(|(tool, _)| tool.as_str()),
        "name": whose.tool.as_ref().map(|(_, name)| name.as_str()).filter(|name| !name.is_empty()),
    })
}
