//! The clipboard, through the terminal: the only way that reaches the user's own machine over SSH. A
//! terminal does not say whether it took the text, so nothing here claims that it did. Pure: makes bytes.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::setup::Multiplexer;

/// Bytes of text that are copied at most. xterm and tmux take no more than about this much.
const MAX_BYTES: usize = 74_000;

/// screen passes a string on only if it has at most this many bytes.
const SCREEN_CHUNK_BYTES: usize = 700;

/// The bytes that put safe text on the clipboard, or why they cannot.
pub(super) fn sequence(text: &str, multiplexer: Multiplexer) -> Result<String, String> {
    if text.len() > MAX_BYTES {
        return Err(format!(
            "{} bytes are more than a terminal puts on the clipboard ({MAX_BYTES}).",
            text.len()
        ));
    }
    let plain = format!("\x1b]52;c;{}\x1b\\", STANDARD.encode(text));
    Ok(match multiplexer {
        Multiplexer::None => plain,
        // One of the two arrives: tmux takes the first for itself if set-clipboard is on, and hands the
        // second on if allow-passthrough is.
        Multiplexer::Tmux => format!("{plain}\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")),
        Multiplexer::Screen => in_chunks(&plain.replace("\x1b\\", "\x07")),
    })
}

/// A sequence in strings that screen passes on.
fn in_chunks(sequence: &str) -> String {
    let mut chunks = String::with_capacity(sequence.len() + sequence.len() / 100);
    let mut rest = sequence;
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(SCREEN_CHUNK_BYTES.min(rest.len()));
        let _ = write!(chunks, "\x1bP{chunk}\x1b\\"); // writing into a String cannot fail
        rest = after;
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tmux_gets_it_for_itself_and_to_hand_on() {
        let sequence = sequence("foo", Multiplexer::Tmux).unwrap();
        assert_eq!(sequence, "\x1b]52;c;Zm9v\x1b\\\x1bPtmux;\x1b\x1b]52;c;Zm9v\x1b\x1b\\\x1b\\");
    }

    #[test]
    fn screen_gets_it_in_pieces() {
        let sequence = sequence(&"x".repeat(3000), Multiplexer::Screen).unwrap();
        let pieces: Vec<_> = sequence.split_terminator("\x1b\\").collect();
        assert!(pieces.len() > 1 && pieces.iter().all(|p| p.starts_with("\x1bP") && p.len() < 768));
    }

    #[test]
    fn too_much_is_refused_with_the_limit() {
        assert!(sequence(&"x".repeat(MAX_BYTES + 1), Multiplexer::None).unwrap_err().contains("74000"));
    }
}
