//! A chord: one key with its modifiers, as the configuration and the help write it (`ctrl-t`, `g g`).

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// One key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chord {
    code: KeyCode,
    modifiers: KeyModifiers,
}

/// Why a text is no chord.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no key; write keys like \"ctrl-t\", \"alt-left\", \"shift-g\", \"g g\", \"pagedown\"")]
pub struct ChordError(pub String);

const NAMED: &[(&str, KeyCode)] = &[
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
    ("space", KeyCode::Char(' ')),
];

impl Chord {
    /// Whether Alt is held.
    pub fn has_alt(self) -> bool {
        self.modifiers.contains(KeyModifiers::ALT)
    }

    fn parse(text: &str) -> Result<Self, ChordError> {
        let error = || ChordError(text.to_owned());
        let mut modifiers = KeyModifiers::NONE;
        let mut key = text;
        while let Some((modifier, rest)) = key.split_once('-').filter(|(_, rest)| !rest.is_empty()) {
            modifiers |= match modifier {
                "ctrl" => KeyModifiers::CONTROL,
                "alt" => KeyModifiers::ALT,
                "shift" => KeyModifiers::SHIFT,
                _ => return Err(error()),
            };
            key = rest;
        }
        let mut characters = key.chars();
        let code = match (characters.next(), characters.next()) {
            (Some(c), None) => KeyCode::Char(c),
            _ => match NAMED.iter().find(|(name, _)| *name == key) {
                Some((_, code)) => *code,
                None => KeyCode::F(key.strip_prefix('f').and_then(|n| n.parse().ok()).ok_or_else(error)?),
            },
        };
        Ok(Self::normal(code, modifiers))
    }

    /// Terminals tell shifted letters in two ways: as the capital alone, and with the modifier. Here a
    /// shifted letter is always the small letter with the modifier; other characters carry no shift.
    fn normal(code: KeyCode, modifiers: KeyModifiers) -> Self {
        let (code, modifiers) = match code {
            KeyCode::BackTab => (KeyCode::Tab, modifiers | KeyModifiers::SHIFT),
            KeyCode::Char(c) if c.is_uppercase() && c.to_lowercase().count() == 1 => {
                let small = c.to_lowercase().next().unwrap_or(c);
                (KeyCode::Char(small), modifiers | KeyModifiers::SHIFT)
            }
            KeyCode::Char(c) if !c.is_lowercase() => (code, modifiers - KeyModifiers::SHIFT),
            _ => (code, modifiers),
        };
        Self { code, modifiers }
    }
}

impl From<KeyEvent> for Chord {
    fn from(event: KeyEvent) -> Self {
        let known = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT;
        Self::normal(event.code, event.modifiers & known)
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.modifiers.contains(KeyModifiers::CONTROL) {
            f.write_str("ctrl-")?;
        }
        if self.modifiers.contains(KeyModifiers::ALT) {
            f.write_str("alt-")?;
        }
        let shift = self.modifiers.contains(KeyModifiers::SHIFT);
        match self.code {
            KeyCode::Char(c) if shift && self.modifiers == KeyModifiers::SHIFT => {
                write!(f, "{}", c.to_uppercase())
            }
            code => {
                if shift {
                    f.write_str("shift-")?;
                }
                match (NAMED.iter().find(|(_, named)| *named == code), code) {
                    (Some((name, _)), _) => f.write_str(name),
                    (None, KeyCode::Char(c)) => write!(f, "{c}"),
                    (None, KeyCode::F(n)) => write!(f, "f{n}"),
                    (None, other) => write!(f, "{other}"),
                }
            }
        }
    }
}

/// Parses a sequence: chords with blanks between them.
pub(super) fn sequence(text: &str) -> Result<Vec<Chord>, ChordError> {
    let chords: Vec<_> = text.split_whitespace().map(Chord::parse).collect::<Result<_, _>>()?;
    if chords.is_empty() { Err(ChordError(text.to_owned())) } else { Ok(chords) }
}

/// A sequence as the help writes it: plain letters run together, the rest with blanks.
pub(super) fn show(sequence: &[Chord]) -> String {
    sequence.iter().map(Chord::to_string).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chords_read_back_as_they_are_shown() {
        for text in ["ctrl-t", "alt-left", "g g", "enter", "shift-tab", "f5", "?", "space", "-", "ctrl--"] {
            assert_eq!(show(&sequence(text).unwrap()), text);
        }
        assert_eq!(show(&sequence("shift-g").unwrap()), "G");
    }

    #[test]
    fn both_ways_to_tell_a_capital_are_one_chord() {
        let plain = Chord::from(KeyEvent::new(KeyCode::Char('G'), KeyModifiers::NONE));
        let shifted = Chord::from(KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT));
        assert_eq!(plain, shifted);
        assert_eq!(vec![plain], sequence("G").unwrap());
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in ["", "ctrl-", "hyper-x", "enterr", "ctrl-foo"] {
            assert!(sequence(text).is_err(), "{text:?}");
        }
    }
}
