//! The grammars of Kubernetes and of the clouds.

use std::sync::LazyLock;

use memchr::memchr;
use regex::Regex;

use super::grammar::{Grammar, Text};
use super::names::{is_dns_label, is_dns_subdomain, is_label_name};

/// A DNS label as Kubernetes has it (RFC 1123): namespaces, Services, anything that becomes a label value.
/// Source: k8s.io/apimachinery pkg/util/validation, `IsDNS1123Label`.
pub type DnsLabel = Text<DnsLabelGrammar>;

/// A DNS subdomain as Kubernetes has it: the names of most objects. Source: the same, `IsDNS1123Subdomain`.
pub type DnsSubdomain = Text<DnsSubdomainGrammar>;

/// The key of a label, with or without a prefix. Source: the same, `IsQualifiedName`.
pub type LabelKey = Text<LabelKeyGrammar>;

/// Annotation keys follow the grammar of label keys.
pub type AnnotationKey = LabelKey;

/// The value of a label; may be empty. Source: the same, `IsValidLabelValue`.
pub type LabelValue = Text<LabelValueGrammar>;

/// A container image with a tag or a digest. Source: <https://github.com/distribution/reference>, less exactly.
pub type Image = Text<ImageGrammar>;

/// The address of a web page, without a query. Source: <https://www.rfc-editor.org/rfc/rfc3986>, less exactly.
pub type WebAddress = Text<WebAddressGrammar>;

/// The name of a node pool, before the provider's own rule.
pub type PoolName = Text<PoolNameGrammar>;

/// A taint as `az` and `kubectl taint` write it: `key=value:Effect`.
/// Source: azure-cli, `command_modules/acs/_validators.py`; the value may be left out as kubectl allows.
pub type TaintText = Text<TaintGrammar>;

/// An equality-based label selector in one string, as in the descheduler's `nodeSelector`. Empty means no selector.
/// Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#equality-based-requirement>
pub type NodeLabels = Text<NodeLabelsGrammar>;

/// The name of a kind of object. Source: apiextensions.k8s.io `CustomResourceDefinition`, `spec.names.kind`.
pub type KindName = Text<KindNameGrammar>;

/// Keys that lead to a field of an object, joined by dots: `spec.template.spec`.
pub type FieldPath = Text<FieldPathGrammar>;

/// Keys that lead to a pod spec. `[]` behind one stands for each item of its list, and `?` for: only where it is there.
pub type PodSpecPath = Text<PodSpecPathGrammar>;

/// The value of a label that an operator makes up from the name and the labels of an object.
pub type PodLabel = Text<PodLabelGrammar>;

/// The exact version of a chart: semantic versioning 2.0.0. Helm reads a shorter version as a range, and the
/// lock of a chart names one. Source: <https://semver.org/spec/v2.0.0.html>; helm/helm internal/resolver/resolver.go.
pub type ChartVersion = Text<ChartVersionGrammar>;

pub struct DnsLabelGrammar;

impl Grammar for DnsLabelGrammar {
    const PATTERN: &'static str = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
    const MAX_LENGTH: usize = 63;
    const WHAT: &'static str = "a DNS label";
    const HELP: &'static str = "use lower-case letters, digits and `-`, with a letter or digit at both ends, \
                                at most 63 characters";

    fn allows(text: &str) -> bool {
        is_dns_label(text)
    }
}

pub struct DnsSubdomainGrammar;

impl Grammar for DnsSubdomainGrammar {
    const PATTERN: &'static str =
        r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
    const MAX_LENGTH: usize = 253;
    const WHAT: &'static str = "a DNS subdomain";
    const HELP: &'static str = "use lower-case letters, digits, `-` and `.`, with a letter or digit at both ends, \
                                at most 253 characters";

    fn allows(text: &str) -> bool {
        is_dns_subdomain(text)
    }
}

pub struct LabelKeyGrammar;

impl Grammar for LabelKeyGrammar {
    const PATTERN: &'static str = r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";
    const MAX_LENGTH: usize = 317;
    const WHAT: &'static str = "a label key";
    const HELP: &'static str = "use at most 63 letters, digits, `-`, `_` and `.`, with an optional DNS prefix: \
                                `example.com/name`";

    fn allows(text: &str) -> bool {
        match memchr(b'/', text.as_bytes()) {
            Some(at) => is_dns_subdomain(&text[..at]) && is_label_name(&text[at + 1..]),
            None => is_label_name(text),
        }
    }
}

