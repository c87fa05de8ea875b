//! Markdown to blocks. One level at a time: what a block holds is parsed when it is looked at.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::block::{Alignment, Block, Table};
use super::container::{self, Part};
use super::definitions::Definitions;
use super::inline::Inline;
use super::{AdmonitionKind, attributes, list};

/// Columns of a table that are kept. Wider ones cannot be read on any terminal.
const MAX_TABLE_COLUMNS: usize = 64;

/// The blocks of Markdown, each with the byte of the text where it ends.
pub(super) fn blocks(text: &str) -> Vec<(usize, Block)> {
    let mut blocks = Vec::new();
    let mut start = 0;
    for (end, part) in container::cut(text) {
        match part {
            Part::Block(block) => blocks.push((end, block)),
            Part::Markdown(markdown) => {
                let from = end - markdown.len();
                debug_assert!(from >= start, "parts follow each other");
                let plain = list::settled(markdown);
                // Indents of lists may have moved; positions are for a scroll bar, so near is enough.
                Walk { text: &plain, blocks: &mut blocks, offset: from, last: end }.run();
            }
        }
        start = end;
    }
    // The parser says of a definition list that it ends behind the paragraph that follows it.
    let mut reached = 0;
    for (end, _) in &mut blocks {
        reached = reached.max(*end);
        *end = reached;
    }
    blocks
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_DEFINITION_LIST
}

/// A walk over the outermost blocks of plain Markdown.
struct Walk<'a, 'b> {
    text: &'a str,
    blocks: &'b mut Vec<(usize, Block)>,
    offset: usize,
    last: usize,
}

type Events<'a> = pulldown_cmark::OffsetIter<'a, pulldown_cmark::DefaultBrokenLinkCallback>;

