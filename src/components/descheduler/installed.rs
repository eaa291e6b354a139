//! Policies in manifests.

use super::policy::{self, KIND, Policy};
use crate::manifests::{ConfigMap, Problem, Text};

/// What every policy has in it, in the kind or in the version.
const POLICY: &str = "escheduler";

/// A policy of the descheduler.
#[derive(Debug)]
pub struct InstalledPolicy<'m> {
    pub text: &'m Text,
    pub policy: Policy,
    /// What the descheduler has against it.
    pub problems: Vec<Problem>,
}

impl<'m> InstalledPolicy<'m> {
    /// None where a `ConfigMap` has no policy.
    pub(crate) fn read(map: &'m ConfigMap) -> Option<Self> {
        let text = map.data.iter().find(|text| is_policy(&text.text))?;
        let (policy, problems) = policy::read(&text.text);
        Some(Self {
            text,
            policy,
            problems,
        })
    }
}

/// Whether a text is a policy, as opposed to one that speaks of policies.
pub(crate) fn is_policy(text: &str) -> bool {
    let says = |line: &str| {
        let (key, value) = line.split_once(':').unwrap_or(("", ""));
        let value = value.trim().trim_matches(['"', '\'']);
        match key {
            "kind" => value == KIND,
            "apiVersion" => value.starts_with("descheduler/"),
            _ => false,
        }
    };
    text.contains(POLICY) && text.lines().any(says)
}
