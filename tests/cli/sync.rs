//! Syncs of sources that are programs: what a script and a person see of good days and bad ones.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{Home, Said, component};

/// A home whose only source is a program that prints a file.
struct Printed {
    home: Home,
    config: PathBuf,
}

impl Printed {
    fn new() -> Self {
        let home = Home::new();
        let out = home.write("out.yaml", "");
        let text = format!("sources:\n  - {{ id: crm, type: command, run: [cat, {}] }}\n", out.display());
        let config = home.write("config.yaml", text);
        Self { home, config }
    }

    fn prints(&self, names: &[&str]) -> &Self {
        let documents: Vec<String> = names.iter().map(|name| component(name, "")).collect();
        self.home.write("out.yaml", documents.join("---\n"));
        self
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command =
            self.home.command(&[arguments, &["--config", self.config.to_str().unwrap()]].concat());
        command.env("PATH", "/usr/bin:/bin");
        command
    }

    fn run(&self, arguments: &[&str]) -> Said {
        crate::support::said(&self.command(arguments).output().unwrap())
    }

    fn names(&self) -> Vec<String> {
        let listed = self.run(&["list", "-o", "name"]).out;
        listed.lines().map(|line| line.trim_start_matches("component:default/").to_owned()).collect()
    }
}

#[test]
fn what_was_never_fetched_is_fetched_once_and_then_read_from_the_cache() {
    let printed = Printed::new();
    assert_eq!(printed.prints(&["a"]).names(), ["a"]);
    assert_eq!(printed.prints(&["a", "b"]).names(), ["a"]);
    let synced = printed.run(&["sync"]);
    assert_eq!(synced.code, Some(0), "{}", synced.err);
    assert!(synced.err.contains("crm: 2 entities, changed"), "{}", synced.err);
    assert_eq!(printed.names(), ["a", "b"]);
}

#[test]
fn what_was_fetched_is_answered_from_offline_though_its_catalog_is_gone() {
    let printed = Printed::new();
    assert_eq!(printed.run(&["--offline", "list"]).code, Some(4));
    printed.prints(&["a"]).run(&["sync"]);
    printed.home.forget_catalogs();
    printed.prints(&["b"]);
    let said = printed.run(&["--offline", "list", "-o", "name"]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), "component:default/a\n"), "{}", said.err);
}

#[test]
fn a_source_that_fails_keeps_its_data_and_every_answer_says_so() {
    let printed = Printed::new();
    printed.prints(&["a"]).run(&["sync"]);
    std::fs::remove_file(printed.home.here().join("out.yaml")).unwrap();
    let failed = printed.run(&["sync"]);
    assert_eq!(failed.code, Some(1));
    assert!(failed.err.contains("error: crm: ") && failed.err.contains("help: "), "{}", failed.err);
    assert_eq!(printed.names(), ["a"]);
    let listed = printed.run(&["list", "--json"]);
    assert!(listed.err.contains("its data is from"), "{}", listed.err);
    let answer: Value = serde_json::from_str(&listed.out).unwrap();
    assert_eq!(answer["stale"][0]["source"], "crm");
    assert_eq!(answer["items"][0]["stale"], true);
    let who = printed.run(&["who", "a"]);
    assert!(who.out.contains("stale"), "{}", who.out);
}

#[test]
fn a_sync_of_one_source_says_nothing_of_the_others() {
    let home = Home::new();
    let good = home.write("good.yaml", component("a", ""));
    let missing = home.here().join("missing.yaml");
    let text = format!(
        "sources:\n  - {{ id: good, type: command, run: [cat, {}] }}\n  - {{ id: bad, type: command, run: [cat, {}] }}\n",
        good.display(),
        missing.display()
    );
    let config = home.write("config.yaml", text);
    let run = |arguments: &[&str]| {
        let mut command = home.command(&[arguments, &["--config", config.to_str().unwrap()]].concat());
        crate::support::said(&command.env("PATH", "/usr/bin:/bin").output().unwrap())
    };
    assert_eq!(run(&["sync"]).code, Some(1));
    let one = run(&["sync", "good"]);
    assert_eq!((one.code, one.out.contains("as it was")), (Some(0), true), "{}{}", one.out, one.err);
    assert_eq!(run(&["sync", "bad"]).code, Some(1));
}

