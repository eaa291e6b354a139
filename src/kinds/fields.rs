//! Where a pod spec has the parts of a placement.

use crate::config::CustomFields;
use crate::values::FieldPath;

/// The paths of keys, within a pod spec, to the parts of a placement; none where it does not take that part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlacementFields<'k> {
    pub(crate) affinity: Option<Vec<&'k str>>,
    pub(crate) tolerations: Option<Vec<&'k str>>,
    pub(crate) topology_spread: Option<Vec<&'k str>>,
    pub(crate) grace: Option<Vec<&'k str>>,
}

/// The word of a configuration for a part that a kind does not have.
const NONE: &str = "None";

pub(super) const AFFINITY: &str = "affinity";
pub(super) const TOLERATIONS: &str = "tolerations";
pub(super) const TOPOLOGY_SPREAD: &str = "topologySpreadConstraints";
pub(super) const GRACE: &str = "terminationGracePeriodSeconds";

impl PlacementFields<'_> {
    /// Those of the pod specs of Kubernetes. Source: k8s.io/api core/v1/types.go, `PodSpec`.
    pub(crate) fn of_kubernetes() -> Self {
        Self {
            affinity: Some(vec![AFFINITY]),
            tolerations: Some(vec![TOLERATIONS]),
            topology_spread: Some(vec![TOPOLOGY_SPREAD]),
            grace: Some(vec![GRACE]),
        }
    }

    /// The same without some of them.
    pub(super) fn without(lacking: &[&str]) -> Self {
        let mut fields = Self::of_kubernetes();
        let each = [
            &mut fields.affinity,
            &mut fields.tolerations,
            &mut fields.topology_spread,
            &mut fields.grace,
        ];
        for field in each {
            field.take_if(|path| lacking.contains(&path[0]));
        }
        fields
    }

    /// Only those that are there by themselves.
    pub(crate) fn only(mut self, is_there: impl Fn(&[&str]) -> bool) -> Self {
        let each = [
            &mut self.affinity,
            &mut self.tolerations,
            &mut self.topology_spread,
            &mut self.grace,
        ];
        for field in each {
            field.take_if(|path| !is_there(path));
        }
        self
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &[&str]> {
        let each = [
            &self.affinity,
            &self.tolerations,
            &self.topology_spread,
            &self.grace,
        ];
        each.into_iter().flatten().map(Vec::as_slice)
    }
}

impl<'k> From<&'k CustomFields> for PlacementFields<'k> {
    fn from(custom: &'k CustomFields) -> Self {
        let path = |declared: &'k Option<FieldPath>, usual| match declared {
            Some(path) if path.as_str() == NONE => None,
            Some(path) => Some(path.as_str().split('.').collect()),
            None => Some(vec![usual]),
        };
        Self {
            affinity: path(&custom.affinity, AFFINITY),
            tolerations: path(&custom.tolerations, TOLERATIONS),
            topology_spread: path(&custom.topology_spread_constraints, TOPOLOGY_SPREAD),
            grace: path(&custom.termination_grace_period_seconds, GRACE),
        }
    }
}
