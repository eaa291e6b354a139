//! What a recording was made from, and what was seen.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value as Json;

use crate::simulate::read::{GroupSpec, Overhead};

/// What the components were given besides objects.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Given {
    pub(super) groups: Vec<GroupSpec>,
    pub(super) autoscaler: BTreeMap<String, String>,
    pub(super) daemon_sets: Overhead,
}

/// A run of real components.
#[derive(Debug, Deserialize)]
pub(super) struct Recording {
    pub(super) about: About,
    pub(super) results: Vec<Outcome>,
    /// When each phase began, in seconds, and its name.
    pub(super) marks: Vec<(i64, String)>,
    pub(super) phases: Vec<Phase>,
    evictions: Rows<(i64, String, String, String, String)>,
    /// Totals at each change: when, pods by state and place, placeholders, nodes.
    series: Vec<(i64, BTreeMap<String, i64>, Json, Json)>,
    /// What the cloud did, and was made to do.
    cloud: Vec<(i64, String, String, Json)>,
    /// When workloads were scaled; the older recordings do not say it.
    #[serde(default)]
    scaled: Vec<(i64, String)>,
}

#[derive(Debug, Deserialize)]
struct Rows<T> {
    rows: Vec<T>,
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub(super) struct About {
    pub(super) scenarios: Vec<String>,
    #[serde(default)]
    pub(super) dead_pool: String,
    pub(super) outage: String,
    pub(super) handler: bool,
    #[serde(default = "never")]
    pub(super) handler_deletes: f64,
    #[serde(default)]
    pub(super) handler_taints: bool,
    /// From start to start of the descheduler's rounds, in seconds of the laboratory, which ran ten times as fast.
    #[serde(default = "former_interval")]
    interval: f64,
    /// The load averages of the machine, which had two processors, as far as they were written down.
    #[serde(default)]
    pub(super) load: Vec<f64>,
}

fn never() -> f64 {
    -1.0
}

/// What the older recordings do not name: it was the default of that time.
fn former_interval() -> f64 {
    30.0
}

/// How a scenario ended.
#[derive(Debug, Deserialize)]
pub(super) struct Outcome {
    pub(super) converged: bool,
    #[serde(default)]
    pub(super) quiet: bool,
    #[serde(default)]
    word: String,
    pub(super) took: i64,
}

/// The same word for the same end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Converged,
    /// Nothing is evicted any more, and some pods that prefer Spot are elsewhere.
    Quiet,
    /// The descheduler goes on.
    Loops,
}

impl Outcome {
    pub(super) fn verdict(&self) -> Verdict {
        match (self.converged, self.quiet) {
            (true, _) => Verdict::Converged,
            (false, true) => Verdict::Quiet,
            (false, false) => Verdict::Loops,
        }
    }

