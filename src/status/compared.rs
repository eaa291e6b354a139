//! What became of the objects of the configuration.

use super::words::{count, names};

/// The objects of a component, by what became of them. Those of kinds that the snapshot has not got are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    pub same: usize,
    /// Names with their kinds.
    pub different: Vec<String>,
    pub missing: Vec<String>,
}

impl Compared {
    pub(super) fn is_empty(&self) -> bool {
        self.same == 0 && self.different.is_empty() && self.missing.is_empty()
    }

    /// In a few words; none where all is as it is wanted.
    pub(super) fn words(&self) -> Option<String> {
        let mut words = Vec::new();
        if !self.different.is_empty() {
            let number = count(self.different.len(), "object");
            words.push(format!(
                "{number} not as configured: {}",
                names(&self.different)
            ));
        }
        if !self.missing.is_empty() {
            let number = count(self.missing.len(), "object");
            words.push(format!("{number} missing: {}", names(&self.missing)));
        }
        (!words.is_empty()).then(|| words.join("; "))
    }
}
