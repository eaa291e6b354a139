//! What holds in any cluster.

use proptest::prelude::*;

use super::cluster::{Cluster, V1_36};
use crate::kubernetes::Effect::{NoSchedule, PreferNoSchedule};
use crate::kubernetes::{HOSTNAME, ZONE};
use crate::simulate::actors::scheduler::fits::fits;
use crate::simulate::actors::scheduler::{Diagnosis, Scheduler, Snapshot, Standstill};
use crate::simulate::world::{NodeId, OwnerId, PodId, TemplateId};

/// What happens, by numbers that stand for whatever there is.
#[derive(Clone, Debug)]
enum Step {
    Node {
        zone: usize,
        cpu: i64,
        is_tainted: bool,
    },
    Pods {
        kind: usize,
        count: usize,
    },
    Terminate(usize),
    Delete(usize),
    Finish(usize),
    Cordon(usize),
    Drop(usize),
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..3usize, 1..5i64, any::<bool>())
            .prop_map(|(zone, cpu, is_tainted)| Step::Node { zone, cpu: cpu * 1000, is_tainted }),
        5 => (0..KINDS, 1..6usize).prop_map(|(kind, count)| Step::Pods { kind, count }),
        2 => any::<usize>().prop_map(Step::Terminate),
        3 => any::<usize>().prop_map(Step::Delete),
        1 => any::<usize>().prop_map(Step::Finish),
        1 => any::<usize>().prop_map(Step::Cordon),
        1 => any::<usize>().prop_map(Step::Drop),
        2 => (1..400_000i64).prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..40)
}

const KINDS: usize = 7;

/// Workloads that ask for all that there is.
fn owners(cluster: &mut Cluster) -> Vec<OwnerId> {
    let mut templates = Vec::new();
    for kind in 0..KINDS {
        let name = format!("app=kind-{kind}");
        let mut template = cluster.template(
            &name,
            100 + 150 * i64::try_from(kind).expect("the test made it so"),
            64,
        );
        template.grace = 30_000;
        match kind {
            0 => template.priority = -5,
            1 => template.spread.push(cluster.spread(&name, ZONE, 1, true)),
            2 => template.forbidden_pods.push(cluster.term(&name, HOSTNAME)),
            3 => {
                template
                    .required_pods
                    .push(cluster.term("app=kind-1", ZONE));
                template
                    .preferred_pods
                    .push((-100, cluster.term(&name, HOSTNAME)));
                template.priority = 10;
            }
            4 => {
                template
                    .spread
                    .push(cluster.spread(&name, HOSTNAME, 3, false));
                template.spread.push(cluster.spread(&name, ZONE, 5, false));
                template.spread_is_default = true;
                template
                    .preferred_nodes
                    .push(cluster.preferred(ZONE, "z1", 50));
            }
            5 => {
                template.priority = 1000;
                template.host_ports.push(80);
                template
                    .tolerations
                    .0
                    .push(cluster.tolerance("spot", Some(NoSchedule)));
            }
            _ => {
                template
                    .spread
                    .push(cluster.spread(&name, HOSTNAME, 2, true));
                template.spread[0].honors_taints = true;
                template.priority = 5;
            }
        }
        templates.push(template);
    }
    templates
        .into_iter()
        .map(|template| cluster.owner(template))
        .collect()
}

fn pick<T: Copy>(list: &[T], at: usize) -> Option<T> {
    (!list.is_empty()).then(|| list[at % list.len()])
}

struct Run {
    cluster: Cluster,
    scheduler: Scheduler,
    owners: Vec<OwnerId>,
}

impl Run {
    fn new() -> Self {
        let mut cluster = Cluster::default();
        let owners = owners(&mut cluster);
        Self {
            cluster,
            scheduler: Scheduler::new(V1_36),
            owners,
        }
    }

