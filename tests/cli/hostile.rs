//! Nothing that is shown can control the terminal, and one bad document harms only itself.

use crate::support::{Home, component};

/// Everything a terminal could act on, but the line break.
fn acts(text: &str) -> bool {
    text.chars().any(|c| c != '\n' && (c.is_control() || matches!(c, '\u{202a}'..='\u{202e}')))
}

#[test]
fn hostile_text_is_shown_and_never_acts() {
    let home = Home::new();
    let title = "  title: \"a\\e]0;HOSTILE\\a\\e[2Jb\\x9bc\\u202Ed\"\n  description: \"x\\ny\\e[31m\"\n";
    home.write("catalog-info.yaml", component("svc", title));
    for arguments in [
        &["list"][..],
        &["list", "-o", "wide"],
        &["list", "-o", "csv"],
        &["list", "--json"],
        &["list", "-o", "ndjson"],
        &["search", "svc"],
        &["show", "svc"],
        &["show", "svc", "-o", "yaml"],
        &["show", "svc", "--json"],
        &["who", "svc"],
        &["deps", "svc"],
        &["lint"],
    ] {
        let said = home.run(arguments);
        assert!(said.out.contains("svc"), "{arguments:?}: {}{}", said.out, said.err);
        assert!(!acts(&said.out) && !acts(&said.err), "{arguments:?}: {:?}", said.out);
    }
}

#[test]
fn errors_that_quote_foreign_text_never_act() {
    let home = Home::new();
    home.write("catalog-info.yaml", component("svc", ""));
    let said = home.run(&["show", "\u{1b}]0;HOSTILE\u{7}"]);
    assert_eq!(said.code, Some(3));
    assert!(!acts(&said.err), "{:?}", said.err);
}

#[test]
fn a_broken_document_hides_no_neighbour() {
    let home = Home::new();
    home.write("bad/catalog-info.yaml", [0xff, 0xfe, 0x00, b'{']);
    home.write("broken/catalog-info.yaml", "kind: [");
    home.write("good/catalog-info.yaml", component("good", ""));
    assert_eq!(home.run(&["list", "-o", "name"]).out, "component:default/good\n");
    assert_eq!(home.run(&["lint"]).code, Some(1));
}
