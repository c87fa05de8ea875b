//! What a child writes to its standard error: the beginning and the end of it are kept.

use std::collections::VecDeque;

use tokio::io::{AsyncRead, AsyncReadExt};

/// Bytes of the beginning that are kept, and of the end.
const KEPT: usize = 4 << 10;

/// The beginning and the end of a stream of bytes.
#[derive(Debug, Default)]
pub(super) struct Noise {
    first: Vec<u8>,
    last: VecDeque<u8>,
    is_cut: bool,
}

impl Noise {
    /// Takes a stream to its end. One that breaks ends there.
    pub(super) async fn keep(&mut self, pipe: Option<impl AsyncRead + Unpin>) {
        let Some(mut pipe) = pipe else { return };
        let mut chunk = [0; KEPT];
        while let Ok(count @ 1..) = pipe.read(&mut chunk).await {
            self.add(&chunk[..count]);
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        let (first, rest) = bytes.split_at(bytes.len().min(KEPT - self.first.len()));
        self.first.extend_from_slice(first);
        self.last.extend(rest);
        let over = self.last.len().saturating_sub(KEPT);
        self.last.drain(..over);
        self.is_cut |= over > 0;
    }

    /// What was kept, as text.
    pub(super) fn text(&self) -> String {
        let mut bytes = self.first.clone();
        if self.is_cut {
            bytes.extend_from_slice("\n…\n".as_bytes());
        }
        bytes.extend(&self.last);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_and_the_end_are_kept() {
        let mut noise = Noise::default();
        noise.add(b"first\n");
        noise.add(&[b'.'; 3 * KEPT]);
        noise.add(b"\nlast");
        let text = noise.text();
        assert!(text.starts_with("first\n") && text.contains("\n…\n") && text.ends_with("\nlast"));
        assert_eq!(text.len(), 2 * KEPT + "\n…\n".len());
        let mut short = Noise::default();
        short.add(b"one");
        assert_eq!(short.text(), "one");
    }
}
