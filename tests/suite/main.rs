//! All tests that drive the program or look at its golden outputs: one binary, for linking takes longer than running.

mod article;
mod check;
mod cli;
mod default_system;
mod descheduler;
mod golden;
mod help;
mod patch;
mod patch_oracle;
mod patch_styles;
mod patch_tools;
mod patch_yaml;
mod readme;
mod real_tools;
mod reporters;
mod rules;
mod scaling;
mod schema;
mod system;
mod tools;
