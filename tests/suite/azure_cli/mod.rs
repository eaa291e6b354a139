//! `--format azure-cli`: the script is run, with a stand-in for `az` that writes down what it is told.
#![cfg(unix)]

mod cluster;
mod others;

use std::fs;
use std::process::Output;

use super::golden;
use super::library;
use super::process::{self, spotgen};
use cluster::{Cluster, options};

const CONFIG: &str = "\
apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: shop}
spec:
  provider: aks
  cluster: {name: my-cluster, resourceGroup: my-group}
  nodePools:
    - {name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, zones: ['2', '1'], nodes: {min: 0, max: 10}, labels: {team: shop}, spot: {maxPrice: 0.5}}
    - {name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}}
";

fn script(config: &str) -> String {
    let rendered = library::config(config).render("azure-cli");
    rendered.expect("there are pools")
}

/// The script of a configuration, with further arguments.
fn chosen(config: &str, arguments: &[&str]) -> String {
    let output = rendered(config, arguments);
    process::passes(&output);
    process::stdout(&output)
}

fn rendered(config: &str, arguments: &[&str]) -> Output {
    spotgen(["render", "--format", "azure-cli", "-f", "-"])
        .args(arguments)
        .stdin(config)
        .run()
}

const PROFILE: [&str; 5] = ["priority", "5m", "100", "1000", "false"];

/// What Azure says of the two pools once they are as the configuration has them, labels and taints of its own included.
const SPOT: [&str; 12] = [
    "Linux",
    "Standard_D4s_v5",
    "1 2",
    "Spot",
    "Delete",
    "0.5",
    "User",
    "true",
    "0",
    "10",
    r#"{"kubernetes.azure.com/scalesetpriority":"spot","team":"shop"}"#,
    "kubernetes.azure.com/scalesetpriority=spot:NoSchedule",
];
const REGULAR: [&str; 12] = [
    "Linux",
    "standard_d4s_v5",
    "None",
    "Regular",
    "None",
    "null",
    "User",
    "true",
    "1",
    "10",
    "null",
    "spotgen.dev/capacity=on-demand:PreferNoSchedule",
];

