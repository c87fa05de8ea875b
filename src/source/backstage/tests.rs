//! The source against a Backstage of tests, that answers by the documented shapes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;
use crate::error::ErrorKind;
use crate::source::http::{Reply, serve};
use crate::source::mirror::{Manifest, Mirror};
use crate::source::room::Room;

/// A catalog that a test changes.
type Entities = Arc<Mutex<Vec<Value>>>;

fn entity(name: &str, etag: &str) -> Value {
    json!({"apiVersion": "backstage.io/v1alpha1", "kind": "Component",
        "metadata": {"name": name, "namespace": "default", "etag": etag}, "spec": {"owner": "team"}})
}

fn parameter(line: &str, name: &str) -> Option<String> {
    let query = line.split_once('?')?.1;
    let found = url::form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name);
    found.map(|(_, value)| value.into_owned())
}

/// Answers as a Backstage does: pages by a cursor that holds the offset, and entities by their references.
fn answer(entities: &Entities, line: &str, body: &str) -> Reply {
    let all = entities.lock().unwrap();
    if line.starts_with("POST") {
        let wanted: Value = serde_json::from_str(body).unwrap();
        let find = |reference: &Value| {
            let name = reference.as_str()?.strip_prefix("component:default/")?;
            all.iter().find(|it| it["metadata"]["name"].as_str() == Some(name)).cloned()
        };
        let items: Vec<_> = wanted["entityRefs"].as_array().unwrap().iter().map(find).collect();
        return Reply::json(&json!({"items": items}));
    }
    let offset: usize =
        parameter(line, "cursor").map_or(0, |cursor| cursor.trim_start_matches("c+").parse().unwrap());
    let limit: usize = parameter(line, "limit").unwrap().parse().unwrap();
    let items: Vec<_> = all.iter().skip(offset).take(limit).collect();
    let more = offset + items.len() < all.len();
    let info = if more { json!({"nextCursor": format!("c+{}", offset + limit)}) } else { json!({}) };
    Reply::json(&json!({"items": items, "totalItems": all.len(), "pageInfo": info}))
}

struct Test {
    _dir: tempfile::TempDir,
    mirror: Mirror,
    manifest: Manifest,
}

impl Test {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mirror = Mirror::new(dir.path().join("m"));
        Self { _dir: dir, mirror, manifest: Manifest::default() }
    }

    async fn sync(&mut self, base: &str, page_size: usize) -> Result<Fetched> {
        let settings = serde_json::from_value(json!({"url": base, "page_size": page_size})).unwrap();
        let mut backstage = Backstage::new(settings, Variables::default());
        backstage.patience.retry = Duration::from_millis(1);
        let progress = |_| ();
        let fetch = Fetch {
            mirror: &self.mirror,
            before: &self.manifest,
            now: Timestamp::UNIX_EPOCH,
            room: &Room::default(),
            progress: &progress,
        };
        let fetched = backstage.fetch(fetch).await?;
        self.manifest = Manifest::new(fetched.units.clone());
        self.mirror.publish(&self.manifest)?;
        Ok(fetched)
    }

    fn refs(&self) -> Vec<String> {
        self.mirror.pack(&self.manifest.units[0].pack).unwrap().refs().to_vec()
    }

    fn json(&self, path: &str) -> Value {
        let pack = self.mirror.pack(&self.manifest.units[0].pack).unwrap();
        serde_json::from_slice(&pack.read(pack.file(path).unwrap()).unwrap()).unwrap()
    }
}

fn requests(log: &crate::source::http::Log) -> Vec<String> {
    log.lock().unwrap().drain(..).map(|seen| seen.line).collect()
}

#[tokio::test]
async fn everything_comes_page_by_page_and_then_what_changed() {
    let entities: Entities = Arc::default();
    *entities.lock().unwrap() = (0..20).map(|i| entity(&format!("e{i:02}"), "1")).collect();
    let shared = Arc::clone(&entities);
    let (base, log) = serve(move |seen| answer(&shared, &seen.line, &seen.body));
    let mut test = Test::new();
    test.sync(&base, 7).await.unwrap();
    assert_eq!(test.refs().len(), 20);
    assert_eq!(test.json("component:default/e03"), entity("e03", "1"));
    let pages = requests(&log);
    assert_eq!(pages.len(), 3);
    assert_eq!(pages[1], "GET /api/catalog/entities/by-query?limit=7&cursor=c%2B7");

    let fetched = test.sync(&base, 7).await.unwrap();
    assert_eq!((fetched.unchanged, requests(&log).len()), (1, 1));

    {
        let mut all = entities.lock().unwrap();
        all[3] = entity("e03", "2");
        all.remove(5);
        all.push(entity("new", "1"));
    }
    let fetched = test.sync(&base, 7).await.unwrap();
    assert_eq!((fetched.unchanged, fetched.requests), (0, 2));
    let refs = test.refs();
    assert!(
        refs.contains(&"component:default/new".to_owned())
            && !refs.contains(&"component:default/e05".to_owned())
    );
    assert_eq!((refs.len(), test.json("component:default/e03")), (20, entity("e03", "2")));

    // So much that everything is asked for at once.
    entities.lock().unwrap().iter_mut().for_each(|it| it["metadata"]["etag"] = json!("9"));
    requests(&log);
    test.sync(&base, 100).await.unwrap();
    assert_eq!(requests(&log).len(), 2);
    assert_eq!(test.json("component:default/e03")["metadata"]["etag"], "9");
}

