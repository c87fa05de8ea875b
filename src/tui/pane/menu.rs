//! A menu over the pane: help, palette, links, choices. Typing filters it, Enter takes the selected row.

use ratatui::layout::{Position, Rect};
use tui_input::Input;

use crate::catalog::EntityRef;
use crate::text;
use crate::tui::command::Command;
use crate::tui::theme::Meaning;
use crate::tui::view::{self, Canvas, Scroll};

/// What taking a row does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Runs a command in the place below.
    Run(Command),
    /// Opens an address.
    Address(String),
    /// Opens an entity.
    Entity(EntityRef),
    /// A heading between rows: it cannot be taken.
    Heading,
    /// Words to read only.
    Words,
    /// A place in a file to read only, whose end says the most: it is cut at its beginning.
    Place,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// On the left, such as keys.
    pub label: String,
    /// The words of the row.
    pub text: String,
    /// What it does.
    pub choice: Choice,
}

/// A menu.
#[derive(Debug, Clone)]
pub struct Menu {
    /// Its title.
    pub title: String,
    items: Vec<Item>,
    shown: Vec<usize>,
    /// The filter.
    pub filter: Input,
    scroll: Scroll,
}

/// Columns that a menu takes at most.
const WIDEST: u16 = 96;

impl Menu {
    /// A menu with all of its rows.
    pub fn new(title: impl Into<String>, items: Vec<Item>) -> Self {
        let mut menu = Self {
            title: title.into(),
            shown: (0..items.len()).collect(),
            items,
            filter: Input::default(),
            scroll: Scroll::default(),
        };
        menu.leave_heading(1);
        menu
    }

    /// The selected row, unless it is a heading.
    pub fn selected(&self) -> Option<&Item> {
        let item = &self.items[*self.shown.get(self.scroll.selected)?];
        (item.choice != Choice::Heading).then_some(item)
    }

    /// Shows the rows that hold every word of the filter, with the headings above them.
    pub fn refilter(&mut self) {
        let filter = self.filter.value().to_lowercase();
        let words: Vec<_> = filter.split_whitespace().collect();
        let holds = |item: &Item| {
            let row = format!("{} {}", item.label, item.text).to_lowercase();
            words.iter().all(|word| row.contains(word))
        };
        self.shown.clear();
        let mut heading = None;
        for (i, item) in self.items.iter().enumerate() {
            if item.choice == Choice::Heading {
                heading = Some(i);
            } else if holds(item) {
                self.shown.extend(heading.take());
                self.shown.push(i);
            }
        }
        self.scroll = Scroll::default();
        self.leave_heading(1);
    }

    /// Moves the selection by rows, over headings.
    pub fn move_by(&mut self, rows: isize, area: Rect) {
        self.scroll.move_by(rows, self.shown.len(), self.rows(area));
        self.leave_heading(rows.signum());
        self.scroll.follow(self.shown.len(), self.rows(area));
    }

    /// The rows that a page holds.
    pub fn page(&self, area: Rect) -> isize {
        self.rows(area) as isize
    }

    fn leave_heading(&mut self, direction: isize) {
        let is_heading =
            |row: usize| self.shown.get(row).is_some_and(|item| self.items[*item].choice == Choice::Heading);
        let mut row = self.scroll.selected;
        while is_heading(row) {
            let next = row.saturating_add_signed(direction);
            // At the very top a heading has nothing above it: turn round.
            row = if next == row { row + 1 } else { next };
        }
        if row < self.shown.len() {
            self.scroll.selected = row;
        }
    }

    fn place(&self, area: Rect) -> Rect {
        let width = area.width.saturating_sub(4).min(WIDEST);
        let height = (self.items.len() as u16).saturating_add(4).min(area.height.saturating_sub(2)).max(5);
        Rect {
            x: area.x + (area.width - width.min(area.width)) / 2,
            y: area.y + (area.height.saturating_sub(height)) / 3,
            width,
            height: height.min(area.height),
        }
    }

    fn rows(&self, area: Rect) -> usize {
        usize::from(self.place(area).height.saturating_sub(4))
    }

