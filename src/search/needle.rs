//! A word of a query against what is searched of a row, and how good the match is.
//!
//! exact > beginning > start of a word > part > scattered letters, within one field: letters from a name and
//! a title together are no word. What an entity is called (name, title, aliases) counts more than what it is
//! filed under (tags, owner), so that a team's name finds the team before the hundred things that it owns.

use std::ops::Range;

use memchr::memmem::Finder;
use nucleo::{Config, Matcher, Utf32Str, Utf32String};

use super::fold;
use super::rows_writer::US;

/// Points of a match by how it fits, for what an entity is called.
const CALLED: Points = Points { whole: 10, beginning: 9, word_start: 8, part: 6 };

/// The same for what it is filed under.
const FILED: Points = Points { whole: 7, beginning: 5, word_start: 4, part: 2 };

/// Points of letters that are scattered over a name or a title.
const SCATTERED: u16 = 1;

/// Fields that scattered letters are looked for in: name and title. Addresses and lists of tags hold most
/// letters in most orders, so that everything would match.
const SCATTERED_FIELDS: usize = 2;

/// Fields that an entity is called by: name, title, aliases.
const CALLED_FIELDS: usize = 3;

/// Searched fields; equal points go to the earlier field.
const FIELDS: usize = 5;

/// Points of words that stand one after the other at the beginning of a name, above what each counts alone.
pub(super) const JOINED_POINTS: u16 = 2 * 8;

struct Points {
    whole: u16,
    beginning: u16,
    word_start: u16,
    part: u16,
}

/// A word or phrase, folded.
#[derive(Debug, Clone)]
pub(super) struct Needle {
    text: String,
    finder: Finder<'static>,
    letters: Utf32String,
    is_fuzzy: bool,
}

/// A match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Grade {
    /// More is better.
    pub points: u16,
    /// Where the letters are scattered over, as a range of the haystack; nothing where they stand together.
    pub scattered: Option<Range<usize>>,
}

impl Needle {
    /// A needle of letters that may be scattered (`is_fuzzy`) or stand together. Nothing for empty text.
    pub(super) fn new(text: &str, is_fuzzy: bool) -> Option<Self> {
        let text = fold(text).replace(|c: char| c.is_ascii_control(), " ");
        (!text.is_empty()).then(|| Self {
            finder: Finder::new(text.as_bytes()).into_owned(),
            letters: Utf32String::from(text.as_str()),
            is_fuzzy,
            text,
        })
    }

    /// The folded text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether everything that this needle matches was matched by an earlier one.
    pub(super) fn narrows(&self, earlier: &Self) -> bool {
        self.text.contains(&earlier.text) && (earlier.is_fuzzy || !self.is_fuzzy)
    }

    /// Whether both match the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.text == other.text && self.is_fuzzy == other.is_fuzzy
    }

    /// Whether the letters stand together somewhere.
    pub(super) fn occurs_in(&self, haystack: &str) -> bool {
        self.finder.find(haystack.as_bytes()).is_some()
    }

    /// The best match in what is searched of a row. A match that cannot have `least` points is only known to
    /// be one: its points are some number below.
    pub(super) fn grade(&self, haystack: &[u8], least: u16) -> Option<Grade> {
        let together = match self.text.as_bytes() {
            [letter] => self.together(haystack, memchr::memchr_iter(*letter, haystack), least),
            _ => self.together(haystack, self.finder.find_iter(haystack), least),
        };
        together
            .map(|points| Grade { points, scattered: None })
            .or_else(|| self.is_fuzzy.then(|| self.scattered(haystack)).flatten())
    }

    fn together(&self, haystack: &[u8], places: impl Iterator<Item = usize>, least: u16) -> Option<u16> {
        let mut best = None;
        let (mut field, mut counted) = (0, 0);
        for at in places {
            let fit = fit(haystack, at, at + self.text.len());
            // Which field it is takes a look at all bytes before; most places cannot win in any field.
            if in_field(fit.points(&CALLED), 0) < least.max(best.map_or(0, |best| best + 1)) {
                best = best.or(Some(0));
                continue;
            }
            field += memchr::memchr_iter(US, &haystack[counted..at]).count();
            counted = at;
            let points = if field < CALLED_FIELDS { &CALLED } else { &FILED };
            best = best.max(Some(in_field(fit.points(points), field)));
        }
        best
    }

    fn scattered(&self, haystack: &[u8]) -> Option<Grade> {
        if self.text.len() < 2 {
            return None;
        }
        let mut start = 0;
        for field in 0..SCATTERED_FIELDS {
            let end = memchr::memchr(US, &haystack[start..]).map_or(haystack.len(), |at| start + at);
            if end - start > self.text.len() && self.is_scattered_over(&haystack[start..end]) {
                return Some(Grade { points: in_field(SCATTERED, field), scattered: Some(start..end) });
            }
            start = end + 1;
            if start > haystack.len() {
                break;
            }
        }
        None
    }

    fn is_scattered_over(&self, text: &[u8]) -> bool {
        if self.text.is_ascii() {
            return follow(self.text.as_bytes(), text);
        }
        let Ok(text) = std::str::from_utf8(text) else { return false };
        let mut rest = text.chars();
        self.text.chars().all(|letter| rest.any(|c| c == letter))
    }
}

/// How letters that stand together fit into a field.
#[derive(Debug, Clone, Copy)]
enum Fit {
    Whole,
    Beginning,
    WordStart,
    Part,
}

