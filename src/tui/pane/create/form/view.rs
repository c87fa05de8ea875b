//! The view of a form: its rows, and what to know about the question that has the focus.

use std::borrow::Cow;

use ratatui::layout::{Position, Rect};
use serde_json::Value;
use tui_input::Input;

use super::super::field::{Editor, plain};
use super::{FormState, Row};
use crate::template::form::{Field, FieldError, Widget};
use crate::tui::theme::Meaning;
use crate::tui::view::{self, Canvas};

/// Columns from which the words about a question stand beside the form.
const BESIDE: u16 = 96;

impl FormState {
    /// Draws the form and tells where the cursor stands.
    pub(in crate::tui::pane::create) fn view(&self, canvas: &mut Canvas<'_>, body: Rect) -> Option<Position> {
        let inner = Rect { x: body.x + 1, width: body.width.saturating_sub(2), ..body };
        let (left, right) = if body.width >= BESIDE {
            let width = inner.width * 3 / 5;
            let x = inner.x + width + 3;
            (Rect { width, ..inner }, Some(Rect { x, width: inner.right().saturating_sub(x), ..inner }))
        } else {
            (inner, None)
        };
        if let Some(right) = right {
            canvas.upright(right.x - 2, body.y, body.height);
            canvas.sign(right.x - 2, body.y.saturating_sub(1), Meaning::Border, canvas.symbols.tee_down);
            canvas.sign(right.x - 2, body.bottom(), Meaning::Border, canvas.symbols.tee_up);
            self.view_words(canvas, right);
        }
        self.view_rows(canvas, left, right.is_none())
    }

    fn view_rows(&self, canvas: &mut Canvas<'_>, area: Rect, with_help: bool) -> Option<Position> {
        let rows = self.rows();
        let label = rows.iter().map(|row| title(row).chars().count() as u16 + 2).max().unwrap_or(8);
        let label = label.clamp(8, 28).min(area.width / 2);
        let heights: Vec<_> =
            rows.iter().enumerate().map(|(i, row)| self.height(row, i == self.focus, with_help)).collect();
        let first = first_row(&heights, self.focus, usize::from(area.height));
        let mut y = area.y;
        let mut cursor = None;
        for (i, row) in rows.iter().enumerate().skip(first) {
            if y >= area.bottom() {
                break;
            }
            let place = Rect { y, height: (area.bottom() - y).min(heights[i]), ..area };
            cursor = self.view_row(canvas, place, row, (label, i == self.focus, with_help)).or(cursor);
            y += heights[i];
        }
        cursor
    }

    fn height(&self, row: &Row<'_>, is_focused: bool, with_help: bool) -> u16 {
        let Row::Question(field) = row else {
            return 1 + u16::from(matches!(row, Row::Folder));
        };
        let editor = self.editors.get(&field.path);
        let lines = match editor {
            Some(Editor::Lines(area)) => area.lines().len().clamp(1, 6) as u16,
            _ => 1,
        };
        let options = if is_focused { editor.map_or(0, |editor| editor.options().len() as u16) } else { 0 };
        let below =
            u16::from(self.fault(field).is_some() || (is_focused && with_help && hint(field).is_some()));
        lines + options + below
    }

    fn fault(&self, field: &Field) -> Option<&FieldError> {
        let shown = self.visited.contains(&field.path);
        self.errors.iter().find(|error| shown && error.field == field.path)
    }

    fn view_row(
        &self,
        canvas: &mut Canvas<'_>,
        area: Rect,
        row: &Row<'_>,
        (label, is_focused, with_help): (u16, bool, bool),
    ) -> Option<Position> {
        if is_focused {
            canvas.sign(area.x, area.y, Meaning::Accent, canvas.symbols.pointer);
        }
        let name = if is_focused { Meaning::Accent } else { Meaning::Text };
        canvas.text(area.x + 2, area.y, label, name, &title(row));
        let x = area.x + 3 + label;
        let place = Rect { x, width: area.right().saturating_sub(x), ..area };
        match row {
            Row::Question(field) => self.view_question(canvas, place, field, is_focused, with_help),
            Row::Folder => {
                let line = Rect { height: 1, ..place };
                let cursor = view::input(canvas, line, &self.out, "the folder to make");
                cursor.filter(|_| is_focused)
            }
            Row::Defaults => {
                let sign = if self.shows_defaults { canvas.symbols.unfolded } else { canvas.symbols.folded };
                canvas.sign(area.x + 1, area.y, Meaning::Dim, sign);
                let line: Vec<_> = self.form.defaults().map(|field| self.told(field)).collect();
                let dot = format!(" {} ", canvas.symbols.dot);
                canvas.text(place.x, place.y, place.width, Meaning::Dim, &line.join(&dot));
                None
            }
        }
    }

