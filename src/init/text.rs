//! The draft as text: a configuration with comments.

use std::fmt::Write as _;

use super::cluster::Cluster;
use super::installed::Section;
use super::pool::Pool;
use super::reason::{Class, Reason};
use super::rules::Rule;
use super::words::{flow, list, map, plural, quoted};
use super::workloads::Workloads;
use crate::config::Capacity;
use crate::defaults;
use crate::providers::{Cli, Facts};
use crate::values::wrap::wrapped;

/// The widest line that is written, if its words allow.
const WIDTH: usize = 110;

/// Where editors find the schema: its `$id`.
const SCHEMA: &str = "https://spotgen.dev/schemas/spot-config.v1alpha1.schema.json";

/// A configuration that is still to be read by people.
#[derive(Debug)]
pub struct Draft {
    cluster: Cluster,
    facts: &'static Facts,
    pub(super) pools: Vec<Pool>,
    pub(super) workloads: Workloads,
    pub(super) sections: Vec<Section>,
    /// About what is left out of the pools.
    remarks: Vec<String>,
    /// Whether the cloud's own list of pools is not known.
    is_by_nodes: bool,
}

impl Draft {
    pub(super) fn new(
        cluster: Cluster,
        facts: &'static Facts,
        pools: Vec<Pool>,
        remarks: Vec<String>,
        is_by_nodes: bool,
    ) -> Self {
        Self {
            cluster,
            facts,
            pools,
            workloads: Workloads::default(),
            sections: Vec::new(),
            remarks,
            is_by_nodes,
        }
    }

    /// How many pools, workloads, and workloads of the default class it has.
    pub fn counts(&self) -> (usize, usize, usize) {
        (
            self.pools.len(),
            self.workloads.count,
            self.workloads.by_default,
        )
    }

    /// The same with pools that no rule of names, labels, taints or ranges refuses, for a plan to judge workloads by.
    pub(crate) fn plain_text(&self) -> String {
        let pools = self.pools.iter().enumerate();
        let pools = pools.map(|(number, pool)| Pool {
            capacity: pool.capacity,
            is_system: pool.is_system,
            ..Pool::named(format!("pool{number}"))
        });
        let plain = Self {
            cluster: self.cluster.clone(),
            facts: self.facts,
            pools: pools.collect(),
            workloads: Workloads::default(),
            sections: Vec::new(),
            remarks: Vec::new(),
            is_by_nodes: false,
        };
        plain.text(&[])
    }

    /// The configuration. `problems` are what the checks have against it, which people read first.
    pub fn text(&self, problems: &[String]) -> String {
        let mut out = format!("# yaml-language-server: $schema={SCHEMA}\n");
        comment(
            &mut out,
            "",
            "A draft by `spotgen init`. Read each comment, change what is not true, and run `spotgen check`.",
        );
        for problem in problems {
            comment(
                &mut out,
                "",
                &sentence(&format!("`spotgen check` finds: {problem}")),
            );
        }
        out.push_str("apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata:\n");
        let _ = writeln!(out, "  name: {}", flow(&self.cluster.name));
        out.push_str("spec:\n");
        self.write_cluster(&mut out);
        self.write_pools(&mut out);
        for section in &self.sections {
            comment(&mut out, "  ", &sentence(&section.comment));
            let _ = writeln!(out, "  {}:", section.key);
            for line in &section.lines {
                let _ = writeln!(out, "    {line}");
            }
        }
        self.write_workloads(&mut out);
        out
    }

