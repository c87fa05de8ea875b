//! A page of HTML as a small tree: what is shown of it, within limits, whatever the page holds. Scripts,
//! styles and the site's own buttons are not in it. Knows nothing of Markdown.

use super::token::{Token, Tokens, attributes};
use crate::docs::decode;

/// Elements inside of elements; deeper ones are left out, their text stays.
const MAX_DEPTH: usize = 100;

/// Elements of a page; later ones are left out, their text stays.
const MAX_ELEMENTS: usize = 100_000;

/// Bytes of one attribute; a longer one is left out, such as a picture that stands in its address.
const MAX_ATTRIBUTE: usize = 4 << 10;

/// Elements that are left out with everything in them.
const DROPPED: [&str; 15] = [
    "script", "style", "template", "noscript", "svg", "math", "iframe", "object", "embed", "audio", "video",
    "canvas", "select", "textarea", "button",
];

/// Classes of what a site adds for a browser: links to headings, line numbers, buttons, dates.
const DROPPED_CLASSES: [&str; 9] = [
    "headerlink",
    "footnote-backref",
    "md-content__button",
    "md-nav--secondary",
    "md-source-file",
    "md-feedback",
    "linenos",
    "linenodiv",
    "md-nav__icon",
];

/// Elements that hold nothing.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// Attributes that are kept.
const ATTRIBUTES: [&str; 9] = ["class", "id", "href", "src", "alt", "title", "checked", "start", "open"];

/// Elements within a line.
const INLINE: [&str; 30] = [
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd",
    "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u",
    "var",
];

/// A piece of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// An element.
    Element(Element),
    /// Text, its entities decoded, without control characters.
    Text(String),
}

/// An element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// Its name in small letters.
    pub(super) name: String,
    attributes: Vec<(&'static str, String)>,
    /// What is in it.
    pub(super) children: Vec<Node>,
}

impl Element {
    /// An attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Its classes.
    pub(super) fn classes(&self) -> impl Iterator<Item = &str> {
        self.attribute("class").unwrap_or_default().split_ascii_whitespace()
    }

    /// Whether it has a class.
    pub(super) fn has_class(&self, class: &str) -> bool {
        self.classes().any(|known| known == class)
    }

    /// Whether it stands within a line.
    pub(super) fn is_inline(&self) -> bool {
        INLINE.contains(&self.name.as_str()) || matches!(self.name.as_str(), "br" | "img" | "input" | "wbr")
    }

    /// The elements right in it.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first element in it, in the order of the page, that is meant.
    pub(super) fn find(&self, is_meant: &dyn Fn(&Element) -> bool) -> Option<&Element> {
        self.elements()
            .find_map(|element| if is_meant(element) { Some(element) } else { element.find(is_meant) })
    }

    /// All its text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        self.push_text(&mut text);
        text
    }

    /// All its text as one line.
    pub(super) fn line(&self) -> String {
        self.text().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn push_text(&self, out: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Element(element) => element.push_text(out),
            }
        }
    }
}

/// Reads a page. Never fails: what is no HTML is text.
pub(super) fn parse(html: &str) -> Element {
    let html = html.replace("\r\n", "\n");
    let mut builder = Builder::default();
    for token in Tokens::new(&html) {
        match token {
            Token::Text(text) => builder.text(&decode(text)),
            Token::Start(name, inner) => builder.start(&name, inner),
            Token::End(name) => builder.end(&name),
        }
    }
    builder.finish()
}

/// An element that is not closed yet.
struct Open {
    name: String,
    /// Nothing where only the text of the element counts: inside of code.
    element: Option<Element>,
}

#[derive(Default)]
struct Builder {
    root: Element,
    stack: Vec<Open>,
    elements: usize,
    /// The element that is being left out, and how many of its name are open.
    skipped: Option<(String, usize)>,
}

