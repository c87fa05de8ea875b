//! What the sequences of a terminal mean: keys, the mouse, answers. Tables and nothing else. Pure.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::decoder::{Answer, Decoded};
use crate::tui::term::program::{Background, Mouse, MouseAction};

/// The kind of event of the kitty protocol that says that a key was let go.
const KEY_RELEASE: u32 = 3;

/// A control code as the key that sends it.
pub(super) fn control(byte: u8) -> KeyEvent {
    match byte {
        b'\r' => plain(KeyCode::Enter),
        b'\t' => plain(KeyCode::Tab),
        0x1b => plain(KeyCode::Esc),
        0x7f => plain(KeyCode::Backspace),
        0 => KeyEvent::new(KeyCode::Char(' '), KeyModifiers::CONTROL),
        1..=0x1a => KeyEvent::new(KeyCode::Char((byte - 1 + b'a') as char), KeyModifiers::CONTROL),
        _ => KeyEvent::new(KeyCode::Char((byte - 0x1c + b'\\') as char), KeyModifiers::CONTROL),
    }
}

/// A character as the key that types it.
pub(super) fn character(c: char) -> KeyEvent {
    let modifiers = if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
    KeyEvent::new(KeyCode::Char(c), modifiers)
}

/// The same key with Alt.
pub(super) fn with_alt(byte: u8) -> KeyEvent {
    let mut key = if byte.is_ascii_control() { control(byte) } else { character(byte as char) };
    key.modifiers |= KeyModifiers::ALT;
    key
}

/// A key in application mode.
pub(super) fn ss3(last: u8) -> Option<KeyEvent> {
    match last {
        b'P'..=b'S' => Some(plain(KeyCode::F(last - b'P' + 1))),
        b'M' => Some(plain(KeyCode::Enter)),
        _ => cursor_key(last).map(plain),
    }
}

/// A function key of the Linux console.
pub(super) fn console(letter: u8) -> Option<KeyEvent> {
    matches!(letter, b'A'..=b'E').then(|| plain(KeyCode::F(letter - b'A' + 1)))
}

/// A control sequence as what it says, if it says anything to us.
pub(super) fn csi(parameters: &[u8], intermediates: &[u8], last: u8) -> Option<Decoded> {
    let text = std::str::from_utf8(parameters).ok()?;
    match (text.as_bytes().first(), intermediates, last) {
        (Some(b'?'), b"", b'c') => Some(Decoded::Answer(Answer::Everything)),
        (Some(b'?'), b"", b'u') => Some(Decoded::Answer(Answer::KeyboardFlags)),
        (Some(b'?'), b"$", b'y') => match text {
            "?2026;1" | "?2026;2" => Some(Decoded::Answer(Answer::SynchronizedUpdates)),
            _ => None,
        },
        (Some(b'<'), b"", b'M') => mouse(&text[1..]).map(Decoded::Mouse),
        (Some(b'<' | b'?' | b'>' | b'='), _, _) => None,
        (_, b"", _) => key(text, last).map(Decoded::Key),
        _ => None,
    }
}

/// The answer in an `OSC` string.
pub(super) fn osc(text: &[u8]) -> Option<Answer> {
    let colour = std::str::from_utf8(text).ok()?.strip_prefix("11;")?;
    background(colour).map(Answer::Background)
}

fn plain(code: KeyCode) -> KeyEvent {
    KeyEvent::new(code, KeyModifiers::NONE)
}

fn key(parameters: &str, last: u8) -> Option<KeyEvent> {
    let mut fields = parameters.split(';').map(|field| field.split(':'));
    let code: u32 = number(fields.next().and_then(|mut field| field.next()), 1)?;
    let (modifiers, event) = match fields.next() {
        None => (KeyModifiers::NONE, 1),
        Some(mut field) => (modifiers(number(field.next(), 1)?), number(field.next(), 1)?),
    };
    if event == KEY_RELEASE {
        return None;
    }
    let code = match last {
        b'Z' => return Some(KeyEvent::new(KeyCode::BackTab, modifiers | KeyModifiers::SHIFT)),
        b'~' => numbered_key(code)?,
        b'u' => unicode_key(code)?,
        b'P'..=b'S' => KeyCode::F(last - b'P' + 1),
        _ => cursor_key(last)?,
    };
    Some(KeyEvent::new(code, modifiers))
}

