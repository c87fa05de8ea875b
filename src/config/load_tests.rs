//! The layers together, with real files in a folder of their own.
#![expect(clippy::disallowed_methods, reason = "writes the files that are then read")]

use std::path::Path;

use serde_json::json;

use super::{
    Config, Environment, Loaded, Overrides, Places, SourcePlace, Symbols, SyncPolicy, load, user_theme,
};
use crate::error::Result;
use crate::source::directory::watch::Watched;

struct Home(tempfile::TempDir);

impl Home {
    fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self(dir)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn environment(&self, variables: &[(&str, &str)]) -> Environment {
        let own = [("HOME", self.path().to_owned()), ("XDG_CONFIG_DIRS", self.path().join("etc"))];
        let own = own.map(|(name, path)| (name, path.into_os_string()));
        let variables = variables.iter().map(|(name, value)| (*name, (*value).into()));
        Environment::new(self.path().join("work"), own.into_iter().chain(variables))
    }

    fn load(&self, variables: &[(&str, &str)], overrides: &Overrides) -> Result<Loaded> {
        let environment = self.environment(variables);
        let places = Places { system: vec![self.path().join("etc/callboard")], ..Places::new(&environment)? };
        load(&environment, &places, overrides)
    }

    fn config(&self) -> Config {
        self.load(&[], &Overrides::default()).unwrap().config
    }
}

const USER: &str = ".config/callboard/config.yaml";

#[test]
fn the_defaults_alone_are_a_configuration_without_problems() {
    let loaded = Home::new(&[]).load(&[], &Overrides::default()).unwrap();
    assert!(loaded.problems.is_empty());
    assert_eq!(loaded.config.theme, "auto");
    assert_eq!(loaded.config.ui.symbols, Symbols::Unicode);
    assert!(loaded.settings().iter().all(|setting| setting.origin == "default"));
}

#[test]
fn machine_user_environment_and_flags_win_in_this_order() {
    let home = Home::new(&[
        ("etc/callboard/config.yaml", "theme: machine\nuser: machine\nui: {symbols: ascii, mouse: false}\n"),
        (USER, "theme: user\nuser: jane\n"),
    ]);
    let flags = Overrides { file: None, values: vec![("/theme".to_owned(), json!("flag"))] };
    let variables = [("CALLBOARD_THEME", "variable"), ("CALLBOARD_UI_MOUSE", "true")];
    let loaded = home.load(&variables, &flags).unwrap();
    let config = &loaded.config;
    assert_eq!((config.theme.as_str(), config.user.as_deref()), ("flag", Some("jane")));
    assert_eq!((config.ui.symbols, config.ui.mouse), (Symbols::Ascii, true));
    let origins: Vec<_> =
        loaded.settings().into_iter().map(|setting| (setting.key, setting.origin)).collect();
    let at = |file: &str| home.path().join(file).display().to_string();
    assert!(origins.contains(&("theme".to_owned(), "command line".to_owned())));
    assert!(origins.contains(&("ui.mouse".to_owned(), "environment".to_owned())));
    assert!(origins.contains(&("user".to_owned(), at(USER) + ":2:7")));
    assert!(origins.contains(&("ui.symbols".to_owned(), at("etc/callboard/config.yaml") + ":3:15")));
}

#[test]
fn a_configuration_in_the_current_folder_is_not_read() {
    let home = Home::new(&[
        ("work/config.yaml", "theme: trap\n"),
        ("work/callboard.yaml", "theme: trap\n"),
        ("work/.config/callboard/config.yaml", "theme: trap\n"),
    ]);
    assert_eq!(home.config().theme, "auto");
}

#[test]
fn a_named_file_takes_the_place_of_the_users() {
    let home = Home::new(&[(USER, "theme: user\n"), ("work/other.yaml", "user: jane\n")]);
    let other = Overrides { file: Some("other.yaml".into()), values: Vec::new() };
    let config = home.load(&[], &other).unwrap().config;
    assert_eq!((config.theme.as_str(), config.user.as_deref()), ("auto", Some("jane")));
    let missing = Overrides { file: Some("missing.yaml".into()), values: Vec::new() };
    assert!(home.load(&[], &missing).unwrap_err().message().ends_with("missing.yaml: it does not exist."));
}

#[test]
fn a_misspelt_key_has_a_place_and_a_guess() {
    let home = Home::new(&[(USER, "ui:\n  symbol: ascii\ntrust: {sources: [a]}\n")]);
    let loaded = home.load(&[], &Overrides::default()).unwrap();
    let told: Vec<_> = loaded
        .problems
        .iter()
        .map(|problem| (problem.origin.rsplit_once(USER).unwrap().1, problem.message.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (":2:3", "`ui.symbol` is no key and has no effect. Did you mean `symbols`?"),
            (":3:1", "`trust` is not in this version of callboard and has no effect."),
        ]
    );
}