impl Fit {
    fn points(self, points: &Points) -> u16 {
        match self {
            Self::Whole => points.whole,
            Self::Beginning => points.beginning,
            Self::WordStart => points.word_start,
            Self::Part => points.part,
        }
    }
}

fn fit(haystack: &[u8], at: usize, end: usize) -> Fit {
    let before = at.checked_sub(1).map_or(US, |before| haystack[before]);
    if is_separator(before) {
        let ends = haystack.get(end).is_none_or(|byte| is_separator(*byte));
        if ends { Fit::Whole } else { Fit::Beginning }
    } else if is_letter(before) {
        Fit::Part
    } else {
        Fit::WordStart
    }
}

/// Whether the bytes of the needle follow one another in the haystack, with anything between them.
fn follow(needle: &[u8], haystack: &[u8]) -> bool {
    let mut rest = haystack;
    needle.iter().all(|byte| match memchr::memchr(*byte, rest) {
        Some(at) => {
            rest = &rest[at + 1..];
            true
        }
        None => false,
    })
}

fn in_field(points: u16, field: usize) -> u16 {
    points * 8 + FIELDS.saturating_sub(1 + field) as u16
}

/// Control bytes stand between fields and items; no field holds one.
fn is_separator(byte: u8) -> bool {
    byte < b' '
}

/// Bytes above ASCII belong to letters.
fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

/// nucleo's matcher with what it needs beside; making one costs more than a small search, so it is kept.
#[derive(Debug, Default)]
pub(super) struct Scorer {
    matcher: Option<Matcher>,
    chars: Vec<char>,
}

impl Scorer {
    /// How well scattered letters match: more is better.
    pub(super) fn score(&mut self, needle: &Needle, text: &[u8]) -> u16 {
        let Ok(text) = std::str::from_utf8(text) else { return 0 };
        let matcher = self.matcher.get_or_insert_with(matcher);
        let text = letters(text, &mut self.chars);
        matcher.fuzzy_match(text, needle.letters.slice(..)).unwrap_or(0)
    }

    /// Which characters of the folded text match scattered letters; `marks` are added to.
    pub(super) fn mark(&mut self, needle: &Needle, text: &str, marks: &mut Vec<u32>) -> bool {
        let matcher = self.matcher.get_or_insert_with(matcher);
        let text = letters(text, &mut self.chars);
        matcher.fuzzy_indices(text, needle.letters.slice(..), marks).is_some()
    }
}

/// Both sides are folded, so the matcher need not fold again.
fn matcher() -> Matcher {
    let mut config = Config::DEFAULT;
    config.ignore_case = false;
    config.normalize = false;
    config.prefer_prefix = true;
    Matcher::new(config)
}

/// Text as nucleo takes it, one element for one character.
fn letters<'a>(text: &'a str, chars: &'a mut Vec<char>) -> Utf32Str<'a> {
    if text.is_ascii() {
        return Utf32Str::Ascii(text.as_bytes());
    }
    chars.clear();
    chars.extend(text.chars());
    Utf32Str::Unicode(chars)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(needle: &str, haystack: &str) -> Option<u16> {
        Needle::new(needle, true).unwrap().grade(haystack.as_bytes(), 0).map(|grade| grade.points)
    }

    #[test]
    fn exact_beats_beginning_beats_word_start_beats_part_beats_scattered() {
        let rows = ["pay", "payments", "team-pay", "repay", "pxaxy"];
        let points = rows.map(|name| points("pay", &format!("{name}\u{1f}\u{1f}\u{1f}\u{1f}")).unwrap());
        assert!(points.is_sorted_by(|better, worse| better > worse), "{points:?}");
    }

    #[test]
    fn what_it_is_called_beats_what_it_is_filed_under() {
        let owned = points("pay", "ledger\u{1f}\u{1f}\u{1f}\u{1f}pay").unwrap();
        assert!(points("pay", "payments\u{1f}\u{1f}\u{1f}\u{1f}").unwrap() > owned);
        assert!(owned > points("pay", "repay\u{1f}\u{1f}\u{1f}\u{1f}").unwrap());
    }

    #[test]
    fn the_name_beats_the_title_and_the_title_an_alias() {
        let points = ["pay\u{1f}x\u{1f}x", "x\u{1f}pay\u{1f}x", "x\u{1f}x\u{1f}y\u{1e}pay"]
            .map(|row| points("pay", row));
        assert!(points.is_sorted_by(|better, worse| better > worse), "{points:?}");
    }

    #[test]
    fn letters_of_two_fields_are_no_word() {
        assert_eq!(points("payx", "pay\u{1f}x"), None);
        assert_eq!(points("px", "p\u{1f}axb"), None);
        assert_eq!(points("px", "a\u{1f}\u{1f}\u{1f}p-x"), None, "scattered over a tag");
    }

    #[test]
    fn a_phrase_stands_together() {
        let phrase = Needle::new("Card Pay", false).unwrap();
        assert!(phrase.grade(b"x\x1fthe card payments", 0).is_some());
        assert!(phrase.grade(b"x\x1fcard to pay", 0).is_none());
    }

    #[test]
    fn accents_and_case_do_not_matter() {
        assert!(points("KÖLN", "koln\u{1f}").is_some());
        assert!(points("漢語", "漢x語\u{1f}").is_some());
    }
}
