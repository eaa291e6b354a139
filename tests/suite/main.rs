//! All tests that drive the program or look at its golden outputs: one binary, for linking takes longer than running.

mod admission;
mod argocd;
mod article;
mod azure_cli;
mod cli;
mod default_system;
mod descheduler;
mod directory;
mod golden;
mod golden_formats;
mod helm;
mod help;
mod kustomize;
mod patch;
mod patch_oracle;
mod patch_styles;
mod patch_tools;
mod patch_yaml;
mod readme;
mod real_tools;
mod scaling;
mod schema;
mod system;
mod tools;
