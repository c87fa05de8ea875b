//! Discovered repositories, fetched by git, and not fetched where nothing happened.

use std::sync::{Arc, Mutex};

use super::*;
use crate::source::forge::found::Found;

/// A forge whose list can be changed while it serves.
fn serve_changing(all: Value) -> (String, Arc<Mutex<Value>>) {
    let all = Arc::new(Mutex::new(all));
    let shared = Arc::clone(&all);
    let (url, _) = serve(move |_| Reply::json(&shared.lock().unwrap()));
    (url, all)
}

fn stamp(kind: ForgeKind) -> &'static str {
    match kind {
        ForgeKind::Github => "pushed_at",
        ForgeKind::Gitlab => "last_activity_at",
        ForgeKind::Gitea => "updated_at",
    }
}

#[tokio::test]
async fn what_is_discovered_is_fetched_with_the_token_and_costs_nothing_while_unchanged() {
    // The users of git that each forge documents, with the token as the password.
    for (kind, login) in KINDS.into_iter().zip([
        "Basic eC1hY2Nlc3MtdG9rZW46dDBrZW4tb2YtamFuZQ==",
        "Basic b2F1dGgyOnQwa2VuLW9mLWphbmU=",
        "Basic dG9rZW46dDBrZW4tb2YtamFuZQ==",
    ]) {
        let mut stage = Stage::new();
        stage.repository("acme/pay", "pay");
        stage.repository("acme/web", "web");
        let clones = format!("{}/", server::serve(stage.server(), Some(login)));
        let (url, log) = serve_all(kind, &clones, &["pay", "web"]);
        let forge = stage.forge(kind, &url, &clones, &json!({}));
        let first = stage.sync(&forge).await.unwrap();
        assert_eq!((first.failures.len(), first.units.len(), first.unchanged), (0, 2, 0), "{first:?}");
        assert_eq!(stage.refs(&first), ["component:default/pay", "component:default/web"]);
        let unit = &first.units[0];
        assert_eq!((unit.root.as_str(), unit.key.as_str()), ("acme/pay", &*format!("{clones}acme/pay")));
        let facts = unit.repository.as_ref().unwrap();
        assert_eq!((facts.root.as_str(), facts.branch.as_deref()), ("acme/pay", Some("main")));
        let second = stage.sync(&forge).await.unwrap();
        assert_eq!((second.requests, second.unchanged), (1, 2), "the one page, and no process");
        assert!(second.units.iter().zip(&first.units).all(|(a, b)| a.pack == b.pack && a.as_of > b.as_of));
        assert_eq!(lines(&log).len(), 2);
    }
}

#[tokio::test]
async fn only_a_repository_that_was_pushed_to_is_fetched_again() {
    for kind in KINDS {
        let mut stage = Stage::new();
        let names = ["pay", "web"];
        stage.repositories(&names);
        let (url, all) =
            serve_changing(names.iter().map(|name| described(kind, &stage.clones(), name)).collect());
        let forge = stage.local(kind, &url, &json!({}));
        let first = stage.sync(&forge).await.unwrap();
        stage.commit("acme/web", "site");
        all.lock().unwrap()[1][stamp(kind)] = json!("2026-02-01T00:00:00Z");
        let second = stage.sync(&forge).await.unwrap();
        assert_eq!(stage.refs(&second), ["component:default/pay", "component:default/site"]);
        assert_eq!((second.unchanged, &second.units[0].pack), (1, &first.units[0].pack));
    }
}

#[tokio::test]
async fn what_happened_a_moment_ago_is_looked_at_once_more() {
    for (kind, minutes) in KINDS.into_iter().zip([10, 120, 10]) {
        let mut stage = Stage::new();
        stage.repository("acme/pay", "pay");
        let (url, all) = serve_changing(json!([described(kind, &stage.clones(), "pay")]));
        let just_now = Timestamp::from_second(NOW - 1).unwrap();
        all.lock().unwrap()[0][stamp(kind)] = json!(just_now.to_string());
        let forge = stage.local(kind, &url, &json!({}));
        stage.sync(&forge).await.unwrap();
        // A push right behind the other: GitLab tells of it by the same time for an hour.
        stage.commit("acme/pay", "newer");
        let second = stage.sync(&forge).await.unwrap();
        assert_eq!(stage.refs(&second), ["component:default/newer"]);
        stage.now = NOW + minutes * 60;
        assert_eq!(stage.sync(&forge).await.unwrap().requests, 2, "the page and one look");
        assert_eq!(stage.sync(&forge).await.unwrap().requests, 1, "the page alone");
    }
}

