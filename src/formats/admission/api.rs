//! The labels that policies go by, and the versions of their API.

/// The label of a namespace whose pods get a class.
pub(super) const CLASS_LABEL: &str = "spotgen.dev/class";
/// The label of a pod that policies leave unchanged.
pub(super) const IGNORE_LABEL: &str = "spotgen.dev/ignore";

/// Source: kubernetes/enhancements keps/sig-api-machinery/3962-mutating-admission-policies: beta in 1.34, off by default;
/// stable in 1.36.
pub(super) const STABLE_SINCE: (u16, u16) = (1, 36);
