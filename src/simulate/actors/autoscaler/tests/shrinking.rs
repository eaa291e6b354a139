//! When nodes go, and when they do not.

use super::lab::{Lab, REGULAR, SPOT, only_regular, options, replicas, template, world};
use super::placeholder;
use crate::simulate::actors::autoscaler::journal::Happening;
use crate::simulate::actors::autoscaler::options::Options;
use crate::simulate::world::{Autoscaled, minutes, seconds};

#[test]
fn unneeded_on_demand_nodes_go_after_ten_minutes_down_to_the_minimum() {
    let mut lab = Lab::new(world(&["0"]), options());
    lab.provision(REGULAR, 3);
    lab.begin();
    lab.run_until(minutes(10) - 1);
    assert_eq!(lab.nodes_of(REGULAR).len(), 3);
    assert_eq!(
        lab.told(|what| matches!(what, Happening::Unneeded(_)))
            .len(),
        3
    );
    assert_eq!(
        lab.told(|what| matches!(what, Happening::SoftTainted(_)))
            .len(),
        3
    );
    lab.run_until(minutes(12));
    assert_eq!(lab.nodes_of(REGULAR).len(), 1);
    let started = lab.told(|what| matches!(what, Happening::ScaleDownStarted { .. }));
    assert_eq!(
        started.iter().map(|(at, _)| *at).collect::<Vec<_>>(),
        [600, 600]
    );
    let done = lab.told(|what| matches!(what, Happening::ScaledDown(_)));
    assert_eq!(
        done.iter().map(|(at, _)| *at).collect::<Vec<_>>(),
        [605, 605]
    );
    // The last one is at the minimum: it is no candidate, and loses its soft taint.
    let last = lab.nodes_of(REGULAR)[0];
    assert!(
        lab.world.node(last).taints.is_empty(),
        "{:?}",
        lab.world.node(last).taints
    );
    lab.run_until(minutes(60));
    assert_eq!(lab.nodes_of(REGULAR).len(), 1);
}

#[test]
fn nothing_goes_within_ten_minutes_after_a_scale_up() {
    let mut world = world(&["0"]);
    let template = placeholder(&mut world, 2000, -5);
    replicas(&mut world, template, 1);
    let mut lab = Lab::new(world, options());
    lab.provision(REGULAR, 2);
    lab.begin();
    lab.run_until(minutes(15));
    assert_eq!(lab.scale_ups(SPOT), [(10, 1)]);
    let started = lab.told(|what| matches!(what, Happening::ScaleDownStarted { .. }));
    assert_eq!(started.len(), 1);
    assert_eq!(
        started[0].0, 610,
        "unneeded since 0, and 10 minutes after the scale-up at 10 s"
    );
}

#[test]
fn placeholders_above_half_of_a_node_keep_it() {
    for (priority, cpu, stays) in [(-5, 2000, true), (-5, 1900, false), (-11, 2000, false)] {
        let mut world = world(&["0"]);
        let template = placeholder(&mut world, cpu, priority);
        replicas(&mut world, template, 1);
        let mut lab = Lab::new(world, options());
        lab.provision(SPOT, 2);
        lab.begin();
        lab.run_until(minutes(30));
        let left = lab.nodes_of(SPOT);
        let has_kept = left.len() == 1 && !lab.world.node(left[0]).pods.is_empty();
        let told = &lab.autoscaler.journal;
        // A small one moves to the other node; one below the cut-off keeps none.
        match (priority, stays) {
            (-11, _) => assert!(left.is_empty(), "{told:?}"),
            (_, true) => assert!(has_kept, "{told:?}"),
            (_, false) => assert_eq!(left.len(), 1, "{told:?}"),
        }
    }
}

#[test]
fn soft_taints_change_ten_nodes_a_loop() {
    let mut lab = Lab::new(
        world(&["0"]),
        Options {
            delay_after_add: minutes(600),
            ..options()
        },
    );
    lab.world.groups[REGULAR.index()].autoscaled = Some(Autoscaled { min: 0, max: 100 });
    lab.provision(REGULAR, 25);
    lab.begin();
    lab.run_until(0);
    let tainted = |lab: &Lab| {
        lab.told(|what| matches!(what, Happening::SoftTainted(_)))
            .len()
    };
    assert_eq!(tainted(&lab), 10);
    // With ten taints a loop has used up what its client lets go at once: it ends a little later.
    lab.run_until(seconds(11));
    assert_eq!(tainted(&lab), 20);
    lab.run_until(seconds(30));
    // Twenty at most are found in a loop, and as many more as were known.
    assert_eq!(tainted(&lab), 25);
}

#[test]
fn nodes_that_are_not_ready_go_after_twenty_minutes() {
    let mut world = world(&["0"]);
    let app = only_regular(template(&mut world, "web", 100));
    replicas(&mut world, app, 1);
    let mut lab = Lab::new(world, options());
    let nodes = lab.provision(SPOT, 1);
    lab.provision(REGULAR, 1);
    lab.begin();
    lab.run_until(0);
    lab.silence(nodes[0]);
    lab.run_until(minutes(40));
    let gone = lab.told(|what| matches!(what, Happening::ScaleDownStarted { .. }));
    // Until 15 min the node counts as not started: it is left out, and unneeded only since then.
    let [
        (
            at,
            Happening::ScaleDownStarted {
                node,
                drains: false,
            },
        ),
    ] = gone[..]
    else {
        panic!("{gone:?}");
    };
    assert_eq!((at, node), (35 * 60, nodes[0]));
}

#[test]
fn a_failed_drain_stops_all_for_three_minutes() {
    let mut world = world(&["0"]);
    let app = only_regular(template(&mut world, "web", 1000));
    let owner = replicas(&mut world, app, 2);
    let flags = [
        ("scale-down-unneeded-time", "1m"),
        ("max-graceful-termination-sec", "10"),
    ];
    let mut lab = Lab::new(world, options().set(flags).expect("the flags exist"));
    let nodes = lab.provision(REGULAR, 2);
    for (pod, node) in lab.world.pods_of(owner).to_vec().into_iter().zip(nodes) {
        lab.world.bind(pod, node);
    }
    lab.stubborn = vec![owner];
    lab.begin();
    lab.run_until(minutes(20));
    let failed = lab.told(|what| matches!(what, Happening::DrainFailed { .. }));
    let started = lab.told(|what| matches!(what, Happening::ScaleDownStarted { .. }));
    assert!(
        !failed.is_empty() && started.len() > 1,
        "{failed:?} {started:?}"
    );
    assert_eq!((started[0].0, failed[0].0), (60, 105));
    assert!(started[1].0 >= failed[0].0 + 180, "{failed:?} {started:?}");
}
