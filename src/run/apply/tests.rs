use std::cell::Cell;

use serde_json::{Map, Value, json};

use super::super::journal::{RunStatus, StepResult};
use super::*;
use crate::catalog::EntityRef;
use crate::template::plan::{PlannedStep, Prospect};
use crate::template::workspace::{EXECUTABLE_MODE, PLAIN_MODE};

fn plan(files: &[(&str, Node)], prospects: &[Prospect]) -> Plan {
    let mut tree = Workspace::default();
    for (path, node) in files {
        tree.put(path, node.clone()).unwrap();
    }
    let step = |(index, prospect): (usize, &Prospect)| PlannedStep {
        id: format!("s{index}"),
        name: String::new(),
        action: "a:b".to_owned(),
        prospect: *prospect,
        does: String::new(),
        error: None,
        paths: Vec::new(),
        messages: Vec::new(),
    };
    Plan {
        template: EntityRef::new("Template", "default", "t"),
        title: "t".to_owned(),
        parameters: json!({}),
        steps: prospects.iter().enumerate().map(step).collect(),
        files: Vec::new(),
        output: Map::new(),
        warnings: Vec::new(),
        problems: Vec::new(),
        tree,
    }
}

fn file(text: &str, mode: u32) -> Node {
    Node::File { bytes: text.as_bytes().into(), mode }
}

fn carry_out(plan: &Plan, home: &Path, out: &str, leave_out: LeaveOut) -> Result<RunReport> {
    apply(
        plan,
        &Request {
            out: &home.join(out),
            leave_out,
            runs: &home.join("state/runs"),
            now: &|| Timestamp::UNIX_EPOCH,
            is_cancelled: &|| false,
        },
    )
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn the_tree_is_there_with_its_modes_and_links_and_nothing_is_left_beside_it() {
    let home = tempfile::tempdir().unwrap();
    let link = Node::Symlink { target: "run.sh".to_owned() };
    let files = [("bin/run.sh", file("x", EXECUTABLE_MODE)), ("bin/go", link), ("empty", Node::Directory)];
    let report =
        carry_out(&plan(&files, &[Prospect::Ready]), home.path(), "new/out", LeaveOut::Nothing).unwrap();
    assert_eq!((report.status, report.steps[0].result), (RunStatus::Done, StepResult::Done));
    assert_eq!(names(&home.path().join("new")), ["out"]);
    assert_eq!(names(&home.path().join("new/out/bin")), ["go", "run.sh"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(home.path().join("new/out/bin/run.sh")).unwrap().permissions().mode();
        assert_eq!(mode & 0o100, 0o100);
    }
}

#[test]
fn an_occupied_folder_is_refused_with_what_is_in_the_way_and_stays_as_it_was() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("out")).unwrap();
    fs::write(home.path().join("out/README.md"), "mine").unwrap();
    let made = plan(&[("README.md", file("theirs", PLAIN_MODE))], &[]);
    let error = carry_out(&made, home.path(), "out", LeaveOut::Nothing).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.message().contains("README.md"), "{error}");
    assert_eq!(fs::read_to_string(home.path().join("out/README.md")).unwrap(), "mine");
    assert_eq!(names(home.path()), ["out"]);
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_the_folder_is_refused() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("elsewhere")).unwrap();
    std::os::unix::fs::symlink("elsewhere", home.path().join("out")).unwrap();
    let made = plan(&[("a", file("x", PLAIN_MODE))], &[]);
    let error = carry_out(&made, home.path(), "out", LeaveOut::Nothing).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(names(&home.path().join("elsewhere")).is_empty());
}

#[test]
fn an_empty_folder_is_filled() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("out")).unwrap();
    carry_out(&plan(&[("a", file("x", PLAIN_MODE))], &[]), home.path(), "out", LeaveOut::Nothing).unwrap();
    assert_eq!(names(&home.path().join("out")), ["a"]);
}

#[test]
fn steps_that_reach_outside_are_refused_unless_they_may_be_left_out() {
    let home = tempfile::tempdir().unwrap();
    let made =
        plan(&[("a", file("x", PLAIN_MODE))], &[Prospect::Ready, Prospect::LeftToYou, Prospect::Unknown]);
    let error = carry_out(&made, home.path(), "out", LeaveOut::Nothing).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(!home.path().join("out").exists());
    let report = carry_out(&made, home.path(), "out", LeaveOut::Outside).unwrap();
    assert_eq!(report.status, RunStatus::PartlyLeftOut);
    assert_eq!(report.left_out().map(|step| step.id.as_str()).collect::<Vec<_>>(), ["s1", "s2"]);
}

#[test]
fn a_run_that_is_stopped_leaves_nothing_but_its_journal() {
    let home = tempfile::tempdir().unwrap();
    let asked = Cell::new(0);
    let made = plan(&[("a", file("x", PLAIN_MODE)), ("b", file("y", PLAIN_MODE))], &[Prospect::Ready]);
    let request = Request {
        out: &home.path().join("out"),
        leave_out: LeaveOut::Nothing,
        runs: &home.path().join("runs"),
        now: &|| Timestamp::UNIX_EPOCH,
        is_cancelled: &|| asked.replace(asked.get() + 1) > 0,
    };
    assert_eq!(apply(&made, &request).unwrap_err().kind(), ErrorKind::Interrupted);
    assert_eq!(names(home.path()), ["runs"]);
    let journal = names(&home.path().join("runs"));
    let text = fs::read_to_string(home.path().join("runs").join(&journal[0])).unwrap();
    let journal: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&journal["status"], &journal["steps"][0]["result"]), (&json!("cancelled"), &json!("notRun")));
}

#[test]
fn a_plan_with_a_problem_is_not_carried_out() {
    let home = tempfile::tempdir().unwrap();
    let mut made = plan(&[("a", file("x", PLAIN_MODE))], &[]);
    made.problems.push("step \"a\" failed: x".to_owned());
    let error = carry_out(&made, home.path(), "out", LeaveOut::Outside).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Failed);
    assert!(names(home.path()).is_empty());
}