    /// Whether its time is that of the last change; that of other quiet ends is when the laboratory gave up waiting.
    pub(super) fn is_timed(&self) -> bool {
        self.converged || self.word == "all that fit"
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Phase {
    #[serde(rename = "phase")]
    pub(super) mark: String,
    pub(super) length: i64,
    pub(super) evictions: BTreeMap<String, i64>,
    pub(super) back_and_forth: i64,
    pub(super) last_descheduler_eviction: Option<i64>,
    /// By workload.
    pub(super) least_ready: BTreeMap<String, i64>,
    killed_without_grace: Option<i64>,
    /// By workload: how many of its pods are where, by state and place.
    pub(super) at_end: BTreeMap<String, BTreeMap<String, i64>>,
    /// Of all workloads.
    pub(super) least_serving: Option<i64>,
}

/// How often the recorder looked, in seconds.
const LOOK: i64 = 10;

impl Recording {
    /// Whether it counts pods of dead machines as dead: the first recordings count them as ready.
    pub(super) fn counts_dead(&self) -> bool {
        let counts = |phase: &Phase| phase.killed_without_grace.is_some();
        self.phases.iter().any(counts) || self.series.iter().any(|(_, pods, ..)| dead(pods) > 0)
    }

    /// The figures of the phase of a mark; none, where it was too short for the recorder.
    pub(super) fn phase(&self, at: usize) -> Option<&Phase> {
        let name = &self.marks[at].1;
        let earlier = self.marks[..at].iter().filter(|(_, mark)| mark == name);
        let mut own = self.phases.iter().filter(|phase| phase.mark == *name);
        own.nth(earlier.count())
    }

    /// When the phase of a mark ends.
    pub(super) fn end(&self, at: usize) -> i64 {
        let next = self.marks.get(at + 1).map(|(next, _)| *next);
        let length = self.phase(at).map(|phase| phase.length);
        next.unwrap_or(self.marks[at].0 + length.unwrap_or(0))
    }

    /// How the phase of a mark ended; none, where the laboratory went on without waiting for an end.
    pub(super) fn outcome(&self, at: usize) -> Option<&Outcome> {
        let waits = |mark: &str| {
            !mark.starts_with("apps ready") && !["S3", "S5", "S5 spot back", "S7"].contains(&mark)
        };
        let earlier = self.marks[..at].iter().filter(|(_, mark)| waits(mark));
        let at = waits(&self.marks[at].1).then(|| earlier.count())?;
        self.results.get(at)
    }

    /// Pods that died with their machine, and that nothing had asked to stop; the older recordings show it in their series.
    pub(super) fn killed(&self, at: usize) -> Option<i64> {
        let (phase, from) = (self.phase(at)?, self.marks[at].0);
        if phase.killed_without_grace.is_some() || !self.counts_dead() {
            return phase.killed_without_grace;
        }
        let until = self.end(at);
        let within = self
            .series
            .iter()
            .filter(|(when, ..)| (from..until).contains(when));
        let (mut before, mut killed) = (0, 0);
        for (_, pods, ..) in within {
            let now = dead(pods);
            killed += (now - before).max(0);
            before = now;
        }
        Some(killed)
    }

    /// How many nodes each pool had when the phase of a mark ended, or shortly before.
    pub(super) fn nodes(&self, at: usize) -> BTreeMap<String, i64> {
        let end = self.end(at);
        let mut rows = self.series.iter().rev();
        let last = rows.find(|(when, ..)| *when <= end);
        let pools = last.and_then(|(.., nodes)| nodes.as_object());
        let count = |states: &Json| states["ready"].as_i64().unwrap_or(0);
        let pools = pools.into_iter().flatten();
        pools
            .map(|(pool, states)| (pool.clone(), count(states)))
            .collect()
    }

    /// When the descheduler evicted, within a span.
    pub(super) fn descheduled(&self, from: i64, until: i64) -> impl Iterator<Item = i64> {
        let all = self.evictions.rows.iter();
        let own = all.filter(|(_, by, ..)| by == "descheduler");
        own.map(|(when, ..)| *when)
            .filter(move |when| (from..until).contains(when))
    }

    /// From start to start of the descheduler's rounds, in real seconds; they are whole ones.
    #[expect(clippy::cast_possible_truncation, reason = "a few hundred at most")]
    pub(super) fn interval(&self) -> i64 {
        (self.about.interval * 10.0) as i64
    }

    /// When the descheduler first looked: its rounds are those of its first eviction.
    pub(super) fn first_round(&self) -> i64 {
        let first = self.descheduled(i64::MIN, i64::MAX).next();
        let interval = self.interval();
        first.map_or(0, |first| first.rem_euclid(interval)).min(30) % 30
    }

    /// When the end of machines was announced within a span.
    pub(super) fn announced(&self, from: i64, until: i64) -> Option<i64> {
        let all = self.cloud.iter();
        let mut own = all.filter(|(_, what, ..)| what == "interrupt");
        let own = own.find(|(when, ..)| (from..until).contains(when));
        own.map(|(when, ..)| *when)
    }

    /// When the handler began to evict within a span: the middle of the first four seconds in which it did.
    pub(super) fn drained(&self, from: i64, until: i64) -> Option<i64> {
        let all = self.evictions.rows.iter();
        let own = all.filter(|(when, by, ..)| by == "handler" && (from..until).contains(when));
        let mut own: Vec<i64> = own.map(|(when, ..)| *when).collect();
        own.sort_unstable();
        let first = *own.first()?;
        own.retain(|when| *when < first + 4);
        Some(own[own.len() / 2])
    }

    /// When a workload was scaled for the first time from a moment on; none where the recording does not say it.
    pub(super) fn scaled_at(&self, from: i64, name: &str) -> Option<i64> {
        let mut own = self.scaled.iter();
        let own = own.find(|(when, own)| *when >= from && own == name);
        own.map(|(when, _)| *when)
    }

    /// When each of several workloads was scaled from one number of pods to another, one call of kubectl after the other. The
    /// recorder looked each ten seconds: calls between two looks, as the number of pods shows, were as far apart as each other.
    pub(super) fn scaled(&self, from: i64, sizes: &[(i64, i64)]) -> Vec<i64> {
        let sum = |sizes: &[(i64, i64)], tail: &[(i64, i64)]| -> i64 {
            let done = sizes.iter().map(|(_, after)| after);
            done.chain(tail.iter().map(|(before, _)| before)).sum()
        };
        // Of all pods before the call of that number.
        let before = |nth: usize| sum(&sizes[..nth], &sizes[nth..]);
        let live = |pods: &BTreeMap<String, i64>| -> i64 {
            let live = pods.iter().filter(|(state, _)| !state.starts_with("term."));
            live.map(|(_, count)| count).sum()
        };
        let grows = before(sizes.len()) > before(0);
        let (mut times, mut last, mut pace) = (Vec::new(), from, i64::MAX);
        for (when, pods, ..) in self.series.iter().filter(|(when, ..)| *when > from) {
            let live = live(pods);
            // The recording leaves out looks at which nothing had changed.
            last = last.max(when - LOOK);
            let is_made = |nth: &usize| {
                if grows {
                    live > before(*nth)
                } else {
                    live < before(*nth)
                }
            };
            let made = (times.len()..sizes.len()).take_while(is_made).count();
            if let Ok(count @ 1..) = i64::try_from(made) {
                let span = (when - last) * 1000 / count;
                let all = times.len() + made;
                // The last calls may have ended long before the next look.
                pace = if all == sizes.len() {
                    pace.min(span)
                } else {
                    span
                };
                // It may have been seen under way.
                let is_whole = live == before(all);
                let first = if is_whole { pace / 2 } else { pace };
                times.extend((0..count).map(|nth| last + (first + pace * nth) / 1000));
            }
            last = *when;
            if times.len() == sizes.len() {
                break;
            }
        }
        times
    }

    /// Until when some pod was not ready after machines were announced: to the first look at which all were, and stayed so
    /// until the descheduler moved the first.
    pub(super) fn all_ready(&self, at: usize) -> Option<i64> {
        let phase = self.phase(at)?;
        let (mark, end) = (self.marks[at].0, self.end(at));
        let announced = self.announced(mark, end)?;
        let until = self.descheduled(mark, end).next().unwrap_or(end);
        let wanted: i64 = phase.at_end.values().flat_map(BTreeMap::values).sum();
        let ready = |pods: &BTreeMap<String, i64>| -> i64 {
            let ready = pods.iter().filter(|(state, _)| state.starts_with("ready."));
            ready.map(|(_, count)| count).sum()
        };
        let (mut whole, mut was_short) = (None, false);
        for (when, pods, ..) in &self.series {
            if !(mark..until).contains(when) {
                continue;
            }
            let is_short = ready(pods) < wanted;
            if is_short {
                whole = None;
            } else if was_short {
                whole = Some(when - announced);
            }
            was_short = is_short;
        }
        whole
    }
}

fn dead(pods: &BTreeMap<String, i64>) -> i64 {
    let dead = pods.iter().filter(|(state, _)| state.starts_with("dead."));
    dead.map(|(_, count)| count).sum()
}

/// Where the inputs of an older recording are, which several share.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shared {
    objects: String,
    given: String,
    /// By pool: how many nodes it began with.
    initial: BTreeMap<String, i64>,
    /// What scales placeholders did nothing in this run: nodes came that it counts, and no placeholders.
    #[serde(default)]
    without_proportional: bool,
}

/// What was given and what was seen, of one recording.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) name: &'static str,
    /// The text of the objects.
    objects: String,
    pub(super) given: Given,
    pub(super) recording: Recording,
    pub(super) has_proportional: bool,
}

