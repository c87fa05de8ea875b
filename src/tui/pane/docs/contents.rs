//! The contents beside a page: the navigation of the site, and under the open page its headings.

use ratatui::layout::Rect;

use crate::docs::NavItem;
use crate::ops::docs::{OpenPage, OpenSite};
use crate::tui::theme::Meaning;
use crate::tui::view::{Canvas, Scroll};

/// Headings shown under the open page. A page of thousands is found by text, not by its outline.
const MOST_HEADINGS: usize = 200;

/// What an entry leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    Page(String),
    Heading(String),
    Address(String),
    Missing(String),
    Section,
}

#[derive(Debug, Clone)]
struct Row {
    depth: u16,
    title: String,
    entry: Entry,
}

/// The rows and the window over them.
#[derive(Debug, Clone, Default)]
pub(super) struct Contents {
    rows: Vec<Row>,
    current: Option<usize>,
    scroll: Scroll,
}

impl Contents {
    /// The contents of a site with one of its pages open.
    pub(super) fn new(site: &OpenSite, page: &OpenPage) -> Self {
        let mut contents = Self::default();
        contents.add(&site.nav().items, 0, page);
        if contents.current.is_none() {
            // A page that the navigation leaves out still says where its reader is.
            contents.rows.push(Row {
                depth: 0,
                title: page.title.raw().to_owned(),
                entry: Entry::Page(page.path.clone()),
            });
            contents.current = Some(contents.rows.len() - 1);
            contents.add_headings(0, page);
        }
        contents.scroll.selected = contents.current.unwrap_or(0);
        contents
    }

    fn add(&mut self, items: &[NavItem], depth: u16, page: &OpenPage) {
        for item in items {
            match item {
                NavItem::Page { title, path } => {
                    self.push(depth, title, Entry::Page(path.clone()));
                    if *path == page.path && self.current.is_none() {
                        self.current = Some(self.rows.len() - 1);
                        self.add_headings(depth, page);
                    }
                }
                NavItem::Section { title, children } => {
                    self.push(depth, title, Entry::Section);
                    self.add(children, depth + 1, page);
                }
                NavItem::Link { title, target, is_missing: true } => {
                    self.push(depth, title, Entry::Missing(target.clone()));
                }
                NavItem::Link { title, target, .. } => {
                    self.push(depth, title, Entry::Address(target.clone()));
                }
            }
        }
    }

    fn add_headings(&mut self, depth: u16, page: &OpenPage) {
        let headings = page.page.outline.iter().filter(|heading| (2..=3).contains(&heading.level));
        for heading in headings.take(MOST_HEADINGS) {
            let depth = depth + u16::from(heading.level) - 1;
            self.push(depth, &heading.text, Entry::Heading(heading.anchor.clone()));
        }
    }

    fn push(&mut self, depth: u16, title: &str, entry: Entry) {
        self.rows.push(Row { depth, title: title.to_owned(), entry });
    }

    /// Takes the contents of the same page as it is now, and keeps the selection.
    pub(super) fn renew(&mut self, contents: Self) {
        let selected = self.scroll.selected.min(contents.rows.len().saturating_sub(1));
        *self = Self { scroll: Scroll { selected, ..self.scroll }, ..contents };
    }

    pub(super) fn selected(&self) -> Option<&Entry> {
        self.rows.get(self.scroll.selected).map(|row| &row.entry)
    }

    pub(super) fn move_by(&mut self, rows: isize, height: usize) {
        self.scroll.move_by(rows, self.rows.len(), height);
    }

    /// Selects the row that was clicked; false where there is none.
    pub(super) fn click(&mut self, line: usize, height: usize) -> bool {
        let row = self.scroll.first + line;
        if row >= self.rows.len() {
            return false;
        }
        self.scroll.select(row, self.rows.len(), height);
        true
    }

    /// The page before or behind another in the order of the navigation.
    pub(super) fn neighbour(&self, path: Option<&str>, by: isize) -> Option<String> {
        let pages: Vec<_> = self
            .rows
            .iter()
            .filter_map(|row| match &row.entry {
                Entry::Page(path) => Some(path),
                _ => None,
            })
            .collect();
        let at = pages.iter().position(|page| Some(page.as_str()) == path)?;
        pages.get(at.checked_add_signed(by)?).map(|path| (*path).clone())
    }

    pub(super) fn view(&self, canvas: &mut Canvas<'_>, area: Rect, has_focus: bool) {
        let height = usize::from(area.height);
        let mut scroll = self.scroll;
        scroll.follow(self.rows.len(), height);
        for (line, i) in scroll.visible(self.rows.len(), height).enumerate() {
            let row = &self.rows[i];
            let y = area.y + line as u16;
            let place = Rect { y, height: 1, ..area };
            let is_selected = has_focus && i == scroll.selected;
            let meaning = match (&row.entry, self.current == Some(i)) {
                _ if is_selected => Meaning::Selected,
                (_, true) => Meaning::Accent,
                (Entry::Section, _) => Meaning::Title,
                (Entry::Heading(_) | Entry::Missing(_), _) => Meaning::Dim,
                _ => Meaning::Text,
            };
            if is_selected {
                canvas.paint(place, Meaning::Selected);
            }
            if is_selected || self.current == Some(i) {
                canvas.sign(area.x, y, meaning, canvas.symbols.pointer);
            }
            let x = area.x + 1 + 2 * row.depth.min(8);
            canvas.text(x, y, area.right().saturating_sub(x), meaning, &row.title);
        }
    }
}
