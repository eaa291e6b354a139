//! The commands of spotgen that are advised, with the arguments that they need here.

/// What the commands are given.
#[derive(Clone, Debug, Default)]
pub struct Advice {
    /// The configuration and the manifests, as words of a shell: `-f spot-config.yaml --from cluster.json`.
    pub input: String,
    /// What the output is compared with: the snapshot, or the cluster.
    pub live: String,
}

impl Advice {
    /// Applies one component.
    pub(super) fn apply(&self, component: &str) -> String {
        let render = joined(&["spotgen render", &self.input, "--only", component]);
        format!("{render} | kubectl apply -f -")
    }

    /// Shows each field that differs.
    pub(super) fn diff(&self) -> String {
        joined(&["spotgen diff", &self.input, &self.live])
    }
}

fn joined(words: &[&str]) -> String {
    let words: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}
