//! Any text behind a byte that gives the width is a page: no line wider than the width, no control character, the
//! same by parts as at once.

use callboard::docs::{Document, Line, Page};
use callboard::text;

/// Widths up to this are tried; beyond it no page breaks otherwise.
const MAX_WIDTH: usize = 140;

pub(crate) fn run(bytes: &[u8]) {
    let Some((seed, markdown)) = bytes.split_first() else { return };
    let (seed, markdown) = (*seed, String::from_utf8_lossy(markdown));
    let width = usize::from(seed) % MAX_WIDTH;
    let document = Document::new(&markdown);

    let mut by_parts = document.layout(width);
    by_parts.view(0..usize::from(seed));
    let end = usize::MAX / 2;
    by_parts.view(end - 1..end);
    for line in [0, by_parts.page().lines.len() / 2, by_parts.page().lines.len()] {
        assert!(by_parts.percent(line) <= 100);
        let offset = by_parts.offset(line);
        assert!(by_parts.line_at(offset) <= by_parts.page().lines.len());
    }
    by_parts.highlight(&(0..end));
    is_sound(by_parts.page(), width);

    let at_once = document.page(width);
    is_sound(&at_once, width);
    let words = |page: &Page| page.lines.iter().map(Line::text).collect::<Vec<_>>();
    assert_eq!(words(&at_once), words(by_parts.page()));
    for heading in &at_once.outline {
        let line = by_parts.anchor_line(&heading.anchor);
        assert!(line.is_some_and(|line| line < at_once.lines.len()), "{:?}", heading.anchor);
    }
}

fn is_sound(page: &Page, width: usize) {
    for line in &page.lines {
        assert!(line.width() <= width.max(1), "wider than {width}: {:?}", line.text());
        for span in &line.spans {
            assert!(!span.text().chars().any(char::is_control), "{:?}", span.text());
            assert_eq!(text::sanitize(span.text()), span.text());
        }
    }
    for (index, link) in page.links.iter().enumerate() {
        assert_eq!(link.number, index + 1);
        assert!(link.line < page.lines.len(), "{link:?}");
        assert_eq!(text::sanitize(&link.label), link.label);
    }
    for code in &page.code_blocks {
        assert!(code.line <= page.lines.len(), "{code:?}");
    }
    for heading in &page.outline {
        assert!((1..=6).contains(&heading.level));
        assert_eq!(text::sanitize(&heading.text), heading.text);
        assert!(heading.line.is_some_and(|line| line < page.lines.len()), "{heading:?}");
    }
}
