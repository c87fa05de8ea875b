//! The problems pane: what is wrong, file by file, also in files that no entity could be read from.

use std::sync::Arc;

use ratatui::layout::Rect;

use super::Response;
use crate::catalog::{Code, EntityRef, Problem, Severity, SourceId};
use crate::ops::problems::{PlacedProblem, Problems};
use crate::tui::app::Effect;
use crate::tui::command::Command;
use crate::tui::theme::Meaning;
use crate::tui::view::{Canvas, Scroll, counted, thousands, wrap};

/// Cells of the place in its file, of how bad it is, and of the code.
const PLACE: u16 = 9;
const SEVERITY: u16 = 9;
const CODE: u16 = 8;

/// Rows below the list, where what is known of the selected problem stands.
const ABOUT: u16 = 10;

/// Rows that the list keeps before anything stands below it.
const LEAST: u16 = 3;

/// The problems pane.
#[derive(Debug, Clone, Default)]
pub struct ProblemsPane {
    /// The source whose problems are shown; nothing for all.
    pub source: Option<SourceId>,
    known: Known,
    rows: Vec<Row>,
    scroll: Scroll,
    body: Rect,
}

#[derive(Debug, Clone, Default)]
enum Known {
    #[default]
    Loading,
    Failed(String),
    Loaded(Arc<Problems>),
}

/// A row of the list: a file, or a problem in it, each by the number of the problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    File(usize),
    Problem(usize),
}

impl ProblemsPane {
    /// The problems of one source, or of all.
    pub fn of(source: Option<SourceId>) -> Self {
        Self { source, ..Self::default() }
    }

    /// Takes what was found.
    pub fn take(&mut self, found: Result<Arc<Problems>, String>) {
        self.known = found.map_or_else(Known::Failed, Known::Loaded);
        self.rows.clear();
        let items = self.items();
        let file = |at: usize| items.get(at).map(|it| (&it.problem.origin.source, &it.problem.origin.path));
        let mut rows = Vec::new();
        for at in 0..items.len() {
            if at == 0 || file(at) != file(at - 1) {
                rows.push(Row::File(at));
            }
            rows.push(Row::Problem(at));
        }
        self.rows = rows;
        self.scroll.follow(self.rows.len(), self.listed());
        self.leave_file(Towards::End);
    }

    fn items(&self) -> &[PlacedProblem] {
        match &self.known {
            Known::Loaded(found) => &found.items,
            Known::Loading | Known::Failed(_) => &[],
        }
    }

    fn selected(&self) -> Option<&PlacedProblem> {
        match self.rows.get(self.scroll.selected)? {
            Row::Problem(at) => self.items().get(*at),
            Row::File(_) => None,
        }
    }

    /// The entity of the selected problem, where one could be read.
    pub fn entity(&self) -> Option<&EntityRef> {
        self.selected()?.problem.entity.as_ref()
    }

    /// The commands that the footer offers.
    pub fn hints(&self) -> &'static [Command] {
        use Command as C;
        match self.selected() {
            Some(PlacedProblem { file: Some(_), .. }) => {
                &[C::Open, C::EditFile, C::CopyRef, C::Back, C::Palette, C::Help]
            }
            _ => &[C::Open, C::CopyRef, C::Back, C::Palette, C::Help],
        }
    }

    /// Does what a command asks of the pane.
    pub fn command(&mut self, command: Command) -> Response {
        let page = self.listed() as isize;
        match command {
            Command::Up => self.move_by(-1),
            Command::Down => self.move_by(1),
            Command::PageUp => self.move_by(-page),
            Command::PageDown => self.move_by(page),
            Command::HalfPageUp => self.move_by(-page / 2),
            Command::HalfPageDown => self.move_by(page / 2),
            Command::Top => self.move_by(isize::MIN),
            Command::Bottom => self.move_by(isize::MAX),
            // What no entity could be read from has only its file.
            Command::Open if self.entity().is_none() => return self.edit(),
            Command::EditFile => return self.edit(),
            Command::CopyRef => {
                let place = self.selected().map(PlacedProblem::place);
                return Response::Effects(place.map(Effect::Copy).into_iter().collect());
            }
            _ => return Response::NotMine,
        }
        Response::done()
    }

    /// Opens the file of the selected problem at its line.
    fn edit(&self) -> Response {
        let Some(selected) = self.selected() else { return Response::done() };
        let origin = &selected.problem.origin;
        match &selected.file {
            Some(file) => Response::Effects(vec![Effect::EditFile {
                file: file.clone(),
                line: Some(origin.position.line),
            }]),
            None => Response::Say(format!(
                "{} lies in {}, not in a folder here: mend it where it comes from.",
                origin.path, origin.source
            )),
        }
    }

    fn move_by(&mut self, rows: isize) {
        self.scroll.move_by(rows, self.rows.len(), self.listed());
        self.leave_file(if rows < 0 { Towards::Start } else { Towards::End });
    }

    /// Files cannot be selected: the next problem is, which is always there behind a file.
    fn leave_file(&mut self, towards: Towards) {
        let at = self.scroll.selected;
        if !matches!(self.rows.get(at), Some(Row::File(_))) {
            return;
        }
        let next = match towards {
            Towards::Start if at > 0 => at - 1,
            Towards::Start | Towards::End => at + 1,
        };
        self.scroll.select(next, self.rows.len(), self.listed());
        // The name of the first file is not left above the window.
        if self.scroll.selected == 1 {
            self.scroll.first = 0;
        }
    }

    /// Selects the row that was clicked; true where it was selected already.
    pub fn click(&mut self, y: u16) -> bool {
        let row = usize::from(y.saturating_sub(self.body.y + 1));
        let visible = self.scroll.visible(self.rows.len(), self.listed());
        let at = visible.start + row;
        if y <= self.body.y || row >= visible.len() || !matches!(self.rows.get(at), Some(Row::Problem(_))) {
            return false;
        }
        let again = at == self.scroll.selected;
        self.scroll.select(at, self.rows.len(), self.listed());
        again
    }

    /// Lays the pane out for a size.
    pub fn resize(&mut self, body: Rect) {
        self.body = body;
        self.scroll.follow(self.rows.len(), self.listed());
    }

    /// Rows of the list: what the heading and what stands below leave.
    fn listed(&self) -> usize {
        let room = self.body.height.saturating_sub(1);
        let about = ABOUT.min(room / 2);
        usize::from(if room < 2 * LEAST { room } else { room - about }).max(1)
    }

    /// Draws the pane.
    pub fn view(&self, canvas: &mut Canvas<'_>, body: Rect) {
        let inner = Rect { x: body.x + 1, width: body.width.saturating_sub(2), ..body };
        let found = match &self.known {
            Known::Loading => {
                canvas.text(inner.x, inner.y, inner.width, Meaning::Dim, "Loading …");
                return;
            }
            Known::Failed(why) => {
                for (y, line) in (inner.y..inner.bottom()).zip(wrap(why, usize::from(inner.width))) {
                    canvas.text(inner.x, y, inner.width, Meaning::Warning, &line);
                }
                return;
            }
            Known::Loaded(found) => found,
        };
        canvas.text(inner.x, inner.y, inner.width, Meaning::Dim, &heading(found));
        let visible = self.scroll.visible(self.rows.len(), self.listed());
        for (y, at) in (inner.y + 1..inner.bottom()).zip(visible) {
            let row = Rect { y, height: 1, ..inner };
            match self.rows[at] {
                Row::File(of) => self.file(canvas, row, &found.items[of].problem),
                Row::Problem(of) => {
                    view_problem(canvas, row, &found.items[of].problem, at == self.scroll.selected);
                }
            }
        }
        let y = inner.y + 1 + self.rows.len().min(self.listed()) as u16;
        if let Some(selected) = self.selected()
            && y + 1 < inner.bottom()
        {
            canvas.rule(body.x, y, body.width);
            about(canvas, Rect { y: y + 1, height: inner.bottom() - y - 1, ..inner }, selected);
        }
    }

    fn file(&self, canvas: &mut Canvas<'_>, area: Rect, problem: &Problem) {
        let origin = &problem.origin;
        let used = canvas.text(area.x, area.y, area.width, Meaning::Title, &origin.path);
        if self.source.is_none() {
            let left = area.width.saturating_sub(used + 2);
            canvas.text(area.x + used + 2, area.y, left, Meaning::Dim, &origin.source.0);
        }
    }
}

