//! Where in the configuration a key is that was given without its path.

use foldhash::{HashSet, HashSetExt as _};
use serde_json::Value;

use super::super::alternatives::property;
use super::super::synonyms::{folded, meant_path};
use super::walker::Walker;
use crate::suggest::similar;

/// At most this many paths are named.
const NAMED: usize = 3;

/// The paths that a key can mean, those near the root first: of a key with this name, of one that another tool calls so,
/// or of one with a similar name.
pub(super) fn paths(walker: &Walker<'_>, key: &str) -> Vec<String> {
    let mut maps = Vec::new();
    collect(walker, walker.root, &mut Vec::new(), &mut maps);
    let all = maps.iter().flat_map(|map| map.keys.iter().copied());
    let nearest = similar(key, all);
    let named = |map: &Map<'_>| map.key(|known| folded(known) == folded(key));
    let called = |map: &Map<'_>| {
        let path = meant_path(walker.root, map.schema, key)?;
        Some(path.join("."))
    };
    let alike = |map: &Map<'_>| map.key(|known| Some(known) == nearest);
    let ways: [Way<'_>; 3] = [&named, &called, &alike];
    let found = ways.into_iter().map(|way| {
        let paths = maps.iter().filter_map(|map| Some(map.path_of(&way(map)?)));
        let mut paths: Vec<String> = paths.collect();
        paths.sort_by_key(|path| path.matches('.').count());
        let mut named = HashSet::new();
        paths.retain(|path| named.insert(path.clone()));
        paths.truncate(NAMED);
        paths
    });
    found
        .into_iter()
        .find(|paths| !paths.is_empty())
        .unwrap_or_default()
}

/// The path in a map that a key can mean.
type Way<'a> = &'a dyn Fn(&Map<'_>) -> Option<String>;

/// A map with fixed keys.
struct Map<'a> {
    path: Vec<String>,
    schema: &'a Value,
    keys: Vec<&'a str>,
}

impl Map<'_> {
    /// The key of which something is true.
    fn key(&self, is_it: impl Fn(&str) -> bool) -> Option<String> {
        let mut keys = self.keys.iter();
        keys.find(|key| is_it(key)).map(|key| (*key).to_owned())
    }

    fn path_of(&self, key: &str) -> String {
        let path = self.path.iter().map(String::as_str).chain([key]);
        path.collect::<Vec<_>>().join(".")
    }
}

/// The map, if the schema is one, and all maps below it.
fn collect<'a>(
    walker: &Walker<'a>,
    schema: &'a Value,
    path: &mut Vec<String>,
    maps: &mut Vec<Map<'a>>,
) {
    let keys = walker.properties(schema).into_iter().flatten();
    let keys: Vec<&str> = keys.map(|(key, _)| key.as_str()).collect();
    for key in &keys {
        let mut step = (*key).to_owned();
        let property = property(walker.root, schema, key).expect("the map has the key");
        if let Some(inner) = walker.map_within(property, &mut step) {
            path.push(step);
            collect(walker, inner, path, maps);
            path.pop();
        }
    }
    maps.push(Map {
        path: path.clone(),
        schema,
        keys,
    });
}
