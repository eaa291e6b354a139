//! Pictures of synthetic runs, kept as files that can be looked at.

mod goldens;
mod large;
mod looks;
mod small;
mod story;
mod stuck;
