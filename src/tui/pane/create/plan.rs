//! The plan on the screen: every step, every file, and what a file will hold, before anything happens.

use std::sync::Arc;

use ratatui::layout::Rect;

use crate::template::plan::{LeaveOut, Plan, PlannedStep, Prospect};
use crate::template::workspace::Node;
use crate::tui::theme::Meaning;
use crate::tui::view::{self, Canvas, Scroll};

/// Columns from which a file stands beside the steps.
const BESIDE: u16 = 96;

/// Lines of a file that are shown.
const MOST_LINES: usize = 500;

/// A plan and where its reader is.
#[derive(Debug, Clone)]
pub(super) struct PlanState {
    plan: Arc<Plan>,
    rows: Vec<Row>,
    scroll: Scroll,
    shows_file: bool,
    height: usize,
}

/// A row of the list.
#[derive(Debug, Clone)]
struct Row {
    sign: (Meaning, char),
    pieces: Vec<(Meaning, String)>,
    /// The file of the plan that the row is about.
    path: Option<String>,
}

impl PlanState {
    pub(super) fn new(plan: Arc<Plan>) -> Self {
        let rows = rows(&plan);
        let first_file = rows.iter().position(|row| row.path.is_some()).unwrap_or(0);
        let scroll = Scroll { selected: first_file, first: 0 };
        Self { plan, rows, scroll, shows_file: false, height: 1 }
    }

    /// What stands against carrying it out. Steps that reach outside are no obstacle: they are left to a person.
    pub(super) fn obstacles(&self) -> Vec<String> {
        self.plan.obstacles(LeaveOut::Outside)
    }

    pub(super) fn summary(&self) -> String {
        let left = self.plan.left_out().count();
        let left = if left > 0 { format!(", {left} left to you") } else { String::new() };
        let steps = view::counted(self.plan.steps.len(), "step");
        format!("{steps}, {}{left}", view::counted(self.plan.files.len(), "file"))
    }

    pub(super) fn resize(&mut self, body: Rect) {
        self.height = usize::from(body.height).max(1);
        self.scroll.follow(self.rows.len(), self.height);
    }

    pub(super) fn move_by(&mut self, rows: isize) {
        self.scroll.move_by(rows, self.rows.len(), self.height);
    }

    pub(super) fn toggle_file(&mut self) {
        self.shows_file = !self.shows_file;
    }

    pub(super) fn click(&mut self, line: usize) {
        self.scroll.select(self.scroll.first + line, self.rows.len(), self.height);
    }

    pub(super) fn view(&self, canvas: &mut Canvas<'_>, body: Rect) {
        let inner = Rect { x: body.x + 1, width: body.width.saturating_sub(2), ..body };
        if body.width < BESIDE {
            if self.shows_file {
                self.view_file(canvas, inner);
            } else {
                self.view_rows(canvas, inner);
            }
            return;
        }
        let width = inner.width / 2;
        let x = inner.x + width + 2;
        self.view_rows(canvas, Rect { width, ..inner });
        canvas.upright(x - 1, body.y, body.height);
        canvas.sign(x - 1, body.y.saturating_sub(1), Meaning::Border, canvas.symbols.tee_down);
        canvas.sign(x - 1, body.bottom(), Meaning::Border, canvas.symbols.tee_up);
        self.view_file(canvas, Rect { x: x + 1, width: inner.right().saturating_sub(x + 1), ..inner });
    }

    fn view_rows(&self, canvas: &mut Canvas<'_>, area: Rect) {
        for (line, i) in self.scroll.visible(self.rows.len(), usize::from(area.height)).enumerate() {
            let row = &self.rows[i];
            let place = Rect { y: area.y + line as u16, height: 1, ..area };
            let is_selected = i == self.scroll.selected;
            if is_selected {
                canvas.paint(place, Meaning::Selected);
            }
            let or = |meaning| if is_selected { Meaning::Selected } else { meaning };
            canvas.sign(place.x + 1, place.y, or(row.sign.0), row.sign.1);
            let mut x = place.x + 3;
            for (meaning, text) in &row.pieces {
                x += canvas.text(x, place.y, place.right().saturating_sub(x), or(*meaning), text);
            }
        }
    }

