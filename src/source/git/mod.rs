//! A source that is one git repository, or many: fetched by the git program with the user's own credentials,
//! partial and shallow, without a work tree. Nothing that a repository holds is ever run.

#![expect(clippy::disallowed_methods, reason = "source is a room that may read and write files")]

mod address;
mod alias;
mod bare;
mod calls;
mod commit;
mod credential;
mod failure;
mod files;
mod head;
mod job;
mod listing;
mod needs;
mod notes;
mod paths;
mod program;
mod repository;
#[cfg(unix)]
#[cfg(test)]
pub(in crate::source) mod server;
mod taken;

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, de};
use tokio::sync::{OnceCell, Semaphore};
use tokio::task::JoinSet;

pub use address::{Address, check_branch};
pub use alias::resolve_aliases;
pub use job::{Known, RepositoryJob, RepositoryOutcome};
pub use paths::{Paths, default_paths};
pub use program::{GitProgram, Token};
pub use repository::fetch_repository;

use self::notes::Notes;
use super::child::Environment;
use super::mirror::Mirror;
use super::remote::{Amount, Failure, Fetch, Fetched, Remote};
use crate::error::{Error, ErrorKind, Result};

/// Repositories that are fetched at once, unless the configuration says otherwise.
const PARALLEL: usize = 16;

/// Repositories of one host that are fetched at once, unless the configuration says otherwise.
const PARALLEL_PER_HOST: usize = 8;

/// Repositories that are named where none could be fetched, beside the first.
const NAMED: usize = 5;

/// Repositories that may be fetched at once at most.
const MAX_PARALLEL: usize = 64;

/// What the configuration says of git repositories.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GitSettings {
    /// The address of a repository, or several.
    #[serde(default)]
    pub url: OneOrMany,
    /// More addresses.
    #[serde(default)]
    pub urls: OneOrMany,
    /// The branch; the default one of each repository where there is none.
    #[serde(default)]
    pub branch: Option<String>,
    /// Which files are descriptors, as patterns.
    #[serde(default = "default_paths")]
    pub paths: Vec<String>,
    /// Repositories that are fetched at once.
    #[serde(default)]
    pub parallel: Option<NonZeroUsize>,
    /// Repositories of one host that are fetched at once.
    #[serde(default)]
    pub parallel_per_host: Option<NonZeroUsize>,
}

/// One text, or a list of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OneOrMany(pub Vec<String>);

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Texts {
            One(String),
            Many(Vec<String>),
        }
        match Texts::deserialize(deserializer) {
            Ok(Texts::One(text)) => Ok(Self(vec![text])),
            Ok(Texts::Many(texts)) => Ok(Self(texts)),
            Err(_) => Err(de::Error::custom("it takes a text, or a list of texts")),
        }
    }
}

/// So many repositories at once as the configuration says, or else as usual.
fn at_once(configured: Option<NonZeroUsize>, usual: usize) -> usize {
    configured.map_or(usual, NonZeroUsize::get).min(MAX_PARALLEL)
}

impl GitSettings {
    /// Where it is, in words for people.
    pub fn location(&self) -> String {
        let addresses: Vec<_> = self.texts().map(Address::parse).filter_map(Result::ok).collect();
        location(addresses.iter())
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.url.0.iter().chain(&self.urls.0).map(String::as_str)
    }
}

fn location<'a>(addresses: impl ExactSizeIterator<Item = &'a Address>) -> String {
    let count = addresses.len();
    match addresses.last() {
        Some(only) if count == 1 => only.remote(),
        _ => format!("{count} repositories"),
    }
}

/// Git repositories.
#[derive(Debug)]
pub struct Git {
    /// With the root of each below that of the source.
    repositories: Vec<(Address, String)>,
    branch: Option<String>,
    paths: Arc<Paths>,
    parallel: usize,
    parallel_per_host: usize,
    environment: Environment,
    program: OnceCell<GitProgram>,
}

