//! What has happened and no later state tells.

use super::{Millis, Note, World};

impl World {
    pub fn note(&mut self, note: Note) {
        self.journal.push((self.now, note));
    }

    /// Everything that was noted, in order of time.
    pub fn journal(&self) -> &[(Millis, Note)] {
        &self.journal
    }
}
