//! How pods are counted into nodes, and which option is taken.

use super::lab::{
    Lab, MI, REGULAR, SPOT, only_regular, only_spot, owner, priorities, replicas, selector,
    template, world,
};
use crate::simulate::actors::autoscaler::candidate::{Candidate, Waste};
use crate::simulate::actors::autoscaler::estimator::{Estimate, estimate};
use crate::simulate::actors::autoscaler::expander::{Expander, FellThrough, Priorities, choose};
use crate::simulate::actors::autoscaler::fits::Snapshot;
use crate::simulate::actors::autoscaler::options::Options;
use crate::simulate::actors::autoscaler::pending;
use crate::simulate::actors::autoscaler::template::NodeTemplate;
use crate::simulate::world::{
    OwnerKind, PodId, PodTerm, Requests, SpreadConstraint, Template, World,
};

const CUTOFF: i32 = -10;

fn count(world: &mut World, most: i64) -> Estimate {
    let node = NodeTemplate::new(world, SPOT);
    let pods: Vec<PodId> = world.present_pods().collect();
    let groups = pending::group(world, &pods);
    let mut snapshot = Snapshot::new(world, CUTOFF, |_| false);
    let groups: Vec<_> = groups.iter().collect();
    estimate(&mut snapshot, &node, &groups, most)
}

#[test]
fn the_largest_pods_are_placed_first() {
    let mut world = world(&["0"]);
    for (app, cpu, number) in [("small", 860, 2), ("large", 3000, 2), ("middle", 1500, 1)] {
        let template = template(&mut world, app, cpu);
        replicas(&mut world, template, number);
    }
    let estimate = count(&mut world, 10);
    // Two large ones with a small one each, and the middle one alone.
    assert_eq!((estimate.nodes, estimate.pods.len()), (3, 5));
}

#[test]
fn no_more_nodes_than_the_limit_and_none_for_pods_that_fit_none() {
    let mut world = world(&["0"]);
    let fits = template(&mut world, "fits", 3000);
    replicas(&mut world, fits, 5);
    let too_large = template(&mut world, "large", 4000);
    replicas(&mut world, too_large, 2);
    let estimate = count(&mut world, 3);
    // The large one adds an empty node, which then counts against the limit and not for the answer.
    assert_eq!((estimate.nodes, estimate.pods.len()), (3, 3));
}

#[test]
fn pods_of_daemon_sets_take_their_room() {
    let mut world = world(&["0"]);
    let daemon = template(&mut world, "agent", 380);
    owner(&mut world, OwnerKind::DaemonSet, daemon, 0);
    let half = template(&mut world, "half", 1930);
    replicas(&mut world, half, 2);
    assert_eq!(count(&mut world, 10).nodes, 2);
}

fn apart(world: &mut World, key: &str, cpu: i64) -> Template {
    let own = selector(world, "apart");
    let topology = world.symbols.of(key);
    let forbidden_pods = vec![PodTerm {
        selectors: vec![own],
        topology,
    }];
    Template {
        forbidden_pods,
        ..template(world, "apart", cpu)
    }
}

#[test]
fn one_for_each_host_needs_as_many_nodes() {
    let mut world = world(&["0"]);
    let apart = apart(&mut world, crate::kubernetes::HOSTNAME, 100);
    replicas(&mut world, apart, 4);
    assert_eq!(count(&mut world, 10).nodes, 4);
}

#[test]
fn one_for_each_zone_cannot_be_had_from_one_imaginary_zone() {
    let mut world = world(&["1", "2", "3"]);
    let apart = apart(&mut world, crate::kubernetes::ZONE, 100);
    replicas(&mut world, apart, 3);
    assert_eq!(count(&mut world, 10).pods.len(), 1);
}

fn spread(world: &mut World, key: &str, cpu: i64) -> Template {
    let constraint = SpreadConstraint {
        topology: world.symbols.of(key),
        max_skew: 1,
        is_hard: true,
        selector: selector(world, "spread"),
        min_domains: None,
        honors_affinity: true,
        honors_taints: false,
    };
    Template {
        spread: vec![constraint],
        ..template(world, "spread", cpu)
    }
}

