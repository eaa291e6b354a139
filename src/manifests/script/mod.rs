//! How long a shell script takes, as far as `sleep` and `timeout` tell.
//!
//! Counted is the longest path through it that can be told from the text: of branches the longest, of a loop one round.
//! What nothing tells takes no time, so a script may take longer.

mod grammar;
mod paths;
mod tokens;

use grammar::Reader;
use tokens::tokens;

/// The seconds that a script takes.
pub(in crate::manifests) fn seconds(script: &str) -> i64 {
    let whole = Reader::new(tokens(script)).whole();
    whole.on.max(whole.ended).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn the_longest_path_counts() {
        for (script, expected) in [
            ("sleep 5; nginx -s quit && sleep 10", 15),
            ("# sleep 60 was too long\nsleep 5 # or 9", 5),
            ("if [ -f x ]; then sleep 60; else sleep 2; fi; sleep 3", 63),
            ("if a; then sleep 1; elif sleep 4; then sleep 5; fi", 9),
            ("case $1 in a) sleep 30;; b|c) sleep 40;; esac; sleep 1", 41),
            ("case $1 in\n  a)\n    sleep 30\n    ;;\n  *) ;;\nesac", 30),
            ("sleep 30 || sleep 40", 30),
            ("curl -f x || sleep 40", 40),
            ("test -f x && exit 0; sleep 90", 90),
            ("sleep 30 & sleep 5", 5),
            ("sleep 30 & sleep 5; wait", 30),
            ("sleep 30 & sleep 5; sleep 31; wait; sleep 1", 37),
            ("exit 0; sleep 90", 0),
            ("sleep 3; exit 0; sleep 90", 3),
            ("if x; then sleep 9; exit 0; fi; sleep 5", 9),
            ("exec sleep 5; sleep 90", 5),
            ("exec >log 2>&1; sleep 9", 9),
            ("sleep 5 >/dev/null 2>&1 && sleep 4", 9),
            ("cat <<EOF\nsleep 90\nEOF\nsleep 2", 2),
            ("cat << 'EOF' | sh\nsleep 90\nEOF\nsleep 2", 2),
            ("sleep 9 | sleep 20", 20),
            ("(sleep 5; exit 1); sleep 4", 9),
            ("wait_for() { sleep 90; }\nsleep 2", 2),
            ("for i in 1 2 3; do sleep 5; done", 5),
            ("while true; do sleep 1; done", 1),
            ("echo \"sleep 90; (\" ; sleep 2", 2),
            ("X=1 sleep 4; ! sleep 3 || sleep 2", 9),
            ("sleep $(echo 5; sleep 90); sleep 1", 1),
            ("sleep 1)); sleep 2", 3),
            ("fi done ;; sleep 2", 2),
        ] {
            assert_eq!(seconds(script), expected, "{script}");
        }
    }

    #[test]
    fn any_text_has_an_end() {
        for script in [
            "(",
            "((((",
            "if",
            "case",
            "case x in",
            "a(",
            "<<",
            "'",
            "$(",
            "&",
            "é&&",
            "!",
        ] {
            assert_eq!(seconds(script), 0, "{script}");
        }
        let deep = "(".repeat(10_000) + "sleep 1";
        assert!(seconds(&deep) <= 1);
    }
}
