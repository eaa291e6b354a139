//! Tolerations that are nearly for a taint of the nodes, and tolerate none.

use crate::kubernetes::{Effect, NODE_TAINTS, Taint, Toleration};
use crate::manifests::{ManifestWorkload, WrittenToleration};
use crate::plan::Plan;
use crate::providers::Meaning;
use crate::suggest::similar;

/// A toleration and the taint that it must be meant for.
pub(super) struct Misspelled<'a> {
    pub(super) written: &'a WrittenToleration,
    pub(super) meant: Meant,
    /// Whether no other taint can have such a key or value: it is of the cloud or of Kubernetes, or has nothing.
    pub(super) is_certain: bool,
}

/// What is to be written in a toleration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meant {
    Key(String),
    Value(String),
    /// The taint has no value.
    NoValue,
    Effect(Effect),
}

impl Meant {
    /// The key of the toleration that is wrong.
    pub(super) fn key(&self) -> &'static str {
        match self {
            Self::Key(_) => "key",
            Self::Value(_) | Self::NoValue => "value",
            Self::Effect(_) => "effect",
        }
    }
}

/// Those of a workload.
pub(super) fn misspelled<'a>(
    plan: &Plan,
    found: &'a ManifestWorkload,
) -> impl Iterator<Item = Misspelled<'a>> {
    let known = known(plan);
    let all = found.tolerations.iter();
    all.filter_map(move |written| {
        let meant = meant(plan, &known, &written.toleration)?;
        let Toleration { key, value, .. } = &written.toleration;
        let (domain, _) = split(key.as_deref().unwrap_or_default());
        let is_official = official_domains(plan).any(|own| own == domain);
        let has_nothing = matches!(meant, Meant::Value(_)) && value.as_deref() == Some("");
        Some(Misspelled {
            written,
            meant,
            is_certain: is_official || has_nothing,
        })
    })
}

/// Whether a workload has a toleration that is wrong by itself, so that nobody knows yet which taints it is to tolerate.
pub(super) fn has_wrong_toleration(plan: &Plan, found: &ManifestWorkload) -> bool {
    let is_of_toleration = |pointer: &str| pointer.contains("/tolerations/");
    let mut unsupported = found.unsupported_values.iter();
    !found.refused_tolerations.is_empty()
        || unsupported.any(|value| is_of_toleration(&value.pointer.to_string()))
        || misspelled(plan, found).next().is_some()
}

/// The taints that nodes can have, as far as they are known: of the pools, and of the provider.
fn known(plan: &Plan) -> Vec<Taint> {
    let of_pools = plan.node_pools.iter().flat_map(|pool| pool.taints.clone());
    let of_provider = &plan.provider.taints;
    let of_provider = [of_provider.spot, of_provider.gpu, of_provider.arm];
    let of_provider = of_provider.into_iter().flatten().map(Taint::known);
    of_pools.chain(of_provider).collect()
}

fn meant(plan: &Plan, known: &[Taint], toleration: &Toleration) -> Option<Meant> {
    let key = toleration.key.as_deref()?;
    if NODE_TAINTS.contains(&key) || known.iter().any(|taint| taint.is_tolerated_by(toleration)) {
        return None;
    }
    let same: Vec<&Taint> = known.iter().filter(|taint| taint.key == key).collect();
    if same.is_empty() {
        return near_key(plan, known, key).map(|meant| Meant::Key(meant.to_owned()));
    }
    let has_value = |taint: &&&Taint| {
        let any_effect = Toleration {
            effect: None,
            ..toleration.clone()
        };
        taint.is_tolerated_by(&any_effect)
    };
    if let Some(taint) = same.iter().find(has_value) {
        return Some(Meant::Effect(taint.effect));
    }
    near_value(
        plan,
        &same,
        key,
        toleration.value.as_deref().unwrap_or_default(),
    )
}