/// A field of a sequence: its default when left out, nothing when it is no number.
fn number(field: Option<&str>, default: u32) -> Option<u32> {
    match field {
        None | Some("") => Some(default),
        Some(digits) => digits.parse().ok(),
    }
}

fn modifiers(field: u32) -> KeyModifiers {
    let bits = field.saturating_sub(1);
    [(1, KeyModifiers::SHIFT), (2, KeyModifiers::ALT), (4, KeyModifiers::CONTROL), (8, KeyModifiers::SUPER)]
        .into_iter()
        .filter(|(bit, _)| bits & bit != 0)
        .fold(KeyModifiers::NONE, |all, (_, modifier)| all | modifier)
}

fn cursor_key(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        _ => return None,
    })
}

fn numbered_key(number: u32) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F(number as u8 - 10),
        17..=21 => KeyCode::F(number as u8 - 11),
        23..=26 => KeyCode::F(number as u8 - 12),
        28..=29 => KeyCode::F(number as u8 - 13),
        31..=34 => KeyCode::F(number as u8 - 14),
        _ => return None,
    })
}

/// A key of the kitty keyboard protocol, by its code point. The keypad has code points of its own.
fn unicode_key(code: u32) -> Option<KeyCode> {
    const KEYPAD: &[u8] = b"0123456789./*-+";
    Some(match code {
        9 => KeyCode::Tab,
        13 | 57414 => KeyCode::Enter,
        27 => KeyCode::Esc,
        127 => KeyCode::Backspace,
        57399..=57413 => KeyCode::Char(KEYPAD[(code - 57399) as usize] as char),
        57415 => KeyCode::Char('='),
        57417 => KeyCode::Left,
        57418 => KeyCode::Right,
        57419 => KeyCode::Up,
        57420 => KeyCode::Down,
        57421 => KeyCode::PageUp,
        57422 => KeyCode::PageDown,
        57423 => KeyCode::Home,
        57424 => KeyCode::End,
        57425 => KeyCode::Insert,
        57426 => KeyCode::Delete,
        // Volume, media and lone modifier keys.
        0xe000..=0xf8ff => return None,
        _ => KeyCode::Char(char::from_u32(code).filter(|c| !c.is_control())?),
    })
}

fn mouse(fields: &str) -> Option<Mouse> {
    let mut fields = fields.split(';').map(str::parse::<u16>);
    let (Some(Ok(button)), Some(Ok(column)), Some(Ok(row))) = (fields.next(), fields.next(), fields.next())
    else {
        return None;
    };
    let action = match button {
        0 => MouseAction::Click,
        64 => MouseAction::WheelUp,
        65 => MouseAction::WheelDown,
        _ => return None,
    };
    Some(Mouse { action, column: column.saturating_sub(1), row: row.saturating_sub(1) })
}

/// Dark or light, from `rgb:RR/GG/BB` with one to four digits each, or `#RRGGBB`.
fn background(colour: &str) -> Option<Background> {
    let channels: Vec<f32> = if let Some(digits) = colour.strip_prefix('#') {
        let width = digits.len() / 3;
        let is_whole = width > 0 && digits.is_ascii() && digits.len().is_multiple_of(3);
        is_whole.then(|| (0..3).map_while(|i| share(&digits[i * width..(i + 1) * width])).collect())?
    } else {
        let (_, channels) = colour.split_once(':')?;
        channels.split('/').take(3).map_while(share).collect()
    };
    let [red, green, blue] = channels[..] else { return None };
    // Rec. 601: how bright an eye takes the colours to be.
    let brightness = 0.299 * red + 0.587 * green + 0.114 * blue;
    Some(if brightness < 0.5 { Background::Dark } else { Background::Light })
}

