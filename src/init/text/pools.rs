//! The pools of a draft as text.

use std::fmt::Write as _;

use super::lines::{comment, sentence};
use crate::config::Capacity;
use crate::defaults;
use crate::init::draft::Draft;
use crate::init::pool::Pool;
use crate::init::words::{flow, list, map, quoted};

impl Draft {
    pub(super) fn write_pools(&self, out: &mut String) {
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
}

/// What to do where the range of a pool is not known.
fn no_range(pool: &Pool) -> &'static str {
    if pool.is_listed {
        "The cloud's list has no range for it: add `nodes: {min: …, max: …}`."
    } else {
        "Nothing tells its range: add `nodes: {min: …, max: …}`, or pass the cloud's list with `--pools`."
    }
}

/// Whether it is an on-demand pool that has no taint, where spotgen would plan one.
fn lacks_own_taint(pool: &Pool) -> bool {
    !pool.is_spot() && !pool.is_system && pool.taints.as_ref().is_some_and(Vec::is_empty)
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
