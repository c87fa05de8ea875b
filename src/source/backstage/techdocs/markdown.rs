//! The text of a page as Markdown, with the blocks that MkDocs adds to it.

use super::inline::{fence, footnote_label, inline, line};
use super::link::Links;
use super::tree::{Element, Node};

/// Blocks inside of blocks that are indented; deeper ones stand where the last one does.
const MAX_NESTED: usize = 8;

/// Columns of a table that are written.
const MAX_COLUMNS: usize = 100;

/// The text of a page as Markdown; nothing where there is no text of docs in it.
pub(super) fn markdown(page: &Element, links: &Links<'_>) -> Option<String> {
    let is_article = |it: &Element| it.name == "article" && it.has_class("md-content__inner");
    let text = page.find(&is_article).or_else(|| page.find(&|it| it.name == "main"))?;
    let mut markdown = Writer { links, nested: 0 }.blocks(&text.children, "\n\n");
    markdown.push('\n');
    Some(markdown)
}

#[derive(Clone, Copy)]
struct Writer<'a> {
    links: &'a Links<'a>,
    nested: usize,
}

impl Writer<'_> {
    /// Blocks, one below the other; text between them is a paragraph.
    fn blocks(self, nodes: &[Node], between: &str) -> String {
        let mut blocks: Vec<String> = Vec::new();
        let is_inline = |node: &Node| match node {
            Node::Text(_) => true,
            Node::Element(element) => element.is_inline(),
        };
        for run in nodes.chunk_by(|a, b| is_inline(a) && is_inline(b)) {
            let block = match run {
                [Node::Element(element)] if !element.is_inline() => self.block(element),
                run => inline(run, self.links),
            };
            if !block.is_empty() {
                blocks.push(block);
            }
        }
        blocks.join(between)
    }

    fn block(self, element: &Element) -> String {
        match element.name.as_str() {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading(element),
            "p" | "summary" | "dt" => inline(&element.children, self.links),
            "ul" | "ol" | "menu" => self.list(element),
            "blockquote" => self.within("> ", "> ", &element.children),
            "hr" => "***".to_owned(),
            "pre" => code(element, element),
            "dl" => self.definitions(element),
            "details" => self.admonition("???", element),
            "table" if !element.has_class("highlighttable") => self.table(element),
            _ if element.has_class("admonition") => self.admonition("!!!", element),
            _ if element.has_class("tabbed-set") => self.tabs(element),
            _ if element.has_class("footnote") => self.footnotes(element),
            _ if is_code(element) => match element.find(&|it| it.name == "pre") {
                Some(pre) => code(element, pre),
                None => self.blocks(&element.children, "\n\n"),
            },
            _ => self.blocks(&element.children, "\n\n"),
        }
    }

    fn heading(self, element: &Element) -> String {
        let text = line(&element.children, self.links);
        if text.is_empty() {
            return text;
        }
        let level = element.name[1..].parse().unwrap_or(1);
        let is_plain =
            |id: &&str| !id.is_empty() && id.chars().all(|c| c.is_alphanumeric() || "-_.:".contains(c));
        let id = element.attribute("id").filter(is_plain).map(|id| format!(" {{#{id}}}"));
        format!("{} {text}{}", "#".repeat(level), id.unwrap_or_default())
    }

    fn list(self, list: &Element) -> String {
        let is_loose = list.elements().any(|item| item.elements().any(|it| it.name == "p"));
        let gap = if is_loose { "\n\n" } else { "\n" };
        let mut number = list.attribute("start").and_then(|start| start.parse::<u32>().ok()).unwrap_or(1);
        let items = list.elements().map(|item| {
            let mark = if list.name == "ol" { format!("{number}.") } else { "-".to_owned() };
            number = number.saturating_add(1);
            // Blocks that a blank line must set apart are not tight.
            let between =
                if item.elements().any(|it| !it.is_inline() && !is_list(it)) { "\n\n" } else { gap };
            let indent = " ".repeat(4.max(mark.len() + 1));
            self.prefixed(&format!("{mark:<width$}", width = indent.len()), &indent, |it| {
                it.blocks(&item.children, between)
            })
        });
        let items: Vec<String> = items.collect();
        items.join(gap)
    }

    fn definitions(self, list: &Element) -> String {
        let terms = list.elements().map(|element| match element.name.as_str() {
            "dd" => format!("{}\n", self.within(":   ", "    ", &element.children)),
            _ => line(&element.children, self.links),
        });
        terms.collect::<Vec<_>>().join("\n").trim_end().to_owned()
    }

    fn admonition(self, mark: &str, element: &Element) -> String {
        let is_title = |it: &Element| it.has_class("admonition-title") || it.name == "summary";
        let title = element.elements().find(|it| is_title(it)).map(Element::line).unwrap_or_default();
        let is_kind =
            |class: &&str| *class != "admonition" && class.chars().all(|c| c.is_alphanumeric() || c == '-');
        let kind = element.classes().find(is_kind).unwrap_or("note");
        let open = if mark == "???" && element.attribute("open").is_some() { "+" } else { "" };
        let body: Vec<Node> = element
            .children
            .iter()
            .filter(|node| !matches!(node, Node::Element(it) if is_title(it)))
            .cloned()
            .collect();
        let body = self.within("    ", "    ", &body);
        format!("{mark}{open} {kind} \"{}\"\n{body}", title.replace('"', "'")).trim_end().to_owned()
    }

    fn tabs(self, set: &Element) -> String {
        let (mut labels, mut bodies) = (Vec::new(), Vec::new());
        for element in set.elements() {
            match element.name.as_str() {
                "label" => labels.push(element.line()),
                _ if element.has_class("tabbed-labels") => {
                    labels.extend(element.elements().map(Element::line));
                }
                _ if element.elements().any(|it| it.has_class("tabbed-block")) => {
                    bodies.extend(element.elements().map(|it| &it.children));
                }
                _ if element.has_class("tabbed-content") => bodies.push(&element.children),
                _ => {}
            }
        }
        let tabs = bodies.into_iter().enumerate().map(|(at, body)| {
            let label = labels.get(at).map_or_else(|| (at + 1).to_string(), |label| label.replace('"', "'"));
            format!("=== \"{label}\"\n\n{}", self.within("    ", "    ", body)).trim_end().to_owned()
        });
        tabs.collect::<Vec<_>>().join("\n\n")
    }

    fn footnotes(self, element: &Element) -> String {
        let Some(list) = element.find(&|it| it.name == "ol") else { return String::new() };
        let notes = list.elements().map(|item| {
            let label = footnote_label(item.attribute("id").unwrap_or_default());
            self.within(&format!("[^{label}]: "), "    ", &item.children)
        });
        notes.collect::<Vec<_>>().join("\n\n")
    }

    fn table(self, table: &Element) -> String {
        let mut rows = Vec::new();
        push_rows(table, &mut rows);
        let cells = |row: &&Element| -> Vec<String> {
            let cells = row.elements().filter(|it| matches!(it.name.as_str(), "td" | "th"));
            cells.take(MAX_COLUMNS).map(|cell| line(&cell.children, self.links)).collect()
        };
        let is_head = rows.first().is_some_and(|row| row.elements().all(|it| it.name == "th"));
        let mut lines: Vec<Vec<String>> = rows.iter().map(cells).collect();
        let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
        if columns == 0 {
            return String::new();
        }
        if !is_head {
            lines.insert(0, Vec::new());
        }
        lines[0].resize(columns, String::new());
        lines.insert(1, vec!["---".to_owned(); columns]);
        let lines = lines.iter().map(|cells| format!("| {} |", cells.join(" | ")));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Blocks behind a mark, indented as it is wide.
    fn within(self, first: &str, rest: &str, nodes: &[Node]) -> String {
        self.prefixed(first, rest, |writer| writer.blocks(nodes, "\n\n"))
    }

    fn prefixed(self, first: &str, rest: &str, body: impl FnOnce(Self) -> String) -> String {
        if self.nested >= MAX_NESTED {
            return body(self);
        }
        let body = body(Self { nested: self.nested + 1, ..self });
        let mut out = first.to_owned();
        for (at, line) in body.split('\n').enumerate() {
            if at > 0 {
                out.push('\n');
                out.push_str(if line.is_empty() { rest.trim_end() } else { rest });
            }
            out.push_str(line);
        }
        out.truncate(out.trim_end_matches(' ').len());
        out
    }
}

