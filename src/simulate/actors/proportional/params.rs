//! The parameters of the cluster-proportional-autoscaler, and what follows from them.

use serde_json::{Map, Value as Json};

use super::counted::Counted;

/// What the program refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub String);

/// Parameters that the program takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    pub mode: Mode,
    pub includes_unschedulable: bool,
}

/// How it calculates.
#[derive(Clone, Debug, PartialEq)]
pub enum Mode {
    Linear {
        /// Zero where it is not given.
        cores_per_replica: f64,
        nodes_per_replica: f64,
        min: i64,
        /// Zero: none.
        max: i64,
        prevents_single_point: bool,
    },
    /// A threshold and the replicas from there on, lowest threshold first.
    Ladder {
        cores: Vec<(i64, i64)>,
        nodes: Vec<(i64, i64)>,
    },
}

impl Params {
    /// Reads the data of the `ConfigMap`.
    /// Source: kubernetes-sigs/cluster-proportional-autoscaler v1.10.3 pkg/autoscaler/controller/plugin/plugin.go,
    /// `EnsureController`.
    ///
    /// # Errors
    /// The program refuses it.
    pub fn read(data: &[(&str, &str)]) -> Result<Self, Refused> {
        let [(mode, text)] = data else {
            return refuse("its ConfigMap must have one key");
        };
        let is_linear = match *mode {
            "linear" => true,
            "ladder" => false,
            other => return refuse(&format!("`{other}` is neither `linear` nor `ladder`")),
        };
        let own = match serde_json::from_str(text) {
            Ok(Json::Object(own)) => Fields(own),
            Ok(Json::Null) => Fields(Map::new()),
            Ok(_) => return refuse("the parameters are no object"),
            Err(error) => return refuse(&format!("the parameters are no JSON: {error}")),
        };
        let mode = if is_linear {
            linear(&own)?
        } else {
            ladder(&own)?
        };
        Ok(Self {
            mode,
            includes_unschedulable: own.flag("includeUnschedulableNodes")?,
        })
    }

    /// How many replicas the target is to have.
    pub fn replicas(&self, counted: Counted) -> i64 {
        let (nodes, cores) = if self.includes_unschedulable {
            (counted.nodes, counted.cores)
        } else {
            (counted.schedulable_nodes, counted.schedulable_cores)
        };
        match &self.mode {
            Mode::Linear {
                cores_per_replica,
                nodes_per_replica,
                min,
                max,
                prevents_single_point,
            } => {
                let by_cores = by(cores, *cores_per_replica, (*min, *max));
                let by_nodes = by(nodes, *nodes_per_replica, (*min, *max));
                // Stronger than the maximum.
                let least = if *prevents_single_point && nodes > 1 {
                    2
                } else {
                    0
                };
                by_cores.max(by_nodes.max(least))
            }
            Mode::Ladder {
                cores: by_cores,
                nodes: by_nodes,
            } => step(cores, by_cores).max(step(nodes, by_nodes)),
        }
    }
}

/// Source: the same folder, `controller/linearcontroller/linear_controller.go`, `getExpectedReplicasFromParam`.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "upstream calculates so, and counts of nodes and cores are small"
)]
fn by(resources: i64, per_replica: f64, (min, max): (i64, i64)) -> i64 {
    if per_replica == 0.0 {
        return 1;
    }
    let replicas = (resources as f64 / per_replica).ceil() as i64;
    let most = if max == 0 {
        replicas
    } else {
        replicas.min(max)
    };
    most.max(min)
}

/// The replicas of the last threshold that is reached; of the first one, where none is.
/// Source: the same folder, `controller/laddercontroller/ladder_controller.go`, `getExpectedReplicasFromEntries`.
fn step(resources: i64, entries: &[(i64, i64)]) -> i64 {
    let reached = entries.partition_point(|(threshold, _)| *threshold <= resources);
    let entry = entries.get(reached.saturating_sub(1));
    entry.map_or(0, |(_, replicas)| *replicas)
}

/// Source: the same file as `by`, `parseParams`.
fn linear(own: &Fields) -> Result<Mode, Refused> {
    let (min, max) = (own.whole("min")?, own.whole("max")?);
    let cores_per_replica = own.number("coresPerReplica")?;
    let nodes_per_replica = own.number("nodesPerReplica")?;
    if min < 0 {
        return refuse("`min` is negative");
    }
    let min = min.max(1);
    if max != 0 && max < min {
        return refuse("`max` is less than `min`");
    }
    if cores_per_replica == 0.0 && nodes_per_replica == 0.0 {
        return refuse("neither `coresPerReplica` nor `nodesPerReplica` is given");
    }
    if cores_per_replica < 0.0 || nodes_per_replica < 0.0 {
        return refuse("`coresPerReplica` or `nodesPerReplica` is negative");
    }
    Ok(Mode::Linear {
        cores_per_replica,
        nodes_per_replica,
        min,
        max,
        prevents_single_point: own.flag("preventSinglePointFailure")?,
    })
}

/// Source: the same file as `step`, `parseParams` and `SyncConfig`.
fn ladder(own: &Fields) -> Result<Mode, Refused> {
    Ok(Mode::Ladder {
        cores: own.entries("coresToReplicas")?,
        nodes: own.entries("nodesToReplicas")?,
    })
}

fn refuse<T>(why: &str) -> Result<T, Refused> {
    Err(Refused(why.to_owned()))
}

/// An object as Go's `encoding/json` reads it into a structure: names in any case, of several the last, `null` is as good
/// as nothing, other names are ignored.
struct Fields(Map<String, Json>);

impl Fields {
    fn get(&self, name: &str) -> Option<&Json> {
        let named = self
            .0
            .iter()
            .filter(|(key, _)| key.eq_ignore_ascii_case(name));
        named
            .map(|(_, value)| value)
            .rfind(|value| !value.is_null())
    }

    fn read<T: Default>(
        &self,
        name: &str,
        wanted: &str,
        read: impl Fn(&Json) -> Option<T>,
    ) -> Result<T, Refused> {
        self.get(name).map_or(Ok(T::default()), |value| {
            read(value).ok_or_else(|| Refused(format!("`{name}` must be {wanted}")))
        })
    }

    fn whole(&self, name: &str) -> Result<i64, Refused> {
        self.read(name, "a whole number", Json::as_i64)
    }

    fn number(&self, name: &str) -> Result<f64, Refused> {
        self.read(name, "a number", Json::as_f64)
    }

    fn flag(&self, name: &str) -> Result<bool, Refused> {
        self.read(name, "true or false", Json::as_bool)
    }

    /// Pairs, lowest threshold first. What a pair lacks is zero, and what it has too much does not count.
    fn entries(&self, name: &str) -> Result<Vec<(i64, i64)>, Refused> {
        let wanted = "a list of pairs of whole numbers from 0";
        let mut entries = self.read(name, wanted, |list| {
            list.as_array()?
                .iter()
                .map(pair)
                .collect::<Option<Vec<_>>>()
        })?;
        entries.sort_by_key(|(threshold, _)| *threshold);
        Ok(entries)
    }
}

fn pair(entry: &Json) -> Option<(i64, i64)> {
    let items = match entry {
        Json::Null => &[][..],
        entry => entry.as_array()?,
    };
    let at = |index: usize| match items.get(index) {
        None | Some(Json::Null) => Some(0),
        Some(number) => number.as_i64().filter(|number| *number >= 0),
    };
    Some((at(0)?, at(1)?))
}
