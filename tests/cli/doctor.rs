//! What `callboard doctor` finds on a machine on which something is missing.
#![cfg(unix)]

use crate::support::Home;

const CONFIG: &str = "../home/.config/callboard/config.yaml";

#[test]
fn a_token_and_a_folder_that_are_missing_are_found_before_anything_is_fetched() {
    let home = Home::new();
    home.write(
        CONFIG,
        "sources:\n- { id: portal, type: backstage, url: 'http://127.0.0.1:9', token: { env: NO_TOKEN } }\n\
         - { id: src, type: directory, path: ~/gone }\n",
    );
    let said = home.run(&["doctor"]);
    assert_eq!(said.code, Some(1));
    for told in ["The variable NO_TOKEN", "Set NO_TOKEN", "sources.1 (src): ", "/gone does not exist"] {
        assert!(said.out.contains(told), "{told}: {}", said.out);
    }
}

#[test]
fn a_configuration_that_cannot_be_read_is_told_once_with_what_to_do() {
    let home = Home::new();
    home.write(&format!("{CONFIG}/file"), "");
    let said = home.run(&["doctor"]);
    assert_eq!((said.code, said.out.matches("it is a folder.").count()), (Some(1), 1), "{}", said.out);
    assert!(said.out.contains("Move it away"), "{}", said.out);
}

#[test]
fn a_source_that_was_never_fetched_is_tried_and_one_that_failed_says_when() {
    let home = Home::new();
    home.write(CONFIG, "sources: [{ id: crm, type: command, run: [no-such-program] }]\n");
    let said = home.run(&["--offline", "doctor"]);
    assert!(said.out.contains("not yet"), "{}", said.out);
    for _ in 0..2 {
        let said = home.run(&["doctor"]);
        assert_eq!(said.code, Some(1));
        let told =
            ["failed just now. no-such-program is not installed", "Install no-such-program", "--sources`"];
        for told in told {
            assert!(said.out.contains(told), "{told}: {}", said.out);
        }
    }
    assert_eq!(home.run(&["--offline", "doctor", "--sources"]).code, Some(2));
}
