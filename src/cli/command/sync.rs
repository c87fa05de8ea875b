//! `callboard sync`: fetches the sources that lie elsewhere and reads the catalog again.

use clap::Args;
use serde::Serialize;

use crate::catalog::SourceId;
use crate::cli::failure::{Failure, Outcome, Verdict};
use crate::cli::output::{Envelope, Meaning, Span, Table, span};
use crate::cli::progress::Progress;
use crate::cli::{Catalog, Session};
use crate::error::{Error, ErrorKind};
use crate::ops::portal::Portal;
use crate::ops::sync::{Failure as PartFailure, Losses, SourceSynced, SyncRequest, SyncResult, SyncRun};
use crate::ops::{SourceState, age};

/// Fetches the sources again, all at once, and reads the catalog. A source that fails keeps what it had.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  callboard sync                        all sources, for cron and systemd timers too
  callboard sync portal                 one of them
  callboard sync portal --accept-loss   lets much of it go, where that is right

Ends with 1 when a source could not be fetched whole, with 4 when nothing can be shown at all.")]
pub(crate) struct Sync {
    /// The sources to fetch; all where none is named.
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// Lets a source lose more than `sync.max_loss`.
    #[arg(long)]
    accept_loss: bool,
}

/// A source after a sync, for scripts.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    #[serde(flatten)]
    state: &'a SourceState,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sync: Option<&'a SyncRun>,
    #[serde(skip_serializing_if = "<[PartFailure]>::is_empty")]
    failures: &'a [PartFailure],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
}

impl Sync {
    pub(crate) fn run(&self, session: &mut Session) -> Outcome {
        if session.options.offline {
            let error = Error::new(ErrorKind::Usage, "A sync needs the sources, and --offline reads none.");
            return Err(error.with_hint("Leave one of them out.").into());
        }
        let portal = session.portal()?;
        let request = SyncRequest {
            sources: self.sources.iter().map(|id| SourceId::new(id)).collect(),
            losses: if self.accept_loss { Losses::Accepted } else { Losses::Guarded },
            ..SyncRequest::default()
        };
        let outcome = session.sync(&portal, &request, Progress::new(session))?;
        for note in &outcome.refreshed.notes {
            session.note(note);
        }
        let is_whole = outcome.is_whole();
        let sources = outcome.sources;
        let catalog = Catalog { portal, snapshot: outcome.refreshed.snapshot };
        report(session, &catalog, &sources)?;
        for source in &sources {
            tell(session, source);
        }
        let mut errors: Vec<Error> = sources.iter().filter_map(SourceSynced::named_error).collect();
        // What was refused for safety is said by its own code, and after everything else.
        errors.sort_by_key(|error| error.kind() == ErrorKind::Refused);
        let refused = errors.pop_if(|error| error.kind() == ErrorKind::Refused);
        for error in &errors {
            session.complain(error);
        }
        // Of others than those that were asked for nothing is said.
        let is_meant =
            |state: &&SourceState| request.sources.is_empty() || request.sources.contains(&state.id);
        let is_stale = catalog.meta().sources.iter().filter(is_meant).any(|it| it.why_stale().is_some());
        if let Some(refused) = refused {
            return Err(refused.into());
        }
        Ok(if is_whole && !is_stale { Verdict::Done } else { Verdict::Findings })
    }
}

/// Tells what went beside the sync of a source: notes, and parts that failed.
fn tell(session: &Session, source: &SourceSynced) {
    for note in &source.notes {
        session.note(&format!("{}: {note}", source.id));
    }
    for failure in &source.failures {
        session.warn(&format!("{}: {}: {}", source.id, failure.what, failure.why));
    }
}

fn report(session: &mut Session, catalog: &Catalog, synced: &[SourceSynced]) -> Result<(), Failure> {
    let of = |state: &SourceState| synced.iter().find(|source| source.id == state.id);
    let kind = |state: &SourceState| catalog.portal.source(&state.id).map_or("", |source| source.kind());
    let states = &catalog.meta().sources;
    if session.options.json {
        let items = states.iter().map(|state| Item {
            state,
            kind: kind(state),
            sync: of(state).and_then(|source| source.run.as_ref()),
            failures: of(state).map_or(&[], |source| &source.failures),
            notes: of(state).map_or(&[], |source| &source.notes),
        });
        let items = items.collect();
        session.printer.json(&Envelope::new("sync", catalog.meta(), items))?;
        return Ok(());
    }
    let now = catalog.portal.now();
    let mut table =
        Table::new(&["source", "result", "entities", "parts", "problems", "age", "took", "where"]);
    for state in states {
        let run = of(state).and_then(|source| source.run.as_ref());
        table.row([
            state.id.to_string().into(),
            of(state).map_or_else(|| not_asked(state, &catalog.portal), result),
            state.entities.to_string().into(),
            run.map_or(String::new(), |run| run.parts.to_string()).into(),
            state.problems.to_string().into(),
            if state.is_unknown() { "never".into() } else { age::words(state.oldest(), now).into() },
            run.map_or(String::new(), took).into(),
            span(Meaning::Dim, state.location.clone()),
        ]);
    }
    table.always_headed().print(&mut session.printer)?;
    Ok(())
}

/// What came of a source that needs no sync, or was not to be synced.
fn not_asked(state: &SourceState, portal: &Portal) -> Span<'static> {
    match portal.source(&state.id) {
        Ok(source) if source.is_remote() => span(Meaning::Dim, "as it was"),
        _ if state.stale.is_some() => word(SyncResult::Failed),
        _ => "read".into(),
    }
}

fn took(run: &SyncRun) -> String {
    format!("{:.1} s", run.took_ms as f64 / 1000.0)
}

/// How a sync ended, as a word with its meaning.
pub(super) fn word(result: SyncResult) -> Span<'static> {
    match result {
        SyncResult::Changed => span(Meaning::Good, "changed"),
        SyncResult::Unchanged => span(Meaning::Plain, "unchanged"),
        SyncResult::Partial => span(Meaning::Warning, "partly"),
        SyncResult::Failed => span(Meaning::Bad, "failed"),
        SyncResult::Refused => span(Meaning::Warning, "held back"),
    }
}

fn result(source: &SourceSynced) -> Span<'static> {
    source.result().map_or_else(|| span(Meaning::Dim, "busy"), word)
}
