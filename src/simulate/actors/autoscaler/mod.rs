//! The cluster autoscaler, 1.36.1: one loop after the other, in upstream's order.
//!
//! Source: kubernetes/autoscaler `cluster-autoscaler/core/static_autoscaler.go`, `RunOnce`, and loop/trigger.go, at
//! cluster-autoscaler-1.36.1.
//!
//! A loop takes no time here, but for what its requests wait. Upstream compares times strictly, and a real loop begins a
//! little after its timer; so what is due exactly now is over here.

pub mod backoff;
pub mod calls;
pub mod candidate;
pub mod estimator;
pub mod expander;
pub mod expendable;
pub mod fits;
pub mod health;
pub mod hints;
pub mod journal;
pub mod options;
pub mod pending;
pub mod places;
pub mod pod_rules;
mod program;
pub mod provision;
pub mod race;
pub mod scale_down;
pub mod scale_up;
pub mod similar;
pub mod template;
#[cfg(test)]
mod tests;
mod turn;

pub use program::Autoscaler;
