//! How much a test tries that could try very much.

/// `all` where `SPOTGEN_ALL_CASES` is set, as in CI; else `few`, which take a moment.
pub(crate) fn sample_size<T>(few: T, all: T) -> T {
    let is_set = std::env::var_os("SPOTGEN_ALL_CASES").is_some_and(|value| !value.is_empty());
    if is_set { all } else { few }
}
