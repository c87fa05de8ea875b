//! Syncs of sources that do as the test says.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::SignedDuration;

use super::testing::{Script, Scripted, unit};
use super::*;
use crate::ops::portal::{Clock, Places, SourceConfig, Surroundings, Target};
use crate::source::mirror::Unit;
use crate::source::remote::{Fetch, Fetched};
use crate::source::{CommandSettings, RemoteSettings};

/// A clock that moves on by a second at each look.
fn clock() -> Clock {
    let seconds = AtomicI64::new(1_800_000_000);
    Arc::new(move || Timestamp::from_second(seconds.fetch_add(1, Ordering::Relaxed)).unwrap())
}

fn portal(dir: &tempfile::TempDir, ids: &[&str]) -> Portal {
    portal_at(dir, ids, clock())
}

fn portal_at(dir: &tempfile::TempDir, ids: &[&str], clock: Clock) -> Portal {
    let settings: CommandSettings = serde_json::from_value(serde_json::json!({"run": ["none"]})).unwrap();
    let sources = ids.iter().map(|id| SourceConfig {
        id: SourceId::new(id),
        place: SourcePlace::Remote(RemoteSettings::Command(settings.clone())),
        every: None,
        standing: Standing::Configured,
    });
    let places = Places { cache: dir.path().join("cache"), state: dir.path().join("state") };
    Portal::open_in(Target::Configured(sources.collect()), Surroundings::new(places, clock)).unwrap()
}

/// Declares components.
fn declares(names: &[&str]) -> Script {
    let refs: Vec<String> = names.iter().map(|name| format!("component:default/{name}")).collect();
    Arc::new(move |fetch: &Fetch<'_>| {
        let refs: Vec<&str> = refs.iter().map(String::as_str).collect();
        if fetch.before.units.first().is_some_and(|known| known.revision == refs.join(" ")) {
            return Ok(Fetched { units: fetch.before.units.clone(), unchanged: 1, ..Fetched::default() });
        }
        Ok(Fetched { units: vec![unit(fetch.mirror, "", &refs)], ..Fetched::default() })
    })
}

fn fails() -> Script {
    Arc::new(|_: &Fetch<'_>| {
        let error = Error::new(ErrorKind::Unreachable, "The server answers 401 Unauthorized.");
        Err(error.with_hint("Sign in."))
    })
}

/// Syncs sources of which each does what its script says; one without a script never answers.
struct Sync<'a> {
    scripts: &'a [(&'a str, Option<Script>)],
    losses: Losses,
    others: Others,
    cancel: Cancel,
}

impl<'a> Sync<'a> {
    fn of(scripts: &'a [(&'a str, Option<Script>)]) -> Self {
        Self { scripts, losses: Losses::Guarded, others: Others::Wait, cancel: Cancel::new() }
    }

    fn run(&self, portal: &Portal, show: &mut dyn FnMut(SyncEvent)) -> Result<SyncOutcome> {
        let open = |source: &PortalSource| -> Result<Arc<dyn Remote>> {
            let script =
                self.scripts.iter().find(|(id, _)| *id == &*source.id.0).and_then(|(_, it)| it.clone());
            Ok(Arc::new(Scripted(script)))
        };
        let request = SyncRequest { sources: Vec::new(), losses: self.losses, others: self.others };
        sync_with(portal, &request, &open, Stage { cancel: &self.cancel, show })
    }
}

fn results(outcome: &SyncOutcome) -> Vec<Option<SyncResult>> {
    outcome.sources.iter().map(SourceSynced::result).collect()
}

fn names(portal: &Portal) -> Vec<String> {
    let rows = portal.snapshot().unwrap().rows().unwrap();
    let there = rows.iter().filter(|row| !row.flags().contains(crate::search::RowFlags::GONE));
    there.map(|row| row.reference().name().to_owned()).collect()
}

#[test]
fn a_source_that_fails_keeps_what_it_had_and_the_others_go_on() {
    let dir = tempfile::tempdir().unwrap();
    let portal = portal(&dir, &["one", "two"]);
    let both = [("one", Some(declares(&["a"]))), ("two", Some(declares(&["b"])))];
    let outcome = Sync::of(&both).run(&portal, &mut |_| ()).unwrap();
    assert_eq!(results(&outcome), [Some(SyncResult::Changed); 2]);
    let synced_at = portal.snapshot().unwrap().meta().sources[0].as_of;

    let one_fails = [("one", Some(fails())), ("two", Some(declares(&["b", "c"])))];
    let outcome = Sync::of(&one_fails).run(&portal, &mut |_| ()).unwrap();
    assert_eq!(results(&outcome), [Some(SyncResult::Failed), Some(SyncResult::Changed)]);
    assert!(!outcome.is_whole());
    assert_eq!(names(&portal), ["a", "b", "c"]);
    let snapshot = portal.snapshot().unwrap();
    let [one, two] = snapshot.meta().sources.as_slice() else { panic!("two sources") };
    assert_eq!(one.stale.as_deref(), Some("The server answers 401 Unauthorized."));
    assert_eq!((one.as_of, two.stale.as_ref()), (synced_at, None));
    assert!(two.as_of > one.as_of);

    let again = [("one", Some(declares(&["a"]))), ("two", Some(declares(&["b", "c"])))];
    let outcome = Sync::of(&again).run(&portal, &mut |_| ()).unwrap();
    assert_eq!(results(&outcome), [Some(SyncResult::Unchanged); 2]);
    assert!(portal.snapshot().unwrap().meta().sources.iter().all(|source| source.stale.is_none()));
}

