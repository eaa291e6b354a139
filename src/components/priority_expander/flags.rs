//! Which values the flags of the cluster autoscaler take: with another it does not start.
//!
//! Sources: kubernetes/autoscaler cluster-autoscaler/config/flags/flags.go; spf13/pflag flag.go (`parseLongArg`) and
//! `int.go`, `float64.go`, `bool.go`, `duration.go`; golang/go src/time/format.go (`ParseDuration`) and src/strconv.

use crate::manifests::ManifestProgram;
use crate::providers::{AUTOSCALER_FLAGS, ProfileKind};
use crate::suggest::similar;
use crate::values::Version;

/// The expanders of the program.
/// Source: kubernetes/autoscaler cluster-autoscaler/expander/factory/expander_factory.go, `RegisterDefaultExpanders`.
pub(super) const EXPANDERS: [&str; 7] = [
    "grpc",
    "least-nodes",
    "least-waste",
    "most-pods",
    "price",
    "priority",
    "random",
];

/// Flags that say where the cloud, the API server and the node groups are, with names much like others.
const OTHERS: [&str; 4] = ["namespace", "nodes", "node-group-auto-discovery", "v"];

/// Whether the program takes these expanders: each once, and nothing behind one that leaves a single option.
/// Source: kubernetes/autoscaler cluster-autoscaler/expander/factory/expander_factory.go, `Build`.
pub(super) fn is_chain(text: &str) -> bool {
    let names: Vec<&str> = text.split(',').collect();
    let known = names.iter().all(|name| EXPANDERS.contains(name));
    let is_last = |at: usize| at + 1 == names.len();
    let mut numbered = names.iter().enumerate();
    known
        && numbered
            .all(|(at, name)| !names[..at].contains(name) && (is_last(at) || *name != "random"))
}

/// The first release with lists of expanders: up to 1.22, a list is a name that does not exist.
/// Source: kubernetes/autoscaler#4233 and #4504.
const LISTS: (u16, u16) = (1, 23);
/// The first release with the priority expander.
/// Source: kubernetes/autoscaler#2469, and #2578, which adds it to 1.14.
const PRIORITY: (u16, u16) = (1, 14);

/// Which expanders the release of a program knows. What builds other than the published ones know, their tag does not
/// tell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct KnownExpanders {
    pub lists: bool,
    pub priority: bool,
}

pub(crate) fn known_expanders(program: &ManifestProgram) -> KnownExpanders {
    let published = |tag: &&str| {
        tag.bytes()
            .all(|byte| byte == b'v' || byte == b'.' || byte.is_ascii_digit())
    };
    let version = program.tag().filter(published).and_then(Version::parse);
    let knows = |(major, minor)| version.is_none_or(|version| version.at_least(major, minor));
    KnownExpanders {
        lists: knows(LISTS),
        priority: knows(PRIORITY),
    }
}

/// A flag with which the program does not start.
#[derive(Debug, PartialEq)]
pub(crate) struct Refused {
    /// Its name, as it is written.
    pub name: String,
    /// None where it has none, and needs one, or where there is no such flag.
    pub value: Option<String>,
    pub why: Why,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Why {
    /// There is no such flag, but one of nearly the same name.
    Unknown { meant: &'static str },
    /// What to write instead, in words; and what is meant, if that is near.
    Value {
        wanted: &'static str,
        meant: Option<String>,
    },
}

/// The flags with which the program does not start.
pub(crate) fn refused(program: &ManifestProgram) -> Vec<Refused> {
    let names: Vec<&str> = program.argument_names().collect();
    let of_names = names.iter().filter_map(|name| {
        let meant = misspelled(name)?;
        Some(Refused {
            name: (*name).to_owned(),
            value: None,
            why: Why::Unknown { meant },
        })
    });
    let of_values = AUTOSCALER_FLAGS.iter().filter_map(|flag| {
        if !names.contains(&flag.name) || program.is_unknown(flag.name) {
            return None;
        }
        let value = program.argument(flag.name);
        let is_taken = match value {
            // A flag that is true or false needs no value. The word behind it is not its value.
            Some(value) if matches!(flag.value, ProfileKind::Boolean) => {
                !program.is_joined(flag.name) || takes(flag.value, value)
            }
            Some(value) => takes(flag.value, value),
            None => matches!(flag.value, ProfileKind::Boolean),
        };
        (!is_taken).then(|| Refused {
            name: flag.name.to_owned(),
            value: value.map(str::to_owned),
            why: Why::Value {
                wanted: words(flag.value),
                meant: value.and_then(|value| meant(flag.value, value)),
            },
        })
    });
    of_names.chain(of_values).chain(of_later(program)).collect()
}

/// Expanders that only later releases have.
fn of_later(program: &ManifestProgram) -> Option<Refused> {
    let known = known_expanders(program);
    let value = program.argument("expander").filter(|own| is_chain(own))?;
    let first = value.split(',').next()?;
    let is_list = first != value;
    let has_priority = value.split(',').any(|name| name == "priority");
    let (wanted, meant) = if has_priority && !known.priority {
        (
            "another expander, or update the autoscaler: `priority` exists from 1.14 on",
            None,
        )
    } else if is_list && !known.lists {
        (
            "one expander, or update the autoscaler: lists exist from 1.23 on",
            Some(first.to_owned()),
        )
    } else {
        return None;
    };
    Some(Refused {
        name: "expander".to_owned(),
        value: Some(value.to_owned()),
        why: Why::Value { wanted, meant },
    })
}

/// The flag that a name is a letter or two away from, where there is no such flag.
fn misspelled(name: &str) -> Option<&'static str> {
    let known = || AUTOSCALER_FLAGS.iter().map(|flag| flag.name);
    if OTHERS.contains(&name) || known().any(|own| own == name) || name.len() < 6 {
        return None;
    }
    // Words may be joined by other signs than `-`.
    let written = name.replace('_', "-");
    let meant = similar(&written, known())?;
    (strsim::damerau_levenshtein(&written, meant) <= 2).then_some(meant)
}

fn takes(kind: ProfileKind, value: &str) -> bool {
    match kind {
        ProfileKind::GoDuration
        | ProfileKind::Duration
        | ProfileKind::Minutes
        | ProfileKind::Seconds => is_duration(value),
        ProfileKind::Count | ProfileKind::Integer | ProfileKind::Percentage => is_integer(value),
        ProfileKind::Float | ProfileKind::Fraction => is_float(value),
        ProfileKind::Boolean => matches!(
            value,
            "1" | "t"
                | "T"
                | "TRUE"
                | "true"
                | "True"
                | "0"
                | "f"
                | "F"
                | "FALSE"
                | "false"
                | "False"
        ),
        ProfileKind::Expanders | ProfileKind::Expander => is_chain(value),
        ProfileKind::Text | ProfileKind::Profile => true,
    }
}

fn words(kind: ProfileKind) -> &'static str {
    match kind {
        ProfileKind::Count => "a whole number",
        ProfileKind::Fraction | ProfileKind::Float => "a number",
        other => other.words(),
    }
}

