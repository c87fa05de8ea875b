//! Turns the bytes of a terminal into keys, pastes, mouse events and answers, however they were cut up on
//! their way. Pure.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::keys;
use super::sequence::{self, Sequence};
use crate::tui::term::program::{Background, Mouse};

/// Bytes of a paste that are kept; what goes beyond is left out. A descriptor of this size is refused anyway.
const MAX_PASTE_BYTES: usize = 1 << 20;

const PASTE_END: &[u8] = b"\x1b[201~";

/// What a terminal said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui::term) enum Decoded {
    /// A key was pressed.
    Key(KeyEvent),
    /// Text was pasted, with `\n` between its lines.
    Paste(String),
    /// The mouse was used.
    Mouse(Mouse),
    /// The answer to one of our questions. It may come at any time, or never.
    Answer(Answer),
}

/// What a terminal answers to the questions of [`probe`](crate::tui::term::probe).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui::term) enum Answer {
    /// The colour of the background.
    Background(Background),
    /// It can tell all keys apart.
    KeyboardFlags,
    /// It can hold back drawing until a frame is complete.
    SynchronizedUpdates,
    /// The device attributes, asked for last: whatever has not been answered by now never will be.
    Everything,
}

/// A decoder with the bytes that are not yet a whole sequence.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    pending: Vec<u8>,
    paste: Option<Vec<u8>>,
}

impl Decoder {
    /// Takes in bytes and puts out what they complete.
    pub(super) fn feed(&mut self, bytes: &[u8], decoded: &mut Vec<Decoded>) {
        self.pending.extend_from_slice(bytes);
        let pending = std::mem::take(&mut self.pending);
        let mut rest = pending.as_slice();
        loop {
            if let Some(paste) = &mut self.paste {
                let (end, is_over) = paste_end(rest);
                let room = MAX_PASTE_BYTES - paste.len();
                paste.extend_from_slice(&rest[..end.min(room)]);
                rest = &rest[end..];
                if !is_over {
                    break;
                }
                rest = &rest[PASTE_END.len()..];
                decoded.extend(self.paste.take().map(|paste| Decoded::Paste(lines(&paste))));
            }
            let Some((sequence, len)) = sequence::first(rest) else { break };
            rest = &rest[len..];
            if sequence == (Sequence::Csi { parameters: b"200", intermediates: b"", last: b'~' }) {
                self.paste = Some(Vec::new());
            } else {
                decoded.extend(meaning(&sequence));
            }
        }
        self.pending = rest.to_vec();
    }

    /// Whether the pending bytes are whole keys, if nothing follows soon: `Esc`, or a key with Alt that
    /// looks like the start of a sequence.
    pub(super) fn is_ambiguous(&self) -> bool {
        self.paste.is_none() && matches!(self.pending.as_slice(), [0x1b] | [0x1b, _])
    }

    /// Nothing followed: the ambiguous bytes are keys.
    pub(super) fn resolve(&mut self) -> Option<KeyEvent> {
        if !self.is_ambiguous() {
            return None;
        }
        match std::mem::take(&mut self.pending)[..] {
            [_, byte] => Some(keys::with_alt(byte)),
            _ => Some(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE)),
        }
    }
}

fn meaning(sequence: &Sequence<'_>) -> Option<Decoded> {
    match *sequence {
        Sequence::Char(c) => Some(Decoded::Key(keys::character(c))),
        Sequence::Control(byte) => Some(Decoded::Key(keys::control(byte))),
        Sequence::Alt(byte) => Some(Decoded::Key(keys::with_alt(byte))),
        Sequence::Csi { parameters, intermediates, last } => keys::csi(parameters, intermediates, last),
        Sequence::Console(letter) => keys::console(letter).map(Decoded::Key),
        Sequence::Ss3(last) => keys::ss3(last).map(Decoded::Key),
        Sequence::Osc(text) => keys::osc(text).map(Decoded::Answer),
        Sequence::Junk => None,
    }
}

