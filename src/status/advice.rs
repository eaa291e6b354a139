//! The commands of spotgen that are advised, with the arguments that they need here.

/// What the commands are given.
#[derive(Clone, Debug, Default)]
pub struct Advice {
    /// The configuration and the manifests, as words of a shell: `-f spot-config.yaml --from cluster.json`.
    pub input: String,
    /// What the output is compared with: the snapshot, or the cluster.
    pub live: String,
    /// How many errors the configuration has: with one, nothing of it is rendered.
    pub errors: usize,
}

impl Advice {
    /// Applies these components.
    pub(super) fn apply(&self, components: &[&str]) -> String {
        let components = components.join(",");
        let render = joined(&["spotgen render", &self.input, "--only", &components]);
        format!("{render} | kubectl apply -f -")
    }

    /// Shows what is wrong with the configuration.
    pub(super) fn check(&self) -> String {
        joined(&["spotgen check", &self.input])
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
