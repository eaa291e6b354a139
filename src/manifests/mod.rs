//! What the workloads' own manifests say (`--from`): YAML streams, `helm template` output, `kubectl get -o yaml` lists.

mod autoscalers;
mod budgets;
mod config_maps;
mod fault;
mod fields;
mod keys;
mod node_selector;
mod objects;
mod placement;
mod pod_affinity;
mod priority_classes;
mod programs;
mod requests;
mod selector;
mod shape;
mod storage;
#[cfg(test)]
mod tests;
mod topology_spread;
mod workload;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::Kind;
use crate::diagnostic::{Diagnostic, Report};
use crate::kubernetes::Labels;
use crate::load;
use crate::plan::{Priority, Resources};
use crate::source::{SourceId, Sources, Span};
use crate::values::IntOrPercent;
use crate::yaml::{self, Dialect, Node};

pub use budgets::{BudgetIndex, Covers, FoundBudget, may_be_one};
pub use config_maps::{ConfigMap, Text};
pub use fault::{Fault, is_taken};
pub use keys::Keys;
pub use node_selector::{NodeExpression, NodeSelectorTerm, PreferredNodes};
pub(crate) use objects::{is_left_alone, workload_kind};
pub use placement::{ExistingPlacement, ReplacedLists};
pub use pod_affinity::{PodAffinityTerm, WeightedPodAffinityTerm};
pub use priority_classes::FoundPriorityClass;
pub use programs::FoundProgram;
pub(crate) use programs::image;
pub use selector::{LabelSelector, Operator, PodSelector, Requirement};
pub use storage::Storage;
pub use topology_spread::TopologySpreadConstraint;
pub use workload::Placeable;
pub(crate) use workload::pod_spec_pointer;

use autoscalers::Autoscaler;
use objects::{Header, Object};
pub(crate) use shape::Texts;

use shape::Reader;

/// What the workloads' own manifests say.
#[derive(Debug, Default)]
pub struct Manifests {
    pub workloads: Vec<Found>,
    pub budgets: Vec<FoundBudget>,
    pub priority_classes: Vec<FoundPriorityClass>,
    /// Those that were asked for.
    pub config_maps: Vec<ConfigMap>,
}

/// What is worth reading of the `ConfigMap`s and of the programs that workloads run.
#[derive(Clone, Copy)]
pub struct Wanted {
    /// By its name and its data.
    pub config_map: fn(name: &str, data: &mut dyn Iterator<Item = (&str, &str)>) -> bool,
    /// By the image of a workload's first container.
    pub image: fn(image: &str) -> bool,
}

impl Manifests {
    /// Whether nothing in them is of any interest.
    pub fn is_empty(&self) -> bool {
        self.workloads.is_empty()
            && self.budgets.is_empty()
            && self.priority_classes.is_empty()
            && self.config_maps.is_empty()
    }

    /// Puts what names no namespace into this one.
    pub fn assume_namespace(&mut self, namespace: &str) {
        let workloads = self.workloads.iter_mut().map(|found| &mut found.namespace);
        let budgets = self.budgets.iter_mut().map(|found| &mut found.namespace);
        for unsaid in workloads.chain(budgets).filter(|found| found.is_none()) {
            *unsaid = Some(namespace.to_owned());
        }
    }
}