impl Builder {
    fn start(&mut self, name: &str, inner: &str) {
        if let Some((skipped, open)) = &mut self.skipped {
            *open += usize::from(name == skipped);
            return;
        }
        let attributes = kept(inner);
        let class =
            attributes.iter().find(|(name, _)| *name == "class").map_or("", |(_, class)| class.as_str());
        let is_void = VOID.contains(&name);
        if DROPPED.contains(&name) || class.split_ascii_whitespace().any(|it| DROPPED_CLASSES.contains(&it)) {
            let is_empty = is_void || name == "svg" && inner.ends_with('/');
            if !is_empty {
                self.skipped = Some((name.to_owned(), 1));
            }
            return;
        }
        self.close_implied(name);
        if self.is_in_code() {
            if name == "br" {
                self.text("\n");
            } else if !is_void {
                self.name_language(name, class);
                self.push(Open { name: name.to_owned(), element: None });
            }
            return;
        }
        if self.elements >= MAX_ELEMENTS {
            return;
        }
        self.elements += 1;
        let element = Element { name: name.to_owned(), attributes, children: Vec::new() };
        if is_void {
            self.top().children.push(Node::Element(element));
        } else {
            self.push(Open { name: name.to_owned(), element: Some(element) });
        }
    }

    fn push(&mut self, open: Open) {
        if self.stack.len() < MAX_DEPTH {
            self.stack.push(open);
        }
    }

    /// `<pre><code class="language-x">`: the language stays when the inner element goes.
    fn name_language(&mut self, name: &str, class: &str) {
        let top = self.top();
        if name == "code" && top.name == "pre" && top.attribute("class").is_none() && !class.is_empty() {
            top.attributes.push(("class", class.to_owned()));
        }
    }

