//! What a search finds, in which order, and what it remembers.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;
use serde_json::json;

use super::testing::{facts, rows};
use super::{Ask, Found, RowFacts, RowFlags, Rows, RowsWriter, Searcher, Typing};
use crate::catalog::query::Query;
use crate::catalog::{Document, EntityRef};

const LIMIT: usize = 100;

fn searcher(rows: Rows) -> Searcher {
    Searcher::new(Arc::new(rows), NonZeroUsize::new(2).unwrap())
}

fn run(searcher: &mut Searcher, query: &str, typing: Typing) -> Found {
    let query = Query::parse(query);
    let ask = Ask { query: &query, typing, mine: &[], preferred: &[], limit: LIMIT };
    searcher.run(ask, &AtomicBool::new(false), &mut |_| None, &mut |_| ()).unwrap()
}

fn names(searcher: &mut Searcher, query: &str) -> Vec<String> {
    let found = run(searcher, query, Typing::Done);
    let name = |row: u32| searcher.rows().get(row as usize).unwrap().name().raw().to_owned();
    found.hits.iter().map(|hit| name(hit.row)).collect()
}

/// Components, an API and a group with everything that can be filtered.
fn sample() -> Rows {
    let team = EntityRef::new("group", "default", "team-pay");
    let system = EntityRef::new("system", "default", "money");
    let api = EntityRef::new("api", "default", "payments");
    let ledger = EntityRef::new("component", "default", "ledger");
    let worker = EntityRef::new("component", "default", "payments-worker");
    let mut writer = RowsWriter::new();
    writer.push(&RowFacts { owner: Some(&team), spec_type: Some("openapi"), ..facts(&api, "payments") });
    writer.push(&RowFacts {
        tags: vec!["javascript"],
        lifecycle: Some("production"),
        flags: RowFlags::ORPHAN,
        problems: 3,
        ..facts(&ledger, "ledger")
    });
    writer.push(&RowFacts {
        tags: vec!["java"],
        owner: Some(&team),
        owner_name: Some("Money People"),
        system: Some(&system),
        lifecycle: Some("experimental"),
        flags: RowFlags::RUNBOOK | RowFlags::OWNED,
        ..facts(&worker, "payments-worker")
    });
    writer.push(&facts(&team, "team-pay"));
    Rows::from_bytes(writer.finish()).unwrap()
}

#[test]
fn the_better_match_comes_first_and_the_shorter_of_equals() {
    let names_in = ["p-a-y", "pay", "payments", "payments-api", "prepay", "team-pay"];
    let mut searcher = searcher(rows(&names_in));
    assert_eq!(
        names(&mut searcher, "pay"),
        ["pay", "payments", "payments-api", "team-pay", "prepay", "p-a-y"]
    );
}

#[test]
fn words_in_the_order_of_a_name_beat_the_same_words_apart() {
    let mut searcher = searcher(rows(&["api-payments-x", "payments-api-gateway"]));
    assert_eq!(names(&mut searcher, "payments api")[0], "payments-api-gateway");
}

#[test]
fn signs_of_other_search_languages_are_literal() {
    let mut searcher = searcher(rows(&["a^b", "a!b", "ab"]));
    assert_eq!(names(&mut searcher, "^b"), ["a^b"]);
    assert_eq!(names(&mut searcher, "!b"), ["a!b"]);
}

#[test]
fn fields_filter() {
    let mut searcher = searcher(sample());
    let all = ["payments", "ledger", "payments-worker", "team-pay"];
    for (query, expected) in [
        ("", &all[..]),
        ("kind:api", &all[..1]),
        ("kind:api,group", &["payments", "team-pay"]),
        ("-kind:component", &["payments", "team-pay"]),
        ("owner:pay", &["payments", "payments-worker"]),
        ("owner:group:default/team-pay", &["payments", "payments-worker"]),
        ("owner:group:team-pay", &["payments", "payments-worker"]),
        ("owner:group:pay", &[]),
        ("owner:\"group:team-pay\"", &["payments", "payments-worker"]),
        ("owner:\"group:team\"", &[]),
        ("owner:user:team-pay", &[]),
        ("owner:group", &[]),
        ("owner:\"money people\"", &["payments-worker"]),
        ("tag:java", &["payments-worker"]),
        ("tag:java*", &["ledger", "payments-worker"]),
        ("system:money", &["payments-worker"]),
        ("lifecycle:production,experimental", &["ledger", "payments-worker"]),
        ("has:runbook", &["payments-worker"]),
        ("has:owner", &["payments", "payments-worker"]),
        ("is:orphan", &["ledger"]),
        ("is:problem", &["ledger"]),
        ("is:nonsense", &[]),
        ("problems:>2", &["ledger"]),
        ("problems:<3 kind:component", &["payments-worker"]),
        ("component:default/pay", &["payments-worker"]),
        ("-payments", &["ledger", "team-pay"]),
        ("kind:", &all[..]),
    ] {
        assert_eq!(names(&mut searcher, query), expected, "{query}");
    }
}

