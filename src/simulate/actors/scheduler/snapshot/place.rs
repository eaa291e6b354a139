//! A node as filters and scores see it: one of the world, or one that is only imagined.

use crate::plan::Amount;
use crate::simulate::world::{
    LabelSet, Node, NodeGroup, NodeTaint, Requests, Symbol, Template, TemplateId,
};

/// What is known of a node, and what stands on it.
/// Source: kubernetes/kubernetes pkg/scheduler/framework/types.go, `NodeInfo`.
#[derive(Clone, Debug)]
pub struct Place {
    pub name: Symbol,
    pub labels: LabelSet,
    pub zone: Option<Symbol>,
    pub taints: Vec<NodeTaint>,
    pub is_cordoned: bool,
    pub allocatable: Requests,
    pub max_pods: i64,
    /// Of the pods that stand there, those that terminate included.
    pub requested: Requests,
    /// The same with defaults for what is not requested.
    pub counted: Amount,
    /// How many pods stand there.
    pub pods: i64,
    pub standing: Vec<Standing>,
}

/// Pods of one template on one node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub template: TemplateId,
    pub all: i64,
    /// Those that do not terminate.
    pub lasting: i64,
}

impl Place {
    /// A node of the world, without its pods.
    pub fn of(node: &Node) -> Self {
        Self {
            name: node.name,
            labels: node.labels.clone(),
            zone: node.zone,
            taints: node.taints.clone(),
            is_cordoned: node.is_cordoned,
            allocatable: node.allocatable.clone(),
            max_pods: node.max_pods,
            requested: Requests::default(),
            counted: Amount::default(),
            pods: 0,
            standing: Vec::new(),
        }
    }

    /// The next machine of a group, as the autoscaler imagines it. Labels that only a machine has are the caller's to
    /// set.
    pub fn of_group(group: &NodeGroup, name: Symbol, zone: Option<Symbol>) -> Self {
        Self {
            name,
            labels: group.labels.clone(),
            zone,
            taints: group.taints.clone(),
            is_cordoned: false,
            allocatable: group.allocatable.clone(),
            max_pods: group.max_pods,
            requested: Requests::default(),
            counted: Amount::default(),
            pods: 0,
            standing: Vec::new(),
        }
    }

    /// Takes what a node of the world is now; what stands on it stays.
    pub(super) fn update(&mut self, node: &Node) {
        self.labels.clone_from(&node.labels);
        self.zone = node.zone;
        self.taints.clone_from(&node.taints);
        self.is_cordoned = node.is_cordoned;
        self.allocatable.clone_from(&node.allocatable);
        self.max_pods = node.max_pods;
    }

    pub(super) fn stand(&mut self, id: TemplateId, template: &Template, all: i64, lasting: i64) {
        match all {
            1 => {
                self.requested += &template.requests;
                self.counted = self.counted.plus(template.counted);
            }
            -1 => {
                self.requested -= &template.requests;
                self.counted = self.counted.minus(template.counted);
            }
            _ => {}
        }
        self.pods += all;
        let at = self.standing.iter().position(|one| one.template == id);
        let at = at.unwrap_or_else(|| {
            let none = Standing {
                template: id,
                all: 0,
                lasting: 0,
            };
            self.standing.push(none);
            self.standing.len() - 1
        });
        let own = &mut self.standing[at];
        own.all += all;
        own.lasting += lasting;
        if own.all == 0 {
            self.standing.swap_remove(at);
        }
    }
}
