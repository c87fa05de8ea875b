//! Running text to pieces: each a text with a meaning and perhaps a link. tui-markdown reads the Markdown;
//! its styles are used as names of meanings and never reach a screen.

use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Span as Styled;
use tui_markdown::{Options, StyleSheet};

use super::definitions::Definitions;
use super::html::{self, Tag, Token};
use super::{Role, extras, guard};
use crate::text;

/// Longest description of an image that is shown, in cells.
const MAX_IMAGE_CELLS: usize = 80;

/// A piece of running text. The text is foreign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text; `link` is an index into the targets.
    Text { text: String, role: Role, link: Option<usize> },
    /// The end of a line, whatever the width.
    Break,
}

/// Running text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Inline {
    pub(super) pieces: Vec<Piece>,
    pub(super) targets: Vec<String>,
}

impl Inline {
    /// Reads the Markdown of running text.
    pub(super) fn markdown(source: &str, definitions: &Definitions) -> Self {
        let mut builder = Builder::default();
        let source = source.trim();
        if is_plain(source) {
            builder.text(&source.replace('\n', " "), Role::Text);
        } else {
            let guarded = guard::guarded(source, definitions);
            let rendered = tui_markdown::from_str_with_options(&guarded, &Options::new(Roles));
            for (number, line) in rendered.lines.iter().enumerate() {
                if number > 0 {
                    builder.line_break();
                }
                builder.line(&line.spans);
            }
        }
        let mut inline = builder.inline;
        extras::apply(&mut inline, definitions);
        inline
    }

    /// Reads HTML: its text, its links and its emphasis.
    pub(super) fn html(source: &str) -> Self {
        let mut builder = Builder { is_html: true, ..Builder::default() };
        for token in html::tokens(source) {
            match token {
                Token::Text(text) if builder.is_preformatted() => builder.preformatted(&html::decode(text)),
                Token::Text(text) => builder.flowing(&html::decode(text)),
                Token::Tag(tag) => builder.tag(tag),
            }
        }
        builder.inline
    }

    /// The text alone, as a heading of an outline shows it.
    pub(super) fn plain(&self) -> String {
        let texts = self.pieces.iter().map(|piece| match piece {
            Piece::Text { text, .. } => text.as_str(),
            Piece::Break => " ",
        });
        texts.collect::<String>().trim().to_owned()
    }

    /// The same text, where running text has another meaning, such as that of a heading.
    pub(super) fn in_role(mut self, role: Role) -> Self {
        for piece in &mut self.pieces {
            if let Piece::Text { role: own @ (Role::Text | Role::Strong | Role::Emphasis), .. } = piece {
                *own = role;
            }
        }
        self
    }
}

/// Whether a text has nothing that Markdown or HTML could mean.
fn is_plain(source: &str) -> bool {
    !source.contains("  \n")
        && !source.bytes().any(|b| matches!(b, b'*' | b'_' | b'`' | b'[' | b'<' | b'&' | b'\\' | b'!' | b'{'))
}

/// Names of meanings, in place of colours.
#[derive(Clone, Copy)]
struct Roles;

const CODE: Color = Color::Indexed(1);
const IMAGE: Color = Color::Indexed(2);
const HTML: Color = Color::Indexed(3);

impl StyleSheet for Roles {
    fn code(&self) -> Style {
        Style::new().fg(CODE)
    }

    fn link(&self) -> Style {
        Style::new().add_modifier(Modifier::UNDERLINED)
    }

    fn html(&self) -> Style {
        Style::new().fg(HTML)
    }

    fn image_alt(&self) -> Style {
        Style::new().fg(IMAGE)
    }
}

