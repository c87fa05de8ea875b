//! The sources pane: how each source is, when it is fetched next, what its last syncs came to, and sync now.

use std::collections::BTreeMap;

use jiff::Timestamp;
use ratatui::layout::Rect;

use super::problems::ProblemsPane;
use super::{Place, Response};
use crate::catalog::SourceId;
use crate::ops::age;
use crate::ops::sources::{self, Health, SourceView, Watching};
use crate::ops::sync::{SyncResult, SyncRun};
use crate::text;
use crate::tui::app::Syncing;
use crate::tui::command::Command;
use crate::tui::theme::Meaning;
use crate::tui::view::{Canvas, Scroll, counted, thousands, wrap};

/// Cells of the columns before the address.
const ID: u16 = 16;
const KIND: u16 = 11;
const HEALTH: u16 = 11;
const NUMBER: u16 = 10;
const AGE: u16 = 13;

/// Rows of the list at the most; the rest is for what is known of the selected source.
const LISTED: u16 = 12;

/// The sources pane.
#[derive(Debug, Clone, Default)]
pub struct SourcesPane {
    sources: Vec<SourceView>,
    /// What sources that are being fetched are at.
    syncing: BTreeMap<SourceId, String>,
    now: Option<Timestamp>,
    scroll: Scroll,
    body: Rect,
}

impl SourcesPane {
    /// Takes what is known of the sources at a time.
    pub fn take(&mut self, sources: Vec<SourceView>, now: Timestamp) {
        self.sources = sources;
        self.now = Some(now);
        self.scroll.follow(self.sources.len(), self.listed());
    }

    /// Takes the time, which ages are told by, and what the sources that are being fetched are at.
    pub fn at(&mut self, now: Timestamp, doing: &BTreeMap<SourceId, String>) {
        if let Some(known) = &mut self.now {
            *known = now;
        }
        self.syncing.clone_from(doing);
    }

    /// Whether a source is being fetched.
    pub fn is_syncing(&self) -> bool {
        !self.syncing.is_empty()
    }

    /// The commands that the footer offers.
    pub fn hints(&self) -> &'static [Command] {
        use Command as C;
        if self.is_syncing() {
            return &[C::StopSync, C::SyncSource, C::Refresh, C::Palette, C::Help];
        }
        match self.selected().map(|source| source.health) {
            Some(Health::HeldBack) => {
                &[C::SyncSource, C::AcceptLoss, C::Refresh, C::Back, C::Palette, C::Help]
            }
            _ => &[C::SyncSource, C::Problems, C::Refresh, C::Back, C::Palette, C::Help],
        }
    }

    /// Does what a command asks of the pane.
    pub fn command(&mut self, command: Command) -> Response {
        let count = self.sources.len();
        let page = self.listed();
        match command {
            Command::Up => self.scroll.move_by(-1, count, page),
            Command::Down => self.scroll.move_by(1, count, page),
            Command::PageUp => self.scroll.move_by(-(page as isize), count, page),
            Command::PageDown => self.scroll.move_by(page as isize, count, page),
            Command::Top => self.scroll.select(0, count, page),
            Command::Bottom => self.scroll.select(count.saturating_sub(1), count, page),
            Command::SyncSource => return self.sync(Syncing::Only),
            Command::AcceptLoss => return self.sync(Syncing::AcceptingLoss),
            Command::Problems => {
                let source = self.selected().map(|source| source.id.clone());
                return Response::Enter(Place::Problems(Box::new(ProblemsPane::of(source))));
            }
            Command::Back | Command::StopSync if self.is_syncing() => return Response::Sync(Syncing::Stop),
            _ => return Response::NotMine,
        }
        Response::done()
    }

    fn sync(&mut self, how: impl FnOnce(SourceId) -> Syncing) -> Response {
        let Some(source) = self.selected() else { return Response::done() };
        if source.next_at.is_none() {
            let id = source.id.to_string();
            return match source.watching {
                Some(Watching::Whole) => {
                    Response::Say(format!("{id} is watched: what changes in it shows by itself."))
                }
                // All that is read where it lies is read again: it costs little.
                _ => Response::Sync(Syncing::Local),
            };
        }
        Response::Sync(how(source.id.clone()))
    }

    fn selected(&self) -> Option<&SourceView> {
        self.sources.get(self.scroll.selected)
    }

    /// Selects the row that was clicked.
    pub fn click(&mut self, y: u16) {
        let row = usize::from(y.saturating_sub(self.body.y + 1));
        let visible = self.scroll.visible(self.sources.len(), self.listed());
        if y > self.body.y && row < visible.len() {
            self.scroll.select(visible.start + row, self.sources.len(), self.listed());
        }
    }

    /// Lays the pane out for a size.
    pub fn resize(&mut self, body: Rect) {
        self.body = body;
        self.scroll.follow(self.sources.len(), self.listed());
    }

    fn listed(&self) -> usize {
        let half = self.body.height.saturating_sub(2) / 2;
        usize::from(half.min(LISTED)).min(self.sources.len()).max(1)
    }

    /// Draws the pane.
    pub fn view(&self, canvas: &mut Canvas<'_>, body: Rect) {
        let inner = Rect { x: body.x + 1, width: body.width.saturating_sub(2), ..body };
        let Some(now) = self.now else {
            canvas.text(inner.x, inner.y, inner.width, Meaning::Dim, "Loading …");
            return;
        };
        let columns = Columns::for_width(inner.width);
        columns.heading(canvas, inner);
        let mut y = inner.y + 1;
        for at in self.scroll.visible(self.sources.len(), self.listed()) {
            let row = Rect { y, height: 1, ..inner };
            let source = &self.sources[at];
            let doing = self.syncing.get(&source.id).map(String::as_str);
            columns.row(canvas, row, (source, doing, now), at == self.scroll.selected);
            y += 1;
        }
        if let Some(source) = self.selected()
            && y + 1 < inner.bottom()
        {
            canvas.rule(body.x, y, body.width);
            let below = Rect { y: y + 1, height: inner.bottom().saturating_sub(y + 1), ..inner };
            about(canvas, below, source, now);
        }
    }
}

