//! The client against servers on loopback that have good days and bad ones.

use std::time::Duration;

use serde_json::json;

use super::*;
use crate::source::http::{Reply, TokenHeader, serve};

fn patience() -> Patience {
    let short = Duration::from_millis(300);
    Patience {
        connect: short,
        idle: short,
        total: short * 4,
        again: short * 100,
        retry: Duration::from_millis(1),
        retry_after: short,
    }
}

fn settings(base: &str, token: Option<&str>) -> HttpSettings {
    HttpSettings {
        base: Url::parse(base).unwrap(),
        token: token.map(Secret::new),
        header: TokenHeader::Bearer,
        ca_file: None,
        sign_in: "Sign in.".to_owned(),
        patience: patience(),
    }
}

async fn get(base: &str) -> Result<Answer> {
    let http = Http::new(settings(base, Some("t0ken-of-jane"))).unwrap();
    http.get(&http.url("a?b=c")?, &Ask::json(1_000)).await
}

#[tokio::test]
async fn an_answer_comes_with_its_validator_and_next_page() {
    let (base, log) = serve(|_| {
        let headers = [("etag", "W/\"1\""), ("link", "</first>; rel=\"first\", <?page=2>; rel=\"next\"")];
        Reply::new(200, &headers, "\u{feff}{\"x\": 1}")
    });
    let answer = get(&format!("{base}/api")).await.unwrap();
    assert_eq!(answer.json::<Value>().unwrap(), json!({"x": 1}));
    assert_eq!(
        (answer.etag(), answer.next_page().unwrap().as_str()),
        (Some("W/\"1\""), format!("{base}/api/a?page=2").as_str())
    );
    let seen = log.lock().unwrap()[0].clone();
    assert_eq!(seen.line, "GET /api/a?b=c");
    assert_eq!(seen.header("authorization"), Some("Bearer t0ken-of-jane"));
}

