//! Just enough of HTML to read what the reference renders: a tree of elements and text.

/// A node of the tree.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    /// Text with its entities decoded.
    Text(String),
    /// An element.
    Element(Element),
}

/// An element with its attributes as they are written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    attributes: String,
    pub(crate) children: Vec<Node>,
}

impl Element {
    /// The value of an attribute; empty for one without a value.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        if self.attributes.split_whitespace().any(|word| word.trim_end_matches('/') == name) {
            return Some(String::new());
        }
        let (_, rest) = self.attributes.split_once(&format!(" {name}=\""))?;
        Some(decode(rest.split_once('"')?.0))
    }

    /// The classes.
    pub(crate) fn classes(&self) -> Vec<String> {
        self.attribute("class").unwrap_or_default().split_whitespace().map(str::to_owned).collect()
    }

    /// Whether it has a class.
    pub(crate) fn has_class(&self, class: &str) -> bool {
        self.classes().iter().any(|own| own == class)
    }

    /// The elements in it.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// All text in it.
    pub(crate) fn text(&self) -> String {
        let text = |node: &Node| match node {
            Node::Text(text) => text.clone(),
            Node::Element(element) => element.text(),
        };
        self.children.iter().map(text).collect()
    }
}

/// Reads a fragment of HTML as the children of one element.
pub(crate) fn parse(html: &str) -> Element {
    let mut open = vec![Element::default()];
    let mut rest = html;
    while !rest.is_empty() {
        let Some(tag) = rest.strip_prefix('<') else {
            let end = rest.find('<').unwrap_or(rest.len());
            add(&mut open, Node::Text(decode(&rest[..end])));
            rest = &rest[end..];
            continue;
        };
        let (tag, after) = tag.split_once('>').expect("the reference closes its tags");
        rest = after;
        if tag.starts_with('/') {
            close(&mut open);
            continue;
        }
        let end = tag.find([' ', '/', '\n']).unwrap_or(tag.len());
        let (name, attributes) = tag.split_at(end);
        let element =
            Element { name: name.to_owned(), attributes: attributes.to_owned(), children: Vec::new() };
        if matches!(name, "br" | "img" | "input" | "hr") || tag.ends_with('/') {
            add(&mut open, Node::Element(element));
        } else {
            open.push(element);
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    open.pop().unwrap_or_default()
}

fn add(open: &mut [Element], node: Node) {
    open.last_mut().expect("the root is never closed").children.push(node);
}

fn close(open: &mut Vec<Element>) {
    if open.len() > 1 {
        let element = open.pop().expect("there is more than the root");
        add(open, Node::Element(element));
    }
}

fn decode(text: &str) -> String {
    let mut decoded = String::new();
    let mut rest = text;
    while let Some((before, entity)) = rest.split_once('&') {
        decoded.push_str(before);
        let (name, after) = entity.split_once(';').expect("the reference ends its entities");
        let character = match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "copy" => '©',
            "reg" => '®',
            "trade" => '™',
            "rarr" => '→',
            "larr" => '←',
            "harr" => '↔',
            "ne" => '≠',
            "plusmn" => '±',
            "frac12" => '½',
            "frac14" => '¼',
            "frac34" => '¾',
            number => number
                .strip_prefix('#')
                .and_then(|code| char::from_u32(code.parse().ok()?))
                .unwrap_or('\u{fffd}'),
        };
        decoded.push(character);
        rest = after;
    }
    decoded + rest
}