impl Git {
    /// The source with these settings. Git runs with the variables of `environment` but most of git's own.
    pub fn new(settings: GitSettings, environment: Environment) -> Result<Self> {
        let mut addresses = settings.texts().map(Address::parse).collect::<Result<Vec<_>>>()?;
        let mut seen = HashSet::new();
        addresses.retain(|address| seen.insert(address.clone()));
        if addresses.is_empty() {
            return Err(Error::new(ErrorKind::Usage, "A git source names no repository.")
                .with_hint("Write `url: https://HOST/PATH`, or a list of them as `urls`."));
        }
        settings.branch.as_deref().map(check_branch).transpose()?;
        Ok(Self {
            repositories: with_roots(addresses),
            branch: settings.branch,
            paths: Arc::new(Paths::new(&settings.paths)?),
            parallel: at_once(settings.parallel, PARALLEL),
            parallel_per_host: at_once(settings.parallel_per_host, PARALLEL_PER_HOST),
            environment,
            program: OnceCell::new(),
        })
    }

    async fn run(&self, fetch: Fetch<'_>) -> Result<Fetched> {
        let git = self.program.get_or_try_init(|| GitProgram::find(&self.environment)).await?;
        forget_others(fetch.mirror, self.repositories.iter().map(|(address, _)| address))?;
        let jobs = self.repositories.iter().map(|(address, root)| RepositoryJob {
            address: address.clone(),
            root: root.clone(),
            branch: self.branch.clone(),
            token: None,
            known: Known::ByName,
            paths: Arc::clone(&self.paths),
            mirror: fetch.mirror.clone(),
            before: fetch.before.unit(address.url()).cloned(),
            now: fetch.now,
            room: fetch.room.clone(),
        });
        let bounds = Bounds { parallel: self.parallel, per_host: self.parallel_per_host };
        fetch_all(git, jobs.collect(), bounds, fetch).await
    }
}

impl Remote for Git {
    fn fetch<'a>(&'a self, fetch: Fetch<'a>) -> Pin<Box<dyn Future<Output = Result<Fetched>> + Send + 'a>> {
        Box::pin(self.run(fetch))
    }
}

/// Removes the bare repositories of a mirror but those of these addresses.
pub fn forget_others<'a>(mirror: &Mirror, addresses: impl Iterator<Item = &'a Address>) -> Result<()> {
    let folder = mirror.work()?.join("git");
    let kept: HashSet<String> = addresses.map(bare::folder_name).collect();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_none_or(|name| !kept.contains(name)) {
            bare::remove(&entry.path());
        }
    }
    Ok(())
}

/// How many repositories are fetched at once.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// In all.
    pub parallel: usize,
    /// Of one host.
    pub per_host: usize,
}

impl Bounds {
    /// So many at once, of one host too: for a source that is one host.
    pub fn of_one_host(parallel: Option<NonZeroUsize>) -> Self {
        let parallel = at_once(parallel, PARALLEL_PER_HOST);
        Self { parallel, per_host: parallel }
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Self { parallel: PARALLEL, per_host: PARALLEL_PER_HOST }
    }
}

/// Fetches repositories beside each other. One that fails keeps what it was; only if all fail, it is an error.
pub async fn fetch_all(
    git: &GitProgram,
    jobs: Vec<RepositoryJob>,
    bounds: Bounds,
    fetch: Fetch<'_>,
) -> Result<Fetched> {
    let count = jobs.len();
    let (fetched, first_error) = fetch_each(git, jobs, bounds, fetch).await?;
    match first_error {
        Some(error) if fetched.failures.len() == count => Err(all_failed(&error, &fetched.failures)),
        _ => Ok(fetched),
    }
}