    /// A default in few words, for the folded row.
    fn told(&self, field: &Field) -> String {
        match self.form.value(field) {
            _ if field.is_secret() => field.title.clone(),
            Some(Value::Bool(true)) => field.title.clone(),
            Some(Value::Bool(false)) => format!("no {}", field.title),
            Some(value) => format!("{} {}", field.title, plain(value)),
            None => format!("{} -", field.title),
        }
    }

    fn view_question(
        &self,
        canvas: &mut Canvas<'_>,
        area: Rect,
        field: &Field,
        is_focused: bool,
        with_help: bool,
    ) -> Option<Position> {
        let editor = self.editors.get(&field.path)?;
        let mut y = area.y + 1;
        let line = Rect { height: 1, ..area };
        let cursor = match editor {
            Editor::Line(input) if field.is_secret() => {
                let masked = Input::new("*".repeat(input.value().chars().count()));
                view::input(canvas, line, &masked, &placeholder(field))
            }
            Editor::Line(input) => view::input(canvas, line, input, &placeholder(field)),
            Editor::Pick { filter, .. } => {
                canvas.text_right(
                    line.x,
                    line.y,
                    line.width,
                    Meaning::Dim,
                    &format!("{} fit", editor.fitting()),
                );
                let narrow = Rect { width: line.width.saturating_sub(10), ..line };
                view::input(canvas, narrow, filter, "type to filter, enter takes")
            }
            Editor::Toggle => {
                let on = self.form.value(field) == Some(&Value::Bool(true));
                let (yes, no) = if on { ("[yes]", " no ") } else { (" yes ", "[no]") };
                let meaning = if is_focused { Meaning::Accent } else { Meaning::Text };
                canvas.pieces(line.x, line.y, line.width, &[(meaning, yes), (meaning, " "), (meaning, no)]);
                None
            }
            Editor::Check { .. } => {
                let taken = self.taken(field);
                let text = if taken.is_empty() { "none (space takes)".to_owned() } else { taken.join(", ") };
                canvas.text(line.x, line.y, line.width, Meaning::Text, &text);
                None
            }
            Editor::Lines(lines) => {
                let rows = lines.lines().len().clamp(1, 6);
                let first = (lines.cursor().0 + 1).saturating_sub(rows);
                for (i, text) in lines.lines().iter().skip(first).take(rows).enumerate() {
                    canvas.text(area.x, area.y + i as u16, area.width, Meaning::Text, text);
                }
                y = area.y + rows as u16;
                let (row, column) = (lines.cursor().0 - first, lines.cursor().1);
                let before: String = lines.lines()[lines.cursor().0].chars().take(column).collect();
                let x = area.x + (crate::text::width(&before) as u16).min(area.width.saturating_sub(1));
                Some(Position { x, y: area.y + row as u16 })
            }
        };
        if is_focused {
            y = self.view_options(canvas, Rect { y, ..area }, field, editor);
        }
        if y < area.bottom() {
            if let Some(fault) = self.fault(field) {
                canvas.text(area.x, y, area.width, Meaning::Danger, &fault.message);
            } else if let (true, true, Some(hint)) = (is_focused, with_help, hint(field)) {
                canvas.text(area.x, y, area.width, Meaning::Dim, &hint);
            }
        }
        cursor.filter(|_| is_focused)
    }