/// A cluster in which all is well, but for these lines of one of the pools.
fn drifted(pool: &str, lines: &[(usize, &'static str)]) -> Cluster {
    let cluster = Cluster::new();
    cluster.put("profile", &PROFILE);
    for (name, mut state) in [("spot1", SPOT), ("regular1", REGULAR)] {
        if name == pool {
            for &(at, line) in lines {
                state[at] = line;
            }
        }
        cluster.put(name, &state);
    }
    cluster
}

#[test]
fn the_first_run_sets_everything_up() {
    let cluster = Cluster::new();
    let output = cluster.run(&script(CONFIG), &[]);
    process::passes(&output);
    let changes = cluster.changes().into_iter();
    let commands: Vec<String> = changes.map(|words| words.join(" ")).collect();
    // An option a line.
    let commands = commands.join("\n\n").replace(" --", "\n  --");
    insta::assert_snapshot!("first_run", commands);
}

#[test]
fn a_second_run_changes_nothing() {
    let cluster = drifted("", &[]);
    let output = cluster.run(&script(CONFIG), &[]);
    process::passes(&output);
    assert_eq!(cluster.changes(), [] as [Vec<String>; 0]);
    assert!(output.stdout.is_empty(), "{}", process::text(&output));
}

#[test]
fn what_can_be_changed_is_changed_and_nothing_is_lost() {
    for (pool, lines, expected) in [
        (
            "spot1",
            vec![(8, "1")],
            "--update-cluster-autoscaler --min-count 0 --max-count 10",
        ),
        (
            "spot1",
            vec![(7, "false"), (8, "None"), (9, "None")],
            "--enable-cluster-autoscaler --min-count 0 --max-count 10",
        ),
        ("regular1", vec![(6, "System")], "--mode User"),
        (
            "spot1",
            vec![(
                10,
                r#"{"kubernetes.azure.com/scalesetpriority":"spot","team":"other","x":""}"#,
            )],
            "--labels team=shop kubernetes.azure.com/scalesetpriority=spot x=",
        ),
        ("spot1", vec![(10, "null")], "--labels team=shop"),
        (
            "regular1",
            vec![(11, "None")],
            "--node-taints spotgen.dev/capacity=on-demand:PreferNoSchedule",
        ),
        (
            "regular1",
            vec![(
                11,
                "a=b:NoSchedule spotgen.dev/capacity=other:PreferNoSchedule a=c:NoExecute",
            )],
            "--node-taints spotgen.dev/capacity=on-demand:PreferNoSchedule,a=b:NoSchedule,a=c:NoExecute",
        ),
        // One of spotgen's own that is not wanted any more.
        (
            "spot1",
            vec![(
                11,
                "spotgen.dev/capacity=on-demand:PreferNoSchedule a=b:NoSchedule",
            )],
            "--node-taints a=b:NoSchedule",
        ),
        (
            "spot1",
            vec![(11, "spotgen.dev/capacity=on-demand:PreferNoSchedule")],
            "--node-taints ",
        ),
    ] {
        let cluster = drifted(pool, &lines);
        let output = cluster.run(&script(CONFIG), &[]);
        process::passes(&output);
        let changes = cluster.changes();
        let [change] = changes.as_slice() else {
            panic!("one command for {lines:?}, not {changes:#?}");
        };
        let expected = format!(
            "aks nodepool update --resource-group my-group --cluster-name my-cluster --name {pool} {expected} --output none"
        );
        assert_eq!(change.join(" "), expected);
    }
}

#[test]
fn what_cannot_be_changed_is_said_and_the_rest_goes_on() {
    for (pool, line, said) in [
        (
            "spot1",
            (0, "Windows"),
            "the operating system is Windows, but the configuration sets Linux",
        ),
        (
            "spot1",
            (1, "Standard_D8s_v5"),
            "the VM size is Standard_D8s_v5, but the configuration sets Standard_D4s_v5",
        ),
        (
            "spot1",
            (2, "1"),
            "the set of zones is 1, but the configuration sets 1 2",
        ),
        (
            "spot1",
            (3, "Regular"),
            "the priority is Regular, but the configuration sets Spot",
        ),
        (
            "regular1",
            (3, "Spot"),
            "the priority is Spot, but the configuration sets Regular",
        ),
        (
            "spot1",
            (4, "Deallocate"),
            "the eviction policy is Deallocate, but the configuration sets Delete",
        ),
        (
            "spot1",
            (5, "-1.0"),
            "the maximum price is -1, but the configuration sets 0.5",
        ),
    ] {
        let cluster = drifted(pool, &[line, (9, "7")]);
        let output = cluster.run(&script(CONFIG), &[]);
        assert_eq!(output.status.code(), Some(1), "{}", process::text(&output));
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains(&format!("{pool}: {said}\n")), "{stderr}");
        let drain = format!("kubectl drain --selector kubernetes.azure.com/agentpool={pool} ");
        let delete = format!(
            "az aks nodepool delete --resource-group 'my-group' --cluster-name 'my-cluster' --name {pool}\n"
        );
        assert!(
            stderr.contains(&drain) && stderr.contains(&delete),
            "{stderr}"
        );
        // Its range is put right all the same.
        let changes = cluster.changes();
        assert_eq!(changes.len(), 1, "{changes:#?}");
        assert!(
            changes[0].contains(&"--update-cluster-autoscaler".to_owned()),
            "{changes:#?}"
        );
    }
}

#[test]
fn what_azure_refuses_does_not_stop_the_rest() {
    for (cluster, refused, of) in [
        (
            Cluster::new(),
            "nodepool add --resource-group my-group --cluster-name my-cluster --name spot1",
            "spot1",
        ),
        (drifted("spot1", &[(9, "7")]), "--max-count 10", "spot1"),
        (Cluster::new(), "aks update", "autoscaler profile"),
    ] {
        cluster.put("refuse", &[refused]);
        let _ = fs::remove_file(cluster.state("regular1"));
        let output = cluster.run(&script(CONFIG), &[]);
        assert_eq!(output.status.code(), Some(1), "{}", process::text(&output));
        assert!(
            process::text(&output).contains(&format!("{of}: this change failed")),
            "{}",
            process::text(&output)
        );
        let changes = cluster.changes();
        let last = changes.last().expect("something was done");
        assert!(last.contains(&"regular1".to_owned()), "{changes:#?}");
    }
}

#[test]
fn a_changed_profile_is_set_whole() {
    let cluster = drifted("", &[]);
    cluster.put("profile", &["random", "None", "45", "3", "None"]);
    process::passes(&cluster.run(&script(CONFIG), &[]));
    let changes = cluster.changes();
    assert_eq!(changes.len(), 1, "{changes:#?}");
    let profile = options(&changes[0])["--cluster-autoscaler-profile"].join(" ");
    assert!(
        profile.starts_with("expander=priority,")
            && profile.contains(",skip-nodes-with-local-storage=false")
    );
}

#[test]
fn the_cluster_comes_from_the_environment_where_the_configuration_is_silent() {
    let config = CONFIG.replace(
        "  cluster: {name: my-cluster, resourceGroup: my-group}\n",
        "",
    );
    let script = script(&config);
    let cluster = drifted("", &[]);
    let output = cluster.run(&script, &[("CLUSTER", "c")]);
    assert_ne!(output.status.code(), Some(0));
    assert!(
        process::text(&output).contains("RESOURCE_GROUP"),
        "{}",
        process::text(&output)
    );
    assert!(
        cluster.commands().is_empty(),
        "nothing is done for no cluster"
    );
    process::passes(&cluster.run(
        &script,
        &[("CLUSTER", "a 'b'"), ("RESOURCE_GROUP", "$(id)")],
    ));
    for command in cluster.commands() {
        let options = options(&command);
        assert_eq!(options["--resource-group"], ["$(id)"]);
        let name = options
            .get("--cluster-name")
            .unwrap_or(&options["--name"])
            .clone();
        assert_eq!(name, ["a 'b'"]);
    }
}

#[test]
fn hostile_names_stay_words() {
    let cluster = Cluster::new();
    let config = golden::root().join("hostile-strings/spot-config.yaml");
    let script = script(&fs::read_to_string(config).expect("it is there"));
    process::passes(&cluster.run(&script, &[]));
    for command in cluster.commands() {
        assert_eq!(options(&command)["--resource-group"], ["rg `id`"]);
    }
}

/// The commands that are shown do what they say, whatever the cluster is called.
#[test]
fn advice_can_be_run_as_it_is() {
    let config = CONFIG.replace(
        "{name: my-cluster, resourceGroup: my-group}",
        r#"{name: my-cluster, resourceGroup: "it's $(id)"}"#,
    );
    let cluster = drifted("spot1", &[(1, "other")]);
    let output = cluster.run(&script(&config), &[]);
    let said = String::from_utf8_lossy(&output.stderr);
    let advice: Vec<&str> = said
        .lines()
        .filter(|line| line.starts_with("    az "))
        .collect();
    cluster.commands();
    process::passes(&cluster.run(&advice.join(" </dev/null\n"), &[]));
    let commands = cluster.commands();
    assert_eq!(commands.len(), 2, "{said}");
    for command in &commands {
        assert_eq!(options(command)["--resource-group"], ["it's $(id)"]);
        assert_eq!(options(command)["--name"], ["spot1"]);
    }
}

#[test]
fn profile_and_pools_are_made_apart() {
    for (chosen_by, expected) in [
        ("--only=priority-expander", &["update"][..]),
        ("--skip=node-pools", &["update"]),
        ("--only=node-pools", &["nodepool", "nodepool"]),
        ("--skip=priority-expander", &["nodepool", "nodepool"]),
    ] {
        let cluster = Cluster::new();
        process::passes(&cluster.run(&chosen(CONFIG, &[chosen_by]), &[]));
        let changes = cluster.changes();
        let found: Vec<&str> = changes.iter().map(|change| change[1].as_str()).collect();
        assert_eq!(found, expected, "{chosen_by}");
    }
}

#[track_caller]
fn refused(config: &str, arguments: &[&str], message: &str) {
    let output = rendered(config, arguments);
    process::refused(&output, message);
    assert!(output.stdout.is_empty());
}

#[test]
fn other_clouds_and_unknown_ranges_are_refused() {
    let elsewhere = CONFIG.replace("provider: aks", "provider: eks");
    let message = "the format azure-cli supports only the provider aks, not EKS";
    refused(&elsewhere, &[], message);
    refused(&elsewhere, &["--skip", "node-pools"], message);
    let unscaled = CONFIG.replace(", nodes: {min: 1, max: 10}", "");
    let message = "node pool `regular1` has no scaling limits";
    refused(&unscaled, &[], message);
    // What is not made needs no range.
    chosen(&unscaled, &["--skip", "node-pools"]);
}
