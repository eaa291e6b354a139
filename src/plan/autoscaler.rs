//! The cluster autoscaler, as it runs.

use indexmap::IndexMap;
use serde::Serialize;

use crate::kubernetes::EXPENDABLE_CUTOFF;
use crate::providers::{ProfileKey, RunBy};
use crate::values::Duration;

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Autoscaler {
    /// One, or several with commas between them; none where the provider chooses by itself.
    pub expander: Option<String>,
    /// Highest first.
    pub priorities: Vec<Tier>,
    /// Those that are declared and that its expander does not go by.
    #[serde(skip)]
    pub unread: Vec<Tier>,
    pub profile: IndexMap<String, String>,
    /// Where it looks for the priorities: its own namespace. None where it has no such expander.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    #[serde(skip)]
    pub run_by: RunBy,
    /// What can be set, with the defaults.
    #[serde(skip)]
    pub keys: &'static [ProfileKey],
    /// What it is started with and nobody knows here, the expander included.
    #[serde(skip)]
    pub unknown: Vec<&'static str>,
}

/// One tier of the priority expander.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tier {
    pub priority: u32,
    pub patterns: Vec<String>,
}

pub(crate) const PRIORITY: &str = "priority";

impl Autoscaler {
    /// Whether priorities decide. Behind another expander they decide only what that one leaves open.
    pub fn goes_by_priority(&self) -> bool {
        let expander = self.expander.as_deref();
        expander.is_some_and(|names| names.split(',').next() == Some(PRIORITY))
    }

    /// The priorities, whether it goes by them or not.
    pub(crate) fn written_priorities(&self) -> &[Tier] {
        if self.priorities.is_empty() {
            &self.unread
        } else {
            &self.priorities
        }
    }

    /// The expander that decides in place of the priorities.
    pub(crate) fn other_expander(&self) -> Option<&str> {
        let expander = self.expander.as_deref();
        expander.filter(|_| !self.goes_by_priority() && !self.is_unknown("expander"))
    }

    /// Everything but the priorities.
    pub(crate) fn settings(&self) -> (Option<&str>, &IndexMap<String, String>) {
        (self.expander.as_deref(), &self.profile)
    }

    /// Whether users run it, with flags.
    pub(crate) fn has_flags(&self) -> bool {
        self.run_by == RunBy::User
    }

    pub(crate) fn has_setting(&self, name: &str) -> bool {
        self.key(name).is_some()
    }

    /// Whether nobody knows here what a setting is.
    pub(crate) fn is_unknown(&self, name: &str) -> bool {
        self.unknown.contains(&name)
    }

    /// The value of a setting, or its default; none where neither is known.
    pub(crate) fn setting(&self, name: &str) -> Option<&str> {
        if self.is_unknown(name) {
            return None;
        }
        let set = self.profile.get(name).map(String::as_str);
        set.or_else(|| self.key(name)?.default)
    }

    pub(crate) fn seconds(&self, name: &str) -> Option<u64> {
        let time = Duration::parse(self.setting(name)?).ok()?;
        Some(time.seconds())
    }

    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.setting(name) == Some("true")
    }

    /// Pods of a lower priority are ignored: they neither add a node nor keep one.
    pub(crate) fn expendable_cutoff(&self) -> i32 {
        const CUTOFF: &str = "expendable-pods-priority-cutoff";
        // Of what is not known nothing is said.
        if self.is_unknown(CUTOFF) {
            return i32::MIN;
        }
        let set = self.setting(CUTOFF);
        set.and_then(|text| text.parse().ok())
            .unwrap_or(EXPENDABLE_CUTOFF)
    }

    /// How a setting is written: as a flag, or as a key of the profile.
    pub(crate) fn written(&self, name: &str, value: &str) -> String {
        if self.has_flags() {
            format!("--{name}={value}")
        } else {
            format!("{name}: {value}")
        }
    }

    fn key(&self, name: &str) -> Option<&ProfileKey> {
        self.keys.iter().find(|key| key.name == name)
    }
}