    fn view_file(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let Some(path) = self.rows.get(self.scroll.selected).and_then(|row| row.path.as_deref()) else {
            canvas.text(area.x, area.y, area.width, Meaning::Dim, "Select a file to see what it will hold.");
            return;
        };
        canvas.text(area.x, area.y, area.width, Meaning::Title, path);
        let lines: Vec<(Meaning, String)> = match self.plan.tree.get(path) {
            Some(Node::File { bytes, .. }) => match std::str::from_utf8(bytes) {
                Ok(text) => crate::text::sanitize_lines(text)
                    .take(MOST_LINES)
                    .map(|line| (Meaning::Text, line.into_owned()))
                    .collect(),
                Err(_) => vec![(Meaning::Dim, format!("{} bytes that are no text", bytes.len()))],
            },
            Some(Node::Symlink { target }) => vec![(Meaning::Dim, format!("a link to {target}"))],
            Some(Node::Directory) | None => vec![(Meaning::Dim, "a folder".to_owned())],
        };
        let room = usize::from(area.height.saturating_sub(1));
        for (i, (meaning, line)) in lines.iter().take(room).enumerate() {
            canvas.text(area.x, area.y + 1 + i as u16, area.width, *meaning, line);
        }
        if lines.len() > room && room > 0 {
            let more = format!(" {} more lines ", lines.len() - room);
            canvas.text_right(area.x, area.bottom() - 1, area.width, Meaning::Dim, &more);
        }
    }
}

fn rows(plan: &Plan) -> Vec<Row> {
    let mut rows = Vec::new();
    for problem in &plan.problems {
        let pieces = vec![(Meaning::Danger, problem.clone())];
        rows.push(Row { sign: (Meaning::Danger, '!'), pieces, path: None });
    }
    for (i, step) in plan.steps.iter().enumerate() {
        rows.push(step_row(i, step));
        for message in &step.messages {
            let pieces = vec![(Meaning::Dim, format!("    {message}"))];
            rows.push(Row { sign: (Meaning::Dim, ' '), pieces, path: None });
        }
        if let Some(error) = &step.error {
            let pieces = vec![(Meaning::Danger, format!("    {error}"))];
            rows.push(Row { sign: (Meaning::Danger, ' '), pieces, path: None });
        }
    }
    for warning in &plan.warnings {
        let pieces = vec![(Meaning::Warning, warning.clone())];
        rows.push(Row { sign: (Meaning::Warning, '!'), pieces, path: None });
    }
    let heading = view::counted(plan.files.len(), "file");
    rows.push(Row { sign: (Meaning::Dim, ' '), pieces: vec![(Meaning::Title, heading)], path: None });
    for file in &plan.files {
        let size = match (&file.link, file.lines) {
            (Some(target), _) => format!("  link to {target}"),
            (None, Some(lines)) => format!("  +{lines}"),
            (None, None) => format!("  {} bytes", view::thousands(file.bytes)),
        };
        let mut pieces = vec![(Meaning::Text, file.path.clone()), (Meaning::Success, size)];
        if file.executable {
            pieces.push((Meaning::Dim, "  executable".to_owned()));
        }
        rows.push(Row { sign: (Meaning::Success, '+'), pieces, path: Some(file.path.clone()) });
    }
    rows
}

fn step_row(i: usize, step: &PlannedStep) -> Row {
    let (sign, words) = match step.prospect {
        Prospect::Ready => ((Meaning::Success, '+'), ""),
        Prospect::Skipped => ((Meaning::Dim, '-'), "  skipped: its condition does not hold"),
        Prospect::LeftToYou => ((Meaning::Warning, '!'), "  left to you: it reaches outside this machine"),
        Prospect::Unknown => ((Meaning::Warning, '?'), "  left to you: this action is not known here"),
        Prospect::Fails => ((Meaning::Danger, '!'), "  fails"),
        Prospect::NotRun => ((Meaning::Dim, '-'), "  not run, because a step before it fails"),
    };
    let pieces = vec![
        (Meaning::Dim, format!("{} ", i + 1)),
        (Meaning::Text, step.name.clone()),
        (Meaning::Dim, format!("  {}", step.action)),
        (sign.0, words.to_owned()),
        (Meaning::Dim, format!("  {}", step.does)),
    ];
    Row { sign, pieces, path: None }
}
