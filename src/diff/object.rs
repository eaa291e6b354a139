//! Objects by what names them in a cluster.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use serde_json::Value as Json;

/// What names an object. The version of its API does not: a server gives one object in all of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    pub kind: String,
    pub namespace: Option<String>,
    pub name: String,
    /// Empty for the core group.
    pub group: String,
}

impl Identity {
    /// None if it is not an object of Kubernetes.
    pub fn of(object: &Json) -> Option<Self> {
        let text = |value: Option<&Json>| value.and_then(Json::as_str).map(str::to_owned);
        let metadata = object.get("metadata")?;
        let version = object.get("apiVersion")?.as_str()?;
        Some(Self {
            kind: text(object.get("kind"))?,
            namespace: text(metadata.get("namespace")),
            name: text(metadata.get("name"))?,
            group: version
                .split_once('/')
                .map_or("", |(group, _)| group)
                .to_owned(),
        })
    }

    /// As kubectl names it: `deployment.apps descheduler --namespace spot-system`, each part a word.
    pub(super) fn arguments(&self) -> Vec<&str> {
        let namespace = self.namespace.iter();
        let namespace = namespace.flat_map(|namespace| ["--namespace", namespace.as_str()]);
        [self.name.as_str()].into_iter().chain(namespace).collect()
    }

    /// The kind as kubectl takes it, with its group where there is one.
    pub(super) fn resource(&self) -> String {
        let kind = self.kind.to_lowercase();
        if self.group.is_empty() {
            return kind;
        }
        format!("{kind}.{}", self.group)
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ", self.kind)?;
        if let Some(namespace) = &self.namespace {
            write!(formatter, "{namespace}/")?;
        }
        formatter.write_str(&self.name)
    }
}

/// Objects, each once, sorted by kind, namespace and name.
#[derive(Clone, Debug, Default)]
pub struct Objects(BTreeMap<Identity, Json>);

impl Objects {
    /// Adds an object. Of two states of one live object, the later one stays.
    ///
    /// # Errors
    /// If there is another one with the same name.
    pub fn add(&mut self, identity: Identity, object: Json) -> Result<(), Identity> {
        match self.0.entry(identity) {
            Entry::Vacant(place) => {
                place.insert(object);
                Ok(())
            }
            Entry::Occupied(place) if *place.get() == object => Ok(()),
            Entry::Occupied(mut place) if is_same_live(place.get(), &object) => {
                place.insert(object);
                Ok(())
            }
            Entry::Occupied(place) => Err(place.key().clone()),
        }
    }

    pub fn get(&self, identity: &Identity) -> Option<&Json> {
        self.0.get(identity)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Identity, &Json)> {
        self.0.iter()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn is_same_live(one: &Json, other: &Json) -> bool {
    let uid = one.pointer("/metadata/uid");
    uid.is_some_and(Json::is_string) && uid == other.pointer("/metadata/uid")
}

/// The value of a label.
pub(super) fn label<'o>(object: &'o Json, key: &str) -> Option<&'o str> {
    object.get("metadata")?.get("labels")?.get(key)?.as_str()
}

/// The value of an annotation.
pub(super) fn annotation<'o>(object: &'o Json, key: &str) -> Option<&'o str> {
    object
        .get("metadata")?
        .get("annotations")?
        .get(key)?
        .as_str()
}
