//! All tests that drive the program or look at its golden outputs: one binary, for linking takes longer than running.

mod admission;
mod argocd;
mod article;
mod azure_cli;
mod brought;
mod check;
mod circumstances;
mod cli;
mod default_system;
mod deletion_candidates;
mod descheduler;
mod directory;
mod evidence;
mod golden;
mod helm;
mod help;
mod kustomize;
mod numbers;
mod patch;
mod patch_growth;
mod patch_oracle;
mod patch_styles;
mod patch_tools;
mod patch_yaml;
mod program;
mod readme;
mod readme_yaml;
mod real_tools;
mod reporters;
mod rules;
mod scaling;
#[path = "../cluster/scores.rs"]
mod scheduler_scores;
mod schema;
mod system;
mod tools;
