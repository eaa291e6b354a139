//! The autoscaler played against a cloud that gives, refuses, hangs or stops machines.

pub(super) mod lab;
mod packing;
mod shrinking;

use self::lab::{Lab, REGULAR, SPOT, only_regular, only_spot, options, replicas, template, world};
use super::journal::{Failure, Happening, Skipped};
use super::options::Options;
use crate::simulate::cloud::Capacity;
use crate::simulate::timings::Timings;
use crate::simulate::world::{Template, World, minutes, seconds};

fn placeholder(world: &mut World, cpu: i64, priority: i32) -> Template {
    let template = template(world, "placeholder", cpu);
    let template = only_spot(world, template);
    Template {
        priority,
        is_placeholder: true,
        ..template
    }
}

#[test]
fn a_placeholder_that_waits_brings_one_spot_node() {
    let mut world = world(&["0"]);
    let template = placeholder(&mut world, 2000, -5);
    let owner = replicas(&mut world, template, 1);
    let mut lab = Lab::new(world, options());
    lab.begin();
    lab.run_until(minutes(5));
    // Made at 0, too young for the loop at 0; the next one is at 10 s.
    assert_eq!(lab.scale_ups(SPOT), [(10, 1)]);
    assert_eq!(lab.nodes_of(SPOT).len(), 1);
    assert_eq!(lab.count_ready(owner), 1);
    assert!(lab.scale_ups(REGULAR).is_empty());
    let told = lab.told(|what| matches!(what, Happening::RequestClosed { .. }));
    assert_eq!(told.len(), 1, "{told:?}");
}

#[test]
fn placeholders_below_the_cut_off_bring_nothing() {
    let mut world = world(&["0"]);
    let template = placeholder(&mut world, 2000, -11);
    replicas(&mut world, template, 1);
    let mut lab = Lab::new(world, options());
    lab.begin();
    lab.run_until(minutes(5));
    assert!(
        lab.autoscaler.journal.is_empty(),
        "{:?}",
        lab.autoscaler.journal
    );
}

#[test]
fn a_refusal_backs_off_and_sends_the_others_to_on_demand() {
    let mut world = world(&["0"]);
    let spot = placeholder(&mut world, 2000, -5);
    let anywhere = template(&mut world, "web", 3000);
    let waiting = replicas(&mut world, spot, 1);
    let app = replicas(&mut world, anywhere, 1);
    let mut lab = Lab::new(world, options());
    lab.refuse(SPOT);
    lab.begin();
    lab.run_until(minutes(4));
    // Both ask for Spot first, which wins by priority: 5000m need two nodes.
    assert_eq!(lab.scale_ups(SPOT), [(10, 2)]);
    // Refused after 20 s: seen at 30 s, and in the same loop the app gets an on-demand node.
    let refused = Happening::BackedOff {
        group: SPOT,
        until: seconds(330),
        why: Failure::Refused { count: 2 },
    };
    assert_eq!(
        lab.told(|what| matches!(what, Happening::BackedOff { .. })),
        [(30, refused)]
    );
    assert_eq!(lab.scale_ups(REGULAR), [(30, 1)]);
    assert_eq!(lab.count_ready(app), 1);
    assert_eq!(lab.count_ready(waiting), 0);
    assert_eq!(lab.cloud.target(SPOT), 0, "what was refused is deleted");
    let options = lab.told(|what| matches!(what, Happening::NoOption { .. }));
    let Some((30, Happening::NoOption { pods, why })) = options.last() else {
        panic!("the placeholder has no option: {options:?}");
    };
    assert_eq!(pods.len(), 1);
    assert_eq!(
        why,
        &[
            (
                SPOT,
                Skipped::BackedOff {
                    until: seconds(330)
                }
            ),
            (REGULAR, Skipped::NothingFits)
        ]
    );
}

#[test]
fn a_placeholder_drives_the_back_off_up() {
    let mut world = world(&["0"]);
    let template = placeholder(&mut world, 2000, -5);
    replicas(&mut world, template, 1);
    let mut lab = Lab::new(world, options());
    lab.refuse(SPOT);
    lab.begin();
    lab.run_until(minutes(120));
    let lengths: Vec<_> = lab
        .autoscaler
        .journal
        .iter()
        .filter_map(|entry| match entry.what {
            Happening::BackedOff { until, .. } => Some((until - entry.at) / 60_000),
            _ => None,
        })
        .collect();
    assert_eq!(
        lengths,
        [5, 10, 20, 30, 30, 30],
        "finding 8 of the laboratory"
    );
    // The laboratory asked after 23, 347 and 969 s.
    assert_eq!(lab.scale_ups(SPOT)[..3], [(10, 1), (330, 1), (950, 1)]);
}

