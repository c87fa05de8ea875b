//! A page as blocks, cut once. Knows no width.

use std::sync::Arc;

use super::anchor::Anchors;
use super::block::Block;
use super::definitions::Definitions;
use super::fence::Fence;
use super::inline::Inline;
use super::{Heading, Layout, Page, front_matter, parse};
use crate::text;

/// Largest page that is read, in bytes. The rest of a larger one is left out, and the page says so.
const MAX_PAGE: usize = 8 * 1024 * 1024;

/// Bytes in which a zero says that a file is not text.
const BINARY_PROBE: usize = 8 * 1024;

/// Most columns that a line is indented by. Deeper lists cannot be read, and take long to parse.
const MAX_INDENT: usize = 80;

/// Most headings of an outline. Later ones are shown in the text only.
const MAX_HEADINGS: usize = 5_000;

/// A page of Markdown, ready to be laid out at any width. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Document(Arc<Parts>);

/// What a page is cut into.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) title: Option<String>,
    /// The blocks, each with the byte of the text where it ends.
    pub(super) blocks: Vec<(usize, Block)>,
    pub(super) definitions: Definitions,
    pub(super) outline: Vec<Heading>,
    /// For each heading of the outline its block.
    pub(super) heading_blocks: Vec<usize>,
    pub(super) bytes: usize,
}

impl Document {
    /// Cuts Markdown into its blocks.
    pub fn new(markdown: &str) -> Self {
        if markdown.as_bytes().iter().take(BINARY_PROBE).any(|&b| b == 0) {
            let notice = Block::Notice("This file is not text; nothing of it is shown.".to_owned());
            return Self(Arc::new(Parts { blocks: vec![(1, notice)], bytes: 1, ..Parts::default() }));
        }
        let (text, is_cut) = bounded(markdown);
        let text = normal(text);
        let (matter, body) = front_matter::split(&text);
        let mut parts = Parts { definitions: Definitions::read(body), bytes: body.len(), ..Parts::default() };
        parts.take_blocks(body);
        parts.take_outline();
        let first = parts.outline.iter().find(|heading| heading.level == 1);
        parts.title = front_matter::title(matter).or_else(|| first.map(|heading| heading.text.clone()));
        if is_cut {
            let notice = format!("The page ends here: it is larger than {} MiB.", MAX_PAGE / 1024 / 1024);
            parts.blocks.push((parts.bytes, Block::Notice(notice)));
        }
        Self(Arc::new(parts))
    }

    /// `title` of the front matter, else the text of the first heading of level 1. Foreign text.
    pub fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// The headings of the page; their lines are known only to a layout.
    pub fn outline(&self) -> &[Heading] {
        &self.0.outline
    }

    /// A layout for lines of at most this many cells, at least one; nothing is laid out yet.
    pub fn layout(&self, width: usize) -> Layout {
        Layout::new(Arc::clone(&self.0), width.max(1))
    }

    /// The whole page laid out.
    pub fn page(&self, width: usize) -> Page {
        let mut layout = self.layout(width);
        layout.reach_end();
        layout.into_page()
    }
}

impl Parts {
    /// Footnotes and abbreviations stand at the end, wherever they are written.
    fn take_blocks(&mut self, body: &str) {
        let mut last = Vec::new();
        for (end, block) in parse::blocks(body) {
            match block {
                Block::Footnote { ref label, .. } => {
                    self.definitions.add_footnote(label);
                    last.push((self.bytes, block));
                }
                Block::Abbreviation { .. } => last.push((self.bytes, block)),
                block => self.blocks.push((end, block)),
            }
        }
        if !last.is_empty() {
            self.blocks.push((self.bytes, Block::Rule));
            last.sort_by_key(|(_, block)| matches!(block, Block::Abbreviation { .. }));
            self.blocks.append(&mut last);
        }
    }

    fn take_outline(&mut self) {
        let mut anchors = Anchors::default();
        for (index, (_, block)) in self.blocks.iter().enumerate() {
            let Block::Heading { level, text, id } = block else { continue };
            if self.outline.len() == MAX_HEADINGS {
                break;
            }
            let text = Inline::markdown(text, &self.definitions).plain();
            let anchor = anchors.next(&text, id.as_deref());
            let text = text::sanitize(&text).into_owned();
            self.outline.push(Heading { level: *level, text, anchor, line: None });
            self.heading_blocks.push(index);
        }
    }
}

/// The part of a page that is read, cut at the end of a line, and whether there is more.
fn bounded(markdown: &str) -> (&str, bool) {
    if markdown.len() <= MAX_PAGE {
        return (markdown, false);
    }
    let mut end = MAX_PAGE;
    while !markdown.is_char_boundary(end) {
        end -= 1;
    }
    let head = &markdown[..end];
    (&head[..head.rfind('\n').map_or(end, |end| end + 1)], true)
}

/// Text with `\n` as its only line break and without a mark of its byte order. Outside of code, tabs before
/// text are blanks, and no line is indented by more than [`MAX_INDENT`].
fn normal(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text =
        if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() };
    let mut normal = String::with_capacity(text.len() + 256);
    let mut fence: Option<Fence> = None;
    for line in text.split_inclusive('\n') {
        if let Some(open) = fence {
            normal.push_str(line);
            if open.is_closed_by(line) {
                fence = None;
            }
            continue;
        }
        let before = line.len() - line.trim_start_matches([' ', '\t']).len();
        let columns = line[..before]
            .bytes()
            .fold(0, |column, b| if b == b'\t' { column / 4 * 4 + 4 } else { column + 1 });
        normal.extend(std::iter::repeat_n(' ', columns.min(MAX_INDENT)));
        match line[before..].strip_prefix("-\t") {
            Some(item) => normal.extend(["- ", item]),
            None => normal.push_str(&line[before..]),
        }
        fence = Fence::open(line);
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_is_the_front_matter_or_the_first_heading() {
        assert_eq!(Document::new("---\ntitle: \"A: b\"\n---\n# C\n").title(), Some("A: b"));
        assert_eq!(Document::new("text\n\n# *C* `d`\n").title(), Some("C d"));
        assert_eq!(Document::new("## only\n").title(), None);
    }

    #[test]
    fn tabs_indent_outside_of_code_only() {
        assert_eq!(normal("-\ta\n\tb\n```\n\tc\n```\n"), "- a\n    b\n```\n\tc\n```\n");
    }

    #[test]
    fn a_page_that_is_too_large_is_cut_at_the_end_of_a_line() {
        let page = "word\n".repeat(MAX_PAGE / 5 + 10);
        let (head, is_cut) = bounded(&page);
        assert!(is_cut && head.len() <= MAX_PAGE && head.ends_with("word\n"));
        assert_eq!(bounded("word"), ("word", false));
    }

    #[test]
    fn a_file_that_is_not_text_says_so() {
        assert_eq!(Document::new("\u{fffd}PNG\r\n\0").page(80).lines.len(), 1);
    }
}
