//! The repositories of an organisation or a group, discovered at GitHub, GitLab, Gitea or Forgejo and fetched by
//! git. What the forge says did not change costs neither a request nor a process.
//!
//! The API is asked for lists only; no content of a repository comes over it.

mod discovery;
mod filter;
mod found;
mod kind;
mod members;
mod memory;
mod pages;
mod settings;
#[cfg(unix)]
#[cfg(test)]
mod tests;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::OnceCell;
use url::Url;

pub use filter::{Choice, Visibility};
pub use kind::ForgeKind;
pub use settings::{CloneBy, ForgeSettings};

use self::discovery::Wanted;
use self::filter::Filter;
use self::members::Members;
use self::memory::Memory;
use self::pages::{Reader, Shelf};
use super::Variables;
use super::git::{
    Bounds, GitProgram, Known, Paths, RepositoryJob, Token, check_branch, fetch_each, forget_others,
};
use super::http::{self, Http, HttpSettings, Patience};
use super::mirror::{Unit, entity_path};
use super::remote::{Amount, Failure, Fetch, Fetched, Remote};
use super::secret::{self, Secret};
use super::sum::sha256;
use crate::catalog::{Entity, Origin, Position, SourceId};
use crate::error::Result;

/// The folder of groups and users. No owner can be called like it.
const MEMBERS: &str = "~members";

/// A forge with the owners whose repositories are wanted.
#[derive(Debug)]
pub struct Forge {
    kind: ForgeKind,
    settings: ForgeSettings,
    web: Url,
    api: Url,
    filter: Filter,
    paths: Arc<Paths>,
    variables: Variables,
    patience: Patience,
    /// What the addresses of its repositories begin with; nothing else is fetched, and gets a token.
    clones: String,
    program: OnceCell<GitProgram>,
}

impl Forge {
    /// The forge of these settings.
    pub fn new(kind: ForgeKind, settings: ForgeSettings, variables: Variables) -> Result<Self> {
        settings.branch.as_deref().map(check_branch).transpose()?;
        let web = settings.web(kind)?;
        Ok(Self {
            api: kind.api(&web)?,
            filter: Filter::new(&settings.include, &settings.exclude)?,
            paths: Arc::new(Paths::new(&settings.paths)?),
            clones: web.to_string(),
            patience: Patience::default(),
            program: OnceCell::new(),
            kind,
            settings,
            web,
            variables,
        })
    }

    /// Whether its API may be asked, as far as its address tells.
    pub fn check(&self) -> Result<()> {
        http::check(&self.api, self.settings.token.is_some())
    }

    /// A client of its API, and the token.
    pub async fn connect(&self) -> Result<(Http, Option<Secret>)> {
        let token = match &self.settings.token {
            Some(token) => Some(token.resolve(&self.variables).await?),
            None => None,
        };
        let http = Http::new(HttpSettings {
            base: self.api.clone(),
            token: token.clone(),
            header: self.kind.token_header(),
            ca_file: self.settings.ca_file.as_ref().map(|file| secret::place(file, &self.variables)),
            sign_in: self.sign_in(),
            patience: self.patience,
        })?;
        Ok((http, token))
    }

    fn sign_in(&self) -> String {
        match &self.settings.token {
            Some(token) => format!(
                "The token from {} is wrong, has expired, or may not do this. {}",
                token.origin(),
                self.kind.advice()
            ),
            None => format!("It wants a token. {}", self.kind.advice()),
        }
    }

    async fn sync(&self, fetch: Fetch<'_>) -> Result<Fetched> {
        let (http, token) = self.connect().await?;
        let before = Memory::load(fetch.mirror, &self.taken())?;
        let mut memory = before.begin();
        let mut reader = Reader::new(&http);
        let found = self.discover(&mut reader, &before, &mut memory, fetch).await?;
        let mut fetched = Fetched::default();
        let wanted = self.wanted(found, &mut fetched);
        if wanted.is_empty() && fetched.failures.is_empty() {
            let note = "has no repository that `include` and `exclude` let through and the token may see";
            fetched.notes.push(format!("{} {note}.", self.settings.location(self.kind)));
        }
        if self.settings.members {
            match self.members(&mut reader, &before, &mut memory, fetch).await {
                Ok(unit) => fetched.units.push(unit),
                Err(error) => {
                    let why = error.told();
                    fetched.units.extend(fetch.kept(&self.members_key(), &why));
                    fetched.failures.push(Failure { what: MEMBERS.to_owned(), why });
                }
            }
        }
        fetched.budget = reader.budget.and_then(|budget| budget.words());
        let warning = reader.budget.and_then(|budget| budget.warning());
        fetched.notes.extend(warning.map(|warning| format!("{warning}.")));
        fetched.requests = http.requests();
        self.repositories(wanted, token, (&before, &mut memory), fetch, &mut fetched).await?;
        memory.save(fetch.mirror)?;
        fetched.units.sort_by(|a, b| a.root.cmp(&b.root));
        fetched.failures.sort_by(|a, b| a.what.cmp(&b.what));
        Ok(fetched)
    }

