//! Applies fixes until none is left, and leaves out those that would do harm.

use std::collections::BTreeMap;

use super::fixed::Fixed;
use super::places::Places;
use super::run::apply_some;
use super::worse::worse;
use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::load::Inputs;
use crate::source::Sources;

/// Two fixes of one place need two rounds. More rounds than this would mean that fixes undo each other.
const MOST_ROUNDS: usize = 8;

/// Applies the fixes of a report, and those of what is found then. `check` is what finds it.
pub fn settle(inputs: &Inputs, report: &Report, check: impl Fn(&Inputs) -> Report) -> Fixed {
    let mut whole = Fixed {
        inputs: inputs.clone(),
        fixed: Vec::new(),
        unfixed: Vec::new(),
    };
    let mut report = report.clone();
    for _ in 0..MOST_ROUNDS {
        let (mut fixed, after) = without_harm(&whole.inputs, &report, &check);
        let mut places = Places::new(&inputs.sources, &whole.inputs.sources);
        let mut before = |place: &mut Option<String>, finding: &Diagnostic| {
            if let Some(span) = finding.location {
                *place = Some(places.before(span));
            }
        };
        for done in &mut fixed.fixed {
            before(&mut done.place, &done.finding);
        }
        for unfixed in &mut fixed.unfixed {
            before(&mut unfixed.place_before, &unfixed.finding);
        }
        whole.unfixed = fixed.unfixed;
        if texts(&fixed.inputs.sources).eq(texts(&whole.inputs.sources)) {
            break;
        }
        whole.fixed.extend(fixed.fixed);
        whole.inputs = fixed.inputs;
        report = after;
    }
    whole
}

fn texts(sources: &Sources) -> impl Iterator<Item = &str> {
    sources.iter().map(|(_, source)| source.text.as_str())
}

/// Each fix is right alone; together they may be too much. Then each is left out that is too much with those before it.
///
/// Halves are tried, and halves of those with harm: a check of everything for each fix would take minutes where there are
/// thousands.
fn without_harm(
    inputs: &Inputs,
    report: &Report,
    check: &impl Fn(&Inputs) -> Report,
) -> (Fixed, Report) {
    let attempt = |first: usize, refused: &BTreeMap<usize, String>| {
        let fixed = apply_some(inputs, report, first, refused);
        let after = match fixed.fixed.as_slice() {
            [] => report.clone(),
            _ => check(&fixed.inputs),
        };
        let harm = harm(report, &fixed, &after);
        (fixed, after, harm)
    };
    let mut refused = BTreeMap::new();
    // All before this one are right together.
    let mut good = 0;
    loop {
        let (fixed, after, harm) = attempt(report.len(), &refused);
        let Some(harm) = harm else {
            return (fixed, after);
        };
        // There is harm up to each of these ends, unless more was refused since.
        let mut ends = vec![(report.len(), refused.len(), harm)];
        while let Some((end, then, harm)) = ends.pop() {
            let harm = if refused.len() == then {
                Some(harm)
            } else {
                attempt(end, &refused).2
            };
            let Some(harm) = harm else {
                good = end;
                continue;
            };
            if end - good > 1 {
                ends.push((end, refused.len(), harm));
                let middle = usize::midpoint(good, end);
                match attempt(middle, &refused).2 {
                    Some(harm) => ends.push((middle, refused.len(), harm)),
                    None => good = middle,
                }
                continue;
            }
            refused.insert(good, harm);
            good = end;
            // With few that do harm, all that are left are right.
            if refused.len().is_power_of_two() {
                break;
            }
        }
    }
}

