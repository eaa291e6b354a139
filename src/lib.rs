//! Compiles one `spot-config.yaml` into everything a Kubernetes cluster needs to run production workloads on Spot VMs.

pub mod build;
pub mod check;
pub mod cli;
pub mod components;
pub mod config;
pub mod defaults;
pub mod diagnostic;
pub mod formats;
pub mod kubernetes;
pub mod load;
pub mod manifests;
pub mod plan;
pub mod providers;
pub mod reporters;
pub mod resolve;
pub mod rules;
pub mod source;
pub mod suggest;
pub mod validate;
pub mod values;
pub mod yaml;
