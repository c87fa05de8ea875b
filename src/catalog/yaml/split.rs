//! A stream of YAML documents, cut at its marks, so that a broken document never loses its neighbours.
//!
//! By the rules of YAML a `---` or `...` at the start of a line is a mark wherever it stands, also within
//! quotes and block scalars.

use serde_json::Value;

use super::{Part, YamlError, reader};
use crate::catalog::Position;

/// The documents of a text. Those without any content (blanks and comments) are left out.
pub fn documents(text: &str) -> Documents<'_> {
    Documents { text, line: 0 }
}

/// An iterator over the documents of a text.
#[derive(Debug, Clone)]
pub struct Documents<'a> {
    text: &'a str,
    line: u32,
}

/// The text of one document and where it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fragment<'a> {
    text: &'a str,
    /// Lines of the file before it.
    line: u32,
}

impl<'a> Iterator for Documents<'a> {
    type Item = Fragment<'a>;

    fn next(&mut self) -> Option<Fragment<'a>> {
        while !self.text.is_empty() {
            let (fragment, has_content) = self.cut();
            if has_content {
                return Some(fragment);
            }
        }
        None
    }
}

impl<'a> Documents<'a> {
    /// Takes the text up to the next mark, and whether it holds more than blanks, comments and directives.
    fn cut(&mut self) -> (Fragment<'a>, bool) {
        let (mut at, mut lines) = (0, 0);
        let (mut opened, mut has_content, mut ends_with_mark) = (false, false, false);
        for line in self.text.split_inclusive('\n') {
            match mark(line) {
                Some(Mark::Start) if opened => break,
                Some(Mark::Start) => {
                    opened = true;
                    has_content |= !is_blank(&line[3..]);
                }
                Some(Mark::End) => {
                    ends_with_mark = true;
                    at += line.len();
                    lines += 1;
                    break;
                }
                None => {
                    let is_content = !is_blank(line) && (opened || !line.starts_with('%'));
                    opened |= is_content;
                    has_content |= is_content;
                }
            }
            at += line.len();
            lines += 1;
        }
        let fragment = Fragment { text: &self.text[..at], line: self.line };
        self.text = &self.text[at..];
        if ends_with_mark {
            // As at the start of a file.
            self.text = self.text.strip_prefix('\u{feff}').unwrap_or(self.text);
        }
        self.line += lines;
        (fragment, has_content)
    }
}

impl<'a> Fragment<'a> {
    /// The document as a JSON value.
    pub fn parse(&self) -> Result<Value, YamlError> {
        reader::read(self.text).map_err(|error| YamlError {
            position: Position { line: error.position.line + self.line, ..error.position },
            ..error
        })
    }

    /// The place of the key or the value at a JSON pointer, or of the nearest thing around it that exists.
    pub fn locate(&self, pointer: &str, part: Part) -> Position {
        match reader::locate(self.text, pointer, part) {
            Some(found) => Position { line: found.line + self.line, ..found },
            None => self.position(),
        }
    }

    /// The plain scalar that is written at a place, as it is written.
    pub fn word_at(&self, position: Position) -> &'a str {
        let lines_before = position.line.saturating_sub(self.line + 1) as usize;
        let line = self.text.split('\n').nth(lines_before).unwrap_or_default();
        let start = line.char_indices().nth(position.column as usize - 1).map_or(line.len(), |(at, _)| at);
        let rest = &line[start..];
        let end = rest.find([',', ']', '}', '\r']).unwrap_or(rest.len());
        let word = &rest[..end];
        word.split(" #").next().unwrap_or(word).trim()
    }

    /// The place of the first content.
    pub fn position(&self) -> Position {
        for (line, text) in (self.line + 1..).zip(self.text.split_inclusive('\n')) {
            let is_mark = matches!(mark(text), Some(Mark::Start)) && is_blank(&text[3..]);
            if !is_mark && !is_blank(text) && !text.starts_with('%') {
                let indent = text.len() - text.trim_start_matches(' ').len();
                return Position { line, column: indent as u32 + 1 };
            }
        }
        Position { line: self.line + 1, column: 1 }
    }

    /// The text, from its own first line.
    pub fn text(&self) -> &'a str {
        self.text
    }
}

enum Mark {
    Start,
    End,
}

fn mark(line: &str) -> Option<Mark> {
    let kind = match line.get(..3)? {
        "---" => Mark::Start,
        "..." => Mark::End,
        _ => return None,
    };
    line[3..].chars().next().is_none_or(|next| matches!(next, ' ' | '\t' | '\r' | '\n')).then_some(kind)
}

fn is_blank(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '\t', '\r', '\n']);
    line.is_empty() || line.starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        documents(text).map(|document| document.text).collect()
    }

    #[test]
    fn documents_are_cut_at_marks_and_empty_ones_left_out() {
        assert_eq!(texts("a: 1\n---\n---\n# only\n--- \nb: 2\n"), ["a: 1\n", "--- \nb: 2\n"]);
        assert_eq!(texts(""), [""; 0]);
        assert_eq!(texts("a: 1\n...\n# c\nb: 2\n"), ["a: 1\n...\n", "# c\nb: 2\n"]);
    }

    #[test]
    fn directives_stay_with_their_document() {
        assert_eq!(texts("%YAML 1.2\n---\na: 1\n"), ["%YAML 1.2\n---\na: 1\n"]);
    }

    #[test]
    fn a_dash_line_that_goes_on_is_no_mark() {
        assert_eq!(texts("a: |\n ---\n---b\n"), ["a: |\n ---\n---b\n"]);
    }

    #[test]
    fn a_document_starts_at_its_first_content() {
        let text = "# head\n---\n\n# note\nkind: A\n---\r\nkind: B\r\n";
        let starts: Vec<_> = documents(text).map(|document| document.position().line).collect();
        assert_eq!(starts, [5, 7]);
    }

    #[test]
    fn places_count_from_the_start_of_the_file() {
        let text = "a: 1\n---\nspec:\n  list:\n    - x\n    - {ü: y, k: 1}\n";
        let second = documents(text).nth(1).unwrap();
        assert_eq!(second.locate("/spec/list/1/k", Part::Value), Position { line: 6, column: 17 });
        assert_eq!(second.locate("/spec/list/1/k", Part::Key), Position { line: 6, column: 14 });
        assert_eq!(second.locate("/spec/owner", Part::Value), Position { line: 3, column: 1 });
        assert_eq!(second.locate("", Part::Value), Position { line: 3, column: 1 });
    }
}