pub struct LabelValueGrammar;

impl Grammar for LabelValueGrammar {
    const PATTERN: &'static str = "^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$";
    const MAX_LENGTH: usize = 63;
    const WHAT: &'static str = "a label value";
    const HELP: &'static str = "use at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends, \
                                or leave it empty";

    fn allows(text: &str) -> bool {
        text.is_empty() || is_label_name(text)
    }
}

pub struct ImageGrammar;

impl Grammar for ImageGrammar {
    const PATTERN: &'static str = "^[A-Za-z0-9][A-Za-z0-9._/:@-]*[A-Za-z0-9]$";
    const MAX_LENGTH: usize = 512;
    const WHAT: &'static str = "an image";
    const HELP: &'static str =
        "write registry, repository and tag or digest, such as `registry.k8s.io/pause:3.10`";

    fn allows(text: &str) -> bool {
        let bytes = text.as_bytes();
        bytes.len() >= 2
            && bytes
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._/:@-".contains(byte))
            && bytes[0].is_ascii_alphanumeric()
            && bytes[bytes.len() - 1].is_ascii_alphanumeric()
    }
}

pub struct WebAddressGrammar;

impl Grammar for WebAddressGrammar {
    const PATTERN: &'static str = "^https?://[A-Za-z0-9][A-Za-z0-9._~:/@%+-]*$";
    const MAX_LENGTH: usize = 512;
    const WHAT: &'static str = "the address of a web page";
    const HELP: &'static str =
        "write an address without a query, such as `https://wiki.example.com/spot`";

    fn allows(text: &str) -> bool {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"));
        rest.is_some_and(|rest| {
            rest.starts_with(|first: char| first.is_ascii_alphanumeric())
                && rest
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"._~:/@%+-".contains(&byte))
        })
    }
}

pub struct PoolNameGrammar;

impl Grammar for PoolNameGrammar {
    const PATTERN: &'static str = "^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";
    const MAX_LENGTH: usize = 63;
    const WHAT: &'static str = "a node pool name";
    const HELP: &'static str = "use letters, digits, `-`, `_` and `.`, with a letter or digit at both ends, \
                                at most 63 characters";

    fn allows(text: &str) -> bool {
        is_label_name(text)
    }
}

/// The value may be empty, which is as good as none.
/// Source: kubernetes/kubernetes pkg/util/taints/taints.go, `parseTaint`.
pub struct TaintGrammar;

impl Grammar for TaintGrammar {
    const PATTERN: &'static str = "^[A-Za-z0-9][-A-Za-z0-9_./]{0,252}(=([A-Za-z0-9][-A-Za-z0-9_.]{0,62})?)?:(NoSchedule|PreferNoSchedule|NoExecute)$";
    const MAX_LENGTH: usize = 400;
    const WHAT: &'static str = "a taint";
    const HELP: &'static str =
        "write `key=value:Effect`, with the effect `NoSchedule`, `PreferNoSchedule` or `NoExecute`";

    fn allows(text: &str) -> bool {
        let Some((rest, "NoSchedule" | "PreferNoSchedule" | "NoExecute")) = text.rsplit_once(':')
        else {
            return false;
        };
        let (key, value) = rest
            .split_once('=')
            .map_or((rest, None), |(key, value)| (key, Some(value)));
        starts_alphanumeric(key, 253, b"-_./")
            && value.is_none_or(|value| value.is_empty() || starts_alphanumeric(value, 63, b"-_."))
    }
}

/// The descheduler accepts a selector that it cannot read. It then selects nothing, and nothing is ever evicted.
/// Source: kubernetes/apimachinery `pkg/labels/selector.go`, `Parse`.
pub struct NodeLabelsGrammar;

impl Grammar for NodeLabelsGrammar {
    const PATTERN: &'static str = r"^(([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?(!=|==?)([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?(,([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?(!=|==?)([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?)*)?$";
    const MAX_LENGTH: usize = 1024;
    const WHAT: &'static str = "a label selector";
    const HELP: &'static str =
        "write `key=value`, several of them separated by commas, or \"\" for none";

    fn allows(text: &str) -> bool {
        text.is_empty() || text.split(',').all(is_requirement)
    }
}

pub struct KindNameGrammar;

