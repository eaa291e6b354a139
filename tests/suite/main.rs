//! All tests that drive the program or look at its golden outputs: one binary, for linking takes longer than running.

mod golden;
mod real_tools;
