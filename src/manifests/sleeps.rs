//! How long a single command takes.

use crate::values::Duration;

/// The last part of the path of a program.
pub(super) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The seconds that a single command takes, as far as `sleep` and `timeout` tell.
pub(super) fn taken(words: &[&str]) -> i64 {
    let Some((program, rest)) = words.split_first() else {
        return 0;
    };
    if name(program) != "sleep" && name(program) != "timeout" {
        return 0;
    }
    if name(program) == "sleep" {
        // `sleep 1m 30s` is the sum.
        return rest.iter().map_while(|word| seconds(word)).sum();
    }
    // Behind the options of `timeout`, some of which have a value.
    // Source: https://www.gnu.org/software/coreutils/manual/html_node/timeout-invocation.html.
    let Some(limit_at) = rest.iter().enumerate().position(|(at, word)| {
        let is_value = at > 0 && matches!(rest[at - 1], "-s" | "-k" | "--signal" | "--kill-after");
        !word.starts_with('-') && !is_value
    }) else {
        return 0;
    };
    let Some(limit) = seconds(rest[limit_at]) else {
        return 0;
    };
    match taken(&rest[limit_at + 1..]) {
        0 => limit,
        within => limit.min(within),
    }
}

/// A number of seconds, or a duration such as `30s`.
pub(super) fn seconds(text: &str) -> Option<i64> {
    text.parse().ok().or_else(|| {
        let duration = Duration::parse(text).ok()?;
        i64::try_from(duration.seconds()).ok()
    })
}
