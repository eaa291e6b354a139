//! The patches of the workloads as inline post-renderers of a Flux `HelmRelease`, each with a target.
//!
//! Source: fluxcd/helm-controller `api/v2/helmrelease_types.go`, `PostRenderer`; fluxcd/pkg `apis/kustomize`, `Patch`
//! and `Selector`.

use std::io::{self, Write};

use serde::Serialize;

use super::format::{Format, Writer};
use super::head::head;
use super::patches;
use super::stream::Stream;
use crate::check;
use crate::components::bundle::Bundle;
use crate::components::placement::Patch;
use crate::components::{Explained, System};
use crate::config::Kind;

pub(super) const FORMAT: Format = Format {
    name: "flux-patches",
    about: "The same patches, as post-renderers of a Flux `HelmRelease`",
    writer: Writer::Stream(write),
    reads_workloads: true,
    refusals: Some(check::formats::flux_patches::refusals),
    notes: |system, bundle| patches::notes(system, bundle, FORMAT.name),
};

fn write(system: &System, bundle: &Bundle<'_>, out: &mut dyn Write) -> io::Result<bool> {
    let plan = &system.plan;
    let patches: Vec<Inline> = bundle.patches().map(|patch| Inline::of(&patch)).collect();
    if patches.is_empty() {
        return Ok(false);
    }
    let mut header = head(plan);
    header.push_str(
        "# Patch the HelmRelease that renders these workloads with this, whatever its name is.\n",
    );
    header.push_str(&patches::warning(system));
    let release = Release {
        api_version: "helm.toolkit.fluxcd.io/v2",
        kind: "HelmRelease",
        metadata: Metadata { name: &plan.name },
        spec: Spec {
            post_renderers: [PostRenderer {
                kustomize: Kustomize { patches },
            }],
        },
    };
    let mut stream = Stream::new(out, &header);
    stream.document(&release)?;
    stream.finish()?;
    Ok(true)
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Release<'p> {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata<'p>,
    spec: Spec,
}

#[derive(Debug, Serialize)]
struct Metadata<'p> {
    name: &'p str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    post_renderers: [PostRenderer; 1],
}

#[derive(Debug, Serialize)]
struct PostRenderer {
    kustomize: Kustomize,
}

#[derive(Debug, Serialize)]
struct Kustomize {
    patches: Vec<Inline>,
}

#[derive(Debug, Serialize)]
struct Inline {
    target: Target,
    patch: String,
}

/// Kind and name are patterns that must match completely.
#[derive(Debug, Serialize)]
struct Target {
    kind: Kind,
    name: String,
}

impl Inline {
    fn of(patch: &Explained<Patch>) -> Self {
        let mut text = String::new();
        patch.write(&mut text);
        Self {
            target: Target {
                kind: patch.value.kind(),
                name: regex::escape(patch.value.name()).replace("\\-", "-"),
            },
            patch: text,
        }
    }
}
