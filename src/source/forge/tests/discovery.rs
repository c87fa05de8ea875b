//! Lists: their pages, their validators, their traps, and what is left out.

use super::*;
use crate::source::forge::pages::Reader;

const NOWHERE: &str = "https://git.invalid/";

/// The paths that a source discovers, in their order.
async fn discovered(stage: &mut Stage, forge: &Forge) -> Result<Vec<String>> {
    let progress = |_: Amount| {};
    let now = Timestamp::from_second(stage.now).unwrap();
    let fetch = Fetch {
        mirror: &stage.mirror,
        before: &stage.before,
        now,
        room: &Room::default(),
        progress: &progress,
    };
    let (http, _) = forge.connect().await?;
    let before = Memory::load(&stage.mirror, &forge.taken())?;
    let mut memory = before.begin();
    let found = forge.discover(&mut Reader::new(&http), &before, &mut memory, fetch).await?;
    memory.save(&stage.mirror)?;
    let wanted = forge.wanted(found, &mut Fetched::default());
    Ok(wanted.into_iter().map(|wanted| wanted.found.path).collect())
}

#[tokio::test]
async fn each_forge_is_asked_in_its_words_and_walked_to_the_last_page() {
    for (kind, api, first, header) in [
        (
            ForgeKind::Github,
            "/api/v3",
            "orgs/acme/repos?type=all&sort=full_name&direction=asc&per_page=100",
            ("authorization", "Bearer t0ken-of-jane"),
        ),
        (
            ForgeKind::Gitlab,
            "/api/v4",
            "groups/acme/projects?include_subgroups=true&with_shared=false&order_by=id&sort=asc&per_page=100",
            ("authorization", "Bearer t0ken-of-jane"),
        ),
        (
            ForgeKind::Gitea,
            "/api/v1",
            "orgs/acme/repos?limit=50&page=1",
            ("authorization", "token t0ken-of-jane"),
        ),
    ] {
        let (url, log) = serve(move |seen| {
            let second = format!("<{api}/second?page=2>; rel=\"next\", <{api}/first>; rel=\"first\"");
            let (name, link) = if seen.line.contains("/second") { ("b", "") } else { ("a", second.as_str()) };
            let body = json!([described(kind, NOWHERE, name)]).to_string();
            Reply::new(200, &[("link", link), ("x-total-count", "2")], body)
        });
        let mut stage = Stage::new();
        let forge = stage.forge(kind, &url, NOWHERE, &json!({}));
        assert_eq!(discovered(&mut stage, &forge).await.unwrap(), ["acme/a", "acme/b"]);
        let asked = [format!("GET {api}/{first}"), format!("GET {api}/second?page=2")];
        assert_eq!(lines(&log), asked);
        assert_eq!(log.lock().unwrap()[1].header(header.0), Some(header.1));
    }
}

#[tokio::test]
async fn gitlab_numbers_its_pages_where_there_is_no_link() {
    let (url, log) = serve(|seen| {
        let is_last = seen.line.contains("&page=2");
        let body = json!([described(ForgeKind::Gitlab, NOWHERE, if is_last { "b" } else { "a" })]);
        Reply::new(200, &[("x-next-page", if is_last { "" } else { "2" })], body.to_string())
    });
    let mut stage = Stage::new();
    let forge = stage.forge(ForgeKind::Gitlab, &url, NOWHERE, &json!({"group": "acme/sub group"}));
    assert_eq!(discovered(&mut stage, &forge).await.unwrap(), ["acme/a", "acme/b"]);
    assert!(lines(&log)[1].contains("/groups/acme%2Fsub%20group/projects?include_subgroups=true"));
}

