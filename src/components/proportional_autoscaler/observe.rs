//! What proportional autoscalers of others are told.
//!
//! Source: kubernetes-sigs/cluster-proportional-autoscaler v1.10.3 cmd/cluster-proportional-autoscaler/options/options.go.

use super::{Control, parameters};
use crate::manifests::{ConfigMap, ManifestWorkload, Problem, Text};

/// Parameters of a proportional autoscaler.
#[derive(Debug)]
pub struct InstalledParameters<'m> {
    pub map: &'m ConfigMap,
    /// The first one of its texts.
    pub text: &'m Text,
    pub control: Option<Control>,
    /// What it has against them.
    pub problems: Vec<Problem>,
}

/// Whether a key of a `ConfigMap` is one of its parameters.
pub(crate) fn is_parameters(key: &str) -> bool {
    matches!(key, "linear" | "ladder")
}

/// None where a `ConfigMap` has no parameters.
pub(crate) fn read(map: &ConfigMap) -> Option<InstalledParameters<'_>> {
    let text = map.data.first()?;
    map.data
        .iter()
        .any(|text| is_parameters(&text.key))
        .then(|| {
            let is_unknown = map.data.iter().any(|text| text.unknown.is_some());
            let (control, problems) = if is_unknown {
                (None, Vec::new())
            } else {
                parameters::read(&map.data)
            };
            InstalledParameters {
                map,
                text,
                control,
                problems,
            }
        })
}

/// A workload that runs a proportional autoscaler.
#[derive(Clone, Copy, Debug)]
pub struct Scaler<'m>(pub &'m ManifestWorkload);

impl<'m> Scaler<'m> {
    /// What it scales: `deployment/web`.
    pub fn targets(self) -> impl Iterator<Item = &'m str> {
        let program = self.0.program.as_deref();
        let targets = program.and_then(|program| program.argument("target"));
        let targets = targets.unwrap_or_default().split(',').map(str::trim);
        targets.filter(|target| !target.is_empty())
    }

    /// Where it looks for its targets and its parameters; none where whoever applies it decides.
    pub fn namespace(self) -> Option<&'m str> {
        let declared = self.0.program.as_deref()?.argument("namespace");
        // `$(MY_POD_NAMESPACE)` is its own.
        let declared = declared.filter(|namespace| !namespace.starts_with('$'));
        declared.or(self.0.namespace.as_deref())
    }

    /// Whether it looks in this namespace.
    pub fn scales_in(self, namespace: Option<&str>) -> bool {
        let own = self.namespace();
        own.is_none() || namespace.is_none() || own == namespace
    }

    /// Whether another workload is a target of it.
    pub fn scales(self, other: &ManifestWorkload) -> bool {
        self.scales_in(other.namespace.as_deref())
            && self.targets().any(|target| is_target(target, other))
    }
}

/// Whether a target names a workload, wherever that is.
pub(crate) fn is_target(target: &str, other: &ManifestWorkload) -> bool {
    let target = target.to_lowercase();
    let parts = target.split_once('/');
    parts.is_some_and(|(kind, name)| {
        name == other.name && kind == other.kind.as_str().to_lowercase()
    })
}
