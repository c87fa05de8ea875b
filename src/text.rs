//! The one place where foreign text is made safe for a terminal; display width and truncation.
//!
//! What comes from a repository, a server or a child process is [`Untrusted`]. It has no `Display`: the only
//! ways to words on a screen are [`Untrusted::display`] and [`Untrusted::display_lines`]. Safe text holds no
//! control character (C0, DEL, C1), no bidirectional override, no invisible character and at most
//! [`MAX_MARKS`] combining marks on a letter, so that its width is what a terminal will draw.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Combining marks kept on one letter. Thai and Vietnamese need at most three; floods draw over neighbours.
pub const MAX_MARKS: usize = 4;

/// Blanks that stand for a tab in text of several lines.
const TAB: &str = "    ";

/// Text of foreign origin: compare and parse it by [`raw`](Self::raw), show it by
/// [`display`](Self::display). Serialises as it is; JSON for a terminal goes through [`escape_json`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Untrusted<'a>(Cow<'a, str>);

impl<'a> Untrusted<'a> {
    /// Marks borrowed text as foreign.
    pub fn new(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }

    /// Marks owned text as foreign.
    pub fn owned(text: impl Into<String>) -> Untrusted<'static> {
        Untrusted(Cow::Owned(text.into()))
    }

    /// The text as it came, for logic only.
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// Safe text on one line: line breaks and tabs become blanks.
    pub fn display(&self) -> Cow<'_, str> {
        sanitize(&self.0)
    }

    /// Safe text line by line: tabs become four blanks.
    pub fn display_lines(&self) -> impl Iterator<Item = Cow<'_, str>> {
        sanitize_lines(&self.0)
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same text, owned.
    pub fn into_owned(self) -> Untrusted<'static> {
        Untrusted(Cow::Owned(self.0.into_owned()))
    }
}

impl<'a> From<&'a str> for Untrusted<'a> {
    fn from(text: &'a str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Untrusted<'static> {
    fn from(text: String) -> Self {
        Self::owned(text)
    }
}

impl Serialize for Untrusted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Foreign text as safe text on one line. Borrows when nothing had to change.
pub fn sanitize(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    let mut marks = 0;
    for c in text.chars() {
        push_safe(&mut safe, c, &mut marks);
    }
    if safe == text { Cow::Borrowed(text) } else { Cow::Owned(safe) }
}

/// Foreign text as safe lines, cut at `\n` and `\r\n`; tabs become four blanks.
pub fn sanitize_lines(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    text.split('\n').map(|line| {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.contains('\t') {
            Cow::Owned(sanitize(&line.replace('\t', TAB)).into_owned())
        } else {
            sanitize(line)
        }
    })
}

fn push_safe(safe: &mut String, c: char, marks: &mut usize) {
    match classify(c) {
        Class::Plain => {
            *marks = 0;
            safe.push(c);
        }
        Class::Mark if *marks < MAX_MARKS => {
            *marks += 1;
            safe.push(c);
        }
        Class::Blank => {
            *marks = 0;
            safe.push(' ');
        }
        Class::Shown(sign) => {
            *marks = 0;
            safe.push(sign);
        }
        Class::Mark | Class::Dropped => {}
    }
}

/// What becomes of a character on its way to a screen.
enum Class {
    Plain,
    Mark,
    Blank,
    Shown(char),
    Dropped,
}

fn classify(c: char) -> Class {
    match c {
        ' '..='~' => Class::Plain,
        '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => Class::Blank,
        // The control pictures block shows C0 by its own signs.
        '\0'..='\u{1f}' => Class::Shown(char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}')),
        '\u{7f}' => Class::Shown('\u{2421}'),
        // Joiners, variation selectors and skin tones change the width in some terminals and not in others;
        // without them an emoji family is drawn as its members, everywhere two cells each.
        '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' => {
            Class::Dropped
        }
        // C1 controls; bidirectional controls and characters that cannot be seen, which exist to deceive.
        '\u{80}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{34f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}' => Class::Shown('\u{fffd}'),
        _ if (c as u32) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&c) => {
            Class::Shown('\u{fffd}')
        }
        _ if c.width() == Some(0) => Class::Mark,
        _ => Class::Plain,
    }
}

/// Cells that safe text takes on a terminal.
pub fn width(safe: &str) -> usize {
    if safe.is_ascii() { safe.len() } else { safe.width() }
}

/// Foreign text as safe text of at most `cells` cells, with `…` where something was cut off. Reads no more
/// of the text than it shows, so a title of megabytes costs no more than a short one.
pub fn fit(text: &str, cells: usize) -> Cow<'_, str> {
    // A letter takes at most four bytes and MAX_MARKS marks; what lies behind cannot be shown anyway.
    let most = cells.saturating_add(1).saturating_mul(4 * (MAX_MARKS + 1));
    let head = &text[..text.floor_char_boundary(most.min(text.len()))];
    let safe = sanitize(head);
    if head.len() == text.len() && width(&safe) <= cells {
        return safe;
    }
    if cells == 0 {
        return Cow::Borrowed("");
    }
    let mut cut = String::with_capacity(cells + 3);
    let mut used = 0;
    for grapheme in safe.graphemes(true) {
        let w = width(grapheme);
        if used + w > cells - 1 {
            break;
        }
        used += w;
        cut.push_str(grapheme);
    }
    cut.push('…');
    Cow::Owned(cut)
}

