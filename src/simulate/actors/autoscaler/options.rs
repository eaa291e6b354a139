//! The autoscaler's flags, with upstream's defaults; AKS's profile keys are a part of them.
//!
//! Source: kubernetes/autoscaler cluster-autoscaler/config/flags/flags.go and config/const.go at
//! cluster-autoscaler-1.36.1.

use super::expander::Expander;
use crate::simulate::world::{Millis, minutes, seconds};

/// What is set for the whole cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the autoscaler"
)]
pub struct Options {
    pub scan_interval: Millis,
    /// Since 1.35 a loop that did something, and a pod that turned unschedulable, start the next one at once.
    pub frequent_loops: bool,
    pub max_node_provision_time: Millis,
    pub max_node_startup_time: Millis,
    pub ok_total_unready_count: i64,
    /// In hundredths of a percent.
    pub max_total_unready: i64,
    /// Pods of a lower priority neither make the cluster grow nor keep a node.
    pub expendable_cutoff: i32,
    pub new_pod_scale_up_delay: Millis,
    /// In the order in which they choose.
    pub expanders: Vec<Expander>,
    pub balance_similar_groups: bool,
    pub max_nodes_per_scaleup: i64,
    /// No limit, when it is zero.
    pub max_nodes_total: i64,
    pub scale_down_enabled: bool,
    pub scale_down_unready_enabled: bool,
    /// In millionths.
    pub utilization_threshold: i64,
    pub unneeded_time: Millis,
    pub unready_time: Millis,
    pub delay_after_add: Millis,
    pub delay_after_delete: Millis,
    pub delay_after_failure: Millis,
    pub ignore_daemon_sets: bool,
    pub skip_system_pods: bool,
    pub skip_local_storage: bool,
    pub max_graceful_termination: Millis,
    pub max_pod_eviction_time: Millis,
    pub delay_after_taint: Millis,
    pub max_scale_down_parallelism: usize,
    pub max_drain_parallelism: usize,
    pub max_bulk_soft_taints: usize,
    pub unremovable_recheck: Millis,
    pub evicts_daemon_sets_of_empty_nodes: bool,
    pub evicts_daemon_sets_of_occupied_nodes: bool,
    pub initial_backoff: Millis,
    pub max_backoff: Millis,
    pub backoff_reset: Millis,
}

/// A flag that the autoscaler would not start with, or that the model does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadOption {
    pub key: String,
    pub value: String,
    pub why: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Unknown,
    NotADuration,
    NotANumber,
    NotABool,
    /// An expander that does not exist, comes twice, or lets none choose after it.
    BadExpanders,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            scan_interval: seconds(10),
            frequent_loops: true,
            max_node_provision_time: minutes(15),
            max_node_startup_time: minutes(15),
            ok_total_unready_count: 3,
            max_total_unready: 4500,
            expendable_cutoff: -10,
            new_pod_scale_up_delay: 0,
            expanders: vec![Expander::LeastWaste],
            balance_similar_groups: false,
            max_nodes_per_scaleup: 1000,
            max_nodes_total: 0,
            scale_down_enabled: true,
            scale_down_unready_enabled: true,
            utilization_threshold: 500_000,
            unneeded_time: minutes(10),
            unready_time: minutes(20),
            delay_after_add: minutes(10),
            delay_after_delete: 0,
            delay_after_failure: minutes(3),
            ignore_daemon_sets: false,
            skip_system_pods: true,
            skip_local_storage: true,
            max_graceful_termination: seconds(600),
            max_pod_eviction_time: minutes(2),
            delay_after_taint: seconds(5),
            max_scale_down_parallelism: 10,
            max_drain_parallelism: 1,
            max_bulk_soft_taints: 10,
            unremovable_recheck: minutes(5),
            evicts_daemon_sets_of_empty_nodes: false,
            evicts_daemon_sets_of_occupied_nodes: true,
            initial_backoff: minutes(5),
            max_backoff: minutes(30),
            backoff_reset: minutes(180),
        }
    }
}

impl Options {
    /// As AKS starts it where no profile says otherwise.
    /// Source: MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler.md, the table of the profile's settings.
    pub fn aks() -> Self {
        Self {
            expanders: vec![Expander::Random],
            skip_local_storage: false,
            delay_after_delete: seconds(10),
            ..Self::default()
        }
    }

