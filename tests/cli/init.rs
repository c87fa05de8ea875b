//! The first configuration, with programs of forges that are shell scripts.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "a test makes its own programs and looks at what is written")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::support::{Home, Said, component, said};

/// A home with repositories and with a `gh` that is signed in; `gh` notes what it is asked.
struct Desk {
    home: Home,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { home: Home::new() };
        desk.program(
            "gh",
            "echo \"$*\" >>\"$HOME/asked\"\ncase \"$1 $2\" in\n'auth status') echo '  ✓ Logged in to github.com account \
             jane (keyring)';;\n'auth token') echo gho_s3cret;;\nesac",
        );
        desk.repository("harbour", "git@github.com:acme/harbour.git");
        desk.repository("lights", "https://github.com/acme/lights");
        desk
    }

    fn program(&self, name: &str, script: &str) {
        let path = self.home.write(&format!("bin/{name}"), format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn repository(&self, name: &str, remote: &str) {
        self.home.write(&format!("src/{name}/.git/HEAD"), "ref: refs/heads/main\n");
        let config = format!("[remote \"origin\"]\n\turl = {remote}\n");
        self.home.write(&format!("src/{name}/.git/config"), config);
        self.home.write(&format!("src/{name}/catalog-info.yaml"), component(name, ""));
    }

    /// Runs in the folder of repositories.
    fn run(&self, arguments: &[&str]) -> Said {
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", self.home.here().join("bin").display());
        let mut command = self.home.command(arguments);
        said(&command.env("PATH", path).current_dir(self.home.here().join("src")).output().unwrap())
    }

    fn config(&self, name: &str) -> String {
        fs::read_to_string(self.home.here().join("../home/.config/callboard").join(name)).unwrap_or_default()
    }

    fn asked_of_gh(&self) -> String {
        fs::read_to_string(self.home.here().join("../home/asked")).unwrap_or_default()
    }
}

#[test]
fn owners_at_a_forge_that_somebody_is_signed_in_to_are_proposed_and_no_token_is_asked_for() {
    let desk = Desk::new();
    let shown = desk.run(&["init", "--yes", "--print"]);
    let source = "- { id: acme, type: github, organization: acme, token: { command: [gh, auth, token] } }";
    assert!(shown.out.contains(source) && !shown.out.contains("directory"), "{}{}", shown.out, shown.err);
    assert_eq!(desk.asked_of_gh(), "auth status\n");
}

#[test]
fn offline_no_program_is_asked_that_would_ask_its_forge() {
    let desk = Desk::new();
    let said = desk.run(&["init", "--yes", "--offline"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("src  not tried"), "{}", said.out);
    assert!(desk.config("config.yaml").contains("- { id: src, type: directory, path: "));
    assert_eq!(desk.asked_of_gh(), "");
}

#[test]
fn where_nobody_can_be_asked_it_is_said_how_to_answer() {
    let said = Desk::new().run(&["init"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("--yes") && said.err.contains("--print"), "{}", said.err);
}

#[test]
fn a_source_that_does_not_answer_is_told_and_written_as_a_comment() {
    let desk = Desk::new();
    let failing = ["init", "--yes", "--git", "/nowhere/acme.git"];
    let said = desk.run(&[&failing[..], &["--directory", "."]].concat());
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.out.contains("src   2 entities") && said.out.contains("acme  "), "{}", said.out);
    let text = desk.config("config.yaml");
    assert!(text.contains("  # - { id: acme, type: git, url: "), "{text}");
    assert_eq!(desk.run(&["config", "check"]).code, Some(0));
    assert_eq!(desk.run(&["list", "-o", "name"]).out.lines().count(), 2);
    let omitted = desk.run(&[&failing[..], &["--existing", "replace", "--failing", "omit"]].concat());
    assert_eq!(omitted.code, Some(1), "{}", omitted.err);
    assert!(
        desk.config("config.yaml").contains("sources: []") && !desk.config("config.yaml").contains("acme")
    );
}

#[test]
fn a_configuration_that_is_there_is_added_to_or_replaced_only_when_that_is_said() {
    let desk = Desk::new();
    let first = desk.run(&["init", "--yes", "--directory", "harbour"]);
    assert_eq!(first.code, Some(0), "{}", first.err);
    let before = desk.config("config.yaml");
    let refused = desk.run(&["init", "--yes", "--directory", "lights"]);
    assert_eq!((refused.code, desk.config("config.yaml")), (Some(5), before.clone()));
    assert!(refused.err.contains("--existing add"), "{}", refused.err);
    let both = ["init", "--yes", "--directory", "harbour", "--directory", "lights", "--existing", "add"];
    let added = desk.run(&both);
    assert_eq!(added.code, Some(0), "{}", added.err);
    assert!(added.err.contains("harbour is there already"), "{}", added.err);
    assert_eq!(desk.config("config.yaml.old"), before);
    assert_eq!(desk.run(&["list", "-o", "name"]).out.lines().count(), 2);
    assert_eq!(desk.run(&both).code, Some(3), "nothing is left to add");
    let mode = |name: &str| {
        let path = desk.home.here().join("../home/.config/callboard").join(name);
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    };
    assert_eq!((mode("config.yaml"), mode("config.yaml.old"), mode("")), (0o600, 0o600, 0o700));
}

#[test]
fn what_names_no_owner_is_wrong_usage() {
    let desk = Desk::new();
    for wrong in [["--gitea", "acme"], ["--github", "a/b/c"], ["--gitlab", "acme/../x"]] {
        let said = desk.run(&["init", "--yes", wrong[0], wrong[1]]);
        assert_eq!(said.code, Some(2), "{wrong:?}: {}", said.err);
        assert!(said.err.contains("Write it like"), "{}", said.err);
    }
}

#[test]
fn the_doctor_tells_where_somebody_is_signed_in_and_what_to_do_otherwise() {
    let desk = Desk::new();
    desk.program("glab", "echo '  x gitlab.com: API call failed: 401' >&2; exit 1");
    let said = desk.run(&["doctor", "--json"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let answer: Value = serde_json::from_str(&said.out).unwrap();
    let item = |what: &str| {
        answer["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|it| it["what"] == what)
            .unwrap_or(&Value::Null)
            .clone()
    };
    assert_eq!(item("gh")["found"], "signed in to github.com as jane");
    assert_eq!(item("glab")["hint"], "`glab auth login`");
    assert_eq!((&item("tea")["found"], &item("tea")["isWrong"]), (&"not installed".into(), &false.into()));
    assert_eq!(item("configuration")["hint"], "`callboard init` writes one.");
}

#[test]
fn the_place_of_a_token_is_an_option_too_and_never_the_token() {
    let desk = Desk::new();
    let init = ["init", "--backstage", "https://b.example.com", "--print", "--backstage-token"];
    let said = desk.run(&[&init[..], &["env PORTAL_TOKEN"]].concat());
    assert!(said.out.contains("token: { env: PORTAL_TOKEN }"), "{}", said.out);
    let said = desk.run(&[&init[..], &["gho_s3cret"]].concat());
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("never the token itself") && !said.err.contains("gho_"), "{}", said.err);
}