/// A workload, as its manifest has it.
#[derive(Debug)]
pub struct Found {
    /// Its number among the workloads of the manifests.
    pub number: usize,
    pub kind: Kind,
    pub name: String,
    /// None where the manifest leaves it to whoever applies it.
    pub namespace: Option<String>,
    /// The workload's own labels.
    pub labels: Labels,
    /// The workload's own annotations.
    pub annotations: Labels,
    /// The labels that its selector wants; none where it has only expressions. A `ReplicationController`, `Job` or
    /// `CronJob` without a selector has the labels of its pods. Never empty.
    pub selector: Option<Labels>,
    pub pod_labels: Labels,
    /// Of the pod template: where the autoscaler and the descheduler look.
    pub pod_annotations: Labels,
    /// A `Job`'s and a `CronJob`'s `parallelism`; none for a `DaemonSet`. Absent means 1.
    pub replicas: Option<i64>,
    /// Whether that is written.
    pub states_replicas: bool,
    /// How many pods a `Deployment` may be short of while its pods are replaced one by one; none where they are not.
    pub missing_in_rollout: Option<IntOrPercent>,
    /// The fewest and the most replicas of its `HorizontalPodAutoscaler` or `ScaledObject`.
    pub autoscaling: Option<(i64, i64)>,
    /// What the scheduler sets aside for one pod. None when a container says nothing at all and the pod does not
    /// either: what it then uses is not in the manifest.
    pub requests: Option<Resources>,
    pub priority_class: Option<String>,
    /// By its class, or by the one that is the default of all pods; none where its class is in none of the manifests.
    pub priority: Option<Priority>,
    pub termination_grace_period_seconds: Option<i64>,
    /// Whether a volume is an `emptyDir` (in memory too) or a `hostPath`.
    pub local_storage: bool,
    /// What it keeps volumes in that it claims, or makes a claim of for each of its pods.
    pub storage: Vec<Storage>,
    /// Shared with the workload of the plan.
    pub existing: Arc<ExistingPlacement>,
    pub node_selector: Labels,
    /// What of the system itself it runs.
    pub program: Option<Box<FoundProgram>>,
    /// The workload as a whole: its `kind`; in a typed list, where items have none, its name.
    pub place: Span,
    pub places: Places,
}

/// Where a manifest says what it says; where it does not, the nearest thing that it says.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    pub name: Span,
    pub selector: Span,
    pub replicas: Span,
    pub requests: Span,
    pub grace: Span,
    /// In the autoscaler, where there is one.
    pub autoscaling: Span,
}

/// Reads every document of `files`. What is no workload, autoscaler or budget is skipped; what is one and cannot be
/// read is a finding.
pub fn read(sources: &Sources, files: &[SourceId], wanted: Wanted) -> (Manifests, Report) {
    // The templates of a chart are no YAML, or other YAML than what comes of them.
    read_unless(sources, files, wanted, |text| text.contains("{{"))
}

/// Likewise a stream that is certainly no template, whatever is wrong with it.
pub fn read_stream(sources: &Sources, stream: SourceId, wanted: Wanted) -> (Manifests, Report) {
    read_unless(sources, &[stream], wanted, |_| false)
}

/// `may_be_template` is asked for texts that are not right.
fn read_unless(
    sources: &Sources,
    files: &[SourceId],
    wanted: Wanted,
    may_be_template: impl Fn(&str) -> bool,
) -> (Manifests, Report) {
    let texts = |span: Span| sources.slice(span);
    let mut collector = Collector {
        reader: Reader::new(&texts),
        wanted,
        manifests: Manifests::default(),
        autoscalers: Vec::new(),
        claimed: Vec::new(),
        claims: Vec::new(),
        storage_classes: Vec::new(),
        seen: BTreeMap::new(),
    };
    for &file in files {
        let text = &sources.get(file).text;
        let parsed = yaml::parse(file, text, Dialect::Manifest);
        let is_template = !parsed.problems.is_empty() && may_be_template(text);
        for problem in parsed.problems {
            let mut diagnostic = load::syntax(problem);
            if is_template {
                diagnostic = diagnostic
                    .help("templates are not manifests: pipe `helm template` into `--from -`");
            }
            collector.reader.report.push(diagnostic);
        }
        if is_template {
            continue;
        }
        for document in &parsed.documents {
            collector.document(document);
        }
    }
    autoscalers::attach(
        &mut collector.manifests.workloads,
        &collector.autoscalers,
        &mut collector.reader.report,
    );
    priority_classes::attach(&mut collector.manifests);
    storage::attach(
        &mut collector.manifests,
        collector.claimed,
        &collector.storage_classes,
        &collector.claims,
    );
    (collector.manifests, collector.reader.report)
}