    /// Closes what an element closes by beginning.
    fn close_implied(&mut self, name: &str) {
        let (closed, within): (&[&str], &[&str]) = match name {
            "li" => (&["li"], &["ul", "ol", "menu"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl"]),
            "tr" => (&["tr"], &["table"]),
            "td" | "th" => (&["td", "th"], &["tr", "table"]),
            "thead" | "tbody" | "tfoot" => (&["thead", "tbody", "tfoot"], &["table"]),
            _ => (&[], &[]),
        };
        let open = self.stack.iter().rposition(|open| closed.contains(&&*open.name));
        let around = self.stack.iter().rposition(|open| within.contains(&&*open.name));
        if let Some(at) = open.filter(|at| around.is_none_or(|around| around < *at)) {
            self.close_to(at);
        } else if !INLINE.contains(&name) && !VOID.contains(&name) || name == "hr" {
            let block = self.stack.iter().rposition(|open| !INLINE.contains(&&*open.name));
            if let Some(at) = block.filter(|at| self.stack[*at].name == "p") {
                self.close_to(at);
            }
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((skipped, open)) = &mut self.skipped {
            *open -= usize::from(name == skipped);
            if *open == 0 {
                self.skipped = None;
            }
            return;
        }
        let is_inline = INLINE.contains(&name);
        let mut open = self.stack.iter().enumerate().rev();
        // What stands in a line ends nothing that is around its block.
        let found = open.find(|(_, open)| open.name == name || is_inline && !INLINE.contains(&&*open.name));
        if let Some((at, _)) = found.filter(|(_, open)| open.name == name) {
            self.close_to(at);
        }
    }

    fn close_to(&mut self, length: usize) {
        while self.stack.len() > length {
            if let Some(Open { element: Some(element), .. }) = self.stack.pop() {
                self.top().children.push(Node::Element(element));
            }
        }
    }

    fn top(&mut self) -> &mut Element {
        self.stack.iter_mut().rev().find_map(|open| open.element.as_mut()).unwrap_or(&mut self.root)
    }

    fn is_in_code(&self) -> bool {
        let innermost = self.stack.iter().rev().find_map(|open| open.element.as_ref());
        innermost.is_some_and(|element| matches!(element.name.as_str(), "pre" | "code"))
    }

    fn text(&mut self, text: &str) {
        if self.skipped.is_some() || text.is_empty() {
            return;
        }
        let text =
            text.chars().map(|c| if c.is_control() && !matches!(c, '\n' | '\t') { '\u{fffd}' } else { c });
        match self.top().children.last_mut() {
            Some(Node::Text(last)) => last.extend(text),
            _ => self.top().children.push(Node::Text(text.collect())),
        }
    }

    fn finish(mut self) -> Element {
        self.close_to(0);
        self.root
    }
}

/// The attributes of a tag that are kept.
fn kept(inner: &str) -> Vec<(&'static str, String)> {
    let short = attributes(inner).filter(|(_, value)| value.len() <= MAX_ATTRIBUTE);
    short
        .filter_map(|(name, value)| {
            let name = ATTRIBUTES.iter().find(|known| known.eq_ignore_ascii_case(name))?;
            let value = decode(value).chars().filter(|c| !c.is_control() || c.is_whitespace()).collect();
            Some((*name, value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree as text: names with what is in them.
    fn shown(element: &Element) -> String {
        let inner = element.children.iter().map(|node| match node {
            Node::Text(text) => text.clone(),
            Node::Element(element) => format!("{}({})", element.name, shown(element)),
        });
        inner.collect()
    }

    fn read(html: &str) -> String {
        shown(&parse(html))
    }

    #[test]
    fn elements_end_where_a_browser_ends_them() {
        assert_eq!(read("<ul><li>a<li>b<ul><li>c</ul></ul>d"), "ul(li(a)li(bul(li(c))))d");
        assert_eq!(read("<p>a<p>b<div>c</div>"), "p(a)p(b)div(c)");
        assert_eq!(read("<table><tr><td>a<td>b<tr><td>c</table>"), "table(tr(td(a)td(b))tr(td(c)))");
        assert_eq!(read("<p><b>a</p></b>b</div>"), "p(b(a))b");
        assert_eq!(read("<i>a<div>b</i>c</div>"), "i(adiv(bc))");
    }

    #[test]
    fn what_is_no_text_is_left_out() {
        assert_eq!(
            read("a<script>b<p></script>c<style>d</style><svg><p>e</p></svg>f<button>g</button>"),
            "acf"
        );
        assert_eq!(read("<h1>a<a class='x headerlink' href='#'>p</a></h1>"), "h1(a)");
        assert_eq!(read("a<!-- <p>b --><?c?><!doctype d>e&amp;&#27;[1m"), "ae&\u{fffd}[1m");
        assert_eq!(read("<script>never closed <p>"), "");
    }

    #[test]
    fn code_is_text() {
        let tree = parse("<pre><code class='language-rust'><span>fn</span> <b>a</b>()<br>x</code></pre>b");
        assert_eq!(shown(&tree), "pre(fn a()\nx)b");
        assert_eq!(tree.find(&|it| it.name == "pre").unwrap().attribute("class"), Some("language-rust"));
        assert_eq!(read("<span><code><span>x</span></code>y</span>z"), "span(code(x)y)z");
    }

    #[test]
    fn lines_end_in_one_way() {
        assert_eq!(read("<pre>a\r\nb</pre>"), "pre(a\nb)");
    }

    #[test]
    fn a_tag_without_an_end_of_attributes_is_read_once() {
        let many: Vec<String> = (0..100_000).map(|at| format!("a{at}")).collect();
        let many = many.join(" ");
        assert_eq!(read(&format!("<a {many}>x</a>").repeat(2)), "a(x)a(x)");
    }

    #[test]
    fn depth_and_number_of_elements_are_bounded() {
        let deep = parse(&format!("{}x", "<div>".repeat(100_000)));
        assert_eq!(deep.text(), "x");
        let many = parse(&"<i>x</i>".repeat(MAX_ELEMENTS + 10));
        assert_eq!((many.elements().count(), many.text().len()), (MAX_ELEMENTS, MAX_ELEMENTS + 10));
    }
}
