//! The fewest class rules that give each workload its class.

use std::collections::{BTreeMap, BTreeSet};

use super::globs;
use super::reason::Reason;
use crate::config::Kind;

/// A workload, and what decides its class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sorted<'m> {
    pub(super) namespace: &'m str,
    pub(super) kind: Kind,
    pub(super) name: &'m str,
    /// None for the default class.
    pub(super) reason: Option<Reason>,
}

/// A class rule. A list without items is no condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) kinds: BTreeSet<&'static str>,
    pub(super) namespaces: BTreeSet<String>,
    pub(super) names: BTreeSet<String>,
    pub(super) reason: Option<Reason>,
    /// How many workloads it is for.
    pub(super) count: usize,
}

impl Rule {
    fn takes(&self, workload: &Sorted<'_>) -> bool {
        let is_one = |list: &BTreeSet<String>, own: &str| {
            list.is_empty() || list.contains(own) || list.iter().any(|glob| globs::takes(glob, own))
        };
        (self.kinds.is_empty() || self.kinds.contains(workload.kind.as_str()))
            && is_one(&self.namespaces, workload.namespace)
            && is_one(&self.names, workload.name)
    }
}

/// The rules for all exceptions, in an order in which each workload meets its own first. Those of one class are told
/// apart by their reasons, so that people see why.
pub(super) fn exceptions(workloads: &[Sorted<'_>]) -> Vec<Rule> {
    let mut reasons: BTreeMap<Reason, Vec<&Sorted<'_>>> = BTreeMap::new();
    for workload in workloads {
        if let Some(reason) = workload.reason {
            reasons.entry(reason).or_default().push(workload);
        }
    }
    let mut rules: Vec<Rule> = Vec::new();
    for (reason, members) in reasons {
        // What an earlier rule takes is out of reach of this one.
        let others: Vec<&Sorted<'_>> = workloads
            .iter()
            .filter(|workload| workload.reason != Some(reason))
            .filter(|workload| !rules.iter().any(|rule| rule.takes(workload)))
            .collect();
        let is_right = |rule: &Rule| !others.iter().any(|other| rule.takes(other));
        let covering = cover(&members, is_right).into_iter();
        rules.extend(covering.map(|rule| Rule {
            reason: Some(reason),
            ..shortened(rule, is_right)
        }));
    }
    rules
}

/// The same with globs in place of several namespaces or names, where nothing else has such a name.
fn shortened(rule: Rule, is_right: impl Fn(&Rule) -> bool) -> Rule {
    let namespaces = globs::shorten(&rule.namespaces, |namespaces| {
        is_right(&Rule {
            namespaces: namespaces.clone(),
            ..rule.clone()
        })
    });
    let rule = Rule { namespaces, ..rule };
    let names = globs::shorten(&rule.names, |names| {
        is_right(&Rule {
            names: names.clone(),
            ..rule.clone()
        })
    });
    Rule { names, ..rule }
}

/// The first way that takes all of the members and nothing else: by kind, in whole namespaces, by name, by globs of names,
/// and by name in each namespace.
fn cover(members: &[&Sorted<'_>], is_right: impl Fn(&Rule) -> bool + Copy) -> Vec<Rule> {
    let kinds: BTreeSet<&'static str> = members.iter().map(|own| own.kind.as_str()).collect();
    let namespaces: BTreeSet<String> = members.iter().map(|own| own.namespace.to_owned()).collect();
    let names: BTreeSet<String> = members.iter().map(|own| own.name.to_owned()).collect();
    let count = members.len();
    let whole = [
        Rule {
            kinds: kinds.clone(),
            count,
            ..Rule::default()
        },
        Rule {
            namespaces: namespaces.clone(),
            count,
            ..Rule::default()
        },
        Rule {
            kinds: kinds.clone(),
            namespaces: namespaces.clone(),
            count,
            ..Rule::default()
        },
        Rule {
            namespaces: namespaces.clone(),
            names: names.clone(),
            count,
            ..Rule::default()
        },
    ];
    // Names that are alike say more than a list of namespaces does.
    let alike = globs::shorten(&names, |names| {
        is_right(&Rule {
            names: names.clone(),
            ..Rule::default()
        })
    });
    let by_glob = (alike.len() == 1 && names.len() > 1).then(|| Rule {
        names: alike,
        count,
        ..Rule::default()
    });
    let [of_kinds, others @ ..] = whole;
    let whole = [of_kinds].into_iter().chain(by_glob).chain(others);
    if let Some(rule) = whole.into_iter().find(&is_right) {
        return vec![rule];
    }
    apart(members, &namespaces, &is_right)
}

/// Rules for whole namespaces, and by name in each of the others. Namespaces with the same names share one.
fn apart(
    members: &[&Sorted<'_>],
    namespaces: &BTreeSet<String>,
    is_right: &impl Fn(&Rule) -> bool,
) -> Vec<Rule> {
    let mut whole = Rule::default();
    let mut others: Vec<Rule> = Vec::new();
    for namespace in namespaces {
        let own: Vec<&Sorted<'_>> = members
            .iter()
            .filter(|own| own.namespace == namespace)
            .copied()
            .collect();
        let all = Rule {
            namespaces: BTreeSet::from([namespace.clone()]),
            count: own.len(),
            ..Rule::default()
        };
        if is_right(&all) {
            whole.namespaces.extend(all.namespaces);
            whole.count += all.count;
            continue;
        }
        for rule in by_name(&own, &all, is_right) {
            let alike = |other: &&mut Rule| other.names == rule.names && other.kinds == rule.kinds;
            match others.iter_mut().find(alike) {
                Some(other) => {
                    other.namespaces.extend(rule.namespaces);
                    other.count += rule.count;
                }
                None => others.push(rule),
            }
        }
    }
    let has_whole = whole.count > 0;
    has_whole
        .then_some(whole)
        .into_iter()
        .chain(others)
        .collect()
}

/// The members of one namespace by their names, and by their kinds where another workload has the same name.
fn by_name(own: &[&Sorted<'_>], all: &Rule, is_right: &impl Fn(&Rule) -> bool) -> Vec<Rule> {
    let called = |own: &[&Sorted<'_>]| own.iter().map(|own| own.name.to_owned()).collect();
    let of_all_kinds = Rule {
        names: called(own),
        ..all.clone()
    };
    if is_right(&of_all_kinds) {
        return vec![of_all_kinds];
    }
    let kinds: BTreeSet<&'static str> = own.iter().map(|own| own.kind.as_str()).collect();
    let of_kind = |kind: &'static str| {
        let own: Vec<&Sorted<'_>> = own
            .iter()
            .filter(|own| own.kind.as_str() == kind)
            .copied()
            .collect();
        Rule {
            kinds: BTreeSet::from([kind]),
            names: called(&own),
            count: own.len(),
            ..all.clone()
        }
    };
    kinds.into_iter().map(of_kind).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workload(
        (namespace, kind, name): (&'static str, Kind, &'static str),
        reason: Option<Reason>,
    ) -> Sorted<'static> {
        Sorted {
            namespace,
            kind,
            name,
            reason,
        }
    }

    /// The reason by which the rules decide, for each workload.
    fn decided(workloads: &[Sorted<'_>], rules: &[Rule]) -> Vec<Option<Reason>> {
        let first = |workload| rules.iter().find(|rule| rule.takes(workload));
        workloads
            .iter()
            .map(|workload| first(workload)?.reason)
            .collect()
    }

    fn all() -> Vec<Sorted<'static>> {
        vec![
            workload(("shop", Kind::Deployment, "web"), None),
            workload(
                ("shop", Kind::Deployment, "admin"),
                Some(Reason::OneReplica),
            ),
            workload(("shop", Kind::StatefulSet, "admin"), Some(Reason::Volume)),
            workload(("shop", Kind::CronJob, "report"), Some(Reason::Job)),
            workload(("pay", Kind::Deployment, "admin"), None),
            workload(
                ("pay", Kind::Deployment, "ledger"),
                Some(Reason::OneReplica),
            ),
            workload(("data", Kind::StatefulSet, "db"), Some(Reason::Volume)),
            workload(("data", Kind::StatefulSet, "cache"), Some(Reason::Members)),
            workload(("data", Kind::Job, "import"), Some(Reason::Job)),
        ]
    }

    #[test]
    fn each_workload_meets_its_own_rule_first() {
        let workloads = all();
        let rules = exceptions(&workloads);
        let wanted: Vec<_> = workloads.iter().map(|workload| workload.reason).collect();
        assert_eq!(decided(&workloads, &rules), wanted, "{rules:#?}");
    }

    #[test]
    fn one_rule_says_it_where_one_can() {
        let rules = exceptions(&all());
        let of = |reason| {
            rules
                .iter()
                .filter(move |rule| rule.reason == Some(reason))
                .collect::<Vec<_>>()
        };
        let [jobs] = of(Reason::Job)[..] else {
            panic!("{rules:#?}");
        };
        assert!(jobs.namespaces.is_empty() && jobs.names.is_empty());
        assert_eq!(jobs.count, 2);
    }

    #[test]
    fn names_that_are_alike_are_one_glob() {
        let mut workloads = all();
        for (namespace, name) in [
            ("shop", "mail-worker"),
            ("pay", "bill-worker"),
            ("data", "load-worker"),
        ] {
            let worker = (namespace, Kind::Deployment, name);
            workloads.push(workload(worker, Some(Reason::Grace)));
        }
        for namespace in ["shop-dev", "pay-dev", "data-dev"] {
            let batch = (namespace, Kind::Deployment, "web");
            workloads.push(workload(batch, Some(Reason::KeptOffSpot)));
        }
        let rules = exceptions(&workloads);
        let of = |reason| rules.iter().find(|rule| rule.reason == Some(reason));
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let grace = of(Reason::Grace).expect("a rule");
        assert_eq!((&grace.names, grace.count), (&names(&["*-worker"]), 3));
        assert!(grace.namespaces.is_empty(), "{grace:#?}");
        let kept = of(Reason::KeptOffSpot).expect("a rule");
        assert_eq!(kept.namespaces, names(&["*-dev"]), "{kept:#?}");
        let wanted: Vec<_> = workloads.iter().map(|workload| workload.reason).collect();
        assert_eq!(decided(&workloads, &rules), wanted);
    }

    proptest::proptest! {
        /// However they are spread, no rule takes a workload of another one.
        #[test]
        fn rules_are_exact(reasons in proptest::collection::vec(0_usize..6, 60)) {
            let namespaces = ["a", "b", "c"];
            let names = ["web", "api", "db", "cache", "jobs"];
            let kinds = [Kind::Deployment, Kind::StatefulSet, Kind::CronJob, Kind::DaemonSet];
            let choice = [None, Some(Reason::Volume), Some(Reason::Grace), Some(Reason::Members), Some(Reason::OneReplica), Some(Reason::KeptOffSpot)];
            let mut number = 0;
            let mut workloads = Vec::new();
            for namespace in namespaces {
                for name in names {
                    for kind in kinds {
                        workloads.push(workload((namespace, kind, name), choice[reasons[number]]));
                        number += 1;
                    }
                }
            }
            let rules = exceptions(&workloads);
            let wanted: Vec<_> = workloads.iter().map(|workload| workload.reason).collect();
            proptest::prop_assert_eq!(decided(&workloads, &rules), wanted);
        }
    }
}
