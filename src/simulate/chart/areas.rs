//! Counts over time, on top of each other.

use super::length::units;
use super::lettering;
use super::names::{self, Clear, Slab};
use super::paint::Paint;
use super::scale::{CountScale, TimeScale};
use super::sheet::{Anchor, SMALL, Sheet};
use super::steps::Span;

/// The highest that they come together.
pub(super) fn most<const N: usize>(spans: &[Span<[i64; N]>]) -> i64 {
    let totals = spans.iter().map(|span| span.value.iter().sum());
    totals.max().unwrap_or(0)
}

/// The first of the paints lies at the bottom. Names are written into the areas that have room for them.
pub(super) fn stacked<const N: usize>(
    sheet: &mut Sheet,
    (time, counts): (&TimeScale, &CountScale),
    spans: &[Span<[i64; N]>],
    paints: &[Paint; N],
    clear: Option<&Clear>,
) {
    for (layer, paint) in paints.iter().enumerate() {
        let most = spans.iter().map(|span| span.value[layer]).max();
        let Some(most) = most.filter(|most| *most > 0) else {
            continue;
        };
        let path = outline(&slabs(time, counts, spans, layer));
        sheet.area(
            *paint,
            &path,
            format_args!("{}: at most {most}", paint.name),
        );
    }
    let Some(clear) = clear else { return };
    for (layer, paint) in paints.iter().enumerate() {
        let slabs = slabs(time, counts, spans, layer);
        let width = lettering::bold(paint.name, SMALL) + units(12);
        if let Some((x, y)) = names::room(&slabs, width, clear) {
            let y = y + units(5);
            sheet.text("small strong text halo", (x, y), Anchor::Middle, paint.name);
        }
    }
}

fn slabs<const N: usize>(
    time: &TimeScale,
    counts: &CountScale,
    spans: &[Span<[i64; N]>],
    layer: usize,
) -> Vec<Slab> {
    let slab = |span: &Span<[i64; N]>| {
        let below: i64 = span.value[..layer].iter().sum();
        Slab {
            left: time.x(span.from),
            right: time.x(span.until),
            top: counts.y(below + span.value[layer]),
            bottom: counts.y(below),
        }
    };
    spans.iter().map(slab).collect()
}

/// A closed line around each stretch in which there is something.
fn outline(slabs: &[Slab]) -> String {
    let mut path = String::new();
    for run in slabs.split(|slab| slab.top == slab.bottom) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            continue;
        };
        let mut add = |part: String| path.push_str(&part);
        add(format!("M{} {}", first.left, first.top));
        for (slab, next) in run.iter().zip(&run[1..]) {
            if slab.top != next.top {
                add(format!("H{}V{}", next.left, next.top));
            }
        }
        add(format!("H{}V{}", last.right, last.bottom));
        for (slab, next) in run.iter().zip(&run[1..]).rev() {
            if slab.bottom != next.bottom {
                add(format!("H{}V{}", next.left, slab.bottom));
            }
        }
        add(format!("H{}Z", first.left));
    }
    path
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

    #[test]
    fn a_line_goes_around_each_stretch() {
        let slabs = [
            slab(0, 10, 5, 9),
            slab(10, 20, 9, 9),
            slab(20, 30, 4, 9),
            slab(30, 40, 2, 8),
        ];
        assert_eq!(outline(&slabs), "M0 5H10V9H0ZM20 4H30V2H40V8H30V9H20Z");
    }
}
