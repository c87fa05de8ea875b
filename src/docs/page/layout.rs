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
        let Some(&end) = self.ends.get(block) else {
            return if self.is_complete() { self.document.bytes } else { from };
        };
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::docs::{Document, Role, Syntax};
    use crate::text;

    fn long_page() -> Document {
        let section = |number: usize| format!("## Section {number}\n\nSome *text* with [a link](x.md).\n\n");
        Document::new(&(0..200).map(section).collect::<String>())
    }

    #[test]
    fn only_what_is_looked_at_is_laid_out() {
        let mut layout = long_page().layout(80);
        assert_eq!(layout.view(0..10).len(), 10);
        assert!(!layout.is_complete() && layout.page().lines.len() < 20);
    }

    #[test]
    fn laying_out_the_rest_changes_nothing_above() {
        let mut layout = long_page().layout(80);
        let first = layout.view(0..10).to_vec();
        let percent = layout.percent(9);
        layout.reach_end();
        assert_eq!(layout.page().lines[..10], first);
        assert_eq!(layout.percent(9), percent);
        assert_eq!(layout.percent(layout.page().lines.len()), 100);
    }

    #[test]
    fn an_anchor_is_found_before_it_is_laid_out() {
        let mut layout = long_page().layout(80);
        let line = layout.anchor_line("section-150").unwrap();
        assert_eq!(layout.page().lines[line].text(), "Section 150");
        assert_eq!(layout.anchor_line("nowhere"), None);
    }

    #[test]
    fn a_place_in_the_text_is_found_again_at_another_width() {
        let document = long_page();
        let (mut wide, mut narrow) = (document.layout(80), document.layout(12));
        let line = wide.anchor_line("section-100").unwrap();
        let there = narrow.line_at(wide.offset(line));
        let wanted = narrow.anchor_line("section-100").unwrap();
        assert!(there.abs_diff(wanted) <= 2, "{there} is not near {wanted}");
    }

    #[test]
    fn find_names_the_lines_that_hold_a_text_in_any_case() {
        let mut layout = Document::new("# Refunds\n\nNever REFUND twice.\n").layout(80);
        assert_eq!(layout.find("refund"), [0, 3]);
        assert_eq!(layout.find(" "), Vec::<usize>::new());
    }

    #[test]
    fn links_are_numbered_and_know_their_line() {
        let page =
            Document::new("See [the\nrules](../a.md#b), <https://e.org>.\n\n| a |\n|-|\n| [`x`](y) |\n")
                .page(80);
        let links: Vec<_> = page
            .links
            .iter()
            .map(|link| (link.number, link.label.as_str(), link.target.as_str(), link.line))
            .collect();
        assert_eq!(
            links,
            [(1, "the rules", "../a.md#b", 0), (2, "https://e.org", "https://e.org", 0), (3, "x", "y", 4)]
        );
        assert_eq!(page.lines[0].text(), "See [1] the rules, [2] https://e.org.");
    }

    #[test]
    fn a_table_too_wide_becomes_records() {
        let page =
            Document::new("| Provider | Window | Fee |\n|-|-|-|\n| Adyen and more | 180 days | 0.10 |\n")
                .page(22);
        let lines: Vec<String> = page.lines.iter().map(super::Line::text).collect();
        assert_eq!(lines, ["Provider: Adyen and", "  more", "Window: 180 days", "Fee: 0.10"]);
    }

    #[test]
    fn code_is_clipped_with_a_mark_and_copied_whole() {
        let page = Document::new("```sh title=\"a.sh\"\necho a long line of code\n```\n").page(16);
        let lines: Vec<String> = page.lines.iter().map(super::Line::text).collect();
        assert_eq!(lines, ["a.sh", "  echo a long l…"]);
        assert_eq!(page.code_blocks[0].text, "echo a long line of code\n");
        assert_eq!(page.code_blocks[0].line, 1);
    }

    #[test]
    fn a_block_of_no_code_at_the_end_is_none() {
        let page = Document::new("a\n\n```sh\n```\n").page(16);
        assert_eq!((page.lines.len(), page.code_blocks.len()), (1, 0));
    }

    #[test]
    fn places_go_forth_also_behind_a_definition_list() {
        let mut layout = Document::new("term\n:.\n\nd\n\n").layout(80);
        layout.reach_end();
        let offsets: Vec<usize> = (0..layout.page().lines.len()).map(|line| layout.offset(line)).collect();
        assert!(offsets.is_sorted(), "{offsets:?}");
    }

    #[cfg(feature = "highlight")]
    #[test]
    fn code_that_is_looked_at_has_meanings() {
        let mut layout = Document::new("- x\n\n  ```rust\n  // note\n  let a = \"b\";\n  ```\n").layout(80);
        let roles = |layout: &mut super::Layout, line: usize| -> Vec<Role> {
            layout.view(line..line + 1)[0].spans.iter().map(super::Span::role).collect()
        };
        assert!(roles(&mut layout, 2).contains(&Role::Syntax(Syntax::Comment)));
        assert!(roles(&mut layout, 3).contains(&Role::Syntax(Syntax::String)));
        assert_eq!(layout.page().lines[3].text(), "    let a = \"b\";");
    }

    /// Pieces that mean something, in any order.
    fn markdown() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("# "),
            Just("- "),
            Just("1. "),
            Just("> "),
            Just("\n"),
            Just("\n\n"),
            Just("    "),
            Just("  "),
            Just("```"),
            Just("!!! note \"T\"\n    "),
            Just("=== \"T\"\n    "),
            Just("| a | b |\n|---|:-:|\n| c | d |\n"),
            Just("**"),
            Just("*"),
            Just("_"),
            Just("`"),
            Just("["),
            Just("](x)"),
            Just("]"),
            Just("!["),
            Just("<b>"),
            Just("</b>"),
            Just("<name>"),
            Just("&#27;"),
            Just("=="),
            Just("++"),
            Just("{~~"),
            Just("~>"),
            Just("~~}"),
            Just("[^1]"),
            Just("[^1]: "),
            Just(": "),
            Just("{: .x }"),
            Just("<details>"),
            Just("</details>"),
            Just("word "),
            Just("漢字"),
            Just("é\u{301}"),
            Just("\u{1b}[31m"),
            Just("https://e.org/a"),
            Just("[TOC]\n"),
            Just("<!--"),
            Just("-->"),
            Just("\t"),
            Just("$x$"),
            Just("---\n"),
            Just("<td>"),
            Just("👩\u{200d}👧"),
        ];
        proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_page_fits_any_width_and_is_safe(markdown in markdown(), width in 0usize..60) {
            let mut layout = Document::new(&markdown).layout(width);
            layout.view(0..usize::MAX / 2);
            for line in &layout.page().lines {
                prop_assert!(line.width() <= width.max(1), "{:?}", line.text());
                for span in &line.spans {
                    prop_assert_eq!(text::sanitize(span.text()), span.text());
                }
            }
            for link in &layout.page().links {
                prop_assert!(link.line < layout.page().lines.len());
            }
        }

        #[test]
        fn any_text_is_a_page(text in any::<String>(), width in 0usize..40) {
            let page = Document::new(&text).page(width);
            prop_assert!(page.lines.iter().all(|line| line.width() <= width.max(1)));
        }
    }
}
