//! Any bytes through `spotgen patch`: it never panics, loses no byte, does what was asked and nothing else, and once is
//! enough.

#![no_main]

use std::io::Cursor;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use spotgen::config::SpotConfig;
use spotgen::load::{self, Document, Inputs};
use spotgen::manifests::Manifests;
use spotgen::patch::{self, Budgets, Documents, Options, Patcher};
use spotgen::plan::Plan;
use spotgen::resolve::{self, Stream};
use spotgen::source::SourceId;
use spotgen::validate;

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
        let config = validate::validate(&document, true).expect("the configuration is valid");
        let plan = resolve::resolve(config.clone(), &document, Some(&Manifests::default()))
            .expect("the configuration can be resolved");
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
    let choices = Stream::new(&setup.config.spec, &setup.document);
    let options = Options {
        verify: true,
        ..Options::default()
    };
    let patcher = Patcher::new(&setup.plan, &choices, Budgets::default(), setup.next, options);
    let mut out = Vec::new();
    let patched = patch::patch(patcher, &mut Documents::new(Cursor::new(stream)), &mut out)
        .expect("memory can be read and written");
    for finding in patched.report.iter() {
        assert!(!finding.message.contains("not what was asked for"), "{}", finding.message);
    }
    (!patched.report.has_errors()).then_some(out)
}

fuzz_target!(|stream: &[u8]| {
    let Some(once) = run(stream) else { return };
    let twice = run(&once).expect("what was patched can be patched");
    assert!(twice == once, "twice is more than once");
    let has_pods = memchr::memmem::find(stream, b"containers").is_some();
    assert!(has_pods || once == stream, "there was nothing to change");
});
