//! Whole pods on single nodes.

use std::collections::BinaryHeap;

use foldhash::{HashMap, HashMapExt as _};

use crate::plan::Amount;

/// What is free on each of some nodes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Packing {
    free: Vec<Amount>,
}

impl Packing {
    pub(crate) fn of(nodes: impl IntoIterator<Item = (Amount, i64)>) -> Self {
        let mut free = Vec::new();
        for (node, count) in nodes {
            let count = usize::try_from(count).unwrap_or(0);
            free.resize(free.len() + count, node);
        }
        Self { free }
    }

    /// Puts pods, sizes and numbers, each onto the emptiest node, as the scheduler does while it has the choice.
    pub(crate) fn spread(&mut self, groups: &[(Amount, i64)]) {
        let nodes = self.free.iter().enumerate();
        let mut emptiest: BinaryHeap<_> = nodes
            .map(|(at, free)| (free.cpu, free.memory, at))
            .collect();
        // Nodes with much CPU that have too little memory.
        let mut passed = Vec::new();
        for (one, count) in groups {
            for _ in 0..*count {
                let mut place = None;
                while let Some((cpu, memory, at)) = emptiest.pop() {
                    if one.cpu > cpu {
                        // So do all nodes behind it.
                        passed.push((cpu, memory, at));
                        break;
                    }
                    if one.fits(self.free[at]) {
                        place = Some(at);
                        break;
                    }
                    passed.push((cpu, memory, at));
                }
                emptiest.extend(passed.drain(..));
                let Some(at) = place else {
                    break;
                };
                let free = &mut self.free[at];
                *free = free.minus(*one);
                emptiest.push((free.cpu, free.memory, at));
            }
        }
    }

    /// Puts pods onto the nodes, each onto the first that has room for it: of each of these groups, a size and a number,
    /// one pod in turn, as they come when many nodes are drained at once. How many find room.
    pub(crate) fn fill(&mut self, groups: &[(Amount, i64)]) -> i64 {
        let mut sizes: Vec<Size> = Vec::new();
        let mut known: HashMap<Amount, usize> = HashMap::new();
        let mut waiting: Vec<Waiting> = Vec::with_capacity(groups.len());
        for &(one, left) in groups {
            let size = *known.entry(one).or_insert_with(|| {
                sizes.push(Size { one, at: 0 });
                sizes.len() - 1
            });
            waiting.push(Waiting { size, left });
        }
        let mut placed = 0;
        while !waiting.is_empty() {
            waiting.retain_mut(|group| {
                let found = group.left > 0 && self.pack(&mut sizes[group.size]);
                group.left -= i64::from(found);
                placed += i64::from(found);
                found
            });
        }
        placed
    }

    /// Puts one pod of a size onto the first node that has room for it.
    fn pack(&mut self, size: &mut Size) -> bool {
        while let Some(free) = self.free.get_mut(size.at) {
            if size.one.fits(*free) {
                *free = free.minus(size.one);
                return true;
            }
            size.at += 1;
        }
        false
    }
}

/// How many pods these groups are, sizes and numbers.
pub(crate) fn count(groups: &[(Amount, i64)]) -> i64 {
    groups.iter().map(|(_, count)| count).sum()
}

/// What all of them request.
pub(crate) fn sum(groups: &[(Amount, i64)]) -> Amount {
    let amounts = groups.iter().map(|(one, count)| one.times(*count));
    amounts.fold(Amount::default(), Amount::plus)
}

/// A size of pods, whatever group they are of.
struct Size {
    one: Amount,
    /// The first node that may have room: what is too full for one of them stays so.
    at: usize,
}

/// Pods of a group that have no place yet.
struct Waiting {
    /// Its number.
    size: usize,
    left: i64,
}

#[cfg(test)]
mod tests {
    use super::Packing;
    use crate::plan::Amount;

    fn cpu(cpu: i64) -> Amount {
        Amount { cpu, memory: 0 }
    }

    #[test]
    fn pods_are_whole() {
        // 6.8 CPU in all, and no two pods of 1.8 on a node.
        let mut nodes = Packing::of([(cpu(3400), 2)]);
        assert_eq!(nodes.fill(&[(cpu(1800), 5)]), 2);
        // What is left of the two nodes.
        assert_eq!(nodes.fill(&[(cpu(800), 5)]), 4);
        assert_eq!(Packing::of([]).fill(&[(cpu(0), 5)]), 0);
        assert_eq!(Packing::of([(cpu(100), 1)]).fill(&[(cpu(0), 5)]), 5);
    }

    #[test]
    fn sizes_come_in_turns() {
        let mut nodes = Packing::of([(cpu(3000), 1)]);
        // Two of each; then neither fits.
        assert_eq!(nodes.fill(&[(cpu(1000), 9), (cpu(400), 9)]), 4);
    }

    #[test]
    fn what_is_there_for_good_is_spread() {
        let mut nodes = Packing::of([(cpu(3460), 2)]);
        nodes.spread(&[(cpu(510), 1), (cpu(500), 2)]);
        assert_eq!(nodes.fill(&[(cpu(1200), 9)]), 4);
        // The emptier node lacks memory, and so the other one takes the pod.
        let gib = |gib: i64| gib << 30;
        let node = |cpu, memory| {
            (
                Amount {
                    cpu,
                    memory: gib(memory),
                },
                1,
            )
        };
        let mut nodes = Packing::of([node(4000, 1), node(3000, 8)]);
        nodes.spread(&[(node(1000, 4).0, 1)]);
        assert_eq!(nodes.free, [node(4000, 1).0, node(2000, 4).0]);
        let mut nodes = Packing::of([(cpu(3460), 2)]);
        nodes.spread(&[(cpu(510), 1), (cpu(500), 2)]);
        nodes.fill(&[(cpu(1200), 9)]);
        // What fits nowhere is left out.
        nodes.spread(&[(cpu(4000), 3)]);
        assert_eq!(nodes.fill(&[(cpu(10), 1)]), 1);
    }
}
