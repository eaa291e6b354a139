//! Figures that `spotgen check --numbers` prints, and rules that go by them.

use spotgen::check::Detail;
use spotgen::check::figures::Figure;

use super::library::{self, Given, golden};

const SPOT: &str =
    "{name: spot1, capacity: Spot, vmSize: Standard_D4s_v5, nodes: {min: 0, max: 10}}";
const HEADROOM: &str = "{name: spot, capacity: Spot, replicas: 2, requests: {cpu: 500m, memory: 512Mi}, spread: OnePerNode}";

/// An on-demand pool whose nodes have room for 3.46 CPU and 13.2Gi.
fn regular(name: &str, min: i64) -> String {
    format!(
        "{{name: {name}, capacity: OnDemand, vmSize: Standard_D4s_v5, nodes: {{min: {min}, max: 10}}}}"
    )
}

fn workload(name: &str, more: &str) -> String {
    format!("{{name: {name}, namespace: shop, selector: {{app: {name}}}, {more}}}")
}

/// What comes of a configuration.
#[derive(Clone)]
struct Config {
    version: &'static str,
    pools: Vec<String>,
    workloads: Vec<String>,
    /// None: those by default.
    placeholders: Option<Vec<String>>,
    expander: &'static str,
}

/// A finding: what it says, where, and its helps.
#[derive(Debug)]
struct Finding {
    message: String,
    pointer: String,
    help: Vec<String>,
}

impl Config {
    fn new(pools: &[String], workloads: &[String]) -> Self {
        Self {
            version: "1.33",
            pools: [&[SPOT.to_owned()], pools].concat(),
            workloads: workloads.to_vec(),
            placeholders: None,
            expander: "priority",
        }
    }

    fn text(&self) -> String {
        let placeholders = self.placeholders.as_ref().map_or_else(String::new, |all| {
            format!(
                "  overprovisioner:\n    placeholders: [{}]\n",
                all.join(", ")
            )
        });
        format!(
            "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata: {{name: t}}\nspec:\n  provider: aks\n  cluster: \
             {{kubernetesVersion: \"{}\"}}\n  nodePools: [{}]\n  workloads: [{}]\n  autoscaler: {{expander: {}}}\n{placeholders}",
            self.version,
            self.pools.join(", "),
            self.workloads.join(", "),
            self.expander
        )
    }

    fn given(&self, manifests: Option<&str>) -> Given {
        let given = library::config(self.text());
        match manifests {
            Some(manifests) => given.manifests(manifests),
            None => given,
        }
    }

