//! How long each stage takes, at 1, 100, 1 000 and 10 000 workloads: `cargo bench`.

use std::fmt::Write as _;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use spotgen::check::Detail;
use spotgen::components::bundle;
use spotgen::formats::{self, Writer};
use spotgen::load::{Inputs, load};
use spotgen::plan;
use spotgen::reporters::{Style, text};
use spotgen::source::SourceId;
use spotgen::validate;
use spotgen::yaml::{Dialect, parse};

fn main() {
    divan::main();
}

const SIZES: [usize; 4] = [1, 100, 1_000, 10_000];

/// A configuration with this many workloads, as a user would write it.
fn configuration(workloads: usize) -> Inputs {
    listing(workloads, |number| {
        format!(
            "    replicas: 8\n    selector:\n      app.kubernetes.io/name: app-{number}\n    requests:\n      cpu: 100m\n      memory: 128Mi\n"
        )
    })
}

/// The same, with what is known of each workload from its manifest left out.
fn configuration_beside_manifests(workloads: usize) -> Inputs {
    listing(workloads, |_| String::new())
}

fn listing(workloads: usize, facts: impl Fn(usize) -> String) -> Inputs {
    let mut text = String::from(
        "apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata:\n  name: bench\nspec:\n  provider: aks\n  nodePools:\n  - name: spot1\n    capacity: Spot\n    vmSize: Standard_D8s_v5\n    nodes:\n      min: 0\n      max: 1000\n  - name: regular1\n    capacity: OnDemand\n    vmSize: Standard_D8s_v5\n    nodes:\n      min: 1\n      max: 1000\n  workloads:\n",
    );
    for number in 0..workloads {
        write!(
            text,
            "  - name: app-{number}\n    namespace: team-{}\n    kind: Deployment\n{}    placement:\n      spot: Preferred\n      weight: 80\n      spread:\n        method: PodAntiAffinity\n        node:\n          weight: 50\n    disruptionBudget:\n      maxUnavailable: 25%\n",
            number % 40,
            facts(number)
        )
        .expect("a string takes everything");
    }
    let mut inputs = Inputs::default();
    let id = inputs.sources.add("spot-config.yaml", text);
    inputs.files.push(id);
    inputs
}

/// A workload as charts make them, of about a hundred lines.
const MANIFEST: &str = include_str!("manifest.yaml");

#[divan::bench]
fn read_manifest(bencher: Bencher<'_, '_>) {
    bencher
        .counter(BytesCount::of_str(MANIFEST))
        .bench(|| black_box(parse(SourceId(0), black_box(MANIFEST), Dialect::Manifest)));
}

#[divan::bench(args = SIZES)]
fn read_configuration(bencher: Bencher<'_, '_>, workloads: usize) {
    let inputs = configuration(workloads);
    let text = &inputs.sources.get(inputs.files[0]).text;
    bencher
        .counter(BytesCount::of_str(text))
        .bench(|| black_box(parse(SourceId(0), black_box(text), Dialect::Config)));
}

#[divan::bench(args = SIZES)]
fn load_document(bencher: Bencher<'_, '_>, workloads: usize) {
    let inputs = configuration(workloads);
    bencher.bench(|| black_box(load(&inputs)));
}

#[divan::bench(args = SIZES)]
fn validate_document(bencher: Bencher<'_, '_>, workloads: usize) {
    let inputs = configuration(workloads);
    let (document, _) = load(&inputs);
    let document = document.expect("it is YAML");
    bencher.bench(|| black_box(validate(&document, false)));
}

#[divan::bench(args = SIZES)]
fn plan_all(bencher: Bencher<'_, '_>, workloads: usize) {
    let inputs = configuration(workloads);
    bencher.bench(|| black_box(plan(&inputs, None)));
}

#[divan::bench(args = SIZES)]
fn check_plan(bencher: Bencher<'_, '_>, workloads: usize) {
    let inputs = configuration(workloads);
    let planned = plan(&inputs, None).expect("it is valid");
    bencher.bench(|| black_box(planned.check(&[], Detail::ALL)));
}

/// `spotgen check` with a manifest of a hundred lines for each workload, from the text to the report.
#[divan::bench(args = SIZES)]
fn check_manifests(bencher: Bencher<'_, '_>, workloads: usize) {
    let mut inputs = configuration_beside_manifests(workloads);
    let mut manifests = String::new();
    for number in 0..workloads {
        let named = MANIFEST
            .replace("shop-web", &format!("app-{number}"))
            .replace(
                "namespace: shop",
                &format!("namespace: team-{}", number % 40),
            )
            .replace("name: web\n", &format!("name: app-{number}\n"));
        manifests.push_str(&named);
    }
    let manifests = inputs.sources.add("manifests.yaml", manifests);
    bencher.bench(|| {
        let planned = plan(&inputs, Some(&[manifests])).expect("it is valid");
        let report = planned.check(&[], Detail::ALL);
        black_box(text::render(&report, &inputs.sources, Style::PLAIN))
    });
}

#[divan::bench(args = SIZES)]
fn render_manifests(bencher: Bencher<'_, '_>, workloads: usize) {
    render(bencher, workloads, "manifests");
}

#[divan::bench(args = SIZES)]
fn render_patches(bencher: Bencher<'_, '_>, workloads: usize) {
    render(bencher, workloads, "patches");
}

#[divan::bench(args = SIZES)]
fn render_helm(bencher: Bencher<'_, '_>, workloads: usize) {
    render(bencher, workloads, "helm");
}

#[divan::bench(args = SIZES)]
fn render_values(bencher: Bencher<'_, '_>, workloads: usize) {
    render(bencher, workloads, "values");
}

/// The formats that are not for systems of very many workloads, at a thousand.
#[divan::bench(args = ["flux-patches", "kustomize", "admission", "azure-cli"])]
fn render_thousand(bencher: Bencher<'_, '_>, format: &str) {
    render(bencher, 1000, format);
}

/// Every workload with a mistake.
#[divan::bench(args = SIZES)]
fn report_mistakes(bencher: Bencher<'_, '_>, workloads: usize) {
    let mut inputs = configuration(workloads);
    let text = inputs
        .sources
        .get(inputs.files[0])
        .text
        .replace("replicas: 8", "replica: 8");
    let id = inputs.sources.add("wrong.yaml", text);
    inputs.files = vec![id];
    bencher.bench(|| {
        let mut report = plan(&inputs, None).expect_err("it is not valid");
        report.sort();
        black_box(text::render(&report, &inputs.sources, Style::PLAIN))
    });
}

fn render(bencher: Bencher<'_, '_>, workloads: usize, format: &str) {
    let format = formats::format(format).expect("there is such a format");
    let inputs = configuration(workloads);
    let plan = plan(&inputs, None).expect("it is valid").system;
    bencher.bench(|| {
        let bundle = bundle::build(&plan, |_| true);
        match format.writer {
            Writer::Stream(write) | Writer::Either { stream: write, .. } => {
                let written = write(&plan, &bundle, &mut std::io::sink());
                assert!(written.expect("a sink takes everything"));
            }
            Writer::Directory(make) => assert!(!black_box(make(&plan, &bundle)).is_empty()),
        }
    });
}
