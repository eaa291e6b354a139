use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::ComponentId;
use crate::components::descheduler::rounds::{
    self, DRY_RUN, INTERVAL, Idle, Rounds, ZonedSchedule,
};
use crate::components::{Installed, System};
use crate::config::Kind;
use crate::defaults;
use crate::diagnostic::{Edit, Fix, ManifestEdit, Severity};
use crate::manifests::{ArgumentPlace, ManifestWorkload};
use crate::source::Span;

pub(super) const RULE: Rule = Rule {
    id: "idle-descheduler",
    levels: &[Severity::Error, Severity::Warning],
    summary: "the descheduler makes no rounds, ends after one, or evicts nothing in them",
    harm: "Without `--descheduling-interval` the descheduler makes one round and ends. A Deployment starts it again and \
           again: the kubelet takes that for a crash, and waits longer each time, up to 5 minutes. With `--leader-elect` \
           it refuses to start without an interval. In a CronJob it must end, so that the schedule makes the rounds: an \
           interval keeps it running indefinitely. With `--dry-run` it evicts from a copy of the cluster. In all of these \
           cases, pods return to Spot late or not at all, whatever the policy says.",
    detection: "`kubectl get pods -n kube-system -l app.kubernetes.io/name=descheduler` shows `CrashLoopBackOff`, an old \
                Job, or nothing. `descheduler_pods_evicted_total` stays at 0 while pods that prefer Spot run on on-demand.",
    remedy: "Start it with `--descheduling-interval=1m` in a Deployment, or without that flag in a CronJob with a \
             schedule such as `*/5 * * * *`, whose time zone is in `timeZone`.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/descheduler.go, `Run` and `RunDeschedulerStrategies`",
        "kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/policyconfig.go, `LoadPolicyConfig`: a file that is not there is \
         an error",
        "kubernetes-sigs/descheduler v0.36.0 charts/descheduler: an interval for a Deployment, none for a CronJob",
        "kubernetes/kubernetes pkg/kubelet/kubelet.go: containers are restarted with a back-off of up to 5 minutes, \
         whatever their exit code",
    ],
    check: Check::Installed(check),
};

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    for found in installed.running(ComponentId::Descheduler) {
        if let Some(idle) = installed.without_file(found) {
            never(found, &idle, findings);
            continue;
        }
        match rounds::of(found) {
            Rounds::Restarted => restarted(found, findings),
            Rounds::Never(idle) => never(found, &idle, findings),
            Rounds::At(_) => goes_on(found, findings),
            Rounds::Unknown | Rounds::Every(_) => {}
        }
    }
}

/// What runs it: ``Deployment `descheduler` ``.
fn named(found: &ManifestWorkload) -> String {
    format!("{} `{}`", found.kind.as_str(), found.name)
}

fn restarted(found: &ManifestWorkload, findings: &mut Findings<'_>) {
    let message = format!(
        "{} starts the descheduler without `--{INTERVAL}`: it makes one round and ends, and is started again and again, \
         up to 5 min later",
        named(found)
    );
    findings.in_manifest(found.locations.name, message, |diagnostic| {
        diagnostic.help(add_interval()).cure(with_interval(found))
    });
}

fn add_interval() -> String {
    let interval = defaults::DESCHEDULER_INTERVAL;
    format!("add `--{INTERVAL}={interval}` to its arguments")
}

const FIELDS: &str =
    "write minute, hour, day of the month, month and day of the week; `*/5 * * * *` is every 5 min";

