//! The template as pieces: text, outputs and tags, with white space already trimmed.

use super::error::{Fault, Located};
use super::lexer::{self, Token};
use super::span::Span;
use super::value::number::is_blank;

/// Which delimiters enclose an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Delimiters {
    /// `${{ … }}`; `{{ … }}` is plain text.
    #[default]
    Backstage,
    /// `{{ … }}`, for skeletons made for cookiecutter; adds `jsonify`, `True`, `False`, `None` and the
    /// methods of Python's lists and maps.
    Cookiecutter,
}

impl Delimiters {
    /// What opens an output.
    pub fn opening(self) -> &'static str {
        match self {
            Self::Backstage => "${{",
            Self::Cookiecutter => "{{",
        }
    }
}

/// How the white space around tags is treated, beside `-`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Whitespace {
    /// Removes one line break behind a tag.
    pub trim_blocks: bool,
    /// Removes the blanks before a tag that is the first on its line.
    pub lstrip_blocks: bool,
}

/// A piece of the source.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) kind: PieceKind,
    pub(crate) span: Span,
}

/// What a piece is.
#[derive(Debug)]
pub(crate) enum PieceKind {
    Text,
    /// The tokens between the delimiters of an output.
    Output(Vec<Token>),
    /// The tokens between `{%` and `%}`.
    Tag(Vec<Token>),
}

/// Cuts the source into pieces.
pub(crate) fn cut(
    source: &str,
    delimiters: Delimiters,
    whitespace: Whitespace,
) -> Result<Vec<Piece>, Located> {
    let mut scanner = Scanner { source, delimiters, whitespace, at: 0, pieces: Vec::new(), trims: false };
    while let Some((start, opening)) = scanner.next_opening() {
        scanner.piece(start, opening)?;
    }
    scanner.text_until(source.len(), TextEnd::Plain);
    Ok(scanner.pieces)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Opening {
    Output,
    Tag,
    Comment,
    CommentEnd,
}

/// What ends a run of text, which decides how its last blanks are treated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TextEnd {
    Plain,
    Tag,
    Trimmed,
}

struct Scanner<'a> {
    source: &'a str,
    delimiters: Delimiters,
    whitespace: Whitespace,
    at: usize,
    pieces: Vec<Piece>,
    /// Whether the last closing sign asks to trim what follows.
    trims: bool,
}

impl<'a> Scanner<'a> {
    /// The next delimiter at or behind the current offset.
    fn next_opening(&self) -> Option<(usize, Opening)> {
        let mut at = self.at;
        while let Some(found) = self.source[at..].find(['$', '{', '#']) {
            at += found;
            let rest = &self.source[at..];
            let opening = if rest.starts_with(self.delimiters.opening()) {
                Some(Opening::Output)
            } else if rest.starts_with("{%") {
                Some(Opening::Tag)
            } else if rest.starts_with("{#") {
                Some(Opening::Comment)
            } else if rest.starts_with("#}") {
                Some(Opening::CommentEnd)
            } else {
                None
            };
            if let Some(opening) = opening {
                return Some((at, opening));
            }
            at += 1;
        }
        None
    }

    fn piece(&mut self, start: usize, opening: Opening) -> Result<(), Located> {
        let length = if opening == Opening::Output { self.delimiters.opening().len() } else { 2 };
        let mut inside = start + length;
        let trimmed = self.source[inside..].starts_with('-');
        if trimmed {
            inside += 1;
        }
        let end = match opening {
            _ if trimmed => TextEnd::Trimmed,
            Opening::Tag => TextEnd::Tag,
            _ => TextEnd::Plain,
        };
        match opening {
            Opening::CommentEnd => {
                Err(Fault::Syntax("`#}` ends no comment".to_owned()).at(Span::new(start, start + length)))
            }
            Opening::Comment => {
                self.text_until(start, end);
                self.comment(start, start + length)
            }
            Opening::Tag => {
                self.text_until(start, end);
                if self.raw(start, inside)? { Ok(()) } else { self.tokens(start, inside, opening) }
            }
            Opening::Output => {
                self.text_until(start, end);
                self.tokens(start, inside, opening)
            }
        }
    }