#[test]
fn only_the_repositories_that_failed_are_old_and_each_of_them_is_named() {
    use crate::catalog::{EntityRef, RefContext};
    use crate::ops::{show, sources};

    let dir = tempfile::tempdir().unwrap();
    let portal = portal(&dir, &["one"]);
    let refs = ["component:default/a", "component:default/b"];
    let first: Script = Arc::new(move |fetch| {
        let units = [("acme/a", refs[0]), ("acme/b", refs[1])];
        let units = units.map(|(root, of)| Unit { as_of: fetch.now, ..unit(fetch.mirror, root, &[of]) });
        Ok(Fetched { units: units.to_vec(), ..Fetched::default() })
    });
    Sync::of(&[("one", Some(first))]).run(&portal, &mut |_| ()).unwrap();
    let first_at = portal.snapshot().unwrap().meta().sources[0].as_of;

    let partly: Script = Arc::new(|fetch| {
        let a = fetch.before.unit("acme/a").cloned().unwrap();
        let mut units = vec![Unit { as_of: fetch.now, ..a }];
        units.extend(fetch.kept("acme/b", "It is gone."));
        let failure = |what: &str| Failure { what: what.to_owned(), why: "It is gone.".to_owned() };
        let budget = Some("9 of 50 requests left".to_owned());
        let failures = vec![failure("acme/b"), failure("acme/new")];
        Ok(Fetched { units, failures, budget, ..Fetched::default() })
    });
    let outcome = Sync::of(&[("one", Some(partly))]).run(&portal, &mut |_| ()).unwrap();
    assert_eq!(results(&outcome), [Some(SyncResult::Partial)]);

    let known = |portal: &Portal| {
        let snapshot = portal.snapshot().unwrap();
        let [a, b] = refs
            .map(|it| show::show(&snapshot, &EntityRef::parse(it, RefContext::default()).unwrap()).unwrap());
        assert_eq!((a.stale.as_deref(), b.stale.as_deref()), (None, Some("It is gone.")));
        assert_eq!((b.as_of, snapshot.meta().as_of), (first_at, first_at));
        let rows = snapshot.rows().unwrap();
        let stale: Vec<_> =
            rows.iter().map(|row| row.flags().contains(crate::search::RowFlags::STALE)).collect();
        assert_eq!(stale, [false, true]);
        let view = sources::sources(portal).remove(0);
        assert_eq!(view.health, sources::Health::Partly);
        assert_eq!(view.runs[0].budget.as_deref(), Some("9 of 50 requests left"));
        assert_eq!(view.why.as_deref(), Some("2 parts could not be fetched: acme/b, acme/new."));
        let ages: Vec<_> = view.parts.iter().map(|part| (part.root.as_str(), part.as_of)).collect();
        assert_eq!(ages, [("acme/b", Some(first_at)), ("acme/new", None)]);
        assert!(a.as_of > first_at);
        a.as_of
    };
    let partly_at = known(&portal);

    // A failure of the whole says nothing else of the part, and the rest is as old as it was.
    Sync::of(&[("one", Some(fails()))]).run(&portal, &mut |_| ()).unwrap();
    let snapshot = portal.snapshot().unwrap();
    let [a, b] =
        refs.map(|it| show::show(&snapshot, &EntityRef::parse(it, RefContext::default()).unwrap()).unwrap());
    assert_eq!((a.as_of, b.as_of), (partly_at, first_at));
    assert_eq!(a.stale.as_deref(), Some("The server answers 401 Unauthorized."));
}

#[test]
fn what_was_fetched_outlives_the_portal_and_needs_no_source() {
    let dir = tempfile::tempdir().unwrap();
    Sync::of(&[("one", Some(declares(&["a"])))]).run(&portal(&dir, &["one"]), &mut |_| ()).unwrap();
    let later = portal(&dir, &["one"]);
    assert_eq!(names(&later), ["a"]);
    let refreshed = later.refresh(&Cancel::new(), &mut |_| ()).unwrap();
    assert_eq!((refreshed.changed, refreshed.files_read), (false, 0));
    let with_another = portal(&dir, &["one", "new"]);
    with_another.refresh(&Cancel::new(), &mut |_| ()).unwrap();
    assert_eq!(
        (names(&with_another), wanted(&with_another)),
        (vec!["a".to_owned()], vec![SourceId::new("new")])
    );
}