/// As [`fit`], but what is cut off is the beginning: of a path the file and the line say the most.
pub fn fit_end(text: &str, cells: usize) -> Cow<'_, str> {
    let most = cells.saturating_add(1).saturating_mul(4 * (MAX_MARKS + 1));
    let tail = &text[text.ceil_char_boundary(text.len().saturating_sub(most))..];
    let safe = sanitize(tail);
    if tail.len() == text.len() && width(&safe) <= cells {
        return safe;
    }
    if cells == 0 {
        return Cow::Borrowed("");
    }
    let mut used = 0;
    let kept = safe.grapheme_indices(true).rev().take_while(|(_, grapheme)| {
        used += width(grapheme);
        used < cells
    });
    let start = kept.last().map_or(safe.len(), |(at, _)| at);
    Cow::Owned(format!("…{}", &safe[start..]))
}

/// JSON text with every character that a terminal could act on, or a reader could not see, written as
/// `\uXXXX`. Such characters stand only inside of JSON strings, so the value stays the same.
pub fn escape_json(json: &str) -> Cow<'_, str> {
    let acts =
        |c: char| !matches!(classify(c), Class::Plain | Class::Mark) && !matches!(c, '\n' | '\t' | '\r');
    if json.is_ascii() && !json.contains('\u{7f}') {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if acts(c) && c != '\u{fffd}' {
            for unit in c.encode_utf16(&mut [0; 2]) {
                use std::fmt::Write as _;
                let _ = write!(escaped, "\\u{unit:04x}"); // writing into a String cannot fail
            }
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escape_sequences_become_visible_signs() {
        assert_eq!(sanitize("a\u{1b}[31mb\u{9b}2J\u{7f}"), "a␛[31mb\u{fffd}2J␡");
    }

    #[test]
    fn plain_text_is_borrowed() {
        assert!(matches!(sanitize("payments-api"), Cow::Borrowed(_)));
        assert!(matches!(sanitize("Zahlungen für Köln"), Cow::Borrowed(_)));
    }

    #[test]
    fn line_breaks_are_blanks_on_one_line_and_breaks_in_many() {
        assert_eq!(sanitize("a\r\nb\tc"), "a  b c");
        assert_eq!(sanitize_lines("a\r\nb\tc").collect::<Vec<_>>(), ["a", "b    c"]);
    }

    #[test]
    fn bidirectional_overrides_and_zero_width_characters_are_shown() {
        assert_eq!(sanitize("live\u{202e}evil\u{200b}"), "live\u{fffd}evil\u{fffd}");
    }

    #[test]
    fn emoji_families_are_drawn_as_their_members() {
        assert_eq!(sanitize("👩\u{200d}👧"), "👩👧");
    }

    #[test]
    fn a_flood_of_combining_marks_is_cut() {
        let flood = format!("a{}", "\u{301}".repeat(10_000));
        assert_eq!(sanitize(&flood).chars().count(), 1 + MAX_MARKS);
    }

    #[test]
    fn fit_end_keeps_what_stands_last() {
        assert_eq!(fit_end("org/catalog-info.yaml:4:53", 26), "org/catalog-info.yaml:4:53");
        assert_eq!(fit_end("org/catalog-info.yaml:4:53", 16), "…-info.yaml:4:53");
        assert_eq!(fit_end("漢字漢字", 4), "…字");
        assert_eq!((fit_end("xy", 1), fit_end("x", 0)), ("…".into(), "".into()));
    }

    #[test]
    fn fit_cuts_at_cells_not_at_characters() {
        assert_eq!(fit("payments", 8), "payments");
        assert_eq!(fit("payments", 5), "paym…");
        assert_eq!(fit("漢字漢字", 5), "漢字…");
        assert_eq!(fit("漢字漢字", 4), "漢…");
        assert_eq!(fit("x", 0), "");
    }

    #[test]
    fn json_keeps_its_value_and_loses_its_controls() {
        let json = "{\"a\":\"x\u{9b}y\u{202e}ü\"}";
        let escaped = escape_json(json);
        assert_eq!(escaped, "{\"a\":\"x\\u009by\\u202eü\"}");
        let (a, b): (serde_json::Value, serde_json::Value) =
            (serde_json::from_str(json).unwrap(), serde_json::from_str(&escaped).unwrap());
        assert_eq!(a, b);
    }

    proptest! {
        #[test]
        fn safe_text_holds_no_control_and_is_stable(text in any::<String>()) {
            let safe = sanitize(&text).into_owned();
            prop_assert!(!safe.chars().any(char::is_control));
            prop_assert_eq!(sanitize(&safe), safe.as_str());
        }

        #[test]
        fn fitted_text_never_exceeds_its_cells(text in any::<String>(), cells in 0usize..40) {
            prop_assert!(width(&fit(&text, cells)) <= cells);
            prop_assert!(width(&fit_end(&text, cells)) <= cells);
        }
    }
}