impl Run {
    pub(super) fn read(name: &'static str) -> Self {
        let older = format!("traces/{name}.json");
        let is_older = folder().join(&older).exists();
        let mut has_proportional = true;
        let (objects, given, recording) = if is_older {
            let index = text("traces/inputs/index.json");
            let index: Result<BTreeMap<String, Shared>, _> = serde_json::from_str(&index);
            let mut index = index.expect("the index is one");
            let own = index.remove(name).expect("the index names it");
            let mut given = given(&format!("traces/inputs/{}", own.given));
            for group in &mut given.groups {
                if let Some(initial) = own.initial.get(&group.pool) {
                    group.initial = *initial;
                }
            }
            has_proportional = !own.without_proportional;
            (format!("traces/inputs/{}", own.objects), given, older)
        } else {
            let given = given(&format!("inputs/{name}.json"));
            (format!("inputs/{name}.yaml"), given, format!("{name}.json"))
        };
        let recording = serde_json::from_str(&text(&recording));
        Self {
            name,
            objects: text(&objects),
            given,
            has_proportional,
            recording: recording.unwrap_or_else(|error| panic!("{name}: {error}")),
        }
    }

    pub(super) fn objects(&self) -> Vec<Json> {
        use crate::source::SourceId;
        use crate::yaml::{self, Dialect};
        let objects = yaml::parse(SourceId(0), &self.objects, Dialect::Manifest);
        let objects = objects.documents.iter().map(crate::yaml::Node::to_json);
        objects.filter(Json::is_object).collect()
    }

