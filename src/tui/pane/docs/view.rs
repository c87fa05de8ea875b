//! The view of the reader: contents, page, the line of what is looked for.

use ratatui::layout::{Position, Rect};

use super::{Known, Part, Reader};
use crate::docs::Line;
use crate::tui::theme::Meaning;
use crate::tui::view::{self, Canvas};

impl Reader {
    /// Draws the pane and tells where the cursor stands.
    pub fn view(&self, canvas: &mut Canvas<'_>, body: Rect) -> Option<Position> {
        let (side, page) = self.areas();
        match &self.known {
            Known::Loading => {
                canvas.text(page.x, page.y, page.width, Meaning::Dim, "Loading …");
                return None;
            }
            Known::Failed(why) => {
                let lines = view::wrap(why, usize::from(page.width));
                for (i, line) in lines.iter().take(usize::from(page.height)).enumerate() {
                    canvas.text(page.x, page.y + i as u16, page.width, Meaning::Warning, line);
                }
                return None;
            }
            Known::Loaded(_) => {}
        }
        let is_split = side != page;
        if is_split || self.part == Part::Contents {
            self.contents.view(canvas, side, self.part == Part::Contents);
        }
        if is_split {
            canvas.upright(page.x - 2, body.y, body.height);
            canvas.sign(page.x - 2, body.y.saturating_sub(1), Meaning::Border, canvas.symbols.tee_down);
            canvas.sign(page.x - 2, body.bottom(), Meaning::Border, canvas.symbols.tee_up);
        }
        if is_split || self.part == Part::Page {
            self.view_page(canvas, page);
        }
        self.view_find(canvas, page)
    }

    fn view_page(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let selected = self.page().and_then(|open| Some(open.page.links.get(self.link?)?.number));
        let rows = self.lines().iter().enumerate().skip(self.first).take(usize::from(area.height));
        for (row, (i, line)) in rows.enumerate() {
            let y = area.y + row as u16;
            let mut x = area.x;
            for span in &line.spans {
                x +=
                    canvas.text(x, y, area.right().saturating_sub(x), Meaning::Doc(span.role()), span.text());
            }
            if let Some(find) = &self.find {
                for (from, to) in find.on_line(i) {
                    let place = Rect { x: area.x + from as u16, y, width: (to - from) as u16, height: 1 };
                    canvas.paint(place.intersection(area), Meaning::Match);
                }
            }
            if let Some((from, to)) = selected.and_then(|number| link_cells(line, number)) {
                let place = Rect { x: area.x + from, y, width: to - from, height: 1 };
                canvas.paint(place.intersection(area), Meaning::Selected);
            }
        }
        let (shown, all) = (self.first + usize::from(area.height), self.lines().len());
        if all > usize::from(area.height) && area.width > 20 {
            let percent = format!(" {} % ", (shown.min(all) * 100) / all.max(1));
            canvas.text_right(area.x, self.body.bottom(), area.width, Meaning::Dim, &percent);
        }
    }

    fn view_find(&self, canvas: &mut Canvas<'_>, area: Rect) -> Option<Position> {
        let find = self.find.as_ref().filter(|find| find.is_open)?;
        let row = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
        canvas.clear(row);
        canvas.text(row.x, row.y, row.width, Meaning::Accent, "/");
        canvas.text_right(row.x, row.y, row.width, Meaning::Dim, &find.count());
        let line = Rect { x: row.x + 2, width: row.width.saturating_sub(14), ..row };
        view::input(canvas, line, &find.input, "find on this page")
    }
}

/// The cells of a link on a line, found by its number.
fn link_cells(line: &Line, number: usize) -> Option<(u16, u16)> {
    let sign = format!("[{number}]");
    let mut x = 0;
    let mut from = None;
    for span in &line.spans {
        let width = span.width() as u16;
        if span.role() == crate::docs::Role::Link {
            if span.text().starts_with(&sign) {
                from = Some((x, x + width));
            } else if let Some((start, _)) = from {
                from = Some((start, x + width));
            }
        } else if from.is_some() {
            break;
        }
        x += width;
    }
    from
}
