//! Tables for a terminal.

use std::collections::BTreeSet;
use std::fmt::Write as _;

const RESET: &str = "\x1b[0m";
/// Between two columns.
const GAP: usize = 2;
/// Where nobody says how wide a line may be, as in a file.
const USUAL_WIDTH: usize = 80;
/// No name is cut to less than this.
const LEAST_NAME: usize = 12;
/// What says that nothing happened.
const NOTHING: [&str; 3] = ["-", "0", "0 s"];

/// One column: its heading in two lines, of which the upper one may be empty.
pub(super) struct Column {
    pub(super) head: [&'static str; 2],
    stays: Stays,
}

/// Where a table is too wide, whether a column is left out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stays {
    Always,
    /// Where it says nothing.
    IfItSays,
    /// Also where it says something.
    IfThereIsRoom,
}

pub(super) const fn column(upper: &'static str, lower: &'static str) -> Column {
    Column {
        head: [upper, lower],
        stays: Stays::Always,
    }
}

pub(super) const fn can_go(upper: &'static str, lower: &'static str) -> Column {
    Column {
        head: [upper, lower],
        stays: Stays::IfItSays,
    }
}

pub(super) const fn last(upper: &'static str, lower: &'static str) -> Column {
    Column {
        head: [upper, lower],
        stays: Stays::IfThereIsRoom,
    }
}

/// Rows of columns, each as wide as its longest text. What is too wide for a line loses first the columns that say nothing,
/// then those that can be done without, which are named below it. On a terminal it loses then the middle of the names, which
/// are in the first column: no more than the width asks for, and not what tells them apart.
pub(super) fn table(
    out: &mut String,
    columns: &[Column],
    mut rows: Vec<Vec<String>>,
    width: Option<usize>,
    paint: impl Fn(usize, usize) -> &'static str,
) {
    let is_terminal = width.is_some();
    let width = width.unwrap_or(USUAL_WIDTH);
    let mut shown: Vec<usize> = (0..columns.len()).collect();
    while wide(columns, &rows, &shown) > width {
        let says_nothing = |at: usize| {
            let mut own = rows.iter().map(|row| row[at].as_str());
            columns[at].stays > Stays::Always && own.all(|text| NOTHING.contains(&text))
        };
        let Some(last) = shown.iter().rposition(|at| says_nothing(*at)) else {
            break;
        };
        shown.remove(last);
    }
    let mut lacking = Vec::new();
    while wide(columns, &rows, &shown) > width {
        let can_lack = |at: &usize| columns[*at].stays == Stays::IfThereIsRoom;
        let Some(last) = shown.iter().rposition(can_lack) else {
            break;
        };
        let [upper, lower] = columns[shown.remove(last)].head;
        lacking.push(format!("{upper} {lower}").trim().to_owned());
    }
    let over = wide(columns, &rows, &shown).saturating_sub(width);
    if over > 0 && is_terminal {
        let names: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
        let longest = names.iter().map(|name| length(name)).max().unwrap_or(0);
        let names = cut_all(&names, longest.saturating_sub(over).max(LEAST_NAME));
        for (row, name) in rows.iter_mut().zip(names) {
            row[0] = name;
        }
    }
    let widths = widths(columns, &rows, &shown);
    for line in 0..2 {
        let heads = shown.iter().map(|at| columns[*at].head[line]);
        if heads.clone().any(|head| !head.is_empty()) {
            let cells = heads.map(|head| (head, ""));
            write_row(out, &widths, cells);
        }
    }
    for (number, row) in rows.iter().enumerate() {
        let cells = shown.iter();
        write_row(
            out,
            &widths,
            cells.map(|at| (row[*at].as_str(), paint(number, *at))),
        );
    }
    if !lacking.is_empty() {
        lacking.reverse();
        let _ = writeln!(
            out,
            "left out for want of room: {}; `--report json` has all",
            lacking.join(", ")
        );
    }
    out.push('\n');
}

/// Texts with their colours, none for most.
fn write_row<'c>(
    out: &mut String,
    widths: &[usize],
    cells: impl Iterator<Item = (&'c str, &'static str)>,
) {
    let mut line = String::new();
    for ((text, color), width) in cells.zip(widths) {
        let fill = width - length(text) + GAP;
        let end = if color.is_empty() { "" } else { RESET };
        let _ = write!(line, "{color}{text}{end}{:fill$}", "");
    }
    let _ = writeln!(out, "{}", line.trim_end());
}