    /// Draws the menu over the screen and tells where the cursor stands.
    pub fn view(&self, canvas: &mut Canvas<'_>, area: Rect) -> Option<Position> {
        let place = self.place(area);
        if place.height < 5 || place.width < 10 {
            return None;
        }
        canvas.clear(place);
        canvas.frame(place, &self.title);
        let inner = Rect { x: place.x + 2, y: place.y + 1, width: place.width - 4, height: place.height - 2 };
        canvas.sign(inner.x, inner.y, Meaning::Accent, canvas.symbols.prompt);
        let line = Rect { x: inner.x + 2, width: inner.width - 2, height: 1, ..inner };
        let cursor = view::input(canvas, line, &self.filter, "type to filter");
        let label = self.label_width(inner.width);
        let rows = self.scroll.visible(self.shown.len(), self.rows(area));
        for (line, row) in rows.enumerate() {
            let y = inner.y + 2 + line as u16;
            self.row(canvas, Rect { y, height: 1, ..inner }, label, row);
        }
        if self.shown.is_empty() {
            canvas.text(inner.x, inner.y + 2, inner.width, Meaning::Dim, "Nothing here matches.");
        }
        cursor
    }

    fn label_width(&self, width: u16) -> u16 {
        let label = |item: &Item| crate::text::width(&crate::text::sanitize(&item.label)) as u16;
        self.items
            .iter()
            .filter(|item| item.choice != Choice::Heading)
            .map(label)
            .max()
            .unwrap_or(0)
            .min(width / 2)
    }

    fn row(&self, canvas: &mut Canvas<'_>, area: Rect, label: u16, row: usize) {
        let item = &self.items[self.shown[row]];
        if item.choice == Choice::Heading {
            canvas.text(area.x, area.y, area.width, Meaning::Title, &item.text);
            return;
        }
        let selected = row == self.scroll.selected;
        if selected {
            canvas.paint(area, Meaning::Selected);
            canvas.sign(area.x, area.y, Meaning::Selected, canvas.symbols.pointer);
        }
        let (key, words) =
            if selected { (Meaning::Selected, Meaning::Selected) } else { (Meaning::Key, Meaning::Text) };
        let x = area.x + 2;
        canvas.text(x, area.y, label, key, &item.label);
        let gap = if label == 0 { 0 } else { label + 2 };
        let room = area.width.saturating_sub(gap + 2);
        let text = match item.choice {
            Choice::Place => text::fit_end(&item.text, usize::from(room)),
            _ => item.text.as_str().into(),
        };
        canvas.text(x + gap, area.y, room, words, &text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn menu() -> Menu {
        let item = |label: &str, text: &str, choice| Item { label: label.into(), text: text.into(), choice };
        Menu::new(
            "Help",
            vec![
                item("", "Everywhere", Choice::Heading),
                item("esc", "Goes back.", Choice::Run(Command::Back)),
                item("", "In the list", Choice::Heading),
                item("d", "Opens the docs.", Choice::Run(Command::Docs)),
            ],
        )
    }

    const AREA: Rect = Rect { x: 0, y: 0, width: 80, height: 24 };

    #[test]
    fn the_selection_steps_over_headings() {
        let mut menu = menu();
        assert_eq!(menu.selected().unwrap().choice, Choice::Run(Command::Back));
        menu.move_by(1, AREA);
        assert_eq!(menu.selected().unwrap().choice, Choice::Run(Command::Docs));
        menu.move_by(-1, AREA);
        assert_eq!(menu.selected().unwrap().choice, Choice::Run(Command::Back));
        menu.move_by(-1, AREA);
        assert_eq!(menu.selected().unwrap().choice, Choice::Run(Command::Back));
    }

    #[test]
    fn the_filter_finds_keys_and_words_and_drops_empty_headings() {
        let mut menu = menu();
        menu.filter = Input::new("docs".into());
        menu.refilter();
        assert_eq!(menu.shown, [2, 3]);
        menu.filter = Input::new("esc".into());
        menu.refilter();
        assert_eq!(menu.shown, [0, 1]);
        menu.filter = Input::new("zzz".into());
        menu.refilter();
        assert_eq!(menu.selected(), None);
    }
}
