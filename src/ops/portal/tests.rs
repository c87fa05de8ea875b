//! Portals on folders of their own, refreshed and looked at.

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

use super::*;
use crate::catalog::EntityRef;
use crate::ops::changes::changes;
use crate::search::RowFlags;

#[expect(clippy::disallowed_methods, reason = "tests make the folders that a portal opens")]
fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn component(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\nspec:\n  type: service\n  lifecycle: production\n  owner: team\n"
    )
}

fn location(targets: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: all\nspec:\n  targets: {targets}\n"
    )
}

/// A clock that moves on by a second at each look.
fn clock() -> Clock {
    let seconds = AtomicI64::new(1_800_000_000);
    Arc::new(move || Timestamp::from_second(seconds.fetch_add(1, Ordering::Relaxed)).unwrap())
}

fn open(target: Target, dir: &Path) -> Portal {
    let places = Places { cache: dir.join("cache"), state: dir.join("state") };
    Portal::open(target, places, clock()).unwrap()
}

fn refresh(portal: &Portal) -> Refreshed {
    portal.refresh(&Cancel::new(), &mut |_| ()).unwrap()
}

fn names(snapshot: &Snapshot) -> Vec<String> {
    let rows = snapshot.rows().unwrap();
    let there = rows.iter().filter(|row| !row.flags().contains(RowFlags::GONE));
    there.map(|row| row.reference().to_string()).collect()
}

fn gone(snapshot: &Snapshot) -> Vec<String> {
    snapshot.tombstones().unwrap().iter().map(|it| it.entity.reference.to_string()).collect()
}

#[test]
fn what_vanished_is_told_of_for_a_while_and_comes_back_whole() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("src");
    write(&root, "a/catalog-info.yaml", &component("x"));
    write(&root, "b/catalog-info.yaml", &component("y"));
    let moment = Arc::new(AtomicI64::new(1_800_000_000));
    let told = Arc::clone(&moment);
    let clock: Clock = Arc::new(move || Timestamp::from_second(told.load(Ordering::Relaxed)).unwrap());
    let places = Places { cache: dir.path().join("cache"), state: dir.path().join("state") };
    let portal = Portal::open(Target::Folder(root.clone()), places, clock).unwrap();
    refresh(&portal);
    write(&root, "b/catalog-info.yaml", "# nothing");
    moment.fetch_add(60, Ordering::Relaxed);
    let snapshot = refresh(&portal).snapshot;
    let y = EntityRef::new("component", "default", "y");
    assert_eq!(
        (names(&snapshot), gone(&snapshot)),
        (vec!["component:default/x".to_owned()], vec![y.to_string()])
    );
    assert_eq!(snapshot.meta().entities(), 1);
    let tombstone = snapshot.tombstone(&y).unwrap().unwrap();
    assert_eq!((tombstone.gone_at.as_second(), tombstone.owners[0].name()), (1_800_000_060, "team"));
    assert_eq!(snapshot.entity(&y).unwrap().unwrap(), tombstone.entity);
    assert_eq!(snapshot.relations(&y).unwrap().len(), 1);
    assert!(!snapshot.exists(&y).unwrap());

    // It stays what it is from generation to generation, until its time is over, though nothing changes.
    write(&root, "c/catalog-info.yaml", &component("z"));
    moment.fetch_add(60, Ordering::Relaxed);
    assert_eq!(refresh(&portal).snapshot.tombstone(&y).unwrap().unwrap().gone_at.as_second(), 1_800_000_060);
    moment.fetch_add(15 * 86_400, Ordering::Relaxed);
    let later = refresh(&portal);
    assert_eq!((later.changed, gone(&later.snapshot)), (true, Vec::new()));

    write(&root, "c/catalog-info.yaml", "# nothing");
    refresh(&portal);
    write(&root, "c/catalog-info.yaml", &component("z"));
    let back = refresh(&portal).snapshot;
    assert_eq!((names(&back).len(), gone(&back)), (2, Vec::new()));
}

#[test]
fn the_sample_opens_and_is_known_the_next_time() {
    let dir = tempfile::tempdir().unwrap();
    let portal = open(Target::Demo, dir.path());
    assert!(portal.snapshot().is_none() && portal.is_sample());
    let refreshed = refresh(&portal);
    assert!(refreshed.changed && refreshed.snapshot.meta().entities() > 50);
    assert_eq!(refreshed.notes, [] as [String; 0]);
    let again = open(Target::Demo, dir.path());
    assert_eq!(names(&again.snapshot().unwrap()), names(&refreshed.snapshot));
    assert!(!refresh(&again).changed);
}

