//! What is found out about one part of the system.

use serde_json::{Map, Value as Json};

use super::compared::Compared;
use super::whose::Whose;

/// The configuration has a part, and the cluster nothing of it.
pub(super) const NOT_INSTALLED: &str = "not-installed";
/// The same of the priorities, without which the autoscaler goes on by another rule.
pub(super) const EXPANDER_MISSING: &str = "expander-missing";

/// A part of the system in the cluster.
#[derive(Debug)]
pub struct Part {
    /// As `--only` and `--skip` know it.
    pub name: &'static str,
    /// Whether anything of it is there.
    pub is_there: bool,
    pub whose: Vec<Whose>,
    /// What is there, in a few words each.
    pub facts: Vec<String>,
    /// The same for programs.
    pub figures: Map<String, Json>,
    pub troubles: Vec<Trouble>,
    pub gaps: Vec<Gap>,
    /// How it compares to the configuration; none without one, and for a part that is no objects.
    pub compared: Option<Compared>,
}

/// Something that does not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Stable, for programs.
    pub id: &'static str,
    pub message: String,
    /// A command to run, or what to change.
    pub next: String,
}

impl Trouble {
    /// Whether it is that nothing of a part is there.
    pub(super) fn is_absence(&self) -> bool {
        [NOT_INSTALLED, EXPANDER_MISSING].contains(&self.id)
    }
}

/// Something that the snapshot does not tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// What cannot be told, behind "cannot tell".
    pub what: String,
    /// What to add to the snapshot, or where else to look.
    pub next: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Works,
    /// Something does not work.
    Broken,
    /// Nothing is known not to work, and something is not known.
    Unknown,
    Absent,
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Broken => "does not work",
            Self::Unknown => "cannot tell",
            Self::Absent => "not there",
        }
    }

    /// For programs.
    pub fn key(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Broken => "broken",
            Self::Unknown => "unknown",
            Self::Absent => "absent",
        }
    }
}

impl Part {
    pub(super) fn new(name: &'static str) -> Self {
        Self {
            name,
            is_there: false,
            whose: Vec::new(),
            facts: Vec::new(),
            figures: Map::new(),
            troubles: Vec::new(),
            gaps: Vec::new(),
            compared: None,
        }
    }

    pub fn state(&self) -> State {
        if !self.troubles.is_empty() {
            State::Broken
        } else if !self.gaps.is_empty() {
            State::Unknown
        } else if self.is_there {
            State::Works
        } else {
            State::Absent
        }
    }

    /// Whether it is known, and told, that nothing of it is there.
    pub(super) fn is_absent(&self) -> bool {
        self.troubles.iter().any(Trouble::is_absence)
    }

    pub(super) fn fact(&mut self, text: impl Into<String>) {
        self.facts.push(text.into());
    }

    pub(super) fn figure(&mut self, key: &str, value: impl Into<Json>) {
        self.figures.insert(key.to_owned(), value.into());
    }

    pub(super) fn trouble(
        &mut self,
        id: &'static str,
        message: impl Into<String>,
        next: impl Into<String>,
    ) {
        self.troubles.push(Trouble {
            id,
            message: message.into(),
            next: next.into(),
        });
    }

    pub(super) fn gap(&mut self, what: impl Into<String>, next: impl Into<String>) {
        self.gaps.push(Gap {
            what: what.into(),
            next: next.into(),
        });
    }

    pub(super) fn belongs_to(&mut self, whose: Whose) {
        if !self.whose.contains(&whose) {
            self.whose.push(whose);
        }
    }
}
