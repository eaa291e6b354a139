//! A shell script of `az` commands: the autoscaler's profile, which makes the autoscaler read the priorities, and the
//! node pools.
//!
//! Source of commands and options: azure-cli 2.91.0, `command_modules/acs/_params.py` and `_validators.py`; of the
//! immutable properties of a pool: MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md and use-system-pools.md.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::format::{Format, Writer};
use super::head::head;
use super::note::Note;
use crate::check;
use crate::components::ComponentId;
use crate::components::System;
use crate::components::bundle::Bundle;
use crate::config::{Capacity, EvictionPolicy, Mode, OsType};
use crate::kubernetes::Taint;
use crate::plan::{NodePool, Plan};
use crate::providers::Facts;
use crate::values::shell::word;

pub(super) const FORMAT: Format = Format {
    name: "azure-cli",
    about: "A shell script of `az` commands for the node pools and the autoscaler profile",
    writer: Writer::Stream(write),
    reads_workloads: false,
    refusals: Some(check::formats::azure_cli::refusals),
    notes: |system, _| notes(system),
};

/// Shell functions that the commands use.
const COMMON: &str = include_str!("../../templates/azure-cli/common.sh");
const OF_POOLS: &str = include_str!("../../templates/azure-cli/pools.sh");

/// The environment variables that name the cluster if the configuration does not.
const RESOURCE_GROUP: &str = "RESOURCE_GROUP";
const CLUSTER: &str = "CLUSTER";

fn write(system: &System, bundle: &Bundle<'_>, out: &mut dyn Write) -> io::Result<bool> {
    let plan = &system.plan;
    let pools = bundle.node_pools();
    let has_profile =
        bundle.has(ComponentId::PriorityExpander) && !plan.autoscaler.profile.is_empty();
    let parts = match (has_profile, !pools.is_empty()) {
        (true, true) => "the autoscaler's profile and the node pools",
        (true, false) => "the autoscaler's profile",
        (false, true) => "the node pools",
        (false, false) => return Ok(false),
    };
    let mut script = format!(
        "#!/bin/sh\n\
         {}\
         #\n\
         # Updates {parts} to match the configuration. It is safe to run again:\n\
         # correct settings are not touched, and settings that others have added are kept. If something cannot be\n\
         # changed, the script reports it, continues with the rest and exits with 1.\n\
         #\n\
         # Single quotes keep the shell from expanding or splitting values; that is intended.\n\
         # shellcheck disable=SC2016\n\
         set -eu\n\n",
        head(plan)
    );
    script.push_str(&target(
        "resource_group",
        RESOURCE_GROUP,
        plan.cluster.resource_group.as_deref(),
    ));
    script.push_str(&target("cluster", CLUSTER, plan.cluster.name.as_deref()));
    script.push('\n');
    script.push_str(COMMON);
    if !pools.is_empty() {
        script.push_str(OF_POOLS);
    }
    script.push_str("\nmain() {\n");
    if has_profile {
        script.push_str(&profile(plan));
    }
    for pool in pools {
        script.push_str(&node_pool(pool, plan.provider));
    }
    script.push_str(
        "    exit \"$wrong\"\n\
         }\n\n\
         # The script itself may come from standard input, so `az` must not read from it.\n\
         main </dev/null\n",
    );
    out.write_all(script.as_bytes())?;
    Ok(true)
}

/// What users need to know to run the script.
fn notes(system: &System) -> Vec<Note> {
    let plan = &system.plan;
    let unnamed = unnamed(plan);
    if unnamed.is_empty() {
        return Vec::new();
    }
    vec![Note::new(
        "the configuration does not name the cluster, so the script reads it from environment variables: set them",
        command(plan),
    )]
}

/// The command that renders the script, and the one that runs it: it changes a cluster, and there is no dry run.
pub(super) fn command(plan: &Plan) -> String {
    format!(
        "spotgen render --format azure-cli > pools.sh\nread it, then {}sh pools.sh",
        unnamed(plan)
    )
}

/// The variables that the script needs, as a prefix of a command.
fn unnamed(plan: &Plan) -> String {
    let named = [
        (RESOURCE_GROUP, &plan.cluster.resource_group),
        (CLUSTER, &plan.cluster.name),
    ];
    let mut words = String::new();
    for (variable, _) in named.into_iter().filter(|(_, name)| name.is_none()) {
        words.push_str(variable);
        words.push_str("=… ");
    }
    words
}

