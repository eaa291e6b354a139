//! As labd/cloud.go of the laboratory has it, rule by rule.

use super::{Capacity, Cloud, InstanceState, OverMaximum, Taken, UnderMinimum};
use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::timings::Timings;
use crate::simulate::world::{
    Autoscaled, GroupId, InstanceId, LabelSet, Millis, NodeGroup, NodeId, Requests, World, seconds,
};

const SPOT: GroupId = GroupId(0);

struct Lab {
    world: World,
    cloud: Cloud,
    agenda: Agenda,
    timings: Timings,
}

impl Lab {
    fn new(zones: &[&str], min: i64, max: i64, taken: Taken) -> Self {
        let mut world = World::default();
        let zones = zones.iter().map(|zone| world.symbols.of(zone)).collect();
        world.add_group(NodeGroup {
            name: "aks-spot-vmss".to_owned(),
            pool: "spot".to_owned(),
            is_spot: true,
            autoscaled: Some(Autoscaled { min, max }),
            initial: 0,
            zones,
            labels: LabelSet::default(),
            taints: Vec::new(),
            allocatable: Requests::of(4000, 1 << 34),
            max_pods: 110,
        });
        Self {
            cloud: Cloud::new(&world, taken),
            world,
            agenda: Agenda::default(),
            timings: Timings::laboratory(),
        }
    }

    fn increase(&mut self, by: i64) -> Result<(), OverMaximum> {
        self.cloud
            .increase(&self.world, &mut self.agenda, &self.timings, SPOT, by)
    }

    fn delete(&mut self, instance: u32) -> Result<(), UnderMinimum> {
        self.cloud.delete(
            &self.world,
            &mut self.agenda,
            &self.timings,
            InstanceId(instance),
        )
    }

    /// All that is due until then, each with its time in seconds.
    fn run(&mut self, until: Millis) -> Vec<(Millis, Event)> {
        let mut done = Vec::new();
        while self.agenda.next_time().is_some_and(|next| next <= until) {
            let (when, event) = self.agenda.take_next().expect("one is there");
            self.world.now = when;
            match event {
                Event::InstanceBooted(one) => drop(self.cloud.booted(&mut self.world, one)),
                Event::InstanceRefused(one) => self.cloud.refused(one),
                Event::InstanceKilled(one) => {
                    let (world, agenda) = (&self.world, &mut self.agenda);
                    self.cloud.killed(world, agenda, &self.timings, one);
                }
                Event::InstanceDeleted(one) => drop(self.cloud.deleted(one)),
                _ => {}
            }
            done.push((when / 1000, event));
        }
        done
    }

    fn states(&self) -> Vec<InstanceState> {
        self.cloud
            .listed(SPOT)
            .map(|one| self.cloud.get(one).state)
            .collect()
    }
}

#[test]
fn a_machine_boots_and_its_node_has_the_name_of_the_scale_set() {
    let mut lab = Lab::new(&["1"], 0, 9, Taken::Deleted);
    lab.increase(2).expect("below the maximum");
    assert_eq!(lab.cloud.target(SPOT), 2);
    assert_eq!(lab.states(), [InstanceState::Creating; 2]);
    let booted = [InstanceId(0), InstanceId(1)].map(|one| (90, Event::InstanceBooted(one)));
    assert_eq!(lab.run(seconds(100)), booted);
    let name = lab.world.node(NodeId(1)).name;
    assert_eq!(lab.world.symbols.text(name), "aks-spot-vmss000001");
    assert_eq!(lab.cloud.of_node(NodeId(1)), Some(InstanceId(1)));
    assert_eq!(lab.increase(8), Err(OverMaximum));
    assert_eq!(lab.cloud.target(SPOT), 2);
}

