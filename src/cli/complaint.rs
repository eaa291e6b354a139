//! What kubectl says when it fails, without what it says again and again.

use std::sync::LazyLock;

use regex::Regex;

/// The beginning of a line of its log.
/// Source: kubernetes/klog klog.go, `header`: `Lmmdd hh:mm:ss.uuuuuu threadid file:line] msg`.
static LOG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[IWEF]\d{4} \d{2}:\d{2}:\d{2}\.\d+ +\d+ [^ \]]+\] *").expect("it is a pattern")
});

/// Each of its lines once. Its log is only told where it says nothing else, and then the last line of it: before the
/// server answers, the log has the same failure for every request.
pub(super) fn complaint(stderr: &str) -> String {
    let lines = stderr
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let (logged, said): (Vec<&str>, Vec<&str>) = lines.partition(|line| LOG.is_match(line));
    let mut told: Vec<&str> = Vec::new();
    for line in said {
        if !told.contains(&line) {
            told.push(line);
        }
    }
    match (told.is_empty(), logged.last()) {
        (true, Some(last)) => LOG.replace(last, "").into_owned(),
        _ => told.join("\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::complaint;

    const LOGGED: &str = "E1129 21:02:33.123456   12345 memcache.go:265] \"Unhandled Error\" err=\"connection refused\"\n";

    #[test]
    fn a_log_is_told_only_where_nothing_else_is_said() {
        let refused = "The connection to the server localhost:8080 was refused";
        assert_eq!(
            complaint(&format!("{}{refused}\n", LOGGED.repeat(5))),
            refused
        );
        assert_eq!(
            complaint(&LOGGED.repeat(5)),
            "\"Unhandled Error\" err=\"connection refused\""
        );
        assert_eq!(complaint("one\ntwo\n\none\n"), "one\ntwo");
        assert_eq!(complaint(" \n"), "");
    }
}
