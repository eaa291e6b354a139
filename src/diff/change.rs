//! What differs, as data.

use serde_json::Value as Json;

use super::fixed::Fixed;
use super::object::Identity;
use super::owner::Owner;
use super::path::Path;

/// One field that differs.
#[derive(Clone, Debug)]
pub struct Change {
    pub kind: Kind,
    pub path: Path,
    /// Where in the text at `path`, which is YAML or JSON itself.
    pub within: Option<Path>,
    /// None where it is new.
    pub old: Option<Json>,
    /// None where it is gone.
    pub new: Option<Json>,
    /// Why it cannot be changed in place, and what to do.
    pub fixed: Option<Fixed>,
    /// Who has set the old value, if it was not the one who applies.
    pub set_by: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Added,
    Changed,
    Removed,
    /// The values of a text are the same, its comments or its layout are not.
    Layout,
}

/// An object that differs, or about which there is something to say.
#[derive(Clone, Debug)]
pub struct ObjectChange {
    pub identity: Identity,
    pub api_version: String,
    pub fate: Fate,
    pub changes: Vec<Change>,
    pub owners: Vec<Owner>,
    /// What goes at this moment: the object, or its namespace.
    pub ending: Option<Ending>,
    /// Whether fields that an earlier output had can be told.
    pub knows_removals: bool,
}

/// What the cluster is about to delete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Object,
    Namespace,
}

/// What becomes of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    Added,
    Changed,
    /// Nothing, but somebody else manages it.
    Unchanged,
    Removed(Removal),
}

/// How an object goes that is no longer generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It stays in the cluster until it is pruned.
    NoLongerGenerated,
    /// `kubectl apply --prune`, as docs/operations.md writes it, deletes it.
    Pruned,
    /// It does not, for this reason.
    Left(&'static str),
}

/// Everything that differs.
#[derive(Clone, Debug)]
pub struct Differences {
    /// Sorted by kind, namespace and name.
    pub objects: Vec<ObjectChange>,
    pub pools: Vec<PoolChange>,
    /// Of the settings of the autoscaler.
    pub autoscaler: Vec<Change>,
    /// How many objects are generated.
    pub compared: usize,
    /// What is not compared.
    pub not_compared: Vec<&'static str>,
}

/// A node pool that differs.
#[derive(Clone, Debug)]
pub struct PoolChange {
    pub name: String,
    pub kind: Kind,
    pub changes: Vec<Change>,
}

impl ObjectChange {
    pub(super) fn is_removed(&self) -> bool {
        matches!(self.fate, Fate::Removed(_))
    }
}

impl Differences {
    /// Whether nothing differs. An object that only belongs to somebody else does not.
    pub fn is_empty(&self) -> bool {
        let mut objects = self.objects.iter();
        objects.all(|object| object.fate == Fate::Unchanged && object.ending.is_none())
            && self.pools.is_empty()
            && self.autoscaler.is_empty()
    }

    /// How many objects are added, changed and removed.
    pub fn counts(&self) -> [usize; 3] {
        let count = |is: fn(&Fate) -> bool| {
            let objects = self.objects.iter();
            objects.filter(|object| is(&object.fate)).count()
        };
        [
            count(|fate| *fate == Fate::Added),
            count(|fate| *fate == Fate::Changed),
            count(|fate| matches!(fate, Fate::Removed(_))),
        ]
    }

    /// The objects of which nobody can tell what an earlier output had.
    pub fn unknown_removals(&self) -> usize {
        let objects = self.objects.iter();
        objects.filter(|object| !object.knows_removals).count()
    }
}