#[test]
fn the_state_of_a_source_without_an_entity_is_shown() {
    let printed = Printed::new();
    printed.home.write("out.yaml", "[]");
    let status = printed.run(&["status"]);
    assert!(status.out.contains("crm     command  fresh"), "{}", status.out);
    assert!(status.err.contains("There is no entity in cat "), "{}", status.err);
    assert_eq!(status.code, Some(3));
}

#[test]
fn a_loss_is_held_back_until_it_is_accepted_and_leaves_a_word() {
    let printed = Printed::new();
    printed.prints(&["a", "b", "c"]).run(&["sync"]);
    let held = printed.prints(&["a"]).run(&["sync"]);
    assert_eq!(held.code, Some(1));
    assert!(held.err.contains("2 of 3 entities would be gone"), "{}", held.err);
    assert_eq!(printed.names(), ["a", "b", "c"]);
    assert_eq!(printed.run(&["sync", "crm", "--accept-loss"]).code, Some(0));
    assert_eq!(printed.names(), ["a"]);
    assert!(printed.run(&["who", "b"]).out.contains("from its source since"));
    assert!(printed.run(&["list", "is:gone"]).out.contains("component:default/b"));
    assert!(printed.run(&["search", "b"]).out.contains("gone"));
    let gone: Value = serde_json::from_str(&printed.run(&["who", "b", "--json"]).out).unwrap();
    let answer = &gone["items"][0]["answers"][0];
    assert!(answer["goneSince"].is_string() && answer["asOf"] == answer["goneSince"], "{answer}");
}

#[test]
fn where_nothing_can_be_shown_the_reason_is_the_answer() {
    let printed = Printed::new();
    std::fs::remove_file(printed.home.here().join("out.yaml")).unwrap();
    let failed = printed.run(&["sync"]);
    assert_eq!((failed.code, failed.out.as_str()), (Some(4), ""), "{}", failed.err);
    let unknown = printed.run(&["sync", "cmr"]);
    assert_eq!(unknown.code, Some(3));
    assert!(unknown.err.contains("There are: crm."), "{}", unknown.err);
}

