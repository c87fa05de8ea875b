//! A column of rows with targets: the selection steps from target to target, the window follows it.

use ratatui::layout::Rect;

use super::rows::{Row, Target};
use crate::tui::theme::Meaning;
use crate::tui::view::Canvas;

/// Rows laid out in a rectangle.
#[derive(Debug, Clone)]
pub(super) struct Column {
    rows: Vec<Row>,
    place: Rect,
    first: usize,
    selected: Option<usize>,
}

impl Column {
    /// A column of rows, wrapped to the width of its place. Selection and window are taken over from the
    /// column that stood here before.
    pub(super) fn new(rows: Vec<Row>, place: Rect, old: Option<&Self>) -> Self {
        let rows = rows.into_iter().flat_map(|row| row.wrap(usize::from(place.width))).collect();
        let mut column = Self { rows, place, first: 0, selected: None };
        let wanted = old.and_then(Self::target);
        let again = column.rows.iter().position(|row| wanted.is_some() && row.target.as_ref() == wanted);
        column.selected = again.or_else(|| column.rows.iter().position(|row| row.target.is_some()));
        column.first = old.map_or(0, |old| old.first).min(column.last_first());
        if again.is_some() {
            column.follow();
        }
        column
    }

    pub(super) fn has_target(&self) -> bool {
        self.selected.is_some()
    }

    pub(super) fn target(&self) -> Option<&Target> {
        self.rows.get(self.selected?)?.target.as_ref()
    }

    pub(super) fn holds(&self, x: u16, y: u16) -> bool {
        self.place.contains(ratatui::layout::Position { x, y })
    }

    pub(super) fn click(&mut self, y: u16) -> bool {
        let row = self.first + usize::from(y - self.place.y);
        if self.rows.get(row).is_none_or(|row| row.target.is_none()) {
            return false;
        }
        let again = self.selected == Some(row);
        self.selected = Some(row);
        again
    }

    /// Goes to the next target; where it is further than a page away, the window moves by a line instead.
    pub(super) fn step(&mut self, down: bool) {
        let from = self.selected.unwrap_or(self.first);
        let next = if down {
            (from + 1..self.rows.len()).find(|row| self.rows[*row].target.is_some())
        } else {
            (0..from).rev().find(|row| self.rows[*row].target.is_some())
        };
        let height = usize::from(self.place.height);
        match next {
            Some(next) if next + height > self.first && next < self.first + 2 * height => {
                self.selected = Some(next);
                self.follow();
                if !down && (0..next).all(|row| self.rows[row].target.is_none()) && next < height {
                    self.first = 0;
                }
            }
            _ => self.scroll_by(if down { 1 } else { -1 }),
        }
    }

    /// Goes to the first target behind the next heading; false at the end of the column.
    pub(super) fn next_section(&mut self) -> bool {
        let from = self.selected.map_or(0, |row| row + 1);
        let heading = (from..self.rows.len()).find(|row| self.rows[*row].is_heading());
        let next = heading.and_then(|at| (at..self.rows.len()).find(|row| self.rows[*row].target.is_some()));
        if let Some(next) = next {
            self.selected = Some(next);
            self.follow();
        }
        next.is_some()
    }

    /// Makes the next section the first one.
    pub(super) fn before_first(&mut self) {
        self.selected = None;
        self.first = 0;
    }

    pub(super) fn top(&mut self) {
        self.first = 0;
        self.selected = self.rows.iter().position(|row| row.target.is_some());
    }

    pub(super) fn bottom(&mut self) {
        self.first = self.last_first();
        self.selected = self.rows.iter().rposition(|row| row.target.is_some());
    }

    /// Moves the window; the selection comes along when it would leave it.
    pub(super) fn scroll_by(&mut self, lines: isize) {
        self.first = self.first.saturating_add_signed(lines).min(self.last_first());
        let height = usize::from(self.place.height);
        let visible = self.first..(self.first + height).min(self.rows.len());
        if self.selected.is_some_and(|row| !visible.contains(&row)) {
            let mut targets = visible.filter(|row| self.rows[*row].target.is_some());
            let next = if lines > 0 { targets.next() } else { targets.next_back() };
            self.selected = next.or(self.selected);
        }
    }

    fn last_first(&self) -> usize {
        self.rows.len().saturating_sub(usize::from(self.place.height))
    }

    fn follow(&mut self) {
        let Some(row) = self.selected else { return };
        let height = usize::from(self.place.height).max(1);
        if row < self.first {
            self.first = row.saturating_sub(height / 3);
        } else if row >= self.first + height {
            self.first = (row + 1 + height / 3).saturating_sub(height);
        }
        self.first = self.first.min(self.last_first());
    }

    pub(super) fn view(&self, canvas: &mut Canvas<'_>, is_active: bool) {
        let rows = self.rows.iter().enumerate().skip(self.first).take(usize::from(self.place.height));
        for (line, (i, row)) in rows.enumerate() {
            let area = Rect { y: self.place.y + line as u16, height: 1, ..self.place };
            let is_selected = is_active && self.selected == Some(i);
            if is_selected {
                canvas.paint(area, Meaning::Selected);
                canvas.sign(area.x, area.y, Meaning::Selected, canvas.symbols.pointer);
            }
            let mut x = area.x + 1;
            for (meaning, text) in &row.pieces {
                let meaning = if is_selected { Meaning::Selected } else { *meaning };
                x += canvas.text(x, area.y, area.right().saturating_sub(x), meaning, text);
            }
        }
        let below = self.rows.len().saturating_sub(self.first + usize::from(self.place.height));
        if below > 0 && self.place.height > 3 {
            let more = format!(" {below} more ");
            // In the rule below the page; where there is no rule, the footer is drawn over it.
            canvas.text_right(self.place.x, self.place.bottom(), self.place.width, Meaning::Dim, &more);
        }
    }
}
