//! What a value was, from one moment to the next.

/// A value over time: each sample holds until the next. Times are thousandths of a second.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps<T>(Vec<(i64, T)>);

/// What held from one moment to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span<T> {
    pub(super) from: i64,
    pub(super) until: i64,
    pub(super) value: T,
}

impl<T> Span<T> {
    pub(super) fn length(&self) -> i64 {
        self.until - self.from
    }
}

impl<T: Copy + Default + PartialEq> Steps<T> {
    /// Of several samples at one moment the last one counts.
    pub fn new(mut samples: Vec<(i64, T)>) -> Self {
        samples.sort_by_key(|(at, _)| *at);
        let mut kept: Vec<(i64, T)> = Vec::with_capacity(samples.len());
        for (at, value) in samples {
            kept.pop_if(|(last, _)| *last == at);
            if kept.last().map(|(_, value)| *value).unwrap_or_default() != value {
                kept.push((at, value));
            }
        }
        Self(kept)
    }

    pub(super) fn samples(&self) -> &[(i64, T)] {
        &self.0
    }

    pub(super) fn map<U: Copy + Default + PartialEq>(&self, to: impl Fn(T) -> U) -> Steps<U> {
        Steps::new(self.0.iter().map(|(at, value)| (*at, to(*value))).collect())
    }

    /// Everything between two moments, without a gap.
    pub(super) fn spans(&self, from: i64, until: i64) -> Vec<Span<T>> {
        let inside = self.0.partition_point(|(at, _)| *at <= from);
        let before = inside.checked_sub(1).map(|at| self.0[at].1);
        let later = self.0[inside..].iter().copied();
        let later = later.take_while(|(at, _)| *at < until);
        let starts = [(from, before.unwrap_or_default())]
            .into_iter()
            .chain(later);
        let mut spans: Vec<Span<T>> = Vec::new();
        for (from, value) in starts {
            if let Some(last) = spans.last_mut() {
                last.until = from;
            }
            spans.push(Span { from, until, value });
        }
        spans
    }

    /// Where more happens than `columns` can show, each column shows the worst that happened in it.
    pub(super) fn columns(
        &self,
        (from, until): (i64, i64),
        columns: i64,
        badness: impl Fn(&T) -> i64,
    ) -> Vec<Span<T>> {
        let spans = self.spans(from, until);
        if i64::try_from(spans.len()).is_ok_and(|count| count <= columns) {
            return spans;
        }
        let edge = |column: i64| {
            let at = i128::from(until - from) * i128::from(column) / i128::from(columns);
            from + i64::try_from(at).expect("it is less than the span")
        };
        let (mut shown, mut next): (Vec<Span<T>>, usize) = (Vec::new(), 0);
        for column in 0..columns {
            let (from, until) = (edge(column), edge(column + 1));
            while spans[next].until <= from && next + 1 < spans.len() {
                next += 1;
            }
            let inside = spans[next..].iter().take_while(|span| span.from < until);
            let worse_of = |worst: T, span: &Span<T>| {
                let is_worse = badness(&span.value) > badness(&worst);
                if is_worse { span.value } else { worst }
            };
            let worst = inside.fold(spans[next].value, worse_of);
            match shown.last_mut() {
                Some(last) if last.value == worst => last.until = until,
                _ => shown.push(Span {
                    from,
                    until,
                    value: worst,
                }),
            }
        }
        shown
    }
}

impl<const N: usize> Steps<[i64; N]>
where
    [i64; N]: Default,
{
    /// Of all of them together, at each moment.
    pub(super) fn sum<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut changes: Vec<(i64, [i64; N])> = Vec::new();
        for one in all {
            let mut before = [0; N];
            for (at, value) in &one.0 {
                let change = std::array::from_fn(|layer| value[layer] - before[layer]);
                changes.push((*at, change));
                before = *value;
            }
        }
        Self::accumulated(changes)
    }

    /// What changes come to, in order of time.
    pub(super) fn accumulated(mut changes: Vec<(i64, [i64; N])>) -> Self {
        changes.sort_by_key(|(at, _)| *at);
        let mut total = [0; N];
        let samples = changes.into_iter().map(|(at, change)| {
            for (layer, change) in total.iter_mut().zip(change) {
                *layer += change;
            }
            (at, total)
        });
        Self::new(samples.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(samples: &[(i64, i64)]) -> Steps<[i64; 1]> {
        Steps::new(samples.iter().map(|(at, value)| (*at, [*value])).collect())
    }

    fn written(spans: &[Span<[i64; 1]>]) -> Vec<(i64, i64, i64)> {
        let spans = spans.iter();
        spans
            .map(|span| (span.from, span.until, span.value[0]))
            .collect()
    }

    #[test]
    fn spans_leave_no_gap() {
        let steps = steps(&[(5, 1), (5, 2), (7, 2), (9, 0)]);
        assert_eq!(
            written(&steps.spans(0, 20)),
            [(0, 5, 0), (5, 9, 2), (9, 20, 0)]
        );
        assert_eq!(written(&steps.spans(6, 8)), [(6, 8, 2)]);
        assert_eq!(written(&steps.spans(30, 40)), [(30, 40, 0)]);
    }

    #[test]
    fn what_is_worst_is_never_lost_in_a_column() {
        let samples: Vec<(i64, i64)> = (0..1000)
            .map(|at| (at, at % 3))
            .chain([(1000, 0)])
            .collect();
        let mut spiked = samples.clone();
        spiked.insert(501, (500, 9));
        let shown = steps(&spiked).columns((0, 1000), 10, |value| value[0]);
        assert_eq!(
            written(&shown),
            [(0, 500, 2), (500, 600, 9), (600, 1000, 2)]
        );
    }

    #[test]
    fn sums_follow_each_part() {
        let sum = Steps::sum([&steps(&[(0, 1), (4, 3)]), &steps(&[(2, 5), (4, 1)])]);
        assert_eq!(sum, steps(&[(0, 1), (2, 6), (4, 4)]));
    }
}