    fn ask<T>(&self, ask: impl FnOnce(&spotgen::Planned<'_>) -> T) -> T {
        let answer = self.given(None).plan(ask);
        answer.unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
    }

    fn numbers(&self, what: &str) -> Vec<Figure> {
        self.numbers_with(None, what)
    }

    /// The rows whose label begins so.
    fn numbers_with(&self, manifests: Option<&str>, what: &str) -> Vec<Figure> {
        self.given(manifests).numbers(what)
    }

    fn number(&self, what: &str) -> Figure {
        let numbers = self.numbers(what);
        assert!(!numbers.is_empty(), "no row `{what}`");
        numbers[0].clone()
    }

    fn findings(&self, rule: &str) -> Vec<Finding> {
        self.ask(|planned| {
            let report = planned.check(&[], Detail::ALL);
            let found = report.iter().filter(|found| found.rule == rule);
            found
                .map(|found| Finding {
                    message: found.message.clone(),
                    pointer: found.pointer.as_ref().map_or_else(String::new, |pointer| {
                        pointer.segments().collect::<Vec<_>>().join("/")
                    }),
                    help: found.help.clone(),
                })
                .collect()
        })
    }

    /// The placeholders by default on on-demand.
    fn on_demand_placeholders(&self) -> i32 {
        self.ask(|planned| {
            let mut placeholders = planned.system.placeholders();
            let own = placeholders.find(|(_, own)| own.name == "on-demand");
            own.map_or(0, |(_, own)| own.replicas.unwrap_or(0))
        })
    }
}

const LOSS: &str = "loss of all Spot";

/// Six leave at once; two nodes of 3.46 CPU hold 6.92 less the descheduler, and yet no two pods of 1.8 each.
#[test]
fn pods_that_leave_find_room_as_a_whole() {
    let web = workload("web", "replicas: 12, requests: {cpu: 1800m, memory: 1Gi}");
    let loss = Config::new(&[regular("regular1", 2)], &[web]).numbers(LOSS);
    assert_eq!(loss[0].value, "4 to 6 of 12 pods killed");
    assert!(
        loss[0].how.starts_with(
            "budgets allow evicting 6 at once, and 2 of them find capacity on running nodes; budgets hold back 6 until replacements are ready; the killed pods are replaced 55 s"
        ),
        "{loss:?}"
    );
    // One node for each.
    assert!(
        loss[1].what.ends_with("`min: 6` of regular1")
            && loss[1].how.ends_with("; 96 more node-hours a day"),
        "{loss:?}"
    );
}

#[test]
fn the_pools_whose_nodes_run_are_named() {
    let web = workload("web", "replicas: 12, requests: {cpu: 1800m, memory: 1Gi}");
    let of = |first, second| {
        let pools = [regular("regular1", first), regular("regular2", second)];
        Config::new(&pools, std::slice::from_ref(&web))
    };
    let labels = |config: &Config| -> Vec<String> {
        let rows = config.numbers(LOSS).into_iter();
        rows.map(|row| row.what.replace("loss of all Spot with ", ""))
            .collect()
    };
    let only_second = of(0, 2);
    assert_eq!(
        labels(&only_second),
        ["`min: 2` of regular2", "`min: 6` of regular2"]
    );
    let found = &only_second.findings("no-failover-headroom")[0];
    assert!(found.message.contains("`regular2` always has"), "{found:?}");
    assert_eq!(found.pointer, "spec/nodePools/2/nodes/min");
    assert_eq!(
        found.help,
        ["set `nodes.min: 6` of `regular2` to hold them"]
    );
    let both = of(1, 1);
    assert_eq!(
        labels(&both),
        [
            "`min: 1` of regular1 and `min: 1` of regular2",
            "`min: 5` of regular1 and `min: 1` of regular2"
        ]
    );
    let found = &both.findings("no-failover-headroom")[0];
    assert!(
        found
            .message
            .contains("`regular1` and `regular2` always have"),
        "{found:?}"
    );
    assert_eq!(
        labels(&of(0, 0)),
        ["`min: 0` of regular1", "`min: 6` of regular1"]
    );
}

/// Budgets that the workloads bring along count like those that are made.
#[test]
fn budgets_of_manifests_let_pods_go() {
    let pools = [regular("regular1", 1)];
    let requests = "replicas: 4, requests: {cpu: 500m, memory: 512Mi}";
    let workloads = [workload("web", requests), workload("api", requests)];
    let config = Config::new(&pools, &workloads);
    let deployment = |name: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  replicas: 4\n  \
             selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}, of: shop}}}}\n    \
             spec: {{containers: [{{name: c, image: x:1, resources: {{requests: {{cpu: 500m, memory: 512Mi}}}}}}]}}\n---\n"
        )
    };
    let budget = |name: &str, selector: &str, bound: &str| {
        format!(
            "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{selector: \
             {{matchLabels: {{{selector}}}}}, {bound}}}\n---\n"
        )
    };
    let at_once = |manifests: &[String]| {
        let rows = config.numbers_with(Some(&manifests.concat()), LOSS);
        let how = rows.first().map(|row| row.how.clone()).unwrap_or_default();
        let count = how.split(' ').nth(3).map(str::to_owned);
        count.unwrap_or_default()
    };
    let (web, api) = (deployment("web"), deployment("api"));
    let of_web = budget("web", "app: web", "maxUnavailable: 1");
    // Half of the other one's pods, by the budget that is made for it.
    assert_eq!(at_once(&[web.clone(), api.clone()]), "4");
    assert_eq!(at_once(&[web.clone(), api.clone(), of_web.clone()]), "3");
    // One for both lets go what it lets go, once.
    let of_both = budget("shop", "of: shop", "minAvailable: 5");
    assert_eq!(at_once(&[web.clone(), api.clone(), of_both.clone()]), "3");
    // Others that it covers count for it, and take nothing away.
    let other = deployment("other");
    assert_eq!(
        at_once(&[web.clone(), api.clone(), other, of_both.clone()]),
        "7"
    );
    // Two over one pod let nothing go.
    assert_eq!(at_once(&[web, api, of_web, of_both]), "3");
}

