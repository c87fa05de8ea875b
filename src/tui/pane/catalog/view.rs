//! The view of the catalog: box, list, preview. Computes no data; any rectangle is survived.

use ratatui::layout::{Position, Rect};

use super::{CatalogPane, Focus};
use crate::ops::search::SearchHit;
use crate::text;
use crate::tui::pane::preview;
use crate::tui::theme::Meaning;
use crate::tui::view::{self, Canvas, thousands};

impl CatalogPane {
    pub(super) fn rows_area(&self, body: Rect) -> Rect {
        let (_, _, list) = rows_below_box(body);
        view::split(list, self.shows_preview).0
    }

    /// Draws the pane and tells where the cursor stands.
    pub fn view(&self, canvas: &mut Canvas<'_>, body: Rect) -> Option<Position> {
        let (box_row, rule, below) = rows_below_box(body);
        let cursor = self.view_box(canvas, box_row);
        if let Some(y) = rule {
            canvas.rule(body.x, y, body.width);
        }
        let (list, side) = view::split(below, self.shows_preview);
        self.view_list(canvas, list);
        match side {
            view::Preview::Beside(area) => {
                canvas.upright(area.x - 1, area.y, area.height);
                if let Some(y) = rule {
                    canvas.sign(area.x - 1, y, Meaning::Border, canvas.symbols.tee_down);
                }
                canvas.sign(area.x - 1, area.bottom(), Meaning::Border, canvas.symbols.tee_up);
                preview::view(canvas, shrink(area), self.preview.as_ref());
            }
            view::Preview::Below(area) => {
                canvas.rule(area.x, area.y - 1, area.width);
                preview::view(canvas, shrink(area), self.preview.as_ref());
            }
            view::Preview::Line(area) => {
                canvas.rule(area.x, area.y - 1, area.width);
                preview::view_line(canvas, shrink(area), self.preview.as_ref());
            }
            view::Preview::Hidden => {}
        }
        cursor.filter(|_| self.focus == Focus::Search)
    }

    fn view_box(&self, canvas: &mut Canvas<'_>, area: Rect) -> Option<Position> {
        let count = if self.has_answer {
            format!("{} of {}", thousands(self.found.matched), thousands(self.found.total))
        } else {
            String::new()
        };
        let right = count.len() as u16 + 2;
        let prompt = if self.focus == Focus::Search { Meaning::Accent } else { Meaning::Dim };
        canvas.sign(area.x + 1, area.y, prompt, canvas.symbols.prompt);
        let line = Rect { x: area.x + 3, width: area.width.saturating_sub(4 + right), ..area };
        let cursor =
            view::input(canvas, line, &self.input, "type to search: words, kind:api, owner:…, is:problem");
        self.view_offered(canvas, line);
        canvas.text_right(area.x, area.y, area.width.saturating_sub(1), Meaning::Dim, &count);
        cursor
    }

    /// Draws what can be typed next behind the text: the rest of the first, then the others.
    fn view_offered(&self, canvas: &mut Canvas<'_>, line: Rect) {
        let query = self.input.value();
        let Some(first) = self.offered.first().filter(|_| self.focus == Focus::Search && self.is_at_end())
        else {
            return;
        };
        let typed = query.get(first.replaces.clone()).unwrap_or_default();
        // What gets quotes, or has other letters, replaces what was typed.
        let rest = first.text.strip_prefix(typed).map_or_else(|| format!("  {}", first.text), str::to_owned);
        let others = self.offered.iter().skip(1).map(|other| other.text.as_str());
        let words: Vec<&str> = std::iter::once(rest.as_str()).chain(others).collect();
        let start = text::width(query) as u16;
        let width = line.width.saturating_sub(start);
        canvas.text(line.x + start.min(line.width), line.y, width, Meaning::Dim, &words.join("  "));
    }

    fn view_list(&self, canvas: &mut Canvas<'_>, area: Rect) {
        if self.found.hits.is_empty() {
            return self.view_nothing(canvas, area);
        }
        let columns = Columns::for_width(area.width);
        let rows = self.scroll.visible(self.found.hits.len(), usize::from(area.height));
        for (line, row) in rows.enumerate() {
            let y = area.y + line as u16;
            let is_selected = row == self.scroll.selected;
            let hit = &self.found.hits[row];
            view_row(canvas, Rect { y, height: 1, ..area }, &columns, hit, is_selected);
            if self.pins.contains(&hit.row.reference) {
                let meaning = if is_selected { Meaning::Selected } else { Meaning::Accent };
                canvas.sign(area.x + 1, y, meaning, canvas.symbols.pin);
            }
        }
    }

