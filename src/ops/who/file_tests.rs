//! Owners of files and folders, on work trees as they are on a disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{WhoOutcome, WhoPlaces, who};
use crate::ops::list::{ListRequest, list};
use crate::ops::owner::Basis;
use crate::ops::portal::{Places, Portal, SourcePlace, Target};
use crate::ops::{Cancel, EntityRow};

const ORG: &str = "apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: pay
  annotations:
    github.com/team-slug: acme/payments-team
spec: { type: team, children: [] }
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: { name: jane }
spec:
  memberOf: [pay]
  profile: { email: Jane@acme.dev }
";

const OWNED: &str = "apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ledger
  annotations: { pagerduty.com/service-id: P1 }
spec:
  type: service
  lifecycle: production
  owner: pay
";

const UNOWNED: &str = "apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: forgotten }
spec: { type: service, lifecycle: production }
---
apiVersion: acme.dev/v1
kind: Vessel
metadata: { name: tug }
spec: { owner: pay }
";

struct Board {
    dir: tempfile::TempDir,
    portal: Portal,
}

impl Board {
    /// A folder with the organisation and a clone of `acme/mono`.
    #[expect(clippy::disallowed_methods, reason = "tests make the folders that a portal opens")]
    fn new(code_owners: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let files = [
            ("src/org/catalog-info.yaml", ORG),
            ("src/mono/.git/HEAD", "ref: refs/heads/main\n"),
            ("src/mono/.git/config", "[remote \"origin\"]\n\turl = git@github.com:Acme/Mono.git\n"),
            ("src/mono/.github/CODEOWNERS", code_owners),
            ("src/mono/ledger/catalog-info.yaml", OWNED),
            ("src/mono/ledger/src/post.py", ""),
            ("src/mono/old/catalog-info.yaml", UNOWNED),
            ("src/mono/web/app.js", ""),
            ("src/mono/web/a b.js", ""),
        ];
        for (path, text) in files {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let places = Places { cache: dir.path().join("cache"), state: dir.path().join("state") };
        let clock = Arc::new(|| jiff::Timestamp::from_second(1_800_000_000).unwrap());
        let portal = Portal::open(Target::Folder(dir.path().join("src")), places, clock).unwrap();
        portal.refresh(&Cancel::new(), &mut |_| ()).unwrap();
        Self { dir, portal }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join(path)
    }

    fn asked(&self, target: &str) -> WhoOutcome {
        let source = &self.portal.sources()[0];
        let SourcePlace::Directory { path: root, .. } = &source.place else {
            panic!("the source is a folder")
        };
        let roots = [(source.id.clone(), root.clone())];
        let current = self.path("src/mono");
        let places = WhoPlaces { current: Some(Path::new(&current)), roots: &roots };
        let mut outcome = who(&self.portal.snapshot().unwrap(), target, &places).unwrap();
        outcome.locate(&self.portal);
        outcome
    }

    /// What each answer is about, its owners, and where that is written.
    fn owners(&self, target: &str) -> Vec<String> {
        let said = |answer: &super::WhoAnswer| {
            let owner = |it: &crate::ops::Owner| {
                let place = it.because.origin.as_ref().unwrap().location();
                format!("{} by {} in {place}", it.name.raw(), it.because.words())
            };
            format!(
                "{}: {}",
                answer.subject(),
                answer.owners.iter().map(owner).collect::<Vec<_>>().join(", ")
            )
        };
        self.asked(target).answers.iter().map(said).collect()
    }
}

const TYPICAL: &str = "* @acme/payments-team\n/web/ jane@acme.dev @acme/ghosts\n/ledger/\n";

#[test]
fn the_line_of_a_path_names_its_owners() {
    let board = Board::new(TYPICAL);
    let line = "CODEOWNERS /web/ in mono/.github/CODEOWNERS:2:1";
    let expected = [format!("mono/web/app.js: jane by {line}, @acme/ghosts by {line}")];
    assert_eq!(board.owners("./web/app.js"), expected);
    assert_eq!(board.owners(board.path("src/mono/web/app.js").to_str().unwrap()), expected);
    assert_eq!(board.owners("https://github.com/acme/mono/blob/main/web/app.js#L3"), expected);
    let blank = [format!("mono/web/a b.js: jane by {line}, @acme/ghosts by {line}")];
    assert_eq!(board.owners("web/a b.js"), blank);
    assert_eq!(board.owners("web/a b.js:3"), blank);
    let answer = board.asked("web/").answers.remove(0);
    assert_eq!(answer.owners.iter().map(|it| it.exists).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn a_path_that_no_line_owns_is_its_nearest_descriptors() {
    let board = Board::new(TYPICAL);
    let expected = ["component:default/ledger: pay by spec.owner in mono/ledger/catalog-info.yaml:9:10"];
    assert_eq!(board.owners("ledger/src/post.py"), expected);
    assert_eq!(board.owners("./ledger/catalog-info.yaml"), expected);
}

#[test]
fn a_file_that_is_not_there_is_answered_by_the_folder_it_would_be_in() {
    let board = Board::new(TYPICAL);
    let line = "CODEOWNERS /web/ in mono/.github/CODEOWNERS:2:1";
    for target in ["web/new.js", "web/deep/er/new.js", "./web/new.js:12:3", "web/app.js:12"] {
        let said = board.owners(target);
        assert!(said.len() == 1 && said[0].contains(line), "{target}: {said:?}");
    }
    let nothing: [String; 0] = [];
    assert_eq!(
        board.owners("acme/mno"),
        nothing,
        "a misspelt name is not the folder that somebody stands in"
    );
}

#[test]
fn an_entity_without_owner_inherits_the_line_of_its_descriptor() {
    let board = Board::new(TYPICAL);
    assert_eq!(
        board.owners("forgotten"),
        ["component:default/forgotten: pay by CODEOWNERS * (inherited) in mono/.github/CODEOWNERS:1:1"]
    );
    let nobody = Board::new("/web/ @x\n");
    assert!(nobody.asked("forgotten").require_owner().is_err());
}

/// References and owners of what a query lists.
fn listed(board: &Board, query: &str) -> Vec<String> {
    let request = ListRequest { query: query.to_owned(), ..ListRequest::default() };
    let listing = list(&board.portal.snapshot().unwrap(), &request).unwrap();
    let said = |row: EntityRow| format!("{}: {}", row.reference, row.owner_label().unwrap_or_default());
    listing.iter().map(said).collect()
}

#[test]
fn a_list_shows_and_finds_the_owner_that_who_names() {
    let board = Board::new(TYPICAL);
    assert_eq!(
        listed(&board, "owner:pay"),
        [
            "component:default/forgotten: pay (CODEOWNERS)",
            "component:default/ledger: pay",
            "vessel:default/tug: pay",
        ]
    );
    assert_eq!(listed(&board, "-is:owned"), ["group:default/pay: ", "user:default/jane: "]);
    let nobody = Board::new("/web/ @x\n");
    assert_eq!(listed(&nobody, "forgotten -is:owned"), ["component:default/forgotten: "]);
}

#[test]
fn the_owner_in_a_kind_of_ones_own_counts_and_says_so() {
    let answer = Board::new(TYPICAL).asked("vessel:tug").answers.remove(0);
    assert_eq!((answer.owners[0].name.raw(), answer.owners[0].because.basis), ("pay", Basis::Unrelated));
}

#[test]
fn the_contacts_of_the_component_around_a_path_come_with_the_answer() {
    let answer = Board::new("* @jane\n").asked("ledger/src/post.py").answers.remove(0);
    assert_eq!(answer.path.as_ref().unwrap().raw(), "mono/ledger/src/post.py");
    assert_eq!(answer.contacts[0].contact.label.raw(), "PagerDuty service P1");
}

#[test]
fn a_stack_trace_names_its_files_once_for_each_owner() {
    let board = Board::new(TYPICAL);
    let trace = "Traceback (most recent call last):\n  File \"ledger/src/post.py\", line 3, in post\n\
                 \tat /go/pkg/mod/github.com/acme/mono@v1.2.0/web/main.go:12:4\n\tat web/app.js:1:2 (web/other)";
    let subjects: Vec<_> = board.asked(trace).answers.iter().map(|it| it.subject().to_owned()).collect();
    assert_eq!(subjects, ["component:default/ledger", "mono/web/main.go"]);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test changes files between two refreshes")]
fn a_changed_file_of_owners_is_read_and_an_unchanged_one_is_kept() {
    let board = Board::new(TYPICAL);
    let refresh = || board.portal.refresh(&Cancel::new(), &mut |_| ()).unwrap().changed;
    assert!(!refresh());
    std::fs::write(board.path("src/mono/new.txt"), "").unwrap();
    std::fs::write(board.path("src/org/catalog-info.yaml"), format!("{ORG}# more\n")).unwrap();
    assert!(refresh());
    assert_eq!(board.asked("forgotten").answers[0].owners[0].name.raw(), "pay");
    std::fs::write(board.path("src/mono/.github/CODEOWNERS"), "* @jane # now\n").unwrap();
    assert!(refresh());
    assert_eq!(board.asked("forgotten").answers[0].owners[0].name.raw(), "jane");
    assert_eq!(listed(&board, "forgotten"), ["component:default/forgotten: user:jane (CODEOWNERS)"]);
    std::fs::remove_file(board.path("src/mono/.github/CODEOWNERS")).unwrap();
    assert!(refresh());
    assert!(board.asked("forgotten").answers[0].owners.is_empty());
}
