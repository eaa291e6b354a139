//! The values of the upstream charts alone, each chart installed by itself.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::{helms, object, render, rendered, upstream};
use crate::golden;
use crate::output_invariants::documents;
use crate::patch_tools::tool;

/// A chart with a file of values, as a release of its own.
fn install(helm: &Path, home: &TempDir, chart: &str, values: &str, release: &str) -> Vec<Value> {
    let file = home.path().join("values").join(values);
    let mut command = tool(helm, home);
    command
        .args(["template", release, "--namespace", "spot-system", "-f"])
        .arg(file)
        .arg(upstream().join(chart));
    rendered(&mut command)
}

#[test]
fn charts_take_their_values() {
    let Some(helms) = helms("values of the upstream charts") else {
        return;
    };
    for helm in &helms {
        let home = TempDir::new().expect("a folder can be made");
        render(
            &golden::root().join("minimal"),
            "values",
            &home.path().join("values"),
        );
        let stream = fs::read_to_string(golden::root().join("minimal/manifests.yaml"))
            .expect("there are manifests");
        let manifests = documents(&stream);
        let chart = "cluster-overprovisioner";
        let mut all = install(helm, &home, chart, "cluster-overprovisioner.yaml", "one");
        all.extend(install(
            helm,
            &home,
            chart,
            "cluster-overprovisioner-2.yaml",
            "two",
        ));
        for (kind, name) in [
            ("PriorityClass", "spotgen-placeholder-spot"),
            ("PriorityClass", "spotgen-placeholder-on-demand"),
        ] {
            let expected = &object(&manifests, kind, name)["value"];
            assert_eq!(object(&all, kind, name)["value"], *expected);
        }
        for name in ["overprovisioner-spot", "overprovisioner-on-demand"] {
            let (one, other) = (
                object(&manifests, "Deployment", name),
                object(&all, "Deployment", name),
            );
            for location in [
                "/spec/replicas",
                "/spec/template/spec/nodeSelector",
                "/spec/template/spec/tolerations",
                "/spec/template/spec/priorityClassName",
                "/spec/template/spec/containers/0/resources",
            ] {
                assert_eq!(
                    one.pointer(location),
                    other.pointer(location),
                    "{name} {location}"
                );
            }
        }
        // Two releases in one namespace have no object in common.
        let mut identities: Vec<String> = all
            .iter()
            .map(|object| format!("{} {}", object["kind"], object["metadata"]["name"]))
            .collect();
        identities.sort();
        let count = identities.len();
        identities.dedup();
        assert_eq!(identities.len(), count, "{identities:#?}");
        for account in all
            .iter()
            .filter(|object| object["kind"] == "ServiceAccount")
        {
            assert_eq!(account["automountServiceAccountToken"], false);
        }

        let all = install(helm, &home, "descheduler", "descheduler.yaml", "rel");
        let policy = |objects: &[Value]| -> Value {
            let text =
                object(objects, "ConfigMap", "spotgen-descheduler")["data"]["policy.yaml"].clone();
            serde_saphyr::from_str(text.as_str().expect("a policy is text")).expect("it is YAML")
        };
        assert_eq!(policy(&all), policy(&manifests));
        let file = super::yaml(&home.path().join("values/descheduler-policy.yaml"));
        assert_eq!(file, policy(&manifests));
        let handler = "aks-node-termination-handler";
        let all = install(
            helm,
            &home,
            handler,
            "aks-node-termination-handler.yaml",
            "rel",
        );
        object(&all, "DaemonSet", "spotgen-termination-handler");
    }
}