#[test]
fn an_unchanged_folder_is_not_read_again_and_a_changed_file_alone_is() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("src");
    write(&root, "a/catalog-info.yaml", &location("['./more/*.yaml', ./none.yaml]"));
    write(&root, "a/more/x.yaml", &component("x"));
    write(&root, "b/catalog-info.yaml", &format!("{}---\nkind: [\n---\n{}", component("y"), component("z")));
    let portal = open(Target::Folder(root.clone()), dir.path());
    let first = refresh(&portal);
    let all = ["component:default/x", "component:default/y", "component:default/z", "location:default/all"];
    assert_eq!((names(&first.snapshot), first.files_read), (all.map(str::to_owned).to_vec(), 3));
    let codes: Vec<_> = first.snapshot.problems().unwrap().into_iter().map(|it| it.code).collect();
    assert!(codes.contains(&"CB0101".to_owned()) && codes.contains(&"CB0409".to_owned()), "{codes:?}");

    let same = refresh(&portal);
    assert_eq!((same.changed, same.files_read), (false, 0));
    assert_eq!(same.snapshot.generation(), first.snapshot.generation());
    assert!(same.snapshot.meta().checked_at > first.snapshot.meta().checked_at);

    write(&root, "b/catalog-info.yaml", &component("other"));
    let changed = refresh(&portal);
    assert_eq!((changed.changed, changed.files_read), (true, 1));
    let all = ["component:default/other", "component:default/x", "location:default/all"];
    assert_eq!(names(&changed.snapshot), all);

    write(&root, "a/more/w.yaml", &component("w"));
    assert_eq!(refresh(&portal).files_read, 1);
    write(&root, "a/none.yaml", &component("v"));
    let mended = refresh(&portal);
    assert_eq!(mended.files_read, 1);
    let codes: Vec<_> = mended.snapshot.problems().unwrap().into_iter().map(|it| it.code).collect();
    assert!(!codes.contains(&"CB0409".to_owned()), "{codes:?}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests make the folders that a portal opens")]
fn a_source_that_is_gone_keeps_its_data_and_says_since_when() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (dir.path().join("one"), dir.path().join("two"));
    write(&one, "catalog-info.yaml", &component("x"));
    write(&two, "catalog-info.yaml", &component("y"));
    let source = |id: &str, path: &Path| SourceConfig {
        id: SourceId::new(id),
        place: SourcePlace::Directory { path: path.to_owned(), watched: Watched::Yes },
        every: None,
        standing: Standing::Configured,
    };
    let target = Target::Configured(vec![source("one", &one), source("two", &two)]);
    let portal = open(target, dir.path());
    let first = refresh(&portal);
    std::fs::rename(&two, dir.path().join("gone")).unwrap();
    let second = refresh(&portal);
    assert_eq!(names(&second.snapshot), names(&first.snapshot));
    let state = &second.snapshot.meta().sources[1];
    assert!(state.stale.as_ref().unwrap().contains("does not exist"), "{state:?}");
    assert!(second.snapshot.meta().as_of < second.snapshot.meta().checked_at);
    assert!(!refresh(&portal).changed);
    std::fs::rename(dir.path().join("gone"), &two).unwrap();
    assert!(refresh(&portal).snapshot.meta().sources.iter().all(|it| it.stale.is_none()));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests make the folders that a portal opens")]
fn a_folder_where_nothing_is_mounted_keeps_its_data() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("src");
    write(&root, "a/catalog-info.yaml", &component("x"));
    let portal = open(Target::Folder(root.clone()), dir.path());
    refresh(&portal);
    std::fs::rename(root.join("a"), dir.path().join("aside")).unwrap();
    let snapshot = refresh(&portal).snapshot;
    assert_eq!(names(&snapshot), ["component:default/x"]);
    let stale = snapshot.meta().sources[0].stale.clone().unwrap();
    assert!(stale.ends_with("is empty, and was not before."), "{stale}");
    // What is there and holds no descriptor is so on purpose.
    write(&root, "README.md", "moved");
    assert!(names(&refresh(&portal).snapshot).is_empty());
}

#[test]
fn a_place_that_takes_no_cache_does_not_keep_anybody_from_looking() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "src/catalog-info.yaml", &component("x"));
    write(dir.path(), "cache", "a file where the folder should be");
    let portal = open(Target::Folder(dir.path().join("src")), dir.path());
    let refreshed = refresh(&portal);
    assert!(refreshed.notes[0].contains("in memory only"), "{:?}", refreshed.notes);
    let x = EntityRef::new("component", "default", "x");
    assert!(portal.snapshot().unwrap().entity(&x).unwrap().is_some());
    assert!(!refresh(&portal).changed);
}

#[test]
fn work_that_nobody_wants_any_more_ends() {
    let dir = tempfile::tempdir().unwrap();
    let cancel = Cancel::new();
    cancel.cancel();
    let error = open(Target::Demo, dir.path()).refresh(&cancel, &mut |_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
}

#[test]
fn a_folder_that_is_not_there_is_an_error_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let places = Places { cache: dir.path().join("cache"), state: dir.path().join("state") };
    let error = Portal::open(Target::Folder(dir.path().join("none")), places, clock()).unwrap_err();
    assert!(error.message().contains("does not exist"), "{error}");
}

#[test]
fn many_portals_at_once_all_answer_and_leave_a_sound_cache() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("src");
    (0..50).for_each(|i| write(&root, &format!("r{i}/catalog-info.yaml"), &component(&format!("c{i}"))));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let portal = open(Target::Folder(root.clone()), dir.path());
                for _ in 0..3 {
                    assert_eq!(refresh(&portal).snapshot.meta().entities(), 50);
                }
            });
        }
    });
    let portal = open(Target::Folder(root), dir.path());
    assert!(portal.0.cache.is_sound());
    assert_eq!(names(&portal.snapshot().unwrap()).len(), 50);
}