    /// How many phases are played: all from when the system was applied.
    pub(super) fn phases(&self) -> usize {
        let marks = self.recording.marks.iter();
        marks.filter(|(when, _)| *when >= 0).count()
    }

    /// Whether another recording was made with the same configuration.
    pub(super) fn repeats(&self, other: &Self) -> bool {
        let About {
            scenarios: _,
            dead_pool,
            outage,
            handler,
            handler_deletes,
            handler_taints,
            interval: _,
            load: _,
        } = &self.recording.about;
        let theirs = &other.recording.about;
        self.objects == other.objects
            && format!("{:?}", self.given) == format!("{:?}", other.given)
            && *dead_pool == theirs.dead_pool
            && *outage == theirs.outage
            && *handler == theirs.handler
            && handler_deletes.to_bits() == theirs.handler_deletes.to_bits()
            && *handler_taints == theirs.handler_taints
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/recordings")
}

fn text(name: &str) -> String {
    let path = folder().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn given(name: &str) -> Given {
    let given: Result<Given, _> = serde_json::from_str(&text(name));
    let mut given = given.unwrap_or_else(|error| panic!("{name}: {error}"));
    for group in &mut given.groups {
        // What the laboratory's cloud says of its nodes besides: labd/cloud.go, `node`.
        for key in ["agentpool", "kubernetes.azure.com/agentpool"] {
            group.labels.insert(key.to_owned(), group.pool.clone());
        }
    }
    given
}
