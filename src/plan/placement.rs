//! Where the pods of a workload are to run.

use serde::Serialize;

use crate::config::{Spot, SpreadMethod, WhenUnsatisfiable};
use crate::kubernetes::TopologyKey;

#[derive(Clone, Debug, PartialEq, Eq, Hash, Default, Serialize)]
pub struct Placement {
    /// None where nothing is said of Spot.
    #[serde(flatten)]
    pub spot_placement: Option<SpotPlacement>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub spread: Vec<Spread>,
}

/// How pods stand to Spot nodes, with what that takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "spot", rename_all_fields = "camelCase")]
pub enum SpotPlacement {
    Preferred {
        weight: i32,
        /// Whether nodes that the autoscaler may delete soon are as good as any other.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        tolerates_deletion_candidates: bool,
    },
    Required,
    Tolerated,
    Avoided {
        /// Of the preference for on-demand.
        weight: i32,
        /// Whether nodes that the autoscaler may delete soon are as good as any other.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        tolerates_deletion_candidates: bool,
    },
    Never,
}

/// Over what pods are spread, and by which means.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "method", rename_all_fields = "camelCase")]
pub enum Spread {
    TopologySpread {
        topology_key: TopologyKey,
        max_skew: i32,
        when_unsatisfiable: WhenUnsatisfiable,
    },
    PodAntiAffinity {
        topology_key: TopologyKey,
        /// For `ScheduleAnyway`.
        weight: i32,
        when_unsatisfiable: WhenUnsatisfiable,
    },
}

impl Placement {
    pub fn spot(&self) -> Option<Spot> {
        self.spot_placement.map(|placement| match placement {
            SpotPlacement::Preferred { .. } => Spot::Preferred,
            SpotPlacement::Required => Spot::Required,
            SpotPlacement::Tolerated => Spot::Tolerated,
            SpotPlacement::Avoided { .. } => Spot::Avoided,
            SpotPlacement::Never => Spot::Never,
        })
    }

    /// Whether nodes that the autoscaler may delete soon are as good to the pods as any other.
    pub fn tolerates_deletion_candidates(&self) -> bool {
        matches!(
            self.spot_placement,
            Some(
                SpotPlacement::Preferred {
                    tolerates_deletion_candidates: true,
                    ..
                } | SpotPlacement::Avoided {
                    tolerates_deletion_candidates: true,
                    ..
                }
            )
        )
    }

    /// Makes them so to pods that prefer one kind of nodes; others have no use for it.
    pub fn tolerate_deletion_candidates(&mut self) {
        if let Some(
            SpotPlacement::Preferred {
                tolerates_deletion_candidates,
                ..
            }
            | SpotPlacement::Avoided {
                tolerates_deletion_candidates,
                ..
            },
        ) = &mut self.spot_placement
        {
            *tolerates_deletion_candidates = true;
        }
    }
}

impl SpotPlacement {
    /// `weight` is for a preference.
    pub fn new(spot: Spot, weight: i32) -> Self {
        match spot {
            Spot::Preferred => Self::Preferred {
                weight,
                tolerates_deletion_candidates: false,
            },
            Spot::Required => Self::Required,
            Spot::Tolerated => Self::Tolerated,
            Spot::Avoided => Self::Avoided {
                weight,
                tolerates_deletion_candidates: false,
            },
            Spot::Never => Self::Never,
        }
    }
}

impl Spread {
    pub fn method(&self) -> SpreadMethod {
        match self {
            Self::TopologySpread { .. } => SpreadMethod::TopologySpread,
            Self::PodAntiAffinity { .. } => SpreadMethod::PodAntiAffinity,
        }
    }

    pub fn topology_key(&self) -> &TopologyKey {
        let (Self::TopologySpread { topology_key, .. }
        | Self::PodAntiAffinity { topology_key, .. }) = self;
        topology_key
    }

    /// Whether a pod that cannot keep to it stays pending.
    pub fn is_hard(&self) -> bool {
        let (Self::TopologySpread {
            when_unsatisfiable, ..
        }
        | Self::PodAntiAffinity {
            when_unsatisfiable, ..
        }) = self;
        *when_unsatisfiable == WhenUnsatisfiable::DoNotSchedule
    }
}
