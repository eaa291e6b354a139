//! Whole pods on single nodes.

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
        for (one, count) in groups {
            for _ in 0..*count {
                let with_room = self.free.iter_mut().filter(|free| one.fits(**free));
                let Some(free) = with_room.max_by_key(|free| (free.cpu, free.memory)) else {
                    break;
                };
                *free = free.minus(*one);
            }
        }
    }

    /// Puts pods onto the nodes, each onto the first that has room for it: of each of these groups, a size and a number,
    /// one pod in turn, as they come when many nodes are drained at once. How many find room.
    pub(crate) fn fill(&mut self, groups: &[(Amount, i64)]) -> i64 {
        let mut groups: Vec<Waiting> = groups.iter().map(Waiting::from).collect();
        let mut placed = 0;
        while !groups.is_empty() {
            groups.retain_mut(|group| {
                let found = group.left > 0 && self.pack(group);
                placed += i64::from(found);
                found
            });
        }
        placed
    }

    fn pack(&mut self, group: &mut Waiting) -> bool {
        while let Some(free) = self.free.get_mut(group.at) {
            if group.one.fits(*free) {
                *free = free.minus(group.one);
                group.left -= 1;
                return true;
            }
            group.at += 1;
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

/// Pods of one size that have no place yet.
struct Waiting {
    one: Amount,
    left: i64,
    /// The first node that may have room: what is too full for one of them stays so.
    at: usize,
}

impl From<&(Amount, i64)> for Waiting {
    fn from(&(one, left): &(Amount, i64)) -> Self {
        Self { one, left, at: 0 }
    }
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
        // What fits nowhere is left out.
        nodes.spread(&[(cpu(4000), 3)]);
        assert_eq!(nodes.fill(&[(cpu(10), 1)]), 1);
    }
}