#[test]
fn a_lost_node_is_noticed_by_the_version() {
    let web = workload("web", "replicas: 3, requests: {cpu: 500m, memory: 512Mi}");
    let config = Config::new(&[regular("regular1", 1)], &[web]);
    for (version, seconds) in [("1.31", "45 s"), ("1.32", "55 s"), ("1.36", "55 s")] {
        let how = Config {
            version,
            ..config.clone()
        }
        .number(LOSS)
        .how;
        assert!(how.contains(&format!("are replaced {seconds}")), "{how}");
    }
}

/// The objects of deallocated nodes stay, and with them their pods.
#[test]
fn what_is_on_deallocated_nodes_does_not_come_again() {
    let web = workload("web", "replicas: 3, requests: {cpu: 500m, memory: 512Mi}");
    let mut config = Config::new(&[regular("regular1", 1)], &[web]);
    let deallocated = SPOT.replace("nodes:", "spot: {evictionPolicy: Deallocate}, nodes:");
    config.pools[0] = deallocated.clone();
    let stay =
        "the killed pods stay `Running` on their dead nodes and are not replaced automatically";
    let how = config.number(LOSS).how;
    assert!(
        how.contains(stay) && !how.contains("are replaced 5"),
        "{how}"
    );
    config.pools.push(SPOT.replace("spot1", "spot2"));
    let how = config.number(LOSS).how;
    assert!(
        how.contains("are replaced 55 s") && how.contains("those on nodes of spot1 stay `Running`"),
        "{how}"
    );
}

/// Where nodes that run anyway hold everything, nothing is missing, and nothing waits.
#[test]
fn room_for_everything_is_room_enough() {
    let web = |more: &str| {
        workload(
            "web",
            &format!("{more}, requests: {{cpu: 500m, memory: 512Mi}}"),
        )
    };
    let of = |more: &str| Config::new(&[regular("regular1", 1)], &[web(more)]);
    // Five pods fill the node beside the descheduler: a placeholder would cost another one.
    let full = of("replicas: 5");
    assert_eq!(full.on_demand_placeholders(), 0);
    assert_eq!(
        full.number("failover while Spot requests hang").value,
        "no wait"
    );
    assert!(full.findings("no-failover-headroom").is_empty());
    let declared = Config {
        placeholders: Some(vec![HEADROOM.to_owned()]),
        ..full
    };
    assert!(declared.findings("no-failover-headroom").is_empty());
    // What autoscalers add does not fit.
    let scaled = of("replicas: 5, autoscaling: {min: 5, max: 6}");
    assert_eq!(scaled.on_demand_placeholders(), 3);
    let hangs = scaled.number("failover while Spot requests hang").value;
    assert_eq!(hangs, "no wait for Spot");
    assert!(scaled.findings("no-failover-headroom").is_empty());
    let declared = Config {
        placeholders: Some(vec![HEADROOM.to_owned()]),
        ..scaled
    };
    assert_eq!(
        declared.number("failover while Spot requests hang").value,
        "no limit"
    );
    assert_eq!(declared.findings("no-failover-headroom").len(), 1);
}

/// Whatever minimum there is, our own placeholders do not ask for a node beside everything that fails over.
#[test]
fn placeholders_by_default_fit_beside_everything_at_any_minimum() {
    let of = |name: &str, replicas: i32, cpu: &str, memory: &str| {
        workload(
            name,
            &format!("replicas: {replicas}, requests: {{cpu: {cpu}, memory: {memory}}}"),
        )
    };
    // As golden/mid-size.
    let workloads = [
        of("gateway", 3, "500m", "512Mi"),
        of("web", 12, "250m", "512Mi"),
        of("cart", 6, "500m", "1Gi"),
        of("search", 4, "\"1\"", "3Gi"),
        of("images", 5, "750m", "1Gi"),
        of("cache", 2, "300m", "4Gi"),
        of("report", 2, "1500m", "2Gi"),
        of("mail", 3, "100m", "256Mi"),
    ];
    let mut held = 0;
    for min in 0..=10 {
        let config = Config::new(&[regular("regular1", min)], &workloads);
        let hangs = config.number("failover while Spot requests hang").value;
        let found = config.findings("no-failover-headroom");
        if hangs == "no wait" {
            held += 1;
            assert!(found.is_empty(), "{min}: {found:?}");
        }
        let costs = |finding: &Finding| finding.message.contains("no longer fit");
        assert!(!found.iter().any(costs), "{min}: {found:?}");
    }
    assert!(held > 3, "{held}");
}

