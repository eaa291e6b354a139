//! The commands that cause a scenario for real.

use serde_json::{Value as Json, json};

use super::simulate_played::Simulation;

/// Load makes a Deployment have more pods, and no Job: kubectl does not scale one either.
#[test]
fn each_step_of_load_has_its_command() {
    let sets = [
        "spec.simulation.scenarios=[{name: night, steps: [{at: 0s, load: {percent: 0}}, {at: 30m, load: {percent: 200}}]}]",
        "spec.workloads=[{name: web, namespace: shop, selector: {app: web}, replicas: 3, requests: {cpu: 250m, \
         memory: 512Mi}}, {name: batch, namespace: shop, kind: Job, replicas: 2, requests: {cpu: 250m, memory: 512Mi}}]",
    ];
    let run = Simulation::of_minimal().sets(&sets).play("night");
    let commands = json!([
        "kubectl scale --namespace shop deployment/web --replicas 0  # 0 % of 3",
        "# at 30 min:",
        "kubectl scale --namespace shop deployment/web --replicas 6  # 200 % of 3",
    ]);
    assert_eq!(run["commands"], commands, "{run}");
    let workloads = run["workloads"].as_array().cloned().unwrap_or_default();
    let replicas = |name: &str| {
        let mut own = workloads.iter();
        own.find(|own| own["name"] == name)
            .map(|own| own["replicas"].clone())
    };
    assert_eq!(replicas("web"), Some(json!(6)), "{run}");
    assert_eq!(replicas("batch"), Some(json!(2)), "{run}");
}

/// `kubectl rollout restart` knows no Job.
#[test]
fn a_job_is_not_rolled_out() {
    let sets = [
        "spec.workloads=[{name: web, namespace: shop, selector: {app: web}, replicas: 3, requests: {cpu: 250m, \
         memory: 512Mi}}, {name: batch, namespace: shop, kind: Job, replicas: 2, requests: {cpu: 250m, memory: 512Mi}}]",
    ];
    let run = Simulation::of_minimal().sets(&sets).play("rolling-update");
    let commands = run["commands"].to_string();
    assert!(
        commands.contains("restart --namespace shop deployment/web"),
        "{run}"
    );
    assert!(!commands.contains("batch"), "{run}");
}

#[test]
fn without_a_spot_pool_nothing_is_interrupted() {
    let pools = "spec.nodePools=[{name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}}]";
    let (code, out, err) = Simulation::of_minimal()
        .sets(&[pools])
        .arguments(&["--scenario", "one-node"])
        .say();
    assert_eq!(code, Some(0), "{err}");
    let told = "Spot nodes: no pool has any, so no scenario interrupts one";
    assert!(out.contains(told), "{out}");
    assert!(!out.contains("az vmss"), "{out}");
    assert!(!out.contains("NODE_GROUP"), "{out}");
}

#[test]
fn the_pool_that_is_out_of_capacity_is_named() {
    let two = "spec.nodePools=[{name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 6}}, \
         {name: spot2, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 6}}, \
         {name: regular1, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {min: 1, max: 10}}]";
    let (_, out, err) = Simulation::of_minimal()
        .sets(&[two])
        .arguments(&["--scenario", "pool-gone"])
        .say();
    assert!(out.contains("at 0 s: spot1 has no capacity"), "{out}{err}");
    assert_eq!(out.matches("az vmss simulate-eviction").count(), 1, "{out}");
    let (_, out, err) = Simulation::of_minimal()
        .sets(&[two])
        .arguments(&["--scenario", "all-spot-10m"])
        .say();
    assert!(out.contains("at 0 s: Spot has no capacity"), "{out}{err}");
}

/// A cloud with two Spot pools, in zones if there are any.
fn config(provider: &str, zones: &str) -> String {
    let size = match provider {
        "aks" => "vmSize: Standard_D4s_v5",
        "eks" => "vmSize: m5.xlarge",
        "gke" => "vmSize: n2-standard-4",
        _ => "allocatable: {cpu: 3800m, memory: 12Gi}",
    };
    let pool = |name: &str, capacity: &str| {
        format!(
            "    - {{name: {name}, capacity: {capacity}, {size}, nodes: {{min: 1, max: 6}}{zones}}}\n"
        )
    };
    let pools = [
        ("spot1", "Spot"),
        ("spot2", "Spot"),
        ("regular1", "OnDemand"),
    ];
    let pools: String = pools.map(|(name, capacity)| pool(name, capacity)).concat();
    format!(
        "apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {{name: c}}
spec:
  provider: {provider}
  nodePools:
{pools}  workloads:
    - {{name: web, namespace: shop, selector: {{app: web}}, replicas: 9, requests: {{cpu: 900m, memory: 512Mi}}}}
"
    )
}

fn commands(config: &str, scenario: &str) -> Vec<String> {
    let run = Simulation::of(config).play(scenario);
    let commands = run["commands"].as_array().expect("a list").iter();
    let commands = commands.map(|own| own.as_str().expect("text").to_owned());
    commands.collect()
}

