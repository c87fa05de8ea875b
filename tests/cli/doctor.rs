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
