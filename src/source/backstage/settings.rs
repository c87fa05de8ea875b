//! What the configuration says of a Backstage.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use serde::Deserialize;
use url::Url;

use crate::error::{Error, ErrorKind, Result};
use crate::source::git::OneOrMany;
use crate::source::http;
use crate::source::secret::TokenSettings;

/// Entities of one page, unless the configuration says otherwise.
const PAGE_SIZE: usize = 1_000;

/// What the configuration says of a Backstage.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackstageSettings {
    /// The address of its backend, below which `/api` lies.
    pub url: String,
    /// The token.
    #[serde(default)]
    pub token: Option<TokenSettings>,
    /// Whether somebody signs in with a browser instead: see `callboard login`.
    #[serde(default)]
    pub login: bool,
    /// Certificates of authorities beside those of the system.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Which entities, as Backstage's own filters; of several one must hold. All where there is none.
    #[serde(default)]
    pub filter: OneOrMany,
    /// Entities of one page.
    #[serde(default)]
    pub page_size: Option<NonZeroUsize>,
    /// Whether its docs are read when somebody opens them.
    #[serde(default)]
    pub docs: DocsUse,
}

/// Whether the docs of a Backstage are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocsUse {
    /// When somebody opens them; what was read once is kept.
    #[default]
    OnDemand,
    /// Never.
    Never,
}

impl BackstageSettings {
    /// Its address.
    pub fn base(&self) -> Result<Url> {
        Url::parse(&self.url).map_err(|error| {
            // It is not quoted: credentials may stand in it.
            Error::new(ErrorKind::Usage, format!("The url of the Backstage is no address: {error}."))
                .with_hint("Write it like https://backstage.example.com.")
        })
    }

    /// Whether it may be asked, as far as its address tells.
    pub fn check(&self) -> Result<()> {
        http::check(&self.base()?, self.login || self.token.is_some())
    }

    /// Entities of one page.
    pub(super) fn page_size(&self) -> usize {
        self.page_size.map_or(PAGE_SIZE, NonZeroUsize::get)
    }

    /// Its address for people, without what may be secret in it.
    pub fn location(&self) -> String {
        let Ok(mut url) = Url::parse(&self.url) else { return "no address".to_owned() };
        // Both can fail only for addresses without a host, which hold no credentials.
        let _ = (url.set_username(""), url.set_password(None));
        url.set_query(None);
        url.as_str().trim_end_matches('/').to_owned()
    }

    /// What to do where it does not let us in.
    pub(super) fn sign_in(&self) -> String {
        if self.login {
            return "Sign in: callboard login.".to_owned();
        }
        match &self.token {
            Some(token) => {
                format!(
                    "Check the token from {}: it is wrong, has expired, or may not read the catalog.",
                    token.origin()
                )
            }
            None => "It wants a token: name one in the configuration, as token: { env: NAME }, or write login: true and run `callboard login`.".to_owned(),
        }
    }
}