/// A quota for fewer nodes than failover needs is not said to be what failover needs.
#[test]
fn the_quota_of_pools_that_are_too_small_is_said_to_be_too_little() {
    let of = |replicas: i32| {
        let web = format!("replicas: {replicas}, requests: {{cpu: 500m, memory: 512Mi}}");
        let config = Config::new(&[regular("regular1", 1)], &[workload("web", &web)]);
        config.number("vCPU quota standardDSv5Family").how
    };
    let enough = of(30);
    assert!(enough.contains("that failover needs"), "{enough}");
    let short = of(90);
    assert!(
        short.contains(
            "40 for the 10 nodes of regular1 at its maximum, which is not enough for failover"
        ),
        "{short}"
    );
}

/// The share of a budget is rounded: what may be killed can be more with few replicas than with many.
#[test]
fn pods_beyond_the_budget_are_looked_for_over_the_whole_range() {
    let of = |more: &str| {
        let large =
            "{name: spot2, capacity: Spot, vmSize: Standard_F16s_v2, nodes: {min: 0, max: 10}}";
        Config::new(
            &[large.to_owned(), regular("regular1", 1)],
            &[workload(
                "web",
                &format!(
                    "{more}, requests: {{cpu: \"3\", memory: 512Mi}}, disruptionBudget: {{maxUnavailable: 50%}}"
                ),
            )],
        )
    };
    let fixed = of("replicas: 6").findings("notice-outruns-budget");
    assert!(
        fixed[0].message.starts_with("up to 5 pods of `web`"),
        "{fixed:?}"
    );
    let ranged = of("autoscaling: {min: 6, max: 14}").findings("notice-outruns-budget");
    assert!(
        ranged[0].message.starts_with("up to 5 of 6 pods of `web`"),
        "{ranged:?}"
    );
}

/// Whoever does what the rule says is not told something else afterwards.
#[test]
fn the_way_out_of_missing_headroom_leads_out() {
    let one = |cpu: &str, more: &str| {
        workload(
            "web",
            &format!("{more}, requests: {{cpu: {cpu}, memory: 512Mi}}"),
        )
    };
    let other = workload("api", "replicas: 5, requests: {cpu: 300m, memory: 2Gi}");
    let never = workload(
        "db",
        "replicas: 2, placement: {spot: Never}, requests: {cpu: \"1\", memory: 1Gi}",
    );
    let on_demand = |count: i32| {
        format!(
            "{{name: on-demand, capacity: OnDemand, replicas: {count}, requests: {{cpu: 500m, memory: 512Mi}}}}"
        )
    };
    let (one_pool, two_pools) = (
        vec![regular("regular1", 1)],
        vec![regular("regular1", 0), regular("regular2", 1)],
    );
    let mut told = 0;
    for pools in [&one_pool, &two_pools] {
        for workloads in [
            vec![one("500m", "replicas: 6")],
            vec![one("500m", "replicas: 7")],
            vec![one("500m", "replicas: 40")],
            vec![one("500m", "replicas: 5, autoscaling: {min: 5, max: 9}")],
            vec![one("1800m", "replicas: 12")],
            vec![one("500m", "replicas: 8"), other.clone(), never.clone()],
        ] {
            for placeholders in [
                None,
                Some(vec![HEADROOM.to_owned()]),
                Some(vec![HEADROOM.to_owned(), on_demand(2)]),
                Some(vec![HEADROOM.to_owned(), on_demand(6)]),
            ] {
                let mut config = Config::new(pools, &workloads);
                config.placeholders = placeholders;
                let found = config.findings("no-failover-headroom");
                assert!(found.len() < 2, "{found:?}");
                let Some(found) = found.first() else {
                    continue;
                };
                told += 1;
                take(&mut config, &found.help);
                let after = config.findings("no-failover-headroom");
                assert!(after.is_empty(), "{found:?}\n{after:?}\n{}", config.text());
            }
        }
    }
    assert!(told > 20, "{told}");
}

