//! A catalog over time and with rivals, as commands tell it.

use crate::support::{Home, component};

#[test]
fn the_losers_of_a_conflict_are_named_where_the_winner_is() {
    let home = Home::new();
    home.write("one/catalog-info.yaml", component("svc", ""));
    home.write("two/a/catalog-info.yaml", component("svc", ""));
    let sources = ["--source", "two", "--source", "one"];
    let shown = home.run(&[&["show", "svc"][..], &sources].concat()).out;
    assert!(shown.contains("Also claimed by   catalog-info.yaml:1:1 (one)"), "{shown}");
    assert!(shown.contains("Origin            a/catalog-info.yaml:1:1 (two), just now"), "{shown}");
    assert!(shown.contains("Problem           catalog-info.yaml:4:9 (one) CB0403 "), "{shown}");
    assert_eq!(shown.matches("CB0403").count(), 1, "{shown}");
    let json = home.run(&[&["show", "svc", "--json"][..], &sources].concat()).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let claimants = json["items"][0]["claimants"].as_array().unwrap();
    let sources: Vec<_> = claimants.iter().map(|claimant| claimant["source"].as_str().unwrap()).collect();
    assert_eq!(sources, ["two", "one"]);
    let lint = home.run(&["lint", "two", "one"]).out;
    assert!(lint.contains("CB0403") && lint.contains("--> one/catalog-info.yaml:4:9"), "{lint}");
    assert!(lint.contains("note: Taken is the one at two/a/catalog-info.yaml:1:1."), "{lint}");
}

#[test]
fn what_changed_is_told_as_text_and_as_json() {
    let home = Home::new();
    let status = ["status", "--changes", "--source", "."];
    home.write("a/catalog-info.yaml", component("svc", "  tags: [java]\n"));
    let first = home.run(&status);
    assert!(first.out.starts_with("Nothing changed since "), "{}{}", first.out, first.err);
    home.write("a/catalog-info.yaml", component("svc", "  tags: [java, rust]\n"));
    home.write("b/catalog-info.yaml", component("other", ""));
    let second = home.run(&status).out;
    let lines: Vec<_> = second.lines().collect();
    assert!(lines[0].starts_with("1 added, 0 removed, 1 changed  "), "{second}");
    assert_eq!(
        lines[1..4],
        [
            "  + component:default/other  b/catalog-info.yaml",
            "  ~ component:default/svc  a/catalog-info.yaml",
            "      metadata.tags  [\"java\"] → [\"java\",\"rust\"]",
        ]
    );
    let json = home.run(&[&status[..], &["--json", "--since", "1d"]].concat()).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let change = &json["items"][0]["readings"][0]["changes"][1];
    assert_eq!((&change["ref"], &change["change"]), (&"component:default/svc".into(), &"changed".into()));
    assert_eq!(change["fields"][0]["new"], serde_json::json!(["java", "rust"]));
    assert_eq!(home.run(&[&status[..], &["--since", "soon"]].concat()).code, Some(2));
}

#[test]
fn the_samples_of_this_repository_are_not_its_own_catalog() {
    let home = Home::new();
    let said = home.run(&["list", "--source", env!("CARGO_MANIFEST_DIR")]);
    assert_eq!(said.out, "", "{}", said.err);
}

#[test]
fn impact_names_what_breaks_by_who_has_to_know() {
    let home = Home::new();
    let said = home.demo(&["impact", "payments-db"]);
    let lines: Vec<_> = said.out.lines().collect();
    assert!(lines[0].starts_with("resource:default/payments-db: "), "{}", said.out);
    assert!(lines.iter().any(|line| line.starts_with("team-payments  ")), "{}", said.out);
    assert!(lines.contains(&"  component:default/payments-api  1 step"), "{}", said.out);
    let json = home.demo_json(&["impact", "payments-db"]);
    assert!(json["items"][0]["total"].as_u64() >= Some(1));
    assert_eq!(home.demo(&["impact", "no-such-thing"]).code, Some(3));
    assert!(home.demo(&["impact", "payments-db", "-o", "dot"]).out.starts_with("digraph "));
    assert!(home.demo(&["impact", "payments-db", "-o", "mermaid"]).out.starts_with("flowchart "));
}

