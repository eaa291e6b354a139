//! Against answers of the real descheduler, and rule for rule where they have none.

mod plugins;
mod policies;
mod recorded;
mod rules;
mod time;

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::policy::Point;
use super::*;
use crate::kubernetes::{Effect, LabelSelector};
use crate::simulate::actors::eviction::Refusal;
use crate::simulate::world::{
    Budget, BudgetId, BudgetLimit, LabelSet, Node, NodeId, NodeRequirement, NodeState, NodeTaint,
    NodeTerm, Owner, OwnerId, OwnerKind, PodId, PodTerm, PreferredNodes, Requests, Selector,
    Template, Test, Tolerance, ToleratedValue, Tolerations, minutes, seconds,
};

const SPOT: &str = "kubernetes.azure.com/scalesetpriority";

fn vectors<T: for<'de> Deserialize<'de>>(name: &str) -> Vec<T> {
    let root = env!("CARGO_MANIFEST_DIR");
    let text = std::fs::read_to_string(format!("{root}/tests/vectors/{name}"));
    serde_json::from_str(&text.expect("the vectors are there")).expect("they are JSON")
}

fn policy(of: &Json) -> Policy {
    Policy::read(&of.to_string(), |_| None).expect("the policy is accepted")
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
#[expect(clippy::struct_excessive_bools, reason = "the vectors have them so")]
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
    pairs
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

impl Stage {
    fn requirement(&mut self, key: &str, value: &str) -> NodeTerm {
        let symbols = &mut self.world.symbols;
        let (key, value) = (symbols.of(key), symbols.of(value));
        NodeTerm {
            labels: vec![NodeRequirement {
                key,
                test: Test::In(vec![value]),
            }],
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
            state: if node.ready {
                NodeState::Ready
            } else {
                NodeState::NotReady
            },
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
            template.preferred_nodes.push(PreferredNodes {
                weight: pod.weight,
                term,
            });
        }
        // Where the first preference is missing, the second one was left out, too.
        if pod.pref && pod.second {
            let term = self.requirement("topology.kubernetes.io/zone", "1");
            template
                .preferred_nodes
                .push(PreferredNodes { weight: 100, term });
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
        let known = self
            .world
            .templates
            .iter()
            .position(|known| is_same(known, &template));
        let template = match known {
            Some(at) => crate::simulate::world::TemplateId::of(at),
            None => self.world.add_template(template),
        };
        let key = (pod.app.clone(), kind);
        let owner = self
            .owners
            .iter()
            .find(|(own, _)| *own == key)
            .map(|(_, id)| *id);
        let owner = owner.unwrap_or_else(|| {
            let namespace = self.world.symbols.of("default");
            let name = self.world.symbols.of(&pod.app);
            let owner = self.world.add_owner(Owner {
                kind,
                namespace,
                name,
                template,
                replicas: 1,
            });
            self.owners.push((key, owner));
            owner
        });
        self.world.owners[owner.index()].template = template;
        let id = self.world.create_pod(owner, None);
        let name = self.world.symbols.of(&pod.node);
        let node = self.world.nodes.iter().position(|node| node.name == name);
        self.world
            .bind(id, NodeId::of(node.expect("the node is there")));
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
        let mut own = Descheduler::new(self::policy(policy), minutes(5));
        self.play(&mut own).0
    }

    /// A round in which nobody else acts, and when the next one is due.
    fn play(&mut self, own: &mut Descheduler) -> (Round, Option<Millis>) {
        let mut agenda = Agenda::default();
        let timings = Timings::real();
        let began = self.world.now;
        let mut next = own.act(&mut self.world, &mut agenda, &timings);
        while own.is_under_way() {
            let (when, event) = agenda.take_next().expect("it goes on");
            assert_eq!((Some(when), event), (next, Event::DeschedulerRound));
            self.world.now = when;
            next = own.act(&mut self.world, &mut agenda, &timings);
        }
        assert_eq!(next, agenda.next_time());
        self.world.now = began;
        (own.last_round().clone(), next)
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
        kept.map(|(pod, why)| (self.names[pod.index()].clone(), *why))
            .collect()
    }
}

/// As far as these tests let templates differ.
fn is_same(one: &Template, other: &Template) -> bool {
    format!(
        "{:?}",
        Template {
            label_set: LabelSet::default(),
            ..one.clone()
        }
    ) == format!("{other:?}")
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

fn spot(name: &str, cpu: i64) -> CaseNode {
    CaseNode {
        spot: true,
        taints: vec!["spot".to_owned()],
        ..on_demand(name, cpu)
    }
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
    let point = if name == "RemoveDuplicates" {
        "balance"
    } else {
        "deschedule"
    };
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
