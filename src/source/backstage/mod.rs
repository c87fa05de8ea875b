//! A running Backstage as a source: its catalog page by page, and later only what changed.

mod catalog;
mod collector;
mod entity;
#[cfg(test)]
mod fault_tests;
mod lead;
pub mod login;
mod page;
mod settings;
pub mod techdocs;
#[cfg(test)]
mod tests;

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;

pub use entity::Stub;
pub use lead::{Lead, LeadOrigin, lead, variable_token};
pub use page::{Page, Walk};
pub use settings::{BackstageSettings, DocsUse};

use jiff::Timestamp;

use self::catalog::Catalog;
use self::login::{Login, LoginSettings};
use super::Variables;
use super::http::{Http, HttpSettings, Patience, TokenHeader};
use super::mirror::{Pack, PackName, Unit};
use super::remote::{Amount, Fetch, Fetched, Remote};
use super::secret;
use crate::error::Result;

/// A running Backstage.
#[derive(Debug)]
pub struct Backstage {
    settings: BackstageSettings,
    variables: Variables,
    patience: Patience,
}

impl Backstage {
    /// The Backstage of these settings.
    pub fn new(settings: BackstageSettings, variables: Variables) -> Self {
        Self { settings, variables, patience: Patience::default() }
    }

    /// The sign-in of somebody with a browser.
    pub fn login(&self) -> Result<Login> {
        Login::new(LoginSettings {
            base: self.settings.base()?,
            ca_file: self.ca_file(),
            folder: self.variables.tokens(),
            sign_in: self.settings.sign_in(),
            patience: self.patience,
        })
    }

    fn ca_file(&self) -> Option<PathBuf> {
        self.settings.ca_file.as_ref().map(|file| secret::place(file, &self.variables))
    }

    /// A client of it, with its token.
    pub async fn connect(&self, now: Timestamp) -> Result<Http> {
        let token = match &self.settings.token {
            _ if self.settings.login => Some(self.login()?.access_token(now).await?),
            Some(token) => Some(token.resolve(&self.variables).await?),
            None => None,
        };
        Http::new(HttpSettings {
            base: self.settings.base()?,
            token,
            header: TokenHeader::Bearer,
            ca_file: self.ca_file(),
            sign_in: self.settings.sign_in(),
            patience: self.patience,
        })
    }

    async fn sync(&self, fetch: Fetch<'_>) -> Result<Fetched> {
        let http = self.connect(fetch.now).await?;
        let catalog = Catalog { http: &http, settings: &self.settings, fetch };
        let known = fetch.before.unit("").and_then(|unit| Some((unit, fetch.mirror.pack(&unit.pack).ok()?)));
        let known_pack = known.as_ref().map(|(_, pack)| pack);
        let news = match known_pack {
            Some(pack) => catalog.changes(pack).await?,
            None => None,
        };
        let (unit, notes, unchanged) = match (news, &known) {
            (Some(changes), Some((unit, _))) if changes.is_empty() => {
                (Unit { as_of: fetch.now, failure: None, ..(*unit).clone() }, Vec::new(), 1)
            }
            (Some(changes), Some((_, pack))) => {
                let (name, notes) = catalog.apply(&changes, pack).await?;
                (unit(fetch, name), notes, 0)
            }
            _ => {
                let (name, notes) = catalog.everything().await?;
                (unit(fetch, name), notes, 0)
            }
        };
        let units = vec![unit];
        Ok(Fetched { units, notes, unchanged, requests: http.requests(), ..Fetched::default() })
    }
}

impl Remote for Backstage {
    fn fetch<'a>(&'a self, fetch: Fetch<'a>) -> Pin<Box<dyn Future<Output = Result<Fetched>> + Send + 'a>> {
        Box::pin(self.sync(fetch))
    }
}

/// The unit that is all of a catalog.
fn unit(fetch: Fetch<'_>, pack: PackName) -> Unit {
    Unit {
        key: String::new(),
        root: String::new(),
        revision: String::new(),
        pack,
        repository: None,
        as_of: fetch.now,
        failure: None,
    }
}

/// What a fetch tells while it goes on.
fn tell(fetch: Fetch<'_>, http: &Http, entities: u64, of_entities: u64) {
    let amount = Amount { entities, of_entities, bytes: http.bytes(), ..Amount::default() };
    (fetch.progress)(amount);
}

/// The files of a pack that are entities as a server gave them, with their validators.
fn validators(pack: &Pack) -> impl Iterator<Item = (&str, &str)> {
    pack.files().iter().map(|file| (file.path.as_str(), file.validator.as_str()))
}
