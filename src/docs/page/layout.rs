//! A page at a width, laid out from the top as far as it was asked for. What was laid out is never done
//! again. How far a reader is comes from the bytes of the text, which are known from the start, so that the
//! figure is the same before and after the rest is laid out.

use std::ops::Range;
use std::sync::Arc;

use super::anchor;
use super::block::Block;
use super::document::Parts;
use super::highlight::CodeRegion;
use super::paint::Painter;
use super::{Line, Page, Role, Span};

/// Most lines of a page. A narrow screen can make a line of every letter; the page says when it is cut.
pub(super) const MAX_LINES: usize = 500_000;

/// A page at a width.
#[derive(Debug)]
pub struct Layout {
    document: Arc<Parts>,
    width: usize,
    page: Page,
    /// For each block that is laid out, the line behind it.
    ends: Vec<usize>,
    code: Vec<CodeRegion>,
}

impl Layout {
    pub(super) fn new(document: Arc<Parts>, width: usize) -> Self {
        let page =
            Page { title: document.title.clone(), outline: document.outline.clone(), ..Page::default() };
        Self { document, width, page, ends: Vec::new(), code: Vec::new() }
    }

    /// The width it is made for.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The page as far as it is laid out.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// The page as far as it is laid out, to keep.
    pub fn into_page(self) -> Page {
        self.page
    }

    /// Whether all of the page is laid out.
    pub fn is_complete(&self) -> bool {
        self.ends.len() == self.document.blocks.len()
    }

    /// Lays out until a line is there, or all of the page.
    pub fn reach(&mut self, line: usize) {
        while self.page.lines.len() <= line && !self.is_complete() {
            self.next_block();
        }
    }

    /// Lays out all of the page.
    pub fn reach_end(&mut self) {
        self.reach(usize::MAX);
    }

    /// Lines of the page, laid out as far as needed, their code in colours.
    pub fn view(&mut self, lines: Range<usize>) -> &[Line] {
        self.reach(lines.end);
        self.highlight(&lines);
        let end = lines.end.min(self.page.lines.len());
        &self.page.lines[lines.start.min(end)..end]
    }

    /// Gives meaning to the parts of the code blocks in some lines.
    pub fn highlight(&mut self, lines: &Range<usize>) {
        for region in &mut self.code {
            region.highlight(&mut self.page, lines, self.width);
        }
    }

    /// How much of the text lies above a line, in percent.
    pub fn percent(&self, line: usize) -> u8 {
        let percent = self.offset(line) * 100 / self.document.bytes.max(1);
        u8::try_from(percent.min(100)).unwrap_or(100)
    }

    /// The byte of the text that a line is near to: the same place at any width.
    pub fn offset(&self, line: usize) -> usize {
        let block = self.ends.partition_point(|&end| end <= line);
        let (from, to) = (self.block_start(block), self.block_end(block));
        let first = block.checked_sub(1).map_or(0, |above| self.ends[above]);
        let Some(&end) = self.ends.get(block) else { return from };
        from + (to - from) * (line - first) / (end - first).max(1)
    }

    /// The line that a byte of the text is near to.
    pub fn line_at(&mut self, offset: usize) -> usize {
        let block = self.document.blocks.partition_point(|&(end, _)| end <= offset);
        while self.ends.len() <= block && !self.is_complete() {
            self.next_block();
        }
        let Some(&end) = self.ends.get(block) else { return self.page.lines.len().saturating_sub(1) };
        let first = block.checked_sub(1).map_or(0, |above| self.ends[above]);
        let (from, to) = (self.block_start(block), self.block_end(block));
        first + (end - first) * offset.saturating_sub(from) / (to - from).max(1)
    }

    /// The line of the heading that a link names by its anchor.
    pub fn anchor_line(&mut self, anchor: &str) -> Option<usize> {
        let outline = &self.page.outline;
        let index = outline.iter().position(|heading| heading.anchor == anchor).or_else(|| {
            let anchor = anchor.to_lowercase();
            outline.iter().position(|heading| anchor::github_slug(&heading.text) == anchor)
        })?;
        self.heading_line(index)
    }

    /// The line of a heading of the outline.
    pub fn heading_line(&mut self, index: usize) -> Option<usize> {
        let block = *self.document.heading_blocks.get(index)?;
        while self.ends.len() <= block && !self.is_complete() {
            self.next_block();
        }
        self.page.outline[index].line
    }

    /// The lines that hold a text, in any case. Lays out all of the page.
    pub fn find(&mut self, text: &str) -> Vec<usize> {
        let wanted = text.trim().to_lowercase();
        if wanted.is_empty() {
            return Vec::new();
        }
        self.reach_end();
        let holds = |line: &Line| line.text().to_lowercase().contains(&wanted);
        self.page.lines.iter().enumerate().filter(|(_, line)| holds(line)).map(|(at, _)| at).collect()
    }

    fn next_block(&mut self) {
        let document = Arc::clone(&self.document);
        let index = self.ends.len();
        if self.page.lines.len() >= MAX_LINES {
            let notice = "The page ends here: it has too many lines at this width.";
            let notice = crate::text::fit(notice, self.width).into_owned();
            self.page.lines.push(Line { spans: vec![Span::new(&notice, Role::Dim)] });
            self.ends.resize(document.blocks.len(), self.page.lines.len());
            return;
        }
        let (_, block) = &document.blocks[index];
        let lines = self.page.lines.len();
        let mut painter = Painter::new(&document.definitions, &mut self.page, &mut self.code, self.width);
        painter.block(block);
        if let (Block::Heading { .. }, Ok(heading)) = (block, document.heading_blocks.binary_search(&index)) {
            let is_first_blank = self.page.lines.get(lines).is_some_and(|line| line.spans.is_empty());
            self.page.outline[heading].line = Some(lines + usize::from(is_first_blank));
        }
        self.ends.push(self.page.lines.len());
    }

    fn block_start(&self, block: usize) -> usize {
        block.checked_sub(1).map_or(0, |above| self.block_end(above))
    }

    fn block_end(&self, block: usize) -> usize {
        self.document.blocks.get(block).map_or(self.document.bytes, |&(end, _)| end)
    }
}
