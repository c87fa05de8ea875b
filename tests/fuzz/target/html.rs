//! Any text is a page of a built site: Markdown that leads nowhere but to addresses and pages, in bounded size.

use callboard::docs::Document;
use callboard::source::backstage::techdocs::{Pages, read_page};

/// Bytes of Markdown for each of HTML: indentation and the cells of tables add some.
const MAX_GROWTH: usize = 64;

/// Bytes of Markdown beside it.
const MAX_MORE: usize = 4096;

/// Columns of the page that is drawn of it.
const WIDTH: usize = 80;

pub(crate) fn run(bytes: &[u8]) {
    let html = String::from_utf8_lossy(bytes);
    let pages = Pages::new(["index.html", "a/index.html", "a/b.html"].into_iter());
    let whole = format!("<main><article class='md-content__inner'>{html}</article></main>");
    for source in [&*html, &whole] {
        for place in pages.iter() {
            let Some(page) = read_page(source, place, &pages) else { continue };
            assert!(page.text.len() <= source.len() * MAX_GROWTH + MAX_MORE, "{} bytes", page.text.len());
            let links = Document::new(&page.text).page(WIDTH).links;
            let runs = |link: &&callboard::docs::Link| {
                link.target.trim_start().to_lowercase().starts_with("javascript:")
            };
            assert_eq!(links.iter().find(runs), None);
        }
    }
}
