//! Breaks pieces into lines of a width. Exact: no line is wider, and no letter is lost.

use unicode_segmentation::UnicodeSegmentation;

use super::{Role, Span};
use crate::text;

/// Text to be broken into lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Flow {
    /// Foreign text with its meaning; `starts` is the link whose number and label begin here.
    Text { text: String, role: Role, starts: Option<usize> },
    /// The end of a line, whatever the width.
    Break,
}

/// Broken text.
#[derive(Debug, Default)]
pub(super) struct Wrapped {
    pub(super) lines: Vec<Vec<Span>>,
    /// Links that begin, each with its line.
    pub(super) starts: Vec<(usize, usize)>,
}

/// Breaks text into lines of at most `width` cells, and into at most `limit` lines.
pub(super) fn wrap(flow: &[Flow], width: usize, limit: usize) -> Wrapped {
    let mut wrapper = Wrapper { width: width.max(1), limit, ..Wrapper::default() };
    for flow in flow {
        if wrapper.wrapped.lines.len() >= limit {
            break;
        }
        match flow {
            Flow::Break => {
                wrapper.end_word();
                wrapper.end_line();
            }
            Flow::Text { text, role, starts } => wrapper.text(text, *role, *starts),
        }
    }
    wrapper.end_word();
    if !wrapper.line.is_empty() {
        wrapper.end_line();
    }
    wrapper.wrapped.lines.truncate(limit);
    wrapper.wrapped
}

/// A part of a word: its text in one meaning.
#[derive(Debug, Default)]
struct Part {
    text: String,
    role: Option<Role>,
    starts: Option<usize>,
}

#[derive(Debug, Default)]
struct Wrapper {
    width: usize,
    limit: usize,
    wrapped: Wrapped,
    line: Vec<(String, Role)>,
    used: usize,
    word: Vec<Part>,
    word_width: usize,
    /// The meaning of the blank that stands before the word, if there is one.
    gap: Option<Role>,
}

impl Wrapper {
    fn text(&mut self, foreign: &str, role: Role, mut starts: Option<usize>) {
        let safe = text::sanitize(foreign);
        for (number, segment) in safe.split(' ').enumerate() {
            if number > 0 {
                self.end_word();
                self.gap = Some(role);
                if self.wrapped.lines.len() >= self.limit {
                    return;
                }
            }
            if segment.is_ascii() {
                self.push(segment, segment.len(), role, &mut starts);
                continue;
            }
            for letter in segment.graphemes(true) {
                let cells = text::width(letter);
                self.push(letter, cells, role, &mut starts);
                // Between the wide letters of Chinese or Japanese a line may break anywhere.
                if cells == 2 {
                    self.end_word();
                }
            }
        }
    }

    fn push(&mut self, text: &str, cells: usize, role: Role, starts: &mut Option<usize>) {
        if text.is_empty() {
            return;
        }
        self.word_width += cells;
        match self.word.last_mut().filter(|part| part.role == Some(role) && starts.is_none()) {
            Some(part) => part.text.push_str(text),
            None => self.word.push(Part { text: text.to_owned(), role: Some(role), starts: starts.take() }),
        }
    }

    fn end_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        let word = std::mem::take(&mut self.word);
        let cells = std::mem::take(&mut self.word_width);
        let gap = self.gap.take().filter(|_| self.used > 0);
        if self.used > 0 && self.used + usize::from(gap.is_some()) + cells > self.width {
            self.end_line();
        } else if let Some(role) = gap {
            self.append(" ", role);
            self.used += 1;
        }
        for part in word {
            if let Some(link) = part.starts {
                self.wrapped.starts.push((link, self.wrapped.lines.len()));
            }
            let role = part.role.unwrap_or(Role::Text);
            if cells <= self.width {
                self.used += text::width(&part.text);
                self.append(&part.text, role);
            } else {
                self.cut(&part.text, role);
            }
        }
    }

    /// A word that is wider than the line is cut between letters.
    fn cut(&mut self, word: &str, role: Role) {
        for letter in word.graphemes(true) {
            let cells = text::width(letter);
            if self.used + cells > self.width && self.used > 0 {
                self.end_line();
                if self.wrapped.lines.len() >= self.limit {
                    return;
                }
            }
            if cells > self.width {
                self.append("…", role);
                self.used += 1;
            } else {
                self.append(letter, role);
                self.used += cells;
            }
        }
    }

    fn append(&mut self, text: &str, role: Role) {
        match self.line.last_mut() {
            Some((last, last_role)) if *last_role == role => last.push_str(text),
            _ => self.line.push((text.to_owned(), role)),
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.used = 0;
        self.gap = None;
        self.wrapped.lines.push(line.iter().map(|(text, role)| Span::new(text, *role)).collect());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn flow(text: &str) -> Vec<Flow> {
        vec![Flow::Text { text: text.to_owned(), role: Role::Text, starts: None }]
    }

    fn lines(text: &str, width: usize) -> Vec<String> {
        let wrapped = wrap(&flow(text), width, usize::MAX);
        wrapped.lines.iter().map(|line| line.iter().map(Span::text).collect()).collect()
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(lines("never refund twice", 12), ["never refund", "twice"]);
    }

    #[test]
    fn a_word_too_long_is_cut_between_letters() {
        assert_eq!(lines("a payments-api", 6), ["a", "paymen", "ts-api"]);
        assert_eq!(lines("漢字漢字", 5), ["漢字", "漢字"]);
        assert_eq!(lines("漢", 1), ["…"]);
        assert_eq!(lines("𚿵ෲ", 2), ["…"]);
    }

    #[test]
    fn no_more_lines_than_asked_for() {
        assert_eq!(wrap(&flow(&"x".repeat(1000)), 1, 3).lines.len(), 3);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_and_no_letter_is_lost(text in "\\PC{0,60}", width in 2usize..30) {
            let lines = lines(&text, width);
            prop_assert!(lines.iter().all(|line| text::width(line) <= width));
            let safe = text::sanitize(&text);
            let letters = safe.split(' ').flat_map(|word| word.graphemes(true));
            // Some letters of Indian scripts are three cells wide and more: no line of two can hold them.
            let fitting = letters.map(|letter| if text::width(letter) > width { "…" } else { letter });
            prop_assert_eq!(lines.concat().replace(' ', ""), fitting.collect::<String>());
        }
    }
}
