//! Chart.yaml and Chart.lock.

use serde::Serialize;

use crate::components::chart::Release;
use crate::defaults::UNHEALTHY_POLICY_SINCE;
use crate::formats::head::head;
use crate::plan::Plan;
use crate::{sha256, yaml};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata<'a> {
    api_version: &'static str,
    name: &'a str,
    description: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    version: &'static str,
    kube_version: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dependencies: Vec<Dependency<'a>>,
}

/// A chart that another one brings along.
///
/// The fields are in the order in which Helm's digest takes them.
/// Source: helm/helm pkg/chart/dependency.go, the type `Dependency`.
#[derive(Serialize)]
struct Dependency<'a> {
    name: &'static str,
    version: &'a str,
    repository: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
}

#[derive(Serialize)]
struct Lock<'a> {
    dependencies: Vec<Dependency<'a>>,
    digest: String,
    generated: &'static str,
}

/// From 1.21 on there are budgets as they are written here.
/// Source: kubernetes/kubernetes CHANGELOG/CHANGELOG-1.21.md, `policy/v1`.
const OLDEST: (u16, u16) = (1, 21);

pub(super) fn metadata(plan: &Plan, releases: &[Release<'_>]) -> String {
    let (major, minor) = UNHEALTHY_POLICY_SINCE;
    let (major, minor) = if plan.cluster.kubernetes_version.at_least(major, minor) {
        UNHEALTHY_POLICY_SINCE
    } else {
        OLDEST
    };
    let mut text = head(plan);
    let metadata = Metadata {
        api_version: "v2",
        name: &plan.name,
        description: "What a cluster needs to run workloads on Spot VMs, made by spotgen",
        kind: "application",
        version: "0.1.0",
        // Without the -0 a version like 1.33.4-gke.1000 would not match.
        kube_version: format!(">={major}.{minor}.0-0"),
        dependencies: required(releases),
    };
    yaml::write(&metadata, &mut text);
    text
}

pub(super) fn lock(releases: &[Release<'_>]) -> String {
    let locked = || releases.iter().map(|release| dependency(release, None));
    let lock = Lock {
        dependencies: locked().collect(),
        digest: digest(&required(releases), &locked().collect::<Vec<_>>()),
        // Helm writes when it was; here the same input has to give the same bytes.
        generated: "1970-01-01T00:00:00Z",
    };
    let mut text = String::new();
    yaml::write(&lock, &mut text);
    text
}

fn required<'a>(releases: &'a [Release<'_>]) -> Vec<Dependency<'a>> {
    let condition = |release: &Release<'_>| Some(format!("{}.enabled", release.chart));
    releases
        .iter()
        .map(|release| dependency(release, condition(release)))
        .collect()
}

fn dependency<'a>(release: &'a Release<'_>, condition: Option<String>) -> Dependency<'a> {
    Dependency {
        name: release.chart,
        version: &release.source.version,
        repository: &release.source.repository,
        condition,
    }
}

/// By which Helm knows that a lock belongs to a Chart.yaml: the SHA-256 of both lists in JSON as Go writes it.
/// Source: helm/helm internal/resolver/resolver.go, `HashReq`.
fn digest(required: &[Dependency<'_>], locked: &[Dependency<'_>]) -> String {
    let json = serde_json::to_string(&[required, locked]).expect("text is JSON");
    // Source: golang/go src/encoding/json/encode.go, `appendString` with `escapeHTML`.
    let json = json
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026");
    format!("sha256:{}", sha256::hex(json.as_bytes()))
}
