//! Expressions as tokens.

use std::rc::Rc;

use super::error::{Fault, Located};
use super::span::Span;
use super::value::number::is_blank;
use super::value::regex::Pattern;

/// A token with its place.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
}

/// What a token is.
#[derive(Debug, Clone)]
pub(crate) enum TokenKind {
    Name(Rc<str>),
    Text(Rc<str>),
    Number(f64),
    Regex(Rc<Pattern>),
    /// An operator or a bracket.
    Sign(&'static str),
    End,
}

impl TokenKind {
    /// What an error calls this token.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Name(name) => format!("`{name}`"),
            Self::Text(_) => "a text".to_owned(),
            Self::Number(_) => "a number".to_owned(),
            Self::Regex(_) => "a regular expression".to_owned(),
            Self::Sign(sign) => format!("`{sign}`"),
            Self::End => "the end".to_owned(),
        }
    }
}

/// Signs, longer ones before their beginnings.
const SIGNS: [&str; 27] = [
    "===", "!==", "==", "!=", "<=", ">=", "//", "**", "(", ")", "[", "]", "{", "}", "*", "-", "+", "/", "%",
    ",", ":", "|", "=", "<", ">", "~", ".",
];

/// Signs of other languages, and what to write instead.
const FOREIGN_SIGNS: [(&str, &str); 5] = [
    ("&&", "write `and` instead of `&&`"),
    ("!", "write `not` instead of `!`"),
    ("?", "write `a if condition else b` instead of `condition ? a : b`"),
    ("`", "write \"…\" or '…' instead of back quotes"),
    (";", "an expression ends without `;`"),
];

/// The tokens of an expression, and where its tag ends.
pub(crate) struct Tokens {
    /// The tokens, the last one an [`TokenKind::End`].
    pub(crate) list: Vec<Token>,
    /// Behind the closing sign.
    pub(crate) end: usize,
    /// Whether the closing sign asks to trim what follows.
    pub(crate) trims: bool,
}

/// Reads tokens from an offset up to a closing sign (`}}` or `%}`); none when the source ends before.
pub(crate) fn tokens(source: &str, start: usize, closing: &str) -> Result<Option<Tokens>, Located> {
    let mut lexer = Lexer { source, at: start, tokens: Vec::new() };
    loop {
        lexer.skip_blanks();
        let rest = lexer.rest();
        let trims = rest.strip_prefix('-').is_some_and(|rest| rest.starts_with(closing));
        if trims || rest.starts_with(closing) {
            let here = Span::new(lexer.at, lexer.at);
            let end = lexer.at + closing.len() + usize::from(trims);
            lexer.push(TokenKind::End, here);
            return Ok(Some(Tokens { list: lexer.tokens, end, trims }));
        }
        if rest.is_empty() {
            return Ok(None);
        }
        if !lexer.token()? {
            return Ok(None);
        }
    }
}

struct Lexer<'a> {
    source: &'a str,
    at: usize,
    tokens: Vec<Token>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(is_blank).len();
    }

    fn push(&mut self, kind: TokenKind, span: Span) {
        self.tokens.push(Token { kind, span });
    }

    fn take(&mut self, length: usize, kind: TokenKind) {
        let span = Span::new(self.at, self.at + length);
        self.push(kind, span);
        self.at += length;
    }

    /// Reads one token; false when the source ends inside of it.
    fn token(&mut self) -> Result<bool, Located> {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Ok(false) };
        if first == '"' || first == '\'' {
            return Ok(self.text(first));
        }
        if rest.starts_with("r/") {
            return self.regex();
        }
        if first.is_ascii_alphabetic() || first == '_' {
            let length = name_length(rest);
            self.take(length, TokenKind::Name(rest[..length].into()));
            return Ok(true);
        }
        if first.is_ascii_digit() {
            return self.number().map(|()| true);
        }
        let foreign = FOREIGN_SIGNS.iter().find(|(sign, _)| rest.starts_with(sign));
        if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            self.take(sign.len(), TokenKind::Sign(sign));
            return Ok(true);
        }
        let span = Span::new(self.at, self.at + first.len_utf8());
        let message = foreign.map_or_else(
            || format!("the character `{first}` means nothing in an expression"),
            |(_, advice)| (*advice).to_owned(),
        );
        Err(Fault::Syntax(message).at(span))
    }

    /// Reads a quoted text; false when its end is missing.
    fn text(&mut self, quote: char) -> bool {
        let mut value = String::new();
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((offset, character)) = characters.next() {
            match character {
                '\\' => match characters.next() {
                    Some((_, 'n')) => value.push('\n'),
                    Some((_, 't')) => value.push('\t'),
                    Some((_, 'r')) => value.push('\r'),
                    Some((_, escaped)) => value.push(escaped),
                    None => return false,
                },
                character if character == quote => {
                    self.take(offset + 1, TokenKind::Text(value.into()));
                    return true;
                }
                character => value.push(character),
            }
        }
        false
    }

    /// Reads `r/pattern/flags`; false when the second slash is missing.
    fn regex(&mut self) -> Result<bool, Located> {
        let body = &self.rest()[2..];
        let mut escaped = false;
        let end = body.find(|character| {
            let is_end = character == '/' && !escaped;
            escaped = character == '\\' && !escaped;
            is_end
        });
        let Some(end) = end else { return Ok(false) };
        let flags = &body[end + 1..];
        let flags = &flags[..flags.find(|flag: char| !flag.is_ascii_alphabetic()).unwrap_or(flags.len())];
        let length = 2 + end + 1 + flags.len();
        let span = Span::new(self.at, self.at + length);
        let pattern = Pattern::new(&body[..end], flags).map_err(|fault| fault.at(span))?;
        self.take(length, TokenKind::Regex(Rc::new(pattern)));
        Ok(true)
    }

    /// Reads a number; behind a dot, a name that starts with digits.
    fn number(&mut self) -> Result<(), Located> {
        let rest = self.rest();
        let word = name_length(rest);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let behind_dot = matches!(self.tokens.last(), Some(Token { kind: TokenKind::Sign("."), .. }));
        if word > digits {
            if behind_dot {
                self.take(word, TokenKind::Name(rest[..word].into()));
                return Ok(());
            }
            let message = format!("`{}` is not a number; write digits only", &rest[..word]);
            return Err(Fault::Syntax(message).at(Span::new(self.at, self.at + word)));
        }
        let mut length = digits;
        if rest[length..].starts_with('.') {
            let fraction = rest[length + 1..].bytes().take_while(u8::is_ascii_digit).count();
            length += 1 + fraction;
            let behind = name_length(&rest[length..]);
            if behind > 0 {
                let message = format!("`{}` is not a number; write digits only", &rest[..length + behind]);
                return Err(Fault::Syntax(message).at(Span::new(self.at, self.at + length + behind)));
            }
        }
        let value = rest[..length].trim_end_matches('.').parse().unwrap_or(f64::INFINITY);
        self.take(length, TokenKind::Number(value));
        Ok(())
    }
}

/// The length of the word at the start of a text.
fn name_length(text: &str) -> usize {
    text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
}