fn never(found: &ManifestWorkload, idle: &Idle, findings: &mut Findings<'_>) {
    let who = named(found);
    let nothing = "no pod returns to Spot";
    let (level, location, message, help) = match idle {
        Idle::DryRun => (
            Severity::Warning,
            argument(found, DRY_RUN),
            format!(
                "{who} starts the descheduler with `--{DRY_RUN}`: it evicts nothing, and {nothing}"
            ),
            format!("remove `--{DRY_RUN}`"),
        ),
        Idle::Suspended => (
            Severity::Warning,
            suspended(found).unwrap_or(found.locations.name),
            format!("{who} is suspended: the descheduler makes no rounds, and {nothing}"),
            "set `suspend: false`".to_owned(),
        ),
        Idle::ScaledToZero => (
            Severity::Warning,
            found.locations.replicas,
            format!("{who} has no replicas: the descheduler makes no rounds, and {nothing}"),
            "set `replicas: 1`".to_owned(),
        ),
        Idle::Once => (
            Severity::Warning,
            found.locations.name,
            format!(
                "{who} runs the descheduler only once: pods that fail over later do not return to Spot"
            ),
            format!(
                "run it in a CronJob, or in a Deployment with `--{INTERVAL}={}`",
                defaults::DESCHEDULER_INTERVAL
            ),
        ),
        Idle::NeverDue(schedule) => (
            Severity::Error,
            schedule_of(found),
            format!(
                "no day is on schedule `{schedule}` of {who}: the descheduler makes no rounds, and {nothing}"
            ),
            "write a day that its month has; `*/5 * * * *` is every 5 min".to_owned(),
        ),
        Idle::BrokenSchedule(problem) => (
            Severity::Error,
            schedule_of(found),
            format!("the API server refuses the schedule of {who}: {problem}"),
            FIELDS.to_owned(),
        ),
        Idle::ZonedSchedule(ZonedSchedule { zone, schedule }) => (
            Severity::Error,
            schedule_of(found),
            format!(
                "the API server refuses the schedule of {who}: it has a time zone, which belongs in `timeZone`"
            ),
            format!("set `schedule: \"{schedule}\"` and `timeZone: {zone}`"),
        ),
        Idle::BrokenInterval(problem) => (
            Severity::Error,
            argument(found, INTERVAL),
            format!(
                "the descheduler of {who} does not start, because `--{INTERVAL}` is no duration: {problem}"
            ),
            format!("set `--{INTERVAL}` to a time with its unit, such as `1m`"),
        ),
        Idle::LeaderWithoutInterval => (
            Severity::Error,
            argument(found, rounds::LEADER_ELECT),
            format!(
                "the descheduler of {who} does not start: with `--leader-elect` it needs `--{INTERVAL}`"
            ),
            add_interval(),
        ),
        Idle::WithoutFile(file, map) => (
            Severity::Error,
            argument(found, rounds::POLICY_FILE),
            format!(
                "the descheduler of {who} does not start: ConfigMap `{map}`, which is mounted there, has no file `{file}`"
            ),
            format!(
                "name a key of ConfigMap `{map}` in `--{}`",
                rounds::POLICY_FILE
            ),
        ),
        // Its policy is found for that.
        Idle::BrokenPolicy | Idle::UnknownPolicy => return,
        Idle::WithoutPolicy => (
            Severity::Error,
            found.locations.name,
            format!(
                "the descheduler of {who} does not start: `--{}` names no policy",
                rounds::POLICY_FILE
            ),
            format!(
                "mount the ConfigMap of the policy, and name its file: `--{}=…`",
                rounds::POLICY_FILE
            ),
        ),
    };
    findings.in_manifest(location, message, |diagnostic| {
        diagnostic.level(level).help(help).cure(cure(found, idle))
    });
}

fn cure(found: &ManifestWorkload, idle: &Idle) -> Result<Fix, &'static str> {
    let set = |location: Span, pointer: &str, value: serde_json::Value| {
        let (object, pointer) = found.edited_at(location, pointer);
        Ok(Fix::manifest(object, Edit::Set { pointer, value }))
    };
    match idle {
        Idle::DryRun => {
            let place = found.argument_place(DRY_RUN).ok_or(NO_ARGUMENT)?;
            let value = format!("{}false", place.before).into();
            let pointer = place.pointer;
            let object = place.object.unwrap_or(found.location);
            Ok(Fix::manifest(object, Edit::Set { pointer, value }))
        }
        Idle::Suspended => {
            let location = suspended(found).unwrap_or(found.locations.name);
            set(location, "/spec/suspend", false.into())
        }
        Idle::ScaledToZero => set(found.locations.replicas, "/spec/replicas", 1.into()),
        Idle::NeverDue(_) | Idle::BrokenSchedule(_) => {
            Err("only its owner knows when the rounds are meant to be")
        }
        Idle::ZonedSchedule(zoned) => in_time_zone(found, zoned),
        // A number has no unit, and only its owner knows which one is meant.
        Idle::BrokenInterval(_) => Err("only its owner knows how long the interval is meant to be"),
        Idle::LeaderWithoutInterval => with_interval(found),
        Idle::Once => Err("a CronJob or a Deployment is another object"),
        Idle::WithoutFile(..) => {
            Err("only its author knows whether the argument or the key is wrong")
        }
        Idle::WithoutPolicy | Idle::BrokenPolicy | Idle::UnknownPolicy => {
            Err("only its author knows where the policy is to be mounted")
        }
    }
}

