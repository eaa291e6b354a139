use crate::check::findings::Findings;
use crate::check::fixes::placeholders::{free_name, listed};
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::config::pointers;
use crate::diagnostic::{Edit, Fix, Severity};
use crate::plan::NodePool;
use crate::yaml::Node;
use serde_json::Value as Json;

pub(super) const RULE: Rule = Rule {
    id: "placeholder-on-mixed-pools",
    level: Severity::Error,
    summary: "placeholders are pinned to Spot and on-demand at once",
    harm: "They land on whatever has room. Those on on-demand keep it from being scaled down, and a pending one \
           lets the autoscaler grow either.",
    detection: "`kubectl get pods -o wide` shows placeholders on nodes of both kinds.",
    remedy: "Make one entry for Spot and one for on-demand.",
    sources: &["kubernetes/autoscaler cluster-autoscaler/FAQ.md: overprovisioning"],
    check: Check::Placeholder(check),
};

fn check(system: &System, (at, placeholder): (usize, &Placeholder), findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let pools = || placeholder.target.pools(plan);
    if !pools().any(NodePool::is_spot) || pools().all(NodePool::is_spot) {
        return;
    }
    let names: Vec<&str> = pools().map(|pool| pool.name.as_str()).collect();
    let message = format!(
        "placeholders `{}` are on Spot and on on-demand: {}",
        placeholder.name,
        names.join(", ")
    );
    let cure = split(system, at, placeholder, findings);
    findings.at(
        &pointers::placeholder(at).child("pools"),
        message,
        |diagnostic| {
            diagnostic
                .help("make one entry for Spot and one for on-demand")
                .cure(cure)
        },
    );
}

/// Leaves them on Spot, and has as many others on on-demand.
fn split(
    system: &System,
    at: usize,
    placeholder: &Placeholder,
    findings: &Findings<'_>,
) -> Result<Fix, &'static str> {
    let pointer = listed(findings, at)?;
    if placeholder.scaling.is_some() {
        return Err("one autoscaler sets their number, and what each of two should count is open");
    }
    let names = |is_spot: bool| {
        let pools = placeholder.target.pools(&system.plan);
        let meant = pools.filter(|pool| pool.is_spot() == is_spot);
        meant.map(|pool| Json::from(pool.name.as_str())).collect()
    };
    let written = findings.document.node(&pointer).map(Node::to_json);
    let mut other = written.unwrap_or_default();
    other["name"] = free_name(system, &format!("{}-on-demand", placeholder.name)).into();
    other["pools"] = names(false);
    Ok(Fix::Config(vec![
        Edit::Set {
            pointer: pointer.child("pools"),
            value: names(true),
        },
        Edit::Append {
            pointer: pointer.parent(),
            value: other,
        },
    ]))
}