#[tokio::test]
async fn other_paths_or_another_branch_take_everything_anew() {
    let mut stage = Stage::new();
    stage.repository("acme/pay", "pay");
    stage.git(&stage.server().join("acme/pay"), &["branch", "old"]);
    stage.commit("acme/pay", "newer");
    let (url, _) = serve_all(ForgeKind::Github, &stage.clones(), &["pay"]);
    for (more, refs) in [
        (json!({}), vec!["component:default/newer"]),
        (json!({"paths": ["other.yaml"]}), vec![]),
        (json!({}), vec!["component:default/newer"]),
        (json!({"branch": "old"}), vec!["component:default/pay"]),
        (json!({"branch": "none"}), vec![]),
    ] {
        let forge = stage.local(ForgeKind::Github, &url, &more);
        let fetched = stage.sync(&forge).await.unwrap();
        assert_eq!(
            (stage.refs(&fetched), fetched.failures.len()),
            (refs.iter().map(ToString::to_string).collect(), 0)
        );
    }
}

#[tokio::test]
async fn an_empty_repository_is_no_failure() {
    let mut stage = Stage::new();
    stage.repository("acme/pay", "pay");
    let folder = stage.server().join("acme/empty");
    std::fs::create_dir_all(&folder).unwrap();
    stage.git(&folder, &["init", "--quiet"]);
    let (url, _) = serve_all(ForgeKind::Github, &stage.clones(), &["pay", "empty"]);
    let forge = stage.local(ForgeKind::Github, &url, &json!({}));
    let fetched = stage.sync(&forge).await.unwrap();
    assert_eq!((fetched.failures.len(), fetched.units.len()), (0, 2));
    let again = stage.sync(&forge).await.unwrap();
    assert_eq!((again.unchanged, again.requests), (2, 1));
}

#[tokio::test]
async fn a_repository_that_fails_keeps_what_it_was_and_is_tried_again() {
    let mut stage = Stage::new();
    let kind = ForgeKind::Gitea;
    stage.repositories(&["pay", "web"]);
    let list = ["pay", "web"].iter().map(|name| described(kind, &stage.clones(), name)).collect();
    let (url, all) = serve_changing(list);
    let forge = stage.local(kind, &url, &json!({}));
    let first = stage.sync(&forge).await.unwrap();
    let (here, away) = (stage.server().join("acme/web"), stage.server().join("away"));
    std::fs::rename(&here, &away).unwrap();
    all.lock().unwrap()[1]["updated_at"] = json!("2026-02-01T00:00:00Z");
    let second = stage.sync(&forge).await.unwrap();
    assert_eq!(stage.refs(&second), stage.refs(&first));
    assert_eq!(second.failures[0].what, "acme/web");
    assert!(
        second.failures[0].why.ends_with("Or leave it out: exclude: { names: [acme/web] }."),
        "{second:?}"
    );
    assert_eq!(second.units[1].failure.as_ref(), Some(&second.failures[0].why));
    assert!(second.units[0].failure.is_none());
    std::fs::rename(&away, &here).unwrap();
    let third = stage.sync(&forge).await.unwrap();
    assert_eq!((third.failures.len(), third.unchanged), (0, 2));
    assert!(third.units[1].failure.is_none());
}

#[tokio::test]
async fn what_was_never_published_is_fetched_again() {
    let mut stage = Stage::new();
    stage.repository("acme/pay", "pay");
    let kind = ForgeKind::Github;
    let (url, all) = serve_changing(json!([described(kind, &stage.clones(), "pay")]));
    let forge = stage.local(kind, &url, &json!({}));
    stage.sync(&forge).await.unwrap();
    stage.commit("acme/pay", "newer");
    all.lock().unwrap()[0]["pushed_at"] = json!("2026-02-01T00:00:00Z");
    stage.try_sync(&forge).await.unwrap();
    let third = stage.sync(&forge).await.unwrap();
    assert_eq!((stage.refs(&third), third.unchanged), (vec!["component:default/newer".to_owned()], 0));
}

#[tokio::test]
async fn a_repository_that_is_gone_goes_with_its_bare_repository() {
    let mut stage = Stage::new();
    stage.repositories(&["pay", "web"]);
    let kind = ForgeKind::Github;
    let list = ["pay", "web"].iter().map(|name| described(kind, &stage.clones(), name)).collect();
    let (url, all) = serve_changing(list);
    let forge = stage.local(kind, &url, &json!({}));
    stage.sync(&forge).await.unwrap();
    let mirror = stage.mirror.clone();
    let bare = || std::fs::read_dir(mirror.work().unwrap().join("git")).unwrap().count();
    assert_eq!(bare(), 2);
    all.lock().unwrap().as_array_mut().unwrap().pop();
    let second = stage.sync(&forge).await.unwrap();
    assert_eq!(second.units.iter().map(|unit| unit.root.as_str()).collect::<Vec<_>>(), ["acme/pay"]);
    assert_eq!(bare(), 1);
}

