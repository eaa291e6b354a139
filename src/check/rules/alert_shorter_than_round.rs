use crate::check::context::{Systems, Version};
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::monitoring;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::values::span::span;

pub(super) const RULE: Rule = Rule {
    id: "alert-shorter-than-round",
    levels: &[Severity::Warning],
    summary: "an alert about failback fires before the installed descheduler has made one round",
    harm: "The alerts wait for as many rounds as the configuration plans. The descheduler in the manifests makes them less \
           often, so the alerts fire after every failover, while nothing is wrong. Alerts that are always false are \
           soon ignored.",
    detection: "SpotFailbackStuck or SpotDeschedulerDown fires and resolves by itself after the next round.",
    remedy: "Let the descheduler run as often as planned, or set `descheduler.interval` to what it has and render the \
             alerts again.",
    sources: &[
        "prometheus/prometheus docs/configuration/alerting_rules.md: `for`, how long a condition holds before the alert \
         fires",
        "kubernetes-sigs/descheduler README.md: `--descheduling-interval`, and a CronJob that runs it once",
    ],
    check: Check::Systems(check),
};

const CHOICE: &str = "the alerts can wait longer instead: set `descheduler.interval` to the installed one and render again";

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    let planned = systems.planned();
    if planned.monitoring.is_none() {
        return;
    }
    let Some(own) = &planned.descheduler else {
        return;
    };
    for (version, descheduler) in systems.distinct(|system| system.descheduler.as_ref()) {
        let round = descheduler.seconds(1);
        let alerts: Vec<&str> = monitoring::shorter_than(planned, round).collect();
        if alerts.is_empty() {
            continue;
        }
        let message = format!(
            "{} can fire before the descheduler has made one round: its rounds are up to {} apart, and the alerts are made \
             for one {}",
            alerts.join(", "),
            span(round),
            own.rhythm()
        );
        let findings = findings.of_part(version, &pointers::spec("descheduler"));
        let pointer = pointers::spec("descheduler/interval");
        let help = match version {
            Version::Planned => format!("set `descheduler.interval: {}`", own.interval),
            Version::Observed(_) => format!(
                "let it run {}: by `--descheduling-interval={}`, or by the schedule of its CronJob",
                own.rhythm(),
                own.interval
            ),
        };
        let cure = findings.wherever(Fix::set(pointer.clone(), own.interval.to_string()));
        findings.at(&pointer, message, |diagnostic| {
            diagnostic.help(help).cure(cure).choice(CHOICE)
        });
    }
}
