//! Which changes may help a pod that was rejected: the queueing hints of the plugins.
//! Source: kubernetes/kubernetes pkg/scheduler/framework/plugins, `EventsToRegister` and the functions named below.

use super::reason::{Filter, Filters};
use super::snapshot::{Happening, Place, Snapshot};
use super::{filters, let_on};
use crate::simulate::world::{PodTerm, Template, TemplateId, World};

/// Whether a change may help pods of a template that these filters have rejected.
pub(super) fn helps(
    world: &World,
    snapshot: &Snapshot,
    happening: Happening,
    id: TemplateId,
    rejected_by: Filters,
) -> bool {
    let template = &world.templates[id.index()];
    let change = Change {
        world,
        snapshot,
        happening,
        id,
        template,
    };
    let by = |filter| rejected_by.has(filter);
    by(Filter::NodeResourcesFit) && change.fit()
        || by(Filter::NodeUnschedulable) && change.cordon()
        || by(Filter::TaintToleration) && change.taints()
        || by(Filter::NodeAffinity) && change.node_affinity()
        || by(Filter::NodePorts) && change.ports()
        || by(Filter::PodTopologySpread) && change.spread()
        || by(Filter::InterPodAffinity) && change.pod_affinity()
}

struct Change<'a> {
    world: &'a World,
    snapshot: &'a Snapshot,
    happening: Happening,
    id: TemplateId,
    template: &'a Template,
}

impl Change<'_> {
    /// The node of a change that is about a node, if its kind is one of those asked for.
    fn node(&self, asked: impl Fn(super::snapshot::NodeChange) -> bool) -> Option<&Place> {
        match self.happening {
            Happening::NodeAdded(node) => self.snapshot.place(node),
            Happening::NodeChanged(node, change) if asked(change) => self.snapshot.place(node),
            _ => None,
        }
    }

    /// Source: noderesources/fit.go, `isSchedulableAfterPodEvent`, `isSchedulableAfterNodeChange`.
    fn fit(&self) -> bool {
        matches!(self.happening, Happening::PodGone(..))
            || self
                .node(|change| change.allocatable)
                .is_some_and(|place| filters::fits_empty(self.template, place))
    }

    /// Source: `nodeunschedulable/node_unschedulable.go`, `isSchedulableAfterNodeChange`.
    fn cordon(&self) -> bool {
        self.node(|change| change.cordon)
            .is_some_and(|place| !place.is_cordoned)
    }

    /// Source: `tainttoleration/taint_toleration.go`, `isSchedulableAfterNodeChange`.
    fn taints(&self) -> bool {
        let taints = |place: &Place| {
            place
                .taints
                .iter()
                .all(|taint| self.template.tolerations.let_on(*taint))
        };
        self.node(|change| change.taints).is_some_and(taints)
    }

    /// Source: `nodeaffinity/node_affinity.go`, `isSchedulableAfterNodeChange`.
    fn node_affinity(&self) -> bool {
        let symbols = &self.world.symbols;
        let matches = |place| let_on::node_affinity(self.template, place, symbols);
        self.node(|change| change.labels).is_some_and(matches)
    }

    /// Source: `nodeports/node_ports.go`, `isSchedulableAfterPodDeleted`; a node that comes has no ports in use.
    fn ports(&self) -> bool {
        match self.happening {
            Happening::NodeAdded(_) => true,
            Happening::PodGone(gone, _) => {
                let freed = &self.world.templates[gone.index()].host_ports;
                self.template
                    .host_ports
                    .iter()
                    .any(|port| freed.contains(port))
            }
            _ => false,
        }
    }

    /// Source: podtopologyspread/plugin.go, `isSchedulableAfterPodChange`, `isSchedulableAfterNodeChange`.
    fn spread(&self) -> bool {
        let hard = || self.template.spread.iter().filter(|one| one.is_hard);
        match self.happening {
            Happening::PodStands(other, _)
            | Happening::PodLeaves(other, _)
            | Happening::PodGone(other, _) => {
                hard().any(|one| self.world.selectors.selects(one.selector, other))
            }
            Happening::NodeGone(_) => true,
            Happening::NodeAdded(_) | Happening::NodeChanged(..) => {
                let has_all =
                    |place: &Place| hard().all(|one| place.labels.get(one.topology).is_some());
                self.node(|change| change.labels || change.taints || change.cordon)
                    .is_some_and(has_all)
            }
        }
    }

    /// Source: interpodaffinity/plugin.go, `isSchedulableAfterPodChange`, `isSchedulableAfterNodeChange`.
    fn pod_affinity(&self) -> bool {
        let selectors = &self.world.selectors;
        let template = self.template;
        let any = |terms: &[PodTerm], id| terms.iter().any(|term| term.selects(id, selectors));
        match self.happening {
            Happening::PodStands(other, _) => {
                let required = &template.required_pods;
                !required.is_empty() && required.iter().all(|term| term.selects(other, selectors))
            }
            Happening::PodGone(other, _) => {
                let forbidding = &self.world.templates[other.index()].forbidden_pods;
                any(&template.forbidden_pods, other)
                    || any(forbidding, self.id)
                    || any(&template.required_pods, other)
            }
            Happening::PodLeaves(..) | Happening::NodeGone(_) => false,
            Happening::NodeAdded(_) | Happening::NodeChanged(..) => {
                self.node(|change| change.labels).is_some()
            }
        }
    }
}