    fn step(&mut self, step: &Step) {
        let world = &mut self.cluster.world;
        let nodes: Vec<NodeId> = world.present_nodes().collect();
        let bound: Vec<PodId> = world
            .present_pods()
            .filter(|pod| world.pod(*pod).node.is_some())
            .collect();
        match *step {
            Step::Node {
                zone,
                cpu,
                is_tainted,
            } => {
                let zone = ["z1", "z2", ""][zone];
                let name = format!("n{}", world.nodes.len());
                let node = self.cluster.node(&name, zone, cpu, 1024, "");
                if is_tainted {
                    self.cluster.taint(node, "spot", NoSchedule);
                    self.cluster.taint(node, "soft", PreferNoSchedule);
                }
            }
            Step::Pods { kind, count } => {
                for _ in 0..count {
                    self.cluster.pod(self.owners[kind]);
                }
            }
            Step::Terminate(at) => {
                if let Some(pod) = pick(&bound, at) {
                    world.terminate(pod, 5000);
                }
            }
            Step::Delete(at) => {
                let all: Vec<PodId> = world.present_pods().collect();
                if let Some(pod) = pick(&all, at) {
                    world.delete_pod(pod);
                }
            }
            Step::Finish(at) => {
                let runs: Vec<PodId> = bound
                    .into_iter()
                    .filter(|pod| !world.pod(*pod).is_finished())
                    .collect();
                if let Some(pod) = pick(&runs, at) {
                    world.finish(pod, crate::simulate::world::Phase::Succeeded);
                }
            }
            Step::Cordon(at) => {
                if let Some(node) = pick(&nodes, at) {
                    world.update_node(node, |node| node.is_cordoned = !node.is_cordoned);
                }
            }
            Step::Drop(at) => {
                if let Some(node) = pick(&nodes, at) {
                    world.delete_node(node);
                    for pod in world.node(node).pods.clone() {
                        world.delete_pod(pod);
                    }
                }
            }
            Step::Wait(by) => {
                world.now += by;
                self.scheduler
                    .run(&mut self.cluster.world, &mut self.cluster.agenda);
            }
        }
        self.cluster.settle(&mut self.scheduler);
    }

    fn check(&self) {
        let world = &self.cluster.world;
        for id in world.present_nodes() {
            let node = world.node(id);
            assert!(
                node.requested.amount.fits(node.allocatable.amount),
                "{node:?}"
            );
            let place = self
                .scheduler
                .snapshot()
                .place(id)
                .expect("the test made it so");
            assert_eq!(
                (&place.requested, place.counted),
                (&node.requested, node.counted)
            );
        }
        // Counts that were kept are those that are taken anew.
        let mut kept = self.scheduler.snapshot().clone();
        let standstill = Standstill::default();
        for template in (0..world.templates.len()).map(TemplateId::of) {
            let attempt = super::super::Attempt::new(&mut kept, world, template);
            for node in world.present_nodes() {
                let answer = attempt.check(world, &kept, node, None);
                assert_eq!(answer, fits(world, template, node));
                assert_eq!(answer, standstill.fits(world, template, node));
            }
        }
        let mut anew = Snapshot::new(world);
        for template in (0..world.templates.len()).map(TemplateId::of) {
            let own = kept.questions(world, template);
            let other = anew.questions(world, template);
            let sums = |snapshot: &Snapshot, questions: &super::super::snapshot::Questions| {
                questions
                    .wishes
                    .iter()
                    .map(|(weight, id)| weight * snapshot.total(*id))
                    .sum::<i64>()
            };
            assert_eq!(sums(&kept, &own), sums(&anew, &other));
        }
    }

    fn bindings(&self) -> Vec<(Option<NodeId>, Option<NodeId>, Option<i64>)> {
        let pods = self.cluster.world.pods.iter();
        pods.map(|pod| (pod.node, pod.nominated, pod.deletion))
            .collect()
    }

    /// What pods that wait are told, and where the next search begins.
    fn memories(&self) -> (Vec<Option<Diagnosis>>, usize) {
        (self.scheduler.diagnoses.clone(), self.scheduler.next_start)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_node_is_over_committed_and_counts_hold(steps in steps()) {
        let mut run = Run::new();
        for step in &steps {
            run.step(step);
            run.check();
        }
    }

    #[test]
    fn the_same_input_has_the_same_result(steps in steps()) {
        let [one, other] = [false, true].map(|forgets| {
            let mut run = Run::new();
            // Whether or not it remembers what failed.
            run.scheduler.forgets = forgets;
            for step in &steps {
                run.step(step);
            }
            (run.bindings(), run.memories())
        });
        prop_assert_eq!(one, other);
    }
}
