//! Recorded runs of real components, played again.
//!
//! `tests/recordings/README.md` says what is in them. The model is given what the components were given, in the timings of
//! the laboratory, and disturbed when they were.

mod input;
mod play;
mod recordings;