/// Why these fixes are not good.
fn harm(before: &Report, fixed: &Fixed, after: &Report) -> Option<String> {
    let levels = fixed.fixed.iter().map(|done| done.finding.severity);
    let least = levels.min()?.max(Severity::Warning);
    let Diagnostic { rule, message, .. } = worse(before, after, least)?;
    Some(if fixed.fixed.len() == 1 {
        format!("it would lead to a new finding, [{rule}] {message}")
    } else {
        format!("together with the other fixes it would lead to a new finding, [{rule}] {message}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Edit, Fix, Pointer};
    use crate::fix::apply;

    fn finding(key: &str) -> Diagnostic {
        let pointer = Pointer::root().child(key);
        let fix = Ok(Fix::set(pointer, 1));
        let warning = Diagnostic::error("floating-image", key).level(Severity::Warning);
        Diagnostic { fix, ..warning }
    }

    /// A finding for each key that is 0, and a new one where `b` and `d` are 1.
    fn check(inputs: &Inputs) -> Report {
        let text = inputs.sources.get(inputs.files[0]).text.as_str();
        let keys = ["a", "b", "c", "d"].into_iter();
        let left = keys.filter(|key| text.contains(&format!("{key}: 0")));
        let mut report: Report = left.map(finding).collect();
        if text.contains("b: 1") && text.contains("d: 1") {
            report.push(Diagnostic::error("no-catch-all", "b and d"));
        }
        report
    }

    #[test]
    fn only_the_fix_that_does_harm_is_left_out() {
        let mut inputs = Inputs::default();
        let file = inputs.sources.add("a.yaml", "a: 0\nb: 0\nc: 0\nd: 0\n");
        inputs.files.push(file);
        let fixed = settle(&inputs, &check(&inputs), check);
        let text = &fixed.inputs.sources.get(file).text;
        assert_eq!(text, "a: 1\nb: 1\nc: 1\nd: 0\n");
        let unfixed = fixed.unfixed.iter();
        let unfixed: Vec<_> = unfixed
            .map(|unfixed| (unfixed.finding.message.as_str(), unfixed.reason.as_str()))
            .collect();
        let reason = "it would lead to a new finding, [no-catch-all] b and d";
        assert_eq!(unfixed, [("d", reason)]);
    }

    /// However many do harm, few checks are made for each.
    #[test]
    fn many_fixes_that_do_harm_are_left_out() {
        use std::cell::Cell;
        use std::fmt::Write as _;

        const COUNT: usize = 64;
        let mut inputs = Inputs::default();
        let lines = (0..COUNT).fold(String::new(), |mut text, nth| {
            let _ = writeln!(text, "k{nth}: 0");
            text
        });
        let file = inputs.sources.add("a.yaml", lines);
        inputs.files.push(file);
        for step in [1, 2, 7, COUNT] {
            let is_bad = |nth: usize| nth % step == step - 1;
            let checks = Cell::new(0);
            let check = |inputs: &Inputs| {
                checks.set(checks.get() + 1);
                let text = inputs.sources.get(file).text.as_str();
                let keys = 0..COUNT;
                let is = |nth: usize, value| text.contains(&format!("k{nth}: {value}\n"));
                let left = keys.clone().filter(|nth| is(*nth, 0));
                let mut report: Report = left.map(|nth| finding(&format!("k{nth}"))).collect();
                for nth in keys.filter(|nth| is_bad(*nth) && is(*nth, 1)) {
                    let message = format!("k{nth} is 1");
                    report.push(Diagnostic::error("no-catch-all", message));
                }
                report
            };
            let fixed = settle(&inputs, &check(&inputs), check);
            let text = &fixed.inputs.sources.get(file).text;
            for nth in 0..COUNT {
                let expected = format!("k{nth}: {}\n", usize::from(!is_bad(nth)));
                assert!(text.contains(&expected), "{step}: {expected}{text}");
            }
            let bad = COUNT / step;
            assert!(checks.get() <= 20 + 7 * bad, "{step}: {}", checks.get());
        }
    }

    /// What becomes of a text with two findings, of which the fix of `a` brings a new one.
    fn settled(level: Severity, new: Severity) -> String {
        let mut inputs = Inputs::default();
        let file = inputs.sources.add("a.yaml", "b: 0\na: 0\n");
        inputs.files.push(file);
        let check = |inputs: &Inputs| {
            let text = inputs.sources.get(file).text.as_str();
            let keys = [("a", level), ("b", Severity::Warning)].into_iter();
            let left = keys.filter(|(key, _)| text.contains(&format!("{key}: 0")));
            let mut report: Report = left.map(|(key, level)| finding(key).level(level)).collect();
            if text.contains("a: 1") {
                report.push(Diagnostic::error("no-catch-all", "new").level(new));
            }
            report
        };
        let fixed = settle(&inputs, &check(&inputs), check);
        fixed.inputs.sources.get(file).text.clone()
    }

    #[test]
    fn a_fix_may_bring_what_is_milder_than_what_it_removes() {
        use Severity::{Error, Info, Warning};
        const BOTH: &str = "b: 1\na: 1\n";
        const OTHER: &str = "b: 1\na: 0\n";
        for (level, new, text) in [
            (Error, Error, OTHER),
            (Error, Warning, BOTH),
            (Error, Info, BOTH),
            (Warning, Error, OTHER),
            (Warning, Warning, OTHER),
            (Warning, Info, BOTH),
            (Info, Error, OTHER),
            (Info, Warning, OTHER),
            (Info, Info, BOTH),
        ] {
            assert_eq!(settled(level, new), text, "{level:?} {new:?}");
        }
    }

    fn edit(edit: Edit) -> Diagnostic {
        let fix = Ok(Fix::Config(vec![edit]));
        Diagnostic {
            fix,
            ..Diagnostic::error("floating-image", "")
        }
    }

    #[test]
    fn fixes_of_one_list_do_not_move_each_other() {
        let pointer = |to: &str| Pointer::parse(to);
        let remove = |to: &str| {
            edit(Edit::Remove {
                pointer: pointer(to),
            })
        };
        let set = |to: &str| {
            edit(Edit::Set {
                pointer: pointer(to),
                value: 5.into(),
            })
        };
        let append = |to: &str| {
            edit(Edit::Append {
                pointer: pointer(to),
                value: 6.into(),
            })
        };
        let text = "l:\n  - a\n  - b: 1\n    c: 2\n  - d\n";
        for (fixes, after, left) in [
            (
                vec![remove("/l/0"), set("/l/1/b"), remove("/l/2"), append("/l")],
                "l:\n  - b: 5\n    c: 2\n  - 6\n",
                0,
            ),
            (
                vec![remove("/l/2"), remove("/l/0"), set("/l/1/c")],
                "l:\n  - b: 1\n    c: 5\n",
                0,
            ),
            // The same place, and one within the other.
            (
                vec![set("/l/1/b"), set("/l/1"), remove("/l/1/b")],
                "l:\n  - a\n  - b: 5\n    c: 2\n  - d\n",
                2,
            ),
            (
                vec![remove("/l/1"), set("/l/1/b"), set("/l/2")],
                "l:\n  - a\n  - 5\n",
                1,
            ),
            (
                vec![remove("/l/0"), remove("/l/0")],
                "l:\n  - b: 1\n    c: 2\n  - d\n",
                0,
            ),
        ] {
            let mut inputs = Inputs::default();
            let file = inputs.sources.add("a.yaml", text);
            inputs.files.push(file);
            let fixed = apply(&inputs, &fixes.into_iter().collect());
            assert_eq!(fixed.inputs.sources.get(file).text, after);
            assert_eq!(fixed.unfixed.len(), left, "{:?}", fixed.unfixed);
        }
    }
}
