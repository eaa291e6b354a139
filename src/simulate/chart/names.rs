//! Where the name of an area can stand in it.

use super::length::{Length, units};
use super::picture::Event;
use super::scale::TimeScale;

/// Where one of the areas is in one span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slab {
    pub(super) left: Length,
    pub(super) right: Length,
    pub(super) top: Length,
    pub(super) bottom: Length,
}

/// Lines that no name should stand on.
pub(super) struct Clear {
    upright: Vec<Length>,
    level: Vec<Length>,
}

impl Clear {
    pub(super) fn new(
        time: &TimeScale,
        events: &[Event],
        level: impl IntoIterator<Item = Length>,
    ) -> Self {
        let events = events.iter().filter(|event| time.shows(event.at));
        let mut upright: Vec<Length> = events.map(|event| time.x(event.at)).collect();
        upright.sort_unstable();
        let level = level.into_iter().collect();
        Self { upright, level }
    }
}

/// What a line of text needs.
const LINE: Length = units(18);

/// The middle of the best stretch in which a text fits: one that no event crosses, else any.
pub(super) fn room(slabs: &[Slab], width: Length, clear: &Clear) -> Option<(Length, Length)> {
    let (left, right) = (slabs.first()?.left, slabs.last()?.right);
    let starts = [left].into_iter().chain(clear.upright.iter().copied());
    let ends = clear.upright.iter().copied().chain([right]);
    let free = starts.zip(ends).filter_map(|(from, until)| {
        let start = slabs.partition_point(|slab| slab.right <= from);
        let end = slabs.partition_point(|slab| slab.left < until);
        let inside = slabs.get(start..end)?.iter().map(|slab| Slab {
            left: slab.left.max(from),
            right: slab.right.min(until),
            ..*slab
        });
        best(&inside.collect::<Vec<_>>(), width, &clear.level)
    });
    let first_of_best = |best: Found, next: Found| if next.0 > best.0 { next } else { best };
    let free = free.reduce(first_of_best);
    free.or_else(|| best(slabs, width, &clear.level))
        .map(|(_, middle)| middle)
}

/// How good it is, and where.
type Found = ((i64, Length, Length), (Length, Length));

/// Width counts up to twice the text's, height up to three lines: a name should stand well inside. Of equals, the
/// highest and then the widest is the best.
fn best(slabs: &[Slab], width: Length, level: &[Length]) -> Option<Found> {
    let mut best: Option<Found> = None;
    for (start, first) in slabs.iter().enumerate() {
        let (mut top, mut bottom) = (first.top, first.bottom);
        for slab in &slabs[start..] {
            (top, bottom) = (top.max(slab.top), bottom.min(slab.bottom));
            if bottom - top < LINE {
                break;
            }
            let wide = slab.right - first.left;
            let Some((top, bottom)) = uncrossed((top, bottom), level) else {
                continue;
            };
            let high = bottom - top;
            let score = wide.min(width * 2).0 * high.min(LINE * 3).0;
            let score = (score, high, wide);
            if wide >= width && best.is_none_or(|(highest, _)| score > highest) {
                let middle = (first.left + wide / 2, top + (bottom - top) / 2);
                best = Some((score, middle));
            }
        }
    }
    best
}

/// The highest part between lines, if a text fits there.
fn uncrossed((top, bottom): (Length, Length), level: &[Length]) -> Option<(Length, Length)> {
    let crossing = level.iter().copied().filter(|y| (top..bottom).contains(y));
    let mut edges: Vec<Length> = crossing.chain([top, bottom]).collect();
    edges.sort_unstable();
    let parts = edges
        .iter()
        .zip(&edges[1..])
        .map(|(top, bottom)| (*top, *bottom));
    let highest = parts.max_by_key(|(top, bottom)| *bottom - *top);
    highest.filter(|(top, bottom)| *bottom - *top >= LINE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slab(left: i64, right: i64, top: i64, bottom: i64) -> Slab {
        let [left, right, top, bottom] = [left, right, top, bottom].map(units);
        Slab {
            left,
            right,
            top,
            bottom,
        }
    }

    fn clear(upright: &[i64], level: &[i64]) -> Clear {
        Clear {
            upright: upright.iter().copied().map(units).collect(),
            level: level.iter().copied().map(units).collect(),
        }
    }

    #[test]
    fn a_name_stands_where_it_fits() {
        let slabs = [
            slab(0, 50, 0, 10),
            slab(50, 90, 0, 30),
            slab(90, 200, 10, 40),
        ];
        assert_eq!(
            room(&slabs, units(60), &clear(&[], &[])),
            Some((units(145), units(25)))
        );
        assert_eq!(room(&slabs[..2], units(60), &clear(&[], &[])), None);
    }

    #[test]
    fn a_name_keeps_off_lines() {
        let slabs = [slab(0, 300, 0, 60)];
        let middle = room(&slabs, units(60), &clear(&[100], &[40]));
        assert_eq!(middle, Some((units(200), units(20))));
        // Better crossed by an event than not at all.
        let middle = room(&slabs, units(160), &clear(&[150], &[30]));
        assert_eq!(middle, Some((units(150), units(45))));
    }
}