/// What is known of one source.
fn about(canvas: &mut Canvas<'_>, area: Rect, source: &SourceView, now: Timestamp) {
    let width = usize::from(area.width);
    let mut lines: Vec<(Meaning, String)> = vec![(Meaning::Title, source.location.clone())];
    let mut say = |meaning, text: &str| {
        lines.extend(wrap(text, width).into_iter().map(|line| (meaning, line)));
    };
    if let Some(why) = &source.why {
        let hint = source.hint.as_deref().map(|hint| format!(" {hint}")).unwrap_or_default();
        say(Meaning::Warning, &format!("{why}{hint}"));
    }
    for part in source.parts.iter().filter(|_| source.parts.len() > 1) {
        say(Meaning::Text, &sources::told(part, now));
    }
    if source.as_of.is_some() {
        let problems = match source.problems {
            0 => "no problems".to_owned(),
            some => counted(some as usize, "problem"),
        };
        say(Meaning::Text, &format!("{}, {problems}.", counted(source.entities as usize, "entity")));
    }
    say(Meaning::Text, &when(source, now));
    if let Some(budget) = source.runs.first().and_then(|run| run.budget.as_deref()) {
        say(Meaning::Text, &format!("{budget}."));
    }
    if !source.runs.is_empty() {
        lines.push((Meaning::Text, String::new()));
        lines.push((Meaning::Dim, RUNS.to_owned()));
        // What stands above need not be said twice.
        let said = source.why.as_deref();
        for of_run in &source.runs {
            let (meaning, line) = run(of_run);
            let why = of_run.why.as_deref().filter(|why| Some(*why) != said).unwrap_or_default();
            let beside = format!("{line}  {why}");
            if text::width(&beside) <= width {
                lines.push((meaning, beside));
                continue;
            }
            // Where it does not fit beside the figures it stands below them, whole.
            lines.push((meaning, line));
            lines.extend(
                wrap(why, width.saturating_sub(2)).into_iter().map(|it| (Meaning::Dim, format!("  {it}"))),
            );
        }
    }
    for (y, (meaning, line)) in (area.y..area.bottom()).zip(&lines) {
        canvas.text(area.x, y, area.width, *meaning, line);
    }
}

