//! The draft as text: a configuration with comments.

mod lines;
mod pools;
mod rules;

use std::fmt::Write as _;

use lines::{comment, sentence};

use super::cluster::Cluster;
use super::draft::Draft;
use super::pool::Pool;
use super::words::{flow, map, quoted};
use super::workloads::Workloads;
use crate::providers::Cli;

/// Where editors find the schema: beside the draft, where the next line says how it comes there. That is the schema of
/// the same version, it needs no network, and is there before any release is.
const SCHEMA: &str = "spot-config.schema.json";

/// What people whose nodes Karpenter adds have to know before anything else.
const KARPENTERS: &str = "This configuration is for the cluster autoscaler, and the input shows none: Karpenter adds nodes \
                          to this cluster, and chooses between Spot and on-demand itself (`karpenter.sh/capacity-type` in \
                          its NodePools). Nothing here changes that, and `docs/install.md` says what spotgen does without \
                          the cluster autoscaler. Go on here only if it scales pools below, or shall.";

impl Draft {
    /// The same with pools that no rule of names, labels, taints or ranges refuses, for a plan to judge workloads by.
    pub(crate) fn plain_text(&self) -> String {
        let pools = self.pools.iter().enumerate();
        let pools = pools.map(|(number, pool)| Pool {
            capacity: pool.capacity,
            is_system: pool.is_system,
            ..Pool::named(format!("pool{number}"))
        });
        let plain = Self {
            cluster: self.cluster.clone(),
            facts: self.facts,
            pools: pools.collect(),
            workloads: Workloads::default(),
            sections: Vec::new(),
            remarks: Vec::new(),
            is_by_nodes: false,
            has_other_nodes: false,
            is_karpenters: false,
            collisions: Vec::new(),
        };
        plain.text(&[])
    }

    /// The configuration. `problems` are what the checks have against it, which people read first.
    pub fn text(&self, problems: &[String]) -> String {
        let mut out = format!("# yaml-language-server: $schema=./{SCHEMA}\n");
        comment(
            &mut out,
            "",
            &format!(
                "Editors read that file. To write it beside this one: `spotgen schema > {SCHEMA}`."
            ),
        );
        comment(
            &mut out,
            "",
            "A draft by `spotgen init`. Read each comment, change what is not true, and run `spotgen check`.",
        );
        if self.is_karpenters {
            comment(&mut out, "", KARPENTERS);
        }
        for collision in &self.collisions {
            comment(&mut out, "", &sentence(collision));
        }
        for problem in problems {
            comment(
                &mut out,
                "",
                &sentence(&format!("`spotgen check` finds: {problem}")),
            );
        }
        out.push_str("apiVersion: spotgen.dev/v1alpha1\nkind: SpotConfig\nmetadata:\n");
        let _ = writeln!(out, "  name: {}", flow(&self.cluster.name));
        out.push_str("spec:\n");
        self.write_cluster(&mut out);
        self.write_pools(&mut out);
        for section in &self.sections {
            comment(&mut out, "  ", &sentence(&section.comment));
            let _ = writeln!(out, "  {}:", section.key);
            for line in &section.lines {
                let _ = writeln!(out, "    {line}");
            }
        }
        self.write_workloads(&mut out);
        out
    }

    fn write_cluster(&self, out: &mut String) {
        let Cluster {
            cloud_name,
            resource_group,
            version,
            ..
        } = &self.cluster;
        let provider = serde_json::to_value(self.facts).expect("facts are written as a word");
        let _ = writeln!(out, "  provider: {}", provider.as_str().unwrap_or_default());
        let mut keys = Vec::new();
        if let Some(name) = cloud_name {
            keys.push(("name", flow(name)));
        }
        if let Some(group) = resource_group {
            keys.push(("resourceGroup", flow(group)));
        }
        match version {
            Some(version) => keys.push(("kubernetesVersion", quoted(version))),
            None => comment(
                out,
                "  ",
                "Nothing tells the version of the cluster: add `cluster: {kubernetesVersion: \"…\"}`.",
            ),
        }
        if !keys.is_empty() {
            let _ = writeln!(out, "  cluster: {}", map(keys));
        }
        if self.facts.cli == Cli::AzureCli && cloud_name.is_none() {
            comment(
                out,
                "  ",
                "For `--format azure-cli`, add `name` and `resourceGroup` to `cluster`: no label of a node tells both.",
            );
        }
    }
}