#[tokio::test]
async fn a_failed_discovery_changes_nothing() {
    let mut stage = Stage::new();
    stage.repository("acme/pay", "pay");
    let (url, _) = serve_all(ForgeKind::Github, &stage.clones(), &["pay"]);
    let forge = stage.local(ForgeKind::Github, &url, &json!({}));
    let first = stage.sync(&forge).await.unwrap();
    let (bad, _) = serve(|seen| {
        if seen.line.contains("/second") {
            return Reply::new(500, &[], "");
        }
        Reply::new(200, &[("link", "</second>; rel=\"next\"")], "[]")
    });
    let broken = stage.local(ForgeKind::Github, &bad, &json!({}));
    assert!(stage.sync(&broken).await.is_err());
    let third = stage.sync(&forge).await.unwrap();
    assert_eq!((third.unchanged, third.requests, &third.units[0].pack), (1, 1, &first.units[0].pack));
}

#[tokio::test]
async fn no_token_is_in_anything_that_is_kept() {
    let mut stage = Stage::new();
    stage.repository("acme/pay", "pay");
    let clones = format!("{}/", server::serve(stage.server(), None));
    let (url, _) = serve_all(ForgeKind::Github, &clones, &["pay"]);
    let forge = stage.forge(ForgeKind::Github, &url, &clones, &json!({}));
    stage.sync(&forge).await.unwrap();
    let mut folders = vec![stage.mirror.folder().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                let bytes = std::fs::read(entry.path()).unwrap();
                let has_it = bytes.windows(TOKEN.len()).any(|part| part == TOKEN.as_bytes());
                assert!(!has_it, "{}", entry.path().display());
            }
        }
    }
    assert!(!format!("{forge:?}").contains(TOKEN));
}

/// A GitHub with so many repositories, a hundred a page, none of which was pushed to.
fn serve_many(clones: String, count: usize) -> (String, Log) {
    serve(move |seen| {
        let page: usize =
            seen.line.rsplit("&page=").next().and_then(|number| number.parse().ok()).unwrap_or(1);
        let etag = format!("\"{page}\"");
        if seen.header("if-none-match") == Some(&etag) {
            return Reply::new(304, &[], "");
        }
        let numbers = (page - 1) * 100..page * 100;
        let body: Value =
            numbers.map(|number| described(ForgeKind::Github, &clones, &format!("r{number:05}"))).collect();
        let more = format!("</api/v3/orgs/acme/repos?per_page=100&page={}>; rel=\"next\"", page + 1);
        let link = if page * 100 < count { more.as_str() } else { "" };
        Reply::new(200, &[("etag", &etag), ("link", link)], body.to_string())
    })
}

#[tokio::test]
async fn five_thousand_repositories_take_fifty_requests_and_only_changed_ones_more() {
    let mut stage = Stage::new();
    let clones = stage.clones();
    let (url, log) = serve_many(clones.clone(), 5_000);
    let forge = stage.local(ForgeKind::Github, &url, &json!({}));
    // What a first sync would have left, without five thousand calls of git.
    let now = Timestamp::from_second(NOW).unwrap();
    let pack = stage.mirror.begin_pack().unwrap().finish("one").unwrap();
    let mut memory = Memory::load(&stage.mirror, &forge.taken()).unwrap().begin();
    let units = (0..5_000).map(|number| {
        let name = format!("r{number:05}");
        let described = serde_json::from_value(described(ForgeKind::Github, &clones, &name)).unwrap();
        let found = Found::new(ForgeKind::Github, described);
        let (key, root) = (found.https.clone(), found.path.clone());
        let revision = "x".to_owned();
        let unit =
            Unit { key, root, pack: pack.clone(), revision, repository: None, as_of: now, failure: None };
        memory.see(&found, &unit);
        unit
    });
    stage.before = Manifest::new(units.collect());
    memory.save(&stage.mirror).unwrap();
    stage.repository("acme/r00077", "changed");
    stage.before.units[77].revision = "another".to_owned();
    let first = stage.sync(&forge).await.unwrap();
    assert_eq!((first.units.len(), first.unchanged), (5_000, 4_999));
    assert_eq!(lines(&log).len(), 50);
    let second = stage.sync(&forge).await.unwrap();
    assert_eq!((second.unchanged, second.requests), (5_000, 50));
    let validated =
        log.lock().unwrap()[50..].iter().filter(|seen| seen.header("if-none-match").is_some()).count();
    assert_eq!(validated, 50);
}