    fn write_cluster(&self, out: &mut String) {
        let Cluster {
            cloud_name,
            resource_group,
            version,
            ..
        } = &self.cluster;
        let provider = serde_json::to_value(self.facts).expect("facts are written as a word");
        let _ = writeln!(out, "  provider: {}", provider.as_str().unwrap_or_default());
        let mut keys = Vec::new();
        if let Some(name) = cloud_name {
            keys.push(("name", flow(name)));
        }
        if let Some(group) = resource_group {
            keys.push(("resourceGroup", flow(group)));
        }
        match version {
            Some(version) => keys.push(("kubernetesVersion", quoted(version))),
            None => comment(
                out,
                "  ",
                "Nothing tells the version of the cluster: add `cluster: {kubernetesVersion: \"…\"}`.",
            ),
        }
        if !keys.is_empty() {
            let _ = writeln!(out, "  cluster: {}", map(keys));
        }
        if self.facts.cli == Cli::AzureCli && cloud_name.is_none() {
            comment(
                out,
                "  ",
                "For `--format azure-cli`, add `name` and `resourceGroup` to `cluster`: no label of a node tells both.",
            );
        }
    }

    fn write_pools(&self, out: &mut String) {
        for remark in &self.remarks {
            comment(out, "  ", &sentence(remark));
        }
        if self.is_by_nodes {
            let words = "By the nodes that are there now: a pool may have more zones, and pools without nodes may be missing. \
                         The cloud's own list tells: `--pools`.";
            comment(out, "  ", words);
        }
        out.push_str("  nodePools:\n");
        let mut has_said_taint = false;
        for pool in &self.pools {
            for remark in &pool.remarks {
                comment(out, "    ", &sentence(remark));
            }
            if pool.nodes.is_none() {
                comment(out, "    ", no_range(pool));
            }
            if lacks_own_taint(pool) && !std::mem::replace(&mut has_said_taint, true) {
                let (key, value, effect) = defaults::ON_DEMAND_TAINT;
                comment(
                    out,
                    "    ",
                    &format!(
                        "No taint, as it is now. Without `taints: []`, spotgen plans {key}={value}:{effect} here: it keeps no pod \
                     away, and makes the scheduler prefer Spot. The pool must then get it."
                    ),
                );
            }
            self.write_pool(out, pool);
        }
    }

    /// What a pool is, as lines of the configuration.
    fn hardware(&self, pool: &Pool) -> Vec<String> {
        let mut lines = vec![
            format!("name: {}", flow(&pool.name)),
            format!(
                "capacity: {:?}",
                pool.capacity.unwrap_or(Capacity::OnDemand)
            ),
        ];
        if pool.is_system {
            lines.push("mode: System".to_owned());
        }
        if pool.is_windows {
            lines.push("osType: Windows".to_owned());
        }
        let mut sizes = pool.vm_sizes.iter();
        let size = sizes.next();
        match (size, sizes.next()) {
            (Some(size), None) => lines.push(format!("vmSize: {}", flow(size))),
            (Some(size), Some(_)) if pool.allocatable.is_none() => {
                lines.push(format!("vmSize: {}", flow(size)));
            }
            _ => {}
        }
        let sizes = self.facts.vm_sizes.as_ref();
        let known = sizes.and_then(|sizes| (sizes.resources)(size?));
        if pool.is_arm == Some(true) && known.is_none() {
            lines.push("architecture: arm64".to_owned());
        }
        if let Some(gpus) = pool
            .gpus
            .filter(|_| known.as_ref().is_none_or(|size| size.gpus == 0))
        {
            lines.push(format!("gpus: {gpus}"));
        }
        if !pool.zones.is_empty() {
            lines.push(format!(
                "zones: {}",
                list(pool.zones.iter().map(|zone| number_or_text(zone)))
            ));
        }
        lines
    }

