//! Reads what kubectl prints, and manifests, with the reader of snapshots: every object as it is.

use serde_json::Value as Json;

use super::object::{Identity, Objects};
use crate::diagnostic::Failure;
use crate::snapshot::{Item, each};
use crate::source::{SourceId, Sources};

/// What nobody here has to read.
const SECRET: &str = "Secret";
/// What somebody means to compare with by `--against`.
const CONFIGURATION: &str = "SpotConfig";

/// The objects of these sources. Secrets are dropped.
///
/// # Errors
/// If a text is neither YAML nor JSON, has something else than objects, or has one object twice in two states.
pub fn read(sources: &Sources, ids: &[SourceId]) -> Result<Objects, Failure> {
    let mut objects = Objects::default();
    for id in ids {
        let source = sources.get(*id);
        let mut failure = None;
        each(&source.text, &mut |item| {
            let added = match &failure {
                Some(_) => return,
                None => add(item, &source.name, &mut objects),
            };
            failure = added.err();
        });
        if let Some(failure) = failure {
            return Err(failure);
        }
    }
    Ok(objects)
}

/// Whether one of these sources has a list without items: what kubectl prints of a cluster that has nothing of what it was
/// asked for. A text with nothing in it rather comes from a command that failed.
pub fn has_empty_list(sources: &Sources, ids: &[SourceId]) -> bool {
    ids.iter().any(|id| {
        let mut found = false;
        each(&sources.get(*id).text, &mut |item| {
            found |= matches!(item, Item::NoItems);
        });
        found
    })
}

fn add(item: Item<'_>, source: &str, objects: &mut Objects) -> Result<(), Failure> {
    let (text, kind, version) = match item {
        Item::NoItems => return Ok(()),
        Item::Unreadable(problem) => {
            // The place alone, as messages about files have it.
            let subject = problem.subject.rsplit_once(" at ");
            let place = subject.map_or(problem.subject.as_str(), |(_, place)| place);
            let message = format!("{source}, {place}: {}", problem.reason);
            return Err(Failure::new(message));
        }
        Item::Object {
            text,
            kind,
            api_version,
        } => (text, kind, api_version),
    };
    let mut object: Json = serde_json::from_str(text).map_err(|error| {
        Failure::new(format!("{source} has an object that is no JSON: {error}"))
    })?;
    // Those of a list of one kind need not repeat it.
    if let Some(map) = object.as_object_mut() {
        for (key, listed) in [("apiVersion", version), ("kind", kind)] {
            if let Some(listed) = listed {
                map.entry(key).or_insert_with(|| listed.into());
            }
        }
    }
    let kind = object.get("kind").and_then(Json::as_str);
    if kind == Some(SECRET) {
        return Ok(());
    }
    if kind == Some(CONFIGURATION) {
        return Err(Failure::new(format!(
            "{source} is a configuration of spotgen, and not what is in a cluster"
        ))
        .help("to compare with another configuration, name it with --against"));
    }
    let Some(identity) = Identity::of(&object) else {
        return Err(Failure::new(format!(
            "{source} has a document that is not a Kubernetes object: it lacks `apiVersion`, `kind` or `metadata.name`"
        ))
        .help("give what `kubectl get -o yaml` or `spotgen render` prints"));
    };
    objects.add(identity, object).map_err(|twice| {
        Failure::new(format!(
            "{twice} is there twice, with different content; the second one is in {source}"
        ))
        .help("give each object once")
    })
}

#[cfg(test)]
mod tests {
    use super::{has_empty_list, read};
    use crate::source::Sources;

    fn names(text: &str) -> Result<Vec<String>, String> {
        let mut sources = Sources::default();
        let id = sources.add("live", text);
        let objects = read(&sources, &[id]).map_err(|failure| failure.message)?;
        Ok(objects.iter().map(|(own, _)| own.to_string()).collect())
    }

    #[test]
    fn lists_and_streams_of_json_and_yaml_are_objects() {
        let expected = Ok(vec!["ConfigMap a/y".to_owned(), "Namespace x".to_owned()]);
        let namespace = r#"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"x"}}"#;
        let map =
            r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"y","namespace":"a"}}"#;
        for text in [
            format!("{namespace}\n{map}\n"),
            format!("---\n{namespace}\n---\n---\n{map}\n"),
            format!(r#"{{"apiVersion":"v1","kind":"List","items":[{namespace},{map}]}}"#),
            format!("apiVersion: v1\nkind: List\nitems:\n- {map}\n- {namespace}\n- {map}\n"),
            format!(
                r#"{namespace}{{"apiVersion":"v1","kind":"ConfigMapList","items":[{{"metadata":{{"name":"y","namespace":"a"}}}}]}}"#
            ),
        ] {
            assert_eq!(names(&text), expected, "{text}");
        }
        assert_eq!(names(""), Ok(Vec::new()));
        // Markers of YAML between values of JSON, and YAML that looks like JSON.
        for text in [
            format!("{namespace}\n---\n{map}\n"),
            format!("{{kind: Namespace, apiVersion: v1, metadata: {{name: x}}}}\n---\n{map}\n"),
        ] {
            assert_eq!(names(&text), expected, "{text}");
        }
    }

    #[test]
    fn a_list_without_items_is_told_from_nothing() {
        let is_answer = |text: &str| {
            let mut sources = Sources::default();
            let id = sources.add("live", text);
            has_empty_list(&sources, &[id])
        };
        for text in [
            r#"{"apiVersion":"v1","items":[],"kind":"List","metadata":{"resourceVersion":""}}"#,
            r#"{"apiVersion":"apps/v1","kind":"DeploymentList","items":[]}"#,
            "apiVersion: v1\nkind: List\nitems: []\n",
        ] {
            assert!(is_answer(text), "{text}");
            assert_eq!(names(text), Ok(Vec::new()));
        }
        for text in [
            "",
            "\n---\n",
            "# a comment\n",
            "{kind: Pod, apiVersion: v1, metadata: {name: a}}",
        ] {
            assert!(!is_answer(text), "{text}");
        }
    }

    #[test]
    fn a_configuration_is_not_what_is_in_a_cluster() {
        let text = "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {name: x}\n";
        let failure = names(text).expect_err("a configuration");
        assert!(failure.starts_with("live is a configuration"), "{failure}");
    }

    #[test]
    fn secrets_are_dropped() {
        let secret = "{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {a: eA==}}";
        assert_eq!(names(secret), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_object_is_a_failure() {
        for text in ["a: 1\n", "- a\n", "{kind: Pod, apiVersion: v1}", "text"] {
            let failure = names(text).expect_err("no object");
            assert!(failure.contains("not a Kubernetes object"), "{failure}");
        }
        let failure = names("a: [\n").expect_err("not YAML");
        assert!(failure.starts_with("live, line "), "{failure}");
        let twice = "{apiVersion: v1, kind: Pod, metadata: {name: a}}\n---\n\
                     {apiVersion: v1, kind: Pod, metadata: {name: a, labels: {b: c}}}\n";
        let failure = names(twice).expect_err("two states");
        assert!(failure.starts_with("Pod a is there twice"), "{failure}");
        // Of one live object, that is two moments.
        let twice = "{apiVersion: v1, kind: Pod, metadata: {name: a, uid: u}, status: {x: 1}}\n---\n\
                     {apiVersion: v1, kind: Pod, metadata: {name: a, uid: u}, status: {x: 2}}\n";
        assert_eq!(names(twice), Ok(vec!["Pod a".to_owned()]));
    }
}
