//! One repository: asks whether it changed, fetches what is needed of it, and writes that into a pack.

use std::sync::Arc;
use std::time::Duration;

use super::calls::Calls;
use super::commit::Commit;
use super::files::{Files, Packed};
use super::head::Head;
use super::job::{RepositoryJob, RepositoryOutcome};
use super::program::GitProgram;
use super::taken::Taken;
use crate::catalog::Repository;
use crate::error::{Error, ErrorKind, Result};
use crate::source::mirror::{PackName, Unit};

/// How long one repository may take until the list of its files is here, all calls together, and once more until the
/// files are. Waiting for room in memory between the two does not count.
const TIME: Duration = Duration::from_mins(2);

/// Fetches a repository if it changed. A failure leaves everything as it was.
pub async fn fetch_repository(git: &GitProgram, job: &RepositoryJob) -> Result<RepositoryOutcome> {
    let mut calls = Calls::new(git, job)?;
    match within(job, Box::pin(look(&mut calls))).await? {
        Found::Done(outcome) => Ok(*outcome),
        Found::Commit(commit) => {
            let _room = job.room.take(commit.unread()).await;
            within(job, Box::pin(take(*commit, calls))).await
        }
    }
}

/// What became of the look at a repository.
enum Found {
    /// There is nothing to fetch.
    Done(Box<RepositoryOutcome>),
    /// A commit whose files are to be taken.
    Commit(Box<Commit>),
}

async fn within<T>(job: &RepositoryJob, work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(TIME, work).await.unwrap_or_else(|_| {
        let message =
            format!("{}: it took longer than {} s, which is the limit.", job.name(), TIME.as_secs());
        Err(Error::new(ErrorKind::Unreachable, message)
            .with_hint("Check the network and the size of the repository."))
    })
}

async fn look(calls: &mut Calls<'_>) -> Result<Found> {
    let job = calls.job;
    let head = Head::ask(calls).await?;
    let revision = head.as_ref().map(|head| head.revision(&job.paths)).unwrap_or_default();
    let before = job.before.as_ref().filter(|unit| unit.revision == revision);
    if let Some(before) = before.filter(|before| job.mirror.pack(&before.pack).is_ok()) {
        let unit = Unit { as_of: job.now, failure: None, root: job.root.clone(), ..before.clone() };
        return Ok(Found::Done(Box::new(RepositoryOutcome::without_files(unit, calls.count))));
    }
    let Some(head) = head else {
        let pack = job.mirror.begin_pack()?.finish(&job.root)?;
        let unit = unit(job, pack, (revision, None));
        let outcome =
            RepositoryOutcome { is_unchanged: false, ..RepositoryOutcome::without_files(unit, calls.count) };
        return Ok(Found::Done(Box::new(outcome)));
    };
    Ok(Found::Commit(Box::new(Commit::fetch(head, calls).await?)))
}

async fn take(mut commit: Commit, mut calls: Calls<'_>) -> Result<RepositoryOutcome> {
    let job = calls.job;
    let listing = commit.listing(&mut calls).await?;
    let mut notes: Vec<String> = commit.note.into_iter().collect();
    if listing.unnameable > 0 {
        let count = listing.unnameable;
        notes.push(format!("{count} files have names that are no text; they were left out."));
    }
    let revision = commit.head.revision(&job.paths);
    let repository = Repository {
        root: String::new(),
        remote: Some(job.address.remote()),
        commit: Some(commit.head.commit),
        branch: commit.head.branch,
        prefix: String::new(),
    };
    let files = Files {
        calls: &mut calls,
        listing,
        repository: Arc::new(repository.clone()),
        is_filtered: commit.is_filtered,
        taken: Taken::new(job.mirror.begin_pack()?),
        bytes: 0,
    };
    let Packed { pack, entities, bytes } = files.take_all().await?;
    Ok(RepositoryOutcome {
        unit: unit(job, pack, (revision, Some(repository))),
        is_unchanged: false,
        notes,
        requests: calls.count,
        entities,
        bytes,
    })
}

fn unit(job: &RepositoryJob, pack: PackName, (revision, repository): (String, Option<Repository>)) -> Unit {
    Unit {
        key: job.address.url().to_owned(),
        root: job.root.clone(),
        pack,
        revision,
        repository: repository.map(|repository| Repository { root: job.root.clone(), ..repository }),
        as_of: job.now,
        failure: None,
    }
}
