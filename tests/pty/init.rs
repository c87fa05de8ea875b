//! The questions of `callboard init`, and the key of the sample that leads to them.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::pty::{Session, Terminal};
use crate::{CTRL_C, PROGRAM, SIZE};

/// A home with a repository of which `gh` and git's mail address know the owner.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = home.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    };
    write(".gitconfig", "[user]\n\temail = jane@acme.dev\n");
    write("src/harbour/.git/HEAD", "ref: refs/heads/main\n");
    write("src/harbour/.git/config", "[remote \"origin\"]\n\turl = git@github.com:acme/harbour.git\n");
    let jane = "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata:\n  name: jane\nspec:\n  profile: { email: \
                jane@acme.dev }\n  memberOf: []\n";
    write("src/harbour/catalog-info.yaml", jane);
    write("empty/notes", "");
    let gh = write("bin/gh", "#!/bin/sh\necho '  ✓ Logged in to github.com account jane (keyring)'\n");
    std::fs::set_permissions(gh, std::fs::Permissions::from_mode(0o755)).unwrap();
    home
}

/// The program with some arguments in a folder of a home.
fn start(home: &Path, folder: &str, arguments: &str) -> Session {
    let script = format!("cd {folder}; exec \"$0\" {arguments}");
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", home.join("bin").display());
    let environment = [("PATH", path.as_str())];
    Session::start(SIZE, Terminal::Answering, &["sh", "-c", &script, PROGRAM], home, &environment)
}

fn config(home: &Path) -> Option<String> {
    std::fs::read_to_string(home.join(".config/callboard/config.yaml")).ok()
}

#[test]
fn enter_takes_what_is_proposed_and_a_dash_takes_nothing() {
    let home = home();
    let session = start(home.path(), "src", "init");
    session.wait_for("github.com (gh, as jane) [acme]:");
    session.press("-\r");
    session.wait_for("read where it lies [~/src]:");
    session.press("/nowhere/at/all\r");
    session.wait_for("/nowhere/at/all is no folder.");
    session.press("\r");
    session.wait_for("Backstage [none]:");
    session.press("\r");
    session.wait_for("jane@acme.dev [user:default/jane]:");
    session.press("\r");
    session.wait_for("written");
    assert!(session.wait_for_exit().success());
    let text = config(home.path()).unwrap();
    assert!(text.contains("user: user:default/jane\n"), "{text}");
    assert!(text.contains("  - { id: src, type: directory, path: ~/src }\n"), "{text}");
}

#[test]
fn what_would_change_in_a_configuration_is_shown_and_asked() {
    let home = home();
    let session = start(home.path(), "src", "init --directory . --untested");
    session.wait_for("written");
    session.wait_for_exit();
    let before = config(home.path());
    for (answer, changes) in [("l", false), ("a", true)] {
        let session = start(home.path(), "src", "init --directory harbour --untested");
        session.wait_for("+  - { id: harbour, type: directory, path: ~/src/harbour }");
        session.press(answer);
        session.press("\r");
        assert_eq!(session.wait_for_exit().success(), changes);
        assert_eq!(config(home.path()) != before, changes);
    }
}

/// A Backstage without an entity that wants a token.
fn backstage(token: &'static str) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
            let is_known = head.iter().any(|line| line.ends_with(&format!("Bearer {token}")));
            let (status, body) = if is_known { (200, r#"{"items":[]}"#) } else { (401, "{}") };
            let length = body.len();
            drop(write!(
                stream,
                "HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
            ));
        }
    });
    address
}

#[test]
fn a_backstage_that_wants_a_token_is_tried_again_with_the_place_that_is_named() {
    let home = home();
    let token = home.path().join("token");
    std::fs::write(&token, "t0ken-of-jane").unwrap();
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o600)).unwrap();
    let address = backstage("t0ken-of-jane");
    let session = start(home.path(), "empty", &format!("init --backstage {address}"));
    session.wait_for("Where the token of backstage is");
    session.press("t0ken-of-jane\r");
    session.wait_for("never the token itself");
    session.press("NO_TOKEN\r");
    session.wait_for("The variable NO_TOKEN");
    session.press("~/token\r");
    session.wait_for("written");
    assert!(session.wait_for_exit().success());
    let text = config(home.path()).unwrap();
    assert!(text.contains("token: { file: ~/token } }\n") && !text.contains("t0ken"), "{text}");
}

#[test]
fn ctrl_c_at_a_question_ends_it_also_after_a_trial_and_writes_nothing() {
    for questions in [&["[acme]:"][..], &["[acme]:", "[~/src]:", "Backstage [none]:", "[user:default/jane]:"]]
    {
        let home = home();
        let session = start(home.path(), "src", "init");
        let (last, before) = questions.split_last().unwrap();
        for question in before {
            session.wait_for(question);
            session.press(if *question == "[acme]:" { "-\r" } else { "\r" });
        }
        session.wait_for(last);
        session.press(CTRL_C);
        assert_eq!(session.wait_for_exit().signal(), Some("Interrupt"));
        assert_eq!(config(home.path()), None);
    }
}

#[test]
fn one_key_leads_from_the_sample_to_the_questions_and_to_a_catalog_of_ones_own() {
    let home = home();
    let session = start(home.path(), "empty", "");
    session.wait_for("sample catalog");
    session.settle();
    session.press("\x1bi");
    session.wait_for("github.com (gh, as jane) [none]:");
    assert_eq!(session.leftovers(), [""; 0]);
    session.press("\r");
    session.wait_for("read where it lies [none]:");
    session.press("~/src\r");
    session.wait_for("Backstage [none]:");
    session.press("\r");
    session.wait_for("[user:default/jane]:");
    session.press("\r");
    session.wait_for("src · 1 entit");
    session.press(CTRL_C);
    assert!(session.wait_for_exit().success());
    assert_eq!(session.leftovers(), [""; 0]);
}