/// The value that is meant where all taints of this key have another one.
fn near_value(plan: &Plan, same: &[&Taint], key: &str, written: &str) -> Option<Meant> {
    let values = same.iter().filter_map(|taint| taint.value.as_deref());
    let values: Vec<&str> = values.filter(|value| !value.is_empty()).collect();
    let Some(first) = values.first() else {
        return Some(Meant::NoValue);
    };
    let is_one = values.iter().all(|value| value == first);
    if written.is_empty() {
        return is_one.then(|| Meant::Value((*first).to_owned()));
    }
    let by_label = plan.provider.capacity_label(key);
    let by_label = by_label.and_then(|label| match label.meaning(written) {
        Meaning::Misspelled(value) => Some(value),
        Meaning::Written | Meaning::Absent | Meaning::Unknown => None,
    });
    let by_label = by_label.filter(|value| values.contains(value));
    let near = by_label.or_else(|| values.into_iter().find(|value| is_near(value, written)));
    near.map(|value| Meant::Value(value.to_owned()))
}

/// The key of a taint that a key is a misspelling of. Names in the domain of the cloud or of Kubernetes are not made up by
/// anybody, so that any similar one is meant; of others, only what differs in a letter or in signs.
fn near_key<'k>(plan: &Plan, known: &'k [Taint], key: &str) -> Option<&'k str> {
    let (domain, name) = split(key);
    let keys = known.iter().map(|taint| taint.key.as_str());
    let of_domain = keys.chain(NODE_TAINTS).filter(|own| split(own).0 == domain);
    let of_domain: Vec<&'k str> = of_domain.collect();
    if !domain.is_empty() && official_domains(plan).any(|own| own == domain) {
        let meant = similar(name, of_domain.iter().map(|own| split(own).1))?;
        return of_domain.into_iter().find(|own| split(own).1 == meant);
    }
    of_domain
        .into_iter()
        .find(|own| is_near(split(own).1, name))
}

/// The domains of the taints that the provider and Kubernetes set by themselves.
fn official_domains(plan: &Plan) -> impl Iterator<Item = &'static str> {
    let of_provider = &plan.provider.taints;
    let of_provider = [of_provider.spot, of_provider.gpu, of_provider.arm];
    let keys = of_provider.into_iter().flatten().map(|(key, _, _)| key);
    keys.chain(NODE_TAINTS).map(|key| split(key).0)
}

fn split(key: &str) -> (&str, &str) {
    key.split_once('/').unwrap_or(("", key))
}

/// Whether one must be a misspelling of the other: they differ in case and signs alone, or in a letter within a longer word.
/// `team-a` and `team-b`, or `pool1` and `pool2`, are two names.
fn is_near(own: &str, written: &str) -> bool {
    let letters = |text: &str| -> String {
        let kept = text.chars().filter(char::is_ascii_alphanumeric);
        kept.map(|letter| letter.to_ascii_lowercase()).collect()
    };
    if letters(own) == letters(written) {
        return true;
    }
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
        words.map(letters).collect()
    };
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let (own_words, other_words) = (words(own), words(written));
    let differing = own_words
        .iter()
        .zip(&other_words)
        .filter(|(own, other)| own != other);
    let differing: Vec<_> = differing.collect();
    let [(one, other)] = differing[..] else {
        return false;
    };
    own_words.len() == other_words.len()
        && digits(own) == digits(written)
        && one.len().min(other.len()) > 3
        && strsim::damerau_levenshtein(one, other) == 1
}

#[cfg(test)]
mod tests {
    use super::is_near;

    #[test]
    fn only_what_must_be_meant_is_a_misspelling() {
        for (own, written, expected) in [
            ("dedicated", "dedicted", true),
            ("dedicated", "Dedicated", true),
            ("spot-pool", "spot_pool", true),
            ("workload-type", "workload-tpye", true),
            ("team-a", "team-b", false),
            ("pool1", "pool2", false),
            ("pool1", "pool", false),
            ("gpu", "cpu", false),
            ("dedicated", "special", false),
            ("a-b", "a", false),
        ] {
            assert_eq!(is_near(own, written), expected, "{own} {written}");
        }
    }
}