/// Hexadecimal digits as a share of the most that so many digits can say.
fn share(digits: &str) -> Option<f32> {
    const MOST_DIGITS: usize = 4;
    if digits.is_empty() || digits.len() > MOST_DIGITS {
        return None;
    }
    let value = u16::from_str_radix(digits, 16).ok()?;
    let most = u16::MAX >> (16 - 4 * digits.len());
    Some(f32::from(value) / f32::from(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(parameters: &str, last: u8) -> Option<(KeyCode, KeyModifiers)> {
        match csi(parameters.as_bytes(), b"", last)? {
            Decoded::Key(key) => Some((key.code, key.modifiers)),
            other => panic!("{other:?} is no key"),
        }
    }

    #[test]
    fn control_codes_are_the_keys_that_send_them() {
        assert_eq!(control(b'\r'), KeyCode::Enter.into());
        assert_eq!(control(0x7f), KeyCode::Backspace.into());
        for (byte, c) in [(0u8, ' '), (3, 'c'), (10, 'j'), (26, 'z'), (0x1c, '\\'), (0x1f, '_')] {
            assert_eq!(control(byte), KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL));
        }
    }

    #[test]
    fn cursor_and_function_keys_carry_their_modifiers() {
        assert_eq!(pressed("", b'A'), Some((KeyCode::Up, KeyModifiers::NONE)));
        assert_eq!(pressed("1;5", b'C'), Some((KeyCode::Right, KeyModifiers::CONTROL)));
        assert_eq!(pressed("6", b'~'), Some((KeyCode::PageDown, KeyModifiers::NONE)));
        assert_eq!(pressed("24;2", b'~'), Some((KeyCode::F(12), KeyModifiers::SHIFT)));
        assert_eq!(pressed("", b'Z'), Some((KeyCode::BackTab, KeyModifiers::SHIFT)));
    }

    #[test]
    fn the_kitty_protocol_is_read_and_releases_are_dropped() {
        assert_eq!(pressed("27", b'u'), Some((KeyCode::Esc, KeyModifiers::NONE)));
        assert_eq!(pressed("97;5", b'u'), Some((KeyCode::Char('a'), KeyModifiers::CONTROL)));
        assert_eq!(pressed("97;5:3", b'u'), None);
        assert_eq!(pressed("57402", b'u'), Some((KeyCode::Char('3'), KeyModifiers::NONE)));
    }

    #[test]
    fn only_the_wheel_and_the_left_button_are_heard() {
        let heard = |fields| match csi(fields, b"", b'M') {
            Some(Decoded::Mouse(mouse)) => Some(mouse),
            _ => None,
        };
        assert_eq!(heard(b"<0;3;2"), Some(Mouse { action: MouseAction::Click, column: 2, row: 1 }));
        assert_eq!(heard(b"<65;1;1"), Some(Mouse { action: MouseAction::WheelDown, column: 0, row: 0 }));
        assert_eq!(heard(b"<32;1;1"), None);
        assert_eq!(csi(b"<0;3;2", b"", b'm'), None);
    }

    #[test]
    fn a_background_is_dark_or_light_however_it_is_written() {
        for dark in ["rgb:0000/0000/0000", "rgb:1e/1e/2e", "rgba:0000/0000/ffff/ffff", "#002b36"] {
            assert_eq!(background(dark), Some(Background::Dark), "{dark}");
        }
        for light in ["rgb:ffff/ffff/ffff", "rgb:f/f/f", "#fdf6e3"] {
            assert_eq!(background(light), Some(Background::Light), "{light}");
        }
        for nonsense in ["", "#", "rgb:", "rgb:zz/00/00", "rgb:00000/0/0", "#ääääää", "rgb:0/0"] {
            assert_eq!(background(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn answers_are_no_keys() {
        assert_eq!(csi(b"?62;22", b"", b'c'), Some(Decoded::Answer(Answer::Everything)));
        assert_eq!(csi(b"?0", b"", b'u'), Some(Decoded::Answer(Answer::KeyboardFlags)));
        assert_eq!(csi(b"?2026;2", b"$", b'y'), Some(Decoded::Answer(Answer::SynchronizedUpdates)));
        assert_eq!(csi(b"?2026;0", b"$", b'y'), None);
        assert_eq!(csi(b"12;40", b"", b'R').map(|_| ()), Some(()), "F3 with modifiers looks like this");
    }
}
