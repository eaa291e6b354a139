use crate::check::context::{Systems, Version};
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::observe::nth;
use crate::components::priority_expander::{
    KnownExpanders, known_expanders, meant_for, of_values_alone, running,
};
use crate::config::pointers;
use crate::diagnostic::{Fix, Pointer, Severity};
use crate::manifests::{ManifestProgram, ManifestWorkload};
use crate::plan::{PRIORITY, Plan};
use crate::source::Span;

pub(super) const RULE: Rule = Rule {
    id: "expander-not-priority",
    levels: &[Severity::Error, Severity::Warning, Severity::Info],
    summary: "nothing makes the autoscaler scale up Spot before on-demand",
    harm: "The autoscaler considers what a pod requires, not what it prefers. For a pod that merely prefers Spot, Spot \
           and on-demand pools are equal, and without the priority expander it scales up either. Priorities that are \
           set anyway have no effect. Of values with `expanderPriorities` and without `extraArgs.expander`, only an info is \
           possible: another values file may set the expander.",
    detection: "`kubectl get nodes` shows new on-demand nodes while Spot pools are below their maximum.",
    remedy: "Remove `expander`, or set `expander: priority`. On AKS the expander is a setting of the cluster: \
             `az aks update --cluster-autoscaler-profile expander=priority`. Where you run the autoscaler, it is the flag \
             `--expander=priority`; `priority,least-waste` is right too, from 1.23 on.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/FAQ.md: soft constraints like \
         preferredDuringSchedulingIgnoredDuringExecution are not considered",
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler.md: the default of `expander` is `random`",
        "kubernetes/autoscaler cluster-autoscaler/config/flags/flags.go: the default is `least-waste`, up to 1.32 `random`; \
         cluster-autoscaler/expander/factory/chain.go: each expander chooses among what the one before it leaves",
        "kubernetes/autoscaler#3890, kubernetes/autoscaler#5014, Azure/AKS#5136, kubernetes/autoscaler#8133",
    ],
    check: Check::Systems(check),
};

/// An autoscaler of the manifests.
type Autoscaler<'m> = (&'m ManifestWorkload, &'m ManifestProgram);

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    for (version, plan) in systems.autoscalers() {
        let installed = systems.installed();
        let autoscaler = installed.and_then(|installed| match version {
            Version::Planned => None,
            Version::Observed(number) => nth(running(installed), number),
        });
        let findings = findings.of_part(version, &pointers::spec("autoscaler"));
        judge(plan, autoscaler, findings);
    }
    values_alone(findings.of(Version::Planned));
}

/// Values of the chart with priorities, and nothing of the autoscaler: which expander it has, other values may say.
fn values_alone(findings: &mut Findings<'_>) {
    let is_declared = findings.document.node(&setting(findings)).is_some();
    let Some(installed) = findings.installed().filter(|_| !is_declared) else {
        return;
    };
    for own in of_values_alone(installed) {
        findings.in_manifest(
            own.named_at(),
            "nothing here sets the expander: whether the autoscaler goes by these priorities is not known",
            |diagnostic| {
                diagnostic
                    .level(Severity::Info)
                    .help("set `extraArgs.expander: priority` in the values, unless other values of the release set it")
                    .no_fix("only the author knows which other values the release has")
            },
        );
    }
}

