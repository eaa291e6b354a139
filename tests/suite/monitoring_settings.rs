//! Settings of monitoring that have no effect are not ignored in silence.

use std::fs;
use std::process::Output;

use tempfile::TempDir;

use super::golden::root;
use super::library::golden;
use super::output_invariants::documents;
use super::process::{passes, spotgen};

const RULE: &str = "info[unused-monitor-labels]";

#[test]
fn settings_of_a_dashboard_that_is_off_are_named() {
    let off = golden("monitoring/spot-config.yaml").set("spec.monitoring.dashboard.enabled=false");
    off.check().is_silent_about("unused-monitor-labels");
    for key in ["labels", "annotations"] {
        let set = format!("spec.monitoring.dashboard.{key}={{\"team\": \"shop\"}}");
        let message = format!("`dashboard.{key}` have no effect with `dashboard.enabled: false`");
        let off = off.clone().set(&set).check();
        off.passes(RULE);
        off.passes(&message);
        // They have an effect where there is a dashboard.
        let on = golden("monitoring/spot-config.yaml").set(&set).check();
        on.is_silent_about("unused-monitor-labels");
    }
}

#[test]
fn a_dashboard_that_no_sidecar_loads_is_named() {
    let without = golden("monitoring/spot-config.yaml").set("spec.monitoring.dashboard.labels={}");
    without.check().passes(RULE);
    without.check().passes("`dashboard.labels` is empty");
}

/// The output of `render` for a Prometheus that finds pods by annotations.
fn rendered(arguments: &[&str]) -> Output {
    let config = root().join("monitoring-annotations/spot-config.yaml");
    let mut all = vec!["render", "-f", config.to_str().expect("UTF-8")];
    all.extend(arguments);
    spotgen(all).in_folder(root()).run()
}

#[test]
fn annotations_that_an_output_lacks_are_named() {
    let note = "annotations, which are in the manifests of components that this output leaves out";
    let said = |arguments: &[&str]| {
        String::from_utf8(rendered(arguments).stderr).expect("notes are UTF-8")
    };
    let alone = said(&["--only", "monitoring"]);
    assert!(alone.contains(note), "{alone}");
    let next = "spotgen render --only descheduler,termination-handler,monitoring";
    assert!(alone.contains(next), "{alone}");
    let handler = said(&["--skip", "termination-handler"]);
    assert!(
        handler.contains("leaves out: termination-handler"),
        "{handler}"
    );
    let all = said(&[]);
    assert!(!all.contains(note), "{all}");
}

/// The chart of the descheduler makes its Service and its monitor: a second one would be in its way, and count twice.
#[test]
fn objects_beside_the_charts_are_none_of_theirs() {
    for (case, kinds) in [
        ("monitoring", "ConfigMap PodMonitor PrometheusRule"),
        ("monitoring-azure", "ConfigMap ConfigMap PodMonitor"),
        ("monitoring-annotations", "ConfigMap"),
        ("monitoring-eks", "ConfigMap PrometheusRule"),
    ] {
        let folder = TempDir::new().expect("a folder can be made");
        let output = spotgen([
            "render",
            "--format",
            "values",
            "-f",
            "spot-config.yaml",
            "-o",
        ])
        .args([folder.path()])
        .in_folder(root().join(case))
        .run();
        passes(&output);
        let text = fs::read_to_string(folder.path().join("monitoring.yaml")).expect("it is there");
        let objects = documents(&text);
        let made = objects.iter().filter_map(|object| object["kind"].as_str());
        let made: Vec<&str> = made.filter(|kind| *kind != "Namespace").collect();
        assert_eq!(made.join(" "), kinds, "{case}");
    }
}

/// What Flux leaves alone is said in the metadata, and a wish of the user wins.
#[test]
fn flux_replaces_variables_of_the_dashboard_only_if_it_is_told_to() {
    let key = "kustomize.toolkit.fluxcd.io/substitute";
    let config = golden("monitoring/spot-config.yaml");
    let made = config.render("manifests").expect("it is valid");
    assert!(made.contains(&format!("{key}: disabled")));
    let set = format!("spec.monitoring.dashboard.annotations={{\"{key}\": \"enabled\"}}");
    let made = config.set(&set).render("manifests").expect("it is valid");
    assert!(made.contains(&format!("{key}: enabled")), "{made}");
    assert!(!made.contains(&format!("{key}: disabled")));
}

/// The mean of few rounds has a window as long as they take.
#[test]
fn the_mean_of_rounds_follows_the_interval() {
    for (interval, window) in [("5m", "[30m]"), ("1h", "[6h]")] {
        let config = golden("monitoring/spot-config.yaml")
            .set(&format!("spec.descheduler.interval={interval}"));
        let made = config.render("manifests").expect("it is valid");
        let rate = format!(
            "sum(rate(descheduler_loop_duration_seconds_sum{{cluster=~\\\"$cluster\\\"}}{window})"
        );
        assert!(made.contains(&rate), "{rate}");
    }
}
