//! The priority class of placeholders.

use super::PriorityClass;
use crate::config::PriorityClassRef;
use crate::defaults;

/// The declared class, else the default for placeholders on Spot or on on-demand.
pub(super) fn priority_class(declared: Option<&PriorityClassRef>, is_spot: bool) -> PriorityClass {
    let (name, value) = if is_spot {
        defaults::SPOT_PLACEHOLDER
    } else {
        defaults::ON_DEMAND_PLACEHOLDER
    };
    match declared {
        Some(class) => PriorityClass {
            name: class.name.to_string(),
            value: class.value.get_i32(),
        },
        None => PriorityClass {
            name: name.to_owned(),
            value,
        },
    }
}
