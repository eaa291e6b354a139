//! How findings are shown.

pub mod text;