/// Does what the helps say: a minimum, and placeholders that fit.
fn take(config: &mut Config, help: &[String]) {
    for help in help {
        let between = |before: &str, after: &str| {
            let (_, rest) = help.split_once(before)?;
            Some(rest.split_once(after)?.0.to_owned())
        };
        if let Some(min) = between("`nodes.min: ", "`") {
            let pool = between("` of `", "`").expect("a pool");
            let pool = format!("name: {pool}, ");
            let found = config.pools.iter_mut().find(|text| text.contains(&pool));
            let text = found.expect("it is listed");
            let (before, after) = text.split_once("min: ").expect("a minimum");
            let (_, after) = after.split_once(',').expect("a maximum");
            *text = format!("{before}min: {min},{after}");
        }
        let requests = between("with `", "`");
        if let (Some(count), Some(requests)) = (between("`replicas: ", "`"), requests) {
            config.placeholders.get_or_insert_default().push(format!(
                "{{name: more, capacity: OnDemand, replicas: {count}, {requests}}}"
            ));
        }
    }
}

/// What is beside placeholders takes room on a node, and not the place of one.
#[test]
fn placeholders_on_on_demand_are_packed_by_the_node() {
    let pods = |cpu: &str| {
        workload(
            "web",
            &format!("replicas: 12, requests: {{cpu: {cpu}, memory: 512Mi}}"),
        )
    };
    // The descheduler fits into what two of 1.4 leave of 3.46.
    let one = Config::new(&[regular("regular1", 1)], &[pods("1400m")]);
    assert_eq!(one.on_demand_placeholders(), 2);
    let one = Config::new(&[regular("regular1", 1)], &[pods("1500m")]);
    assert_eq!(one.on_demand_placeholders(), 1);
    // On two nodes, what stays there may be on one of them or on both.
    let db = workload(
        "db",
        "replicas: 1, placement: {spot: Never}, requests: {cpu: 500m, memory: 512Mi}",
    );
    let two = Config::new(&[regular("regular1", 2)], &[pods("1700m"), db]);
    assert_eq!(two.on_demand_placeholders(), 2);
}

fn spot(name: &str, size: &str, nodes: &str) -> String {
    format!("{{name: {name}, capacity: Spot, vmSize: Standard_{size}_v5, nodes: {{{nodes}}}}}")
}

/// The row and the finding about the nodes that placeholders on Spot keep.
fn kept(config: &Config) -> (Figure, Vec<Finding>) {
    (
        config.number("Spot nodes kept by placeholders `spot`"),
        config.findings("placeholders-keep-nodes"),
    )
}

#[test]
fn kept_nodes_are_told_alike() {
    let web = workload("web", "replicas: 3, requests: {cpu: 500m, memory: 512Mi}");
    let mut config = Config::new(&[regular("regular1", 1)], &[web]);
    let (number, found) = kept(&config);
    assert_eq!(
        (number.value.as_str(), number.how.as_str()),
        (
            "2 nodes (8 vCPU)",
            "2 of spot1; nodes for the workloads come on top"
        )
    );
    assert_eq!(
        found[0].message,
        "placeholders `spot` never drop to zero: they keep 2 nodes (8 vCPU) of pool `spot1` running at all times, although the pool's `nodes.min` is 0"
    );
    // With another expander nobody knows which pool it will be.
    config.pools.push(spot("spot2", "D8s", "min: 0, max: 10"));
    let (number, _) = kept(&config);
    assert_eq!(number.value, "2 nodes (8 vCPU)");
    for expander in ["least-waste", "random"] {
        config.expander = expander;
        let (number, found) = kept(&config);
        assert_eq!(number.value, "2 nodes (8 to 16 vCPU)");
        assert_eq!(
            found[0].message,
            "placeholders `spot` never drop to zero: they keep 2 nodes (8 to 16 vCPU) running at all times (from 2 of spot1 to 2 of spot2), although \
             the `nodes.min` of `spot1` is 0"
        );
    }
    // Whichever comes first, there is one of each.
    config.pools[0] = spot("spot1", "D4s", "min: 0, max: 1");
    config.pools[2] = spot("spot2", "D8s", "min: 0, max: 1");
    let (number, found) = kept(&config);
    assert_eq!(
        (number.value.as_str(), number.how.as_str()),
        (
            "2 nodes (12 vCPU)",
            "1 of spot1 and 1 of spot2; nodes for the workloads come on top"
        )
    );
    assert!(
        found[0]
            .message
            .contains("running at all times (1 of spot1 and 1 of spot2), although")
    );
}

