//! Small clusters for tests.

use crate::kubernetes::{Effect, HOSTNAME, LabelSelector, Labels, ZONE};
use crate::model::score;
use crate::plan::Amount;
use crate::simulate::actors::scheduler::{Reason, Scheduler};
use crate::simulate::agenda::Agenda;
use crate::simulate::world::{
    LabelSet, Node, NodeId, NodeRequirement, NodeState, NodeTaint, NodeTerm, Owner, OwnerId,
    OwnerKind, PodId, PodTerm, PreferredNodes, Requests, Selector, SelectorId, SpreadConstraint,
    Symbol, Template, Test, Tolerance, ToleratedValue, World,
};
use crate::values::Version;

pub(super) const V1_36: Version = Version::new(1, 36, Some(3));
pub(super) const NAMESPACE: &str = "shop";

pub(super) fn labels(text: &str) -> Labels {
    let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

#[derive(Default)]
pub(super) struct Cluster {
    pub world: World,
    pub agenda: Agenda,
}

impl Cluster {
    pub(super) fn symbol(&mut self, text: &str) -> Symbol {
        self.world.symbols.of(text)
    }

    /// A node with its hostname, and a zone if it is not empty. `labels`: `key=value,…`.
    pub(super) fn node(
        &mut self,
        name: &str,
        zone: &str,
        cpu: i64,
        mebibytes: i64,
        text: &str,
    ) -> NodeId {
        let mut set = LabelSet::new(&labels(text), &mut self.world.symbols);
        let symbol = self.symbol(name);
        set.set(self.symbol(HOSTNAME), symbol);
        let zone = (!zone.is_empty()).then(|| self.symbol(zone));
        if let Some(zone) = zone {
            set.set(self.symbol(ZONE), zone);
        }
        self.world.add_node(Node {
            name: symbol,
            group: None,
            labels: set,
            zone,
            taints: Vec::new(),
            is_cordoned: false,
            state: NodeState::Ready,
            created: self.world.now,
            ready_since: Some(self.world.now),
            allocatable: Requests::of(cpu, mebibytes << 20),
            max_pods: 110,
            requested: Requests::default(),
            counted: Amount::default(),
            pods: Vec::new(),
        })
    }

    pub(super) fn taint(&mut self, node: NodeId, key: &str, effect: Effect) {
        let key = self.symbol(key);
        self.world.update_node(node, |node| {
            node.taints.push(NodeTaint {
                key,
                value: None,
                effect,
            });
        });
    }

    /// A template with these requests; `labels`: `key=value,…`.
    pub(super) fn template(&mut self, text: &str, cpu: i64, mebibytes: i64) -> Template {
        let requests = Requests::of(cpu, mebibytes << 20);
        Template {
            namespace: Some(self.symbol(NAMESPACE)),
            labels: labels(text),
            counted: score::counted(requests.amount),
            requests,
            ..Template::default()
        }
    }

    pub(super) fn owner(&mut self, template: Template) -> OwnerId {
        let template = self.world.add_template(template);
        let (namespace, name) = (self.symbol(NAMESPACE), self.symbol("web"));
        let kind = OwnerKind::ReplicaSet;
        self.world.add_owner(Owner {
            kind,
            namespace,
            name,
            template,
            replicas: 1,
        })
    }

    pub(super) fn pod(&mut self, owner: OwnerId) -> PodId {
        self.world.create_pod(owner, None)
    }

    pub(super) fn bound(&mut self, owner: OwnerId, node: NodeId) -> PodId {
        let pod = self.pod(owner);
        self.world.bind(pod, node);
        self.world.set_ready(pod);
        pod
    }

    pub(super) fn selector(&mut self, text: &str) -> SelectorId {
        let namespace = self.symbol(NAMESPACE);
        let labels = LabelSelector {
            match_labels: labels(text),
            match_expressions: Vec::new(),
        };
        self.world.selectors.of(Selector { namespace, labels })
    }

    pub(super) fn term(&mut self, text: &str, topology: &str) -> PodTerm {
        PodTerm {
            selectors: vec![self.selector(text)],
            topology: self.symbol(topology),
        }
    }

    pub(super) fn spread(
        &mut self,
        text: &str,
        topology: &str,
        max_skew: i64,
        is_hard: bool,
    ) -> SpreadConstraint {
        SpreadConstraint {
            topology: self.symbol(topology),
            max_skew,
            is_hard,
            selector: self.selector(text),
            min_domains: None,
            honors_affinity: true,
            honors_taints: false,
        }
    }

    pub(super) fn node_term(&mut self, key: &str, value: &str) -> NodeTerm {
        let key = self.symbol(key);
        let test = Test::In(vec![self.symbol(value)]);
        NodeTerm {
            labels: vec![NodeRequirement { key, test }],
            names: Vec::new(),
        }
    }

    pub(super) fn preferred(&mut self, key: &str, value: &str, weight: i64) -> PreferredNodes {
        PreferredNodes {
            weight,
            term: self.node_term(key, value),
        }
    }

    pub(super) fn tolerance(&mut self, key: &str, effect: Option<Effect>) -> Tolerance {
        let key = Some(self.symbol(key));
        Tolerance {
            key,
            value: ToleratedValue::Any,
            effect,
            lasts: None,
        }
    }

    pub(super) fn scheduler(&mut self) -> Scheduler {
        let mut scheduler = Scheduler::new(V1_36);
        scheduler.see_all(&self.world);
        scheduler
    }

    /// The total and the points of each plugin, by node, for a pod of an owner's template.
    pub(super) fn points(&mut self, owner: OwnerId) -> Vec<Result<(i64, [i64; 6]), Reason>> {
        let template = self.world.owners[owner.index()].template;
        let mut points = self.scheduler().points(&self.world, template);
        points.sort_by_key(|(node, _)| *node);
        let with_total = |points: [i64; 6]| (points.iter().sum(), points);
        points
            .into_iter()
            .map(|(_, points)| points.map(with_total))
            .collect()
    }

    /// Tells the scheduler of every change and lets it act, until nothing changes.
    pub(super) fn settle(&mut self, scheduler: &mut Scheduler) {
        loop {
            let changes = self.world.take_changes();
            if changes.is_empty() {
                break;
            }
            for change in changes {
                scheduler.observe(&self.world, change);
            }
            scheduler.run(&mut self.world, &mut self.agenda);
        }
    }

    pub(super) fn node_of(&self, pod: PodId) -> Option<NodeId> {
        self.world.pod(pod).node
    }
}
