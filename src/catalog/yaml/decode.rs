//! Bytes to text: a descriptor is UTF-8, with or without a byte order mark.

use crate::catalog::Position;

/// Why bytes are no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The byte order mark of UTF-16 or UTF-32.
    #[error("the file is UTF-16, not UTF-8")]
    Utf16,
    /// A byte that is no UTF-8.
    #[error("the file is not UTF-8: a byte at line {}, column {} starts no character", .0.line, .0.column)]
    NotUtf8(Position),
    /// A NUL, which text never has.
    #[error("the file is binary: a NUL byte at line {}, column {}", .0.line, .0.column)]
    Nul(Position),
}

impl DecodeError {
    /// Where the first wrong byte is.
    pub fn position(self) -> Position {
        match self {
            Self::Utf16 => Position::default(),
            Self::NotUtf8(position) | Self::Nul(position) => position,
        }
    }
}

/// The text of a file, without its byte order mark.
pub fn decode(bytes: &[u8]) -> Result<&str, DecodeError> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(DecodeError::Utf16);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Some(nul) = memchr::memchr(0, bytes) {
        return Err(DecodeError::Nul(position_of(&bytes[..nul])));
    }
    std::str::from_utf8(bytes)
        .map_err(|error| DecodeError::NotUtf8(position_of(&bytes[..error.valid_up_to()])))
}

/// The place behind some bytes.
pub(super) fn position_of(before: &[u8]) -> Position {
    let text = String::from_utf8_lossy(before);
    let last = text.rsplit('\n').next().unwrap_or_default();
    Position { line: text.split('\n').count() as u32, column: last.chars().count() as u32 + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        assert_eq!(decode(b"\xef\xbb\xbfkind: A"), Ok("kind: A"));
    }

    #[test]
    fn what_is_no_text_is_named_with_its_place() {
        assert_eq!(decode(b"\xff\xfek\0"), Err(DecodeError::Utf16));
        assert_eq!(decode(b"a\nb\xffc"), Err(DecodeError::NotUtf8(Position { line: 2, column: 2 })));
        assert_eq!(decode("ü\0".as_bytes()), Err(DecodeError::Nul(Position { line: 1, column: 2 })));
    }
}
