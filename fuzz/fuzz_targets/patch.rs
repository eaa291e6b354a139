//! Any bytes through `spotgen patch`: it never panics, loses no byte, adds nothing but placement, and once is enough. What
//! comes out is held against what went in by code of its own, not by `--verify`.

#![no_main]

use std::io::Cursor;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use spotgen::components::resolve;
use spotgen::config::SpotConfig;
use spotgen::kinds::Kinds;
use spotgen::load::{self, Document, Inputs};
use spotgen::manifests::Manifests;
use spotgen::patch::{self, Documents, Options, Patcher};
use spotgen::plan::Plan;
use spotgen::source::SourceId;
use spotgen::workloads::Stream;
use spotgen::yaml::{self, Dialect, Node, Value};

/// Everything is chosen, and placed in every way there is.
const CONFIG: &str = r#"
apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: fuzz}
spec:
  provider: aks
  classes:
    hard:
      placement: {spot: Required, spread: {method: PodAntiAffinity, node: {weight: 50}, zone: {whenUnsatisfiable: DoNotSchedule}}}
      terminationGracePeriodSeconds: 25
  customKinds:
    - {group: example.com, kind: Engine, podSpec: spec.runtime.podSpec}
  classRules:
    - {match: {kinds: [StatefulSet, Job]}, class: hard}
    - {match: {}, class: default}
"#;

struct Setup {
    plan: Plan,
    config: SpotConfig,
    document: Document<'static>,
    next: SourceId,
}

/// Made once and kept: configurations are not what is tried here.
fn setup() -> &'static Setup {
    static SETUP: OnceLock<Setup> = OnceLock::new();
    SETUP.get_or_init(|| {
        let inputs: &'static mut Inputs = Box::leak(Box::default());
        inputs.files = vec![inputs.sources.add("spot-config.yaml", CONFIG)];
        let inputs: &'static Inputs = inputs;
        let (document, _) = load::load(inputs);
        let document = document.expect("the configuration is YAML");
        let config = spotgen::validate(&document, true).expect("the configuration is valid");
        let (system, _) =
            resolve::resolve(config.clone(), &document, Some(&mut Manifests::default()));
        let plan = system.plan;
        Setup {
            plan,
            config,
            document,
            next: inputs.sources.next_id(),
        }
    })
}

/// What came of a stream; none when it was refused.
fn run(stream: &[u8]) -> Option<Vec<u8>> {
    let setup = setup();
    let kinds = Kinds::new(&setup.config.spec.custom_kinds);
    let choices = Stream::new(&setup.config.spec, &kinds, &setup.document);
    let patcher = Patcher::new(&setup.plan, &choices, None, setup.next, Options::default());
    let mut out = Vec::new();
    let patched = patch::patch(patcher, &mut Documents::new(Cursor::new(stream)), &mut out)
        .expect("memory can be read and written");
    (!patched.report.has_errors()).then_some(out)
}

/// Keys that may come to be. Whatever else is new is a mistake.
const NEW: &[&str] = &[
    "affinity",
    "matchExpressions",
    "nodeAffinity",
    "nodeSelectorTerms",
    "podAntiAffinity",
    "preferredDuringSchedulingIgnoredDuringExecution",
    "requiredDuringSchedulingIgnoredDuringExecution",
    "results",
    GRACE,
    "tolerations",
    "topologySpreadConstraints",
];
/// What a stream has in it if anything in it is changed: the containers of a pod, or the API group of another kind.
const SIGNS: &[&str] = &[
    "argoproj.io",
    "containers",
    "example.com",
    "flink.apache.org",
    "k8s.elastic.co",
    "kafka.strimzi.io",
    "keda.sh",
    "monitoring.coreos.com",
    "serving.knative.dev",
    "sparkoperator.k8s.io",
    "tekton.dev",
];

/// Maps that lead to the pods of operators and of custom kinds, in objects that leave them out.
const TEMPLATES: &[&str] = &[
    "driver",
    "executor",
    "jobManager",
    "jobTargetRef",
    "kafka",
    "pod",
    "podSpec",
    "podTemplate",
    "runtime",
    "spec",
    "taskManager",
    "taskPodTemplate",
    "taskRunTemplate",
    "template",
    "templateDefaults",
    "workflowSpec",
];
const GRACE: &str = "terminationGracePeriodSeconds";

/// The two texts, to see how things are written.
#[derive(Clone, Copy)]
struct Texts<'t> {
    before: &'t str,
    after: &'t str,
}

impl Texts<'_> {
    /// Whether everything that was said is said still, in the same words, with nothing new but what may be.
    fn agree(self, before: &Node<'_>, after: &Node<'_>) -> bool {
        match (&before.value, &after.value) {
            (Value::Null, Value::Null | Value::Mapping(_) | Value::Sequence(_)) => true,
            (Value::Mapping(old), Value::Mapping(new)) => {
                old.iter().all(|entry| {
                    let now = after.get(&entry.key);
                    let is_set = entry.key == GRACE;
                    now.is_some_and(|now| self.agree(&entry.value, now) || is_set)
                }) && new.iter().all(|entry| {
                    let key = entry.key.as_ref();
                    before.get(key).is_some() || NEW.contains(&key) || TEMPLATES.contains(&key)
                })
            }
            (Value::Sequence(old), Value::Sequence(new)) => {
                old.len() <= new.len() && old.iter().zip(new).all(|(old, new)| self.agree(old, new))
            }
            (Value::Mapping(_) | Value::Sequence(_), _)
            | (_, Value::Mapping(_) | Value::Sequence(_)) => false,
            _ => slice(self.before, before) == slice(self.after, after),
        }
    }
}

fn slice<'t>(text: &'t str, node: &Node<'_>) -> &'t str {
    &text[node.span.start as usize..node.span.end as usize]
}

/// Whether nothing but the words for nothing, empty brackets and numbers is gone from a text.
fn keeps(before: &str, after: &str) -> bool {
    let may_go =
        |char: &char| char.is_ascii_digit() || " \t\r\nnulNUL~[]{}.+-_xobefE".contains(*char);
    let mut rest = after.chars();
    before
        .chars()
        .filter(|char| !may_go(char))
        .all(|char| rest.any(|other| other == char))
}

fuzz_target!(|stream: &[u8]| {
    let Some(once) = run(stream) else { return };
    let (Ok(before), Ok(after)) = (std::str::from_utf8(stream), std::str::from_utf8(&once)) else {
        panic!("what is not UTF-8 is refused");
    };
    if before != after {
        assert!(keeps(before, after), "bytes are lost");
        let read = |text| yaml::parse_events(SourceId(0), text, Dialect::Manifest).documents;
        let (old, new) = (read(before), read(after));
        assert!(old.len() == new.len(), "documents come or go");
        let texts = Texts { before, after };
        for (old, new) in old.iter().zip(&new) {
            assert!(texts.agree(old, new), "it does not say the same");
        }
    }
    let twice = run(&once).expect("what was patched can be patched");
    assert!(twice == once, "twice is more than once");
    let has = |sign: &&str| memchr::memmem::find(stream, sign.as_bytes()).is_some();
    assert!(
        SIGNS.iter().any(has) || once == stream,
        "there was nothing to change"
    );
});