#[derive(Clone, Copy)]
enum Towards {
    Start,
    End,
}

fn heading(found: &Problems) -> String {
    let errors = match found.errors {
        0 => String::new(),
        some => format!(", {}", counted(some, "error")),
    };
    let more = match found.total - found.items.len() {
        0 => String::new(),
        more => format!("; {} of them are not shown", thousands(more)),
    };
    match found.total {
        0 => "No problems: every descriptor was read, and nothing in it needs you.".to_owned(),
        total => format!("{}{errors}{more}", counted(total, "problem")),
    }
}

fn meaning(severity: Severity) -> Meaning {
    match severity {
        Severity::Error => Meaning::Danger,
        Severity::Warning => Meaning::Warning,
        Severity::Note => Meaning::Dim,
    }
}

fn view_problem(canvas: &mut Canvas<'_>, area: Rect, problem: &Problem, is_selected: bool) {
    if is_selected {
        canvas.paint(area, Meaning::Selected);
        canvas.sign(area.x, area.y, Meaning::Selected, canvas.symbols.pointer);
    }
    let position = problem.origin.position;
    let mut x = area.x + 2;
    let mut put = |cells: u16, meaning: Meaning, text: &str| {
        let room = cells.saturating_sub(1).min(area.right().saturating_sub(x));
        canvas.text(x, area.y, room, if is_selected { Meaning::Selected } else { meaning }, text);
        x += cells;
    };
    put(PLACE, Meaning::Dim, &format!("{:>8}", format!("{}:{}", position.line, position.column)));
    put(SEVERITY, meaning(problem.severity), problem.severity.word());
    put(CODE, Meaning::Dim, &problem.code);
    put(area.width, Meaning::Text, &problem.message);
}

/// What is known of one problem: all of its words, its place, what to do, and why it matters.
fn about(canvas: &mut Canvas<'_>, area: Rect, selected: &PlacedProblem) {
    let problem = &selected.problem;
    let width = usize::from(area.width);
    let mut lines: Vec<(Meaning, String)> = Vec::new();
    let mut say = |meaning, text: &str| {
        lines.extend(wrap(text, width).into_iter().map(|line| (meaning, line)));
    };
    say(meaning(problem.severity), &problem.message);
    for words in problem.elsewhere().iter().chain(&problem.fix) {
        say(Meaning::Text, words);
    }
    say(Meaning::Dim, &selected.place());
    match &problem.entity {
        Some(entity) => say(Meaning::Link, entity.as_str()),
        None => say(Meaning::Dim, "It belongs to no entity: nothing could be made of what stands there."),
    }
    if let Some(code) = Code::from_id(&problem.code) {
        say(Meaning::Text, "");
        say(Meaning::Dim, code.entry().explanation);
    }
    for (y, (meaning, line)) in (area.y..area.bottom()).zip(&lines) {
        canvas.text(area.x, y, area.width, *meaning, line);
    }
}