/// How many bytes surely belong to the paste, and whether its end follows them.
fn paste_end(bytes: &[u8]) -> (usize, bool) {
    if let Some(end) = bytes.windows(PASTE_END.len()).position(|window| window == PASTE_END) {
        return (end, true);
    }
    let begun = (1..PASTE_END.len()).rev().find(|&len| bytes.ends_with(&PASTE_END[..len]));
    (bytes.len() - begun.unwrap_or(0), false)
}

/// Pasted bytes as text. A terminal sends the Enter key for a line break.
fn lines(paste: &[u8]) -> String {
    String::from_utf8_lossy(paste).replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(chunks: &[&[u8]]) -> Vec<Decoded> {
        let (mut decoder, mut heard) = (Decoder::default(), Vec::new());
        for chunk in chunks {
            decoder.feed(chunk, &mut heard);
        }
        heard
    }

    fn key(code: KeyCode) -> Decoded {
        Decoded::Key(code.into())
    }

    #[test]
    fn keys_and_answers_in_one_chunk_are_told_apart() {
        assert_eq!(
            decode(&[b"a\x1b]11;rgb:0000/0000/0000\x1b\\\x1b[?62;22cb"]),
            [
                key(KeyCode::Char('a')),
                Decoded::Answer(Answer::Background(Background::Dark)),
                Decoded::Answer(Answer::Everything),
                key(KeyCode::Char('b')),
            ]
        );
    }

    #[test]
    fn a_paste_is_text_whatever_it_holds() {
        assert_eq!(
            decode(&[b"\x1b[200~rm -rf /\rq\x1b[A\x1b[201~q"]),
            [Decoded::Paste("rm -rf /\nq\u{1b}[A".to_owned()), key(KeyCode::Char('q'))]
        );
    }

    #[test]
    fn a_paste_beyond_the_limit_is_cut_and_its_end_is_found() {
        let flood = vec![b'x'; MAX_PASTE_BYTES + 10];
        let decoded = decode(&[b"\x1b[200~", &flood, b"\x1b[201~q"]);
        assert!(matches!(&decoded[0], Decoded::Paste(text) if text.len() == MAX_PASTE_BYTES));
        assert_eq!(decoded[1], key(KeyCode::Char('q')));
    }

    #[test]
    fn escape_alone_is_a_key_when_nothing_follows() {
        let (mut decoder, mut heard) = (Decoder::default(), Vec::new());
        decoder.feed(b"\x1b", &mut heard);
        assert!(heard.is_empty() && decoder.is_ambiguous());
        assert_eq!(decoder.resolve(), Some(KeyCode::Esc.into()));
        assert_eq!(decoder.resolve(), None);
    }

    #[test]
    fn an_answer_that_comes_in_pieces_is_never_taken_for_keys() {
        let (mut decoder, mut heard) = (Decoder::default(), Vec::new());
        decoder.feed(b"\x1b]11;rgb:ffff", &mut heard);
        assert!(!decoder.is_ambiguous() && decoder.resolve().is_none());
        decoder.feed(b"/ffff/ffff\x07", &mut heard);
        assert_eq!(heard, [Decoded::Answer(Answer::Background(Background::Light))]);
    }

    proptest! {
        #[test]
        fn how_bytes_are_cut_up_changes_nothing(
            bytes in proptest::collection::vec(
                prop_oneof![Just(0x1b_u8), Just(b'['), Just(b']'), Just(b'M'), Just(b';'), Just(b'2'), Just(b'0'),
                    Just(b'1'), Just(b'~'), Just(b'\\'), any::<u8>()],
                0..60,
            ),
            cut in any::<prop::sample::Index>(),
        ) {
            let cut = cut.index(bytes.len() + 1);
            let bytewise: Vec<&[u8]> = bytes.chunks(1).collect();
            prop_assert_eq!(decode(&[&bytes]), decode(&[&bytes[..cut], &bytes[cut..]]));
            prop_assert_eq!(decode(&[&bytes]), decode(&bytewise));
        }
    }
}
