//! Cuts the bytes that a terminal sends into sequences, without knowing what they mean. Pure.

/// Bytes that a sequence may have. The longest answer to our questions has 40; a sequence that is longer is
/// dropped, so that a terminal that never ends one cannot swallow the keyboard.
pub(super) const MAX_SEQUENCE_BYTES: usize = 1024;

const ESC: u8 = 0x1b;
const BEL: u8 = 0x07;

/// One thing that a terminal sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sequence<'a> {
    /// A character that was typed.
    Char(char),
    /// A control code other than the start of a sequence.
    Control(u8),
    /// A character or control code with the Alt key, or `Esc` just before it.
    Alt(u8),
    /// `CSI`: parameters, intermediate bytes, final byte.
    Csi { parameters: &'a [u8], intermediates: &'a [u8], last: u8 },
    /// A function key of the Linux console, `CSI [` and a letter.
    Console(u8),
    /// `SS3` and a letter: keys in application mode.
    Ss3(u8),
    /// `OSC`: an answer.
    Osc(&'a [u8]),
    /// Nothing that a key or an answer to our questions looks like.
    Junk,
}

/// The first sequence and its length in bytes; `None` while more bytes are needed to tell.
pub(super) fn first(bytes: &[u8]) -> Option<(Sequence<'_>, usize)> {
    match bytes {
        [] | [ESC] => None,
        [ESC, ESC, ..] => Some((Sequence::Control(ESC), 1)),
        [ESC, b'[', rest @ ..] => csi(rest).map(|(sequence, len)| (sequence, len + 2)),
        [ESC, b'O', rest @ ..] => rest.first().map(|&last| (Sequence::Ss3(last), 3)),
        [ESC, b']', rest @ ..] => string(rest, Sequence::Osc),
        [ESC, b'P' | b'X' | b'^' | b'_', rest @ ..] => string(rest, |_| Sequence::Junk),
        [ESC, byte, ..] if byte.is_ascii() => Some((Sequence::Alt(*byte), 2)),
        // A letter beyond ASCII with Alt: the letter alone is the best that can be said.
        [ESC, ..] => Some((Sequence::Junk, 1)),
        [byte, ..] if byte.is_ascii_control() => Some((Sequence::Control(*byte), 1)),
        _ => character(bytes),
    }
}

fn csi(rest: &[u8]) -> Option<(Sequence<'_>, usize)> {
    match rest {
        // The old mouse protocol, which is never asked for: three bytes follow.
        [b'M', _, _, _, ..] => return Some((Sequence::Junk, 4)),
        [b'M', ..] | [b'['] => return None,
        [b'[', letter, ..] => return Some((Sequence::Console(*letter), 2)),
        _ => {}
    }
    let parameters = rest.iter().take_while(|b| (0x30..=0x3f).contains(*b)).count();
    let intermediates = rest[parameters..].iter().take_while(|b| (0x20..=0x2f).contains(*b)).count();
    let end = parameters + intermediates;
    if end > MAX_SEQUENCE_BYTES {
        return Some((Sequence::Junk, MAX_SEQUENCE_BYTES));
    }
    let last = *rest.get(end)?;
    if !(0x40..=0x7e).contains(&last) {
        return Some((Sequence::Junk, end));
    }
    let (parameters, intermediates) = rest[..end].split_at(parameters);
    Some((Sequence::Csi { parameters, intermediates, last }, end + 1))
}

/// A string up to `BEL` or `ESC \`. Any other control code ends it as junk, for no answer holds one: so the
/// Enter key is a way out of a string that a terminal began and never ended.
fn string<'a>(rest: &'a [u8], sequence: impl Fn(&'a [u8]) -> Sequence<'a>) -> Option<(Sequence<'a>, usize)> {
    const INTRODUCER: usize = 2;
    let window = &rest[..rest.len().min(MAX_SEQUENCE_BYTES)];
    let Some(end) = window.iter().position(u8::is_ascii_control) else {
        let is_too_long = rest.len() >= MAX_SEQUENCE_BYTES;
        return is_too_long.then_some((Sequence::Junk, INTRODUCER + MAX_SEQUENCE_BYTES));
    };
    match rest[end..] {
        [BEL, ..] => Some((sequence(&rest[..end]), INTRODUCER + end + 1)),
        [ESC, b'\\', ..] => Some((sequence(&rest[..end]), INTRODUCER + end + 2)),
        [ESC] => None,
        _ => Some((Sequence::Junk, INTRODUCER + end)),
    }
}

fn character(bytes: &[u8]) -> Option<(Sequence<'_>, usize)> {
    let window = &bytes[..bytes.len().min(4)];
    let valid = match std::str::from_utf8(window) {
        Ok(text) => text,
        Err(error) if error.valid_up_to() > 0 => {
            std::str::from_utf8(&window[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(error) => {
            // Without an error length, the character has begun and goes on in bytes that are still to come.
            let bad = error.error_len()?;
            return Some((Sequence::Junk, bad));
        }
    };
    let character = valid.chars().next()?;
    Some((Sequence::Char(character), character.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_that_may_go_on_is_not_cut() {
        for start in
            ["\u{1b}", "\u{1b}[", "\u{1b}[1;", "\u{1b}O", "\u{1b}]11;rgb:0", "\u{1b}]11;x\u{1b}", "\u{1b}[["]
        {
            assert_eq!(first(start.as_bytes()), None, "{start:?}");
        }
        assert_eq!(first(&"ü".as_bytes()[..1]), None);
    }

    #[test]
    fn sequences_are_cut_where_they_end() {
        assert_eq!(
            first(b"\x1b[1;5Ax"),
            Some((Sequence::Csi { parameters: b"1;5", intermediates: b"", last: b'A' }, 6))
        );
        assert_eq!(
            first(b"\x1b[?2026;2$y"),
            Some((Sequence::Csi { parameters: b"?2026;2", intermediates: b"$", last: b'y' }, 11))
        );
        assert_eq!(first(b"\x1b]11;#fff\x07a"), Some((Sequence::Osc(b"11;#fff"), 10)));
        assert_eq!(first(b"\x1b]11;#fff\x1b\\a"), Some((Sequence::Osc(b"11;#fff"), 11)));
        assert_eq!(first(b"\x1bP1$r0m\x1b\\"), Some((Sequence::Junk, 9)));
        assert_eq!(first(b"\x1bx"), Some((Sequence::Alt(b'x'), 2)));
        assert_eq!(first("漢x".as_bytes()), Some((Sequence::Char('漢'), 3)));
    }

    #[test]
    fn escape_twice_is_a_key_and_the_start_of_something() {
        assert_eq!(first(b"\x1b\x1b[A"), Some((Sequence::Control(0x1b), 1)));
    }

    #[test]
    fn enter_ends_a_string_that_never_ends() {
        assert_eq!(first(b"\x1b]11;rgb\rq"), Some((Sequence::Junk, 8)));
    }

    #[test]
    fn a_string_without_end_is_dropped_at_the_limit() {
        let endless = [b"\x1b]11;".as_slice(), &[b'a'; 2 * MAX_SEQUENCE_BYTES]].concat();
        assert_eq!(first(&endless), Some((Sequence::Junk, 2 + MAX_SEQUENCE_BYTES)));
    }

    #[test]
    fn bytes_that_are_no_text_are_junk() {
        assert_eq!(first(b"\xff\xfea"), Some((Sequence::Junk, 1)));
    }
}