    /// How a pool is set up, likewise.
    fn settings(&self, pool: &Pool) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some((min, max)) = pool.nodes {
            let per = if pool.has_total_range {
                ", per: Pool"
            } else {
                ""
            };
            lines.push(format!("nodes: {{min: {min}, max: {max}{per}}}"));
        }
        if let Some(group) = &pool.node_group {
            lines.push(format!("nodeGroup: {}", flow(group)));
        }
        if let Some((key, value)) = &pool.spot_label {
            lines.push(format!("spotLabel: {}", map([(flow(key), flow(value))])));
        }
        let policy = pool
            .eviction_policy
            .as_ref()
            .map(|policy| ("evictionPolicy", flow(policy)));
        let price = pool.max_price.map(|price| ("maxPrice", price.to_string()));
        let is_default = pool
            .eviction_policy
            .as_deref()
            .is_none_or(|policy| policy == "Delete")
            && pool.max_price.is_none_or(|price| price < 0.0);
        if !is_default {
            lines.push(format!(
                "spot: {}",
                map([policy, price].into_iter().flatten())
            ));
        }
        if !pool.labels.is_empty() {
            let labels = pool
                .labels
                .iter()
                .map(|(key, value)| (flow(key), flow(value)));
            lines.push(format!("labels: {}", map(labels)));
        }
        match &pool.taints {
            Some(taints) if !taints.is_empty() => {
                lines.push(format!(
                    "taints: {}",
                    list(taints.iter().map(|taint| flow(taint)))
                ));
            }
            _ if lacks_own_taint(pool) || (pool.is_spot() && pool.lacks_spot_taint) => {
                lines.push("taints: []".to_owned());
            }
            _ => {}
        }
        if let Some(most) = pool
            .max_pods
            .filter(|most| self.facts.pool_limits.pods_per_node != Some(*most))
        {
            lines.push(format!("maxPods: {most}"));
        }
        if let Some(resources) = pool.allocatable {
            lines.push(format!("allocatable: {}", amount(resources)));
        }
        if let Some(resources) = pool.overhead {
            lines.push(format!("daemonSetOverhead: {}", amount(resources)));
        }
        lines
    }

    fn write_pool(&self, out: &mut String, pool: &Pool) {
        let mut lines = self.hardware(pool);
        lines.extend(self.settings(pool));
        for (number, line) in lines.iter().enumerate() {
            let start = if number == 0 { "    - " } else { "      " };
            let _ = writeln!(out, "{start}{line}");
        }
    }

    fn write_workloads(&self, out: &mut String) {
        let Workloads {
            exceptions,
            namespaces,
            system,
            count,
            by_default,
            ..
        } = &self.workloads;
        if *count == 0 {
            comment(
                out,
                "  ",
                "No workload is known: this rule gives all that come the class `default`, which prefers Spot.",
            );
            out.push_str("  classRules:\n    - match: {kinds: [Deployment, StatefulSet]}\n      class: default\n");
            return;
        }
        let mut classes: Vec<Class> = exceptions
            .iter()
            .filter_map(|rule| Some(rule.reason?.class()))
            .collect();
        classes.sort();
        classes.dedup();
        if !classes.is_empty() || !system.is_empty() {
            out.push_str("  classes:\n");
        }
        for class in classes {
            let _ = writeln!(out, "    {}: {}", class.name(), class.settings());
        }
        if !system.is_empty() {
            out.push_str("    unchanged: {}\n");
        }
        comment(
            out,
            "  ",
            &format!(
                "{}, {by_default} in the class `default`, which prefers Spot. The first rule that matches decides.",
                counted(*count)
            ),
        );
        if self.workloads.of_operators > 0 {
            comment(
                out,
                "  ",
                &format!(
                    "{} of operators left out: change them in the operators' own objects.",
                    counted(self.workloads.of_operators)
                ),
            );
        }
        out.push_str("  classRules:\n");
        if !system.is_empty() {
            comment(
                out,
                "    ",
                "The cluster's own: spotgen adds nothing to them.",
            );
            write_rule(
                out,
                &[("namespaces", system.iter().cloned().collect())],
                "unchanged",
            );
        }
        for (number, rule) in exceptions.iter().enumerate() {
            if let Some(reason) = rule.reason {
                // Several rules of one reason follow each other, and it is said once.
                let is_first = number == 0 || exceptions[number - 1].reason != rule.reason;
                if is_first {
                    let Workloads { grace, asked, .. } = self.workloads;
                    let same = exceptions
                        .iter()
                        .filter(|other| other.reason == rule.reason);
                    let count = same.map(|rule| rule.count).sum();
                    comment(out, "    ", &reason.words(count, grace, asked));
                }
                write_rule(out, &conditions(rule, reason), reason.class().name());
            }
        }
        if !namespaces.is_empty() {
            comment(
                out,
                "    ",
                &format!(
                    "{}: nothing is known that speaks against Spot.",
                    counted(*by_default)
                ),
            );
            write_rule(
                out,
                &[("namespaces", namespaces.iter().cloned().collect())],
                "default",
            );
        }
    }
}

