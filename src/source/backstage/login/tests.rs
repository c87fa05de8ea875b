//! Signing in at a small auth backend of our own on loopback, which plays the endpoints of Backstage's.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::source::http::{Log, Reply, serve};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Offer {
    Document,
    Registration,
    Nothing,
    Elsewhere,
}

/// An auth backend: gives the code `c0de-of-jane`, and tokens with a number that grows.
struct Peer {
    base: String,
    log: Log,
    challenge: Arc<Mutex<String>>,
    renews: Arc<AtomicU64>,
    dir: tempfile::TempDir,
}

impl Peer {
    fn new(offer: Offer) -> Self {
        let (challenge, renews) = (Arc::new(Mutex::new(String::new())), Arc::new(AtomicU64::new(200)));
        let address: Arc<OnceLock<String>> = Arc::default();
        let (known, wanted, status) = (Arc::clone(&address), Arc::clone(&challenge), Arc::clone(&renews));
        let count = AtomicU64::new(0);
        let (base, log) = serve(move |seen| {
            let base = format!("{}/api/auth", known.get().unwrap());
            let body: Value = serde_json::from_str(&seen.body).unwrap_or_default();
            match seen.line.as_str() {
                "GET /api/auth/.well-known/openid-configuration" => {
                    let mut offered = json!({
                        "issuer": base, "authorization_endpoint": format!("{base}/v1/authorize"),
                        "token_endpoint": format!("{base}/v1/token"), "revocation_endpoint": format!("{base}/v1/revoke"),
                        "scopes_supported": ["openid", "offline_access"], "code_challenge_methods_supported": ["S256", "plain"],
                    });
                    match offer {
                        Offer::Document => offered["client_id_metadata_document_supported"] = true.into(),
                        Offer::Registration => {
                            offered["registration_endpoint"] = format!("{base}/v1/register").into();
                        }
                        Offer::Elsewhere => offered["token_endpoint"] = "https://evil.example/token".into(),
                        Offer::Nothing => {}
                    }
                    Reply::json(&offered)
                }
                "GET /api/auth/.well-known/oauth-client/cli.json" => {
                    Reply::json(&json!({"client_id": "the-cli"}))
                }
                "POST /api/auth/v1/register" => {
                    Reply::json(&json!({"client_id": "registered", "client_secret": "s3cret-of-client"}))
                }
                "POST /api/auth/v1/revoke" => Reply::new(200, &[], ""),
                "POST /api/auth/v1/token" if body["grant_type"] == "authorization_code" => {
                    let verifier = body["code_verifier"].as_str().unwrap();
                    let sent = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
                    if body["code"] != "c0de-of-jane" || *sent != **wanted.lock().unwrap() {
                        let said = format!("no code {} with {verifier}", body["code"]);
                        return Reply::new(
                            400,
                            &[],
                            json!({"error": "invalid_grant", "error_description": said}).to_string(),
                        );
                    }
                    Reply::json(
                        &json!({"access_token": "acc3ss-0", "expires_in": 3600, "refresh_token": "r3fresh-0"}),
                    )
                }
                "POST /api/auth/v1/token" => {
                    let number = count.load(Ordering::SeqCst);
                    let status = u16::try_from(status.load(Ordering::SeqCst)).unwrap();
                    if status != 200 || body["refresh_token"] != format!("r3fresh-{number}") {
                        let said = format!("no token {}", body["refresh_token"]);
                        return Reply::new(
                            status.max(400),
                            &[],
                            json!({"error": "invalid_grant", "error_description": said}).to_string(),
                        );
                    }
                    count.store(number + 1, Ordering::SeqCst);
                    let number = number + 1;
                    Reply::json(
                        &json!({"access_token": format!("acc3ss-{number}"), "expires_in": 3600, "refresh_token": format!("r3fresh-{number}")}),
                    )
                }
                _ => Reply::new(404, &[], ""),
            }
        });
        address.set(base.clone()).unwrap();
        Self { base, log, challenge, renews, dir: tempfile::tempdir().unwrap() }
    }

