//! How far a sync is: a bar a source and one for all on a terminal, a line for each source that is done
//! elsewhere. Written to stderr.

use std::collections::BTreeMap;

use indicatif::{HumanBytes, MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Session;
use crate::catalog::SourceId;
use crate::error::Result;
use crate::number::noun;
use crate::ops::Cancel;
use crate::ops::portal::Portal;
use crate::ops::sync::{Amount, SourceSynced, SyncEvent, SyncOutcome, SyncRequest, SyncResult, sync};
use crate::text;
use crate::tui::term::EscListener;

/// How often bars are drawn in a second; over SSH each costs a packet.
const DRAWS_PER_SECOND: u8 = 8;

/// Cells of a bar, and of one on a terminal that is not wide.
const BAR: usize = 24;
const SHORT_BAR: usize = 8;

/// Cells of the name of a source.
const NAME: usize = 16;

/// Columns of a terminal that is wide.
const WIDE: usize = 110;

/// Columns of a terminal that does not say how many it has.
const USUAL_WIDTH: usize = 80;

/// What of a sync is shown while it is under way.
pub(crate) enum Progress {
    /// Bars.
    Bars(Bars),
    /// A line for each source that is done.
    Lines,
    /// Nothing.
    Silent,
}

/// The bars of a terminal.
pub(crate) struct Bars {
    all: MultiProgress,
    total: ProgressBar,
    /// What can be done meanwhile, below all of them.
    todo: Option<ProgressBar>,
    /// Columns of the terminal.
    width: usize,
    /// Sources that are synced.
    sources: usize,
    /// Sources that are done, however that ended.
    done: usize,
    amounts: BTreeMap<SourceId, Amount>,
    of_sources: BTreeMap<SourceId, ProgressBar>,
}

impl Progress {
    /// What a session shows.
    pub(crate) fn new(session: &Session) -> Self {
        let is_dumb = session.environment.text("TERM") == Some("dumb");
        match session.streams.stderr_is_terminal {
            true if !is_dumb => Self::Bars(Bars::new(session.streams.width.unwrap_or(USUAL_WIDTH))),
            _ if session.options.json => Self::Silent,
            _ => Self::Lines,
        }
    }

    /// The same for a sync that nobody asked for: no word about what went well.
    pub(crate) fn aside(session: &Session) -> Self {
        match Self::new(session) {
            Self::Lines => Self::Silent,
            other => other,
        }
    }

    /// Takes how many sources there are to sync.
    fn begin(&mut self, portal: &Portal, request: &SyncRequest) {
        let Self::Bars(bars) = self else { return };
        bars.sources = match request.sources.len() {
            0 => portal.sources().iter().filter(|source| source.is_remote()).count(),
            named => named,
        };
    }

    /// Lets Esc wish to stop where bars are shown to somebody who can type, and says so below them.
    fn listen(&mut self, cancel: &Cancel) -> Option<EscListener> {
        let Self::Bars(bars) = self else { return None };
        // Where the terminal cannot be asked, Ctrl-C is left.
        let esc = EscListener::start(cancel).ok().flatten()?;
        let told = bars.all.add(ProgressBar::no_length());
        told.set_style(style("{wide_msg}"));
        told.set_message("esc cancels");
        bars.todo = Some(told);
        Some(esc)
    }

    /// Takes what happened.
    fn show(&mut self, session: &Session, event: &SyncEvent) {
        match (self, event) {
            (Self::Bars(bars), SyncEvent::Fetching(id, amount)) => bars.fetching(id, *amount),
            (Self::Bars(bars), SyncEvent::Done(synced)) => bars.done(&synced.id),
            // What did not go well is told at the end, with what to do.
            (Self::Lines, SyncEvent::Done(synced)) if synced.result().is_some_and(SyncResult::is_whole) => {
                session.note(&told(synced));
            }
            _ => {}
        }
    }

    /// Takes away what is on the terminal.
    fn clear(self) {
        if let Self::Bars(bars) = self {
            // Bars that cannot be taken away stay above what follows.
            drop(bars.all.clear());
        }
    }
}

impl Session {
    /// Syncs, shows how far that is, and lets Ctrl-C end it, and Esc where bars are shown.
    pub(crate) fn sync(
        &self,
        portal: &Portal,
        request: &SyncRequest,
        mut progress: Progress,
    ) -> Result<SyncOutcome> {
        let cancel = Cancel::new();
        let _stoppable = self.interrupts.stop(&cancel)?;
        progress.begin(portal, request);
        let esc = progress.listen(&cancel);
        let outcome = sync(portal, request, &cancel, &mut |event| progress.show(self, &event));
        progress.clear();
        drop(esc);
        outcome
    }
}

impl Bars {
    fn new(width: usize) -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(DRAWS_PER_SECOND));
        let total = all.add(ProgressBar::no_length());
        total.set_style(style("{prefix} {wide_msg}"));
        total.set_prefix("all");
        Self {
            all,
            total,
            todo: None,
            width,
            sources: 0,
            done: 0,
            amounts: BTreeMap::new(),
            of_sources: BTreeMap::new(),
        }
    }

    fn fetching(&mut self, id: &SourceId, amount: Amount) {
        let bar = self.of_sources.entry(id.clone()).or_insert_with(|| {
            let bar = self.all.insert_before(&self.total, ProgressBar::no_length());
            bar.set_prefix(text::fit(&id.0, NAME).into_owned());
            bar
        });
        let (done, of) = match amount {
            Amount { of_repositories: 1.., .. } => (amount.repositories, amount.of_repositories),
            _ => (amount.entities, amount.of_entities),
        };
        let cells = if self.width < WIDE { SHORT_BAR } else { BAR };
        if of > 0 {
            bar.set_style(style(&format!("{{prefix:<{NAME}}} {{bar:{cells}}} {{wide_msg}}")));
            bar.set_length(of.max(done));
            bar.set_position(done);
        } else {
            bar.set_style(style(&format!("{{prefix:<{NAME}}} {:cells$} {{wide_msg}}", "")));
        }
        let told = words(amount, bar.elapsed().as_secs_f64());
        let told = if told.is_empty() { vec!["waiting for an answer".to_owned()] } else { told };
        bar.set_message(fitting(told, self.width.saturating_sub(NAME + cells + 2)));
        self.amounts.insert(id.clone(), amount);
        self.tell_all();
    }

    fn tell_all(&self) {
        let sum = self.amounts.values().fold(Amount::default(), |sum, it| Amount {
            repositories: sum.repositories + it.repositories,
            of_repositories: sum.of_repositories + it.of_repositories,
            entities: sum.entities + it.entities,
            of_entities: 0,
            bytes: sum.bytes + it.bytes,
        });
        let mut told = vec![format!("{} of {} sources", self.done, self.sources)];
        told.extend(words(sum, self.total.elapsed().as_secs_f64()));
        self.total.set_message(fitting(told, self.width.saturating_sub("all ".len())));
    }

    fn done(&mut self, id: &SourceId) {
        if let Some(bar) = self.of_sources.get(id) {
            bar.finish_and_clear();
        }
        self.done += 1;
        self.tell_all();
    }
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars("━━─")
}

