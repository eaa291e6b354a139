use smol_str::SmolStr;

use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::{Edit, Fix, ManifestEdit, Severity};
use crate::manifests::{ManifestFinder, PodSelector, Purpose, Search};
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "base-not-selected",
    levels: &[Severity::Error, Severity::Warning],
    summary: "a Service, policy, setting of a mesh or monitor selects the pods of a workload, but not those of its `onDemandBase`",
    harm: "The pods of a workload and those of its `-base` differ in the label `spotgen.dev/part`. A Service whose selector \
           asks for that label sends all traffic to the pods on Spot. The base runs, is paid for and does nothing, and when \
           Spot is reclaimed, the Service has no pods: an error, unless another Service takes both. A NetworkPolicy \
           protects the pods of one part only, or refuses the traffic of the other, and so does a policy of Cilium or Istio. \
           What a Sidecar, EnvoyFilter, Telemetry or Gateway of Istio sets holds for one part only, and a subset of a \
           DestinationRule sends traffic to one part only. A PodMonitor or ServiceMonitor reads the metrics of one part only.",
    detection: "`kubectl get endpointslices -l kubernetes.io/service-name=NAME -o wide` lists no pod of the `-base`.",
    remedy: "Select by the labels that both have in common: leave out `spotgen.dev/part`. Services that each take one part \
             are left alone, and so are policies and subsets.",
    sources: &[
        "https://kubernetes.io/docs/concepts/services-networking/service/: a Service targets the pods that have all labels of \
         its selector",
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/: `podSelector`, and what isolates a pod",
        "istio/api type/v1beta1/selector.proto and networking/v1alpha3/: `selector`, `workloadSelector`, `subsets`",
        "cilium/cilium pkg/policy/api/rule.go and selector.go: `endpointSelector`, and the source before a label",
        "prometheus-operator/prometheus-operator Documentation/api-reference/api.md: `PodMonitorSpec`, `ServiceMonitorSpec`",
    ],
    check: Check::Workloads(check),
};

fn check(_: &Plan, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let Some(installed) = findings.installed() else {
        return;
    };
    let finders = &installed.manifests.finders;
    // A second workload stands behind the first.
    for pair in all.windows(2) {
        let &[first, second] = pair else { continue };
        if !second.is_base_of(first) {
            continue;
        }
        let pair = Pair {
            first,
            second,
            finders,
        };
        for finder in finders {
            pair.judge(finder, findings);
        }
    }
}

/// A workload and its second one.
struct Pair<'a> {
    first: WorkloadView<'a>,
    second: WorkloadView<'a>,
    finders: &'a [ManifestFinder],
}