    fn login(&self) -> Login {
        login(&self.base, &self.dir)
    }

    /// What the browser is sent to, with the challenge remembered as the backend does.
    fn open(&self, sign_in: &SignIn<'_>) -> (String, String) {
        let pairs: Vec<(String, String)> = sign_in.address().query_pairs().into_owned().collect();
        let value = |name: &str| pairs.iter().find(|(key, _)| key == name).unwrap().1.clone();
        assert_eq!(
            (value("response_type").as_str(), value("code_challenge_method").as_str()),
            ("code", "S256")
        );
        assert_eq!(value("scope"), "openid offline_access");
        *self.challenge.lock().unwrap() = value("code_challenge");
        (value("redirect_uri"), value("state"))
    }

    fn lines(&self) -> Vec<String> {
        self.log.lock().unwrap().iter().map(|seen| seen.line.clone()).collect()
    }
}

fn login(base: &str, dir: &tempfile::TempDir) -> Login {
    let (base, folder) = (Url::parse(base).unwrap(), dir.path().join("tokens"));
    let sign_in = "Run `callboard login`.".to_owned();
    Login::new(LoginSettings { base, ca_file: None, folder, sign_in, patience: Patience::default() }).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

/// A browser that goes to an address on loopback, and the status line it gets.
async fn visit(url: &str) -> String {
    let url = Url::parse(url).unwrap();
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", url.port().unwrap())).await.unwrap();
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let request = format!("GET {}{query} HTTP/1.1\r\nhost: x\r\n\r\n", url.path());
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

async fn signed_in(peer: &Peer) -> Login {
    let login = peer.login();
    let sign_in = login.begin().await.unwrap();
    let (redirect, state) = peer.open(&sign_in);
    sign_in.finish_with(&format!(" {redirect}?code=c0de-of-jane&state={state}\n"), at(0)).await.unwrap();
    drop(sign_in);
    login
}

#[tokio::test]
async fn a_browser_on_this_machine_brings_the_code() {
    let peer = Peer::new(Offer::Document);
    let login = peer.login();
    let error = login.access_token(at(0)).await.unwrap_err();
    assert_eq!(error.hint(), Some("Run `callboard login`."));
    let sign_in = login.begin().await.unwrap();
    let (redirect, state) = peer.open(&sign_in);
    let idle = tokio::net::TcpStream::connect(redirect["http://".len()..].trim_end_matches("/callback"))
        .await
        .unwrap();
    let browser = async {
        let with = |query: &str| format!("{redirect}?{query}");
        assert_eq!(visit(&with("code=stolen&state=guessed")).await, "HTTP/1.1 404 Not Found");
        assert_eq!(visit(&redirect.replace("callback", "favicon.ico")).await, "HTTP/1.1 404 Not Found");
        visit(&with(&format!("code=c0de-of-jane&state={state}"))).await
    };
    let (waited, seen) = tokio::join!(sign_in.wait(at(0)), browser);
    waited.unwrap();
    assert_eq!(seen, "HTTP/1.1 200 OK");
    drop(idle);
    assert_eq!(login.access_token(at(60)).await.unwrap().expose(), "acc3ss-0");
    let bodies: Vec<String> = peer.log.lock().unwrap().iter().map(|seen| seen.body.clone()).collect();
    assert!(bodies.last().unwrap().contains(r#""client_id":"the-cli""#));
}

#[tokio::test]
async fn a_pasted_address_must_be_of_this_sign_in() {
    let peer = Peer::new(Offer::Registration);
    let login = peer.login();
    let sign_in = login.begin().await.unwrap();
    let (redirect, state) = peer.open(&sign_in);
    for wrong in ["", "c0de-of-jane", "http://127.0.0.1/callback?code=c0de-of-jane&state=other"] {
        let error = sign_in.finish_with(wrong, at(0)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(!error.message().contains("c0de") && error.hint().unwrap().contains(&redirect));
    }
    let denied =
        format!("{redirect}?error=access_denied&error_description=User+denied+the+request&state={state}");
    let error = sign_in.finish_with(&denied, at(0)).await.unwrap_err();
    assert_eq!(error.message(), "Backstage did not let you in: User denied the request.");
    sign_in.finish_with(&format!("{redirect}?code=c0de-of-jane&state={state}"), at(0)).await.unwrap();
    let registered = peer.log.lock().unwrap()[1].body.clone();
    assert!(registered.contains(&redirect) && registered.contains("callboard"));
    assert_eq!(login.access_token(at(0)).await.unwrap().expose(), "acc3ss-0");
}

#[tokio::test]
async fn a_token_is_renewed_before_it_runs_out_and_only_then() {
    let peer = Peer::new(Offer::Registration);
    let login = signed_in(&peer).await;
    let before = peer.lines().len();
    assert_eq!(login.access_token(at(3400)).await.unwrap().expose(), "acc3ss-0");
    assert_eq!(peer.lines().len(), before);
    // Two at once renew it once: a refresh token is good for one time.
    let other = peer.login();
    let (one, two) = tokio::join!(login.access_token(at(3500)), other.access_token(at(3500)));
    assert_eq!((one.unwrap().expose(), two.unwrap().expose()), ("acc3ss-1", "acc3ss-1"));
    assert_eq!(peer.lines().len(), before + 1);
    assert!(peer.log.lock().unwrap().last().unwrap().body.contains("s3cret-of-client"));
    assert_eq!(login.access_token(at(7000)).await.unwrap().expose(), "acc3ss-2");
}

#[tokio::test]
async fn a_sign_in_that_is_over_says_so_and_one_that_fails_stays() {
    let peer = Peer::new(Offer::Document);
    let login = signed_in(&peer).await;
    peer.renews.store(503, Ordering::SeqCst);
    let before = peer.lines().len();
    let error = login.access_token(at(4000)).await.unwrap_err();
    assert_eq!(error.hint(), Some("Try again later; what is known stays."));
    assert_eq!(peer.lines().len(), before + 1);
    peer.renews.store(400, Ordering::SeqCst);
    let error = login.access_token(at(4000)).await.unwrap_err();
    assert_eq!(error.message(), "The sign-in is over: Backstage answers 400 (no token \"***\").");
    assert_eq!(error.hint(), Some("Run `callboard login`."));
    peer.renews.store(200, Ordering::SeqCst);
    assert_eq!(login.access_token(at(4000)).await.unwrap().expose(), "acc3ss-1");
}

#[tokio::test]
async fn no_error_holds_a_code_or_a_verifier() {
    let peer = Peer::new(Offer::Document);
    let login = peer.login();
    let sign_in = login.begin().await.unwrap();
    let (redirect, state) = peer.open(&sign_in);
    let error =
        sign_in.finish_with(&format!("{redirect}?code=wr0ng-code&state={state}"), at(0)).await.unwrap_err();
    assert_eq!(
        error.message(),
        "The sign-in did not come to an end: Backstage answers 400 (no code \"***\" with ***)."
    );
    assert!(!login.is_signed_in());
    let shown = format!("{sign_in:?}");
    let body = peer.log.lock().unwrap().last().unwrap().body.clone();
    let body: Value = serde_json::from_str(&body).unwrap();
    assert!(!shown.contains(body["code_verifier"].as_str().unwrap()));
}

#[cfg(unix)]
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "looks at the files that were written")]
async fn tokens_are_kept_for_one_user_and_one_backstage_and_forgotten() {
    use std::os::unix::fs::PermissionsExt;
    let peer = Peer::new(Offer::Document);
    let first = signed_in(&peer).await;
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = peer.dir.path().join("tokens");
    assert_eq!(mode(&folder), 0o700);
    for file in std::fs::read_dir(&folder).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
    }
    let other = Peer::new(Offer::Document);
    assert!(first.is_signed_in() && !login(&other.base, &peer.dir).is_signed_in());
    first.sign_out().await.unwrap();
    let revoked = peer.log.lock().unwrap().last().unwrap().clone();
    assert!(revoked.line.ends_with("/v1/revoke") && revoked.body.contains("r3fresh-0"));
    assert!(!first.is_signed_in());
    first.sign_out().await.unwrap();
}

#[tokio::test]
async fn what_is_not_offered_and_what_leads_elsewhere_is_said() {
    let error = Peer::new(Offer::Nothing).login().begin().await.unwrap_err();
    assert!(error.hint().unwrap().contains("auth.clientIdMetadataDocuments.enabled"), "{error}");
    let peer = Peer::new(Offer::Elsewhere);
    let error = peer.login().begin().await.unwrap_err();
    assert!(error.message().contains("leads to https://evil.example"), "{error}");
    assert_eq!(peer.lines().len(), 1);
}

#[tokio::test]
async fn a_server_without_a_sign_in_does_not_lead_back_to_it() {
    for (status, todo) in [(404, "Ask for auth."), (401, "It lets nobody sign in without a token")] {
        let (base, _) = serve(move |_| Reply::new(status, &[], ""));
        let error = login(&base, &tempfile::tempdir().unwrap()).begin().await.unwrap_err();
        assert!(error.hint().unwrap().starts_with(todo), "{error}: {:?}", error.hint());
    }
}

#[test]
fn tokens_never_cross_a_network_in_the_clear() {
    let dir = tempfile::tempdir().unwrap();
    let (base, folder) = (Url::parse("http://portal.example.com").unwrap(), dir.path().to_owned());
    let settings =
        LoginSettings { base, ca_file: None, folder, sign_in: String::new(), patience: Patience::default() };
    assert_eq!(Login::new(settings).unwrap_err().kind(), ErrorKind::Refused);
}

/// Signs in as the guest of a real Backstage that somebody started: plays the browser and its page.
#[tokio::test]
#[ignore = "needs a running Backstage with the guest provider, named by CALLBOARD_BACKSTAGE"]
#[expect(clippy::disallowed_methods, reason = "the address of a peer comes from outside")]
async fn a_real_backstage_signs_its_guest_in() {
    let base = std::env::var("CALLBOARD_BACKSTAGE").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let login = login(&base, &dir);
    let sign_in = login.begin().await.unwrap();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let get = async |url: &str| client.get(url).send().await.unwrap();
    let guest: Value = {
        let text = get(&format!("{base}/api/auth/guest/refresh")).await.text().await.unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let answer = get(sign_in.address().as_str()).await;
    assert_eq!(answer.status(), 302, "{:?}", answer.text().await);
    let page = answer.headers()["location"].to_str().unwrap().to_owned();
    let session = page.rsplit_once('/').unwrap().1;
    let approve = client
        .post(format!("{base}/api/auth/v1/sessions/{session}/approve"))
        .bearer_auth(guest["backstageIdentity"]["token"].as_str().unwrap());
    let approved: Value = serde_json::from_str(&approve.send().await.unwrap().text().await.unwrap()).unwrap();
    let back = approved["redirectUrl"].as_str().unwrap();
    let (waited, seen) = tokio::join!(sign_in.wait(at(0)), visit(back));
    waited.unwrap();
    assert_eq!(seen, "HTTP/1.1 200 OK");
    let first = login.access_token(at(0)).await.unwrap();
    let entities = client.get(format!("{base}/api/catalog/entities?limit=1")).bearer_auth(first.expose());
    assert_eq!(entities.send().await.unwrap().status(), 200);
    login.access_token(at(4000)).await.unwrap();
    login.access_token(at(8000)).await.unwrap();
    login.sign_out().await.unwrap();
    assert!(!login.is_signed_in());
}