/// Builds pieces from what the renderer or an HTML page says, one after the other.
#[derive(Default)]
struct Builder {
    inline: Inline,
    /// Open HTML tags that change the meaning of text.
    open: Vec<(&'static str, Role)>,
    link: Option<usize>,
    is_html: bool,
}

impl Builder {
    /// One line of the renderer. A link comes as its label, ` (`, its target and `)`.
    fn line(&mut self, spans: &[Styled<'_>]) {
        let mut label_from = self.inline.pieces.len();
        let mut at = 0;
        while let Some(span) = spans.get(at) {
            if is_target(spans, at + 1) {
                let target = spans[at + 1].content.as_ref();
                self.end_label(label_from, target);
                at += 3;
                label_from = self.inline.pieces.len();
                continue;
            }
            let is_label = span.style.add_modifier.contains(Modifier::UNDERLINED)
                || (span.style.fg == Some(CODE) && is_followed_by_label(spans, at));
            self.span(spans, &mut at);
            if !is_label {
                label_from = self.inline.pieces.len();
            }
        }
    }

    /// Gives a target to the pieces of a label; a link without a label shows its target.
    fn end_label(&mut self, from: usize, target: &str) {
        let index = self.inline.targets.len();
        self.inline.targets.push(target.to_owned());
        if from == self.inline.pieces.len() {
            self.text(target, Role::Link);
        }
        for piece in &mut self.inline.pieces[from..] {
            if let Piece::Text { link, .. } = piece {
                *link = Some(index);
            }
        }
    }

    /// One span, or the spans of an image.
    fn span(&mut self, spans: &[Styled<'_>], at: &mut usize) {
        let span = &spans[*at];
        *at += 1;
        match span.style.fg {
            Some(HTML) => self.tag(&span.content),
            Some(CODE) => self.text(&span.content, Role::Code),
            Some(IMAGE) => {
                let rest = &spans[*at..];
                let is_same = |next: &&Styled<'_>| next.style.fg == Some(IMAGE) && next.content != "[img] ";
                let description: String =
                    rest.iter().take_while(is_same).map(|next| next.content.as_ref()).collect();
                *at += rest.iter().take_while(is_same).count();
                self.image(&description);
            }
            _ => {
                let modifier = span.style.add_modifier;
                let role = if modifier.contains(Modifier::UNDERLINED) {
                    Role::Link
                } else if modifier.contains(Modifier::BOLD) {
                    Role::Strong
                } else if modifier.contains(Modifier::ITALIC) {
                    Role::Emphasis
                } else {
                    Role::Text
                };
                self.text(&guard::unguarded(&span.content), role);
            }
        }
    }

    fn text(&mut self, text: &str, role: Role) {
        if text.is_empty() {
            return;
        }
        let role = match role {
            Role::Text | Role::Strong | Role::Emphasis => {
                let outer = if self.link.is_some() { Role::Link } else { role };
                self.open.last().map_or(outer, |&(_, open)| open)
            }
            other => other,
        };
        if let Some(Piece::Text { text: last, role: last_role, link }) = self.inline.pieces.last_mut()
            && *last_role == role
            && *link == self.link
            && role != Role::Image
        {
            last.push_str(text);
            return;
        }
        self.inline.pieces.push(Piece::Text { text: text.to_owned(), role, link: self.link });
    }

    fn image(&mut self, description: &str) {
        let description = description.trim();
        let shown = if description.is_empty() || description.starts_with("data:") {
            "[image]".to_owned()
        } else {
            format!("[image: {}]", text::fit(description, MAX_IMAGE_CELLS))
        };
        self.text(&shown, Role::Image);
    }

    fn line_break(&mut self) {
        if !matches!(self.inline.pieces.last(), None | Some(Piece::Break)) || !self.is_html {
            self.inline.pieces.push(Piece::Break);
        }
    }

    /// Something in angle brackets: markup, or what a writer wanted to be read.
    fn tag(&mut self, source: &str) {
        let Some(tag) = Tag::parse(source) else {
            if !source.starts_with("<!") && !source.starts_with("<?") {
                self.text(source, Role::Text);
            }
            return;
        };
        if let Some((name, role)) = emphasis(&tag) {
            self.toggle(name, role, tag.is_closing);
        } else if tag.is("br") {
            self.inline.pieces.push(Piece::Break);
        } else if tag.is("a") {
            self.anchor(&tag);
        } else if tag.is_any(&["sub", "sup"]) && !self.is_html {
            self.text(if tag.is("sub") { "~" } else { "^" }, Role::Text);
        } else if tag.is("img") {
            let words = tag.attribute("alt").filter(|alt| !alt.trim().is_empty());
            self.image(&words.or_else(|| tag.attribute("src")).unwrap_or_default());
        } else if tag.is_any(&["td", "th"]) && tag.is_closing {
            self.text("  ", Role::Text);
        } else if tag.is("li") && !tag.is_closing {
            self.line_break();
            self.text("• ", Role::Marker);
        } else if tag.is_any(&[
            "p",
            "div",
            "tr",
            "table",
            "ul",
            "ol",
            "dl",
            "dt",
            "dd",
            "hr",
            "blockquote",
            "center",
            "figure",
            "figcaption",
            "section",
            "summary",
            "details",
            "pre",
            "li",
            "article",
            "header",
            "footer",
        ]) {
            self.line_break();
        }
    }

    fn toggle(&mut self, name: &'static str, role: Role, is_closing: bool) {
        if matches!(role, Role::Heading(_)) {
            self.line_break();
        }
        if !is_closing {
            self.open.push((name, role));
        } else if let Some(at) = self.open.iter().rposition(|&(open, _)| open == name) {
            self.open.truncate(at);
        }
    }

    fn anchor(&mut self, tag: &Tag<'_>) {
        self.link = if tag.is_closing {
            None
        } else {
            tag.attribute("href").map(|target| {
                self.inline.targets.push(target);
                self.inline.targets.len() - 1
            })
        };
    }

    fn is_preformatted(&self) -> bool {
        self.open.iter().any(|&(name, _)| name == "pre")
    }

    fn preformatted(&mut self, text: &str) {
        for (number, line) in text.trim_end_matches('\n').split('\n').enumerate() {
            if number > 0 {
                self.inline.pieces.push(Piece::Break);
            }
            self.text(line, Role::Code);
        }
    }

    /// Text of HTML, where any blanks are one and none stands at the start of a line.
    fn flowing(&mut self, text: &str) {
        let is_at_start = match self.inline.pieces.last() {
            None | Some(Piece::Break) => true,
            Some(Piece::Text { text, .. }) => text.ends_with(' '),
        };
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut flowing = words.join(" ");
        if text.starts_with(char::is_whitespace) && !is_at_start {
            flowing.insert(0, ' ');
        }
        if !words.is_empty() && text.ends_with(char::is_whitespace) {
            flowing.push(' ');
        }
        self.text(&flowing, Role::Text);
    }
}

/// Whether the spans from an index on are the target of a link. The renderer gives the target the link's
/// style alone, between ` (` and `)` without any style; a label is never followed by that `)`.
fn is_target(spans: &[Styled<'_>], at: usize) -> bool {
    let bare = |span: Option<&Styled<'_>>, content: &str| {
        span.is_some_and(|span| span.style == Style::default() && span.content == content)
    };
    spans.get(at).is_some_and(|span| span.style == Roles.link())
        && bare(spans.get(at.wrapping_sub(1)), " (")
        && bare(spans.get(at + 1), ")")
}

/// Whether code is a part of a label: the renderer shows code in links like any other code, so it is one if
/// more of the label or the target comes next.
fn is_followed_by_label(spans: &[Styled<'_>], at: usize) -> bool {
    is_target(spans, at + 2)
        || spans.get(at + 1).is_some_and(|next| next.style.add_modifier.contains(Modifier::UNDERLINED))
}

/// What a tag means for the text in it, with one name for tags that mean the same.
fn emphasis(tag: &Tag<'_>) -> Option<(&'static str, Role)> {
    let named = [
        (&["b", "strong"][..], "b", Role::Strong),
        (&["i", "em", "cite", "dfn", "var"], "i", Role::Emphasis),
        (&["code", "tt", "samp"], "code", Role::Code),
        (&["pre"], "pre", Role::Code),
        (&["kbd"], "kbd", Role::Key),
        (&["s", "strike", "del"], "s", Role::Strike),
        (&["mark", "ins", "u"], "mark", Role::Mark),
        (&["small"], "small", Role::Dim),
    ];
    if let Some(&(_, name, role)) = named.iter().find(|(names, ..)| tag.is_any(names)) {
        return Some((name, role));
    }
    tag.heading().map(|level| ("h", Role::Heading(level)))
}