/// The chain of expanders that a misspelled one is near.
fn meant(kind: ProfileKind, value: &str) -> Option<String> {
    if !matches!(kind, ProfileKind::Expanders) {
        return None;
    }
    let names = value.split(',').map(str::trim);
    let names: Option<Vec<&str>> = names.map(|name| similar(name, EXPANDERS)).collect();
    let chain = names?.join(",");
    is_chain(&chain).then_some(chain)
}

fn is_integer(value: &str) -> bool {
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    let digits = digits.replace('_', "");
    let other_base = ["0x", "0X", "0o", "0O", "0b", "0B"]
        .iter()
        .any(|base| digits.starts_with(base));
    other_base || (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_float(value: &str) -> bool {
    let is_hexadecimal =
        value.trim_start_matches(['-', '+']).starts_with(['0']) && value.contains(['x', 'X']);
    is_hexadecimal || value.parse::<f64>().is_ok()
}

fn is_duration(value: &str) -> bool {
    const UNITS: [&str; 7] = ["ns", "us", "µs", "μs", "ms", "s", "m"];
    let unsigned = value.strip_prefix(['-', '+']).unwrap_or(value);
    if unsigned == "0" {
        return true;
    }
    let mut rest = unsigned;
    while !rest.is_empty() {
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let number = &rest[..rest.len() - after.len()];
        let is_number =
            number.bytes().any(|byte| byte.is_ascii_digit()) && number.matches('.').count() <= 1;
        let unit = UNITS
            .iter()
            .chain(&["h"])
            .find(|unit| after.starts_with(**unit));
        let Some(unit) = unit.filter(|_| is_number) else {
            return false;
        };
        rest = &after[unit.len()..];
    }
    !unsigned.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_the_program_reads_them() {
        use ProfileKind::{Boolean, Expanders, Float, GoDuration, Integer};
        for (kind, value, expected) in [
            (GoDuration, "15m", true),
            (GoDuration, "1h30m", true),
            (GoDuration, "1.5h", true),
            (GoDuration, "0", true),
            (GoDuration, "-5s", true),
            (GoDuration, "500ms", true),
            (GoDuration, "15", false),
            (GoDuration, "15min", false),
            (GoDuration, "", false),
            (GoDuration, "m", false),
            (Integer, "-3", true),
            (Integer, "0x10", true),
            (Integer, "1.5", false),
            (Integer, "ten", false),
            (Float, "0.5", true),
            (Float, "1e2", true),
            (Float, "50%", false),
            (Boolean, "True", true),
            (Boolean, "yes", false),
            (Expanders, "priority,least-waste", true),
            (Expanders, "prioritty", false),
            (Expanders, "random,priority", false),
            (Expanders, "", false),
        ] {
            assert_eq!(takes(kind, value), expected, "{value}");
        }
    }

    #[test]
    fn near_names_are_meant() {
        assert_eq!(
            meant(ProfileKind::Expanders, "prioritty"),
            Some("priority".to_owned())
        );
        let chain = meant(ProfileKind::Expanders, "least_waste, priority");
        assert_eq!(chain.as_deref(), Some("least-waste,priority"));
        assert_eq!(meant(ProfileKind::Expanders, "cheapest"), None);
        assert_eq!(misspelled("expandr"), Some("expander"));
        assert_eq!(
            misspelled("scale-down-uneeded-time"),
            Some("scale-down-unneeded-time")
        );
        for name in [
            "expander",
            "namespace",
            "cloud-provider",
            "leader-elect",
            "stderrthreshold",
            "kubeconfig",
        ] {
            assert_eq!(misspelled(name), None, "{name}");
        }
    }
}
