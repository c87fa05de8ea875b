//! A piece of text with what it means. Meanings, never colours: what a meaning looks like is [`Ink`](super::Ink)'s.

use std::borrow::Cow;

use crate::text::Untrusted;

/// What a piece of text is to its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Meaning {
    /// Ordinary text.
    #[default]
    Plain,
    /// A heading, or the answer itself.
    Strong,
    /// Secondary: labels, origins, ages.
    Dim,
    /// A letter that a search matched, an address that can be opened.
    Accent,
    /// Done, added, in order.
    Good,
    /// Needs a person's attention.
    Warning,
    /// Broken or lost.
    Bad,
}

/// A piece of text with its meaning. May be foreign: the printer makes it safe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span<'a> {
    /// The text.
    pub(crate) text: Cow<'a, str>,
    /// What it is.
    pub(crate) meaning: Meaning,
}

/// A piece of text with its meaning.
pub(crate) fn span<'a>(meaning: Meaning, text: impl Into<Cow<'a, str>>) -> Span<'a> {
    Span { text: text.into(), meaning }
}

impl<'a> From<&'a str> for Span<'a> {
    fn from(text: &'a str) -> Self {
        span(Meaning::Plain, text)
    }
}

impl From<String> for Span<'_> {
    fn from(text: String) -> Self {
        span(Meaning::Plain, text)
    }
}

impl<'a> From<&'a Untrusted<'a>> for Span<'a> {
    fn from(text: &'a Untrusted<'a>) -> Self {
        span(Meaning::Plain, text.raw())
    }
}
