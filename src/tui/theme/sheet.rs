//! A theme: the style of every meaning, for dark, light and unknown backgrounds.

use ratatui::style::Style;
use serde_json::{Map, Value};

use super::colour::Depth;
use super::meaning::Meaning;
use super::slot::{ALL, SLOTS, Slot};
use super::style;
use crate::catalog::yaml;
use crate::tui::term::Background;

/// The themes that come with the program, by name. `auto` uses the terminal's own colours.
pub const BUILT_IN: [(&str, &str); 5] = [
    ("auto", ANSI),
    ("ansi", ANSI),
    ("dark", include_str!("../../../config/themes/dark.yaml")),
    ("light", include_str!("../../../config/themes/light.yaml")),
    ("none", NONE),
];

const ANSI: &str = include_str!("../../../config/themes/ansi.yaml");
const NONE: &str = include_str!("../../../config/themes/none.yaml");

/// Why a theme cannot be used, as a sentence with the place in its file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThemeError {
    /// The text is no YAML.
    #[error("{0}")]
    Yaml(yaml::YamlError),
    /// The text is no map of entries.
    #[error("a theme is a map from entries to styles")]
    NoMap,
    /// There is no such entry.
    #[error("{0:?} is no entry of a theme; there are {known}", known = names())]
    UnknownEntry(String),
    /// The style of an entry is not one.
    #[error(
        "{entry}: {word:?} is no colour and no attribute (bold, dim, italic, underline, reverse, strike)"
    )]
    BadStyle {
        /// The entry.
        entry: String,
        /// The word that means nothing.
        word: String,
    },
}

/// The style of every meaning on one terminal.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    unknown: [Style; SLOTS],
    dark: [Style; SLOTS],
    light: [Style; SLOTS],
    background: Option<Background>,
}

impl Theme {
    /// The theme in a text, for a terminal with so many colours.
    pub fn parse(text: &str, depth: Depth) -> Result<Self, ThemeError> {
        // A theme of colours without its colours would tell nothing apart: there is one made for that.
        let text = if depth == Depth::None { NONE } else { text };
        let tree = yaml::parse(text).map_err(ThemeError::Yaml)?;
        let map = tree.as_object().ok_or(ThemeError::NoMap)?;
        let common = entries(map)?;
        let variant = |name| match map.get(name) {
            None => Ok(common),
            Some(Value::Object(variant)) => Ok(over(&entries(variant)?, &common)),
            Some(_) => Err(ThemeError::NoMap),
        };
        let finish = |entries: &Entries| filled(entries).map(|entry| style::fit(entry, depth));
        Ok(Self {
            unknown: finish(&common),
            dark: finish(&variant("dark")?),
            light: finish(&variant("light")?),
            background: None,
        })
    }

    /// The theme for a terminal whose background is known.
    pub fn adapt(&mut self, background: Background) {
        self.background = Some(background);
    }

    /// What a meaning looks like.
    pub fn style(&self, meaning: Meaning) -> Style {
        let styles = match self.background {
            None => &self.unknown,
            Some(Background::Dark) => &self.dark,
            Some(Background::Light) => &self.light,
        };
        styles[meaning.slot().index()]
    }
}

type Entries = [Option<Style>; SLOTS];

fn entries(map: &Map<String, Value>) -> Result<Entries, ThemeError> {
    let mut entries = [None; SLOTS];
    for (name, value) in map.iter().filter(|(name, _)| !matches!(name.as_str(), "dark" | "light")) {
        let slot = Slot::named(name).ok_or_else(|| ThemeError::UnknownEntry(name.clone()))?;
        let text = match value {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let style = style::parse(&text)
            .map_err(|word| ThemeError::BadStyle { entry: name.clone(), word: word.to_owned() })?;
        entries[slot.index()] = Some(style);
    }
    Ok(entries)
}

fn over(above: &Entries, below: &Entries) -> Entries {
    std::array::from_fn(|index| above[index].or(below[index]))
}

/// Entries that were left out look like the one they belong to, which stands before them.
fn filled(entries: &Entries) -> [Style; SLOTS] {
    let mut styles = [Style::new(); SLOTS];
    for (slot, _, like) in ALL {
        styles[slot.index()] = entries[slot.index()].unwrap_or(styles[like.index()]);
    }
    styles
}

fn names() -> String {
    ALL.map(|(_, name, _)| name).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::Role;
    use ratatui::style::{Color, Modifier};

    fn built_in(name: &str, depth: Depth) -> Theme {
        let (_, text) = BUILT_IN.into_iter().find(|(known, _)| *known == name).unwrap();
        Theme::parse(text, depth).unwrap()
    }

    #[test]
    fn every_built_in_theme_tells_the_meanings_apart_that_must_be_told_apart() {
        for (name, _) in BUILT_IN {
            for depth in [Depth::None, Depth::Sixteen, Depth::Indexed, Depth::True] {
                for background in [None, Some(Background::Dark), Some(Background::Light)] {
                    let mut theme = built_in(name, depth);
                    theme.background = background;
                    let text = theme.style(Meaning::Text);
                    for meaning in
                        [Meaning::Selected, Meaning::Match, Meaning::Title, Meaning::Warning, Meaning::Danger]
                    {
                        assert_ne!(theme.style(meaning), text, "{name} {depth:?} {background:?} {meaning:?}");
                    }
                    assert_ne!(theme.style(Meaning::Selected), theme.style(Meaning::SelectedMatch), "{name}");
                }
            }
        }
    }

    #[test]
    fn without_colours_nothing_is_coloured_and_bold_stays() {
        for (name, _) in BUILT_IN {
            let theme = built_in(name, Depth::None);
            for (slot, entry, _) in ALL {
                let style = theme.unknown[slot.index()];
                assert!(matches!(style.fg, None | Some(Color::Reset)), "{entry}");
                assert!(matches!(style.bg, None | Some(Color::Reset)), "{entry}");
            }
            assert!(theme.style(Meaning::Title).add_modifier.contains(Modifier::BOLD));
        }
    }

    #[test]
    fn the_default_uses_only_the_terminals_own_colours_for_letters() {
        let theme = built_in("auto", Depth::True);
        for styles in [theme.unknown, theme.dark, theme.light] {
            for style in styles {
                assert!(matches!(style.fg, None | Some(Color::Reset | Color::Indexed(0..=15))), "{style:?}");
            }
        }
    }

    #[test]
    fn what_a_theme_leaves_out_looks_like_what_it_belongs_to() {
        let theme = Theme::parse("accent: red\ndark: { accent: blue }\n", Depth::True).unwrap();
        assert_eq!(theme.style(Meaning::Link), Style::new().fg(Color::Indexed(1)));
        let mut dark = theme;
        dark.adapt(Background::Dark);
        assert_eq!(dark.style(Meaning::Doc(Role::Link)), Style::new().fg(Color::Indexed(4)));
    }

    #[test]
    fn a_mistake_is_named() {
        let error = |text| Theme::parse(text, Depth::True).unwrap_err().to_string();
        assert!(error("acent: red").contains("\"acent\" is no entry"));
        assert!(error("accent: rot").contains("accent: \"rot\""));
        assert!(error("- red").contains("map"));
        assert!(error("accent: [").contains("line"));
    }
}