#[test]
fn what_changed_is_told_from_reading_to_reading() {
    use crate::catalog::change::ChangeKind;
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("src");
    write(&root, "a/catalog-info.yaml", &component("x"));
    write(&root, "b/catalog-info.yaml", &component("y"));
    let portal = open(Target::Folder(root.clone()), dir.path());
    let first = refresh(&portal).snapshot;
    let began = first.meta().checked_at;
    let told = |snapshot: &Snapshot| changes(&portal, snapshot, Timestamp::UNIX_EPOCH);
    assert_eq!(told(&first).readings, []);
    refresh(&portal);

    write(&root, "a/catalog-info.yaml", &component("x").replace("owner: team", "owner: others"));
    write(&root, "b/catalog-info.yaml", &component("z"));
    refresh(&portal);
    write(&root, "c/catalog-info.yaml", &component("x").replace("owner: team", "owner: others"));
    write(&root, "a/catalog-info.yaml", "# nothing");
    let told = told(&refresh(&portal).snapshot);
    assert!(told.known_since.is_some_and(|known| known > began));
    let found: Vec<Vec<_>> = told
        .readings
        .iter()
        .map(|reading| reading.changes.iter().map(|it| (it.reference.name(), it.kind)).collect())
        .collect();
    let (added, removed, changed) = (ChangeKind::Added, ChangeKind::Removed, ChangeKind::Changed);
    assert_eq!(found, [vec![("x", changed)], vec![("x", changed), ("y", removed), ("z", added)]]);
    let [moved, owned] = [&told.readings[0].changes[0], &told.readings[1].changes[0]];
    assert_eq!(moved.moved_from.as_ref().unwrap().path, "a/catalog-info.yaml");
    assert_eq!((&moved.owner, moved.fields.len()), (&None, 0));
    let owner = owned.owner.as_ref().unwrap();
    assert_eq!((owner.old[0].name(), owner.new[0].name()), ("team", "others"));
    assert_eq!(owned.fields[0].path(), "spec.owner");
}

#[test]
fn a_damaged_cache_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("src");
    write(&root, "catalog-info.yaml", &component("x"));
    let first = refresh(&open(Target::Folder(root.clone()), dir.path()));
    let cache = walk(&dir.path().join("cache"));
    let database = cache.iter().find(|path| path.ends_with("catalog.sqlite")).unwrap();
    #[expect(clippy::disallowed_methods, reason = "the test damages a file")]
    {
        let mut bytes = std::fs::read(database).unwrap();
        let at = bytes.len() / 2;
        bytes[at] ^= 1;
        std::fs::write(database, bytes).unwrap();
        // File systems keep the time in ticks, and this may be the tick that the cache was written in.
        let later = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1 << 32);
        std::fs::File::options().append(true).open(database).unwrap().set_modified(later).unwrap();
    }
    let portal = open(Target::Folder(root), dir.path());
    let second = refresh(&portal);
    assert!(second.changed && portal.0.cache.is_sound());
    assert_eq!(names(&second.snapshot), names(&first.snapshot));
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let walk = ignore::WalkBuilder::new(folder).standard_filters(false).build();
    walk.map(|entry| entry.unwrap().into_path()).collect()
}

#[test]
fn a_file_that_a_descriptor_refers_to_is_read_when_it_comes_and_when_it_changes() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("src");
    let api = "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  name: x\nspec:\n  type: openapi\n  lifecycle: production\n  owner: team\n  definition: {$text: ./api.txt}\n";
    write(&root, "catalog-info.yaml", api);
    let portal = open(Target::Folder(root.clone()), dir.path());
    let definition = || {
        let snapshot = refresh(&portal).snapshot;
        let entity = snapshot.entity(&EntityRef::new("api", "default", "x")).unwrap().unwrap();
        entity.document["spec"]["definition"].as_str().map(str::to_owned)
    };
    assert_eq!(definition(), None);
    write(&root, "api.txt", "one");
    assert_eq!(definition().as_deref(), Some("one"));
    write(&root, "api.txt", "two and more");
    assert_eq!(definition().as_deref(), Some("two and more"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_watched_folder_tells_what_changed_until_it_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("src");
    write(&root, "catalog-info.yaml", &component("x"));
    let portal = open(Target::Folder(root.clone()), dir.path());
    let (told, word) = std::sync::mpsc::channel();
    portal.watch(move || told.send(()).unwrap());
    let id = portal.sources()[0].id.clone();
    assert_eq!(portal.watching(&id), None);
    refresh(&portal);
    assert_eq!(portal.watching(&id), Some(Watching::Whole));
    write(&root, "catalog-info.yaml", &component("y"));
    while !portal.has_changed() {
        word.recv().unwrap();
    }
    assert_eq!(names(&refresh(&portal).snapshot), ["component:default/y"]);
}