#[tokio::test]
async fn a_user_is_found_where_there_is_no_such_organisation() {
    for kind in [ForgeKind::Github, ForgeKind::Gitea] {
        let (url, log) = serve(move |seen| {
            if seen.line.contains("/users/") {
                return Reply::json(&json!([described(kind, NOWHERE, "a")]));
            }
            Reply::new(404, &[], r#"{"message":"Not Found"}"#)
        });
        let mut stage = Stage::new();
        let forge = stage.forge(kind, &url, NOWHERE, &json!({}));
        assert_eq!(discovered(&mut stage, &forge).await.unwrap(), ["acme/a"]);
        assert_eq!(lines(&log).len(), 2);
    }
}

#[tokio::test]
async fn an_owner_that_is_not_there_is_named_with_what_to_do() {
    for (kind, what) in
        KINDS.into_iter().zip(["gh auth login", "scopes read_api and read_repository", "read:organization"])
    {
        let (url, _) = serve(|_| Reply::new(404, &[], r#"{"message":"404 Group Not Found"}"#));
        let mut stage = Stage::new();
        let forge = stage.forge(kind, &url, NOWHERE, &json!({}));
        let error = stage.sync(&forge).await.unwrap_err();
        assert!(error.message().contains("\"acme\", or does not show it"), "{error}");
        assert!(error.hint().unwrap().contains(what), "{error:?}");
    }
}

#[tokio::test]
async fn a_wrong_token_is_told_with_what_to_do_and_never_shown() {
    for (kind, status, what) in [
        (ForgeKind::Github, 401, "gh auth login"),
        (ForgeKind::Github, 403, "single sign-on"),
        (ForgeKind::Gitlab, 401, "scopes read_api and read_repository"),
        (ForgeKind::Gitea, 403, "read:organization"),
    ] {
        let (url, log) =
            serve(move |_| Reply::new(status, &[], format!(r#"{{"message":"Bad credentials {TOKEN}"}}"#)));
        let mut stage = Stage::new();
        let forge = stage.forge(kind, &url, NOWHERE, &json!({}));
        let error = stage.sync(&forge).await.unwrap_err();
        let hint = error.hint().unwrap();
        assert!(hint.contains(what) && hint.contains("the variable TOKEN"), "{hint}");
        assert!(error.message().contains("Bad credentials ***"), "{error}");
        assert_eq!(lines(&log).len(), 1);
    }
}

#[tokio::test]
async fn a_used_up_limit_says_until_when_and_is_not_tried_again() {
    for (kind, status, prefix) in
        [(ForgeKind::Github, 403, "x-"), (ForgeKind::Github, 429, "x-"), (ForgeKind::Gitlab, 429, "")]
    {
        let (url, log) = serve(move |_| {
            let name = |part: &str| format!("{prefix}ratelimit-{part}");
            let (remaining, limit, reset) = (name("remaining"), name("limit"), name("reset"));
            let headers = [(remaining.as_str(), "0"), (&limit, "5000"), (&reset, "1767362700")];
            Reply::new(status, &headers, r#"{"message":"API rate limit exceeded"}"#)
        });
        let mut stage = Stage::new();
        let forge = stage.forge(kind, &url, NOWHERE, &json!({}));
        let error = stage.sync(&forge).await.unwrap_err();
        assert!(error.hint().unwrap().contains("no more requests through until 14:05 UTC"), "{error:?}");
        assert_eq!(lines(&log).len(), 1);
    }
}

#[tokio::test]
async fn a_second_limit_of_github_is_waited_for() {
    let (url, log) = serve({
        let count = std::sync::atomic::AtomicUsize::new(0);
        move |_| match count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
            0 => Reply::new(403, &[("retry-after", "0")], r#"{"message":"a secondary rate limit"}"#),
            _ => Reply::json(&json!([])),
        }
    });
    let mut stage = Stage::new();
    let forge = stage.forge(ForgeKind::Github, &url, NOWHERE, &json!({}));
    assert_eq!(discovered(&mut stage, &forge).await.unwrap(), [""; 0]);
    assert_eq!(lines(&log).len(), 2);
}

#[tokio::test]
async fn little_budget_and_an_empty_organisation_are_notes() {
    let (url, _) = serve(|_| {
        let headers = [
            ("x-ratelimit-remaining", "37"),
            ("x-ratelimit-limit", "5000"),
            ("x-ratelimit-reset", "1767362700"),
        ];
        Reply::new(200, &headers, "[]")
    });
    let mut stage = Stage::new();
    let forge = stage.forge(ForgeKind::Github, &url, NOWHERE, &json!({}));
    let fetched = stage.sync(&forge).await.unwrap();
    assert_eq!(fetched.budget.as_deref(), Some("37 of 5,000 requests left until 14:05 UTC"));
    let notes = fetched.notes;
    assert!(notes[0].contains("has no repository that `include` and `exclude` let through"), "{notes:?}");
    assert!(notes[1].ends_with("37 of 5,000 requests left until 14:05 UTC."), "{notes:?}");
}

#[tokio::test]
async fn a_page_that_did_not_change_is_taken_from_before_with_what_follows_it() {
    for kind in KINDS {
        let (url, log) = serve(move |seen| {
            if seen.header("if-none-match").is_some() {
                return Reply::new(304, &[], "");
            }
            let is_last = seen.line.contains("/second");
            let body = json!([described(kind, NOWHERE, if is_last { "b" } else { "a" })]);
            let link = if is_last { "" } else { "</second>; rel=\"next\"" };
            Reply::new(200, &[("etag", "W/\"x\""), ("link", link)], body.to_string())
        });
        let mut stage = Stage::new();
        let forge = stage.forge(kind, &url, NOWHERE, &json!({}));
        let first = discovered(&mut stage, &forge).await.unwrap();
        for _ in 0..2 {
            assert_eq!(discovered(&mut stage, &forge).await.unwrap(), first);
        }
        let asked: Vec<bool> =
            log.lock().unwrap().iter().map(|seen| seen.header("if-none-match") == Some("W/\"x\"")).collect();
        assert_eq!(asked, [false, false, true, true, true, true]);
    }
}

#[tokio::test]
async fn a_renamed_organisation_is_followed_and_another_host_is_not() {
    let (other, heard) = serve(|_| Reply::json(&json!([])));
    let (url, _) = serve(|seen| {
        if seen.line.contains("/organizations/7/repos") {
            return Reply::json(&json!([described(ForgeKind::Github, NOWHERE, "a")]));
        }
        Reply::new(301, &[("location", "/organizations/7/repos")], "")
    });
    let mut stage = Stage::new();
    let forge = stage.forge(ForgeKind::Github, &url, NOWHERE, &json!({}));
    assert_eq!(discovered(&mut stage, &forge).await.unwrap(), ["acme/a"]);
    let (redirect, link) = (other.clone(), other.clone());
    let (redirects, _) = serve(move |_| Reply::new(302, &[("location", &redirect)], ""));
    let (links, _) = serve(move |_| Reply::new(200, &[("link", &format!("<{link}/x>; rel=\"next\""))], "[]"));
    for url in [redirects, links] {
        let forge = stage.forge(ForgeKind::Github, &url, NOWHERE, &json!({}));
        let error = stage.sync(&forge).await.unwrap_err();
        assert!(error.message().contains("and nothing is sent there"), "{error}");
    }
    assert_eq!(lines(&heard), [""; 0]);
}

#[tokio::test]
async fn pages_that_go_in_a_circle_or_on_for_ever_end() {
    let (circle, log) = serve(|seen| {
        let next = if seen.line.contains("/b") { "/a" } else { "/b" };
        Reply::new(200, &[("link", &format!("<{next}>; rel=\"next\""))], "[]")
    });
    let mut stage = Stage::new();
    let forge = stage.forge(ForgeKind::Github, &circle, NOWHERE, &json!({}));
    let error = stage.sync(&forge).await.unwrap_err();
    assert!(error.message().contains("leads back to a page"), "{error}");
    assert_eq!(lines(&log).len(), 3);
    let (endless, log) = serve(|seen| {
        let number: usize = seen.line.rsplit("/p").next().and_then(|it| it.parse().ok()).unwrap_or(0);
        Reply::new(200, &[("link", &format!("</p{}>; rel=\"next\"", number + 1))], "[]")
    });
    let forge = stage.forge(ForgeKind::Gitea, &endless, NOWHERE, &json!({}));
    let error = stage.sync(&forge).await.unwrap_err();
    assert!(error.message().contains("more than 1000 pages"), "{error}");
    assert_eq!(lines(&log).len(), 1_000);
}

#[tokio::test]
async fn what_is_no_list_of_repositories_is_an_error() {
    for (body, why) in [
        ("<!doctype html>", "a page came in the place of data"),
        ("[{\"full_name\":", "breaks off"),
        ("[{\"name\": 1}]", "not as it should be"),
        ("{}", "not as it should be"),
        ("", "is empty"),
    ] {
        let (url, _) = serve(move |_| Reply::new(200, &[], body));
        let mut stage = Stage::new();
        let forge = stage.forge(ForgeKind::Github, &url, NOWHERE, &json!({}));
        let error = stage.sync(&forge).await.unwrap_err();
        assert!(error.message().contains(why), "{body}: {error}");
    }
}

#[tokio::test]
async fn filters_read_what_each_forge_says() {
    for kind in KINDS {
        let mut archived = described(kind, NOWHERE, "old");
        archived["archived"] = json!(true);
        let mut fork = described(kind, NOWHERE, "copy");
        match kind {
            ForgeKind::Gitlab => fork["forked_from_project"] = json!({"id": 13_083, "name": "x"}),
            _ => fork["fork"] = json!(true),
        }
        let mut public = described(kind, NOWHERE, "site");
        public["visibility"] = json!(if kind == ForgeKind::Gitea { Value::Null } else { json!("public") });
        public["private"] = json!(false);
        public["topics"] = if kind == ForgeKind::Gitea { Value::Null } else { json!([]) };
        let all = json!([described(kind, NOWHERE, "pay"), archived, fork, public]);
        let (url, _) = serve(move |_| Reply::json(&all));
        let mut stage = Stage::new();
        for (choice, names) in [
            (json!({}), vec!["acme/pay", "acme/site"]),
            (json!({"include": {"archived": true}}), vec!["acme/pay", "acme/old", "acme/site"]),
            (json!({"exclude": {"forks": false}}), vec!["acme/pay", "acme/copy", "acme/site"]),
            (json!({"include": {"topics": ["java"]}}), vec!["acme/pay"]),
            (json!({"exclude": {"topics": ["java"]}}), vec!["acme/site"]),
            (json!({"include": {"visibility": ["public"]}}), vec!["acme/site"]),
            (json!({"exclude": {"visibility": ["public", "internal"]}}), vec!["acme/pay"]),
            (json!({"include": {"names": ["p*"]}}), vec!["acme/pay"]),
            (json!({"exclude": {"names": ["acme/p*"]}}), vec!["acme/site"]),
        ] {
            let forge = stage.forge(kind, &url, NOWHERE, &choice);
            assert_eq!(discovered(&mut stage, &forge).await.unwrap(), names, "{kind:?} {choice}");
        }
    }
}

#[tokio::test]
async fn repositories_that_git_could_not_fetch_are_left_out_or_named() {
    let kind = ForgeKind::Gitlab;
    let mut closed = described(kind, NOWHERE, "wiki-only");
    closed["repository_access_level"] = json!("disabled");
    let mut elsewhere = described(kind, "https://evil.invalid/", "elsewhere");
    elsewhere["ssh_url_to_repo"] = json!("git@evil.invalid:acme/elsewhere");
    let mut climbing = described(kind, NOWHERE, "x");
    climbing["path_with_namespace"] = json!("acme/../../etc");
    let all = json!([closed, elsewhere, climbing]);
    let (url, _) = serve(move |_| Reply::json(&all));
    let mut stage = Stage::new();
    for clone in ["https", "ssh"] {
        let forge = stage.forge(kind, &url, NOWHERE, &json!({"clone": clone}));
        let fetched = stage.sync(&forge).await.unwrap();
        let failures: Vec<&str> = fetched.failures.iter().map(|failure| failure.what.as_str()).collect();
        assert_eq!((failures, fetched.units.len()), (vec!["acme/../../etc", "acme/elsewhere"], 0));
        assert!(fetched.failures[1].why.contains("does not lie below"), "{:?}", fetched.failures);
    }
}
