//! How meanings look: escape sequences of the terminal's own sixteen colours, attributes alone, or nothing.

use super::Meaning;

/// What `--color` was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum ColorChoice {
    /// Colours on a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Colours also into a pipe or a file.
    Always,
    /// No colours; bold and reverse stay on a terminal.
    Never,
}

/// How much of a meaning can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Text alone.
    None,
    /// Bold and dim, no colour.
    Attributes,
    /// The sixteen colours of the terminal.
    Colours,
}

/// Facts that decide about ink.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InkFacts {
    /// Whether the stream is a terminal.
    pub(crate) is_terminal: bool,
    /// Whether `NO_COLOR` is set to anything.
    pub(crate) no_color: bool,
    /// Whether the terminal says that it understands nothing.
    pub(crate) is_dumb: bool,
}

impl Ink {
    /// The ink of a stream.
    pub(crate) fn new(choice: ColorChoice, facts: InkFacts) -> Self {
        match choice {
            ColorChoice::Always => Self::Colours,
            _ if !facts.is_terminal || facts.is_dumb => Self::None,
            ColorChoice::Auto if !facts.no_color => Self::Colours,
            ColorChoice::Auto | ColorChoice::Never => Self::Attributes,
        }
    }

    /// The sequence that begins a meaning; empty where nothing is to be seen of it.
    pub(crate) fn begin(self, meaning: Meaning) -> &'static str {
        match (self, meaning) {
            (Self::None, _) | (_, Meaning::Plain) | (Self::Attributes, Meaning::Accent | Meaning::Good) => "",
            (Self::Colours, Meaning::Accent) => "\x1b[36m",
            (Self::Colours, Meaning::Good) => "\x1b[32m",
            (Self::Colours, Meaning::Warning) => "\x1b[33m",
            (Self::Colours, Meaning::Bad) => "\x1b[1;31m",
            (_, Meaning::Dim) => "\x1b[2m",
            (_, Meaning::Strong | Meaning::Warning | Meaning::Bad) => "\x1b[1m",
        }
    }
}

/// The sequence that ends every meaning.
pub(crate) const END: &str = "\x1b[0m";

#[cfg(test)]
mod tests {
    use super::*;

    const TERMINAL: InkFacts = InkFacts { is_terminal: true, no_color: false, is_dumb: false };

    #[test]
    fn a_pipe_gets_text_alone() {
        let pipe = InkFacts { is_terminal: false, ..TERMINAL };
        assert_eq!(Ink::new(ColorChoice::Auto, pipe), Ink::None);
        assert_eq!(Ink::new(ColorChoice::Never, pipe), Ink::None);
        assert_eq!(Ink::new(ColorChoice::Always, pipe), Ink::Colours);
    }

    #[test]
    fn no_color_keeps_attributes() {
        assert_eq!(Ink::new(ColorChoice::Auto, TERMINAL), Ink::Colours);
        assert_eq!(Ink::new(ColorChoice::Auto, InkFacts { no_color: true, ..TERMINAL }), Ink::Attributes);
        assert_eq!(Ink::new(ColorChoice::Never, TERMINAL), Ink::Attributes);
        assert_eq!(Ink::Attributes.begin(Meaning::Strong), "\x1b[1m");
        assert_eq!(Ink::Attributes.begin(Meaning::Accent), "");
    }

    #[test]
    fn a_dumb_terminal_gets_text_alone() {
        assert_eq!(Ink::new(ColorChoice::Auto, InkFacts { is_dumb: true, ..TERMINAL }), Ink::None);
    }
}