/// Reads of one workload only what placing its pods needs: `template` is the map whose `spec` is the pod spec, `subject`
/// what messages call the workload, `kind` none for a kind that is not ours to know.
///
/// # Errors
/// What of it cannot be read.
pub fn placeable(
    texts: Texts<'_>,
    subject: String,
    object: &Node<'_>,
    kind: Option<Kind>,
    (template, pod): (&Node<'_>, &Node<'_>),
) -> Result<Placeable, Report> {
    let mut reader = Reader::new(texts);
    reader.subject(subject);
    let placeable = workload::placeable(&mut reader, object, kind, template, pod);
    if reader.report.is_empty() {
        Ok(placeable)
    } else {
        Err(reader.report)
    }
}

struct Collector<'r> {
    wanted: Wanted,
    reader: Reader<'r>,
    manifests: Manifests,
    autoscalers: Vec<Autoscaler>,
    /// By the number of the workload.
    claimed: Vec<Vec<storage::Claimed>>,
    claims: Vec<storage::FoundClaim>,
    storage_classes: Vec<storage::FoundStorageClass>,
    /// The names of all objects read so far, by kind, namespace and name.
    seen: BTreeMap<(String, Option<String>, String), Span>,
}

impl Collector<'_> {
    fn document(&mut self, document: &Node<'_>) {
        for object in objects::unwrap(&mut self.reader, document) {
            self.reader.subject(object.kind.clone());
            self.object(&object);
        }
    }

    fn object(&mut self, object: &Object<'_, '_>) {
        if let Some(kind) = object.workload_kind() {
            if objects::is_left_alone(object.node) {
                return;
            }
            if let Some(header) = self.header(object) {
                let (mut found, claimed) =
                    workload::read(&mut self.reader, object, kind, header, self.wanted);
                found.number = self.manifests.workloads.len();
                self.manifests.workloads.push(found);
                self.claimed.push(claimed);
            }
        } else if object.is("PodDisruptionBudget", &["policy"]) {
            if let Some(header) = self.header(object) {
                let budget = budgets::read(&mut self.reader, object, header);
                self.manifests.budgets.push(budget);
            }
        } else if object.is("PriorityClass", &["scheduling.k8s.io"]) {
            if let Some(header) = self.header(object) {
                let class = priority_classes::read(&mut self.reader, object, header);
                self.manifests.priority_classes.push(class);
            }
        } else if object.is("StorageClass", &["storage.k8s.io"]) {
            self.storage_classes
                .extend(storage::read_class(object.node));
        } else if object.is("PersistentVolumeClaim", &[""]) {
            self.claims.extend(storage::read_claim(object.node));
        } else if object.is("ConfigMap", &[""]) {
            // Only those that matter to us are held against each other.
            if config_maps::is_wanted(object.node, self.wanted)
                && let Some(header) = self.header(object)
            {
                let map = config_maps::read(&self.reader, object, header);
                self.manifests.config_maps.push(map);
            }
        } else if autoscalers::is_one(object)
            && let Some(header) = self.header(object)
        {
            let autoscaler = autoscalers::read(&mut self.reader, object, header);
            self.autoscalers.extend(autoscaler);
        }
    }

    /// Who the object is, unless it is nobody or somebody already met.
    fn header(&mut self, object: &Object<'_, '_>) -> Option<Header> {
        let header = objects::header(&mut self.reader, object)?;
        let identity = (
            object.kind.clone(),
            header.namespace.clone(),
            header.name.clone(),
        );
        if let Some(first) = self.seen.get(&identity) {
            let message = format!("{} `{}` is given twice", object.kind, header.name);
            let diagnostic = Diagnostic::error(shape::RULE, message)
                .at(header.place)
                .label("given again here")
                .related(*first, "first given here")
                .help("leave one of the two out of `--from`");
            self.reader.report.push(diagnostic);
            return None;
        }
        self.seen.insert(identity, header.place);
        Some(header)
    }
}
