//! Grace periods that a class changes.

use crate::diagnostic::Severity;

/// The grace period of a pod that sets none.
/// Source: kubernetes/api core/v1/types.go, `terminationGracePeriodSeconds`.
pub(crate) const KUBERNETES_DEFAULT: i64 = 30;

/// What can be done where a class gives pods less time to stop than they ask for.
pub(crate) const WAYS_OUT: &str = "keep it off Spot (`placement: {spot: Never}`), or make it stop within that time and say so \
                                   in its manifest";

/// The same where nothing but the class asks for another time.
pub(crate) const KEEP_OWN: &str =
    "set `terminationGracePeriodSeconds: None` in the class to keep the time of the manifest";

/// A workload that gets another time to stop than its manifest asks for, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Changed {
    pub asked: i64,
    pub given: i64,
}

impl Changed {
    pub(crate) fn is_shorter(self) -> bool {
        self.given < self.asked
    }

    /// Less time does harm. More is mostly what a class is for.
    pub(crate) fn level(self) -> Severity {
        if self.is_shorter() {
            Severity::Warning
        } else {
            Severity::Info
        }
    }
}

/// Whether a class overrides the time of a workload whose manifest asks for this. What the configuration says of a single
/// workload is meant.
pub(crate) fn changed(own: Option<i64>, given: Option<i32>, is_declared: bool) -> Option<Changed> {
    let (asked, given) = (own?, i64::from(given?));
    (asked != given && !is_declared).then_some(Changed { asked, given })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_chose_is_not_overridden_in_silence() {
        let to_20 = |asked| changed(Some(asked), Some(20), false);
        assert_eq!(to_20(300).map(Changed::level), Some(Severity::Warning));
        assert_eq!(to_20(5).map(Changed::level), Some(Severity::Info));
        assert_eq!(to_20(20), None);
        assert_eq!(changed(Some(300), Some(20), true), None);
        assert_eq!(changed(Some(300), None, false), None);
        assert_eq!(changed(None, Some(20), false), None);
    }
}
