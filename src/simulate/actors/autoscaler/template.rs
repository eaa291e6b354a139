//! The node that a group would add next, as the autoscaler imagines it.

use crate::simulate::world::{
    GroupId, LabelSet, NodeTaint, OwnerKind, Requests, Symbol, TemplateId, World,
};

/// An imaginary node: it has the group's labels and taints and a place for the pods of each `DaemonSet` that fits.
/// Source: kubernetes/autoscaler `cluster-autoscaler/simulator/node_info_utils.go`,
/// `SanitizedTemplateNodeInfoFromNodeGroup`; `processors/nodeinfosprovider/mixed_nodeinfos_processor.go`, `Process`.
#[derive(Clone, Debug)]
pub struct NodeTemplate {
    pub group: GroupId,
    pub name: Symbol,
    pub labels: LabelSet,
    pub taints: Vec<NodeTaint>,
    pub allocatable: Requests,
    pub max_pods: i64,
    /// Pods of `DaemonSet`s, and what they request.
    pub daemons: Vec<TemplateId>,
    pub requested: Requests,
    /// The real node's zone that it has at present.
    zone: Option<Symbol>,
}

impl NodeTemplate {
    /// Without a real node there is only one zone for a group of several: on Azure their names joined with `__`.
    /// Source: `cluster-autoscaler/cloudprovider/azure/azure_template.go`, `buildNodeFromTemplate`.
    pub fn new(world: &mut World, group: GroupId) -> Self {
        let own = &world.groups[group.index()];
        let name = format!("{}-template", own.name);
        let zones: Vec<_> = own
            .zones
            .iter()
            .map(|zone| world.symbols.text(*zone))
            .collect();
        let zone = (!zones.is_empty()).then(|| zones.join("__"));
        let name = world.symbols.of(&name);
        let zone = zone.map(|zone| world.symbols.of(&zone));
        let zone_label = world.symbols.of(crate::kubernetes::ZONE);
        let own = &world.groups[group.index()];
        let mut labels = own.labels.clone();
        if let Some(zone) = zone {
            labels.set(zone_label, zone);
        }
        let mut template = Self {
            group,
            name,
            labels,
            taints: own.taints.clone(),
            allocatable: own.allocatable.clone(),
            max_pods: own.max_pods,
            daemons: Vec::new(),
            requested: Requests::default(),
            zone,
        };
        template.add_daemons(world);
        template
    }

    /// Takes over the zone of a real node, as templates are made of a group's first ready node.
    pub fn use_zone(&mut self, world: &mut World, zone: Option<Symbol>) {
        if zone.is_none() || self.zone == zone {
            return;
        }
        self.zone = zone;
        let label = world.symbols.of(crate::kubernetes::ZONE);
        if let Some(zone) = zone {
            self.labels.set(label, zone);
        }
    }

    /// Source: cluster-autoscaler/utils/daemonset/daemonset.go, `GetDaemonSetPodsForNode`.
    fn add_daemons(&mut self, world: &World) {
        let daemon_sets = world
            .owners
            .iter()
            .filter(|owner| owner.kind == OwnerKind::DaemonSet);
        for owner in daemon_sets {
            let template = &world.templates[owner.template.index()];
            let tolerates = self
                .taints
                .iter()
                .all(|taint| template.tolerations.let_on(*taint));
            if tolerates && template.may_be_on(self.name, &self.labels, &world.symbols) {
                self.requested += &template.requests;
                self.daemons.push(owner.template);
            }
        }
    }
}