impl Pair<'_> {
    fn judge(&self, finder: &ManifestFinder, findings: &mut Findings<'_>) {
        let mut blind = finder
            .searches
            .iter()
            .filter(|own| self.is_blind(finder, own));
        let Some(search) = blind.next() else { return };
        let (level, verb, harm) = match search.purpose {
            Purpose::Traffic if self.is_served() => {
                (Severity::Warning, "selects", "it sends them no traffic")
            }
            Purpose::Traffic => (Severity::Error, "selects", "no Service sends them traffic"),
            Purpose::Isolation => (
                Severity::Warning,
                "is over",
                "its rules do not hold for them",
            ),
            Purpose::Peers => (
                Severity::Warning,
                "names",
                "it does not allow their traffic",
            ),
            Purpose::Settings => (
                Severity::Warning,
                "is over",
                "what it sets does not hold for them",
            ),
            Purpose::Subset => (Severity::Warning, "selects", "it sends them no traffic"),
            Purpose::Metrics => (Severity::Warning, "selects", "their metrics are not read"),
            Purpose::MetricsOfServices => (
                Severity::Warning,
                "selects a Service of",
                "their metrics are not read",
            ),
        };
        let (kind, name) = (finder.kind, &finder.name);
        let (own, base) = (self.first.name(), self.second.name());
        let message = format!(
            "{kind} `{name}` {verb} the pods of workload `{own}`, but not those of `{base}`: {harm}"
        );
        let searches: Vec<&Search> = std::iter::once(search).chain(blind).collect();
        findings.in_manifest(search.location, message, |diagnostic| {
            let diagnostic = diagnostic.level(level);
            if search.purpose == Purpose::MetricsOfServices {
                return diagnostic
                    .help("select a Service that takes the pods of both")
                    .no_fix("only you know which Service has the metrics");
            }
            diagnostic
                .help("select by the labels that both have: leave out `spotgen.dev/part`")
                .cure(self.widened(finder, &searches))
        });
    }

    /// Whether a search takes pods of the first, and the same object and others none of the second for this purpose.
    fn is_blind(&self, finder: &ManifestFinder, search: &Search) -> bool {
        match search.purpose {
            // One over both, such as one that forbids everything, says nothing of what this one is for.
            Purpose::Traffic | Purpose::Isolation | Purpose::Settings => {
                self.takes_first(finder, search)
                    && !self.takes_second(finder, search)
                    && !self.are_apart(finder.kind, search.purpose)
            }
            // Which of several services a subset is of decides whose pods it has.
            Purpose::Subset => {
                self.takes_first(finder, search)
                    && !self.takes_second(finder, search)
                    && self.is_host(search)
                    && !self.are_apart(finder.kind, search.purpose)
            }
            // It lets both through where another of its peers, or of its rules, is the second one.
            Purpose::Peers => {
                let mut peers = finder.searches_for(Purpose::Peers);
                self.takes_first(finder, search)
                    && !peers.any(|peer| self.takes_second(finder, peer))
            }
            Purpose::Metrics => {
                let mut others = self.others(Purpose::Metrics);
                self.takes_first(finder, search)
                    && !others.any(|(other, own)| self.takes_second(other, own))
            }
            Purpose::MetricsOfServices => {
                let is_read = |second: bool| {
                    self.finders.iter().any(|service| {
                        finder.takes(search, service.namespace.as_deref(), &service.labels)
                            && service.searches_for(Purpose::Traffic).any(|own| {
                                if second {
                                    self.takes_second(service, own)
                                } else {
                                    self.takes_first(service, own)
                                }
                            })
                    })
                };
                // Where no Service takes them, that is the fault.
                self.is_served() && is_read(false) && !is_read(true)
            }
        }
    }

    /// Whether a Service takes the pods of the second.
    fn is_served(&self) -> bool {
        self.others(Purpose::Traffic)
            .any(|(other, own)| self.takes_second(other, own))
    }

    /// Whether another object of the kind takes the pods of the second alone: then the two are meant to be apart.
    fn are_apart(&self, kind: &str, purpose: Purpose) -> bool {
        self.others(purpose).any(|(other, own)| {
            other.kind == kind && self.takes_second(other, own) && !self.takes_first(other, own)
        })
    }

    /// Whether the Service among whose pods it searches has those of the first. One that nobody knows may have them.
    fn is_host(&self, search: &Search) -> bool {
        let Some(host) = &search.host else {
            return true;
        };
        let mut services = self
            .others(Purpose::Traffic)
            .filter(|(service, _)| service.name == *host)
            .peekable();
        services.peek().is_none() || services.any(|(service, own)| self.takes_first(service, own))
    }

    fn others(&self, purpose: Purpose) -> impl Iterator<Item = (&ManifestFinder, &Search)> {
        self.finders.iter().flat_map(move |finder| {
            let searches = finder.searches_for(purpose);
            searches.map(move |search| (finder, search))
        })
    }

    fn takes_first(&self, finder: &ManifestFinder, search: &Search) -> bool {
        finder.takes(search, self.first.namespace(), self.first.labels())
    }

    fn takes_second(&self, finder: &ManifestFinder, search: &Search) -> bool {
        finder.takes(search, self.second.namespace(), self.second.labels())
    }

    /// Removes the labels that the second has not.
    fn widened(&self, finder: &ManifestFinder, searches: &[&Search]) -> Result<Fix, &'static str> {
        let mut edits = Vec::new();
        for search in searches {
            let PodSelector::By(selector) = &search.selector else {
                return Err("its selector cannot be read");
            };
            let has = |(key, value): &(&SmolStr, &SmolStr)| {
                self.second.labels().get(key.as_str()) == Some(*value)
            };
            let mut expressions = selector.match_expressions.iter();
            if !expressions.all(|own| own.matches(self.second.labels())) {
                return Err("the expressions of its selector say which part they mean");
            }
            let (common, others): (Vec<_>, Vec<_>) = selector.match_labels.iter().partition(has);
            if common.is_empty() {
                return Err("without that label its selector would take all pods, or none");
            }
            let places = others
                .into_iter()
                .flat_map(|(key, _)| search.places_of(key));
            edits.extend(places.map(|pointer| ManifestEdit {
                object: finder.location,
                edit: Edit::Remove { pointer },
            }));
        }
        Ok(Fix::Manifest(edits))
    }
}