#[test]
fn a_value_that_is_being_typed_is_a_beginning() {
    let mut searcher = searcher(sample());
    assert_eq!(run(&mut searcher, "kind:comp", Typing::Done).matched, 0);
    assert_eq!(run(&mut searcher, "kind:comp", Typing::Open).matched, 2);
    assert_eq!(run(&mut searcher, "kind:comp pay", Typing::Open).matched, 0);
}

#[test]
fn a_whole_value_means_the_same_while_somebody_types() {
    let mut searcher = searcher(sample());
    for (query, matched) in [("tag:java", 1), ("tag:jav", 2), ("-tag:java", 3), ("kind:api,comp", 3)] {
        assert_eq!(run(&mut searcher, query, Typing::Open).matched, matched, "{query}");
    }
}

#[test]
fn mine_is_what_my_groups_own() {
    let mut searcher = searcher(sample());
    let query = Query::parse("is:mine");
    let mine = [EntityRef::new("group", "default", "team-pay")];
    let ask = Ask { query: &query, typing: Typing::Done, mine: &mine, preferred: &[], limit: LIMIT };
    let found = searcher.run(ask, &AtomicBool::new(false), &mut |_| None, &mut |_| ()).unwrap();
    assert_eq!(found.hits.iter().map(|hit| hit.row).collect::<Vec<_>>(), [0, 2]);
}

#[test]
fn paths_look_into_the_documents_of_what_is_left() {
    let mut searcher = searcher(sample());
    let query = Query::parse("kind:component spec.tier:1 -has:spec.old");
    let ask = Ask { query: &query, typing: Typing::Done, mine: &[], preferred: &[], limit: LIMIT };
    let mut asked = Vec::new();
    let mut documents = |reference: &EntityRef| {
        asked.push(reference.to_string());
        let document = Document::from(json!({ "spec": { "tier": 1 } }));
        (reference.name() == "ledger").then(|| Arc::new(document))
    };
    let found = searcher.run(ask, &AtomicBool::new(false), &mut documents, &mut |_| ()).unwrap();
    assert_eq!(found.hits.iter().map(|hit| hit.row).collect::<Vec<_>>(), [1]);
    assert_eq!(asked, ["component:default/ledger", "component:default/payments-worker"]);
}

#[test]
fn what_is_preferred_comes_first_among_equals_only() {
    let mut searcher = searcher(rows(&["pay-a", "pay-b", "pay-c", "x-pay"]));
    let query = Query::parse("pay");
    let preferred = [(1, 5), (3, 9)];
    let ask = Ask { query: &query, typing: Typing::Done, mine: &[], preferred: &preferred, limit: LIMIT };
    let found = searcher.run(ask, &AtomicBool::new(false), &mut |_| None, &mut |_| ()).unwrap();
    assert_eq!(found.hits.iter().map(|hit| hit.row).collect::<Vec<_>>(), [1, 0, 2, 3]);
    let nothing = Query::default();
    let found =
        searcher.run(Ask { query: &nothing, ..ask }, &AtomicBool::new(false), &mut |_| None, &mut |_| ());
    assert_eq!(found.unwrap().hits.iter().map(|hit| hit.row).collect::<Vec<_>>(), [3, 1, 0, 2]);
}

#[test]
fn a_cancelled_search_has_no_answer_and_leaves_no_trace() {
    let mut searcher = searcher(rows(&["pay"]));
    let query = Query::parse("pay");
    let ask = Ask { query: &query, typing: Typing::Done, mine: &[], preferred: &[], limit: LIMIT };
    assert_eq!(searcher.run(ask, &AtomicBool::new(true), &mut |_| None, &mut |_| ()), None);
    assert_eq!(names(&mut searcher, "pay"), ["pay"]);
}

#[test]
fn many_rows_are_published_chunk_by_chunk_and_counted_whole() {
    let names = (0..20_000).map(|n| format!("svc-{n:05}")).collect::<Vec<_>>();
    let mut searcher = searcher(rows(&names.iter().map(String::as_str).collect::<Vec<_>>()));
    let query = Query::parse("svc");
    let ask = Ask { query: &query, typing: Typing::Done, mine: &[], preferred: &[], limit: 3 };
    let mut seen = Vec::new();
    let found = searcher
        .run(ask, &AtomicBool::new(false), &mut |_| None, &mut |partial| {
            seen.push((partial.examined, partial.matched, partial.hits().len()));
        })
        .unwrap();
    assert_eq!(found.matched, 20_000);
    assert_eq!(found.hits.iter().map(|hit| hit.row).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(seen.len() > 1 && seen.is_sorted() && seen.last() == Some(&(20_000, 20_000, 3)));
}

proptest! {
    /// Whatever was typed before, the answer is that of a fresh search.
    #[test]
    fn remembering_earlier_keys_changes_nothing(
        typed in proptest::collection::vec(r#"([ab]{0,3} ?[ab"]{0,2})|(kind:component a)|(-b a)"#, 1..8),
        names in proptest::collection::btree_set("[ab-]{1,6}", 1..30),
    ) {
        let names = names.iter().map(String::as_str).collect::<Vec<_>>();
        let mut warm = searcher(rows(&names));
        for query in typed {
            let fresh = run(&mut searcher(rows(&names)), &query, Typing::Open);
            prop_assert_eq!(run(&mut warm, &query, Typing::Open), fresh, "{}", query);
        }
    }
}
