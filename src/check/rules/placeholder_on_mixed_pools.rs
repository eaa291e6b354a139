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
    levels: &[Severity::Error],
    summary: "one placeholder entry covers both Spot and on-demand pools",
    harm: "The placeholders land on whichever pool has free capacity. Those on on-demand nodes keep these nodes from \
           being scaled down. A Pending placeholder can make the autoscaler scale up either kind of pool.",
    detection: "`kubectl get pods -o wide` shows placeholders on both Spot and on-demand nodes.",
    remedy: "Write one entry for Spot pools and one for on-demand pools.",
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
        "placeholders `{}` cover both Spot and on-demand pools ({}): those on on-demand nodes block their scale-down",
        placeholder.name,
        names.join(", ")
    );
    let help = if findings.origin(&pointers::placeholder(at)).is_manifest() {
        "split the Deployment into one for Spot nodes and one for on-demand nodes"
    } else {
        "split the entry into one for Spot pools and one for on-demand pools"
    };
    let cure = split(system, at, placeholder, findings);
    findings.at(
        &pointers::placeholder(at).child("pools"),
        message,
        |diagnostic| diagnostic.help(help).cure(cure),
    );
}

/// Limits this entry to Spot, and adds a copy for on-demand.
fn split(
    system: &System,
    at: usize,
    placeholder: &Placeholder,
    findings: &Findings<'_>,
) -> Result<Fix, &'static str> {
    if findings.origin(&pointers::placeholder(at)).is_manifest() {
        return Err("it takes a second Deployment, and an edit makes no new object");
    }
    let pointer = listed(findings, at)?;
    if placeholder.scaling.is_some() {
        return Err(
            "an autoscaler sets their number, and only the owner knows how to scale two entries",
        );
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