fn is_list(element: &Element) -> bool {
    matches!(element.name.as_str(), "ul" | "ol" | "menu")
}

fn push_rows<'e>(element: &'e Element, rows: &mut Vec<&'e Element>) {
    for inner in element.elements() {
        match inner.name.as_str() {
            "tr" => rows.push(inner),
            "thead" | "tbody" | "tfoot" => push_rows(inner, rows),
            _ => {}
        }
    }
}

/// Whether an element is a block of code with what a site puts around it.
fn is_code(element: &Element) -> bool {
    element.has_class("highlight") || element.has_class("highlighttable") || language(element).is_some()
}

/// A block of code: its language and its file stand in the words after the fence.
fn code(around: &Element, pre: &Element) -> String {
    let text = pre.text();
    let text = text.trim_matches('\n');
    let mermaid = if pre.has_class("mermaid") { Some("mermaid") } else { None };
    let language = language(around).or_else(|| language(pre)).or(mermaid).unwrap_or_default();
    let file = around.find(&|it| it.has_class("filename")).map(Element::line).filter(|file| !file.is_empty());
    let file = file.map(|file| format!(" title=\"{}\"", file.replace(['"', '`'], "'"))).unwrap_or_default();
    let fence = fence(text, 3);
    // Without a language the first word would be taken for one.
    let language = if language.is_empty() && !file.is_empty() { "text" } else { language };
    format!("{fence}{language}{file}\n{text}\n{fence}")
}

fn language(element: &Element) -> Option<&str> {
    let language = element.classes().find_map(|class| class.strip_prefix("language-"))?;
    let is_plain =
        language.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '#' | '.'));
    (is_plain && !language.is_empty()).then_some(language)
}

#[cfg(test)]
#[path = "markdown_tests.rs"]
mod tests;
