//! The fence of a code block: where code begins and ends, for everything that reads Markdown by lines.

/// An open fence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fence {
    mark: u8,
    length: usize,
    indent: usize,
}

impl Fence {
    /// The fence that a line opens.
    pub(super) fn open(line: &str) -> Option<Self> {
        let text = line.trim_start();
        // A fence may stand right behind the mark of a list item.
        let text = text.strip_prefix(['-', '*', '+']).map_or(text, str::trim_start);
        let mark = *text.as_bytes().first().filter(|mark| matches!(mark, b'`' | b'~'))?;
        let length = text.bytes().take_while(|&b| b == mark).count();
        if length < 3 || (mark == b'`' && text[length..].contains('`')) {
            return None;
        }
        Some(Self { mark, length, indent: line.len() - text.len() })
    }

    /// Whether a line closes it.
    pub(super) fn is_closed_by(self, line: &str) -> bool {
        let text = line.trim();
        text.len() >= self.length && text.bytes().all(|b| b == self.mark)
    }

    /// Whether a line stands further left than the fence, so that the list item around both has ended.
    pub(super) fn is_left_by(self, line: &str) -> bool {
        self.indent > 1 && !line.trim().is_empty() && line.len() - line.trim_start().len() + 1 < self.indent
    }
}
