//! The values of the upstream charts alone, each chart installed by itself.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::{helms, object, render, rendered, upstream};
use crate::output_invariants::documents;
use crate::patch_tools::tool;
use crate::{golden, library, process};

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

/// The autoscaler of whoever runs it: the chart is installed with their values and ours, and what it makes is sound.
#[test]
fn the_chart_of_the_autoscaler_takes_its_values() {
    let Some(helms) = helms("values of the chart cluster-autoscaler") else {
        return;
    };
    for helm in &helms {
        let home = TempDir::new().expect("a folder can be made");
        let case = golden::root().join("eks");
        render(&case, "values", &home.path().join("values"));
        let own = home.path().join("own.yaml");
        fs::write(&own, "autoDiscovery: {clusterName: shop}\n").expect("a file can be written");
        let mut command = tool(helm, &home);
        command
            .args(["template", "rel", "--namespace", "kube-system", "-f"])
            .arg(&own)
            .arg("-f")
            .arg(home.path().join("values/cluster-autoscaler.yaml"))
            .arg(upstream().join("cluster-autoscaler"));
        let output = process::run(&mut command);
        process::passes(&output);
        let stream = String::from_utf8(output.stdout).expect("manifests are text");
        let installed = documents(&format!("\n{stream}"));
        let program = object(&installed, "Deployment", "rel-aws-cluster-autoscaler");
        let words = program.pointer("/spec/template/spec/containers/0/command");
        let words = words.and_then(Value::as_array).expect("it has a command");
        for flag in [
            "--expander=priority",
            "--max-node-provision-time=5m",
            "--v=4",
        ] {
            assert!(words.iter().any(|word| word == flag), "{flag}: {words:?}");
        }
        let name = "cluster-autoscaler-priority-expander";
        let planned = fs::read_to_string(case.join("manifests.yaml")).expect("there are manifests");
        let priorities = |objects: &[Value]| -> Value {
            let text = object(objects, "ConfigMap", name)["data"]["priorities"].clone();
            serde_saphyr::from_str(text.as_str().expect("priorities are text")).expect("it is YAML")
        };
        assert_eq!(priorities(&installed), priorities(&documents(&planned)));
        let planned = library::golden("eks/spot-config.yaml").check().counts();
        let observed = library::golden("eks/spot-config.yaml");
        assert_eq!(observed.manifests(&stream).check().counts(), planned);
    }
}