/// The error of repositories of which none could be fetched: why the first of them could not, and which others.
fn all_failed(first: &Error, failures: &[Failure]) -> Error {
    let is_other = |failure: &&Failure| !first.message().starts_with(&format!("{}: ", failure.what));
    let others: Vec<&str> = failures.iter().filter(is_other).map(|failure| failure.what.as_str()).collect();
    let named = others[..others.len().min(NAMED)].join(", ");
    let more = match others.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    if others.is_empty() {
        return first.clone();
    }
    let message = format!("{} Nor could be fetched: {named}{more}.", first.message());
    first.hint().into_iter().fold(Error::new(first.kind(), message), Error::with_hint)
}

/// Fetches repositories beside each other, as [`fetch_all`] does. If all fail, that is no error here; gives the
/// first error too.
pub async fn fetch_each(
    git: &GitProgram,
    jobs: Vec<RepositoryJob>,
    bounds: Bounds,
    fetch: Fetch<'_>,
) -> Result<(Fetched, Option<Error>)> {
    let all = Arc::new(Semaphore::new(bounds.parallel));
    let mut hosts: HashMap<String, Arc<Semaphore>> = HashMap::new();
    let mut amount = Amount { of_repositories: jobs.len() as u64, ..Amount::default() };
    (fetch.progress)(amount);
    let mut tasks = JoinSet::new();
    for job in jobs {
        let host = hosts.entry(job.address.host().to_owned());
        let host = host.or_insert_with(|| Arc::new(Semaphore::new(bounds.per_host))).clone();
        let (git, all) = (git.clone(), Arc::clone(&all));
        tasks.spawn(async move {
            // Neither is ever closed; whoever waits for a busy host takes no place of the others.
            let _host = host.acquire().await;
            let _place = all.acquire().await;
            let outcome = Box::pin(fetch_repository(&git, &job)).await;
            (job, outcome)
        });
    }
    let mut fetched = Fetched::default();
    let mut notes = Notes::default();
    let mut first_error = None;
    while let Some(joined) = tasks.join_next().await {
        let (job, outcome) = joined.map_err(|error| {
            Error::new(ErrorKind::Failed, format!("Fetching a repository ended early: {error}."))
        })?;
        amount.repositories += 1;
        match outcome {
            Ok(outcome) => {
                amount.entities += outcome.entities;
                amount.bytes += outcome.bytes;
                fetched.unchanged += u64::from(outcome.is_unchanged);
                fetched.requests += outcome.requests;
                notes.take(&job.name(), outcome.notes);
                fetched.units.push(outcome.unit);
            }
            Err(error) => {
                let named = format!("{}: ", job.name());
                let told = error.told();
                let why = job.known.told(told.strip_prefix(&named).unwrap_or(&told), &job.root);
                fetched.units.extend(fetch.kept(job.address.url(), &why));
                fetched.failures.push(Failure { what: job.name(), why });
                first_error.get_or_insert(error);
            }
        }
        (fetch.progress)(amount);
    }
    fetched.units.sort_by(|a, b| a.root.cmp(&b.root));
    fetched.failures.sort_by(|a, b| a.what.cmp(&b.what));
    fetched.notes.extend(notes.told());
    Ok((fetched, first_error))
}

/// Each address with its root: its path, and its host before it where two have the same path.
fn with_roots(addresses: Vec<Address>) -> Vec<(Address, String)> {
    let mut count: HashMap<String, usize> = HashMap::new();
    for address in &addresses {
        *count.entry(address.path().to_owned()).or_default() += 1;
    }
    let mut used: HashSet<String> = HashSet::new();
    let root = |address: &Address| match count.get(address.path()) {
        Some(1) => address.path().to_owned(),
        _ => format!("{}/{}", address.host().replace(':', "-"), address.path()).trim_matches('/').to_owned(),
    };
    let mut with = |address: Address| {
        let base = root(&address);
        // The same path of the same host by two protocols.
        let names = std::iter::once(base.clone()).chain((2..).map(|number| format!("{base}~{number}")));
        let root = names.into_iter().find(|name| used.insert(name.clone())).unwrap_or(base);
        (address, root)
    };
    addresses.into_iter().map(&mut with).collect()
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