#[test]
fn nodes_that_run_anyway_are_kept() {
    let web = workload("web", "replicas: 3, requests: {cpu: 500m, memory: 512Mi}");
    let mut config = Config::new(&[regular("regular1", 1)], &[web]);
    // Placeholders go to nodes that run before they bring any.
    config.pools.push(spot("spot2", "D8s", "min: 1, max: 10"));
    let (number, found) = kept(&config);
    assert_eq!(number.value, "2 nodes (12 vCPU)");
    assert!(
        number
            .how
            .contains("; 1 node of them run because of `nodes.min`"),
        "{number:?}"
    );
    assert_eq!(found[0].pointer, "spec/nodePools/0/nodes/min");
    // They bring none where there are enough.
    config.pools[2] = spot("spot2", "D8s", "min: 3, max: 10");
    let (number, found) = kept(&config);
    assert_eq!(number.value, "3 nodes (24 vCPU)");
    assert!(found.is_empty(), "{found:?}");
    // A minimum of one is a minimum, too.
    config.pools.truncate(2);
    config.pools[0] = spot("spot1", "D4s", "min: 1, max: 10");
    let (_, found) = kept(&config);
    assert!(
        found[0].message.ends_with(
            "of pool `spot1` running at all times, although the pool's `nodes.min` is 1"
        )
    );
}

/// The quota by family, the figure for all families where there are several, and that of Spot.
#[test]
fn quota_is_said_in_azure_s_own_names() {
    let quota = |given: &Given| -> Vec<(String, String)> {
        let rows = given.numbers("vCPU quota ").into_iter();
        rows.map(|row| (row.what.replace("vCPU quota ", ""), row.value))
            .collect()
    };
    let of = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        let pairs = pairs.iter();
        pairs
            .map(|(quota, value)| ((*quota).to_owned(), (*value).to_owned()))
            .collect()
    };
    let minimal = golden("minimal/spot-config.yaml");
    // Each pod fills a node of 3.46 CPU.
    let large = minimal
        .clone()
        .set("spec.workloads.0.requests.cpu=3")
        .set("spec.overprovisioner.enabled=false");
    let (family, spot) = ("standardDSv5Family", "lowPriorityCores");
    assert_eq!(quota(&large), of(&[(family, "16 to 40"), (spot, "40")]));
    // Three pods, three placeholders and the descheduler fit on two nodes, and a pool is never below its minimum.
    for (min, value) in [("1", "8 to 40"), ("6", "24 to 40")] {
        let placeholders = "spec.overprovisioner.placeholders=[{name: od, capacity: OnDemand, replicas: 3, requests: {cpu: 500m, memory: 512Mi}}]";
        let min = format!("spec.nodePools.regular1.nodes.min={min}");
        let given = minimal.clone().set(&min).set(placeholders);
        assert_eq!(quota(&given)[0].1, value);
    }
    // What is not known has no row.
    let on_demand = "spec.nodePools.regular1.vmSize=Standard_X4";
    let unknown = minimal.clone().set(on_demand);
    assert_eq!(quota(&unknown), of(&[(spot, "40")]));
    let constrained = minimal.set("spec.nodePools.spot1.vmSize=Standard_E32-8s_v5");
    assert!(!quota(&constrained).iter().any(|(name, _)| name == spot));
    let several = quota(&golden("many-pools-and-zones/spot-config.yaml"));
    let names: Vec<&str> = several.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, [family, "standardESv5Family", "cores", spot]);
    assert!(quota(&golden("eks/spot-config.yaml")).is_empty());
}
