//! The meanings of words in code, by the syntaxes of syntect and two-face. Without the feature `highlight`
//! no language is known.

#[cfg(feature = "highlight")]
pub(super) use with_syntect::Highlighter;
#[cfg(not(feature = "highlight"))]
pub(super) use without::Highlighter;

#[cfg(feature = "highlight")]
mod with_syntect {
    use std::sync::LazyLock;

    use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxSet};

    use crate::docs::Syntax;

    /// All syntaxes: loaded when the first code is looked at, in about 10 ms.
    static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

    /// Scopes and what they mean here; the first that fits counts.
    static MEANINGS: LazyLock<Vec<(Scope, Syntax)>> = LazyLock::new(|| {
        let named = [
            ("comment", Syntax::Comment),
            ("string", Syntax::String),
            ("constant", Syntax::Constant),
            ("entity.name.function", Syntax::Function),
            ("support.function", Syntax::Function),
            ("variable.function", Syntax::Function),
            ("entity.name", Syntax::Type),
            ("support.type", Syntax::Type),
            ("support.class", Syntax::Type),
            ("entity.other.attribute-name", Syntax::Variable),
            ("variable.other.member", Syntax::Variable),
            ("storage", Syntax::Keyword),
            ("keyword.operator", Syntax::Keyword),
            ("keyword", Syntax::Keyword),
            ("variable.language", Syntax::Keyword),
            ("variable.parameter", Syntax::Variable),
        ];
        named.into_iter().filter_map(|(name, syntax)| Some((Scope::new(name).ok()?, syntax))).collect()
    });

    /// Reads the lines of one code block, in order.
    #[derive(Debug)]
    pub(in crate::docs::page) struct Highlighter {
        state: ParseState,
        scopes: ScopeStack,
    }

    impl Highlighter {
        /// For a language by its name or the ending of its files; `None` for one that is not known.
        pub(in crate::docs::page) fn new(language: &str) -> Option<Self> {
            let token = match language {
                "shell" | "console" | "shell-session" | "zsh" | "shellscript" => "sh",
                "csharp" => "cs",
                "jsonc" | "json5" => "json",
                "golang" => "go",
                "hcl" => "tf",
                other => other,
            };
            let syntax = SYNTAXES.find_syntax_by_token(token)?;
            Some(Self { state: ParseState::new(syntax), scopes: ScopeStack::new() })
        }

        /// The next line, cut into parts with their meanings; empty if it could not be read.
        pub(in crate::docs::page) fn line<'a>(&mut self, line: &'a str) -> Vec<(&'a str, Option<Syntax>)> {
            let Ok(changes) = self.state.parse_line(&format!("{line}\n"), &SYNTAXES) else {
                return Vec::new();
            };
            let mut parts: Vec<(&str, Option<Syntax>)> = Vec::new();
            let mut at = 0;
            for (end, change) in changes {
                let end = end.min(line.len());
                if end > at {
                    parts.push((&line[at..end], self.meaning()));
                    at = end;
                }
                if self.scopes.apply(&change).is_err() {
                    return Vec::new();
                }
            }
            if at < line.len() {
                parts.push((&line[at..], self.meaning()));
            }
            parts
        }

        fn meaning(&self) -> Option<Syntax> {
            self.scopes.scopes.iter().rev().find_map(|scope| {
                MEANINGS.iter().find(|(known, _)| known.is_prefix_of(*scope)).map(|&(_, syntax)| syntax)
            })
        }
    }
}

#[cfg(not(feature = "highlight"))]
mod without {
    use crate::docs::Syntax;

    /// Knows no language.
    #[derive(Debug)]
    pub(in crate::docs::page) enum Highlighter {}

    impl Highlighter {
        pub(in crate::docs::page) fn new(_language: &str) -> Option<Self> {
            None
        }

        pub(in crate::docs::page) fn line<'a>(&mut self, _line: &'a str) -> Vec<(&'a str, Option<Syntax>)> {
            match *self {}
        }
    }
}