    /// Takes the text up to an offset as a piece.
    fn text_until(&mut self, end: usize, text_end: TextEnd) {
        let whole = Span::new(self.at, end);
        let mut text = &self.source[whole.start..whole.end];
        if self.trims {
            text = text.trim_start_matches(is_blank);
        }
        let start = end - text.len();
        match text_end {
            TextEnd::Trimmed => text = text.trim_end_matches(is_blank),
            TextEnd::Tag if self.whitespace.lstrip_blocks => text = self.without_indent(start, text),
            TextEnd::Plain | TextEnd::Tag => {}
        }
        if !text.is_empty() {
            let span = Span::new(start, start + text.len());
            self.pieces.push(Piece { kind: PieceKind::Text, span });
        }
        self.trims = false;
        self.at = end;
    }

    /// The text without the blanks of its last line, when that line holds nothing else.
    fn without_indent(&self, start: usize, text: &'a str) -> &'a str {
        let line = text.rfind('\n').map_or(0, |at| at + 1);
        let begins_line = line > 0 || self.source[..start].chars().next_back().is_none_or(|c| c == '\n');
        if begins_line && text[line..].chars().all(is_blank) { &text[..line] } else { text }
    }

    fn comment(&mut self, start: usize, inside: usize) -> Result<(), Located> {
        let Some(length) = self.source[inside..].find("#}") else {
            return Err(unterminated("comment", start, self.source));
        };
        self.trims = self.source[inside..inside + length].ends_with('-');
        self.at = inside + length + "#}".len();
        Ok(())
    }

    fn tokens(&mut self, start: usize, inside: usize, opening: Opening) -> Result<(), Located> {
        let is_output = opening == Opening::Output;
        let closing = if is_output { "}}" } else { "%}" };
        let Some(tokens) = lexer::tokens(self.source, inside, closing)? else {
            return Err(unterminated(if is_output { "expression" } else { "tag" }, start, self.source));
        };
        let span = Span::new(start, tokens.end);
        let kind = if is_output { PieceKind::Output(tokens.list) } else { PieceKind::Tag(tokens.list) };
        self.pieces.push(Piece { kind, span });
        self.trims = tokens.trims;
        self.at = tokens.end;
        if !is_output && self.whitespace.trim_blocks {
            self.skip_line_break();
        }
        Ok(())
    }

    fn skip_line_break(&mut self) {
        let rest = &self.source[self.at..];
        if rest.starts_with("\r\n") {
            self.at += 2;
        } else if rest.starts_with('\n') {
            self.at += 1;
        }
    }

    /// Takes a raw or verbatim region as text; false when the tag is another one.
    fn raw(&mut self, start: usize, inside: usize) -> Result<bool, Located> {
        for (name, end_name) in [("raw", "endraw"), ("verbatim", "endverbatim")] {
            let Some(content) = tag_end(self.source, inside, name) else { continue };
            let mut depth = 1;
            let mut at = content;
            while let Some(found) = self.source[at..].find("{%") {
                at += found;
                if let Some(end) = tag_end(self.source, at + 2, end_name) {
                    depth -= 1;
                    if depth == 0 {
                        let span = Span::new(content, at);
                        self.pieces.push(Piece { kind: PieceKind::Text, span });
                        // The line break behind a raw region stays, also with `trim_blocks`.
                        self.at = end;
                        return Ok(true);
                    }
                } else if tag_end(self.source, at + 2, name).is_some() {
                    depth += 1;
                }
                at += 2;
            }
            let message = format!("`{{% {name} %}}` has no `{{% {end_name} %}}`");
            return Err(Fault::Syntax(message).at(Span::new(start, content)));
        }
        Ok(false)
    }
}

/// The offset behind `name %}`, when the tag whose inside starts here is just this name.
fn tag_end(source: &str, inside: usize, name: &str) -> Option<usize> {
    let rest = source[inside..].trim_start_matches(is_blank).strip_prefix(name)?;
    let rest = rest.trim_start_matches(is_blank).strip_prefix("%}")?;
    Some(source.len() - rest.len())
}

fn unterminated(what: &str, start: usize, source: &str) -> Located {
    let line_end = source[start..].find('\n').map_or(source.len(), |at| start + at);
    Fault::Syntax(format!("this {what} is not closed")).at(Span::new(start, line_end))
}