/// As many of the words as a line has room for, the first ones first: half a number would be another one.
fn fitting(mut words: Vec<String>, cells: usize) -> String {
    while words.len() > 1 && text::width(&words.join("  ")) > cells {
        words.pop();
    }
    words.join("  ")
}

fn words(amount: Amount, seconds: f64) -> Vec<String> {
    let mut parts = Vec::new();
    match amount {
        Amount { repositories, of_repositories: of @ 1.., .. } => {
            parts.push(format!("{repositories}/{of} repositories"));
        }
        Amount { entities, of_entities: of @ 1.., .. } if entities <= of => {
            parts.push(format!("{entities}/{of} entities"));
        }
        _ => {}
    }
    if amount.of_entities == 0 && amount.entities > 0 {
        parts.push(format!("{} {}", amount.entities, noun(amount.entities, "entity")));
    }
    if amount.bytes > 0 {
        parts.push(HumanBytes(amount.bytes).to_string());
        if seconds > 1.0 {
            parts.push(format!("{}/s", HumanBytes((amount.bytes as f64 / seconds) as u64)));
        }
    }
    parts
}

/// A source that is done, as a line.
fn told(synced: &SourceSynced) -> String {
    let entities = synced.run.as_ref().map_or(0, |run| run.entities);
    let change = if synced.result() == Some(SyncResult::Changed) { "changed" } else { "nothing changed" };
    format!("{}: {entities} {}, {change}", synced.id, noun(entities, "entity"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_with_a_whole_number() {
        let amount = Amount {
            repositories: 420,
            of_repositories: 500,
            entities: 12_345,
            of_entities: 0,
            bytes: 9 << 20,
        };
        let all = ["420/500 repositories", "12345 entities", "9.00 MiB", "4.50 MiB/s"];
        assert_eq!(words(amount, 2.0), all);
        assert_eq!(fitting(words(amount, 2.0), 80), all.join("  "));
        assert_eq!(fitting(words(amount, 2.0), 50), all[..3].join("  "));
        assert_eq!(fitting(words(amount, 2.0), 3), all[0]);
    }
}