    /// Sets flags, or keys of AKS's profile, which have the same names.
    ///
    /// # Errors
    /// The first that cannot be set.
    pub fn set<'a>(
        mut self,
        flags: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, BadOption> {
        for (key, value) in flags {
            self.set_one(key, value).map_err(|why| BadOption {
                key: key.to_owned(),
                value: value.to_owned(),
                why,
            })?;
        }
        Ok(self)
    }

    fn set_one(&mut self, key: &str, value: &str) -> Result<(), Fault> {
        let key = key.trim_start_matches("--");
        match key {
            "expander" => {
                self.expanders = Expander::parse_chain(value).ok_or(Fault::BadExpanders)?;
            }
            "max-total-unready-percentage" => self.max_total_unready = decimal(value, 2)?,
            "scale-down-utilization-threshold" => self.utilization_threshold = decimal(value, 6)?,
            "max-graceful-termination-sec" => {
                self.max_graceful_termination = seconds(integer(value)?);
            }
            "ok-total-unready-count" => self.ok_total_unready_count = integer(value)?,
            "expendable-pods-priority-cutoff" => self.expendable_cutoff = integer(value)?,
            "max-nodes-per-scaleup" => self.max_nodes_per_scaleup = integer(value)?,
            "max-nodes-total" => self.max_nodes_total = integer(value)?,
            // The old name stands for both: flags.go, `max-empty-bulk-delete`.
            "max-scale-down-parallelism" | "max-empty-bulk-delete" => {
                self.max_scale_down_parallelism = integer(value)?;
            }
            "max-drain-parallelism" => self.max_drain_parallelism = integer(value)?,
            "max-bulk-soft-taint-count" => self.max_bulk_soft_taints = integer(value)?,
            _ => return self.set_other(key, value),
        }
        Ok(())
    }

    fn set_other(&mut self, key: &str, value: &str) -> Result<(), Fault> {
        if let Some(switch) = self.switch(key) {
            *switch = boolean(value)?;
        } else if let Some(duration) = self.duration(key) {
            *duration = parse_duration(value).ok_or(Fault::NotADuration)?;
        } else {
            return Err(Fault::Unknown);
        }
        Ok(())
    }

    fn switch(&mut self, key: &str) -> Option<&mut bool> {
        Some(match key {
            "frequent-loops-enabled" => &mut self.frequent_loops,
            "balance-similar-node-groups" => &mut self.balance_similar_groups,
            "scale-down-enabled" => &mut self.scale_down_enabled,
            "scale-down-unready-enabled" => &mut self.scale_down_unready_enabled,
            "ignore-daemonsets-utilization" => &mut self.ignore_daemon_sets,
            "skip-nodes-with-system-pods" => &mut self.skip_system_pods,
            "skip-nodes-with-local-storage" => &mut self.skip_local_storage,
            "daemonset-eviction-for-empty-nodes" => &mut self.evicts_daemon_sets_of_empty_nodes,
            "daemonset-eviction-for-occupied-nodes" => {
                &mut self.evicts_daemon_sets_of_occupied_nodes
            }
            _ => return None,
        })
    }

    fn duration(&mut self, key: &str) -> Option<&mut Millis> {
        Some(match key {
            "scan-interval" => &mut self.scan_interval,
            "max-node-provision-time" => &mut self.max_node_provision_time,
            "max-node-startup-time" => &mut self.max_node_startup_time,
            "new-pod-scale-up-delay" => &mut self.new_pod_scale_up_delay,
            "scale-down-unneeded-time" => &mut self.unneeded_time,
            "scale-down-unready-time" => &mut self.unready_time,
            "scale-down-delay-after-add" => &mut self.delay_after_add,
            "scale-down-delay-after-delete" => &mut self.delay_after_delete,
            "scale-down-delay-after-failure" => &mut self.delay_after_failure,
            "max-pod-eviction-time" => &mut self.max_pod_eviction_time,
            "node-delete-delay-after-taint" => &mut self.delay_after_taint,
            "unremovable-node-recheck-timeout" => &mut self.unremovable_recheck,
            "initial-node-group-backoff-duration" => &mut self.initial_backoff,
            "max-node-group-backoff-duration" => &mut self.max_backoff,
            "node-group-backoff-reset-timeout" => &mut self.backoff_reset,
            _ => return None,
        })
    }
}