#[test]
fn a_sync_that_would_lose_much_is_held_back_until_it_is_accepted() {
    let dir = tempfile::tempdir().unwrap();
    let portal = portal(&dir, &["one"]);
    Sync::of(&[("one", Some(declares(&["a", "b", "c"])))]).run(&portal, &mut |_| ()).unwrap();
    let shrunk = [("one", Some(declares(&["a"])))];
    let outcome = Sync::of(&shrunk).run(&portal, &mut |_| ()).unwrap();
    assert_eq!(results(&outcome), [Some(SyncResult::Refused)]);
    let error = outcome.sources[0].error.as_ref().unwrap();
    assert!(error.message().contains("2 of 3 entities"), "{error}");
    assert!(error.hint().unwrap().contains("sync one --accept-loss"), "{error:?}");
    assert_eq!(names(&portal), ["a", "b", "c"]);
    Sync { losses: Losses::Accepted, ..Sync::of(&shrunk) }.run(&portal, &mut |_| ()).unwrap();
    assert_eq!(names(&portal), ["a"]);
}

#[test]
fn a_source_that_hangs_keeps_nobody_from_what_the_others_brought() {
    let dir = tempfile::tempdir().unwrap();
    let portal = portal(&dir, &["hangs", "answers"]);
    let scripts = [("hangs", None), ("answers", Some(declares(&["a"])))];
    let sync = Sync::of(&scripts);
    let mut seen = Vec::new();
    let error = sync.run(&portal, &mut |event| {
        if event == SyncEvent::Read {
            seen = names(&portal);
            sync.cancel.cancel();
        }
    });
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Interrupted);
    assert_eq!(seen, ["a"]);
}

#[test]
fn a_source_that_somebody_syncs_already_is_left_to_them() {
    let dir = tempfile::tempdir().unwrap();
    let portal = portal(&dir, &["one"]);
    let scripts = [("one", Some(declares(&["a"])))];
    Sync::of(&scripts).run(&portal, &mut |_| ()).unwrap();
    let folder = portal.sources()[0].mirror().folder();
    let lock = crate::store::Lock::take_for(folder, portal.now(), Duration::from_mins(10)).unwrap();
    let outcome = Sync::of(&scripts).run(&portal, &mut |_| ()).unwrap();
    assert_eq!((results(&outcome), outcome.is_whole()), (vec![None], true));
    assert!(outcome.sources[0].notes[0].contains("left to that"), "{:?}", outcome.sources[0].notes);
    drop(lock);
}

#[test]
fn where_nothing_is_known_the_reason_of_the_source_is_the_answer() {
    let dir = tempfile::tempdir().unwrap();
    let portal = portal(&dir, &["one"]);
    let error = Sync::of(&[("one", Some(fails()))]).run(&portal, &mut |_| ()).unwrap_err();
    assert_eq!((error.kind(), error.hint()), (ErrorKind::Unreachable, Some("Sign in.")));
}

#[test]
fn the_next_sync_is_due_a_little_after_the_time_that_the_configuration_says() {
    let dir = tempfile::tempdir().unwrap();
    let portal = portal(&dir, &["one"]);
    assert_eq!(due(&portal.sources()[0], &portal), Some(Timestamp::UNIX_EPOCH));
    Sync::of(&[("one", Some(declares(&["a"])))]).run(&portal, &mut |_| ()).unwrap();
    let source = &portal.sources()[0];
    let wait = due(source, &portal).unwrap().duration_since(source.record().last().unwrap().at);
    let every = portal.policy().every;
    assert!((every..every.mul_f64(1.1)).contains(&wait.unsigned_abs()), "{wait}");
}

#[test]
fn a_source_that_failed_is_tried_again_soon_and_then_less_and_less_often() {
    let dir = tempfile::tempdir().unwrap();
    let portal = portal(&dir, &["one"]);
    let source = &portal.sources()[0];
    let mut waits = Vec::new();
    for _ in 0..3 {
        drop(Sync::of(&[("one", Some(fails()))]).run(&portal, &mut |_| ()));
        let last = source.record().last().unwrap().at;
        waits.push(due(source, &portal).unwrap().duration_since(last).as_secs());
    }
    for (wait, least) in waits.iter().zip([60, 120, 240]) {
        assert!((least..=least * 11 / 10).contains(wait), "{waits:?}");
    }
    assert!(source.log().add(SyncRun { at: portal.now() + Duration::from_hours(1), ..run() }).is_ok());
    assert_eq!(due(source, &portal), Some(Timestamp::UNIX_EPOCH), "a sync of the future");
}