#[test]
fn no_kind_of_source_keeps_a_sync_longer_than_its_limit() {
    let home = Home::new();
    // Connections are taken by the system, and nobody ever answers them.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    home.write("catalog-info.yaml", component("a", ""));
    let text = format!(
        "sync: {{ timeout: 1s }}
sources:
  - {{ id: here, type: directory, path: {} }}
  - {{ id: one-git, type: git, url: \"{url}/a.git\" }}
  - {{ id: one-forge, type: gitea, url: \"{url}\", organization: acme }}
  - {{ id: one-backstage, type: backstage, url: \"{url}\" }}
  - {{ id: one-program, type: command, run: [sleep, \"1000\"] }}
",
        home.here().display()
    );
    let config = home.write("config.yaml", text);
    let command = ["sync", "--config", config.to_str().unwrap()];
    let said = crate::support::said(
        &home.command(&command).env("PATH", "/usr/local/bin:/usr/bin:/bin").output().unwrap(),
    );
    assert_eq!(said.code, Some(1), "{}", said.err);
    for id in ["one-git", "one-forge", "one-backstage", "one-program"] {
        let told = format!("error: {id}: It took longer than 1 s, which is the limit of one sync.");
        assert!(said.err.contains(&told), "{id}: {}", said.err);
    }
    assert!(said.err.contains("raise sync.timeout"), "{}", said.err);
}

#[test]
fn where_nothing_can_be_kept_and_nothing_is_known_the_answer_says_what_to_do() {
    let printed = Printed::new();
    printed.prints(&["a"]).home.keep_nothing();
    let status = printed.run(&["status"]);
    assert_eq!(status.code, Some(4), "{}", status.err);
    assert!(
        status.out.contains("crm     command  failed") && status.out.contains("XDG_CACHE_HOME"),
        "{}",
        status.out
    );
    for command in [&["sync"][..], &["list"], &["show", "a"], &["who", "a"], &["search", "a"]] {
        let said = printed.run(command);
        assert_eq!((said.code, said.out.as_str()), (Some(4), ""), "{command:?}: {}", said.err);
        assert!(said.err.contains("error: crm: ") && said.err.contains("XDG_CACHE_HOME"), "{}", said.err);
        assert!(!said.err.contains("os error"), "{}", said.err);
    }
}

#[test]
fn where_nothing_can_be_kept_folders_are_answered_from_all_the_same() {
    let home = Home::new();
    home.write("shop/catalog-info.yaml", component("shop", ""));
    home.keep_nothing();
    for command in [
        &["list"][..],
        &["status", "--json"],
        &["show", "shop"],
        &["who", "shop"],
        &["search", "shop"],
        &["deps", "shop"],
    ] {
        let said = home.run(&[command, &["--source", "shop"]].concat());
        assert_eq!(said.code, Some(0), "{command:?}: {}", said.err);
        assert!(
            said.err.contains("kept in memory only") && said.out.contains("shop"),
            "{command:?}: {}",
            said.out
        );
    }
}

#[test]
fn a_sync_that_is_killed_at_any_moment_leaves_the_old_or_the_new_and_nothing_else() {
    let printed = Printed::new();
    let old: Vec<_> = (0..200).map(|number| format!("a{number}")).collect();
    let new: Vec<_> = (0..220).map(|number| format!("a{number}")).collect();
    let (old, new) = (names(&old), names(&new));
    printed.prints(&old).run(&["sync"]);
    let (mut rounds, mut looks, mut ended) = (0_usize, 1_000, None);
    while ended.is_none() {
        printed.prints([&new, &old][rounds % 2]);
        let mut child =
            printed.command(&["sync"]).stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
        // A quarter further into it each time, until it comes to its end by itself.
        ended = (0..looks).find_map(|_| child.try_wait().unwrap());
        child.kill().unwrap();
        child.wait().unwrap();
        (rounds, looks) = (rounds + 1, looks + looks / 4);
        let found = printed.names().len();
        assert!(found == old.len() || found == new.len(), "{found} entities after {rounds} syncs");
    }
    assert!(rounds > 5, "only {rounds} were killed");
    assert_eq!(printed.prints(&["a0"]).run(&["sync", "--accept-loss"]).code, Some(0));
    assert_eq!(printed.names(), ["a0"]);
    let left = printed.home.cached();
    let is_left = |path: &&String| path.contains("/.new-") || path.ends_with("/lock");
    assert_eq!(left.iter().filter(is_left).collect::<Vec<_>>(), [] as [&String; 0]);
    assert_eq!(left.iter().filter(|path| path.contains("/packs/")).count(), 1);
    assert!(left.iter().filter(|path| path.ends_with("catalog.sqlite")).count() <= 2);
}

fn names(all: &[String]) -> Vec<&str> {
    all.iter().map(String::as_str).collect()
}

#[test]
fn many_at_once_in_one_home_are_answered_and_break_nothing() {
    let printed = Printed::new();
    printed.prints(&["a", "b"]).run(&["sync"]);
    printed.prints(&["a", "b", "c"]);
    let quiet = |arguments: &[&str]| {
        printed.command(arguments).stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
    };
    let syncs: Vec<_> = (0..5).map(|_| quiet(&["sync"])).collect();
    let lists: Vec<_> = (0..20).map(|_| quiet(&["list", "-o", "name"])).collect();
    for list in lists {
        let said = crate::support::said(&list.wait_with_output().unwrap());
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(matches!(said.out.lines().count(), 2 | 3), "{}", said.out);
    }
    for sync in syncs {
        let said = crate::support::said(&sync.wait_with_output().unwrap());
        assert_eq!(said.code, Some(0), "{}", said.err);
    }
    assert_eq!(printed.names(), ["a", "b", "c"]);
}

#[test]
fn a_sync_is_told_to_scripts_source_by_source() {
    let printed = Printed::new();
    let said = printed.prints(&["a"]).run(&["sync", "--json"]);
    let answer: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((&answer["schema"], &answer["items"][0]["id"]), (&"callboard/v1/sync".into(), &"crm".into()));
    assert_eq!(answer["items"][0]["sync"]["result"], "changed");
    assert_eq!(answer["items"][0]["entities"], 1);
}

#[test]
fn a_first_configuration_is_written_tried_and_never_overwritten() {
    let home = Home::new();
    home.write("src/svc/catalog-info.yaml", component("svc", ""));
    let shown = home.run(&["init", "--print", "--directory", "src"]);
    assert!(shown.out.contains("id: src, type: directory"), "{}", shown.out);
    let written = home.run(&["init", "--yes", "--directory", "src"]);
    assert_eq!(written.code, Some(0), "{}", written.err);
    assert!(written.out.contains("1 entity") && written.out.contains("config.yaml"), "{}", written.out);
    assert_eq!(home.run(&["list", "-o", "name"]).out, "component:default/svc\n");
    assert_eq!(home.run(&["init", "--yes", "--directory", "src"]).code, Some(5));
    assert_eq!(home.run(&["doctor", "--sources"]).code, Some(0));
}

#[test]
fn signing_in_says_where_it_is_possible_and_where_not() {
    let printed = Printed::new();
    let none = printed.run(&["login"]);
    assert_eq!(none.code, Some(2));
    assert!(none.err.contains("login: true"), "{}", none.err);
    assert!(printed.run(&["login", "crm"]).err.contains("nobody is at this terminal"), "no terminal here");
    let out = printed.run(&["login", "crm", "--out"]);
    assert_eq!(out.code, Some(2));
    assert!(out.err.contains("Nobody signs in to crm"), "{}", out.err);
}

#[test]
fn of_sources_that_are_refused_each_is_named_and_the_code_says_so() {
    let home = Home::new();
    let good = home.write("good.yaml", component("a", ""));
    let text = format!(
        "sources:\n  - {{ id: good, type: command, run: [cat, {}] }}\n  \
         - {{ id: one, type: backstage, url: http://192.0.2.1, token: {{ env: T }} }}\n  \
         - {{ id: two, type: backstage, url: http://192.0.2.2, token: {{ env: T }} }}\n",
        good.display()
    );
    let config = home.write("config.yaml", text);
    let mut command = home.command(&["sync", "--config", config.to_str().unwrap()]);
    let said =
        crate::support::said(&command.env("PATH", "/usr/bin:/bin").env("T", "t0ken").output().unwrap());
    assert_eq!(said.code, Some(5), "{}", said.err);
    assert_eq!((said.err.matches("error: one: ").count(), said.err.matches("error: two: ").count()), (1, 1));
}

#[test]
fn where_every_source_fails_each_is_named() {
    let home = Home::new();
    let text = "sources:\n  - { id: one, type: command, run: [\"false\"] }\n  - { id: two, type: command, run: [\"false\"] }\n";
    let config = home.write("config.yaml", text);
    let mut command = home.command(&["sync", "--config", config.to_str().unwrap()]);
    let said = crate::support::said(&command.env("PATH", "/usr/bin:/bin").output().unwrap());
    assert_eq!((said.code, said.out.as_str()), (Some(4), ""), "{}", said.err);
    assert!(said.err.contains("one: false ended") && said.err.contains("two: false ended"), "{}", said.err);
}

#[test]
fn status_says_that_a_folder_is_not_there() {
    let home = Home::new();
    let config = home.write("config.yaml", "sources:\n  - { id: src, type: directory, path: ./gone }\n");
    let said = home.command(&["status", "--config", config.to_str().unwrap()]).output().unwrap();
    let said = crate::support::said(&said);
    assert!(said.out.contains("src     directory  not yet"), "{}", said.out);
    assert!(said.code == Some(4) && said.err.contains("gone"), "{}", said.err);
}