fn target(variable: &str, environment: &str, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("{variable}={}\n", word(name)),
        None => {
            format!(
                "{variable}=${{{environment}:?set this variable, because the configuration does not name it}}\n"
            )
        }
    }
}

/// The profile is compared key by key, since an update takes minutes; an update keeps keys that it does not name.
/// Source: azure-cli `command_modules/acs/managed_cluster_decorator.py`, `update_auto_scaler_profile`. `az` prints the
/// keys in camel case: maxNodeProvisionTime.
fn profile(plan: &Plan) -> String {
    let profile = &plan.autoscaler.profile;
    let keys: Vec<String> = profile.keys().map(|key| camel_case(key)).collect();
    let values: Vec<&str> = profile.values().map(String::as_str).collect();
    let settings: Vec<String> = profile
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    // The lines of `wanted` must not be indented.
    format!(
        "    # ---- the autoscaler's profile, which applies to the whole cluster\n    \
             settings={settings}\n    \
             wanted={wanted}\n    \
             found=$(az aks show --resource-group \"$resource_group\" --name \"$cluster\" --query \"autoScalerProfile.[\n        \
                 {query}\n    \
             ]\" --output tsv)\n    \
             if [ \"$found\" != \"$wanted\" ]; then\n        \
                 echo \"autoscaler profile: $settings\"\n        \
                 az aks update --resource-group \"$resource_group\" --name \"$cluster\" \\\n            \
                     --cluster-autoscaler-profile \"$settings\" --output none || refused 'autoscaler profile'\n    \
             fi\n\n",
        settings = word(&settings.join(",")),
        wanted = word(&values.join("\n")),
        query = keys.join(",\n        "),
    )
}

fn camel_case(key: &str) -> String {
    let mut words = key.split('-');
    let mut name = words.next().unwrap_or_default().to_owned();
    for part in words {
        let (first, rest) = part.split_at(1.min(part.len()));
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(rest);
    }
    name
}

fn node_pool(pool: &NodePool, facts: &Facts) -> String {
    let mut text = format!("    # ---- {0}\n    if show {0}; then\n", pool.name);
    let mut line = |line: String| {
        writeln!(text, "        {line}").expect("writing to a string cannot fail");
    };
    line(format!(
        "fixed 'operating system' {} \"$os_type\"",
        os(pool)
    ));
    if let Some(size) = &pool.vm_size {
        line(format!("fixed 'VM size' {} \"$vm_size\"", word(size)));
    }
    let zones = zones(pool);
    if !zones.is_empty() {
        let zones = word(&zones.join(" "));
        line(format!("fixed 'set of zones' {zones} \"$zones\""));
    }
    line(format!("fixed priority {} \"$priority\"", priority(pool)));
    if let Some(policy) = pool.eviction_policy {
        line(format!(
            "fixed 'eviction policy' {} \"$eviction_policy\"",
            eviction(policy)
        ));
    }
    if let Some(price) = price(pool) {
        line(format!("fixed 'maximum price' {price} \"$max_price\""));
    }
    line("settle".to_owned());
    line(format!("set_mode {}", mode(pool)));
    if let Some(range) = pool.nodes {
        line(format!("set_range {} {}", range.min, range.max));
    }
    let labels = labels(pool, facts);
    line(called("set_labels", &labels));
    let taints = taints(pool, facts);
    line(called("set_taints", &taints));
    text.push_str("    else\n");
    text.push_str(&add(pool, &zones, &labels, &taints));
    text.push_str("    fi\n\n");
    text
}

fn called(function: &str, words: &[String]) -> String {
    let mut line = function.to_owned();
    for word in words {
        line.push(' ');
        line.push_str(word);
    }
    line
}