#[test]
fn a_silent_hang_is_asked_again_at_once_and_not_backed_off() {
    let mut world = world(&["0"]);
    let template = placeholder(&mut world, 2000, -5);
    replicas(&mut world, template, 1);
    let mut lab = Lab::new(world, options());
    lab.cloud.set_capacity(SPOT, Capacity::Hangs);
    lab.begin();
    lab.run_until(minutes(16));
    assert!(
        lab.told(|what| matches!(what, Happening::BackedOff { .. }))
            .is_empty()
    );
    let ups: Vec<_> = lab.scale_ups(SPOT).iter().map(|(at, _)| *at).collect();
    assert_eq!(ups.len(), 4, "{ups:?}");
    assert!(
        ups.windows(2)
            .all(|pair| (300..=320).contains(&(pair[1] - pair[0]))),
        "{ups:?}"
    );
    assert_eq!(lab.cloud.target(SPOT), 1);
}

#[test]
fn a_silent_hang_backs_off_where_the_cloud_lists_machines_late() {
    let mut world = world(&["0"]);
    let template = placeholder(&mut world, 2000, -5);
    replicas(&mut world, template, 1);
    let mut lab = Lab::new(world, options());
    lab.timings.instance_listing = seconds(60);
    lab.cloud.set_capacity(SPOT, Capacity::Hangs);
    lab.begin();
    lab.run_until(minutes(9));
    let backed_off = lab.told(|what| matches!(what, Happening::BackedOff { .. }));
    let expected = Happening::BackedOff {
        group: SPOT,
        until: seconds(610),
        why: Failure::TimedOut,
    };
    assert_eq!(backed_off, [(310, expected)]);
    assert_eq!(lab.scale_ups(SPOT), [(10, 1)]);
    assert_eq!(
        lab.cloud.target(SPOT),
        0,
        "the machine is given back after its own five minutes"
    );
}

/// clusterstate.go, `updateReadinessStats`: `NodeGroupForNode` finds no group for a node whose machine is gone.
#[test]
fn a_node_without_a_machine_does_not_answer_for_a_new_one() {
    let mut world = world(&["0"]);
    let template = placeholder(&mut world, 3000, -5);
    replicas(&mut world, template, 1);
    let mut lab = Lab::new(world, options());
    let dead = lab.provision(SPOT, 1)[0];
    lab.refuse(SPOT);
    // The machine is taken; its node stays until the control plane has noticed.
    let machine = lab.cloud.of_node(dead).expect("it has one");
    lab.cloud.announce(&lab.world, &mut lab.agenda, machine, 0);
    lab.cloud
        .killed(&lab.world, &mut lab.agenda, &lab.timings, machine);
    lab.world.update_node(dead, |node| node.is_cordoned = true);
    lab.begin();
    lab.run_until(seconds(60));
    assert_eq!(
        lab.scale_ups(SPOT).len(),
        1,
        "its refusal backs the group off"
    );
    assert!(
        lab.told(|what| matches!(what, Happening::RequestClosed { .. }))
            .is_empty()
    );
}

#[test]
fn too_many_unready_nodes_stop_everything() {
    let mut world = world(&["0"]);
    let app = template(&mut world, "web", 3000);
    replicas(&mut world, app.clone(), 7);
    let mut lab = Lab::new(world, Options::default());
    let nodes = lab.provision(SPOT, 5);
    lab.provision(REGULAR, 2);
    lab.begin();
    lab.run_until(minutes(16));
    for node in &nodes[..4] {
        lab.silence(*node);
    }
    replicas(&mut lab.world, app, 1);
    lab.run_until(minutes(40));
    assert_eq!(
        lab.told(|what| matches!(what, Happening::Halted(_))).len(),
        1
    );
    assert!(lab.scale_ups(SPOT).is_empty() && lab.scale_ups(REGULAR).is_empty());
    // One comes back: 3 are always fine.
    lab.world.update_node(nodes[0], |node| {
        node.state = crate::simulate::world::NodeState::Ready;
    });
    lab.run_until(minutes(42));
    assert_eq!(lab.told(|what| matches!(what, Happening::Resumed)).len(), 1);
    assert_eq!(lab.scale_ups(SPOT).len() + lab.scale_ups(REGULAR).len(), 1);
}

#[test]
fn young_nodes_that_are_not_ready_do_not_stop_it() {
    let mut world = world(&["0"]);
    let app = template(&mut world, "web", 3000);
    replicas(&mut world, app.clone(), 5);
    let mut lab = Lab::new(world, Options::default());
    let nodes = lab.provision(SPOT, 5);
    lab.begin();
    lab.run_until(minutes(5));
    for node in &nodes {
        lab.silence(*node);
    }
    replicas(&mut lab.world, app, 1);
    lab.run_until(minutes(14));
    assert!(
        lab.told(|what| matches!(what, Happening::Halted(_)))
            .is_empty()
    );
}

