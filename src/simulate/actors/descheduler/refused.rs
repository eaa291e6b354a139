//! Why a policy is refused.

/// Why the descheduler does not start with a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub String);

pub(super) fn refuse<T>(why: &str) -> Result<T, Refused> {
    Err(Refused(why.to_owned()))
}
