//! A round takes time, and the world goes on meanwhile.

use super::*;

/// Two nodes of on-demand, a Spot node, and what happens on its way from one eviction to the next.
struct Course {
    stage: Stage,
    own: Descheduler,
    agenda: Agenda,
    timings: Timings,
}

impl Course {
    fn new(policy: &Json, pods: &[(&str, &str)]) -> Self {
        let mut stage = Stage::default();
        stage.add_node(&on_demand("od1", 16));
        stage.add_node(&on_demand("od2", 16));
        stage.add_node(&spot("sp", 16));
        for (name, node) in pods {
            stage.add_pod(&app(name, node));
        }
        stage.world.now = minutes(1);
        Self {
            stage,
            own: Descheduler::new(self::policy(policy), minutes(5)),
            agenda: Agenda::default(),
            timings: Timings::real(),
        }
    }

    /// To the next eviction or the end of the round; when it goes on.
    fn act(&mut self) -> Option<Millis> {
        let Self {
            stage,
            own,
            agenda,
            timings,
        } = self;
        let next = own.act(&mut stage.world, agenda, timings);
        assert_eq!(agenda.take_next().map(|(when, _)| when), next);
        next
    }

    fn finish(&mut self) -> Round {
        while self.own.is_under_way() {
            let next = self.act().expect("it goes on");
            if self.own.is_under_way() {
                self.stage.world.now = next;
            }
        }
        self.own.last_round().clone()
    }
}

#[test]
fn its_client_lets_ten_evictions_through_and_then_five_a_second() {
    let names: Vec<String> = (0..13).map(|at| format!("p{at}")).collect();
    let pods: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "od1")).collect();
    let mut course = Course::new(&failback(&json!({})), &pods);
    let mut moments = Vec::new();
    let mut next = course.act();
    while course.own.is_under_way() {
        let count = course.stage.world.journal().iter();
        let evicted = |(_, note): &&(Millis, Note)| matches!(note, Note::Evicted(..));
        moments.push((
            course.stage.world.now - minutes(1),
            count.filter(evicted).count(),
        ));
        course.stage.world.now = next.expect("it goes on");
        next = course.act();
    }
    moments.dedup_by(|later, own| {
        later.0 == own.0 && {
            own.1 = later.1;
            true
        }
    });
    assert_eq!(moments, [(0, 10), (200, 11), (400, 12), (600, 13)]);
    // From start to start.
    assert_eq!(next, Some(minutes(6)));
}

#[test]
fn a_round_that_takes_longer_than_the_interval_is_followed_at_once() {
    let pods: Vec<String> = (0..13).map(|at| format!("p{at}")).collect();
    let pods: Vec<(&str, &str)> = pods.iter().map(|name| (name.as_str(), "od1")).collect();
    let mut course = Course::new(&failback(&json!({})), &pods);
    course.own.interval = 500;
    course.act();
    let round = course.finish();
    assert_eq!(round.evicted.len(), 13);
    assert_eq!(course.stage.world.now, minutes(1) + 600);
}

#[test]
fn a_pod_that_comes_to_a_later_node_is_evicted_once_more() {
    let policy = failback(&json!({}));
    for (node, wanted) in [("od2", vec!["a", "b", "c"]), ("od1", vec!["a", "b"])] {
        let mut course = Course::new(&policy, &[("a", "od1"), ("b", "od2")]);
        course.act();
        // In the place of `a`.
        course.stage.add_pod(&app("c", node));
        let round = course.finish();
        assert_eq!(course.stage.names(&round), wanted, "{node}");
    }
}

#[test]
fn what_is_gone_or_stops_by_then_is_asked_for_all_the_same() {
    let mut own = failback(&json!({}));
    own["maxNoOfPodsToEvictTotal"] = json!(2);
    let mut course = Course::new(
        &own,
        &[("a", "od1"), ("b", "od1"), ("c", "od1"), ("d", "od1")],
    );
    course.act();
    let world = &mut course.stage.world;
    world.delete_pod(PodId(1));
    world.terminate(PodId(2), seconds(30));
    let round = course.finish();
    assert_eq!(course.stage.names(&round), ["a", "c"]);
    let wanted = [
        ("b".to_owned(), Kept::Gone),
        ("d".to_owned(), Kept::TotalLimit),
    ];
    assert_eq!(course.stage.kept(&round), wanted);
    let notes = course.stage.world.journal().iter();
    let evicted: Vec<Note> = notes.map(|(_, note)| *note).collect();
    let by = crate::simulate::world::Evictor::Descheduler;
    assert_eq!(
        evicted,
        [Note::DeschedulerRound, Note::Evicted(PodId(0), by)]
    );
}

#[test]
fn a_new_process_begins_a_round_of_its_own() {
    let mut course = Course::new(&failback(&json!({})), &[("a", "od1"), ("b", "od1")]);
    course.act();
    assert!(course.own.is_under_way());
    course.own.begin();
    course.act();
    let round = course.finish();
    assert_eq!(course.stage.names(&round), ["b"]);
    assert_eq!(
        course.stage.kept(&round),
        [("a".to_owned(), Kept::Terminating)]
    );
}

#[test]
fn the_controller_of_a_budget_comes_in_between_now_and_then() {
    let names: Vec<String> = (0..40).map(|at| format!("p{at}")).collect();
    let pods: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "od1")).collect();
    let policy = failback(&json!({}));
    let timings = Timings {
        client_burst: 100,
        ..Timings::laboratory()
    };
    for (orders, timings, is_held) in [
        (Some(1), timings.clone(), true),
        (None, timings, false),
        (Some(1), Timings::real(), false),
    ] {
        let mut course = Course::new(&policy, &pods);
        course.stage.add_budget(&CaseBudget {
            app: "web".to_owned(),
            allowed: 100,
        });
        course.stage.world.orders = orders;
        course.timings = timings;
        course.act();
        course.finish();
        let notes = course.stage.world.journal().iter();
        let evicted = notes.filter(|(_, note)| matches!(note, Note::Evicted(..)));
        let moments: Vec<Millis> = evicted.map(|(when, _)| *when).collect();
        assert_eq!(moments.len(), 40);
        let gaps = moments.windows(2).map(|pair| pair[1] - pair[0]);
        let held = gaps.filter(|gap| (5600..=6100).contains(gap)).count();
        // A sixth of them in the long run.
        assert_eq!(held > 0, is_held, "{moments:?}");
        assert!(held < 15, "{moments:?}");
    }
}