#[test]
fn a_wrong_value_and_broken_yaml_are_errors_with_a_place() {
    let error = |text| Home::new(&[(USER, text)]).load(&[], &Overrides::default()).unwrap_err();
    assert!(error("ui:\n  symbols: emoji\n").message().contains(":2:12: ui.symbols: "));
    assert!(error("theme: [\n").message().contains("config.yaml:"));
    assert!(error("- a\n").message().contains("is a map"));
}

#[test]
fn sources_have_a_kind_and_an_unknown_one_is_left_out() {
    let folders = [("src/a/x", ""), (".config/callboard/repos/x", "")];
    let home = Home::new(&[
        folders[0],
        folders[1],
        (
            USER,
            "sources:\n- {id: a, type: directory, path: ~/src}\n- {id: b, type: directory, path: repos, watch: false}\n\
         - {id: c, type: command, run: [x], every: 1d}\n- {id: d, type: directry, path: /}\n",
        ),
    ]);
    let loaded = home.load(&[], &Overrides::default()).unwrap();
    let [a, b, c] = loaded.config.sources.as_slice() else { panic!("three sources") };
    let directory = |path: &str, watched| SourcePlace::Directory { path: home.path().join(path), watched };
    assert_eq!(a.place, directory("src", Watched::Yes));
    assert_eq!(b.place, directory(".config/callboard/repos", Watched::No));
    assert!(matches!(&c.place, SourcePlace::Remote(settings) if settings.kind() == "command"));
    assert_eq!((b.every, c.every.map(|every| every.as_secs())), (None, Some(86_400)));
    assert!(loaded.problems[0].message.contains("Did you mean `directory`?"), "{:?}", loaded.problems);
    assert!(loaded.problems[0].origin.ends_with(":5:17"), "{}", loaded.problems[0].origin);
}

#[test]
fn syncs_have_the_documented_defaults_and_take_others() {
    assert_eq!(Home::new(&[]).config().sync, SyncPolicy::default());
    let home = Home::new(&[(USER, "sync: {every: 1h, max_loss: 25%, tombstones: 7d}\n")]);
    let sync = home.config().sync;
    assert_eq!((sync.every.as_secs(), sync.max_loss, sync.tombstones.as_secs()), (3_600, 25.0, 604_800));
    let error = |text| Home::new(&[(USER, text)]).load(&[], &Overrides::default()).unwrap_err();
    assert!(error("sync: {every: often}\n").message().contains(":1:15: sync.every: \"often\" is no length"));
}

#[test]
fn a_source_that_lacks_something_is_an_error_with_a_place() {
    let error = |text| Home::new(&[(USER, text)]).load(&[], &Overrides::default()).unwrap_err();
    assert!(error("sources: [{id: a}]\n").message().contains(":1:11: sources.0: it has no `type`."));
    assert!(error("sources: [{id: a, type: directory}]\n").message().contains("`path` is missing"));
    let twice = "sources:\n- {id: a, type: directory, path: x}\n- {id: a, type: directory, path: y}\n";
    assert!(error(twice).message().contains(":3:3: sources.1: the id `a` stands twice."));
}

#[test]
fn keys_are_handed_on_and_checked_against_the_commands_there_are() {
    let home =
        Home::new(&[(USER, "keys:\n  list: {ctrl-t: toggle-preview, j: null, x: opn}\n  lst: {k: up}\n")]);
    let loaded = home.load(&[], &Overrides::default()).unwrap();
    assert_eq!(loaded.config.keys["list"]["ctrl-t"].as_deref(), Some("toggle-preview"));
    assert_eq!(loaded.config.keys["list"]["j"], None);
    let problems = loaded.check_keys(&["list", "docs"], &["open", "toggle-preview"]);
    let told: Vec<_> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "`keys.list.x: opn` is no command and has no effect. Did you mean `open`?",
            "`lst` is no place for keys and has no effect. Did you mean `list`?",
        ]
    );
    assert!(problems[0].origin.ends_with(":2:46"), "{}", problems[0].origin);
}

#[test]
fn a_theme_of_the_users_own_is_read_by_name_only() {
    let home = Home::new(&[(".config/callboard/themes/sea.yaml", "accent: blue\n"), (USER, "secret")]);
    let places = Places::new(&home.environment(&[])).unwrap();
    assert_eq!(user_theme(&places, "sea").unwrap().as_deref(), Some("accent: blue\n"));
    assert_eq!(user_theme(&places, "lake").unwrap(), None);
    assert_eq!(user_theme(&places, "../config").unwrap(), None);
}

