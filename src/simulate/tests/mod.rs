//! Recorded runs of real components, played again.
//!
//! `tests/recordings/README.md` says what is in them. The model is given what the components were given, in the timings of
//! the laboratory, and disturbed when they were.

mod agree;
mod figures;
mod input;
mod play;
mod programs;
mod recordings;
mod steps;