fn widths(columns: &[Column], rows: &[Vec<String>], shown: &[usize]) -> Vec<usize> {
    let of = |at: &usize| {
        let heads = columns[*at].head.iter().map(|head| length(head));
        let own = rows.iter().map(|row| length(&row[*at]));
        heads.chain(own).max().unwrap_or(0)
    };
    shown.iter().map(of).collect()
}

fn wide(columns: &[Column], rows: &[Vec<String>], shown: &[usize]) -> usize {
    let widths = widths(columns, rows, shown);
    widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// Names of at most so many characters, or as many more as it takes to tell them apart. As much is left of the beginning as of
/// the end, where that is enough.
fn cut_all(names: &[&str], most: usize) -> Vec<String> {
    let known = distinct(names);
    let longest = names.iter().map(|name| length(name)).max().unwrap_or(0);
    for most in most..longest {
        let left = most - 1;
        let middle = left / 2;
        let further = (0..=middle).flat_map(|by| [middle - by, middle + by]);
        for end in further.filter(|end| *end <= left) {
            let cut: Vec<String> = names.iter().map(|name| cut(name, most, end)).collect();
            if distinct(&cut) == known {
                return cut;
            }
        }
    }
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn distinct<T: AsRef<str>>(names: &[T]) -> usize {
    let names: BTreeSet<&str> = names.iter().map(AsRef::as_ref).collect();
    names.len()
}

/// At most so many characters: the beginning, and so many of the end.
fn cut(name: &str, most: usize, end: usize) -> String {
    let count = length(name);
    if count <= most {
        return name.to_owned();
    }
    let begin = most - 1 - end;
    let first: String = name.chars().take(begin).collect();
    let last: String = name.chars().skip(count - end).collect();
    format!("{first}…{last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] = [
        column("", "NAME"),
        can_go("", "KILLED"),
        column("AT", "END"),
    ];

    fn lines(name: &str, killed: &str, width: usize) -> String {
        let row = [name, killed, "3"].map(str::to_owned).to_vec();
        let mut out = String::new();
        table(&mut out, &COLUMNS, vec![row], Some(width), |_, _| "");
        out
    }

    #[test]
    fn what_fits_is_whole() {
        let text = "           AT\nNAME  KILLED  END\nweb   0       3\n\n";
        assert_eq!(
            lines("web", "0", 80),
            text.replacen("           ", "              ", 1)
        );
    }

    #[test]
    fn a_column_without_news_goes_before_a_name_is_cut() {
        assert!(!lines("a-name-of-some-length", "0", 27).contains("KILLED"));
        let cut = lines("a-name-of-some-length", "1", 27);
        assert!(
            cut.contains("KILLED") && cut.contains("a-name-…length"),
            "{cut}"
        );
    }

    #[test]
    fn a_column_that_can_be_done_without_is_named() {
        let columns = [
            column("", "NAME"),
            last("LONGEST", "PENDING"),
            column("AT", "END"),
        ];
        let row = ["web", "19 min 35 s", "3"].map(str::to_owned).to_vec();
        let told = |width: Option<usize>| {
            let mut out = String::new();
            table(&mut out, &columns, vec![row.clone()], width, |_, _| "");
            out
        };
        let narrow = told(Some(20));
        assert!(!narrow.contains("19 min 35 s"), "{narrow}");
        assert!(
            narrow.contains("left out for want of room: LONGEST PENDING;"),
            "{narrow}"
        );
        assert!(told(Some(40)).contains("19 min 35 s"));
    }

    #[test]
    fn without_a_terminal_names_are_whole() {
        let name = "a-name-of-some-length".repeat(9);
        let row = [name.as_str(), "1", "3"].map(str::to_owned).to_vec();
        let mut out = String::new();
        table(&mut out, &COLUMNS, vec![row], None, |_, _| "");
        assert!(out.contains(&name), "{out}");
    }

    #[test]
    fn names_that_are_cut_stay_apart() {
        let names = [
            "ns8/svc17-with-a-rather-long-name",
            "ns8/svc18-with-a-rather-long-name",
            "ns8/svc180-with-a-rather-long-name",
        ];
        let short = cut_all(&names, 16);
        assert_eq!(distinct(&short), 3, "{short:?}");
        assert!(short.iter().all(|name| length(name) <= 16), "{short:?}");
        let far = [
            "aaaaaaaaaabbbbbbbbbb1aaaaaaaaaabbbbbbbbbb",
            "aaaaaaaaaabbbbbbbbbb2aaaaaaaaaabbbbbbbbbb",
        ];
        assert_eq!(distinct(&cut_all(&far, 12)), 2);
    }
}