impl Grammar for KindNameGrammar {
    const PATTERN: &'static str = "^[A-Z][A-Za-z0-9]{0,62}$";
    const MAX_LENGTH: usize = 63;
    const WHAT: &'static str = "a kind";
    const HELP: &'static str =
        "write it as in manifests, with a capital letter first, such as `Deployment`";

    fn allows(text: &str) -> bool {
        text.len() <= 63
            && text.starts_with(|first: char| first.is_ascii_uppercase())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
    }
}

pub struct FieldPathGrammar;

impl Grammar for FieldPathGrammar {
    const PATTERN: &'static str = r"^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*$";
    const MAX_LENGTH: usize = 253;
    const WHAT: &'static str = "a path of keys";
    const HELP: &'static str =
        "write the path of keys, separated by dots, such as `spec.template.spec`";

    fn allows(text: &str) -> bool {
        text.split('.').all(|key| {
            key.starts_with(|first: char| first.is_ascii_alphabetic())
                && key.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
    }
}

pub struct PodSpecPathGrammar;

impl Grammar for PodSpecPathGrammar {
    const PATTERN: &'static str =
        r"^[A-Za-z][A-Za-z0-9]*(\[\]|\?)?(\.[A-Za-z][A-Za-z0-9]*(\[\]|\?)?)*$";
    const MAX_LENGTH: usize = 253;
    const WHAT: &'static str = "a path to pod specs";
    const HELP: &'static str = "write the path of keys, separated by dots, such as `spec.template.spec`; `[]` after a \
                                key means each item of its list, `?` only if the key is there";

    fn allows(text: &str) -> bool {
        text.split('.').all(|key| {
            let key = key
                .strip_suffix("[]")
                .or(key.strip_suffix('?'))
                .unwrap_or(key);
            FieldPathGrammar::allows(key)
        })
    }
}

pub struct PodLabelGrammar;

impl Grammar for PodLabelGrammar {
    const PATTERN: &'static str = r"^([-A-Za-z0-9_.]|\{(name|item|labels\.[-A-Za-z0-9_./]+)\})*$";
    const MAX_LENGTH: usize = 253;
    const WHAT: &'static str = "the value of a label of pods";
    const HELP: &'static str = "write a label value, in which `{name}` is the name of the object, `{item}` the name of \
                                the item of a list, and `{labels.KEY}` a label of the object";

    fn allows(text: &str) -> bool {
        let is_plain = |char: char| char.is_ascii_alphanumeric() || "-_.".contains(char);
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let Some((word, after)) = rest
                .strip_prefix('{')
                .and_then(|in_it| in_it.split_once('}'))
            else {
                if !is_plain(first) {
                    return false;
                }
                rest = &rest[1..];
                continue;
            };
            let is_word = matches!(word, "name" | "item")
                || word.strip_prefix("labels.").is_some_and(|key| {
                    !key.is_empty() && key.chars().all(|char| is_plain(char) || char == '/')
                });
            if !is_word {
                return false;
            }
            rest = after;
        }
        true
    }
}

fn is_requirement(text: &str) -> bool {
    let Some(at) = text.find(['=', '!']) else {
        return false;
    };
    let (key, rest) = text.split_at(at);
    let value = ["!=", "==", "="]
        .iter()
        .find_map(|operator| rest.strip_prefix(operator));
    LabelKeyGrammar::allows(key) && value.is_some_and(LabelValueGrammar::allows)
}

fn starts_alphanumeric(text: &str, max: usize, others: &[u8]) -> bool {
    text.len() <= max
        && text
            .as_bytes()
            .first()
            .is_some_and(u8::is_ascii_alphanumeric)
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || others.contains(&byte))
}

pub struct ChartVersionGrammar;

impl Grammar for ChartVersionGrammar {
    /// As semver.org gives it, with numbers that 64 bits can hold.
    const PATTERN: &'static str = concat!(
        r"^(0|[1-9][0-9]{0,17})\.(0|[1-9][0-9]{0,17})\.(0|[1-9][0-9]{0,17})",
        r"(-(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?",
        r"(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?$",
    );
    const MAX_LENGTH: usize = 128;
    const WHAT: &'static str = "the version of a chart";
    const HELP: &'static str =
        "write one version with all three numbers, such as `0.36.0`, not a range and without `v`";

    fn allows(text: &str) -> bool {
        static MEANT: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(ChartVersionGrammar::PATTERN).expect("a test compiles it too")
        });
        MEANT.is_match(text)
    }
}