#[test]
fn every_wrong_value_of_a_source_is_named_with_its_key_and_what_to_write() {
    for (kind, rest, told) in [
        ("command", "run: text", "sources.0.run: this is a text, and it takes a list, such as [one, two]."),
        (
            "command",
            "run: [a, 5]",
            "sources.0.run.1: this is a number, and it takes a text: write it in quotes.",
        ),
        (
            "command",
            "run: [a], max_bytes: 1 tooth",
            "sources.0.max_bytes: it takes a number of bytes from 1, ",
        ),
        ("command", "run: [a], timeout: 30", "sources.0.timeout: 30 lacks a unit: write it such as 30s, "),
        ("command", "run: [a], every: [1d]", "sources.0.every: it takes a length of time such as 30s, "),
        ("command", "rnu: [a]", "sources.0.rnu: there is no such key. Did you mean `run`?"),
        ("command", "env: []", "sources.0: `run` is missing."),
        ("directory", "path: ", "sources.0.path: this is empty, and it takes a text."),
        ("directory", "path: x, watch: 'no'", "sources.0.watch: this is a text, and it takes true or false."),
        ("git", "url: {x: y}", "sources.0.url: it takes a text, or a list of texts."),
        (
            "git",
            "url: x, parallel: 0",
            "sources.0.parallel: this is zero, and it takes a whole number from 1.",
        ),
        (
            "git",
            "url: x, parallel: -1",
            "sources.0.parallel: this is below zero, and it takes a whole number ",
        ),
        (
            "git",
            "url: x, parallel: 1.5",
            "sources.0.parallel: this is a fraction, and it takes a whole number ",
        ),
        (
            "github",
            "group: a",
            "sources.0: a github source takes `organization` or `organizations`, and no `group`.",
        ),
        (
            "github",
            "organization: a, exclude: {name: [x]}",
            "sources.0.exclude.name: there is no such key. Did you mean `names`?",
        ),
        (
            "github",
            "organization: a, exclude: {visibility: [publc]}",
            "sources.0.exclude.visibility.0: there is no such value. Did you mean `public`?",
        ),
        ("github", "organization: a, token: secret", "sources.0.token: a token is { env: NAME }, "),
        (
            "backstage",
            "url: 'https://x', page_size: 99999999999999999999",
            "sources.0.page_size: this is too large a number, ",
        ),
    ] {
        let text = format!("sources: [{{id: a, type: {kind}, {rest}}}]");
        let error = Home::new(&[(USER, &text)]).load(&[], &Overrides::default()).unwrap_err();
        let (_, said) = error.message().split_once(": ").unwrap();
        assert!(said.starts_with(told), "{text}\n{said}");
        let hint = error.hint().unwrap_or_default();
        assert!(hint.starts_with("Write it such as {") && hint.contains(&format!("type: {kind},")), "{hint}");
        assert!(!said.contains("secret"), "{said}");
    }
    let text = "sources:\n- {id: a, type: command, run: [x, 5]}\n";
    let error = Home::new(&[(USER, text)]).load(&[], &Overrides::default()).unwrap_err();
    assert!(error.message().contains("config.yaml:2:35: sources.0.run.1: "), "{error}");
}

#[test]
fn a_section_that_is_none_is_named_itself() {
    let error = |text| Home::new(&[(USER, text)]).load(&[], &Overrides::default()).unwrap_err();
    assert!(error("sync: 5\n").message().contains(":1:7: sync: this is a number, and it takes a map"));
    assert!(error("sources: [{id: '', type: git}]\n").message().contains("sources.0: its `id` is empty"));
}

#[test]
fn a_source_that_fails_whenever_it_is_read_is_told_of_before() {
    for (source, told) in [
        (
            "type: backstage, url: 'http://portal.example.com', token: {env: T}",
            "a token would cross the network in the clear",
        ),
        (
            "type: backstage, url: 'http://portal.example.com', login: true",
            "a token would cross the network in the clear",
        ),
        ("type: backstage, url: portal.example.com", "is no address"),
        ("type: gitea, organization: a, url: 'http://git.example.com', token: {env: T}", "in the clear"),
        ("type: github, organization: a, host: 'https://git.example.com'", "is no address of a github"),
        ("type: git", "names no repository"),
        ("type: git, url: 'http://git.example.com/a'", "http sends everything in clear"),
        ("type: git, url: 'https://git.example.com/a', branch: '--x'", "--x"),
        ("type: command, run: []", "names no program"),
        ("type: directory, path: ~/gone", "/gone does not exist"),
        ("type: directory, path: config.yaml", "/config.yaml is no folder"),
    ] {
        let text = format!("sources:\n- {{id: src, {source}}}\n");
        let home = Home::new(&[(USER, &text)]);
        let loaded = home.load(&[], &Overrides::default()).unwrap();
        assert_eq!(loaded.config.sources.len(), 1);
        let problems = loaded.check_sources();
        let [problem] = problems.as_slice() else { panic!("{text}: {problems:?}") };
        assert!(
            problem.message.starts_with("sources.0 (src): ") && problem.message.contains(told),
            "{problem:?}"
        );
        assert!(problem.origin.ends_with("config.yaml:2:3"), "{}", problem.origin);
    }
    let fine = "sources: [{id: a, type: backstage, url: 'http://127.0.0.1:7007', token: {env: T}}]";
    let loaded = Home::new(&[(USER, fine)]).load(&[], &Overrides::default()).unwrap();
    assert!(loaded.check_sources().is_empty());
}