#[test]
fn the_emptiest_zone_comes_first_and_turns_decide_among_equals() {
    let mut lab = Lab::new(&["1", "2", "3"], 0, 20, Taken::Deleted);
    lab.increase(6).expect("below the maximum");
    let zones = |lab: &Lab, from: usize| -> Vec<String> {
        let zones = lab.cloud.instances[from..]
            .iter()
            .filter_map(|one| one.zone);
        zones
            .map(|zone| lab.world.symbols.text(zone).to_owned())
            .collect()
    };
    assert_eq!(zones(&lab, 0), ["1", "2", "3", "1", "2", "3"]);
    lab.run(seconds(100));
    // Zones 2 and 3 lose a machine each. It is the turn of 1, which is no longer one of the emptiest.
    for lost in [1, 2] {
        lab.cloud
            .announce(&lab.world, &mut lab.agenda, InstanceId(lost), 0);
    }
    lab.run(seconds(200));
    lab.increase(2).expect("below the maximum");
    assert_eq!(zones(&lab, 6), ["2", "3"]);
}

#[test]
fn what_is_refused_is_listed_until_it_is_deleted() {
    let mut lab = Lab::new(&["1"], 0, 9, Taken::Deleted);
    lab.cloud.set_capacity(SPOT, Capacity::Refuses);
    lab.increase(2).expect("below the maximum");
    assert_eq!(
        lab.run(seconds(100))
            .iter()
            .map(|(when, _)| *when)
            .collect::<Vec<_>>(),
        [20, 20]
    );
    assert_eq!(lab.states(), [InstanceState::Refused; 2]);
    lab.delete(0).expect("above the minimum");
    assert_eq!(
        (lab.states().len(), lab.cloud.target(SPOT)),
        (1, 1),
        "gone at once"
    );
    // labd/cloud.go, `decrease`: what has failed was never there.
    lab.cloud.decrease_target(SPOT, 1);
    assert_eq!((lab.states().len(), lab.cloud.target(SPOT)), (0, 0));
}

#[test]
fn a_limit_counts_what_is_there_comes_or_is_being_deleted() {
    let mut lab = Lab::new(&["1"], 0, 9, Taken::Deleted);
    lab.cloud.set_capacity(SPOT, Capacity::Only(2));
    lab.increase(3).expect("below the maximum");
    lab.run(seconds(100));
    let [running, refused] = [InstanceState::Running, InstanceState::Refused];
    assert_eq!(lab.states(), [running, running, refused]);
    lab.delete(2).expect("above the minimum");
    lab.delete(0).expect("above the minimum");
    lab.increase(1).expect("below the maximum");
    lab.run(seconds(115));
    assert_eq!(lab.states(), [InstanceState::Deleting, running, refused]);
    lab.delete(3).expect("above the minimum");
    // The deletion takes 30 s; then there is room again.
    lab.run(seconds(140));
    lab.increase(1).expect("below the maximum");
    lab.run(seconds(300));
    assert_eq!(lab.states(), [running, running]);
}

#[test]
fn a_request_may_hang_until_it_is_taken_back() {
    let mut lab = Lab::new(&["1"], 0, 9, Taken::Deleted);
    lab.cloud.set_capacity(SPOT, Capacity::Hangs);
    lab.increase(2).expect("below the maximum");
    assert!(lab.run(seconds(10_000)).is_empty());
    assert_eq!(lab.states(), [InstanceState::Creating; 2]);
    lab.cloud.decrease_target(SPOT, 1);
    lab.delete(0).expect("above the minimum");
    assert_eq!((lab.states().len(), lab.cloud.target(SPOT)), (0, 0));
}

#[test]
fn a_group_does_not_go_below_its_minimum() {
    let mut lab = Lab::new(&["1"], 1, 9, Taken::Deleted);
    lab.cloud.provision(&mut lab.world, SPOT);
    assert_eq!(lab.delete(0), Err(UnderMinimum));
    lab.cloud.provision(&mut lab.world, SPOT);
    assert_eq!(lab.delete(0), Ok(()));
    assert_eq!(lab.delete(0), Ok(()), "a second wish changes nothing");
    assert_eq!(lab.cloud.target(SPOT), 1);
}