#[tokio::test]
async fn an_entity_that_comes_twice_is_the_later_one_and_what_is_none_is_kept_as_a_problem() {
    let (base, _) = serve(|seen| {
        let first = !seen.line.contains("cursor");
        let items = if first {
            vec![entity("a", "1"), json!(null), json!({"kind": 7})]
        } else {
            vec![entity("a", "2"), entity("b", "1")]
        };
        let info = if first { json!({"nextCursor": "n"}) } else { json!({"prevCursor": "p"}) };
        Reply::json(&json!({"items": items, "totalItems": "many", "pageInfo": info}))
    });
    let mut test = Test::new();
    let fetched = test.sync(&base, 2).await.unwrap();
    assert_eq!(test.refs(), ["component:default/a", "component:default/b"]);
    assert_eq!(test.json("component:default/a")["metadata"]["etag"], "2");
    assert_eq!(test.json("unreadable/1.json"), json!(null));
    assert!(fetched.notes[0].starts_with("2 of its items"), "{:?}", fetched.notes);
}

#[tokio::test]
async fn a_walk_without_an_end_ends() {
    let page = |items: Value, cursor: &str| json!({"items": items, "pageInfo": {"nextCursor": cursor}});
    let mut count = std::sync::atomic::AtomicU32::new(0);
    *count.get_mut() = 0;
    let fresh = move || count.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_string();
    let fresh = Arc::new(fresh);
    let same = serve(move |_| Reply::json(&page(json!([entity("a", "1")]), "x"))).0;
    let (one, two) = (Arc::clone(&fresh), fresh);
    let empty = serve(move |_| Reply::json(&page(json!([]), &one()))).0;
    let cycle = serve(move |_| {
        let name = two();
        Reply::json(&page(json!([entity(&name, "1")]), "x"))
    })
    .0;
    for base in [same, empty, cycle] {
        let error = Test::new().sync(&base, 1).await.unwrap_err();
        assert!(error.message().contains("has no end"), "{error}");
    }
}

#[tokio::test]
async fn a_cursor_that_was_forgotten_and_a_list_that_is_refused_lead_back_to_the_start() {
    let entities: Entities = Arc::default();
    *entities.lock().unwrap() = (0..4).map(|i| entity(&format!("e{i}"), "1")).collect();
    let refused = std::sync::atomic::AtomicBool::new(false);
    let (base, log) = serve(move |seen| {
        let is_first =
            seen.line.contains("cursor") && !refused.swap(true, std::sync::atomic::Ordering::Relaxed);
        if is_first || seen.line.contains("fields=") {
            return Reply::new(400, &[], r#"{"error":{"name":"InputError","message":"Malformed cursor"}}"#);
        }
        answer(&entities, &seen.line, &seen.body)
    });
    let mut test = Test::new();
    test.sync(&base, 2).await.unwrap();
    assert_eq!((test.refs().len(), requests(&log).len()), (4, 4));
    test.sync(&base, 2).await.unwrap();
    assert_eq!((test.refs().len(), requests(&log).len()), (4, 3));
}

#[tokio::test]
async fn a_server_that_does_not_let_us_in_says_what_to_do() {
    let (base, log) = serve(|_| {
        Reply::new(401, &[], r#"{"error":{"name":"AuthenticationError","message":"Illegal token"}}"#)
    });
    let error = Test::new().sync(&base, 10).await.unwrap_err();
    assert_eq!((error.kind(), log.lock().unwrap().len()), (ErrorKind::Unreachable, 1));
    assert!(error.message().contains("401 Unauthorized: Illegal token"), "{error}");
    assert!(error.hint().unwrap().contains("token: { env: NAME }"), "{error:?}");
}

#[tokio::test]
async fn a_failure_half_way_leaves_what_was_known() {
    let entities: Entities = Arc::default();
    *entities.lock().unwrap() = (0..4).map(|i| entity(&format!("e{i}"), "1")).collect();
    let shared = Arc::clone(&entities);
    let (good, _) = serve(move |seen| answer(&shared, &seen.line, &seen.body));
    let mut test = Test::new();
    test.sync(&good, 2).await.unwrap();
    let shared = Arc::clone(&entities);
    let (bad, _) = serve(move |seen| {
        if seen.line.contains("cursor") {
            return Reply::raw("HTTP/1.1 200 x\r\ncontent-length: 900\r\n\r\n{\"items\": [");
        }
        answer(&shared, &seen.line, &seen.body)
    });
    entities.lock().unwrap().iter_mut().for_each(|it| it["metadata"]["etag"] = json!("2"));
    assert!(test.sync(&bad, 2).await.is_err());
    assert_eq!(test.refs().len(), 4);
    assert_eq!(test.json("component:default/e0")["metadata"]["etag"], "1");
}

#[tokio::test]
async fn entities_that_nobody_asked_for_are_no_answer() {
    let entities: Entities = Arc::default();
    *entities.lock().unwrap() = (0..20).map(|i| entity(&format!("e{i:02}"), "1")).collect();
    let shared = Arc::clone(&entities);
    let (good, _) = serve(move |seen| answer(&shared, &seen.line, &seen.body));
    let mut test = Test::new();
    test.sync(&good, 50).await.unwrap();
    entities.lock().unwrap()[3] = entity("e03", "2");
    for items in [json!([]), json!([entity("stranger", "1")]), json!(["text"])] {
        let shared = Arc::clone(&entities);
        let (bad, _) = serve(move |seen| {
            if seen.line.starts_with("POST") {
                return Reply::json(&json!({ "items": items }));
            }
            answer(&shared, &seen.line, &seen.body)
        });
        let error = test.sync(&bad, 50).await.unwrap_err();
        assert!(error.message().contains("answered with others"), "{error}");
        assert_eq!(test.refs().len(), 20);
    }
}