#[test]
fn spread_over_hosts_tries_the_other_nodes_again() {
    let mut world = world(&["0"]);
    let spread = spread(&mut world, crate::kubernetes::HOSTNAME, 1200);
    replicas(&mut world, spread, 4);
    let estimate = count(&mut world, 2);
    assert_eq!((estimate.nodes, estimate.pods.len()), (2, 4));
}

#[test]
fn what_is_tried_on_a_snapshot_can_be_taken_back() {
    let mut world = world(&["0"]);
    let app = template(&mut world, "web", 1000);
    replicas(&mut world, app, 0);
    let mut lab = Lab::new(world, super::lab::options());
    lab.provision(REGULAR, 2);
    let mut world = lab.world;
    let node = NodeTemplate::new(&mut world, REGULAR);
    let template = world.owners[0].template;
    let mut snapshot = Snapshot::new(&world, CUTOFF, |_| false);
    let before = format!("{:?}", snapshot.places.nodes);
    let mark = snapshot.mark();
    snapshot.put(template, 0);
    snapshot.grow(&node);
    snapshot.put(template, 2);
    snapshot.empty(0);
    assert!(
        !snapshot.fits(template, 0),
        "an empty node that goes takes no pods"
    );
    snapshot.revert(mark);
    assert_eq!(format!("{:?}", snapshot.places.nodes), before);
    assert!(snapshot.fits(template, 0));
}

#[test]
fn the_first_of_pods_that_want_to_be_together_may_go_anywhere() {
    let mut world = world(&["0"]);
    let own = selector(&mut world, "together");
    let topology = world.symbols.of(crate::kubernetes::HOSTNAME);
    let required_pods = vec![PodTerm {
        selectors: vec![own],
        topology,
    }];
    let together = Template {
        required_pods,
        ..template(&mut world, "together", 100)
    };
    replicas(&mut world, together, 3);
    let mut lab = Lab::new(world, super::lab::options());
    lab.provision(REGULAR, 3);
    lab.begin();
    lab.run_until(0);
    let nodes: std::collections::BTreeSet<_> = lab
        .world
        .present_pods()
        .map(|pod| lab.world.pod(pod).node)
        .collect();
    assert_eq!(nodes.len(), 1, "{nodes:?}");
}

fn options(of: &[(u32, i64, usize, i64)]) -> Vec<Candidate> {
    let one = |(group, nodes, pods, waste): &(u32, i64, usize, i64)| Candidate {
        group: crate::simulate::world::GroupId(*group),
        nodes: *nodes,
        pods: (0..*pods).map(PodId::of).collect(),
        waste: Waste::of_thousandths(*waste),
        similar: Vec::new(),
    };
    of.iter().map(one).collect()
}

fn chosen(chain: &str, priorities: &Priorities) -> (u32, Option<FellThrough>) {
    let world = world(&["0"]);
    let chain = Expander::parse_chain(chain).expect("a chain");
    // On-demand first by order: the answer does not come from that.
    let mut given = options(&[(1, 2, 5, 300), (0, 1, 3, 500)]);
    let (best, why) = choose(&world, &chain, priorities, std::mem::take(&mut given));
    (best.expect("one is chosen").group.0, why)
}

#[test]
fn the_highest_priority_that_matches_a_name_anywhere_wins() {
    assert_eq!(chosen("priority", &priorities()), (SPOT.0, None));
    let only_regular = Priorities::new([(1, vec!["regular"])]);
    assert_eq!(
        chosen("priority", &only_regular),
        (REGULAR.0, None),
        "no pattern: not used"
    );
    let other_case = Priorities::new([(20, vec!["SPOT"]), (1, vec!["regular"])]);
    assert_eq!(
        chosen("priority", &other_case),
        (REGULAR.0, None),
        "case counts"
    );
    let both = Priorities::new([(20, vec![".*"]), (10, vec!["spot"])]);
    assert_eq!(
        chosen("priority", &both).0,
        REGULAR.0,
        "both match the first: the order decides"
    );
    let negative = Priorities::new([(-2, vec!["spot"])]);
    assert_eq!(
        chosen("priority", &negative).1,
        Some(FellThrough::NothingMatched)
    );
}

