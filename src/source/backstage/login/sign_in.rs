//! A sign-in under way: an address to open, and the ways in which the answer comes back.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use tokio::net::TcpListener;
use url::Url;

use super::Login;
use super::callback;
use super::kept::{Client, Kept};
use super::proof::Proof;
use super::server::{Server, Tokens, accepted, ask};
use crate::error::{Error, ErrorKind, Result};
use crate::source::secret::Secret;

/// How long somebody may take in the browser.
pub const SIGN_IN_TIME: Duration = Duration::from_mins(5);

/// A sign-in under way. Dropped, it is off, and nothing of it stays.
#[derive(Debug)]
pub struct SignIn<'a> {
    login: &'a Login,
    server: Server,
    client: Client,
    proof: Proof,
    listener: TcpListener,
    redirect: String,
    address: Url,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("id", &self.id).finish_non_exhaustive()
    }
}

impl<'a> SignIn<'a> {
    /// Asks what is offered, and opens a door on loopback for the answer.
    pub(super) async fn begin(login: &'a Login) -> Result<Self> {
        let server = Server::discover(&login.http).await?;
        let no_door =
            |error: std::io::Error| Error::io("A door on 127.0.0.1 for the browser to come back", &error);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(no_door)?;
        let port = listener.local_addr().map_err(no_door)?.port();
        let redirect = format!("http://127.0.0.1:{port}{}", callback::PATH);
        let client = server.client(&login.http, &redirect).await?;
        let proof = Proof::new()?;
        let address = server.address(&client, &redirect, &proof.state, &proof.challenge);
        Ok(Self { login, server, client, proof, listener, redirect, address })
    }

    /// The address to open in a browser. It holds no secret, and is of the Backstage itself.
    pub fn address(&self) -> &Url {
        &self.address
    }

    /// Waits for the browser to come back on this machine, for [`SIGN_IN_TIME`] at most, and keeps the tokens.
    /// Dropped, it can be waited for again. `now` is when the waiting begins.
    pub async fn wait(&self, now: Timestamp) -> Result<()> {
        let answer = callback::receive(&self.listener, &self.proof.state);
        let code = tokio::time::timeout(SIGN_IN_TIME, answer).await.map_err(|_| {
            let why = format!("Nobody signed in within {} minutes.", SIGN_IN_TIME.as_secs() / 60);
            Error::new(ErrorKind::Unreachable, why).with_hint(
                "Sign in again. Where the browser is on another machine, paste the address that it ends at.",
            )
        })??;
        self.exchange(&code, now).await
    }

    /// Ends the sign-in with the address that a browser on another machine ended at, and could not open.
    pub async fn finish_with(&self, pasted: &str, now: Timestamp) -> Result<()> {
        let url = Url::parse(pasted.trim().trim_matches(['"', '\'', '<', '>']));
        let code = url.ok().and_then(|url| callback::code(&url, &self.proof.state));
        let code = code.ok_or_else(|| {
            Error::new(ErrorKind::Usage, "That is not the address at which this sign-in ends.")
                .with_hint(format!("Paste the whole of it; it begins with {}?", self.redirect))
        })??;
        self.exchange(&code, now).await
    }

    async fn exchange(&self, code: &Secret, now: Timestamp) -> Result<()> {
        let verifier = &self.proof.verifier;
        let body = json!({
            "grant_type": "authorization_code", "code": code.expose(),
            "redirect_uri": self.redirect, "code_verifier": verifier.expose(),
        });
        let endpoint = &self.server.token_endpoint;
        let answer = ask(&self.login.http, endpoint, &self.client, body).await?;
        let mut sent = vec![code.clone(), verifier.clone()];
        sent.extend(self.client.secret.as_deref().map(Secret::new));
        let what = "The sign-in did not come to an end";
        let tokens: Tokens =
            accepted(what, &answer, &sent).map_err(|error| error.with_hint("Sign in again."))?;
        let expires = tokens.expires(now);
        self.login.place.write(&Kept {
            base: self.login.http.base().clone(),
            client: self.client.clone(),
            token_endpoint: endpoint.clone(),
            revocation_endpoint: self.server.revocation_endpoint.clone(),
            access_token: tokens.access_token,
            expires,
            refresh_token: tokens.refresh_token,
        })
    }
}
