//! Small clusters under the engine, and what every run must keep.

mod common;
mod handled;
mod loss;
mod properties;

pub(crate) use common::{FirstFit, Setup, Step, Steps, created, executes, notes, serving};
