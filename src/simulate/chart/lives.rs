//! What the nodes of a pool went through.

use super::picture::{Capacity, Node, Pool, Stage};
use super::steps::{Span, Steps};

/// Its stages, each until the next, as far as they are between two times.
pub(super) fn stages(node: &Node, from: i64, until: i64) -> Vec<Span<Stage>> {
    let end = node.deleted.unwrap_or(until).min(until);
    let starts = node.stages.iter().map(|(at, _)| *at);
    let ends = starts.skip(1).chain([end]);
    let spans = node
        .stages
        .iter()
        .zip(ends)
        .map(|((at, stage), next)| Span {
            from: (*at).max(from),
            until: next.min(end),
            value: *stage,
        });
    spans.filter(|span| span.length() > 0).collect()
}

/// How many are ready on Spot, ready on on-demand, booting, leaving, and dead.
pub(super) fn counts<'a>(pools: impl IntoIterator<Item = &'a Pool>) -> Steps<[i64; 5]> {
    let mut changes = Vec::new();
    for pool in pools {
        for node in &pool.nodes {
            for span in stages(node, i64::MIN / 4, i64::MAX / 4) {
                let layer = layer(pool.capacity, span.value);
                let one = |sign| std::array::from_fn(|at| if at == layer { sign } else { 0 });
                changes.extend([(span.from, one(1)), (span.until, one(-1))]);
            }
        }
    }
    Steps::accumulated(changes)
}

fn layer(capacity: Capacity, stage: Stage) -> usize {
    match (stage, capacity) {
        (Stage::Ready, Capacity::Spot) => 0,
        (Stage::Ready, Capacity::OnDemand) => 1,
        (Stage::Booting, _) => 2,
        (Stage::Cordoned | Stage::Noticed | Stage::Draining, _) => 3,
        (Stage::Dead, _) => 4,
    }
}

/// Nodes in rows: a node takes the first row whose last node is gone.
pub(super) fn packed(pool: &Pool) -> Vec<Vec<&Node>> {
    let mut rows: Vec<Vec<&Node>> = Vec::new();
    let mut nodes: Vec<&Node> = pool.nodes.iter().collect();
    nodes.sort_by_key(|node| node.stages.first().map(|(at, _)| *at));
    for node in nodes {
        let Some((start, _)) = node.stages.first() else {
            continue;
        };
        let is_free = |row: &&mut Vec<&Node>| {
            let last = row.last().and_then(|node| node.deleted);
            last.is_some_and(|deleted| deleted <= *start)
        };
        match rows.iter_mut().find(is_free) {
            Some(row) => row.push(node),
            None => rows.push(vec![node]),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(start: i64, dead: i64, deleted: Option<i64>) -> Node {
        Node {
            name: start.to_string(),
            stages: vec![
                (start, Stage::Booting),
                (start + 2, Stage::Ready),
                (dead, Stage::Dead),
            ],
            deleted,
        }
    }

    #[test]
    fn a_life_ends_with_the_node() {
        let spans = stages(&node(0, 8, Some(9)), 1, 100).into_iter();
        let spans: Vec<_> = spans
            .map(|span| (span.from, span.until, span.value))
            .collect();
        let expected = [
            (1, 2, Stage::Booting),
            (2, 8, Stage::Ready),
            (8, 9, Stage::Dead),
        ];
        assert_eq!(spans, expected);
        // What it would have become.
        assert_eq!(stages(&node(0, 8, Some(5)), 0, 100).len(), 2);
    }

    #[test]
    fn a_row_is_taken_again() {
        let pool = Pool {
            name: "spot".to_owned(),
            capacity: Capacity::Spot,
            nodes: vec![node(0, 8, Some(9)), node(5, 20, None), node(9, 30, None)],
        };
        let rows = packed(&pool).into_iter();
        let rows: Vec<usize> = rows.map(|row| row.len()).collect();
        assert_eq!(rows, [2, 1]);
        let counts = counts([&pool]).spans(0, 12);
        let counts: Vec<_> = counts.iter().map(|span| (span.from, span.value)).collect();
        assert_eq!(counts[0], (0, [0, 0, 1, 0, 0]));
        assert_eq!(counts.last(), Some(&(11, [2, 0, 0, 0, 0])));
    }
}