    /// What decides, beside the commit, over what is taken of a repository.
    fn taken(&self) -> String {
        format!("{:?} {:?}", self.settings.branch, self.settings.paths)
    }

    /// Fetches those that changed; the others are as they were.
    async fn repositories(
        &self,
        wanted: Vec<Wanted>,
        token: Option<Secret>,
        (before, memory): (&Memory, &mut Memory),
        fetch: Fetch<'_>,
        fetched: &mut Fetched,
    ) -> Result<()> {
        let token = token.filter(|_| self.settings.clone == CloneBy::Https).map(|secret| Token {
            user: self.kind.git_user().to_owned(),
            secret: secret.expose().to_owned(),
        });
        forget_others(fetch.mirror, wanted.iter().map(|wanted| &wanted.address))?;
        let mut jobs = Vec::new();
        for Wanted { found, address } in &wanted {
            let key = address.url();
            memory.keep(before, key);
            let known = fetch.before.unit(key).filter(|_| before.has_seen(key));
            let unchanged = known.filter(|unit| before.is_unchanged(self.kind, found, unit));
            if let Some(unit) = unchanged.filter(|unit| fetch.mirror.pack(&unit.pack).is_ok()) {
                fetched.units.push(Unit { as_of: fetch.now, root: found.path.clone(), ..unit.clone() });
                fetched.unchanged += 1;
                continue;
            }
            jobs.push(RepositoryJob {
                address: address.clone(),
                root: found.path.clone(),
                branch: self.settings.branch.clone(),
                token: token.clone(),
                known: Known::ByList,
                paths: Arc::clone(&self.paths),
                mirror: fetch.mirror.clone(),
                before: known.cloned(),
                now: fetch.now,
                room: fetch.room.clone(),
            });
        }
        let (done, count) = (fetched.unchanged, jobs.len());
        let progress = |amount: Amount| {
            let (repositories, of_repositories) = (amount.repositories + done, amount.of_repositories + done);
            (fetch.progress)(Amount { repositories, of_repositories, ..amount });
        };
        if jobs.is_empty() {
            progress(Amount::default());
            return Ok(());
        }
        let environment = self.variables.environment();
        let git = self.program.get_or_try_init(|| GitProgram::find(&environment)).await?;
        let bounds = Bounds::of_one_host(self.settings.parallel);
        let fetch = Fetch { progress: &progress, ..fetch };
        let (now, first_error) = fetch_each(git, jobs, bounds, fetch).await?;
        if let Some(error) = first_error.filter(|_| now.failures.len() == count && done == 0) {
            return Err(error);
        }
        for Wanted { found, address } in &wanted {
            if let Some(unit) = now.units.iter().find(|unit| unit.key == address.url()) {
                memory.see(found, unit);
            }
        }
        fetched.units.extend(now.units);
        fetched.failures.extend(now.failures);
        fetched.notes.extend(now.notes);
        fetched.unchanged += now.unchanged;
        fetched.requests += now.requests;
        Ok(())
    }

    fn members_key(&self) -> String {
        format!("{}{MEMBERS}", self.api)
    }

    /// Groups and users, as a part of their own.
    async fn members(
        &self,
        reader: &mut Reader<'_>,
        before: &Memory,
        memory: &mut Memory,
        fetch: Fetch<'_>,
    ) -> Result<Unit> {
        let owners = self.settings.owners();
        let host = self.host();
        let mut members = Members::new(self.kind, &host, owners.len());
        for owner in &owners {
            let mut shelf = Shelf { known: &before.members, fresh: &mut memory.members };
            members.read(owner, reader, &mut shelf).await?;
        }
        let entities = members.entities();
        let jsons: Vec<String> = entities.iter().map(ToString::to_string).collect();
        let revision = sha256(jsons.concat().as_bytes());
        let known = fetch.before.unit(&self.members_key()).filter(|unit| unit.revision == revision);
        if let Some(unit) = known.filter(|unit| fetch.mirror.pack(&unit.pack).is_ok()) {
            return Ok(Unit { as_of: fetch.now, failure: None, ..unit.clone() });
        }
        let mut writer = fetch.mirror.begin_pack()?;
        for (entity, json) in entities.into_iter().zip(&jsons) {
            // They were made here, each with a kind and a name.
            let Some(Entity { reference, .. }) = Entity::from_value(entity, origin()) else { continue };
            let bytes = json.as_bytes();
            writer.add_entity(&reference, &entity_path(&reference), &sha256(bytes), bytes)?;
        }
        Ok(Unit {
            key: self.members_key(),
            root: MEMBERS.to_owned(),
            pack: writer.finish("members")?,
            revision,
            repository: None,
            as_of: fetch.now,
            failure: None,
        })
    }

    fn host(&self) -> String {
        self.web.host_str().unwrap_or_default().to_owned()
    }
}

impl Remote for Forge {
    fn fetch<'a>(&'a self, fetch: Fetch<'a>) -> Pin<Box<dyn Future<Output = Result<Fetched>> + Send + 'a>> {
        Box::pin(self.sync(fetch))
    }
}
fn origin() -> Origin {
    Origin { source: SourceId::new(""), path: "".into(), position: Position::default(), repository: None }
}
