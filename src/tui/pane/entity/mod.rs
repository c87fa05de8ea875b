//! The entity pane: what it is, who owns it, where it leads, what is wrong with it.

mod column;
mod rows;

use std::sync::Arc;

use ratatui::layout::Rect;

use self::column::Column;
pub use self::rows::{Row, Target, rows};
use crate::catalog::EntityRef;
use crate::ops::show::EntityDetails;
use crate::tui::command::Command;
use crate::tui::pane::Response;
use crate::tui::theme::Meaning;
use crate::tui::view::Canvas;

/// Columns from which relations stand beside the facts.
const TWO_COLUMNS: u16 = 100;

/// What is known of the entity.
#[derive(Debug, Clone)]
pub enum Known {
    /// Nothing yet.
    Loading,
    /// Everything.
    Details(Arc<EntityDetails>),
    /// There is no such entity, or it could not be read: the sentence that says so.
    Failed(String),
}

/// The page of one entity.
#[derive(Debug, Clone)]
pub struct EntityPage {
    /// The entity.
    pub reference: EntityRef,
    /// What is known.
    pub known: Known,
    shows_yaml: bool,
    columns: Vec<Column>,
    active: usize,
    area: Rect,
}

impl EntityPage {
    /// A page that waits for its entity.
    pub fn new(reference: EntityRef) -> Self {
        Self {
            reference,
            known: Known::Loading,
            shows_yaml: false,
            columns: Vec::new(),
            active: 0,
            area: Rect::default(),
        }
    }

    /// Takes what was loaded. The selection stays on its row when the entity is loaded again.
    pub fn take(&mut self, known: Known, body: Rect) {
        self.known = known;
        self.area = Rect::default();
        self.resize(body);
    }

    /// Lays the page out for a size.
    pub fn resize(&mut self, body: Rect) {
        if self.area == body {
            return;
        }
        self.area = body;
        let Known::Details(details) = &self.known else { return };
        let places = places(body, self.shows_yaml);
        let mut parts = if self.shows_yaml {
            vec![rows::yaml(details)]
        } else {
            let (facts, relations) = rows::rows(details);
            vec![facts, relations]
        };
        if places.len() == 1 && parts.len() == 2 {
            let relations = parts.remove(1);
            parts[0].push(Row::default());
            parts[0].extend(relations);
        }
        let old = std::mem::take(&mut self.columns);
        self.columns = parts
            .into_iter()
            .zip(&places)
            .enumerate()
            .map(|(i, (rows, place))| Column::new(rows, *place, old.get(i)))
            .collect();
        self.active = self.active.min(self.columns.len().saturating_sub(1));
        if self.columns.iter().any(Column::has_target) && !self.columns[self.active].has_target() {
            self.active = self.columns.iter().position(Column::has_target).unwrap_or(0);
        }
    }

    /// What the selected row leads to.
    pub fn target(&self) -> Option<&Target> {
        self.columns.get(self.active)?.target()
    }

    /// Whether the page shows the document as it was written.
    pub fn shows_yaml(&self) -> bool {
        self.shows_yaml
    }

    /// Does what a command asks of the page.
    pub fn command(&mut self, command: Command) -> Response {
        match command {
            Command::ToggleYaml => {
                self.shows_yaml = !self.shows_yaml;
                self.active = 0;
                self.columns.clear();
                let body = std::mem::take(&mut self.area);
                self.resize(body);
            }
            Command::NextSection => self.next_section(),
            Command::Up | Command::Down => {
                let down = command == Command::Down;
                self.on_column(|column| column.step(down));
            }
            Command::PageUp => self.scroll(-1, 1),
            Command::PageDown => self.scroll(1, 1),
            Command::HalfPageUp => self.scroll(-1, 2),
            Command::HalfPageDown => self.scroll(1, 2),
            Command::Top => self.on_column(Column::top),
            Command::Bottom => self.on_column(Column::bottom),
            _ => return Response::NotMine,
        }
        Response::done()
    }

    fn on_column(&mut self, change: impl FnOnce(&mut Column)) {
        if let Some(column) = self.columns.get_mut(self.active) {
            change(column);
        }
    }

    /// Moves the window by lines of the wheel.
    pub fn wheel(&mut self, lines: i16) {
        self.on_column(|column| column.scroll_by(isize::from(lines)));
    }

    /// Selects the row that was clicked; true where it was selected already.
    pub fn click(&mut self, x: u16, y: u16) -> bool {
        let Some(hit) = self.columns.iter().position(|column| column.holds(x, y)) else { return false };
        self.active = hit;
        self.columns[hit].click(y)
    }

    fn scroll(&mut self, direction: isize, part: isize) {
        let height = self.area.height as isize;
        self.on_column(|column| column.scroll_by(direction * (height / part).max(1)));
    }

    fn next_section(&mut self) {
        let count = self.columns.len();
        for _ in 0..count {
            if self.columns[self.active].next_section() {
                return;
            }
            self.active = (self.active + 1) % count;
            self.columns[self.active].before_first();
        }
    }

    /// Draws the page.
    pub fn view(&self, canvas: &mut Canvas<'_>, body: Rect) {
        match &self.known {
            Known::Loading => {
                canvas.text(body.x + 2, body.y, body.width.saturating_sub(4), Meaning::Dim, "Loading …");
            }
            Known::Failed(why) => {
                canvas.text(body.x + 2, body.y, body.width.saturating_sub(4), Meaning::Warning, why);
            }
            Known::Details(_) => {
                for (i, column) in self.columns.iter().enumerate() {
                    column.view(canvas, i == self.active);
                }
                if self.columns.len() == 2 {
                    let x = places(body, false)[1].x - 2;
                    canvas.upright(x, body.y, body.height);
                    canvas.sign(x, body.y.saturating_sub(1), Meaning::Border, canvas.symbols.tee_down);
                    canvas.sign(x, body.bottom(), Meaning::Border, canvas.symbols.tee_up);
                }
            }
        }
    }
}

/// Where the columns of the page stand.
fn places(body: Rect, whole: bool) -> Vec<Rect> {
    let inner = Rect { x: body.x + 1, width: body.width.saturating_sub(2), ..body };
    if whole || body.width < TWO_COLUMNS {
        return vec![inner];
    }
    let left = inner.width * 11 / 20;
    let x = inner.x + left + 3;
    vec![Rect { width: left, ..inner }, Rect { x, width: inner.right().saturating_sub(x), ..inner }]
}
