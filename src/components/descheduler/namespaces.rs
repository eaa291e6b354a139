//! In which namespaces pods are moved: as it is decided, and how that is in the policy.

use std::collections::BTreeSet;

use foldhash::HashSet;
use serde::{Deserialize, Serialize};

use super::evictor::Evictor;
use super::moved::moved;
use crate::config;
use crate::defaults;
use crate::plan::Workload;

/// In which namespaces pods are moved.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Namespaces {
    All,
    Include(Vec<String>),
    Exclude(Vec<String>),
}

impl Namespaces {
    /// What is declared, else the namespaces of the workloads that are moved.
    pub(super) fn resolve(
        declared: Option<config::Namespaces>,
        workloads: &[Workload],
        evictor: &Evictor,
    ) -> Self {
        let owned =
            |names: Vec<crate::values::DnsLabel>| names.into_iter().map(String::from).collect();
        match declared {
            Some(config::Namespaces {
                include: Some(names),
                ..
            }) => Self::Include(owned(names)),
            Some(config::Namespaces {
                exclude: Some(names),
                ..
            }) => Self::Exclude(owned(names)),
            Some(_) => Self::All,
            None => {
                let names: HashSet<&str> = moved(workloads, evictor)
                    .map(|workload| workload.namespace.as_str())
                    .collect();
                let names: BTreeSet<&str> = names.into_iter().collect();
                if names.is_empty() {
                    Self::Exclude(defaults::UNMOVED_NAMESPACES.map(str::to_owned).to_vec())
                } else {
                    Self::Include(names.into_iter().map(str::to_owned).collect())
                }
            }
        }
    }

    /// As the arguments of a plugin have them; none: everywhere.
    pub(super) fn lists(&self) -> Option<NamespaceLists> {
        let (include, exclude) = match self {
            Self::All => return None,
            Self::Include(names) => (Some(names.clone()), None),
            Self::Exclude(names) => (None, Some(names.clone())),
        };
        Some(NamespaceLists { include, exclude })
    }
}

impl Namespaces {
    /// Whether a namespace is one of them.
    pub(crate) fn have(&self, namespace: &str) -> bool {
        // Those of the workloads are sorted; what is declared may not be, and then one that is not met has to be looked for.
        let is_in = |names: &[String]| {
            let found = names.binary_search_by(|name| name.as_str().cmp(namespace));
            found.is_ok() || names.iter().any(|name| name == namespace)
        };
        match self {
            Self::All => true,
            Self::Include(names) => is_in(names),
            Self::Exclude(names) => !is_in(names),
        }
    }
}

/// Where pods are moved, or not moved.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct NamespaceLists {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude: Option<Vec<String>>,
}

/// As the descheduler takes the lists of others.
impl From<&NamespaceLists> for Namespaces {
    fn from(lists: &NamespaceLists) -> Self {
        match (&lists.include, &lists.exclude) {
            (Some(names), _) if !names.is_empty() => Self::Include(names.clone()),
            (_, Some(names)) if !names.is_empty() => Self::Exclude(names.clone()),
            _ => Self::All,
        }
    }
}
