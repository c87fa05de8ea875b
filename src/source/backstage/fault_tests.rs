//! The source against a server that answers badly in every way that its authors could think of. Its program is
//! not part of the project: `CALLBOARD_SHARED` says where it is.

#![expect(clippy::disallowed_methods, reason = "this test starts the server that it needs")]

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;
use crate::error::{Error, ErrorKind};
use crate::source::http::Ask;
use crate::source::mirror::{Manifest, Mirror};
use crate::source::room::Room;

const TOKEN: &str = "s3cret-token-of-the-test";

/// What must come of a way to answer.
enum Outcome {
    /// So many entities.
    Entities(usize),
    /// An error whose message or hint holds this.
    Error(&'static str),
}

use Outcome::{Entities, Error as Fails};

/// Every mode of the server, some with options.
const MODES: &[(&str, Outcome)] = &[
    ("ok", Entities(250)),
    ("empty", Entities(0)),
    ("shrink", Entities(250)),
    ("etag-304", Entities(250)),
    ("etag-304:always=1", Fails("empty")),
    ("slow-start:delay=0.1", Entities(250)),
    ("slow-drip:gap=0.05", Fails("did not come to an end")),
    ("slow-headers:gap=0.05", Fails("gave no answer")),
    ("hang", Fails("gave no answer")),
    ("hang-body", Fails("fell silent")),
    ("hang-page", Fails("gave no answer")),
    ("reset-mid-body", Fails("broke off")),
    ("reset-page", Fails("broke off")),
    ("short-body", Fails("broke off")),
    ("truncated-json", Fails("JSON breaks off")),
    ("bad-chunks", Fails("no HTTP")),
    ("header-flood", Fails("no HTTP")),
    ("not-http", Fails("no HTTP")),
    ("endless-100", Fails("could not be read")),
    ("close-idle", Entities(250)),
    ("gzip-bomb", Fails("which is the limit")),
    ("gzip-corrupt", Fails("could not be read")),
    ("huge-entity", Fails("which is the limit")),
    ("huge-entity:mib=5", Entities(1)),
    ("endless-body", Fails("which is the limit")),
    ("deep-json", Entities(1)),
    ("same-cursor", Fails("no end")),
    ("cursor-cycle", Fails("no end")),
    ("endless-pages", Fails("no end")),
    ("empty-pages", Fails("no end")),
    ("total-lies", Entities(250)),
    ("total-lies:total=-5", Entities(250)),
    ("total-type", Entities(250)),
    ("duplicates", Entities(250)),
    ("expired-cursor", Fails("Malformed cursor")),
    ("status", Fails("500")),
    ("status:code=401", Fails("Check the token")),
    ("status:code=403", Fails("Check the token")),
    ("status:code=404", Fails("Check the address")),
    ("status:code=429,retry=31536000", Fails("left alone for 8760h")),
    ("status:code=503,retry=soon", Fails("503")),
    ("recover", Entities(250)),
    ("recover:code=429,retry=0", Entities(250)),
    ("recover:times=9", Fails("503")),
    ("flaky-page", Entities(250)),
    ("token-expires", Fails("Check the token")),
    ("redirect-other", Fails("nothing is sent there")),
    ("redirect-name", Fails("http://localhost")),
    ("redirect-same", Entities(250)),
    ("redirect-loop", Fails("without an end")),
    ("redirect-scheme", Fails("a file: address")),
    ("redirect-page", Fails("nothing is sent there")),
    ("html-login", Fails("to sign in")),
    ("html-login-page", Fails("to sign in")),
    ("wrong-type", Entities(250)),
    ("html-as-json", Fails("to sign in")),
    ("no-content", Fails("empty")),
    ("no-content:code=200", Fails("empty")),
    ("wrong-shape:shape=0", Fails("not as it should be")),
    ("wrong-shape:shape=1", Fails("not as it should be")),
    ("wrong-shape:shape=2", Fails("not as it should be")),
    ("wrong-shape:shape=3", Fails("not as it should be")),
    ("wrong-shape:shape=4", Fails("not as it should be")),
    ("bad-entities", Entities(8)),
    ("invalid-utf8", Entities(250)),
    ("lone-surrogate", Entities(250)),
    ("bom", Entities(250)),
    ("json-extras", Fails("not as it should be")),
    ("hostile-text", Entities(60)),
    ("echo-auth", Fails("***")),
    ("hostile-error", Fails("…")),
];

/// The server, which ends with the test.
struct Server {
    child: Child,
    addresses: Value,
}

impl Server {
    fn start(program: &PathBuf, arguments: &[&str]) -> Self {
        let mut child = Command::new("python3")
            .arg(program)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, addresses: serde_json::from_str(&line).unwrap() }
    }

