//! Reads what kubectl prints, and manifests: YAML or JSON, objects or lists of them.

use serde_json::{Deserializer, Value as Json};

use super::object::{Identity, Objects};
use crate::diagnostic::Failure;
use crate::source::{Source, SourceId, Sources};
use crate::yaml;

/// What nobody here has to read.
const SECRET: &str = "Secret";

/// The objects of these sources. Secrets are dropped.
///
/// # Errors
/// If a text is neither YAML nor JSON, has something else than objects, or has one object twice in two states.
pub fn read(sources: &Sources, ids: &[SourceId]) -> Result<Objects, Failure> {
    let mut objects = Objects::default();
    for id in ids {
        let source = sources.get(*id);
        for document in documents(source, *id, sources)? {
            add(document, None, source, &mut objects)?;
        }
    }
    Ok(objects)
}

/// JSON is read as such: it is many times faster than as YAML.
fn documents(source: &Source, id: SourceId, sources: &Sources) -> Result<Vec<Json>, Failure> {
    if source.text.trim_start().starts_with('{') {
        let stream = Deserializer::from_str(&source.text).into_iter::<Json>();
        if let Ok(documents) = stream.collect() {
            return Ok(documents);
        }
    }
    let parsed = yaml::parse_stream(id, &source.text);
    if let Some(problem) = parsed.problems.first() {
        let at = sources.position(problem.span);
        let (name, line) = (&source.name, at.line);
        let failure = Failure::new(format!("{name}, line {line}: {}", problem.message));
        return Err(match &problem.help {
            Some(help) => failure.help(help.clone()),
            None => failure,
        });
    }
    Ok(parsed.documents.iter().map(yaml::Node::to_json).collect())
}

/// `listed`: the API version and the kind of the items of a list of one kind, which need not repeat it.
fn add(
    mut document: Json,
    listed: Option<(&str, &str)>,
    source: &Source,
    objects: &mut Objects,
) -> Result<(), Failure> {
    if document.is_null() {
        return Ok(());
    }
    if let (Some((version, kind)), Some(map)) = (listed, document.as_object_mut()) {
        map.entry("apiVersion").or_insert_with(|| version.into());
        map.entry("kind").or_insert_with(|| kind.into());
    }
    let text = |key: &str| document.get(key).and_then(Json::as_str).unwrap_or_default();
    let (version, kind) = (text("apiVersion").to_owned(), text("kind").to_owned());
    let items = document.get_mut("items").map(Json::take);
    if let (Some(item), Some(Json::Array(items))) = (kind.strip_suffix("List"), items) {
        let listed = (!item.is_empty()).then_some((version.as_str(), item));
        for document in items {
            add(document, listed, source, objects)?;
        }
        return Ok(());
    }
    if kind == SECRET {
        return Ok(());
    }
    let Some(identity) = Identity::of(&document) else {
        return Err(Failure::new(format!(
            "{} has a document that is not a Kubernetes object: it lacks `apiVersion`, `kind` or `metadata.name`",
            source.name
        ))
        .help("give what `kubectl get -o yaml` or `spotgen render` prints"));
    };
    objects.add(identity, document).map_err(|twice| {
        Failure::new(format!(
            "{twice} is there twice, with different content; the second one is in {}",
            source.name
        ))
        .help("give each object once")
    })
}

#[cfg(test)]
mod tests {
    use super::read;
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