#[test]
fn a_taken_machine_is_gone_or_stopped_as_the_policy_says() {
    for (taken, states, target) in [
        (Taken::Deleted, vec![InstanceState::Running], 1),
        (
            Taken::Deallocated,
            vec![InstanceState::Stopped, InstanceState::Running],
            2,
        ),
    ] {
        let mut lab = Lab::new(&["1"], 0, 9, taken);
        lab.increase(2).expect("below the maximum");
        lab.run(seconds(100));
        assert!(
            lab.cloud
                .announce(&lab.world, &mut lab.agenda, InstanceId(0), seconds(30))
        );
        assert!(
            !lab.cloud
                .announce(&lab.world, &mut lab.agenda, InstanceId(0), seconds(30)),
            "announced once"
        );
        assert_eq!(lab.cloud.take_announced(), [InstanceId(0)]);
        lab.run(seconds(200));
        assert_eq!((lab.states(), lab.cloud.target(SPOT)), (states, target));
        assert_eq!(
            lab.cloud.of_node(NodeId(0)).is_some(),
            taken == Taken::Deallocated
        );
    }
}

#[test]
fn a_machine_that_is_taken_while_it_is_deleted_is_counted_off_once() {
    for taken in [Taken::Deleted, Taken::Deallocated] {
        let mut lab = Lab::new(&["1"], 0, 9, taken);
        lab.increase(2).expect("below the maximum");
        lab.run(seconds(100));
        lab.cloud
            .announce(&lab.world, &mut lab.agenda, InstanceId(0), seconds(10));
        lab.delete(0).expect("above the minimum");
        lab.run(seconds(300));
        assert_eq!((lab.states().len(), lab.cloud.target(SPOT)), (1, 1));
    }
}

#[test]
fn a_group_that_keeps_its_size_asks_again_for_what_it_lost() {
    let mut lab = Lab::new(&["1"], 0, 9, Taken::Replaced);
    lab.increase(2).expect("below the maximum");
    lab.run(seconds(100));
    let announce = |lab: &mut Lab, one: u32| {
        let notice = seconds(30);
        lab.cloud
            .announce(&lab.world, &mut lab.agenda, InstanceId(one), notice);
    };
    announce(&mut lab, 0);
    assert_eq!(
        lab.run(seconds(300)),
        [
            (120, Event::InstanceKilled(InstanceId(0))),
            (210, Event::InstanceBooted(InstanceId(2))),
        ]
    );
    assert_eq!(lab.cloud.target(SPOT), 2);
    // Of what it gave back, it asks for no other.
    announce(&mut lab, 1);
    lab.delete(1).expect("above the minimum");
    lab.run(seconds(600));
    assert_eq!(lab.cloud.target(SPOT), 1);
    assert_eq!(lab.states(), [InstanceState::Running]);
}

#[test]
fn it_has_what_it_was_refused_once_there_is_something_to_have() {
    let mut lab = Lab::new(&["1"], 0, 9, Taken::Replaced);
    lab.increase(3).expect("below the maximum");
    lab.run(seconds(100));
    lab.cloud.set_capacity(SPOT, Capacity::Refuses);
    for one in 0..3 {
        lab.cloud
            .announce(&lab.world, &mut lab.agenda, InstanceId(one), 0);
    }
    lab.run(seconds(200));
    assert_eq!(lab.states(), [InstanceState::Refused; 3]);
    lab.delete(3).expect("above the minimum");
    lab.cloud.set_capacity(SPOT, Capacity::Only(1));
    lab.cloud
        .ask_again(&lab.world, &mut lab.agenda, &lab.timings, SPOT);
    lab.run(seconds(400));
    let [running, refused] = [InstanceState::Running, InstanceState::Refused];
    assert_eq!(lab.states(), [running, refused]);
    assert_eq!(lab.cloud.target(SPOT), 2);
}
