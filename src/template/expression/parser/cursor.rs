//! A place in the tokens of one tag.

use std::rc::Rc;

use crate::template::expression::error::{Fault, Located};
use crate::template::expression::lexer::{Token, TokenKind};
use crate::template::expression::span::Span;

/// Walks over tokens; the last one is the end, which is never passed.
pub(crate) struct Cursor<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(tokens: &'a [Token]) -> Self {
        Self { tokens, at: 0 }
    }

    pub(crate) fn peek(&self) -> &'a TokenKind {
        self.tokens.get(self.at).map_or(&TokenKind::End, |token| &token.kind)
    }

    pub(crate) fn peek_second(&self) -> &'a TokenKind {
        self.tokens.get(self.at + 1).map_or(&TokenKind::End, |token| &token.kind)
    }

    /// The place of the next token.
    pub(crate) fn span(&self) -> Span {
        self.tokens.get(self.at).or(self.tokens.last()).map_or_else(Span::default, |token| token.span)
    }

    /// The place of the token before.
    pub(crate) fn last_span(&self) -> Span {
        self.at
            .checked_sub(1)
            .and_then(|at| self.tokens.get(at))
            .map_or_else(Span::default, |token| token.span)
    }

    pub(crate) fn advance(&mut self) {
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
    }

    pub(crate) fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), TokenKind::Sign(next) if *next == sign)
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), TokenKind::Name(next) if **next == *word)
    }

    pub(crate) fn is_end(&self) -> bool {
        matches!(self.peek(), TokenKind::End)
    }

    /// Passes a sign when it is next.
    pub(crate) fn accept(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        if found {
            self.advance();
        }
        found
    }

    /// Passes a word when it is next.
    pub(crate) fn accept_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.advance();
        }
        found
    }

    /// Passes a sign or fails.
    pub(crate) fn expect(&mut self, sign: &str) -> Result<(), Located> {
        if self.accept(sign) { Ok(()) } else { Err(self.unexpected(&format!("`{sign}`"))) }
    }

    /// Passes a name and returns it, or fails.
    pub(crate) fn expect_name(&mut self, what: &str) -> Result<Rc<str>, Located> {
        let TokenKind::Name(name) = self.peek() else { return Err(self.unexpected(what)) };
        self.advance();
        Ok(Rc::clone(name))
    }

    /// Fails unless all tokens are passed.
    pub(crate) fn expect_end(&self) -> Result<(), Located> {
        if self.is_end() { Ok(()) } else { Err(self.unexpected("the end")) }
    }

    /// The error that something else was expected here.
    pub(crate) fn unexpected(&self, expected: &str) -> Located {
        let found = self.peek().describe();
        Fault::Syntax(format!("{expected} is expected here, not {found}")).at(self.span())
    }
}