/// Moves the time zone of a schedule to the field that it belongs in.
fn in_time_zone(found: &ManifestWorkload, zoned: &ZonedSchedule) -> Result<Fix, &'static str> {
    let program = found.program.as_deref();
    if program.is_some_and(|program| program.starts.has_time_zone) {
        return Err("it has a `timeZone` too, and only its owner knows which of the two is meant");
    }
    let set = |pointer: &str, value: &str| {
        let (object, pointer) = found.edited_at(schedule_of(found), pointer);
        let value = value.into();
        ManifestEdit {
            object,
            edit: Edit::Set { pointer, value },
        }
    };
    // The one value is in a template or in a file of values, and the other would have to be there too.
    let schedule = set("/spec/schedule", &zoned.schedule);
    if schedule.object != found.location {
        return Err("the schedule is written elsewhere, and its time zone has no place there");
    }
    Ok(Fix::Manifest(vec![
        schedule,
        set("/spec/timeZone", &zoned.zone),
    ]))
}

const NO_ARGUMENT: &str = "its arguments are written in a way that no edit can extend";

/// Sets the interval, or adds it.
fn with_interval(found: &ManifestWorkload) -> Result<Fix, &'static str> {
    let ArgumentPlace {
        pointer,
        before,
        is_new,
        object,
    } = found.argument_place(INTERVAL).ok_or(NO_ARGUMENT)?;
    let value = format!("{before}{}", defaults::DESCHEDULER_INTERVAL).into();
    let edit = if is_new {
        Edit::Append { pointer, value }
    } else {
        Edit::Set { pointer, value }
    };
    Ok(Fix::manifest(object.unwrap_or(found.location), edit))
}

/// An interval in a `CronJob`.
fn goes_on(found: &ManifestWorkload, findings: &mut Findings<'_>) {
    let Some(program) = found
        .program
        .as_deref()
        .filter(|_| found.kind == Kind::CronJob)
    else {
        return;
    };
    let interval = program.argument(INTERVAL).map(rounds::duration);
    if !matches!(interval, Some(Ok(Some(_)))) {
        return;
    }
    // `Allow` is the default.
    let next = match program.starts.concurrency_policy.as_deref() {
        Some("Forbid") => "so the schedule starts no other one",
        Some("Replace") => "until the schedule ends it to start another one",
        _ => "and the schedule starts one more beside it each time, which evicts pods as well",
    };
    let message = format!(
        "{} starts the descheduler with `--{INTERVAL}`: it never ends, {next}",
        named(found)
    );
    let place = found.argument_place(INTERVAL);
    let place = place.filter(|place| !place.is_new && !place.before.is_empty());
    let remove = place.map(|place| {
        let object = place.object.unwrap_or(found.location);
        let pointer = place.pointer;
        Fix::manifest(object, Edit::Remove { pointer })
    });
    findings.in_manifest(argument(found, INTERVAL), message, |diagnostic| {
        diagnostic
            .level(Severity::Warning)
            .help(format!(
                "remove `--{INTERVAL}`: each run of the CronJob is then one round"
            ))
            .cure(remove.ok_or(NO_ARGUMENT))
    });
}

fn argument(found: &ManifestWorkload, name: &str) -> Span {
    let program = found.program.as_deref();
    let location = program.and_then(|program| program.location(name));
    location.unwrap_or(found.locations.name)
}

fn schedule_of(found: &ManifestWorkload) -> Span {
    let program = found.program.as_deref();
    let schedule = program.and_then(|program| program.starts.schedule.as_ref());
    schedule.map_or(found.locations.name, |(_, location)| *location)
}

fn suspended(found: &ManifestWorkload) -> Option<Span> {
    found.program.as_deref()?.starts.suspended
}