/// On AKS a pool without its autoscaler gets no node; that a maximum may be below the number of nodes is not documented.
#[test]
fn capacity_of_aks_is_withheld_by_the_autoscaler_of_the_pool() {
    let update = |pool: &str, what: &str| {
        format!(
            "az aks nodepool update --resource-group RESOURCE_GROUP --cluster-name CLUSTER --name {pool} {what}"
        )
    };
    let config = config("aks", "");
    let all = commands(&config, "by-halves");
    assert_eq!(all[1], update("spot1", "--disable-cluster-autoscaler"));
    assert_eq!(all[2], update("spot2", "--disable-cluster-autoscaler"));
    let at = |line: &str| all.iter().position(|own| own == line);
    let half = at("# at 10 min:").expect("half comes back");
    let half = &all[half + 2..half + 4];
    let range = "--enable-cluster-autoscaler --min-count 1 --max-count";
    for (line, pool) in half.iter().zip(["spot1", "spot2"]) {
        assert!(line.starts_with(&update(pool, range)), "{all:#?}");
        assert!(!line.ends_with(" 6"), "{all:#?}");
    }
    let whole = at("# at 1 h:").expect("the rest comes back");
    let range = "--update-cluster-autoscaler --min-count 1 --max-count 6";
    assert_eq!(all[whole + 1], update("spot1", range));
    // Only the pool that is taken, and what is withheld is given again.
    let busiest = commands(&config, "pool");
    let updated = |line: &&String| line.starts_with("az aks nodepool update");
    let updated: Vec<&String> = busiest.iter().filter(updated).collect();
    let range = "--enable-cluster-autoscaler --min-count 1 --max-count 6";
    let wanted = [
        update("spot1", "--disable-cluster-autoscaler"),
        update("spot1", range),
    ];
    assert_eq!(updated, wanted.iter().collect::<Vec<_>>(), "{busiest:#?}");
    // Machines are looked up once, however often they are taken.
    let again = commands(&config, "flapping").concat();
    assert_eq!(again.matches("NODE_GROUP=$(").count(), 1, "{again}");
    assert_eq!(again.matches("kubectl get nodes").count(), 1, "{again}");
}

/// Experiments refuse the requests of a group; only its own process makes them hang.
#[test]
fn capacity_of_eks_is_withheld_by_experiments() {
    let config = config("eks", "");
    let all = commands(&config, "all-spot-10m");
    let refused = "aws:ec2:asg-insufficient-instance-capacity-error, duration PT10M, on the Auto Scaling groups of spot1 and spot2";
    assert!(all[0].ends_with(refused), "{all:#?}");
    assert!(commands(&config, "pool-gone")[0].contains("duration PT12H"));
    let hangs = commands(&config, "silent-hang").concat();
    for verb in ["suspend", "resume"] {
        let processes = format!("aws autoscaling {verb}-processes --scaling-processes Launch");
        assert_eq!(hangs.matches(&processes).count(), 2, "{hangs}");
    }
}

#[test]
fn zones_are_told_where_pools_have_any() {
    for (zones, told) in [
        (
            "",
            "# all Spot nodes, 5 in the model, since the pools have no zones:",
        ),
        (", zones: ['1', '2', '3']", "# all Spot nodes of zone 1, "),
    ] {
        let all = commands(&config("aks", zones), "zone");
        assert!(all.iter().any(|own| own.starts_with(told)), "{all:#?}");
        assert!(!all.concat().contains("zone 0"), "{all:#?}");
    }
}

/// Where no command does what is played, that is said: it would be looked for.
#[test]
fn what_no_command_does_is_said() {
    for (provider, scenario, told) in [
        ("aks", "no-handler", "the cloud may drain the nodes"),
        ("eks", "no-handler", "the cloud drains the nodes"),
        ("gke", "no-handler", "the kubelets stop their pods"),
        ("aks", "deallocate", "--eviction-policy Deallocate"),
        ("eks", "deallocate", "no command keeps the machines"),
        ("gke", "deallocate", "no command keeps the machines"),
        (
            "generic",
            "deallocate",
            "keep the machines after they are stopped",
        ),
        (
            "generic",
            "cold-start",
            "install the system in a cluster that has all pods on on-demand",
        ),
        ("aks", "silent-hang", "no command makes requests hang"),
        ("gke", "pool", "pods come back sooner than told here"),
        ("eks", "by-halves", "no command leaves capacity for 50 %"),
        ("aks", "node-upgrade", "only where there is a newer image"),
    ] {
        let all = commands(&config(provider, ""), scenario);
        let is_it = |own: &String| own.starts_with('#') && own.contains(told);
        assert!(all.iter().any(is_it), "{provider} {scenario}: {all:#?}");
    }
}

/// `kubectl scale` is undone by an autoscaler of the pods.
#[test]
fn an_autoscaler_of_pods_has_to_be_held() {
    let scaled = "spec.workloads.web.autoscaling={min: 3, max: 7}";
    let own = "spec.workloads.web.replicas=null";
    let run = Simulation::of_minimal()
        .sets(&[scaled, own])
        .play("load-triples");
    let command = run["commands"][0].as_str().unwrap_or_default();
    let told = "its autoscaler makes 7 at most: it undoes this unless its minimum and maximum are 7 meanwhile";
    assert!(command.ends_with(told), "{run}");
}

/// The autoscaler of GKE has no limits of unready nodes to set, and the config refuses them.
#[test]
fn nothing_of_gke_is_blamed_for_machines_that_only_a_scenario_keeps() {
    let run = Simulation::of(&config("gke", "")).play("deallocate");
    let finding = &run["findings"][0];
    assert_eq!(finding["rule"], "unready-nodes-halt-autoscaler", "{run}");
    assert_eq!(finding["cause"], Json::Null, "{run}");
    let why = finding["noChange"].as_str().unwrap_or_default();
    assert!(
        why.contains("machines that this cloud takes are gone"),
        "{run}"
    );
    let own = "spec.simulation.scenarios=[{name: kept, evictionPolicy: Deallocate, steps: [{capacity: {of: None}, interrupt: {}}, {at: 10m, capacity: {of: Full}}]}]";
    let run = Simulation::of(&config("gke", "")).sets(&[own]).play("kept");
    let cause = run["findings"][0]["cause"].as_str().unwrap_or_default();
    assert!(
        cause.ends_with("spec.simulation.scenarios.0.evictionPolicy"),
        "{run}"
    );
}