    fn base(&self) -> &str {
        self.addresses["base"].as_str().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended by itself
        let _ = self.child.wait();
    }
}

fn backstage(address: &str, more: &Value) -> Backstage {
    let mut settings = json!({"url": address, "page_size": 50, "token": {"env": "TOKEN"}});
    settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let variables = Variables::new(PathBuf::new(), [("TOKEN".to_owned(), TOKEN.to_owned())]);
    let mut backstage = Backstage::new(serde_json::from_value(settings).unwrap(), variables);
    backstage.patience.retry = Duration::from_millis(1);
    backstage.patience.idle = Duration::from_millis(1500);
    backstage
}

/// Fetches into an empty mirror; gives the number of entities.
async fn entities(backstage: &Backstage) -> Result<usize> {
    let dir = tempfile::tempdir().unwrap();
    let mirror = Mirror::new(dir.path().join("m"));
    let (before, progress) = (Manifest::default(), |_| ());
    let fetch = Fetch {
        mirror: &mirror,
        before: &before,
        now: Timestamp::UNIX_EPOCH,
        room: &Room::default(),
        progress: &progress,
    };
    let fetched = backstage.fetch(fetch).await?;
    Ok(mirror.pack(&fetched.units[0].pack).unwrap().refs().len())
}

fn told(error: &Error) -> String {
    format!("{} {}", error.message(), error.hint().unwrap_or_default())
}

/// Why what came of a way to answer is not what must come of it.
fn fault(mode: &str, expected: &Outcome, found: &Result<usize>) -> Option<String> {
    let fits = match (expected, found) {
        (Entities(expected), Ok(found)) => expected == found,
        (Fails(part), Err(error)) => {
            let told = told(error);
            told.contains(part)
                && !told.contains(TOKEN)
                && told.chars().count() < 1_000
                && error.kind() == ErrorKind::Unreachable
        }
        _ => false,
    };
    (!fits).then(|| match found {
        Ok(found) => format!("{mode}: {found} entities"),
        Err(error) => format!("{mode}: {:?} {}", error.kind(), told(error)),
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_way_to_answer_badly_does_harm() {
    let Some(shared) = std::env::var_os("CALLBOARD_SHARED").map(PathBuf::from) else {
        eprintln!("left out: CALLBOARD_SHARED does not say where the server with faults is");
        return;
    };
    let program = shared.join("badinput/http/fault_server.py");
    let server = Server::start(&program, &["--token", TOKEN]);
    let list = Command::new("python3").arg(&program).arg("--list").output().unwrap();
    let mut faults = Vec::new();
    for line in String::from_utf8(list.stdout).unwrap().lines() {
        let name = line.split_whitespace().next().unwrap();
        if !MODES.iter().any(|(mode, _)| mode.split(':').next() == Some(name)) {
            faults.push(format!("{name}: not tried"));
        }
    }
    for (mode, expected) in MODES {
        let mut backstage = backstage(&format!("{}/fault/{mode}", server.base()), &json!({}));
        if mode.starts_with("slow-drip") {
            backstage.patience.total = Duration::from_millis(1500);
        }
        faults.extend(fault(mode, expected, &entities(&backstage).await));
    }
    // Nothing at all went to another host, or to this one by another name.
    let http = backstage(server.base(), &json!({})).connect(jiff::Timestamp::UNIX_EPOCH).await.unwrap();
    let log: Vec<Value> =
        http.get(&http.url("__log").unwrap(), &Ask::json(64 << 20)).await.unwrap().json().unwrap();
    let host = server.base().strip_prefix("http://");
    for request in &log {
        if request["server"] != "main" || request["headers"]["host"].as_str() != host {
            faults.push(format!("sent elsewhere: {request}"));
        }
    }
    assert!(log.len() > MODES.len());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn a_certificate_that_nobody_knows_is_refused_until_it_is_named() {
    let Some(shared) = std::env::var_os("CALLBOARD_SHARED").map(PathBuf::from) else {
        eprintln!("left out: CALLBOARD_SHARED does not say where the server with faults is");
        return;
    };
    let server = Server::start(&shared.join("badinput/http/fault_server.py"), &["--tls"]);
    let error = entities(&backstage(server.base(), &json!({}))).await.unwrap_err();
    assert!(told(&error).contains("name that file with ca_file"), "{}", told(&error));
    let named = json!({"ca_file": server.addresses["cert"]});
    assert!(entities(&backstage(server.base(), &named)).await.unwrap() > 0);
}