/// When a source was read, and when it will be again.
fn when(source: &SourceView, now: Timestamp) -> String {
    let age = source.as_of.map(|as_of| age::words(as_of, now));
    match (source.next_at, &source.watching) {
        (Some(next), _) => {
            let fetched =
                age.map_or_else(|| "It was never fetched.".to_owned(), |age| format!("Fetched {age}."));
            format!("{fetched} Next sync {}.", age::until(now, next))
        }
        (None, Some(Watching::Whole)) => "It is watched: what changes in it shows by itself.".to_owned(),
        (None, Some(Watching::Part(why))) => {
            format!("It is watched, but not everything shows by itself. {why}")
        }
        (None, Some(Watching::No(why))) => format!("It is not watched, and read when you ask. {why}"),
        (None, None) => "It is read where it lies, whenever callboard looks.".to_owned(),
    }
}

/// The heading of the last syncs.
const RUNS: &str = "Last syncs            result        took   entities   requests";

fn run(run: &SyncRun) -> (Meaning, String) {
    let (meaning, word) = match run.result {
        SyncResult::Changed => (Meaning::Text, "changed"),
        SyncResult::Unchanged => (Meaning::Dim, "unchanged"),
        SyncResult::Partial => (Meaning::Warning, "partly"),
        SyncResult::Failed => (Meaning::Warning, "failed"),
        SyncResult::Refused => (Meaning::Warning, "held back"),
    };
    let took = format!("{:.1} s", run.took_ms as f64 / 1000.0);
    let counted = [run.entities, run.requests].map(|number| thousands(number as usize));
    let [entities, requests] = &counted;
    (meaning, format!("{}  {word:<9}{took:>9}  {entities:>9}  {requests:>9}", age::moment(run.at)))
}

/// Columns in cells; 0 hides one.
struct Columns {
    kind: u16,
    entities: u16,
    problems: u16,
}

type Shown<'a> = (&'a SourceView, Option<&'a str>, Timestamp);

impl Columns {
    fn for_width(width: u16) -> Self {
        Self {
            kind: if width >= 70 { KIND } else { 0 },
            entities: if width >= 70 { NUMBER } else { 0 },
            problems: if width >= 90 { NUMBER } else { 0 },
        }
    }

    fn heading(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let mut x = area.x + 2;
        let mut put = |cells: u16, text: &str| {
            canvas.text(
                x,
                area.y,
                cells.saturating_sub(1).min(area.right().saturating_sub(x)),
                Meaning::Dim,
                text,
            );
            x += cells;
        };
        put(ID, "source");
        put(self.kind, "kind");
        put(HEALTH, "state");
        put(self.entities, " entities");
        put(self.problems, " problems");
        put(AGE, "age");
        put(area.width, "next");
    }

    fn row(&self, canvas: &mut Canvas<'_>, area: Rect, (source, doing, now): Shown<'_>, is_selected: bool) {
        if is_selected {
            canvas.paint(area, Meaning::Selected);
            canvas.sign(area.x, area.y, Meaning::Selected, canvas.symbols.pointer);
        }
        let or_selected = |meaning| if is_selected { Meaning::Selected } else { meaning };
        let mut x = area.x + 2;
        let mut put = |cells: u16, meaning: Meaning, text: &str| {
            let room = cells.saturating_sub(1).min(area.right().saturating_sub(x));
            canvas.text(x, area.y, room, or_selected(meaning), text);
            x += cells;
        };
        put(ID, Meaning::Text, &source.id.0);
        put(self.kind, Meaning::Dim, source.kind);
        if let Some(doing) = doing {
            put(area.width, Meaning::Accent, doing);
            return;
        }
        let meaning = match source.health {
            Health::Fresh => Meaning::Text,
            Health::Unknown => Meaning::Dim,
            Health::Stale | Health::Partly | Health::HeldBack | Health::Failed => Meaning::Warning,
        };
        put(HEALTH, meaning, source.health.word());
        put(self.entities, Meaning::Text, &format!("{:>9}", thousands(source.entities as usize)));
        let problems = if source.problems == 0 { String::new() } else { thousands(source.problems as usize) };
        put(self.problems, Meaning::Warning, &format!("{problems:>9}"));
        let age = source.as_of.map_or_else(|| "never".to_owned(), |as_of| age::words(as_of, now));
        put(AGE, if source.health == Health::Fresh { Meaning::Dim } else { meaning }, &age);
        let next = match (source.next_at, &source.watching) {
            (Some(next), _) => age::until(now, next),
            (None, Some(Watching::Whole | Watching::Part(_))) => "on change".to_owned(),
            (None, _) => "when asked".to_owned(),
        };
        put(area.width, Meaning::Dim, &next);
    }
}
