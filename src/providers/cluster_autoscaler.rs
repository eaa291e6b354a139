use crate::config::OsType;

/// The cluster autoscaler of a provider, managed or not.
#[derive(Debug)]
pub struct ClusterAutoscaler {
    /// Where it looks for the `ConfigMap` of the priority expander; `None` where it has no such expander.
    pub expander_namespace: Option<&'static str>,
    /// How it chooses between pools where it has no such expander, as the end of a sentence; `None` where it has one.
    pub own_order: Option<&'static str>,
    /// The exact name of a pool's node group as a pattern, `{pool}` standing for the pool's name.
    pub node_group: NodeGroup,
    pub run_by: RunBy,
    /// What can be set: the settings of a managed autoscaler, the flags of one that users run.
    pub profile: &'static [ProfileKey],
    /// The beginning of the command that sets a managed one, before the name of the cluster; `None` where there is a script
    /// or nothing to set.
    pub command: Option<&'static str>,
    pub node_template: NodeTemplate,
    pub failed_nodes: FailedNodes,
    pub metrics: AutoscalerMetrics,
}

/// Where the metrics of the autoscaler are, and how they come to Prometheus as a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutoscalerMetrics {
    /// Any Prometheus in the cluster can scrape them.
    Scraped(&'static str),
    /// Azure's managed Prometheus has them, and no other.
    AzureMonitor(&'static str),
    /// The provider publishes none.
    None,
}

impl ClusterAutoscaler {
    /// Whether this is one of its settings.
    pub fn has_setting(&self, name: &str) -> bool {
        self.profile.iter().any(|key| key.name == name)
    }
}

/// Who runs the cluster autoscaler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunBy {
    /// The provider, in its control plane.
    Provider,
    /// Whoever has the cluster: it is a `Deployment`, with flags.
    User,
}

/// Patterns (RE2) of node-group names by operating system.
#[derive(Debug)]
pub struct NodeGroup {
    pub linux: &'static str,
    pub windows: &'static str,
    /// Names that fit the two patterns: what others' patterns are tried on before there is a pool.
    pub linux_sample: &'static str,
    pub windows_sample: &'static str,
}

impl NodeGroup {
    /// The pattern of one pool, anchored, so that `pool1` does not catch `pool10`.
    pub fn pattern(&self, pool: &str, os: OsType) -> String {
        let template = match os {
            OsType::Linux => self.linux,
            OsType::Windows => self.windows,
        };
        template.replace("{pool}", &regex::escape(pool).replace("\\-", "-"))
    }

    /// A name that the node group of a pool can have.
    pub fn sample(&self, pool: &str, os: OsType) -> String {
        let template = match os {
            OsType::Linux => self.linux_sample,
            OsType::Windows => self.windows_sample,
        };
        template.replace("{pool}", pool)
    }
}

/// From where the autoscaler knows the labels and taints that nodes of an empty pool will have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeTemplate {
    /// From the pool itself.
    Pool,
    /// From tags that whoever makes the node group has to set on it.
    Tags,
}

/// The object of Cluster API that is a node group: `MachineDeployment/NAMESPACE/NAME`.
///
/// Source: kubernetes/autoscaler cluster-autoscaler/cloudprovider/clusterapi/clusterapi_nodegroup.go, `Id`; README.md,
/// pre-defined labels and taints on nodes scaled from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ScalableObject<'a> {
    pub(crate) kind: &'a str,
    pub(crate) name: &'a str,
}

impl<'a> ScalableObject<'a> {
    /// The annotation with the labels of nodes, `KEY=VALUE` and commas between them.
    pub(crate) const LABELS: &'static str = "capacity.cluster-autoscaler.kubernetes.io/labels";
    /// The annotation with the taints of nodes, `KEY=VALUE:EFFECT` and commas between them.
    pub(crate) const TAINTS: &'static str = "capacity.cluster-autoscaler.kubernetes.io/taints";

    /// None where a node group is none of Cluster API.
    pub(crate) fn of(node_group: &'a str) -> Option<Self> {
        let (kind, rest) = node_group.split_once('/')?;
        let (_, name) = rest.split_once('/')?;
        let is_one = ["MachineDeployment", "MachineSet", "MachinePool"].contains(&kind);
        is_one.then_some(Self { kind, name })
    }
}

/// What becomes of nodes that fail to start in a pool at its minimum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailedNodes {
    /// They stay.
    Kept,
    Unknown,
}

/// One setting of the autoscaler.
#[derive(Debug)]
pub struct ProfileKey {
    pub name: &'static str,
    pub value: ProfileKind,
    /// What holds where it is not set; `None` where that is not known, or depends on the version.
    pub default: Option<&'static str>,
}

/// What a setting takes.
#[derive(Clone, Copy, Debug)]
pub enum ProfileKind {
    /// Whole minutes: `10m`.
    Minutes,
    /// Whole seconds: `10s`.
    Seconds,
    /// A whole number with a unit: `10s`, `5m`.
    Duration,
    /// A whole number from 0.
    Count,
    /// A whole number from 0 to 100.
    Percentage,
    /// A number from 0 to 1.
    Fraction,
    /// `true` or `false`.
    Boolean,
    /// One of the expanders that a managed autoscaler has.
    Expander,
    /// Expanders of the program, of which each chooses among what the one before it leaves: `priority,least-waste`.
    Expanders,
    /// A duration as Go writes it: `5m`, `1h30m`.
    GoDuration,
    /// A whole number, which may be negative.
    Integer,
    /// A number from 0.
    Float,
    /// Any text.
    Text,
    /// A profile of GKE.
    Profile,
}

impl ProfileKind {
    /// What to write, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Minutes => "whole minutes, such as `10m`",
            Self::Seconds => "whole seconds, such as `10s`",
            Self::Duration => "a whole number with a unit, such as `30s`",
            Self::Count => "a whole number",
            Self::Percentage => "a whole number from 0 to 100",
            Self::Fraction => "a number from 0 to 1",
            Self::Boolean => "`true` or `false`",
            Self::Expander => {
                "one of `least-waste`, `most-pods`, `priority`, `random`, and not a list"
            }
            Self::Expanders => {
                "expanders with commas between them, such as `priority,least-waste`: each once, `random` last"
            }
            Self::GoDuration => "a number with a unit, such as `5m` or `30s`",
            Self::Integer => "a whole number, which may be negative",
            Self::Float => "a number from 0",
            Self::Text => "text",
            Self::Profile => "`balanced` or `optimize-utilization`",
        }
    }
}