/// The number of nodes is always set: `az` defaults to three, even if that exceeds the maximum.
/// Source: azure-cli `command_modules/acs/agentpool_decorator.py`, `get_node_count_and_enable_cluster_autoscaler_min_max_count`.
fn add(pool: &NodePool, zones: &[String], labels: &[String], taints: &[String]) -> String {
    let mut groups = vec![format!(
        "--name {} --mode {} --os-type {}",
        pool.name,
        mode(pool),
        os(pool)
    )];
    let mut vm = format!("--priority {}", priority(pool));
    if let (Some(policy), Some(price)) = (pool.eviction_policy, price(pool)) {
        write!(
            vm,
            " --eviction-policy {} --spot-max-price {price}",
            eviction(policy)
        )
        .expect("writing to a string cannot fail");
    }
    groups.push(vm);
    groups.extend(
        pool.vm_size
            .as_deref()
            .map(|size| format!("--node-vm-size {}", word(size))),
    );
    if !zones.is_empty() {
        let zones: Vec<String> = zones.iter().map(|zone| word(zone)).collect();
        groups.push(format!("--zones {}", zones.join(" ")));
    }
    groups.extend(pool.nodes.map(|range| {
        format!(
            "--enable-cluster-autoscaler --node-count {0} --min-count {0} --max-count {1}",
            range.min, range.max
        )
    }));
    groups.extend(pool.max_pods.map(|most| format!("--max-pods {most}")));
    if !labels.is_empty() {
        groups.push(format!("--labels {}", labels.join(" ")));
    }
    if !taints.is_empty() {
        groups.push(format!("--node-taints {}", taints.join(",")));
    }
    format!(
        "        echo \"{0}: adding it\"\n        \
                 az aks nodepool add --resource-group \"$resource_group\" --cluster-name \"$cluster\" \\\n            \
                     {1} \\\n            \
                     --output none || refused {0}\n",
        pool.name,
        groups.join(" \\\n            ")
    )
}

fn mode(pool: &NodePool) -> &'static str {
    match pool.mode {
        Mode::User => "User",
        Mode::System => "System",
    }
}

fn os(pool: &NodePool) -> &'static str {
    match pool.os_type {
        OsType::Linux => "Linux",
        OsType::Windows => "Windows",
    }
}

fn priority(pool: &NodePool) -> &'static str {
    match pool.capacity {
        Capacity::Spot => "Spot",
        Capacity::OnDemand => "Regular",
    }
}

fn eviction(policy: EvictionPolicy) -> &'static str {
    match policy {
        EvictionPolicy::Delete => "Delete",
        EvictionPolicy::Deallocate => "Deallocate",
    }
}

/// The price as `az` prints it, so that both can be compared as text.
fn price(pool: &NodePool) -> Option<String> {
    pool.max_price.map(|price| match price.get() {
        // Python writes such small numbers with an exponent; a price has at most five decimals.
        small if small > 0.0 && small < 1e-4 => format!("{:.0}e-05", small * 1e5),
        _ => price.to_string(),
    })
}

/// Sorted in the order in which the script reads the zones of a pool.
fn zones(pool: &NodePool) -> Vec<String> {
    let mut zones = pool.zones.clone();
    zones.sort();
    zones
}

/// The ones that AKS does not set itself.
fn labels(pool: &NodePool, facts: &Facts) -> Vec<String> {
    let labels = pool.labels.iter();
    labels
        .filter(|(key, _)| is_own(key, facts))
        .map(|(key, value)| word(&format!("{key}={value}")))
        .collect()
}

/// The ones that AKS does not set itself.
fn taints(pool: &NodePool, facts: &Facts) -> Vec<String> {
    let text = |taint: &Taint| {
        let value = taint.value.as_deref().unwrap_or_default();
        word(&format!("{}={value}:{}", taint.key, taint.effect))
    };
    let taints = pool.taints.iter();
    taints
        .filter(|taint| is_own(&taint.key, facts))
        .map(text)
        .collect()
}

fn is_own(key: &str, facts: &Facts) -> bool {
    let reserved = facts.reserved_prefixes.as_ref();
    reserved.is_none_or(|prefixes| !key.starts_with(prefixes.provider))
}

#[cfg(test)]
mod tests {
    use super::camel_case;

    #[test]
    fn profile_keys_are_named_as_az_prints_them() {
        assert_eq!(camel_case("expander"), "expander");
        assert_eq!(
            camel_case("max-node-provision-time"),
            "maxNodeProvisionTime"
        );
        assert_eq!(
            camel_case("daemonset-eviction-for-empty-nodes"),
            "daemonsetEvictionForEmptyNodes"
        );
    }
}