#[test]
fn a_server_that_asks_to_be_left_alone_is_for_a_day_at_most() {
    let dir = tempfile::tempdir().unwrap();
    let portal = portal(&dir, &["one"]);
    let source = &portal.sources()[0];
    for (asked, rest) in [(2, 2), (24 * 365, 24)] {
        let busy: Script = Arc::new(move |_| {
            let error = Error::new(ErrorKind::Unreachable, "It answers 429 Too Many Requests.");
            Err(error.with_retry_after(Duration::from_hours(asked)))
        });
        drop(Sync::of(&[("one", Some(busy))]).run(&portal, &mut |_| ()));
        let wait = due(source, &portal).unwrap().duration_since(source.record().last().unwrap().at);
        let least = SignedDuration::from_hours(rest);
        // The clock moves on by a second at each look.
        assert!((least..least + SignedDuration::from_secs(10)).contains(&wait), "{wait}");
    }
    drop(Sync::of(&[("one", Some(fails()))]).run(&portal, &mut |_| ()));
    let wait = due(source, &portal).unwrap().duration_since(source.record().last().unwrap().at);
    assert!(wait < SignedDuration::from_hours(1), "{wait}");
}

#[test]
fn one_that_hangs_holds_up_nobody_whose_time_comes_meanwhile() {
    let dir = tempfile::tempdir().unwrap();
    let seconds = AtomicI64::new(1_800_000_000);
    // The time of the next sync comes after a few looks at the clock.
    let quick = move || Timestamp::from_second(seconds.fetch_add(30, Ordering::Relaxed)).unwrap();
    let portal = portal_at(&dir, &["fails", "hangs", "works"], Arc::new(quick));
    let scripts = [("fails", Some(fails())), ("hangs", None), ("works", Some(declares(&["a"])))];
    let sync = Sync { others: Others::Join, ..Sync::of(&scripts) };
    let (mut ends, cancel) = (Vec::new(), sync.cancel.clone());
    let ended = sync.run(&portal, &mut |event| {
        if let SyncEvent::Done(synced) = event {
            ends.push(synced.id.0.to_string());
        } else if event == SyncEvent::Read
            && ["fails", "works"].iter().all(|id| ends.iter().filter(|end| end == id).count() > 1)
        {
            // What came of them is seen although one is still under way.
            cancel.cancel();
        }
    });
    assert_eq!(ended.unwrap_err().kind(), ErrorKind::Interrupted);
    assert!(!ends.contains(&"hangs".to_owned()), "{ends:?}");
    assert_eq!(names(&portal), ["a"]);
}

#[test]
fn one_that_fails_while_nothing_is_known_ends_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let looks = Arc::new(AtomicI64::new(0));
    let counted = Arc::clone(&looks);
    let clock =
        move || Timestamp::from_second(1_800_000_000 + counted.fetch_add(1, Ordering::Relaxed)).unwrap();
    let portal = portal_at(&dir, &["fails", "slow"], Arc::new(clock));
    let names_a = declares(&["a"]);
    let slow: Script = Arc::new(move |fetch| {
        // Long enough for the catalog to be read meanwhile.
        while looks.load(Ordering::Relaxed) < 40 {
            std::thread::yield_now();
        }
        names_a(fetch)
    });
    let scripts = [("fails", Some(fails())), ("slow", Some(slow))];
    // Whoever looks for others looks at the clock.
    let sync = Sync { others: Others::Join, ..Sync::of(&scripts) };
    let outcome = sync.run(&portal, &mut |_| ()).unwrap();
    assert_eq!(results(&outcome), [Some(SyncResult::Failed), Some(SyncResult::Changed)]);
    assert_eq!(names(&portal), ["a"]);
}

fn run() -> SyncRun {
    SyncRun {
        at: Timestamp::UNIX_EPOCH,
        took_ms: 0,
        result: SyncResult::Unchanged,
        why: None,
        hint: None,
        wants_token: false,
        not_before: None,
        budget: None,
        entities: 0,
        parts: 0,
        bytes: 0,
        requests: 0,
    }
}

#[test]
fn an_unknown_source_is_named_with_those_there_are() {
    let dir = tempfile::tempdir().unwrap();
    let request = SyncRequest { sources: vec![SourceId::new("tow")], ..SyncRequest::default() };
    let error = sync(&portal(&dir, &["two"]), &request, &Cancel::new(), &mut |_| ()).unwrap_err();
    assert_eq!((error.kind(), error.hint()), (ErrorKind::NotFound, Some("There are: two.")));
}
