//! What the cache holds and what it survives.

#![expect(clippy::disallowed_methods, reason = "tests look at the files of the cache, and damage them")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::catalog::{Assembly, Code, Entity, EntityRef, Origin, Position, RelationType, SourceId, assemble};

fn now() -> jiff::Timestamp {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

fn origin(path: &str, line: u32) -> Origin {
    let position = Position { line, column: 1 };
    Origin { source: SourceId::new("src"), path: path.into(), position, repository: None }
}

fn entity(kind: &str, name: &str, title: &str, path: &str) -> Entity {
    let spec = json!({"owner": "team", "dependsOn": ["resource:gone"]});
    let document = json!({"kind": kind, "metadata": {"name": name, "title": title}, "spec": spec});
    Entity::from_value(document, origin(path, 3)).unwrap()
}

fn meta() -> Meta {
    let source = SourceState {
        id: SourceId::new("src"),
        location: "~/src".to_owned(),
        as_of: now(),
        revision: None,
        stale: None,
        parts: Vec::new(),
        files: 2,
        entities: 3,
        problems: 1,
    };
    Meta {
        generation: Generation::default(),
        as_of: now(),
        checked_at: now(),
        kinds: std::collections::BTreeMap::default(),
        sources: vec![source],
    }
}

fn fill(writer: &mut Writer) -> Assembly {
    let mut all = Vec::new();
    // The file that loses comes first: the order of files does not decide.
    for (path, entities) in [
        (
            "b.yaml",
            vec![entity("component", "PAY", "Another", "b.yaml"), entity("API", "pay", "Pay", "b.yaml")],
        ),
        (
            "a.yaml",
            vec![entity("Component", "pay", "Pay", "a.yaml"), entity("Group", "team", "The Team", "a.yaml")],
        ),
    ] {
        let record = FileRecord {
            source: SourceId::new("src"),
            path: path.into(),
            validator: format!("v-{path}"),
            repository: None,
            is_stale: false,
        };
        let file = writer.file(&record).unwrap();
        for entity in entities {
            writer.claim(&entity).unwrap();
            all.push(entity);
        }
        let problem = Code::NameFormat.problem(origin(path, 1), format!("in {path}")).of(&pay());
        writer.problem(Stage::Read, Some(file), &problem).unwrap();
    }
    assemble(all)
}

fn filled(folder: &Path) -> (Cache, Arc<Snapshot>) {
    let cache = Cache::new(folder.join("cache"));
    let mut writer = cache.write(now()).unwrap().unwrap();
    let assembly = fill(&mut writer);
    let snapshot = writer.finish(&assembly, meta()).unwrap();
    (cache, snapshot)
}

fn pay() -> EntityRef {
    EntityRef::new("component", "default", "pay")
}

fn check(snapshot: &Snapshot) {
    let found = snapshot.entity(&pay()).unwrap().unwrap();
    assert_eq!(found, entity("Component", "pay", "Pay", "a.yaml"));
    assert_eq!(snapshot.claimants(&pay()).unwrap(), [origin("a.yaml", 3), origin("b.yaml", 3)]);
    let relations = snapshot.relations(&pay()).unwrap();
    assert_eq!(
        relations.iter().map(|r| r.target.as_str()).collect::<Vec<_>>(),
        ["group:default/team", "resource:default/gone"]
    );
    let gone = EntityRef::new("resource", "default", "gone");
    let team = EntityRef::new("group", "default", "team");
    assert_eq!(snapshot.relations(&team).unwrap()[0].relation, RelationType::OwnerOf);
    assert_eq!(snapshot.relations(&gone).unwrap()[0].relation, RelationType::DependencyOf);
    assert!(!snapshot.exists(&gone).unwrap() && snapshot.exists(&pay()).unwrap());
    let codes: Vec<_> = snapshot.problems_of(&pay()).unwrap().into_iter().map(|it| it.code).collect();
    assert_eq!(codes, ["CB0207", "CB0207", "CB0403", "CB0402"]);
    let paths: Vec<_> = snapshot.problems().unwrap().into_iter().map(|it| it.origin.path).collect();
    assert!(paths.is_sorted() && paths.len() > 4, "{paths:?}");
    assert_eq!(snapshot.meta().entities(), 3);
    let kinds: Vec<_> = snapshot.entities_of_kind("group").map(|e| e.unwrap().reference).collect();
    assert_eq!(kinds, [EntityRef::new("group", "default", "team")]);
    let rows = snapshot.rows().unwrap();
    let row = rows.get(rows.find(&pay()).unwrap()).unwrap();
    assert_eq!(row.owner().unwrap().raw(), "group:default/team");
    assert_eq!(row.owner_name().unwrap().raw(), "the team");
    assert_eq!(
        rows.iter().map(|row| row.reference().to_string()).collect::<Vec<_>>(),
        ["api:default/pay", "component:default/pay", "group:default/team"]
    );
}

#[test]
fn what_is_written_is_read_back_on_disk_and_in_memory() {
    let dir = tempfile::tempdir().unwrap();
    let (cache, snapshot) = filled(dir.path());
    check(&snapshot);
    check(&cache.open().unwrap());
    assert!(cache.is_sound());
    assert_eq!(cache.open().unwrap().first_rows(2).unwrap().len(), 2);
    let mut writer = Writer::in_memory().unwrap();
    let assembly = fill(&mut writer);
    check(&writer.finish(&assembly, meta()).unwrap());
}

#[test]
fn a_file_that_somebody_wrote_to_is_not_untouched_any_more() {
    let dir = tempfile::tempdir().unwrap();
    let (cache, _) = filled(dir.path());
    assert!(cache.is_untouched());
    let rows = generations(dir.path())[0].join("rows");
    let later = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1 << 32);
    fs::File::options().append(true).open(rows).unwrap().set_modified(later).unwrap();
    assert!(cache.is_sound() && !cache.is_untouched());
}

