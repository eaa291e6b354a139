//! Grace periods that a class shortens.

/// The grace period of a pod that sets none.
/// Source: kubernetes/api core/v1/types.go, `terminationGracePeriodSeconds`.
pub(crate) const KUBERNETES_DEFAULT: i64 = 30;

/// What can be done where a class gives pods less time to stop than they ask for.
pub(crate) const WAYS_OUT: &str = "keep it off Spot (`placement: {spot: Never}`), or make it stop within that time and say so \
                                   in its manifest";

/// The same where the pods are not on Spot, and nothing but the class asks for less.
pub(crate) const WAYS_OUT_OFF_SPOT: &str =
    "set `terminationGracePeriodSeconds: None` in the class to keep the time of the manifest";

/// A workload that gets less time to stop than its manifest asks for, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shortened {
    pub asked: i64,
    pub given: i64,
}

/// Whether a class takes time from a workload whose manifest asks for this. What the configuration says of a single
/// workload is meant.
pub(crate) fn shortened(
    own: Option<i64>,
    given: Option<i32>,
    is_declared: bool,
) -> Option<Shortened> {
    let (asked, given) = (own?, i64::from(given?));
    (asked > given && !is_declared).then_some(Shortened { asked, given })
}

#[cfg(test)]
mod tests {
    use super::{Shortened, shortened};

    #[test]
    fn what_somebody_chose_is_not_cut_in_silence() {
        let cut = Some(Shortened {
            asked: 300,
            given: 20,
        });
        assert_eq!(shortened(Some(300), Some(20), false), cut);
        assert_eq!(shortened(Some(300), Some(20), true), None);
        assert_eq!(shortened(Some(20), Some(20), false), None);
        assert_eq!(shortened(Some(300), None, false), None);
        assert_eq!(shortened(None, Some(20), false), None);
    }
}
