//! Files that are read at once come to what they come to one after the other.

use super::*;

/// Where a span starts, counted from the first of all texts.
fn place(span: Span, starts: &[usize]) -> usize {
    starts[usize::from(span.source.0)] + span.start as usize
}

/// What is found in texts, with its places.
fn told(texts: &[&str]) -> (Vec<String>, Vec<String>) {
    let (_, manifests, report) = read_all(texts);
    let starts: Vec<usize> = texts
        .iter()
        .scan(0, |end, text| {
            let start = *end;
            *end += text.len();
            Some(start)
        })
        .collect();
    let workloads = manifests.workloads.iter().map(|found| {
        let at = place(found.location, &starts);
        format!("{} {} {:?} {at}", found.number, found.name, found.requests)
    });
    let mut findings: Vec<String> = report
        .iter()
        .map(|found| {
            let at = found.location.map(|span| place(span, &starts));
            let related = found.related.iter();
            let related: Vec<usize> = related.map(|(span, _)| place(*span, &starts)).collect();
            format!("{} {at:?} {related:?}", found.message)
        })
        .collect();
    findings.sort();
    (workloads.collect(), findings)
}

#[test]
fn files_that_are_read_at_once_come_to_the_same_as_one() {
    // Enough to be read on several cores.
    let filling = format!("# {}\n", "-".repeat(100_000));
    let limits = |cpu: u32| {
        format!(
            "---\napiVersion: v1\nkind: LimitRange\nmetadata: {{name: all, namespace: a}}\nspec:\n  limits:\n  \
             - {{type: Container, defaultRequest: {{cpu: {cpu}, memory: 1Gi}}}}\n"
        )
    };
    // It asks for nothing itself.
    let silent = with_pod("{containers: [{name: main, image: a}]}")
        .replace("name: web", "name: own, namespace: a");
    let silent = format!("---\n{silent}");
    let broken = "---\nkind: Deployment\napiVersion: apps/v1\nmetadata: {name: [1]}\n".to_owned();
    let file = |parts: &[String]| parts.concat() + &filling;
    let files = [
        file(&[deployment("web", "a"), silent, limits(1)]),
        file(&[deployment("api", "a"), broken, deployment("web", "a")]),
        file(&[limits(2), deployment("web", "b"), deployment("api", "a")]),
        file(&[
            deployment("last", "a"),
            deployment("web", "a"),
            deployment("last", "a"),
        ]),
    ];
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let (workloads, findings) = told(&files);
    assert_eq!(
        (workloads.clone(), findings.clone()),
        told(&[&files.concat()])
    );
    let names = ["own", "web", "api", "web", "last"];
    assert_eq!(workloads.len(), names.len(), "{workloads:?}");
    for (number, name) in names.iter().enumerate() {
        assert!(
            workloads[number].starts_with(&format!("{number} {name} ")),
            "{workloads:?}"
        );
    }
    assert!(workloads[0].contains("Some("), "{workloads:?}");
    assert_eq!(findings.len(), 5, "{findings:?}");
}
