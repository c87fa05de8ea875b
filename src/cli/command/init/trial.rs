//! Tries the sources of a configuration before it is written: all at once, within a limit, with what each came
//! to.

use std::sync::Arc;
use std::time::Duration;

use crate::cli::Session;
use crate::cli::catalog::configured;
use crate::cli::failure::Failure;
use crate::cli::output::Meaning;
use crate::cli::progress::Progress;
use crate::config::{self, Overrides};
use crate::error::{Error, ErrorKind};
use crate::number::noun;
use crate::ops::Snapshot;
use crate::ops::init::{Draft, Outcome};
use crate::ops::portal::Target;
use crate::ops::sources::{Health, SourceView, sources};
use crate::ops::sync::{Losses, SyncPolicy, SyncRequest};

/// How long a source may take to be tried. A large one goes on with its next sync.
const TRIAL_TIME: Duration = Duration::from_mins(2);

/// Fetches the sources, notes what came of each, and gives the catalog that they make.
pub(super) fn run(session: &Session, drafts: &mut [Draft]) -> Result<Option<Arc<Snapshot>>, Failure> {
    let tried = drafts.iter().filter(|draft| draft.outcome != Outcome::SignIn);
    let listed = tried.map(Draft::value).collect::<Vec<_>>();
    if listed.is_empty() {
        return Ok(None);
    }
    let overrides =
        Overrides { values: vec![("/sources".to_owned(), listed.into())], ..Overrides::default() };
    let loaded = config::load(&session.environment, &session.places()?, &overrides)?;
    let target = Target::Configured(configured(&loaded.config.sources));
    let policy = SyncPolicy { timeout: TRIAL_TIME, ..loaded.config.sync };
    let portal = session.portal_with(target, policy)?;
    // What the cache has under these names is of sources that are configured no more.
    let request = SyncRequest { losses: Losses::Accepted, ..SyncRequest::default() };
    match session.sync(&portal, &request, Progress::aside(session)) {
        Err(error) if error.kind() == ErrorKind::Interrupted => {
            return Err(Error::new(ErrorKind::Interrupted, "Interrupted: nothing is written.").into());
        }
        // Why, each source says by itself.
        Ok(_) | Err(_) => {}
    }
    for view in sources(&portal) {
        if let Some(draft) = drafts.iter_mut().find(|draft| *draft.name == *view.id.0) {
            draft.outcome = outcome(&view);
        }
    }
    Ok(portal.snapshot())
}

fn outcome(view: &SourceView) -> Outcome {
    let run = view.runs.first();
    let why = || {
        let sentences = [view.why.as_deref(), view.hint.as_deref()];
        let sentences: Vec<_> = sentences.into_iter().flatten().collect();
        if sentences.is_empty() { "It could not be read.".to_owned() } else { sentences.join(" ") }
    };
    match view.health {
        Health::Fresh | Health::Partly => Outcome::Good(found(view)),
        _ if run.is_some_and(|run| u128::from(run.took_ms) >= TRIAL_TIME.as_millis()) => {
            let minutes = TRIAL_TIME.as_secs() / 60;
            Outcome::Slow(format!(
                "It was not done within {minutes} minutes; `callboard sync` takes longer if need be."
            ))
        }
        Health::Failed if run.is_some_and(|run| run.wants_token) => Outcome::Closed(why()),
        Health::Stale | Health::HeldBack | Health::Failed | Health::Unknown => Outcome::Failing(why()),
    }
}

fn found(view: &SourceView) -> String {
    let entities = match view.entities {
        0 => "no entity".to_owned(),
        count => format!("{count} {}", noun(count, "entity")),
    };
    let has_repositories = !matches!(view.kind, "directory" | "backstage" | "command");
    let parts = view.runs.first().map(|run| run.parts).filter(|_| has_repositories);
    let mut words = match parts {
        None => entities,
        Some(count) => format!("{count} {}, {entities}", noun(count, "repository")),
    };
    if let Some(why) = &view.why {
        words.extend(["; ", why.trim_end_matches('.')]);
    }
    words
}

/// What came of a source, as a word for scripts and in words for people.
pub(super) fn told(draft: &Draft) -> (&'static str, String) {
    match &draft.outcome {
        Outcome::Untried => ("untried", "not tried".to_owned()),
        Outcome::SignIn => ("signIn", format!("sign in with `callboard login {}`", draft.name)),
        Outcome::Good(found) => ("good", found.clone()),
        Outcome::Slow(why) => ("slow", why.clone()),
        Outcome::Failing(why) | Outcome::Closed(why) => ("failing", why.clone()),
    }
}

/// What that means.
pub(super) fn meaning(draft: &Draft) -> Meaning {
    match draft.outcome {
        Outcome::Untried => Meaning::Dim,
        Outcome::Good(_) => Meaning::Good,
        Outcome::SignIn | Outcome::Slow(_) => Meaning::Warning,
        Outcome::Failing(_) | Outcome::Closed(_) => Meaning::Bad,
    }
}