#[test]
fn what_is_not_in_the_catalog_is_answered_with_what_names_it() {
    let home = Home::new();
    home.write("r/catalog-info.yaml", format!("{}  dependsOn: [component:gone]\n", component("shop", "")));
    let asked = |command: &[&str]| home.run(&[command, &["--source", "r"]].concat());
    let said = asked(&["impact", "component:gone"]);
    assert!(
        said.out.starts_with("component:default/gone (not in the catalog): 1 breaks with it\n"),
        "{}{}",
        said.out,
        said.err
    );
    let said = asked(&["deps", "component:gone"]);
    assert_eq!((said.code, said.out.trim_end()), (Some(0), "component:default/gone  not in the catalog"));
    assert!(said.err.contains("It is needed by component:default/shop."), "{}{}", said.out, said.err);
    assert_eq!(asked(&["deps", "component:nowhere"]).code, Some(3));
}

#[test]
fn backstages_own_filters_select_from_a_list() {
    let home = Home::new();
    let named = |filter: &[&str]| home.demo(&[&["list", "-o", "name"], filter].concat());
    let said = named(&["--filter", "kind=component,spec.lifecycle=deprecated"]);
    assert_eq!(said.out, "component:default/payments-legacy\n", "{}", said.err);
    let either = named(&["--filter", "kind=domain", "--filter", "kind=system"]).out;
    assert_eq!(either.lines().count(), 10, "{either}");
    let predicate = named(&["--filter", r#"{"kind": {"$in": ["domain", "system"]}}"#]).out;
    assert_eq!(predicate, either);
    assert_eq!(named(&["--filter", "=x"]).code, Some(2));
    assert_eq!(named(&["--filter", r#"{"kind":"#]).code, Some(2));
}

#[test]
fn status_tells_problems_with_the_place_that_an_editor_opens() {
    let home = Home::new();
    home.write("a/catalog-info.yaml", "kind: Component\nspec: {owner: [}\n");
    let said = home.run(&["status", "--problems"]);
    let place = home.here().canonicalize().unwrap().join("a/catalog-info.yaml");
    assert!(said.out.contains(&format!("--> {}:2:16", place.display())), "{}", said.out);
    assert!(home.run(&["status"]).out.contains("status --problems"));
}

#[test]
fn evidence_and_problems_name_their_exact_places() {
    let home = Home::new();
    let whole =
        "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: shop}\nspec: {owner: team}\n";
    let group = "---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team}\nspec: {type: team, children: []}\n";
    home.write("r/org/catalog-info.yaml", format!("{whole}{group}"));
    let part = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: cart}\nspec:\n  type: service\n  lifecycle: x\n  system: shop\n  dependsOn: [component:gone]\n";
    home.write("r/cart/catalog-info.yaml", part);
    let asked = |command: &[&str]| home.run(&[command, &["--source", "r"]].concat());
    let shown = asked(&["show", "cart"]).out;
    let evidence = "team by spec.owner of system:default/shop (inherited) in org/catalog-info.yaml:4:15";
    assert!(shown.contains(evidence), "{shown}");
    assert!(shown.contains("Problem           cart/catalog-info.yaml:8:15 CB0402 "), "{shown}");
    for (command, owner) in [("show", "/items/0/owners/0"), ("impact", "/items/0/owners/0/owner")] {
        let reference = if command == "show" { "cart" } else { "component:gone" };
        let json: serde_json::Value =
            serde_json::from_str(&asked(&[command, reference, "--json"]).out).unwrap();
        let position = json.pointer(&format!("{owner}/because/origin/position"));
        assert_eq!(position, Some(&serde_json::json!({"line": 4, "column": 15})), "{command}");
    }
    assert!(shown.contains("CB0402 ") && shown.contains("Correct the reference"), "with what to do: {shown}");
    let group = asked(&["show", "team"]).out;
    assert!(!group.contains("\n\n\n"), "no section is empty: {group}");
    assert!(!group.contains("nobody"), "nobody is expected to own a group: {group}");
}
