//! Signing in to a Backstage with a browser, as its own command line does: OAuth with PKCE, the answer on
//! loopback or pasted, tokens that are kept for this user alone and renewed before they run out.

mod callback;
mod kept;
mod proof;
mod server;
mod sign_in;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use url::Url;

pub use sign_in::{SIGN_IN_TIME, SignIn};

use self::kept::{Kept, Place};
use self::server::{Tokens, accepted, ask};
use crate::error::{Error, ErrorKind, Result};
use crate::source::Variables;
use crate::source::http::{self, Http, HttpSettings, Patience, TokenHeader};
use crate::source::secret::Secret;

/// How long before its end a token is renewed: a request with it must still arrive.
const EARLY: SignedDuration = SignedDuration::from_secs(120);

/// The Backstages that somebody signed in to. A sign-in may be over meanwhile.
pub fn signed_in(variables: &Variables) -> Vec<Url> {
    kept::bases(&variables.tokens())
}

/// Which Backstage, and where its tokens are kept.
#[derive(Debug, Clone)]
pub struct LoginSettings {
    /// The address of its backend, below which `/api` lies.
    pub base: Url,
    /// Certificates of authorities beside those of the system.
    pub ca_file: Option<PathBuf>,
    /// The folder of the tokens, of this user alone. It is made when the first ones are kept.
    pub folder: PathBuf,
    /// What somebody does to sign in, as a sentence.
    pub sign_in: String,
    /// How long things may take.
    pub patience: Patience,
}

/// What to do about a server that lets nobody sign in who is not let in already.
const CLOSED: &str =
    "It lets nobody sign in without a token: name one, as token: { env: NAME }, in the place of login: true.";

/// Signing in to one Backstage.
#[derive(Debug)]
pub struct Login {
    http: Http,
    place: Place,
    sign_in: String,
}

impl Login {
    /// Signing in to a Backstage. One that tokens would cross the network to in the clear is refused.
    pub fn new(settings: LoginSettings) -> Result<Self> {
        let LoginSettings { base, ca_file, folder, sign_in, patience } = settings;
        http::check(&base, true)?;
        let (token, header) = (None, TokenHeader::Bearer);
        let closed = CLOSED.to_owned();
        let http = Http::new(HttpSettings { base, token, header, ca_file, sign_in: closed, patience })?;
        let place = Place::new(&folder, http.base());
        Ok(Self { http, place, sign_in })
    }

    /// Begins to sign in: gives the address to open. See [`SignIn::wait`] and [`SignIn::finish_with`], which
    /// may be waited for side by side.
    pub async fn begin(&self) -> Result<SignIn<'_>> {
        SignIn::begin(self).await
    }

    /// Whether somebody signed in. The sign-in may be over meanwhile.
    pub fn is_signed_in(&self) -> bool {
        self.kept().is_some()
    }

    /// A token that is good for a while, renewed if need be.
    pub async fn access_token(&self, now: Timestamp) -> Result<Secret> {
        let kept = self.kept().ok_or_else(|| self.over("Nobody is signed in"))?;
        if is_good(&kept, now) {
            return Ok(Secret::new(&kept.access_token));
        }
        let _lock = self.place.lock().await?;
        // Another callboard may have renewed it meanwhile.
        let kept = self.kept().ok_or_else(|| self.over("Nobody is signed in"))?;
        if is_good(&kept, now) {
            return Ok(Secret::new(&kept.access_token));
        }
        self.renew(kept, now).await
    }

    async fn renew(&self, kept: Kept, now: Timestamp) -> Result<Secret> {
        let Some(refresh) = &kept.refresh_token else {
            let why = "The sign-in ran out, and its Backstage renews none \
                       (auth.experimentalRefreshToken.enabled is not set there)";
            return Err(self.over(why));
        };
        let body = json!({"grant_type": "refresh_token", "refresh_token": refresh});
        let answer = ask(&self.http, &kept.token_endpoint, &kept.client, body).await?;
        // These mean that it will never be renewed; anything else may pass.
        let is_over = matches!(answer.status, 400 | 401 | 403);
        let what = if is_over { "The sign-in is over" } else { "The sign-in could not be renewed" };
        let tokens: Tokens = accepted(what, &answer, &kept.secrets()).map_err(|error| {
            if is_over {
                error.with_hint(&self.sign_in).with_token_wanted()
            } else {
                error.with_hint("Try again later; what is known stays.")
            }
        })?;
        let expires = tokens.expires(now);
        let refresh_token = tokens.refresh_token.or(kept.refresh_token);
        let kept = Kept { access_token: tokens.access_token, expires, refresh_token, ..kept };
        self.place.write(&kept)?;
        Ok(Secret::new(&kept.access_token))
    }

    /// Forgets the sign-in, here and at Backstage. An error means that Backstage did not hear of it; here it
    /// is forgotten all the same.
    pub async fn sign_out(&self) -> Result<()> {
        let _lock = self.place.lock().await?;
        let kept = self.kept();
        self.place.remove()?;
        let Some(kept) = kept else { return Ok(()) };
        let (Some(refresh), Some(endpoint)) = (&kept.refresh_token, &kept.revocation_endpoint) else {
            return Ok(());
        };
        let body = json!({"token": refresh, "token_type_hint": "refresh_token"});
        let answer = ask(&self.http, endpoint, &kept.client, body).await?;
        if matches!(answer.status, 200..=299) {
            return Ok(());
        }
        let why = format!("Backstage answers {} and may keep the sign-in until it runs out.", answer.status);
        Err(Error::new(ErrorKind::Unreachable, why).with_hint("Here it is forgotten."))
    }

    fn kept(&self) -> Option<Kept> {
        self.place.read(self.http.base())
    }

    fn over(&self, why: &str) -> Error {
        Error::new(ErrorKind::Unreachable, format!("{why}, at {}.", self.http.base()))
            .with_hint(&self.sign_in)
            .with_token_wanted()
    }
}

fn is_good(kept: &Kept, now: Timestamp) -> bool {
    kept.expires.duration_since(now) > EARLY
}
