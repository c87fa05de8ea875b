//! What a Backstage offers to a program that wants to sign somebody in, and what it gives.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::kept::Client;
use crate::error::{Error, ErrorKind, Result};
use crate::source::http::{Answer, Ask, Http};
use crate::source::secret::Secret;

/// Bytes of an answer.
const ASK: Ask<'static> = Ask::json(256 << 10);

/// Where the auth backend describes itself.
const DISCOVERY: &str = "api/auth/.well-known/openid-configuration";

/// Who the command line of Backstage is: a document that the auth backend itself has.
const COMMAND_LINE: &str = "api/auth/.well-known/oauth-client/cli.json";

/// The longest that a token is believed to be good for, in seconds.
const MAX_LIFE: i64 = 7 * 24 * 3600;

/// How long a token is good for whose life is not told, in seconds.
const UNTOLD_LIFE: i64 = 600;

/// What a Backstage offers.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Server {
    authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    registration_endpoint: Option<Url>,
    pub(super) revocation_endpoint: Option<Url>,
    #[serde(default)]
    scopes_supported: Vec<String>,
    #[serde(default)]
    code_challenge_methods_supported: Vec<String>,
    #[serde(default)]
    client_id_metadata_document_supported: bool,
}

/// What the command line of Backstage is called.
#[derive(Deserialize)]
struct Document {
    client_id: String,
}

/// A client that was registered.
#[derive(Deserialize)]
struct Registered {
    client_id: String,
    client_secret: Option<String>,
}

/// Tokens as they are given.
#[derive(Deserialize)]
pub(super) struct Tokens {
    pub(super) access_token: String,
    expires_in: Option<i64>,
    pub(super) refresh_token: Option<String>,
}

impl Tokens {
    /// When the token that came after a time runs out.
    pub(super) fn expires(&self, now: Timestamp) -> Timestamp {
        let seconds = self.expires_in.unwrap_or(UNTOLD_LIFE).clamp(0, MAX_LIFE);
        now.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(now)
    }
}

fn not_offered(http: &Http) -> Error {
    let message = format!("{} does not offer to sign in from the command line.", http.base());
    Error::new(ErrorKind::Unreachable, message).with_hint(
        "Ask for auth.clientIdMetadataDocuments.enabled in its app-config (before Backstage has it: \
         auth.experimentalDynamicClientRegistration.enabled), or name a token.",
    )
}

impl Server {
    /// Asks what is offered. Every address must be of the same origin as the Backstage itself.
    pub(super) async fn discover(http: &Http) -> Result<Self> {
        let answer = http.find(&http.url(DISCOVERY)?, &ASK).await?;
        let server: Self = answer.ok_or_else(|| not_offered(http))?.json()?;
        let endpoints = [Some(&server.authorization_endpoint), Some(&server.token_endpoint)];
        let others = [server.registration_endpoint.as_ref(), server.revocation_endpoint.as_ref()];
        for endpoint in endpoints.into_iter().chain(others).flatten() {
            if endpoint.origin() != http.base().origin() {
                let (base, other) = (http.base().origin(), endpoint.origin());
                let message = format!(
                    "Signing in at {} leads to {}, and nothing is sent there.",
                    base.ascii_serialization(),
                    other.ascii_serialization()
                );
                return Err(Error::new(ErrorKind::Refused, message).with_hint(
                    "Write the address into the configuration that Backstage has as backend.baseUrl.",
                ));
            }
        }
        let methods = &server.code_challenge_methods_supported;
        if !server.client_id_metadata_document_supported && server.registration_endpoint.is_none()
            || !methods.is_empty() && !methods.iter().any(|method| method == "S256")
        {
            return Err(not_offered(http));
        }
        Ok(server)
    }

    /// Who callboard is: the command line that the server knows already, else a client that is registered.
    pub(super) async fn client(&self, http: &Http, redirect: &str) -> Result<Client> {
        if self.client_id_metadata_document_supported {
            let document: Document = http.get(&http.url(COMMAND_LINE)?, &ASK).await?.json()?;
            return Ok(Client { id: document.client_id, secret: None });
        }
        let Some(endpoint) = &self.registration_endpoint else {
            return Err(Error::new(ErrorKind::Unreachable, "There is no way to register callboard."));
        };
        let body = json!({
            "client_name": "callboard", "redirect_uris": [redirect], "response_types": ["code"],
            "grant_types": ["authorization_code"], "scope": self.scope(),
        });
        let answer = http.post_once(endpoint, &body, &ASK).await?;
        let Registered { client_id, client_secret } =
            accepted("callboard could not be registered", &answer, &[])?;
        Ok(Client { id: client_id, secret: client_secret })
    }

    /// The address that the browser opens.
    pub(super) fn address(&self, client: &Client, redirect: &str, state: &str, challenge: &str) -> Url {
        let mut address = self.authorization_endpoint.clone();
        address
            .query_pairs_mut()
            .append_pair("client_id", &client.id)
            .append_pair("redirect_uri", redirect)
            .append_pair("response_type", "code")
            .append_pair("scope", self.scope())
            .append_pair("state", state)
            .append_pair("code_challenge", challenge)
            .append_pair("code_challenge_method", "S256");
        address
    }

    /// What is asked for: to be renewed without a browser, where that is offered.
    fn scope(&self) -> &'static str {
        let is_offered = self.scopes_supported.iter().any(|scope| scope == "offline_access");
        if is_offered { "openid offline_access" } else { "openid" }
    }
}

/// Asks an endpoint for something that it gives once, as a client.
pub(super) async fn ask(http: &Http, endpoint: &Url, client: &Client, mut body: Value) -> Result<Answer> {
    body["client_id"] = client.id.as_str().into();
    if let Some(secret) = &client.secret {
        body["client_secret"] = secret.as_str().into();
    }
    http.post_once(endpoint, &body, &ASK).await
}

/// What came, or why it did not, in the server's words without any of the secrets that it was sent.
pub(super) fn accepted<T: serde::de::DeserializeOwned>(
    what: &str,
    answer: &Answer,
    sent: &[Secret],
) -> Result<T> {
    if matches!(answer.status, 200..=299) {
        // What is wrong with it may quote the tokens in it.
        return answer.json().map_err(|_| {
            Error::new(ErrorKind::Unreachable, format!("{what}: the answer is not as it should be."))
        });
    }
    let said = answer.message().map(|said| format!(" ({})", said.trim_end_matches('.'))).unwrap_or_default();
    let said = sent.iter().fold(said, |said, secret| secret.redact(&said));
    Err(Error::new(ErrorKind::Unreachable, format!("{what}: Backstage answers {}{said}.", answer.status)))
}
