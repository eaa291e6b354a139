//! Small clusters under the engine, and what every run must keep.

mod common;
mod handled;
mod large;
mod loss;
mod properties;

pub(crate) use common::{Setup, created, serving, update};