fn integer<T: std::str::FromStr>(value: &str) -> Result<T, Fault> {
    value.parse().map_err(|_| Fault::NotANumber)
}

/// Go's `strconv.ParseBool`.
fn boolean(value: &str) -> Result<bool, Fault> {
    match value {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err(Fault::NotABool),
    }
}

/// A decimal number times ten to the power of `places`; further places are cut.
fn decimal(value: &str, places: usize) -> Result<i64, Fault> {
    let (whole, part) = value.split_once('.').unwrap_or((value, ""));
    if whole.is_empty() && part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::NotANumber);
    }
    let part: String = part
        .chars()
        .chain(std::iter::repeat('0'))
        .take(places)
        .collect();
    format!("{whole}{part}")
        .parse()
        .map_err(|_| Fault::NotANumber)
}

/// Go's `time.ParseDuration`, to the millisecond: numbers with units one after the other, or `0`.
pub fn parse_duration(text: &str) -> Option<Millis> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut nanos = 0_i128;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(digits);
        let unit_end = after
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(after.len());
        let (unit, next) = after.split_at(unit_end);
        let unit: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && part.is_empty()
            || part.contains('.')
            || whole.len() + part.len() > 18
        {
            return None;
        }
        let scale = 10_i128.pow(u32::try_from(part.len()).ok()?);
        let number: i128 = format!("{whole}{part}").parse().ok()?;
        nanos += number * unit / scale;
        rest = next;
    }
    let millis = i64::try_from(nanos / 1_000_000).ok()?;
    (!text.is_empty() && text != "-" && text != "+").then_some(sign * millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_go_reads_them() {
        for (text, millis) in [
            ("5m", 300_000),
            ("1h30m", 5_400_000),
            ("1.5h", 5_400_000),
            ("300ms", 300),
            ("0", 0),
            ("0s", 0),
            ("-10s", -10_000),
            (".5s", 500),
            ("1us", 0),
        ] {
            assert_eq!(parse_duration(text), Some(millis), "{text}");
        }
        for text in ["", "5", "m", "5 m", "5d", "1..5s", "-", ".s"] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn a_profile_of_aks_is_read() {
        let flags = [
            ("expander", "priority"),
            ("max-node-provision-time", "5m"),
            ("max-total-unready-percentage", "100"),
            ("ok-total-unready-count", "1000"),
            ("skip-nodes-with-local-storage", "false"),
            ("max-graceful-termination-sec", "120"),
            ("scale-down-utilization-threshold", "0.65"),
            ("max-empty-bulk-delete", "20"),
        ];
        let options = Options::default().set(flags).expect("the flags exist");
        assert_eq!(options.expanders, [Expander::Priority]);
        assert_eq!(options.max_node_provision_time, minutes(5));
        assert_eq!(options.max_total_unready, 10_000);
        assert_eq!(options.ok_total_unready_count, 1000);
        assert!(!options.skip_local_storage);
        assert_eq!(options.max_graceful_termination, seconds(120));
        assert_eq!(options.utilization_threshold, 650_000);
        assert_eq!(options.max_scale_down_parallelism, 20);
    }

    #[test]
    fn what_the_autoscaler_would_not_take_is_said() {
        let fault = |key, value| {
            Options::default()
                .set([(key, value)])
                .expect_err("not taken")
                .why
        };
        assert_eq!(fault("scan-interval", "10"), Fault::NotADuration);
        assert_eq!(fault("no-such-flag", "1"), Fault::Unknown);
        assert_eq!(fault("expander", "random,priority"), Fault::BadExpanders);
        assert_eq!(fault("expander", "priority,priority"), Fault::BadExpanders);
        assert_eq!(
            fault("max-total-unready-percentage", "many"),
            Fault::NotANumber
        );
        assert_eq!(
            fault("skip-nodes-with-local-storage", "no"),
            Fault::NotABool
        );
    }
}