/// What to do where the range of a pool is not known.
fn no_range(pool: &Pool) -> &'static str {
    if pool.is_listed {
        "The cloud's list has no range for it: add `nodes: {min: …, max: …}`."
    } else {
        "Nothing tells its range: add `nodes: {min: …, max: …}`, or pass the cloud's list with `--pools`."
    }
}

fn counted(count: usize) -> String {
    plural(count, "workload")
}

/// Its conditions, by key. Jobs come and go, so both of their kinds are named.
fn conditions(rule: &Rule, reason: Reason) -> Vec<(&'static str, Vec<String>)> {
    let mut kinds: Vec<String> = rule.kinds.iter().map(|kind| (*kind).to_owned()).collect();
    if reason == Reason::Job && !kinds.is_empty() && rule.names.is_empty() {
        kinds = vec!["Job".to_owned(), "CronJob".to_owned()];
    }
    let lists = [
        ("kinds", kinds),
        ("namespaces", rule.namespaces.iter().cloned().collect()),
        ("names", rule.names.iter().cloned().collect()),
    ];
    lists
        .into_iter()
        .filter(|(_, items)| !items.is_empty())
        .collect()
}

/// A rule in as few lines as its lists need.
fn write_rule(out: &mut String, conditions: &[(&'static str, Vec<String>)], class: &str) {
    let lists = conditions
        .iter()
        .map(|(key, items)| (*key, list(items.iter().map(|item| flow(item)))));
    let line = format!("    - match: {}", map(lists));
    if line.len() <= WIDTH {
        let _ = writeln!(out, "{line}\n      class: {class}");
        return;
    }
    out.push_str("    - match:\n");
    for (key, items) in conditions {
        let items = list(items.iter().map(|item| flow(item)));
        let line = format!("        {key}: {items}");
        let indent = " ".repeat(10);
        if line.len() <= WIDTH {
            let _ = writeln!(out, "{line}");
        } else {
            let _ = writeln!(
                out,
                "        {key}:\n{indent}{}",
                wrapped(&items, WIDTH, indent.len(), indent.len() + 1)
            );
        }
    }
    let _ = writeln!(out, "      class: {class}");
}

/// Whether it is an on-demand pool that has no taint, where spotgen would plan one.
fn lacks_own_taint(pool: &Pool) -> bool {
    !pool.is_spot() && !pool.is_system && pool.taints.as_ref().is_some_and(Vec::is_empty)
}

/// A remark as a sentence.
fn sentence(remark: &str) -> String {
    let end = if remark.ends_with(['.', '?', ')']) {
        ""
    } else {
        "."
    };
    let mut letters = remark.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    format!("{}{}{end}", first.unwrap_or_default(), letters.as_str())
}

/// Adds lines of a comment, broken at words.
fn comment(out: &mut String, indent: &str, text: &str) {
    let start = indent.len() + 2;
    // Names come from outside: none of them ends the line.
    let is_break = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    let text = &text.replace(is_break, " ");
    for line in wrapped(text, WIDTH, start, 0).lines() {
        let _ = writeln!(out, "{indent}# {line}");
    }
}

/// Zones by number are written without quotes.
fn number_or_text(text: &str) -> String {
    let is_number =
        !text.is_empty() && text.len() < 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && !text.starts_with('0') {
        text.to_owned()
    } else {
        flow(text)
    }
}

/// Memory is rounded down to whole mebibytes: no node has more than it says.
fn amount((cpu, memory): (i64, i64)) -> String {
    let cpu = if cpu % 1000 == 0 {
        quoted(&(cpu / 1000).to_string())
    } else {
        format!("{cpu}m")
    };
    let memory = memory / (1 << 20);
    map([("cpu", cpu), ("memory", format!("{memory}Mi"))])
}
