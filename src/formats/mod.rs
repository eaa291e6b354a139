//! Output formats. There is one file per format; `ALL` is the list.

mod admission;
mod azure_cli;
mod commented;
mod flux_patches;
mod format;
mod head;
mod helm;
mod kustomize;
mod manifests;
mod note;
mod patches;
mod plan;
mod stream;
mod text;
mod uncarried;
mod values;

pub use format::{Format, Writer};
pub use note::Note;

/// All formats, in the order of the help text.
pub const ALL: &[Format] = &[
    manifests::FORMAT,
    patches::FORMAT,
    flux_patches::FORMAT,
    kustomize::FORMAT,
    admission::FORMAT,
    azure_cli::FORMAT,
    helm::FORMAT,
    values::FORMAT,
    plan::FORMAT,
];

/// The format with this name.
pub fn format(name: &str) -> Option<&'static Format> {
    ALL.iter().find(|format| format.name == name)
}