    fn view_nothing(&self, canvas: &mut Canvas<'_>, area: Rect) {
        if !self.has_answer || area.height == 0 {
            return;
        }
        let query = self.input.value();
        let mut lines = Vec::new();
        if query.trim().is_empty() {
            lines.push((
                Meaning::Text,
                "No descriptor was found here, such as a catalog-info.yaml.".to_owned(),
            ));
            let next =
                "`callboard init` finds sources of your own, `callboard FOLDER` looks at another folder.";
            lines.push((Meaning::Dim, next.to_owned()));
        } else {
            lines.push((Meaning::Text, format!("Nothing matches \"{}\".", query.trim())));
        }
        if !self.found.near.is_empty() {
            let near: Vec<_> = self.found.near.iter().map(|reference| reference.humanize(None)).collect();
            lines.push((Meaning::Accent, format!("Near: {}", near.join(", "))));
        }
        if self.found.hidden > 0 {
            let hidden = thousands(self.found.hidden);
            lines.push((Meaning::Dim, format!("The filters hide {hidden} that the words would find.")));
        }
        lines.extend(self.found.complaints.iter().map(|complaint| (Meaning::Warning, complaint.clone())));
        for (i, (meaning, line)) in lines.iter().take(usize::from(area.height)).enumerate() {
            canvas.text(area.x + 2, area.y + i as u16, area.width.saturating_sub(4), *meaning, line);
        }
    }
}

/// The rows of the box and the rule under it, and what is left below.
fn rows_below_box(body: Rect) -> (Rect, Option<u16>, Rect) {
    let box_row = Rect { height: body.height.min(1), ..body };
    let has_rule = body.height >= 12;
    let used = 1 + u16::from(has_rule);
    let below = Rect { y: body.y + used, height: body.height.saturating_sub(used), ..body };
    (box_row, has_rule.then_some(body.y + 1), below)
}

fn shrink(area: Rect) -> Rect {
    Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area }
}

/// Columns of the list in cells; 0 hides a column.
struct Columns {
    kind: u16,
    name: u16,
    owner: u16,
    lifecycle: u16,
}

impl Columns {
    fn for_width(width: u16) -> Self {
        let lifecycle = if width >= 66 { 13 } else { 0 };
        let owner = if width >= 48 { (width / 4).min(28) } else { 0 };
        let kind = if width >= 30 { 10 } else { 0 };
        // Two cells for the pointer and one for the mark of a problem.
        let name = width.saturating_sub(3 + kind + owner + lifecycle);
        Self { kind, name, owner, lifecycle }
    }
}

fn view_row(canvas: &mut Canvas<'_>, area: Rect, columns: &Columns, hit: &SearchHit, is_selected: bool) {
    let row = &hit.row;
    if is_selected {
        canvas.paint(area, Meaning::Selected);
        canvas.sign(area.x, area.y, Meaning::Selected, canvas.symbols.pointer);
    }
    let or_selected = |meaning| if is_selected { Meaning::Selected } else { meaning };
    let gap = |cells: u16| cells.saturating_sub(1);
    let mut x = area.x + 2;
    canvas.text(x, area.y, gap(columns.kind), or_selected(Meaning::Dim), row.kind.raw());
    x += columns.kind;
    let cells = gap(columns.name);
    let look = if is_selected {
        (Meaning::Selected, Meaning::SelectedMatch)
    } else {
        (Meaning::Text, Meaning::Match)
    };
    let used = marked(canvas, (x, area.y, cells), row.name.raw(), &hit.name_marks, look);
    if let Some(title) = row.title.as_ref().filter(|title| *title != &row.name && used + 3 < cells) {
        let slot = (x + used + 2, area.y, cells - used - 2);
        marked(canvas, slot, title.raw(), &hit.title_marks, (or_selected(Meaning::Dim), look.1));
    }
    x += columns.name;
    let owner = row.owner_label().unwrap_or_default();
    canvas.text(x, area.y, gap(columns.owner), or_selected(Meaning::Text), &owner);
    x += columns.owner;
    let lifecycle = row.lifecycle.as_ref().map(crate::text::Untrusted::raw).unwrap_or_default();
    let (meaning, lifecycle) = if row.gone { (Meaning::Warning, "gone") } else { (Meaning::Dim, lifecycle) };
    canvas.text(x, area.y, gap(columns.lifecycle), or_selected(meaning), lifecycle);
    if row.problems > 0 || row.gone {
        canvas.sign(area.right() - 1, area.y, Meaning::Warning, canvas.symbols.attention);
    }
}

type Slot = (u16, u16, u16);

/// Text with the matched characters marked; tells how many cells it took.
fn marked(
    canvas: &mut Canvas<'_>,
    (x, y, cells): Slot,
    text: &str,
    hits: &[usize],
    (plain, hit): (Meaning, Meaning),
) -> u16 {
    let used = canvas.text(x, y, cells, plain, text);
    let mut column = x;
    for (i, c) in text.chars().enumerate().take(usize::from(used)) {
        let mut bytes = [0; 4];
        let width = crate::text::width(&crate::text::sanitize(c.encode_utf8(&mut bytes))) as u16;
        if hits.contains(&i) && column < x + used {
            canvas.paint(Rect { x: column, y, width, height: 1 }, hit);
        }
        column += width;
    }
    used
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_give_way_from_the_right() {
        let hidden = |width| {
            let c = Columns::for_width(width);
            (c.lifecycle == 0, c.owner == 0, c.kind == 0)
        };
        assert_eq!(hidden(80), (false, false, false));
        assert_eq!(hidden(60), (true, false, false));
        assert_eq!(hidden(40), (true, true, false));
        assert_eq!(hidden(20), (true, true, true));
    }
}
