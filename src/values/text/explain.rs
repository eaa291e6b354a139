//! What a pattern of the schema stands for.

use super::grammar::Grammar;
use super::grammars::{
    ChartVersionGrammar, DnsLabelGrammar, DnsSubdomainGrammar, FieldPathGrammar, ImageGrammar,
    KindNameGrammar, LabelKeyGrammar, LabelValueGrammar, NodeLabelsGrammar, PodLabelGrammar,
    PodSpecPathGrammar, PoolNameGrammar, TaintGrammar, WebAddressGrammar,
};

/// The explanation of a pattern of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Explanation {
    /// "… is not WHAT".
    pub what: &'static str,
    /// How to write it.
    pub help: &'static str,
    pub max_length: usize,
}

/// The grammar behind a pattern of the schema.
pub fn explain_pattern(pattern: &str) -> Option<Explanation> {
    fn entry<G: Grammar>() -> (&'static str, Explanation) {
        let explanation = Explanation {
            what: G::WHAT,
            help: G::HELP,
            max_length: G::MAX_LENGTH,
        };
        (G::PATTERN, explanation)
    }
    [
        entry::<DnsLabelGrammar>(),
        entry::<DnsSubdomainGrammar>(),
        entry::<LabelKeyGrammar>(),
        entry::<LabelValueGrammar>(),
        entry::<ImageGrammar>(),
        entry::<WebAddressGrammar>(),
        entry::<PoolNameGrammar>(),
        entry::<TaintGrammar>(),
        entry::<NodeLabelsGrammar>(),
        entry::<KindNameGrammar>(),
        entry::<FieldPathGrammar>(),
        entry::<PodSpecPathGrammar>(),
        entry::<PodLabelGrammar>(),
        entry::<ChartVersionGrammar>(),
    ]
    .into_iter()
    .find_map(|(known, explanation)| (known == pattern).then_some(explanation))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;
    use crate::sample_size::sample_size;

    fn agrees<G: Grammar>(text: &str) {
        let pattern = Regex::new(G::PATTERN).expect("a valid pattern");
        // A `$` of JSON schema is the very end of the text, as in Rust.
        assert_eq!(
            pattern.is_match(text),
            G::allows(text),
            "{} on {text:?}",
            G::WHAT
        );
    }

    fn all_agree(text: &str) {
        agrees::<DnsLabelGrammar>(text);
        agrees::<DnsSubdomainGrammar>(text);
        agrees::<LabelKeyGrammar>(text);
        agrees::<LabelValueGrammar>(text);
        agrees::<ImageGrammar>(text);
        agrees::<PoolNameGrammar>(text);
        agrees::<TaintGrammar>(text);
        agrees::<NodeLabelsGrammar>(text);
        agrees::<KindNameGrammar>(text);
        agrees::<FieldPathGrammar>(text);
        agrees::<PodSpecPathGrammar>(text);
        agrees::<PodLabelGrammar>(text);
        agrees::<ChartVersionGrammar>(text);
    }

    #[test]
    fn pattern_and_function_agree_on_examples() {
        for text in [
            "",
            "a",
            "-",
            "a-",
            "a-b",
            "a.b",
            "a..b",
            ".a",
            "A",
            "a/b",
            "a/b/c",
            "/a",
            "a_b",
            "a=b",
            "a!=b",
            "a==b,c=d",
            "a=b,",
            "k=v:NoSchedule",
            "k:NoExecute",
            "k=v:nope",
            "k=:NoSchedule",
            "registry.k8s.io/pause:3.10",
            "pause:",
            "a\n",
            "ä",
            "example.com/Name_1.x",
            "Deployment",
            "spec.template.spec",
            "spec..template",
            "spec.",
            ".spec",
            "spec.1",
            "spec.nodeSets[].podTemplate.spec",
            "spec.templates[]",
            "spec.exporter?.pod",
            "spec.exporter??.pod",
            "spec.[].pod",
            "spec.nodeSets[0].pod",
            "{name}",
            "{name}-{item}-web",
            "{labels.example.com/cluster}",
            "{labels.}",
            "{other}",
            "{name",
            "0.36.0",
            "1.0.0-rc.1+build.007",
            "v1.0.0",
            "1.0",
            "01.0.0",
            "1.0.0-01",
        ] {
            all_agree(text);
        }
        all_agree(&"a".repeat(63));
        all_agree(&"a".repeat(64));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(sample_size(32, 256)))]

        #[test]
        fn pattern_and_function_agree(text in "[aZ0._/=!,:@-]{0,9}(:NoSchedule|:PreferNoSchedule|)") {
            all_agree(&text);
        }
    }
}