    fn view_options(&self, canvas: &mut Canvas<'_>, area: Rect, field: &Field, editor: &Editor) -> u16 {
        let taken = self.taken(field);
        let mut y = area.y;
        for (option, is_next) in editor.options() {
            if y >= area.bottom() {
                break;
            }
            let row = Rect { y, height: 1, ..area };
            let meaning = if is_next { Meaning::Selected } else { Meaning::Dim };
            if is_next {
                canvas.paint(row, Meaning::Selected);
            }
            let mark = match editor {
                Editor::Check { .. } if taken.contains(&option.value) => "[x] ",
                Editor::Check { .. } => "[ ] ",
                _ => "",
            };
            let mut x = area.x + 1;
            x += canvas.text(x, y, row.right().saturating_sub(x), meaning, mark);
            x += canvas.text(x, y, row.right().saturating_sub(x), meaning, &option.label);
            if option.value != option.label {
                canvas.text(x + 2, y, row.right().saturating_sub(x + 2), meaning, &option.value);
            }
            y += 1;
        }
        y
    }

    /// What to know about the question that has the focus.
    fn view_words(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let rows = self.rows();
        let mut lines: Vec<(Meaning, String)> = Vec::new();
        match rows.get(self.focus) {
            Some(Row::Question(field)) => {
                lines.push((Meaning::Title, field.title.clone()));
                lines.extend(field.help.iter().map(|help| (Meaning::Text, help.clone())));
                lines.extend(field.constraints.iter().map(|rule| (Meaning::Dim, rule.clone())));
                lines.extend(field.note.iter().map(|note| (Meaning::Warning, note.clone())));
                if let Some(default) = field.default.as_ref().filter(|_| !field.is_secret()) {
                    lines.push((Meaning::Dim, format!("default: {}", plain(default))));
                }
            }
            Some(Row::Folder) => {
                lines.push((Meaning::Title, "Folder".to_owned()));
                let words = "Where the files are made. The folder must be empty or not there: nothing is overwritten.";
                lines.push((Meaning::Text, words.to_owned()));
            }
            Some(Row::Defaults) | None => {
                lines.push((Meaning::Title, "Defaults".to_owned()));
                lines.push((
                    Meaning::Text,
                    "These have an answer already. Unfold them to change it.".to_owned(),
                ));
            }
        }
        lines.push((Meaning::Text, String::new()));
        lines.push((Meaning::Title, "Will make".to_owned()));
        let out = if self.out.value().is_empty() { "a folder" } else { self.out.value() };
        lines.push((Meaning::Text, out.to_owned()));
        let open = self.errors.len();
        if open > 0 {
            lines.push((Meaning::Dim, format!("{open} still to answer")));
        }
        let mut y = area.y;
        for (meaning, text) in &lines {
            for line in view::wrap(text, usize::from(area.width)) {
                if y >= area.bottom() {
                    return;
                }
                canvas.text(area.x, y, area.width, *meaning, &line);
                y += 1;
            }
        }
    }
}

fn title(row: &Row<'_>) -> String {
    match row {
        Row::Question(field) if field.required => format!("{} *", field.title),
        Row::Question(field) => field.title.clone(),
        Row::Folder => "Folder *".to_owned(),
        Row::Defaults => "Defaults".to_owned(),
    }
}

fn placeholder(field: &Field) -> Cow<'_, str> {
    if let Some(own) = &field.placeholder {
        return Cow::Borrowed(own);
    }
    match &field.widget {
        Widget::RepoUrl(rules) => {
            let first = |list: &[String], usual: &str| list.first().map_or(usual.to_owned(), Clone::clone);
            let (host, owner) = (first(&rules.hosts, "github.com"), first(&rules.owners, "owner"));
            Cow::Owned(format!("{host}/{owner}/repository"))
        }
        Widget::List { .. } | Widget::EntitiesPicker(_) => Cow::Borrowed("one, another"),
        _ => Cow::Borrowed(""),
    }
}

fn hint(field: &Field) -> Option<String> {
    field.note.clone().or_else(|| field.help.clone()).or_else(|| field.constraints.first().cloned())
}

/// The first row to show so that the whole of the focused one is visible.
fn first_row(heights: &[u16], focus: usize, room: usize) -> usize {
    let mut first = focus;
    let mut used = heights.get(focus).map_or(0, |height| usize::from(*height));
    while first > 0 && used + usize::from(heights[first - 1]) <= room {
        first -= 1;
        used += usize::from(heights[first]);
    }
    first
}
