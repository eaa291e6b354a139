//! Against answers of the real descheduler, and rule for rule where they have none.

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::*;
use crate::kubernetes::{Effect, LabelSelector};
use crate::simulate::world::{
    Budget, BudgetId, BudgetLimit, LabelSet, Node, NodeRequirement, NodeState, NodeTaint, NodeTerm,
    Owner, OwnerId, OwnerKind, PodTerm, PreferredNodes, Requests, Selector, Template, Test,
    Tolerance, ToleratedValue, Tolerations, minutes, seconds,
};

const SPOT: &str = "kubernetes.azure.com/scalesetpriority";

fn vectors<T: for<'de> Deserialize<'de>>(name: &str) -> Vec<T> {
    let root = std::env::var("SPOTGEN_ROOT").unwrap_or(env!("CARGO_MANIFEST_DIR").to_owned());
    let text = std::fs::read_to_string(format!("{root}/tests/vectors/{name}"));
    serde_json::from_str(&text.expect("the vectors are there")).expect("they are JSON")
}

fn policy(of: &Json) -> Policy {
    Policy::read(&of.to_string(), |_| None).expect("the policy is accepted")
}

#[derive(Deserialize)]
struct PolicyCase {
    name: String,
    policy: String,
    accepted: bool,
}

#[test]
fn policies_are_accepted_as_by_the_real_one() {
    let cases: Vec<PolicyCase> = vectors("policies.json");
    assert_eq!(cases.len(), 52);
    for case in cases {
        let read = Policy::read(&case.policy, |_| None);
        assert_eq!(read.is_ok(), case.accepted, "{}: {read:?}", case.name);
        let Ok(policy) = read else { continue };
        let runs = policy.profiles.iter().any(|profile| {
            let plugins = profile.deschedule.iter();
            plugins.clone().any(|plugin| match plugin {
                Plugin::NodeAffinity(args) => !args.kinds.is_empty(),
                _ => false,
            })
        });
        // Accepted, and without effect.
        let inert = ["bad-epname", "bad-noapiversion", "noplugins", "noprofiles", "typo-affinitytype"];
        assert_eq!(runs, !inert.contains(&case.name.as_str()), "{}", case.name);
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    policy: Json,
    nodes: Vec<CaseNode>,
    pods: Vec<CasePod>,
    budgets: Vec<CaseBudget>,
    evicted: Option<Vec<String>>,
    evicted_count: Option<usize>,
}

#[derive(Deserialize)]
struct CaseNode {
    name: String,
    spot: bool,
    cpu: i64,
    zone: String,
    ready: bool,
    #[serde(default)]
    cordoned: bool,
    taints: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct CasePod {
    name: String,
    node: String,
    app: String,
    tol: bool,
    pref: bool,
    weight: i64,
    second: bool,
    anti: bool,
    local: bool,
    pvc: bool,
    ds: bool,
    bare: bool,
    prio: i32,
    cpu: i64,
}

#[derive(Deserialize)]
struct CaseBudget {
    app: String,
    allowed: i64,
}

#[derive(Default)]
struct Stage {
    world: World,
    names: Vec<String>,
    owners: Vec<((String, OwnerKind), OwnerId)>,
}

fn labels(pairs: &[(&str, &str)]) -> Labels {
    let pairs = pairs.iter();
    pairs.map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

impl Stage {
    fn requirement(&mut self, key: &str, value: &str) -> NodeTerm {
        let symbols = &mut self.world.symbols;
        let (key, value) = (symbols.of(key), symbols.of(value));
        NodeTerm {
            labels: vec![NodeRequirement { key, test: Test::In(vec![value]) }],
            names: Vec::new(),
        }
    }

    fn add_node(&mut self, node: &CaseNode) -> NodeId {
        let zone = node.zone.as_str();
        let mut pairs = vec![
            ("kubernetes.io/hostname", node.name.as_str()),
            ("topology.kubernetes.io/zone", zone),
        ];
        if node.spot {
            pairs.push((SPOT, "spot"));
        }
        let symbols = &mut self.world.symbols;
        let taints = node.taints.iter().map(|taint| match taint.as_str() {
            "spot" => taint_of(SPOT, "spot", Effect::NoSchedule, symbols),
            _ => taint_of("team", "x", Effect::NoSchedule, symbols),
        });
        let taints = taints.collect();
        let labels = LabelSet::new(&labels(&pairs), symbols);
        let name = symbols.of(&node.name);
        self.world.add_node(Node {
            name,
            group: None,
            labels,
            zone: None,
            taints,
            is_cordoned: node.cordoned,
            state: if node.ready { NodeState::Ready } else { NodeState::NotReady },
            created: 0,
            ready_since: None,
            allocatable: Requests::of(node.cpu * 1000, 32 << 30),
            max_pods: 30,
            requested: Requests::default(),
            counted: Requests::default().amount,
            pods: Vec::new(),
        })
    }

    fn selector(&mut self, app: &str) -> Selector {
        Selector {
            namespace: self.world.symbols.of("default"),
            labels: LabelSelector {
                match_labels: labels(&[("app", app)]),
                match_expressions: Vec::new(),
            },
        }
    }

    fn template(&mut self, pod: &CasePod) -> Template {
        let mut template = Template {
            namespace: Some(self.world.symbols.of("default")),
            labels: labels(&[("app", &pod.app)]),
            requests: Requests::of(pod.cpu, 128 << 20),
            priority: pod.prio,
            has_any_local_storage: pod.local,
            has_claims: pod.pvc,
            grace: seconds(30),
            ..Template::default()
        };
        if pod.tol {
            template.tolerations = Tolerations(vec![Tolerance {
                key: Some(self.world.symbols.of(SPOT)),
                value: ToleratedValue::Only(Some(self.world.symbols.of("spot"))),
                effect: Some(Effect::NoSchedule),
                lasts: None,
            }]);
        }
        if pod.pref {
            let term = self.requirement(SPOT, "spot");
            template.preferred_nodes.push(PreferredNodes { weight: pod.weight, term });
        }
        if pod.second {
            let term = self.requirement("topology.kubernetes.io/zone", "1");
            template.preferred_nodes.push(PreferredNodes { weight: 100, term });
        }
        if pod.anti {
            let selector = self.selector(&pod.app);
            template.forbidden_pods.push(PodTerm {
                selectors: vec![self.world.selectors.of(selector)],
                topology: self.world.symbols.of("kubernetes.io/hostname"),
            });
        }
        template
    }

    fn add_pod(&mut self, pod: &CasePod) -> PodId {
        let template = self.template(pod);
        self.add_pod_of(pod, template)
    }

    /// Pods of one owner have templates of their own here, since the vectors let them differ.
    fn add_pod_of(&mut self, pod: &CasePod, template: Template) -> PodId {
        let kind = match pod {
            CasePod { bare: true, .. } => OwnerKind::None,
            CasePod { ds: true, .. } => OwnerKind::DaemonSet,
            _ => OwnerKind::ReplicaSet,
        };
        let known = self.world.templates.iter().position(|known| is_same(known, &template));
        let template = match known {
            Some(at) => crate::simulate::world::TemplateId::of(at),
            None => self.world.add_template(template),
        };
        let key = (pod.app.clone(), kind);
        let owner = self.owners.iter().find(|(own, _)| *own == key).map(|(_, id)| *id);
        let owner = owner.unwrap_or_else(|| {
            let namespace = self.world.symbols.of("default");
            let name = self.world.symbols.of(&pod.app);
            let owner = self.world.add_owner(Owner { kind, namespace, name, template, replicas: 1 });
            self.owners.push((key, owner));
            owner
        });
        self.world.owners[owner.index()].template = template;
        let id = self.world.create_pod(owner, None);
        let name = self.world.symbols.of(&pod.node);
        let node = self.world.nodes.iter().position(|node| node.name == name);
        self.world.bind(id, NodeId::of(node.expect("the node is there")));
        self.world.set_ready(id);
        self.names.push(pod.name.clone());
        id
    }

    fn add_budget(&mut self, budget: &CaseBudget) -> BudgetId {
        let selector = self.selector(&budget.app);
        let namespace = self.world.symbols.of("default");
        let selector = self.world.selectors.of(selector);
        self.world.add_budget(Budget {
            namespace,
            name: namespace,
            selector,
            limit: BudgetLimit::MaxUnavailable(1),
            always_allows_unhealthy: false,
            allowed: budget.allowed,
            healthy: 0,
            desired: 0,
        })
    }

    fn round(&mut self, policy: &Json) -> Round {
        self.world.now = minutes(60 * 24);
        let mut agenda = Agenda::default();
        Descheduler::new(self::policy(policy), minutes(5)).round(&mut self.world, &mut agenda)
    }

    fn names(&self, round: &Round) -> Vec<String> {
        let mut names: Vec<_> = round
            .evicted
            .iter()
            .map(|evicted| self.names[evicted.pod.index()].clone())
            .collect();
        names.sort();
        names
    }

    fn kept(&self, round: &Round) -> Vec<(String, Kept)> {
        let kept = round.kept.iter();
        kept.map(|(pod, why)| (self.names[pod.index()].clone(), *why)).collect()
    }
}

/// As far as these tests let templates differ.
fn is_same(one: &Template, other: &Template) -> bool {
    format!("{:?}", Template { label_set: LabelSet::default(), ..one.clone() }) == format!("{other:?}")
}

fn taint_of(
    key: &str,
    value: &str,
    effect: Effect,
    symbols: &mut crate::simulate::world::Symbols,
) -> NodeTaint {
    NodeTaint {
        key: symbols.of(key),
        value: Some(symbols.of(value)),
        effect,
    }
}

#[test]
fn it_evicts_what_the_real_one_evicts() {
    let cases: Vec<Case> = vectors("descheduler.json");
    assert_eq!(cases.len(), 380);
    let mut wrong = Vec::new();
    for (at, case) in cases.iter().enumerate() {
        let mut stage = Stage::default();
        for node in &case.nodes {
            stage.add_node(node);
        }
        for pod in &case.pods {
            stage.add_pod(pod);
        }
        for budget in &case.budgets {
            stage.add_budget(budget);
        }
        let round = stage.round(&case.policy);
        let names = stage.names(&round);
        let is_right = case.evicted_count.is_none_or(|count| count == names.len())
            && case.evicted.as_ref().is_none_or(|wanted| {
                let mut wanted = wanted.clone();
                wanted.sort();
                wanted == names
            });
        if !is_right {
            wrong.push((at, names, case.evicted.clone(), case.evicted_count));
        }
    }
    assert!(wrong.is_empty(), "{} wrong: {:?}", wrong.len(), &wrong[..wrong.len().min(5)]);
}

fn spot(name: &str, cpu: i64) -> CaseNode {
    CaseNode { spot: true, taints: vec!["spot".to_owned()], ..on_demand(name, cpu) }
}

fn on_demand(name: &str, cpu: i64) -> CaseNode {
    CaseNode {
        name: name.to_owned(),
        spot: false,
        cpu,
        zone: "1".to_owned(),
        ready: true,
        cordoned: false,
        taints: Vec::new(),
    }
}

fn app(name: &str, node: &str) -> CasePod {
    CasePod {
        name: name.to_owned(),
        node: node.to_owned(),
        app: "web".to_owned(),
        tol: true,
        pref: true,
        weight: 100,
        cpu: 500,
        ..CasePod::default()
    }
}

fn failback(evictor: &Json) -> Json {
    let affinity = json!({"nodeAffinityType": ["preferredDuringSchedulingIgnoredDuringExecution"]});
    with_plugin("RemovePodsViolatingNodeAffinity", &affinity, evictor)
}

fn with_plugin(name: &str, args: &Json, evictor: &Json) -> Json {
    let point = if name == "RemoveDuplicates" { "balance" } else { "deschedule" };
    json!({
        "apiVersion": "descheduler/v1alpha2",
        "kind": "DeschedulerPolicy",
        "profiles": [{
            "name": "own",
            "pluginConfig": [
                {"name": name, "args": args},
                {"name": "DefaultEvictor", "args": evictor},
            ],
            "plugins": {point: {"enabled": [name]}},
        }],
    })
}

/// One pod on on-demand that prefers the Spot node beside it.
fn one_pod(change: impl FnOnce(&mut Template)) -> Stage {
    let mut stage = Stage::default();
    stage.add_node(&on_demand("od", 4));
    stage.add_node(&spot("sp", 4));
    let pod = app("a", "od");
    let mut template = stage.template(&pod);
    change(&mut template);
    stage.add_pod_of(&pod, template);
    stage
}

#[test]
fn annotations_pass_every_constraint_or_are_obeyed_where_they_must_be() {
    let mandatory = failback(&json!({"noEvictionPolicy": "Mandatory"}));
    for (policy, evicts, spares, is_evicted) in [
        (failback(&json!({})), false, false, true),
        (failback(&json!({})), false, true, true),
        (mandatory.clone(), false, true, false),
        (mandatory, true, true, true),
        (failback(&json!({"minPodAge": "99999h"})), false, false, false),
        (failback(&json!({"minPodAge": "99999h"})), true, false, true),
        (failback(&json!({"minPodAge": "24h"})), false, false, true),
        (failback(&json!({"minPodAge": "-5m"})), false, false, true),
        (failback(&json!({"ignorePodsWithoutPDB": true})), false, false, false),
        (failback(&json!({"ignorePodsWithoutPDB": true})), true, false, true),
    ] {
        let mut stage = one_pod(|template| {
            template.descheduler_evicts = evicts;
            template.descheduler_spares = spares;
        });
        let round = stage.round(&policy);
        assert_eq!(round.evicted.len(), usize::from(is_evicted), "{policy}");
        assert_eq!(round.kept.len(), usize::from(!is_evicted), "{policy}");
    }
}

#[test]
fn protections_keep_pods_and_say_why() {
    type Change = fn(&mut Template);
    let cases: [(Json, Change, Option<Kept>); 14] = [
        (json!({}), |own| own.has_any_local_storage = true, Some(Kept::LocalStorage)),
        (json!({"evictLocalStoragePods": true}), |own| own.has_any_local_storage = true, None),
        (json!({}), |own| own.has_claims = true, None),
        (json!({"ignorePvcPods": true}), |own| own.has_claims = true, Some(Kept::Claims)),
        (json!({}), |own| own.priority = 2_000_000_000, Some(Kept::SystemCritical)),
        (json!({"evictSystemCriticalPods": true}), |own| own.priority = 2_000_000_000, None),
        (json!({"priorityThreshold": {"value": 500}}), |own| own.priority = 500, Some(Kept::Priority)),
        (json!({"priorityThreshold": {"value": 500}}), |own| own.priority = 499, None),
        (
            json!({"priorityThreshold": {"value": 500}, "podProtections": {"defaultDisabled": ["SystemCriticalPods"]}}),
            |own| own.priority = 500,
            None,
        ),
        (
            json!({"podProtections": {"extraEnabled": ["PodsWithResourceClaims"]}}),
            |own| own.has_resource_claims = true,
            Some(Kept::ResourceClaims),
        ),
        (json!({"podProtections": {"extraEnabled": ["PodsWithoutPDB"]}}), |_| {}, Some(Kept::WithoutBudget)),
        (json!({"minReplicas": 2}), |_| {}, Some(Kept::TooFewReplicas)),
        (json!({"labelSelector": {"matchLabels": {"app": "other"}}}), |_| {}, Some(Kept::Unselected)),
        (
            json!({"namespaceLabelSelector": {"matchLabels": {"kubernetes.io/metadata.name": "other"}}}),
            |_| {},
            Some(Kept::UnselectedNamespace),
        ),
    ];
    for (args, change, wanted) in cases {
        let mut stage = one_pod(change);
        let round = stage.round(&failback(&args));
        let found = round.kept.first().map(|(_, why)| *why);
        assert_eq!(found, wanted, "{args}");
        assert_eq!(round.evicted.is_empty(), wanted.is_some(), "{args}");
    }
}

#[test]
fn claims_of_some_storage_classes_are_protected() {
    let args = json!({"podProtections": {
        "extraEnabled": ["PodsWithPVC"],
        "config": {"PodsWithPVC": {"protectedStorageClasses": [{"name": "zonal"}]}},
    }});
    for (class, wanted) in [(Some("zonal"), true), (Some("files"), false), (None, true)] {
        let mut stage = Stage::default();
        stage.add_node(&on_demand("od", 4));
        stage.add_node(&spot("sp", 4));
        let pod = app("a", "od");
        let mut template = stage.template(&pod);
        template.has_claims = true;
        template.storage_classes = vec![class.map(|class| stage.world.symbols.of(class))];
        stage.add_pod_of(&pod, template);
        let round = stage.round(&failback(&args));
        assert_eq!(round.evicted.is_empty(), wanted, "{class:?}");
    }
}

#[test]
fn namespaces_are_selected_by_their_labels() {
    let args = json!({"namespaceLabelSelector": {"matchLabels": {"failback": "on"}}});
    for (value, is_evicted) in [("on", true), ("off", false)] {
        let mut stage = one_pod(|_| {});
        stage.world.now = minutes(60);
        let namespaces = vec![("default".to_owned(), labels(&[("failback", value)]))];
        let policy = policy(&failback(&args));
        let mut own = Descheduler::new(policy, 0).with_namespaces(namespaces);
        let mut agenda = Agenda::default();
        let round = own.round(&mut stage.world, &mut agenda);
        assert_eq!(round.evicted.len(), usize::from(is_evicted), "{value}");
        // It runs once.
        assert_eq!(agenda.next_time(), None);
    }
}

#[test]
fn limits_and_budgets_keep_pods_and_the_next_round_goes_on() {
    let mut stage = Stage::default();
    stage.add_node(&on_demand("od", 8));
    stage.add_node(&spot("sp", 8));
    for name in ["a", "b", "c"] {
        stage.add_pod(&app(name, "od"));
    }
    stage.add_budget(&CaseBudget { app: "web".to_owned(), allowed: 2 });
    let mut own = failback(&json!({}));
    own["maxNoOfPodsToEvictPerNode"] = json!(1);
    own["gracePeriodSeconds"] = json!(-5);
    let mut descheduler = Descheduler::new(policy(&own), minutes(5));
    let mut agenda = Agenda::default();
    stage.world.now = minutes(1);
    let round = descheduler.round(&mut stage.world, &mut agenda);
    assert_eq!(stage.names(&round), ["a"]);
    let limit = Kept::NodeLimit;
    assert_eq!(stage.kept(&round), [("b".to_owned(), limit), ("c".to_owned(), limit)]);
    assert_eq!(stage.world.pod(PodId(0)).deletion, Some(minutes(1) + seconds(1)));
    assert_eq!(agenda.take_next(), Some((minutes(6), Event::DeschedulerRound)));
    stage.world.now = minutes(6);
    let round = descheduler.round(&mut stage.world, &mut agenda);
    assert_eq!(stage.names(&round), ["b"]);
    let round = descheduler.round(&mut stage.world, &mut agenda);
    assert_eq!(stage.names(&round), [""; 0]);
    let refused = Kept::Refused(Refusal::Budget);
    let terminating = Kept::Terminating;
    let wanted = [("a".to_owned(), terminating), ("b".to_owned(), terminating), ("c".to_owned(), refused)];
    assert_eq!(stage.kept(&round), wanted);
}

#[test]
fn a_refusal_counts_for_no_limit_and_a_namespace_limit_only_skips() {
    let mut stage = Stage::default();
    stage.add_node(&on_demand("od", 8));
    stage.add_node(&spot("sp", 8));
    stage.add_pod(&app("a", "od"));
    for name in ["b", "c"] {
        stage.add_pod(&CasePod { app: "free".to_owned(), ..app(name, "od") });
    }
    stage.add_budget(&CaseBudget { app: "web".to_owned(), allowed: 0 });
    let mut own = failback(&json!({}));
    own["maxNoOfPodsToEvictPerNamespace"] = json!(1);
    let round = stage.round(&own);
    assert_eq!(stage.names(&round), ["b"]);
    let wanted = [
        ("a".to_owned(), Kept::Refused(Refusal::Budget)),
        ("c".to_owned(), Kept::NamespaceLimit),
    ];
    assert_eq!(stage.kept(&round), wanted);
}

#[test]
fn it_skips_a_round_with_one_ready_node_and_fits_nothing_by_a_selector_that_is_none() {
    let mut stage = one_pod(|_| {});
    stage.world.update_node(NodeId(1), |node| node.state = NodeState::NotReady);
    assert!(stage.round(&failback(&json!({}))).is_skipped);
    let mut stage = one_pod(|_| {});
    let round = stage.round(&failback(&json!({"nodeFit": true, "nodeSelector": "a in (b"})));
    assert_eq!(stage.kept(&round), [("a".to_owned(), Kept::NoNodeFits)]);
}

#[test]
fn pods_that_their_required_affinity_keeps_off_their_node_leave_it() {
    let args = json!({"nodeAffinityType": ["requiredDuringSchedulingIgnoredDuringExecution"]});
    let policy = with_plugin("RemovePodsViolatingNodeAffinity", &args, &json!({}));
    for (is_affinity, is_evicted) in [(true, true), (false, false)] {
        let mut stage = Stage::default();
        stage.add_node(&on_demand("od", 4));
        stage.add_node(&spot("sp", 4));
        let pod = CasePod { pref: false, ..app("a", "od") };
        let mut template = stage.template(&pod);
        template.required_nodes = Some(vec![stage.requirement(SPOT, "spot")]);
        // A node selector alone is not looked at.
        template.has_required_affinity = is_affinity;
        stage.add_pod_of(&pod, template);
        let round = stage.round(&policy);
        assert_eq!(round.evicted.len(), usize::from(is_evicted));
    }
    // There is no place for it at all.
    let mut stage = Stage::default();
    stage.add_node(&on_demand("od", 4));
    stage.add_node(&CaseNode { cordoned: true, ..spot("sp", 4) });
    let pod = CasePod { pref: false, ..app("a", "od") };
    let mut template = stage.template(&pod);
    template.required_nodes = Some(vec![stage.requirement(SPOT, "spot")]);
    template.has_required_affinity = true;
    stage.add_pod_of(&pod, template);
    let round = stage.round(&policy);
    assert_eq!(stage.kept(&round), [("a".to_owned(), Kept::NoPlace)]);
}

#[test]
fn pods_that_do_not_tolerate_a_taint_leave_their_node() {
    for (args, is_evicted) in [
        (json!({}), false),
        (json!({"includePreferNoSchedule": true}), true),
        (json!({"includePreferNoSchedule": true, "excludedTaints": ["soft"]}), false),
        (json!({"includePreferNoSchedule": true, "excludedTaints": ["soft=other"]}), true),
        (json!({"includePreferNoSchedule": true, "includedTaints": ["soft=yes"]}), true),
        (json!({"includePreferNoSchedule": true, "includedTaints": ["hard"]}), false),
        (json!({"includePreferNoSchedule": true, "includedTaints": []}), false),
        (json!({"includePreferNoSchedule": true, "namespaces": {"exclude": ["default"]}}), false),
    ] {
        let mut stage = one_pod(|_| {});
        let symbols = &mut stage.world.symbols;
        let soft = taint_of("soft", "yes", Effect::PreferNoSchedule, symbols);
        let gone = taint_of("gone", "yes", Effect::NoExecute, symbols);
        stage.world.update_node(NodeId(0), |node| node.taints = vec![soft, gone]);
        let policy = with_plugin("RemovePodsViolatingNodeTaints", &args, &json!({}));
        let round = stage.round(&policy);
        assert_eq!(round.evicted.len(), usize::from(is_evicted), "{args}");
    }
}

#[test]
fn duplicates_are_spread_evenly_over_the_nodes_that_take_them() {
    let policy = with_plugin("RemoveDuplicates", &json!({}), &json!({}));
    for (tolerates, nodes, evicted) in [(true, 2, 2), (true, 3, 3), (false, 3, 0)] {
        let mut stage = Stage::default();
        stage.add_node(&on_demand("od", 8));
        for at in 1..nodes {
            stage.add_node(&spot(&format!("sp{at}"), 8));
        }
        for name in ["a", "b", "c", "d"] {
            stage.add_pod(&CasePod { tol: tolerates, ..app(name, "od") });
        }
        let round = stage.round(&policy);
        // Four pods on two nodes are two each; on three at most two each, and one is never moved.
        let wanted = if nodes == 3 && tolerates { 2 } else { evicted };
        assert_eq!(round.evicted.len(), wanted, "{tolerates} {nodes}");
    }
    let policy = with_plugin("RemoveDuplicates", &json!({"excludeOwnerKinds": ["ReplicaSet"]}), &json!({}));
    let mut stage = one_pod(|_| {});
    stage.add_pod(&app("b", "od"));
    assert!(stage.round(&policy).evicted.is_empty());
}

#[test]
fn plugins_that_are_not_modelled_are_accepted_at_their_point() {
    for plugin in NOT_MODELLED {
        let mut own = with_plugin(plugin.name, &json!({"any": 1}), &json!({}));
        let point = if plugin.point == Point::Balance { "balance" } else { "deschedule" };
        own["profiles"][0]["plugins"] = json!({point: {"enabled": [plugin.name]}});
        assert!(one_pod(|_| {}).round(&own).evicted.is_empty());
        let other = if point == "balance" { "deschedule" } else { "balance" };
        own["profiles"][0]["plugins"] = json!({other: {"enabled": [plugin.name]}});
        assert!(Policy::read(&own.to_string(), |_| None).is_err());
    }
}

#[test]
fn what_go_refuses_is_refused() {
    for args in [
        json!([]),
        json!("x"),
        json!({"namespaces": []}),
        json!({"podProtections": []}),
        json!({"minReplicas": 1.5}),
        json!({"nodeFit": "true"}),
        json!({"labelSelector": {"matchLabels": {"a b": "c"}}}),
        json!({"labelSelector": {"matchExpressions": [{"key": "a", "operator": "in", "values": ["b"]}]}}),
        json!({"labelSelector": {"matchLabel": {}}}),
        json!({"minPodAge": "5"}),
        json!({"minPodAge": ""}),
        json!({"priorityThreshold": {"name": "missing"}}),
        json!({"podProtections": {"extraEnabled": ["PodsWithPVC"], "config": {"PodsWithPVC": {"protectedStorageClasses": [{}]}}}}),
    ] {
        let policy = failback(&args);
        assert!(Policy::read(&policy.to_string(), |_| None).is_err(), "{args}");
    }
    for args in [
        json!(null),
        json!({"nodeFit": null, "minReplicas": null, "labelSelector": null}),
        json!({"kind": "x", "apiVersion": "y"}),
        json!({"minPodAge": "0"}),
        json!({"priorityThreshold": {}}),
        json!({"priorityThreshold": {"name": "known"}}),
    ] {
        let policy = failback(&args);
        let known = |name: &str| (name == "known").then_some(7);
        let read = Policy::read(&policy.to_string(), known);
        assert!(read.is_ok(), "{args}: {read:?}");
    }
}
