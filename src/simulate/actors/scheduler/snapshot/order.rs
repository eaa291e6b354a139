//! In which order the scheduler looks at nodes.

use crate::simulate::world::{NodeId, Symbol};

/// Nodes by zone: zones in the order in which they were first seen, nodes of a zone in the order in which they came.
/// Source: kubernetes/kubernetes `pkg/scheduler/backend/cache/node_tree.go`.
#[derive(Clone, Debug, Default)]
pub(super) struct Order {
    zones: Vec<(Option<Symbol>, Vec<NodeId>)>,
    /// One node of each zone in turn, until all are named.
    list: Vec<NodeId>,
}

impl Order {
    pub(super) fn add(&mut self, node: NodeId, zone: Option<Symbol>) {
        match self.zones.iter_mut().find(|(known, _)| *known == zone) {
            Some((_, nodes)) => nodes.push(node),
            None => self.zones.push((zone, vec![node])),
        }
        self.deal();
    }

    pub(super) fn remove(&mut self, node: NodeId) {
        for (_, nodes) in &mut self.zones {
            nodes.retain(|own| *own != node);
        }
        self.zones.retain(|(_, nodes)| !nodes.is_empty());
        self.deal();
    }

    pub(super) fn list(&self) -> &[NodeId] {
        &self.list
    }

    fn deal(&mut self) {
        self.list.clear();
        let longest = self
            .zones
            .iter()
            .map(|(_, nodes)| nodes.len())
            .max()
            .unwrap_or(0);
        for turn in 0..longest {
            let dealt = self.zones.iter().filter_map(|(_, nodes)| nodes.get(turn));
            self.list.extend(dealt);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::world::Symbols;

    #[test]
    fn zones_take_turns() {
        let mut symbols = Symbols::default();
        let [a, b] = ["a", "b"].map(|zone| Some(symbols.of(zone)));
        let mut order = Order::default();
        for (node, zone) in [(0, b), (1, a), (2, b), (3, b), (4, a), (5, None)] {
            order.add(NodeId(node), zone);
        }
        let seen = |order: &Order| order.list().iter().map(|node| node.0).collect::<Vec<_>>();
        assert_eq!(seen(&order), [0, 1, 5, 2, 4, 3]);
        order.remove(NodeId(5));
        order.remove(NodeId(0));
        assert_eq!(seen(&order), [2, 1, 3, 4]);
        order.remove(NodeId(2));
        order.remove(NodeId(3));
        order.add(NodeId(6), b);
        assert_eq!(seen(&order), [1, 6, 4]);
    }
}