#[test]
fn a_pod_that_tolerates_no_spot_goes_to_on_demand_only() {
    let mut world = world(&["0"]);
    let template = only_regular(template(&mut world, "web", 1000));
    let owner = replicas(&mut world, template, 7);
    let mut lab = Lab::new(world, options());
    lab.begin();
    lab.run_until(minutes(5));
    assert!(lab.scale_ups(SPOT).is_empty());
    assert_eq!(
        lab.scale_ups(REGULAR),
        [(10, 3)],
        "three of 1000m fit 3860m"
    );
    assert_eq!(lab.count_ready(owner), 7);
}

#[test]
fn upcoming_nodes_are_counted_for_pods_that_come_later() {
    let mut world = world(&["0"]);
    let template = placeholder(&mut world, 1900, -5);
    replicas(&mut world, template.clone(), 1);
    let mut lab = Lab::new(world, options());
    lab.begin();
    lab.run_until(seconds(40));
    replicas(&mut lab.world, template.clone(), 1);
    lab.run_until(seconds(80));
    assert_eq!(
        lab.scale_ups(SPOT),
        [(10, 1)],
        "the second fits beside the first"
    );
    replicas(&mut lab.world, template, 1);
    lab.run_until(seconds(95));
    assert_eq!(lab.scale_ups(SPOT).len(), 2);
}

#[test]
fn pods_that_come_start_a_loop_at_once_and_wait_until_they_are_two_seconds_old() {
    let mut world = world(&["0"]);
    let template = placeholder(&mut world, 2000, -5);
    let mut lab = Lab::new(world.clone(), options());
    lab.begin();
    lab.run_until(seconds(23));
    replicas(&mut lab.world, template.clone(), 1);
    lab.run_until(seconds(60));
    // The loops were at 0, 10, 20; the pod at 23 s starts one, which finds it young; the next is 10 s later.
    assert_eq!(lab.scale_ups(SPOT), [(33, 1)]);

    let template = Template {
        is_placeholder: false,
        ..template
    };
    let old = Options {
        frequent_loops: false,
        ..options()
    };
    replicas(&mut world, template, 1);
    let mut lab = Lab::new(world, old);
    lab.begin();
    lab.run_until(seconds(60));
    assert_eq!(lab.scale_ups(SPOT), [(10, 1)]);
}

#[test]
fn a_loop_in_which_nothing_changed_does_nothing() {
    let mut world = world(&["0"]);
    let app = template(&mut world, "web", 3000);
    replicas(&mut world, app, 2);
    let mut lab = Lab::new(world, options());
    lab.provision(REGULAR, 2);
    lab.begin();
    lab.run_until(minutes(1));
    let full = lab.autoscaler.full_loops;
    lab.run_until(minutes(600));
    assert_eq!(lab.autoscaler.full_loops, full);
    assert!(full <= 4, "{full}");
}

#[test]
fn the_table_of_real_timings_stands() {
    let timings = Timings::real();
    assert_eq!((timings.young_pods, timings.eviction_retry), (2000, 10_000));
    assert_eq!(
        (timings.eviction_headroom, timings.drain_poll),
        (30_000, 5000)
    );
}

#[test]
fn pods_that_find_a_node_at_once_start_no_loop() {
    let mut world = world(&["0"]);
    let app = template(&mut world, "web", 100);
    let other = placeholder(&mut world, 2000, -5);
    let mut lab = Lab::new(world, options());
    lab.provision(REGULAR, 1);
    lab.begin();
    lab.run_until(seconds(23));
    replicas(&mut lab.world, app, 1);
    lab.run_until(seconds(24));
    assert_eq!(lab.autoscaler.due, Some(seconds(30)));
    replicas(&mut lab.world, other, 1);
    lab.run_until(seconds(25));
    assert_eq!(lab.autoscaler.due, Some(seconds(34) + 1));
}

#[test]
fn new_pods_are_left_alone_for_as_long_as_a_flag_says() {
    let mut world = world(&["0"]);
    let template = placeholder(&mut world, 2000, -5);
    replicas(&mut world, template, 1);
    let options = options()
        .set([("new-pod-scale-up-delay", "1m")])
        .expect("the flag exists");
    let mut lab = Lab::new(world, options);
    lab.begin();
    lab.run_until(minutes(5));
    assert_eq!(lab.scale_ups(SPOT), [(60, 1)]);
}
