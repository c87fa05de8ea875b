//! Programs that print entities, and programs that print something else.

use jiff::Timestamp;

use super::*;
use crate::source::mirror::Manifest;
use crate::source::mirror::testing::Stage;
use crate::source::scan::Folder;

const ENTITY: &str = r#"{"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"pay"}}"#;

fn command(script: &str, more: &str) -> Command {
    let settings = format!("run: [sh, -c, {}]\n{more}", serde_json::to_string(script).unwrap());
    let environment = Environment::inherited().with("SECRET", "s3cret").with("MINE", "mine");
    Command::new(serde_yaml::from_str(&settings).unwrap(), environment).unwrap()
}

#[tokio::test]
async fn json_becomes_a_file_for_each_entity() {
    let stage = Stage::new();
    let script = format!("printf '%s' '[{ENTITY},{ENTITY},{{\"no\":1}}]'");
    let fetched = stage.fetch(&command(&script, ""), 1).await.unwrap();
    assert_eq!(stage.refs(&fetched.units[0]), ["component:default/pay"]);
    let notes = "1 of 3 things that sh printed have no kind or no metadata.name; they were left out.";
    assert_eq!(fetched.notes, [notes]);
    stage.mirror.publish(&Manifest::new(fetched.units)).unwrap();
    let survey = stage.mirror.open().unwrap().survey(&|| false);
    assert_eq!(survey.descriptors, ["component:default/pay", "component:default/pay~2"]);
}

#[tokio::test]
async fn yaml_stays_one_file_and_the_same_output_keeps_its_pack() {
    let mut stage = Stage::new();
    let command = command(
        "printf 'kind: Component\\napiVersion: backstage.io/v1alpha1\\nmetadata: {name: a}\\n---\\nkind: Group\\napiVersion: backstage.io/v1alpha1\\nmetadata: {name: b}\\n'",
        "",
    );
    let fetched = stage.fetch(&command, 1).await.unwrap();
    assert_eq!(stage.refs(&fetched.units[0]), ["component:default/a", "group:default/b"]);
    stage.before = Manifest::new(fetched.units.clone());
    let again = stage.fetch(&command, 2).await.unwrap();
    assert_eq!((again.unchanged, &again.units[0].pack), (1, &fetched.units[0].pack));
    assert_eq!(again.units[0].as_of, Timestamp::from_second(2).unwrap());
}

#[tokio::test]
async fn a_program_that_fails_or_prints_something_else_is_named() {
    let stage = Stage::new();
    for (script, more, said) in [
        ("echo 'no access' >&2; exit 7", "", "sh ended with status 7: no access."),
        ("echo 'usage: x [-h]'", "", "it begins with \"usage: x [-h]\""),
        ("echo '<html>'", "", "it looks like HTML"),
        ("echo '[1]'", "", "none of what it printed has a kind"),
        (":", "", "sh printed no entities: it printed nothing."),
        ("sleep 1000", "timeout: 100ms", "sh did not end within 100ms."),
        ("echo 0123456789", "max_bytes: 5", "sh wrote more than 5 bytes."),
    ] {
        let error = stage.fetch(&command(script, more), 1).await.unwrap_err();
        assert!(error.message().contains(said), "{script}: {error}");
        assert_eq!(error.kind(), ErrorKind::Unreachable);
        assert!(error.hint().is_some());
    }
    let nowhere = command("true", "dir: /no/such/folder");
    let error = stage.fetch(&nowhere, 1).await.unwrap_err();
    assert!(
        error.message().contains("no folder /no/such/folder") && error.hint().unwrap().contains("`dir`"),
        "{error}"
    );
    let missing = CommandSettings { run: vec!["no-such-program".into()], ..command(":", "").settings };
    let missing = Command::new(missing, Environment::inherited()).unwrap();
    let error = stage.fetch(&missing, 1).await.unwrap_err();
    assert!(error.message().starts_with("no-such-program is not installed"), "{error}");
}

#[tokio::test]
async fn a_half_of_a_character_and_what_cannot_be_read_harm_nothing_beside_them() {
    let stage = Stage::new();
    let titled = |name: &str, title: &str| {
        format!(
            r#"{{"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{{"name":"{name}","title":{title}}}}}"#
        )
    };
    let lines = [titled("a", r#""\ud83d""#), titled("b", "1e999"), ENTITY.to_owned()].join("\n");
    let fetched = stage.fetch(&command(&format!("cat <<'END'\n{lines}\nEND"), ""), 1).await.unwrap();
    assert_eq!(stage.refs(&fetched.units[0]), ["component:default/a", "component:default/pay"]);
    let [note] = fetched.notes.as_slice() else { panic!("{:?}", fetched.notes) };
    assert!(
        note.contains("1 of 3 things") && note.contains("Number 2 cannot be read: number out of range"),
        "{note}"
    );
}

#[tokio::test]
async fn only_the_variables_that_are_named_reach_it() {
    let script =
        "printf 'kind: A\\napiVersion: backstage.io/v1\\nmetadata: {name: x%s-%s}' \"$SECRET\" \"$MINE\"";
    let stage = Stage::new();
    let fetched = stage.fetch(&command(script, "env: [MINE]"), 1).await.unwrap();
    assert_eq!(stage.refs(&fetched.units[0]), ["a:default/x-mine"]);
}

#[test]
fn settings_without_a_program_or_with_unknown_keys_are_refused() {
    assert!(serde_yaml::from_str::<CommandSettings>("run: [a]\nshell: true").is_err());
    let empty: CommandSettings = serde_yaml::from_str("run: []").unwrap();
    assert_eq!(Command::new(empty, Environment::default()).unwrap_err().kind(), ErrorKind::Usage);
    let long: CommandSettings = serde_yaml::from_str("run: [a]\ntimeout: 5m").unwrap();
    assert_eq!(long.timeout, Some(Length(Duration::from_mins(5))));
}