#[test]
fn without_priorities_all_options_pass_on() {
    let nothing = Priorities::new([(20, vec!["gpu"])]);
    for (priorities, why) in [
        (nothing, FellThrough::NothingMatched),
        (Priorities::Missing, FellThrough::Missing),
        (Priorities::Invalid, FellThrough::Invalid),
        (
            Priorities::new([(1, vec!["*spot*"]), (2, vec!["regular"])]),
            FellThrough::Invalid,
        ),
    ] {
        assert_eq!(
            chosen("priority,most-pods", &priorities),
            (REGULAR.0, Some(why))
        );
        assert_eq!(
            chosen("priority,least-nodes", &priorities),
            (SPOT.0, Some(why))
        );
        assert_eq!(
            chosen("priority,least-waste", &priorities),
            (REGULAR.0, Some(why))
        );
        assert_eq!(
            chosen("priority", &priorities).0,
            REGULAR.0,
            "the first by order, not a draw"
        );
    }
}

#[test]
fn least_waste_adds_the_shares_of_cpu_and_memory() {
    let mut world = world(&["0"]);
    // Half the CPU, nothing of the memory: the smaller machine wastes less.
    world.groups[SPOT.index()].allocatable = Requests::of(4000, 8000 * MI);
    world.groups[REGULAR.index()].allocatable = Requests::of(8000, 8000 * MI);
    world.groups[SPOT.index()].taints.clear();
    let app = template(&mut world, "web", 2000);
    let app = Template {
        tolerations: crate::simulate::world::Tolerations::default(),
        ..app
    };
    replicas(&mut world, app, 1);
    let waste = Options::default();
    let mut lab = Lab::new(world, waste);
    lab.begin();
    lab.run_until(10_000);
    assert_eq!(lab.scale_ups(SPOT), [(10, 1)]);
}

#[test]
fn groups_whose_template_takes_no_pod_are_no_option() {
    let mut world = world(&["0"]);
    let everywhere = template(&mut world, "a", 100);
    let spot = only_spot(&mut world, everywhere.clone());
    let regular = only_regular(everywhere);
    let (spot, regular) = (world.add_template(spot), world.add_template(regular));
    let templates = [SPOT, REGULAR].map(|group| NodeTemplate::new(&mut world, group));
    let mut snapshot = Snapshot::new(&world, CUTOFF, |_| false);
    let places = [0, 1].map(|nth| snapshot.grow(&templates[nth]));
    assert!(snapshot.fits(spot, places[0]) && !snapshot.fits(spot, places[1]));
    assert!(!snapshot.fits(regular, places[0]) && snapshot.fits(regular, places[1]));
}

#[test]
fn like_groups_share_new_nodes_if_they_are_to_be_balanced() {
    for (balances, shares) in [(false, (4, 0)), (true, (2, 2))] {
        let mut world = world(&["0"]);
        // The Spot group becomes a second one of on-demand, of another pool.
        let regular = world.groups[REGULAR.index()].clone();
        let spot = &mut world.groups[SPOT.index()];
        (spot.labels, spot.taints) = (regular.labels, regular.taints);
        let pool = world.symbols.of("agentpool");
        let name = world.symbols.of("other");
        world.groups[SPOT.index()].labels.set(pool, name);
        let app = only_regular(template(&mut world, "web", 3000));
        replicas(&mut world, app, 4);
        let options = Options {
            balance_similar_groups: balances,
            ..super::lab::options()
        };
        let mut lab = Lab::new(world, options);
        lab.begin();
        lab.run_until(10_000);
        assert_eq!((lab.cloud.target(SPOT), lab.cloud.target(REGULAR)), shares);
    }
}
