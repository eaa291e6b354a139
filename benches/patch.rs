//! The stages of `spotgen patch` over streams of N documents, and the whole of it. `cargo bench --bench patch`.

use std::fmt::Write as _;
use std::io::{self, Cursor};

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use spotgen::load::Inputs;
use spotgen::patch::{Documents, Options};

fn main() {
    divan::main();
}

const SIZES: [usize; 3] = [1, 100, 10_000];

const CONFIG: &str = r#"
apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata: {name: bench}
spec:
  provider: aks
  classRules:
    - {match: {labels: {eligible: "true"}}, class: default}
"#;

/// Every second document is a workload, and every second of those may be chosen.
fn stream(documents: usize, eligible: &str) -> String {
    let mut stream = String::new();
    for at in 0..documents {
        let written = if at % 2 == 1 {
            write!(
                stream,
                "---\n# Source: shop/templates/config-{at}.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  \
                 name: config-{at}\ndata:\n  app.properties: |\n    a=1\n    ---\n    kind: Deployment\n  flag: \"on\"\n"
            )
        } else {
            let eligible = if at % 4 == 0 { eligible } else { "false" };
            write!(
                stream,
                "---\n# Source: shop/templates/app-{at}.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  \
                 name: app-{at}\n  labels:\n    eligible: \"{eligible}\"\nspec:\n  replicas: 3\n  selector:\n    \
                 matchLabels:\n      app: app-{at}\n  template:\n    metadata:\n      labels:\n        app: app-{at}\n    \
                 spec:\n      tolerations:\n        - key: dedicated\n          operator: Equal\n          value: pool  # keep\n      \
                 containers:\n        - name: app\n          image: \"registry.example.com/app:1.{at}\"\n          env:\n            \
                 - name: POD_NAME\n              valueFrom:\n                fieldRef:\n                  fieldPath: metadata.name\n"
            )
        };
        written.expect("a String takes any text");
    }
    stream
}

/// Cutting the stream into documents.
#[divan::bench(args = SIZES)]
fn split(bencher: Bencher<'_, '_>, documents: usize) {
    let stream = stream(documents, "true");
    bencher.counter(BytesCount::of_str(&stream)).bench(|| {
        let mut documents = Documents::new(Cursor::new(stream.as_bytes()));
        let mut parts = 0;
        while documents.advance().expect("memory can be read") {
            parts += documents.current().bytes.len();
        }
        black_box(parts)
    });
}

/// Cutting, reading, finding the pod specs and choosing, where nothing is chosen.
#[divan::bench(args = SIZES)]
fn locate(bencher: Bencher<'_, '_>, documents: usize) {
    patch(bencher, &stream(documents, "no"), Options::default());
}

/// All of it, with a quarter of the documents edited.
#[divan::bench(args = SIZES)]
fn edit(bencher: Bencher<'_, '_>, documents: usize) {
    patch(bencher, &stream(documents, "true"), Options::default());
}

/// With the result read again.
#[divan::bench(args = SIZES)]
fn edit_and_verify(bencher: Bencher<'_, '_>, documents: usize) {
    let options = Options {
        verify: true,
        ..Options::default()
    };
    patch(bencher, &stream(documents, "true"), options);
}

fn patch(bencher: Bencher<'_, '_>, stream: &str, options: Options<'_>) {
    let mut inputs = Inputs::default();
    inputs.files = vec![inputs.sources.add("spot-config.yaml", CONFIG)];
    bencher.counter(BytesCount::of_str(stream)).bench(|| {
        let mut documents = Documents::new(Cursor::new(stream.as_bytes()));
        let configured = spotgen::configure(&inputs, true).expect("it is valid");
        spotgen::patch(
            &inputs,
            configured,
            &mut documents,
            None,
            options,
            &mut io::sink(),
        )
        .expect("memory can be read")
    });
}