impl<'a> Walk<'a, '_> {
    fn run(self) {
        let mut events = Parser::new_ext(self.text, options()).into_offset_iter();
        while let Some((event, range)) = events.next() {
            let end = (self.offset + range.end).min(self.last);
            let source = &self.text[range.clone()];
            let block = match event {
                Event::Start(Tag::Paragraph) => {
                    skip(&mut events, TagEnd::Paragraph);
                    paragraph(source)
                }
                Event::Start(Tag::Heading { level, .. }) => {
                    skip(&mut events, TagEnd::Heading(level));
                    Some(heading(level as u8, source))
                }
                Event::Start(Tag::CodeBlock(kind)) => Some(code(&mut events, &kind)),
                Event::Start(Tag::HtmlBlock) => {
                    skip(&mut events, TagEnd::HtmlBlock);
                    Some(Block::Html(source.to_owned()))
                }
                Event::Start(Tag::BlockQuote(kind)) => {
                    skip(&mut events, TagEnd::BlockQuote(kind));
                    Some(quote(source))
                }
                Event::Start(Tag::List(start)) => Some(self.list(&mut events, start)),
                Event::Start(Tag::Table(alignments)) => Some(self.table(&mut events, &alignments)),
                Event::Start(Tag::DefinitionList) => Some(self.definitions(&mut events)),
                Event::Rule => Some(Block::Rule),
                _ => None,
            };
            if let Some(block) = block {
                self.blocks.push((end, block));
            }
        }
    }

    fn list(&self, events: &mut Events<'a>, start: Option<u64>) -> Block {
        let (mut items, mut is_tight, mut depth) = (Vec::new(), true, 0_usize);
        for (event, range) in events.by_ref() {
            match event {
                Event::Start(Tag::Item) if depth == 0 => {
                    let column = self.column(range.start);
                    items.push(list::item(&self.text[range], column));
                    depth += 1;
                }
                Event::Start(Tag::Paragraph) if depth == 1 => {
                    is_tight = false;
                    depth += 1;
                }
                Event::Start(_) => depth += 1,
                Event::End(_) if depth == 0 => break,
                Event::End(_) => depth -= 1,
                _ => {}
            }
        }
        Block::List { start, is_tight, items }
    }

    /// The bytes before a position on its line.
    fn column(&self, at: usize) -> usize {
        at - self.text[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    fn table(&self, events: &mut Events<'a>, alignments: &[pulldown_cmark::Alignment]) -> Block {
        let alignments = alignments.iter().take(MAX_TABLE_COLUMNS).map(|alignment| match alignment {
            pulldown_cmark::Alignment::Right => Alignment::Right,
            pulldown_cmark::Alignment::Center => Alignment::Center,
            _ => Alignment::Left,
        });
        let mut table = Table { alignments: alignments.collect(), ..Table::default() };
        let mut row = Vec::new();
        let mut columns = 0;
        for (event, range) in events.by_ref() {
            match event {
                Event::Start(Tag::TableCell) => {
                    columns += 1;
                    if row.len() < MAX_TABLE_COLUMNS {
                        row.push(self.text[range].trim().replace("\\|", "|"));
                    }
                }
                Event::End(TagEnd::TableHead) => {
                    table.more_columns = columns - row.len();
                    table.head = std::mem::take(&mut row);
                }
                Event::End(TagEnd::TableRow) => table.rows.push(std::mem::take(&mut row)),
                Event::End(TagEnd::Table) => break,
                _ => {}
            }
        }
        Block::Table(table)
    }

    fn definitions(&self, events: &mut Events<'a>) -> Block {
        let mut entries: Vec<(String, Vec<String>)> = Vec::new();
        let mut depth = 0_usize;
        for (event, range) in events.by_ref() {
            match event {
                Event::Start(Tag::DefinitionListTitle) if depth == 0 => {
                    entries.push((self.text[range].trim().to_owned(), Vec::new()));
                    depth += 1;
                }
                Event::Start(Tag::DefinitionListDefinition) if depth == 0 => {
                    let column = self.column(range.start);
                    if let Some((_, bodies)) = entries.last_mut() {
                        bodies.push(list::item(&self.text[range], column).body);
                    }
                    depth += 1;
                }
                Event::Start(_) => depth += 1,
                Event::End(_) if depth == 0 => break,
                Event::End(_) => depth -= 1,
                _ => {}
            }
        }
        Block::Definitions(entries)
    }
}

/// Goes on behind the end of a block that may hold blocks of its own sort.
fn skip(events: &mut Events<'_>, end: TagEnd) {
    let mut depth = 0_usize;
    for (event, _) in events.by_ref() {
        match event {
            Event::Start(tag) if tag.to_end() == end => depth += 1,
            Event::End(tag) if tag == end => {
                if depth == 0 {
                    return;
                }
                depth -= 1;
            }
            _ => {}
        }
    }
}

/// A paragraph, unless it is nothing but an attribute list for a neighbour.
fn paragraph(source: &str) -> Option<Block> {
    let text = source.trim_end();
    let text = match text.rsplit_once('\n') {
        Some((before, last)) if attributes::is_list(last.trim()) => before,
        None if attributes::is_list(text.trim()) => return None,
        _ => text,
    };
    Some(Block::Paragraph(text.to_owned()))
}

fn heading(level: u8, source: &str) -> Block {
    let source = source.trim();
    let text = if source.starts_with('#') {
        let text = source.trim_start_matches('#').trim();
        let open = text.trim_end_matches('#');
        if open.is_empty() || open.ends_with([' ', '\t']) { open.trim_end() } else { text }
    } else {
        // The line of `=` or `-` below a heading is not its text.
        source.rsplit_once('\n').map_or(source, |(text, _)| text.trim_end())
    };
    let (text, id) = attributes::split_heading(text);
    Block::Heading { level, text: text.to_owned(), id }
}

/// The text of a heading, given as Markdown behind its `#`.
pub(in crate::docs) fn heading_text(source: &str) -> String {
    match heading(1, &format!("# {source}")) {
        Block::Heading { text, .. } => Inline::markdown(&text, &Definitions::default()).plain(),
        _ => String::new(),
    }
}

fn code(events: &mut Events<'_>, kind: &CodeBlockKind<'_>) -> Block {
    let info = match kind {
        CodeBlockKind::Fenced(info) => info.trim().to_owned(),
        CodeBlockKind::Indented => String::new(),
    };
    let mut text = String::new();
    for (event, _) in events.by_ref() {
        match event {
            Event::Text(part) => text.push_str(&part),
            Event::End(TagEnd::CodeBlock) => break,
            _ => {}
        }
    }
    Block::Code { info, text }
}

/// A quote, or the admonition that GitHub writes as a quote: `> [!NOTE]`.
fn quote(source: &str) -> Block {
    let mut body = String::with_capacity(source.len());
    for line in source.split_inclusive('\n') {
        let text = line.trim_start_matches(' ');
        let quoted = text.strip_prefix('>').map(|text| text.strip_prefix(' ').unwrap_or(text));
        body.push_str(quoted.unwrap_or(line));
    }
    let (first, rest) = body.split_once('\n').unwrap_or((&body, ""));
    let alert = first.trim().strip_prefix("[!").and_then(|word| word.split_once(']'));
    if let Some((word, title)) = alert
        && let Some(kind) = AdmonitionKind::parse(word)
    {
        let title = Some(title.trim()).filter(|title| !title.is_empty());
        let title = title.map_or_else(|| container::capitalised(word), str::to_owned);
        return Block::Admonition { kind, title: Some(title), body: rest.to_owned() };
    }
    Block::Quote(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> Block {
        let mut blocks = blocks(text);
        assert_eq!(blocks.len(), 1, "{blocks:?}");
        blocks.remove(0).1
    }

    fn items(text: &str) -> Vec<String> {
        match only(text) {
            Block::List { items, .. } => items.into_iter().map(|item| item.body).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_heading_loses_its_marks_and_keeps_its_id() {
        let heading = Block::Heading { level: 2, text: "A *b*".to_owned(), id: Some("x".to_owned()) };
        assert_eq!(only("## A *b* ## {#x .y}\n"), heading);
        assert_eq!(only("A *b* {: #x }\n---\n"), heading);
    }

    #[test]
    fn items_keep_their_own_blocks() {
        assert_eq!(items("- a\n\n  b\n\n      code\n- c\n"), ["a\n\nb\n\n    code\n", "c\n"]);
    }

    #[test]
    fn lists_nest_by_two_and_by_four_blanks() {
        assert_eq!(items("- a\n  - b\n"), ["a\n- b\n"]);
        assert_eq!(items("- a\n    - b\n"), ["a\n  - b\n"]);
        assert_eq!(items("1. a\n  - b\n2. c\n"), ["a\n- b\n", "c\n"]);
        assert_eq!(items("10. a\n   - b\n     - c\n"), ["a\n- b\n  - c\n"]);
    }

    #[test]
    fn an_alert_is_an_admonition_in_any_case() {
        let body = "x\n".to_owned();
        let note = Block::Admonition { kind: AdmonitionKind::Note, title: Some("Note".to_owned()), body };
        assert_eq!(only("> [!note]\n> x\n"), note);
    }

    #[test]
    fn a_wide_table_says_what_it_left_out() {
        let row = |cell: &str| format!("|{}\n", format!("{cell}|").repeat(70));
        match only(&format!("{}{}{}", row("a"), row("-"), row("b"))) {
            Block::Table(table) => {
                assert_eq!((table.head.len(), table.more_columns), (MAX_TABLE_COLUMNS, 6));
            }
            other => panic!("{other:?}"),
        }
    }
}