#[test]
fn a_file_is_known_with_its_entities_and_problems() {
    let dir = tempfile::tempdir().unwrap();
    let (_, snapshot) = filled(dir.path());
    let files = snapshot.files(&SourceId::new("src")).unwrap();
    assert_eq!((files[0].path.as_str(), files[0].validator.as_str()), ("b.yaml", "v-b.yaml"));
    let names: Vec<_> = snapshot.entities_in(&files[0]).unwrap().into_iter().map(|e| e.reference).collect();
    assert_eq!(names, [pay(), EntityRef::new("api", "default", "pay")]);
    assert_eq!(snapshot.problems_in(&files[0]).unwrap()[0].message, "in b.yaml");
}

#[test]
fn a_reader_keeps_its_generation_while_newer_ones_come_and_two_stay() {
    let dir = tempfile::tempdir().unwrap();
    let (cache, first) = filled(dir.path());
    for _ in 0..3 {
        let mut writer = cache.write(now()).unwrap().unwrap();
        let assembly = fill(&mut writer);
        writer.finish(&assembly, meta()).unwrap();
    }
    check(&first);
    assert_eq!(cache.open().unwrap().generation(), Generation(4));
    assert_eq!(generations(dir.path()).len(), 2);
}

#[test]
fn a_writer_that_gives_up_leaves_nothing_and_one_writes_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let (cache, _) = filled(dir.path());
    let writer = cache.write(now()).unwrap().unwrap();
    assert!(cache.write(now()).unwrap().is_none());
    drop(writer);
    assert_eq!(generations(dir.path()).len(), 1);
    assert!(cache.write(now()).unwrap().is_some());
}

#[test]
fn what_a_killed_writer_left_goes_with_the_next_one() {
    let dir = tempfile::tempdir().unwrap();
    let cache = dir.path().join("cache");
    let half = cache.join("g-00000009-killed");
    fs::create_dir_all(&half).unwrap();
    fs::write(half.join("catalog.sqlite"), "half").unwrap();
    // No process has this number.
    let draft = cache.join(".new-999999999-abc");
    fs::write(&draft, "half").unwrap();
    let (_, snapshot) = filled(dir.path());
    check(&snapshot);
    assert!(!half.exists() && !draft.exists());
}

#[test]
fn a_file_torn_at_any_byte_counts_as_absent() {
    let dir = tempfile::tempdir().unwrap();
    let (cache, _) = filled(dir.path());
    for path in cached_files(dir.path()) {
        let whole = fs::read(&path).unwrap();
        for end in (0..whole.len()).step_by(1 + whole.len() / 200) {
            fs::write(&path, &whole[..end]).unwrap();
            assert!(cache.open().is_none(), "{} cut at {end}", path.display());
        }
        fs::write(&path, &whole).unwrap();
        assert!(cache.open().is_some());
    }
}

#[test]
fn a_flipped_byte_is_found_out() {
    let dir = tempfile::tempdir().unwrap();
    let (cache, _) = filled(dir.path());
    for path in cached_files(dir.path()) {
        let whole = fs::read(&path).unwrap();
        for at in (0..whole.len()).step_by(1 + whole.len() / 200) {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x40;
            fs::write(&path, &flipped).unwrap();
            let same = serde_json::from_slice::<serde_json::Value>(&flipped).ok();
            let moment_only = same.is_some() && path.ends_with("current");
            assert!(!cache.is_sound() || moment_only, "{} flipped at {at}", path.display());
            // Whatever the damage, a reader gets an answer or an error, never a panic.
            if let Some(snapshot) = cache.open() {
                let _ = snapshot.entity(&pay());
                let _ = snapshot.relations(&pay());
                let _ = snapshot.rows();
            }
        }
        fs::write(&path, &whole).unwrap();
    }
}

#[cfg(unix)]
#[test]
fn everything_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let _kept = filled(dir.path());
    let mut folders = vec![dir.path().join("cache")];
    folders.extend(generations(dir.path()));
    for path in folders.iter().cloned().chain(cached_files(dir.path())) {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", path.display());
    }
}

#[test]
fn a_foreign_pointer_leads_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    let (cache, _) = filled(dir.path());
    let pointer = dir.path().join("cache/current");
    let text = fs::read_to_string(&pointer).unwrap();
    for name in ["../cache", "g-1-../../x", "", "/etc"] {
        let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
        value["generation"] = json!(name);
        fs::write(&pointer, value.to_string()).unwrap();
        assert!(cache.open().is_none(), "{name}");
    }
}

fn generations(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir.join("cache")).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_dir()).collect()
}

fn cached_files(dir: &Path) -> Vec<PathBuf> {
    let folder = generations(dir).remove(0);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.push(dir.join("cache/current"));
    files
}
