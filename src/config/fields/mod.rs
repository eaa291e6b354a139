//! Explains keys of the configuration, from the descriptions in its schema.

mod elsewhere;
mod page;
mod path;
mod reference;
mod walker;

pub use page::Page;
pub use reference::reference;
pub(crate) use walker::{takes, type_word};

use serde_json::Value;

use super::schema::strict_schema;
use crate::diagnostic::Failure;
use crate::values::words::either;
use walker::Walker;

/// The page for a path of keys: `spec.descheduler.interval`. `spec.` is optional, and so is the item of a list.
///
/// # Errors
/// If the key does not exist, with a suggestion.
pub fn explain(path: &str) -> Result<Page, Failure> {
    let schema: Value = strict_schema();
    let keys = path::keys(path);
    let walker = Walker { root: &schema };
    let unknown = match walker.page(&keys) {
        Ok(page) => return Ok(page),
        Err(unknown) => unknown,
    };
    let within: Vec<&str> = ["spec"].into_iter().chain(keys.iter().copied()).collect();
    let nearer = match walker.page(&within) {
        Ok(page) => return Ok(page),
        Err(nearer) => nearer,
    };
    // If the first key is known, the first answer is the better one.
    if walker.knows(keys.first()) {
        return Err(unknown);
    }
    if let [key] = keys.as_slice() {
        let paths = elsewhere::paths(&walker, key);
        if !paths.is_empty() {
            let unknown = Failure::new(format!("unknown key `{key}` in spec"));
            return Err(unknown.help(format!("did you mean {}?", either(&paths))));
        }
    }
    Err(nearer)
}

#[cfg(test)]
mod tests {
    use super::{explain, reference};

    fn page(path: &str) -> String {
        let page = explain(path).unwrap_or_else(|failure| panic!("{}", failure.message));
        assert!(page.text.starts_with(&format!("# {}\n", page.path)));
        page.text
    }

    #[test]
    fn keys_are_found_by_their_path() {
        for path in [
            "spec.descheduler.interval",
            "descheduler.interval",
            "/spec/descheduler/interval",
        ] {
            let page = page(path);
            assert!(page.starts_with("# spec.descheduler.interval\n"), "{page}");
            assert!(page.contains("Default: 1m"), "{page}");
        }
        for path in [
            "spec.nodePools.nodes.max",
            "spec.nodePools[].nodes.max",
            "nodePools.spot1.nodes.max",
            "spec.nodePools.0.nodes.max",
        ] {
            let page = page(path);
            assert!(page.starts_with("# spec.nodePools[].nodes.max\n"), "{page}");
        }
        assert!(page("spec.classes.web.placement.spot").contains("`Preferred`"));
        assert!(page("spec.nodePools.0").starts_with("# spec.nodePools[]\n"));
    }

    #[test]
    fn what_could_be_meant_is_said() {
        for (path, message, help) in [
            (
                "spec.deschedular.interval",
                "unknown key `deschedular` in spec",
                "did you mean `descheduler`?",
            ),
            (
                "spec.workloads.hpa",
                "unknown key `hpa` in spec.workloads[]",
                "did you mean `autoscaling`?",
            ),
            (
                "nodePools.spot1.minCount",
                "unknown key `minCount` in spec.nodePools[]",
                "did you mean `nodes.min`?",
            ),
            (
                "spec.workloads.web",
                "unknown key `web` in spec.workloads[]",
                "known keys: name, namespace, kind, selector, replicas, autoscaling, requests, class, placement, \
                 onDemandBase, disruptionBudget, terminationGracePeriodSeconds, nodeLossTolerationSeconds",
            ),
        ] {
            let failure = explain(path).expect_err("there is no such key");
            assert_eq!(failure.message, message);
            assert_eq!(failure.help.as_deref(), Some(help));
        }
    }

    #[test]
    fn every_key_has_a_description() {
        let mut paths = vec!["apiVersion".to_owned(), "kind".to_owned()];
        let sections = reference();
        let mut section = String::new();
        for line in sections.lines() {
            if let Some((_, title)) = line.split_once("# ") {
                section = title.replace(".*", ".any");
            } else if let Some(key) = line.strip_prefix("- **`") {
                let (key, _) = key.split_once('`').expect("a key ends");
                paths.push(format!("{section}.{key}").replace("SpotConfig.", ""));
            }
        }
        assert!(paths.len() > 100, "{paths:?}");
        for path in paths {
            let text = page(&path);
            let second = text.lines().nth(4).unwrap_or_default();
            assert!(second.ends_with('.'), "{path}: {text}");
        }
    }
}
