//! A portal on a folder that somebody works in: what is saved shows, and what is not a part of it is not even
//! noticed.

use std::fs;
use std::time::Duration;

use tempfile::TempDir;

use crate::pty::{Session, Terminal};
use crate::{PROGRAM, SIZE};

fn component(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {name}\nspec: {{type: service, lifecycle: production, owner: team}}\n"
    )
}

/// A repository with a component, and the portal on it.
fn open(name: &str) -> (TempDir, Session) {
    let dir = tempfile::tempdir().unwrap();
    for folder in ["home", "src/.git", "src/out"] {
        fs::create_dir_all(dir.path().join(folder)).unwrap();
    }
    fs::write(dir.path().join("src/.git/HEAD"), "ref: refs/heads/main").unwrap();
    fs::write(dir.path().join("src/.gitignore"), "/out\n").unwrap();
    fs::write(dir.path().join("src/catalog-info.yaml"), component(name)).unwrap();
    let src = dir.path().join("src");
    let command = [PROGRAM, src.to_str().unwrap()];
    let session = Session::start(SIZE, Terminal::Answering, &command, &dir.path().join("home"), &[]);
    session.wait_for(name);
    session.settle();
    (dir, session)
}

#[test]
fn what_an_editor_saves_shows_without_a_key() {
    let (dir, session) = open("before");
    let src = dir.path().join("src");
    fs::write(src.join("catalog-info.yaml~"), component("after")).unwrap();
    fs::rename(src.join("catalog-info.yaml~"), src.join("catalog-info.yaml")).unwrap();
    session.wait_for("after");
    fs::create_dir_all(src.join("more/deep")).unwrap();
    fs::write(src.join("more/deep/catalog-info.yaml"), component("another")).unwrap();
    session.wait_for("another");
}

#[test]
fn a_build_in_an_ignored_folder_writes_nothing_to_the_screen() {
    let (dir, session) = open("service");
    let mark = session.bytes();
    for at in 0..3_000 {
        fs::write(dir.path().join(format!("src/out/{at}.yaml")), component("built")).unwrap();
    }
    assert!(session.is_quiet_for(Duration::from_secs(2)));
    assert_eq!(session.bytes(), mark);
}
