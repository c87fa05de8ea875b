//! Any bytes are a page of a list: of a Backstage with its cursor, or named by a `Link` header. Every walk ends,
//! and a page of a filtered list leads forth and back over the same entities.

use std::collections::BTreeSet;

use callboard::catalog::filter::{Order, Page as Filtered, PageRequest, Rows, Start, page};
use callboard::catalog::{EntityRef, Origin, Position, RefContext, SourceId, descriptor};
use callboard::source::backstage::{Page, Stub, Walk};
use callboard::source::http::next_page;
use serde_json::{Value, json};
use url::Url;

/// Where pages are asked for.
const SERVER: &str = "https://backstage.example.com/api/catalog/entities?page=1";

/// Entities that are paged through, one a line of the input.
const MAX_ENTITIES: usize = 12;

pub(crate) fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(url) = Url::parse(SERVER) {
        let next = text.lines().find_map(|line| next_page(line, &url));
        assert!(next.is_none_or(|next| Url::parse(next.as_str()) == Ok(next)));
    }
    if let Ok(page) = serde_json::from_str::<Page<'_>>(&text) {
        of_backstage(&page);
    }
    forth_and_back(&text);
}

fn of_backstage(page: &Page<'_>) {
    let mut walk = Walk::default();
    page.total();
    if let Some(cursor) = page.next() {
        assert!(walk.go_on(Some(cursor), 1, 1).is_ok());
        assert!(walk.go_on(Some(cursor), 1, 2).is_err(), "the same cursor twice");
        assert!(walk.go_on(Some("another"), 0, 2).is_err(), "a page with nothing new");
    }
    let origin = Origin {
        source: SourceId::new("fuzz"),
        path: "entity.json".into(),
        position: Position::default(),
        repository: None,
    };
    for item in &page.items {
        let reading = descriptor::read_json(item.get().as_bytes(), &origin);
        if let Some(stub) = Stub::of(item) {
            let canonical = stub.reference.as_str();
            assert_eq!(EntityRef::parse(canonical, RefContext::default()).as_ref(), Ok(&stub.reference));
            assert!(!stub.etag.is_empty());
            let steps: Vec<_> = stub.path().split('/').map(str::to_owned).collect();
            assert!(steps.iter().all(|step| !matches!(step.as_str(), "" | "." | "..")), "{steps:?}");
        }
        assert!(reading.entities.len() <= 1);
    }
}

fn forth_and_back(text: &str) {
    let named = |(at, line): (usize, &str)| json!({"kind": "K", "metadata": {"name": at.to_string()}, "spec": {"type": line}});
    let entities: Vec<Value> = text.lines().take(MAX_ENTITIES).enumerate().map(named).collect();
    let Ok(rows) = entities.iter().map(Rows::of).collect::<Result<Vec<_>, _>>() else { return };
    let order = if text.len().is_multiple_of(2) { Order::Ascending } else { Order::Descending };
    let mut request = PageRequest {
        order: Some(("spec.type".to_owned(), Some(order))),
        limit: 1 + text.len() % 5,
        ..PageRequest::default()
    };
    let mut pages: Vec<Filtered> = Vec::new();
    loop {
        let next = page(&rows, &request).expect("an order with its direction");
        assert!(pages.len() <= entities.len(), "the pages have no end");
        request.start = next.next.clone().map_or(Start::First, Start::At);
        let is_last = next.next.is_none();
        pages.push(next);
        if is_last {
            break;
        }
    }
    let seen: Vec<usize> = pages.iter().flat_map(|page| page.items.iter().copied()).collect();
    assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), seen.len(), "an entity on two pages");
    assert_eq!(seen.len(), pages[0].total);
    for two in pages.windows(2) {
        let Some(before) = two[1].previous.clone() else { panic!("no way back") };
        request.start = Start::At(before);
        assert_eq!(page(&rows, &request).expect("an order with its direction").items, two[0].items);
    }
}
