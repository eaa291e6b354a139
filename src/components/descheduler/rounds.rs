//! When a descheduler makes its rounds: by its arguments, and by what starts it.

use crate::config::Kind;
use crate::manifests::{ManifestProgram, ManifestWorkload};
use crate::values::{Duration, Schedule};

pub(crate) const INTERVAL: &str = "descheduling-interval";
pub(crate) const POLICY_FILE: &str = "policy-config-file";
pub(crate) const DRY_RUN: &str = "dry-run";
pub(crate) const LEADER_ELECT: &str = "leader-elect";

/// When it makes rounds.
#[derive(Debug, PartialEq)]
pub(crate) enum Rounds {
    /// It is started in a way that is not read.
    Unknown,
    Every(Duration),
    At(Schedule),
    /// It ends after each round, and is started again, the longer the oftener it has ended: up to 5 minutes.
    /// Source: kubernetes/kubernetes pkg/kubelet/kubelet.go, `MaxCrashLoopBackOff`.
    Restarted,
    Never(Idle),
}

/// A schedule with a time zone before it, in its parts.
#[derive(Clone, Debug, PartialEq)]
pub struct ZonedSchedule {
    pub zone: String,
    /// The five fields.
    pub schedule: String,
}

impl ZonedSchedule {
    /// The parts of `TZ=Europe/Paris 0 3 * * *`; none where one of them is no schedule, or no zone that `timeZone` takes.
    /// Sources: robfig/cron v3 parser.go, `Parse`; kubernetes/kubernetes pkg/apis/batch/validation/validation.go,
    /// `validateTimeZone`, which refuses `Local`.
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let zoned = text.strip_prefix("CRON_TZ=").or(text.strip_prefix("TZ="))?;
        let (zone, schedule) = zoned.split_once(' ')?;
        let schedule = schedule.trim();
        let is_zone = !zone.is_empty() && !zone.eq_ignore_ascii_case("local");
        let is_due = |schedule: Schedule| schedule.longest_gap().is_some();
        let is_whole =
            is_zone && !schedule.contains("TZ") && Schedule::parse(schedule).is_ok_and(is_due);
        is_whole.then(|| Self {
            zone: zone.to_owned(),
            schedule: schedule.to_owned(),
        })
    }
}

/// Why it makes no rounds, or evicts nothing in them.
#[derive(Clone, Debug, PartialEq)]
pub enum Idle {
    DryRun,
    Suspended,
    /// It has no replicas.
    ScaledToZero,
    /// A Job runs it, which it ends.
    Once,
    /// No day of any year is on its schedule.
    NeverDue(String),
    /// What is wrong with the schedule.
    BrokenSchedule(String),
    /// Its schedule begins with a time zone, which the API server does not take there.
    ZonedSchedule(ZonedSchedule),
    BrokenInterval(String),
    /// It elects a leader, which it refuses to do without an interval.
    LeaderWithoutInterval,
    WithoutPolicy,
    /// The file of its policy is not in the `ConfigMap` that is mounted there: the file and the `ConfigMap`.
    WithoutFile(String, String),
    /// It refuses its policy.
    BrokenPolicy,
    /// Its policy is there and cannot be judged: nobody knows what it moves.
    UnknownPolicy,
}

impl Idle {
    /// For a sentence about what does not return to Spot.
    pub(crate) fn why(&self) -> &'static str {
        match self {
            Self::DryRun => "the descheduler runs with `--dry-run` and evicts nothing",
            Self::Suspended => "the CronJob of the descheduler is suspended",
            Self::ScaledToZero => "the descheduler has no replicas",
            Self::Once => "a Job runs the descheduler only once",
            Self::NeverDue(_) | Self::BrokenSchedule(_) | Self::ZonedSchedule(_) => {
                "the schedule of the descheduler starts it never"
            }
            Self::BrokenInterval(_)
            | Self::LeaderWithoutInterval
            | Self::WithoutPolicy
            | Self::WithoutFile(..) => "the descheduler ends with an error",
            Self::BrokenPolicy => "the descheduler evicts nothing with its policy",
            Self::UnknownPolicy => "the policy of the descheduler is not known",
        }
    }
}

/// Sources: kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/descheduler.go, `Run` (no policy, a leader without an
/// interval) and `RunDeschedulerStrategies` (one round without an interval, a fake client in a dry run).
pub(crate) fn of(found: &ManifestWorkload) -> Rounds {
    let Some(program) = found.program.as_deref() else {
        return Rounds::Unknown;
    };
    if program.is_script() || program.is_bare() {
        return Rounds::Unknown;
    }
    let interval = match program.argument(INTERVAL).map(duration) {
        Some(Err(text)) => return Rounds::Never(Idle::BrokenInterval(text)),
        Some(Ok(interval)) => interval,
        None => None,
    };
    let has_policy = program
        .argument(POLICY_FILE)
        .is_some_and(|file| !file.is_empty());
    if !has_policy && !program.is_unknown(POLICY_FILE) {
        return Rounds::Never(Idle::WithoutPolicy);
    }
    let is_unknown = program.is_unknown(INTERVAL);
    if program.is_set(LEADER_ELECT) && interval.is_none() && !is_unknown {
        return Rounds::Never(Idle::LeaderWithoutInterval);
    }
    if program.is_set(DRY_RUN) {
        return Rounds::Never(Idle::DryRun);
    }
    match (found.kind, interval) {
        (Kind::CronJob, _) => by_schedule(program),
        (Kind::Job, None) if !is_unknown => Rounds::Never(Idle::Once),
        (kind, _) if !kind.is_job() && found.replicas == Some(0) => {
            Rounds::Never(Idle::ScaledToZero)
        }
        (_, Some(interval)) => Rounds::Every(interval),
        (_, None) if is_unknown => Rounds::Unknown,
        (Kind::Pod, None) => Rounds::Unknown,
        (_, None) => Rounds::Restarted,
    }
}

/// What a `CronJob` says, even if the program would go on by itself.
fn by_schedule(program: &ManifestProgram) -> Rounds {
    if program.starts.suspended.is_some() {
        return Rounds::Never(Idle::Suspended);
    }
    let Some((text, _)) = &program.starts.schedule else {
        return Rounds::Unknown;
    };
    // The controller would read it; the API server does not let it in.
    // Source: kubernetes/kubernetes pkg/apis/batch/validation/validation.go, `validateScheduleFormat`.
    if text.contains("TZ") {
        if let Some(zoned) = ZonedSchedule::parse(text) {
            return Rounds::Never(Idle::ZonedSchedule(zoned));
        }
        let problem = "it has a time zone, which belongs in `timeZone`".to_owned();
        return Rounds::Never(Idle::BrokenSchedule(problem));
    }
    match Schedule::parse(text) {
        Ok(schedule) if schedule.longest_gap().is_none() => {
            Rounds::Never(Idle::NeverDue(text.clone()))
        }
        Ok(schedule) => Rounds::At(schedule),
        Err(problem) => Rounds::Never(Idle::BrokenSchedule(problem)),
    }
}

/// A duration, as Go takes it; none for nothing at all.
/// Source: golang/go src/time/format.go, `ParseDuration`.
pub(crate) fn duration(text: &str) -> Result<Option<Duration>, String> {
    let text = text.trim();
    if text.trim_start_matches(['+', '-']) == "0" {
        return Ok(None);
    }
    let duration = Duration::parse(text.strip_prefix('+').unwrap_or(text))?;
    Ok(Some(duration).filter(|duration| !duration.is_zero()))
}