#[tokio::test]
async fn what_passes_is_tried_again_and_what_does_not_is_not() {
    for (status, requests) in [(503, 4), (429, 4), (500, 1), (401, 1), (404, 1)] {
        let (base, log) = serve(move |_| Reply::new(status, &[], r#"{"error":{"message":"a bad day"}}"#));
        let error = get(&base).await.unwrap_err();
        assert_eq!(log.lock().unwrap().len(), requests, "{status}");
        assert!(
            error.message().contains(&format!("{status} ")) && error.message().contains(": a bad day"),
            "{error}"
        );
    }
    let (base, _) = serve(|seen| match seen.header("x") {
        _ if rand() => Reply::raw("HTTP/1.1 200 x\r\ncontent-length: 50\r\n\r\n{"),
        _ => Reply::json(&json!({})),
    });
    assert!(get(&base).await.is_ok());
}

#[tokio::test]
async fn only_a_server_that_lets_nobody_in_wants_a_token() {
    for (status, wants) in [(401, true), (403, true), (404, false), (407, false), (500, false)] {
        let (base, _) = serve(move |_| Reply::new(status, &[], r#"{"message":"no token today"}"#));
        assert_eq!(get(&base).await.unwrap_err().wants_token(), wants, "{status}");
    }
    let (base, _) = serve(|_| Reply::new(200, &[("content-type", "text/html")], "<html>sign in</html>"));
    let error = get(&base).await.unwrap().json::<Value>().unwrap_err();
    assert!(error.wants_token(), "{error}");
}

/// True the first time that a test asks.
fn rand() -> bool {
    static ASKED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
    !ASKED.swap(true, Ordering::Relaxed)
}

#[tokio::test]
async fn a_server_that_wants_to_be_left_alone_is_left_alone() {
    for asked in ["86400", "Fri, 25 Dec 2037 00:00:00 GMT"] {
        let (base, log) = serve(move |_| {
            Reply::new(503, &[("retry-after", asked), ("date", "Thu, 24 Dec 2037 00:00:00 GMT")], "")
        });
        let error = get(&base).await.unwrap_err();
        let until = "It asks to be left alone for 24h, until 2037-12-25 00:00 UTC. Sync again after that";
        assert!(error.hint().unwrap().starts_with(until), "{:?}", error.hint());
        assert_eq!(error.retry_after(), Some(Duration::from_hours(24)));
        assert_eq!(log.lock().unwrap().len(), 1);
    }
    let (base, _) = serve(|_| {
        let spent = [
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-limit", "5000"),
            ("x-ratelimit-reset", "2145916800"),
        ];
        let date = ("date", "Thu, 31 Dec 2037 23:00:00 GMT");
        Reply::new(403, &[spent[0], spent[1], spent[2], date], "")
    });
    assert_eq!(get(&base).await.unwrap_err().retry_after(), Some(Duration::from_hours(1)));
    let (base, log) = serve(|_| Reply::new(503, &[("retry-after", "soon")], ""));
    get(&base).await.unwrap_err();
    assert_eq!(log.lock().unwrap().len(), 4);
}

#[tokio::test]
async fn repetitions_end_with_their_time_however_few_there_were() {
    let (base, log) = serve(|_| Reply::new(503, &[], ""));
    let patience = Patience { again: Duration::ZERO, ..patience() };
    let http = Http::new(HttpSettings { patience, ..settings(&base, None) }).unwrap();
    let error = http.get(&http.url("a").unwrap(), &Ask::json(9)).await.unwrap_err();
    assert!(error.message().contains("503"), "{error}");
    assert_eq!(log.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn the_token_goes_to_one_origin_only() {
    let (other, stolen) = serve(|_| Reply::json(&json!({})));
    let (base, log) = serve(move |seen| {
        let target = if seen.line.contains("/here") { "/there".to_owned() } else { other.clone() };
        if seen.line.contains("/there") {
            Reply::json(&json!({"arrived": true}))
        } else {
            Reply::new(302, &[("location", &target)], "")
        }
    });
    let error = get(&base).await.unwrap_err();
    assert!(error.message().contains("leads to http://127.0.0.1:"), "{error}");
    assert!(stolen.lock().unwrap().is_empty());
    let http = Http::new(settings(&base, Some("t0ken"))).unwrap();
    assert!(http.get(&http.url("here").unwrap(), &Ask::json(100)).await.is_ok());
    let elsewhere = Url::parse("http://127.0.0.1:1/x").unwrap();
    assert!(http.get(&elsewhere, &Ask::json(100)).await.is_err());
    assert!(log.lock().unwrap().len() >= 3);
}

#[tokio::test]
async fn a_redirect_without_an_end_ends() {
    let (base, log) = serve(|_| Reply::new(302, &[("location", "/a")], ""));
    assert!(get(&base).await.unwrap_err().message().contains("redirects without an end"));
    assert_eq!(log.lock().unwrap().len(), MAX_REDIRECTS + 1);
    let (base, _) = serve(|_| Reply::new(302, &[("location", "file:///etc/passwd")], ""));
    assert!(get(&base).await.unwrap_err().message().contains("a file: address"));
}

#[test]
fn a_token_in_the_clear_and_credentials_in_an_address_are_refused() {
    let kind = |base: &str, token| Http::new(settings(base, token)).map(drop).map_err(|error| error.kind());
    assert_eq!(kind("http://portal.example.com", Some("t")), Err(ErrorKind::Refused));
    assert_eq!(kind("https://jane:pw@portal.example.com", None), Err(ErrorKind::Refused));
    assert_eq!(kind("ftp://portal.example.com", None), Err(ErrorKind::Usage));
    for fine in ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "https://portal.example.com"] {
        assert_eq!(kind(fine, Some("t")), Ok(()), "{fine}");
    }
    assert_eq!(kind("http://portal.example.com", None), Ok(()));
}

#[tokio::test]
async fn what_is_no_data_is_told_and_half_a_character_is_no_reason() {
    let (base, _) = serve(|_| Reply::new(200, &[("content-type", "text/html")], "<html>sign in</html>"));
    let error = get(&base).await.unwrap().json::<Value>().unwrap_err();
    assert!(error.message().contains("a page came in the place of data (200, text/html)"), "{error}");
    assert!(error.hint().unwrap().starts_with("Open that address in a browser: "), "{error:?}");
    let (base, _) = serve(|_| Reply::new(403, &[("content-type", "text/html")], "<html>blocked</html>"));
    let error = get(&base).await.unwrap_err();
    assert!(error.message().contains("403 Forbidden with a page in the place of data"), "{error}");
    assert!(error.hint().unwrap().starts_with("Sign in. Open that address in a browser: "), "{error:?}");
    let (base, _) = serve(|_| Reply::new(200, &[], r#"{"half": "\ud83d"}"#));
    assert_eq!(get(&base).await.unwrap().json::<Value>().unwrap(), json!({"half": "\u{fffd}"}));
    let (base, _) = serve(|_| Reply::new(200, &[], "{\"a\": ["));
    assert!(get(&base).await.unwrap().json::<Value>().unwrap_err().message().contains("breaks off"));
    let (base, _) = serve(|_| Reply::new(200, &[], ""));
    let error = get(&base).await.unwrap().json::<Value>().unwrap_err();
    assert!(error.message().contains("its answer is empty (200, no content type)"), "{error}");
}

#[tokio::test]
async fn limits_hold_for_bytes_and_time() {
    let (base, _) = serve(|_| Reply::new(200, &[], "x".repeat(1_001)));
    assert!(get(&base).await.unwrap_err().message().contains("more than 1000 bytes"));
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let error = get(&format!("http://{}", silent.local_addr().unwrap())).await.unwrap_err();
    assert!(error.message().contains("gave no answer within"), "{error}");
    let (base, _) = serve(|_| Reply::raw("no http at all\r\n\r\n"));
    assert!(get(&base).await.unwrap_err().message().contains("is no HTTP"));
}

#[tokio::test]
async fn a_token_that_is_echoed_is_not_shown() {
    let (base, _) = serve(|seen| {
        let body = json!({"error": {"message": format!("you sent {:?}", seen.header("authorization"))}});
        Reply::new(500, &[], body.to_string())
    });
    let error = get(&base).await.unwrap_err();
    assert!(error.message().contains("***") && !error.message().contains("t0ken"), "{error}");
}

#[tokio::test]
async fn a_token_that_is_sent_back_where_a_message_is_cut_is_masked_whole() {
    let (base, _) = serve(|seen| {
        let message = format!("{}{}", "x".repeat(290), seen.header("authorization").unwrap());
        Reply::new(500, &[], json!({"message": message}).to_string())
    });
    let http = Http::new(settings(&base, Some("0123456789abcdef"))).unwrap();
    let error = http.get(&http.url("a").unwrap(), &Ask::json(1_000)).await.unwrap_err();
    assert!(error.message().contains("xxx") && !error.message().contains("012"), "{error}");
}

#[tokio::test]
async fn a_password_in_an_address_is_not_repeated_and_every_error_says_what_to_do() {
    let error = Http::new(settings("http://jane:s3cr3t-pw@127.0.0.1:1/", None)).unwrap_err();
    assert!(!error.message().contains("s3cr3t") && !error.message().contains("jane"), "{error}");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = get(&format!("http://{closed}")).await.unwrap_err();
    assert!(
        error.hint().unwrap().contains("HTTPS_PROXY") && !error.message().contains("os error"),
        "{error}"
    );
    for reply in ["HTTP/1.1 500 x\r\n\r\n", "HTTP/1.1 200 x\r\ncontent-length: 50\r\n\r\n{", "none"] {
        let (base, _) = serve(move |_| Reply::raw(reply));
        assert!(get(&base).await.unwrap_err().hint().is_some(), "{reply}");
    }
}
