//! How wide a text is, and what of it fits. The font is the reader's, so widths are those of a wide one.

use super::length::Length;

/// No line of a picture has room for more.
const LONGEST: usize = 400;

/// At a size in units.
pub(super) fn width(text: &str, size: i64) -> Length {
    Length(text.chars().map(hundredths).sum::<i64>() * size / 10)
}

/// Bold letters are wider.
pub(super) fn bold(text: &str, size: i64) -> Length {
    let plain = width(text, size);
    plain + plain / 8
}

/// What of a text fits in bold.
pub(super) fn fitted_bold(text: &str, size: i64, room: Length) -> String {
    fitted(text, size, room - room / 9)
}

/// With a space between thousands, as soon as there are five digits.
pub(super) fn number(count: i64) -> String {
    let digits = count.to_string();
    if count.abs() < 10_000 {
        return digits;
    }
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups = groups.map(|group| String::from_utf8_lossy(group).into_owned());
    groups.collect::<Vec<_>>().join("\u{202f}")
}

/// Hundredths of the font's size.
fn hundredths(char: char) -> i64 {
    match char {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' | '(' | ')'
        | '/' => 37,
        'f' | 't' | 'r' | '-' => 44,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 98,
        'A'..='Z' => 72,
        '\u{0300}'..='\u{036f}' => 0,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{ffef}' | '\u{1f000}'..='\u{3ffff}' => 105,
        _ => 63,
    }
}

/// The text, its middle left out where it is too wide: names differ at their ends.
pub(super) fn fitted(text: &str, size: i64, room: Length) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let joined = |kept: usize| {
        let front = kept.div_ceil(2);
        let back = chars.len() - (kept - front);
        let (front, back) = (chars[..front].iter(), chars[back..].iter());
        front.chain(&['…']).chain(back).collect::<String>()
    };
    let kept = (1..chars.len().min(LONGEST)).rev();
    let mut fitting = kept.map(joined).filter(|text| width(text, size) <= room);
    fitting.next().unwrap_or_else(|| "…".to_owned())
}

/// The text in lines; what does not fit into `most` of them is left out of the last.
pub(super) fn lines(text: &str, size: i64, room: Length, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let is_full = lines.len() == most;
        match lines.last_mut() {
            Some(line) if width(line, size) + width(" ", size) + width(word, size) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            Some(line) if is_full => {
                line.push_str(" …");
                break;
            }
            _ => lines.push(fitted(word, size, room)),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::length::units;
    use super::*;

    #[test]
    fn the_middle_of_a_long_name_goes() {
        let name = "aks-spot-12345678-vmss000003";
        let short = fitted(name, 12, units(100));
        assert!(
            short.starts_with("aks-") && short.ends_with("003"),
            "{short}"
        );
        assert!(width(&short, 12) <= units(100));
        assert_eq!(fitted("api", 12, units(100)), "api");
        assert_eq!(fitted("api", 12, units(2)), "…");
    }

    #[test]
    fn thousands_stand_apart() {
        let numbers = [0, 9_999, 10_000, 1_234_567].map(number);
        assert_eq!(
            numbers,
            ["0", "9999", "10\u{202f}000", "1\u{202f}234\u{202f}567"]
        );
    }

    #[test]
    fn lines_end_where_words_do() {
        let text = "one two three four five";
        assert_eq!(
            lines(text, 10, units(60), 9),
            ["one two", "three four", "five"]
        );
        assert_eq!(lines(text, 10, units(60), 2), ["one two", "three four …"]);
    }
}