fn judge(plan: &Plan, installed: Option<Autoscaler<'_>>, findings: &mut Findings<'_>) {
    let autoscaler = &plan.autoscaler;
    let has = |is_spot: bool| plan.node_pools.iter().any(|pool| pool.is_spot() == is_spot);
    let is_right = autoscaler.goes_by_priority() || autoscaler.is_unknown("expander");
    if autoscaler.namespace.is_none() || is_right || !has(true) || !has(false) {
        return;
    }
    let expander = autoscaler.expander.as_deref().unwrap_or("none");
    let is_default = autoscaler.has_flags() && !autoscaler.profile.contains_key("expander");
    let by_default = if is_default {
        " without the flag `--expander`"
    } else {
        ""
    };
    let setting = setting(findings);
    let priorities = priorities(findings, &setting, installed);
    let (pointer, message) = match &priorities {
        Some(Priorities::Declared(pointer)) => {
            let message = without_effect(("the", expander), by_default);
            let written = findings.document.node(&setting).is_some();
            (
                if written {
                    setting.clone()
                } else {
                    pointer.clone()
                },
                message,
            )
        }
        Some(Priorities::Installed(_)) => {
            let message = without_effect(("the", expander), by_default);
            (setting.clone(), message)
        }
        None => (
            setting.clone(),
            format!(
                "the expander is `{expander}`{by_default}: on-demand is scaled up as readily as Spot"
            ),
        ),
    };
    let level = if priorities.is_some() {
        Severity::Error
    } else {
        Severity::Warning
    };
    let (help, is_known) = if findings.origin(&setting).is_manifest() {
        in_manifests(findings, installed)
    } else {
        let help = "set `expander: priority`, or remove `expander`: the default is `priority`";
        (help, true)
    };
    let cure = if is_known {
        findings.wherever(Fix::set(setting, PRIORITY))
    } else {
        Err("this release of the autoscaler has no priority expander")
    };
    findings.at(&pointer, message, |diagnostic| {
        let diagnostic = match priorities {
            Some(Priorities::Installed(location)) => diagnostic.related(location, "the priorities"),
            _ => diagnostic,
        };
        diagnostic.level(level).help(help).cure(cure)
    });
}

/// What to write in the manifests, and whether the autoscaler knows it.
fn in_manifests(
    findings: &Findings<'_>,
    autoscaler: Option<Autoscaler<'_>>,
) -> (&'static str, bool) {
    let installed = findings.installed();
    let found = installed.and_then(|installed| {
        let (found, program) = autoscaler?;
        let is_of_chart = installed.manifests.is_rendered(found.location);
        Some((is_of_chart, known_expanders(program)))
    });
    let is_of_chart = found.is_some_and(|(is_of_chart, _)| is_of_chart);
    let knows = |which: fn(KnownExpanders) -> bool| found.is_none_or(|(_, known)| which(known));
    if !knows(|known| known.priority) {
        let help = "update the autoscaler: the expander `priority` exists from 1.14 on";
        return (help, false);
    }
    let help = match (is_of_chart, knows(|known| known.lists)) {
        (true, true) => {
            "set `extraArgs.expander: priority` in the values, or `extraArgs.expander: \"priority,least-waste\"`"
        }
        (true, false) => "set `extraArgs.expander: priority` in the values",
        (false, true) => {
            "start the autoscaler with `--expander=priority`, or `--expander=priority,least-waste`"
        }
        (false, false) => "start the autoscaler with `--expander=priority`",
    };
    (help, true)
}

/// Priorities that are meant to have an effect.
enum Priorities {
    /// In the configuration.
    Declared(Pointer),
    /// Elsewhere than the expander.
    Installed(Span),
}

fn priorities(
    findings: &Findings<'_>,
    setting: &Pointer,
    autoscaler: Option<Autoscaler<'_>>,
) -> Option<Priorities> {
    let installed = || {
        let named = meant_for(findings.installed()?, autoscaler?)?;
        Some(Priorities::Installed(named.named_at()))
    };
    let declared = || {
        let written = pointers::spec("autoscaler/priorities");
        findings.document.node(&written)?;
        Some(written.at_key())
    };
    if findings.origin(setting).is_manifest() {
        let in_config = || {
            let pointer = declared()?;
            Some(Priorities::Installed(findings.document.locate(&pointer)))
        };
        return installed().or_else(in_config);
    }
    declared().map(Priorities::Declared)
}

/// Where the expander is set, or can be.
fn setting(findings: &Findings<'_>) -> Pointer {
    let in_profile = pointers::autoscaler_setting("expander");
    if findings.document.node(&in_profile).is_some() {
        in_profile
    } else {
        pointers::spec("autoscaler/expander")
    }
}

fn without_effect((which, expander): (&str, &str), by_default: &str) -> String {
    if expander.split(',').any(|name| name == PRIORITY) {
        return format!(
            "{which} priorities have next to no effect: of the expanders `{expander}` the first decides, and `priority` only \
             between the pools that it leaves"
        );
    }
    format!(
        "{which} priorities have no effect: the expander is `{expander}`{by_default}, not `priority`"
    )
}
