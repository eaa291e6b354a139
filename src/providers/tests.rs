use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::facts;
use crate::config::{OsType, ProviderName, strict_schema};
use crate::values::pattern;

/// Every name that a configuration can have as its provider, as the schema lists them.
fn names() -> Vec<(String, ProviderName)> {
    let schema: Value = strict_schema();
    let listed = &schema["$defs"]["Spec"]["properties"]["provider"]["enum"];
    let listed = listed.as_array().expect("the schema lists the providers");
    let names = listed.iter().map(|word| {
        let name = serde_json::from_value(word.clone()).expect("the schema is made of the type");
        (word.as_str().expect("a word").to_owned(), name)
    });
    names.collect()
}

#[test]
fn each_provider_has_its_own_facts() {
    let names = names();
    assert!(names.len() > 3);
    for (word, name) in names {
        let written = serde_json::to_value(facts(name)).expect("facts are written as a word");
        assert_eq!(written, word, "`facts` has the facts of another provider");
    }
}

#[test]
fn samples_of_node_groups_fit_the_patterns_of_their_pools() {
    for (word, name) in names() {
        let node_group = &facts(name).cluster_autoscaler.node_group;
        for os in [OsType::Linux, OsType::Windows] {
            let sample = node_group.sample("pool1", os);
            let pattern = |pool| node_group.pattern(pool, os);
            assert!(pattern::matches(&pattern("pool1"), &sample), "{word}");
            assert!(!pattern::matches(&pattern("pool"), &sample), "{word}");
        }
    }
}

#[test]
fn nobody_else_asks_which_provider_it_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    collect(&root, &mut sources);
    assert!(sources.len() > 200, "the sources are not where they were");
    for source in sources {
        let location = source.strip_prefix(&root).expect("it is below");
        if location.starts_with("providers") || location.starts_with("config") {
            continue;
        }
        let text = fs::read_to_string(&source).expect("a source is text");
        assert!(
            !text.contains("ProviderName"),
            "src/{} names a provider. What differs between clouds is a fact: add a field to `providers::Facts`, state it \
             for each provider, and ask `plan.provider` for it.",
            location.display()
        );
    }
}

fn collect(folder: &Path, sources: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            collect(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(path);
        }
    }
}

#[test]
fn a_label_is_of_another_cloud_where_the_cloud_is_known() {
    let title = |key, own| {
        let own = facts(own);
        super::cloud_of_spot_label(key, own).map(|cloud| cloud.title)
    };
    let eks = "eks.amazonaws.com/capacityType";
    assert_eq!(title(eks, ProviderName::Aks), Some("EKS"));
    assert_eq!(title(eks, ProviderName::Eks), None);
    assert_eq!(title(eks, ProviderName::Generic), None);
    assert_eq!(title("kubernetes.io/arch", ProviderName::Aks), None);
}
