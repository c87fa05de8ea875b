//! Each command answers on the bundled sample: text, JSON, exit code.

use serde_json::Value;

use crate::support::{Home, component};

#[test]
fn list_prints_references_first_and_every_format_holds_the_same_entities() {
    let home = Home::new();
    let names = home.demo(&["list", "kind:api", "-o", "name"]);
    assert_eq!(names.code, Some(0));
    let names: Vec<_> = names.out.lines().map(str::to_owned).collect();
    assert!(names.iter().any(|name| name == "api:default/payments-v2"));
    let first =
        |text: &str| text.lines().map(|line| line.split([' ', ',']).next().unwrap().to_owned()).collect();
    let table: Vec<String> = first(&home.demo(&["list", "kind:api"]).out);
    let csv: Vec<String> = first(&home.demo(&["list", "--kind", "API", "-o", "csv"]).out);
    let json = home.demo_json(&["list", "kind:api"]);
    let ndjson = home.demo(&["list", "kind:api", "-o", "ndjson"]).out;
    let lines = ndjson.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["ref"].clone());
    let items = json["items"].as_array().unwrap().iter().map(|item| item["ref"].clone());
    assert_eq!(table, names);
    assert_eq!(csv[1..], names);
    assert_eq!(items.collect::<Vec<_>>(), names);
    assert_eq!(lines.collect::<Vec<_>>(), names);
}

#[test]
fn an_empty_list_is_an_answer() {
    let said = Home::new().demo(&["list", "name:nothing-is-called-so"]);
    assert_eq!((said.out.as_str(), said.code), ("", Some(0)));
    let unknown = Home::new().demo(&["list", "is:orphn"]);
    assert!(unknown.err.contains("is:orphn is not known. Known are"), "{}", unknown.err);
}

#[test]
fn search_ranks_and_says_what_is_near_when_nothing_matches() {
    let home = Home::new();
    let found = home.demo(&["search", "payments-api", "-o", "name", "--limit", "1"]);
    assert_eq!((found.out.as_str(), found.code), ("component:default/payments-api\n", Some(0)));
    let nothing = home.demo(&["search", "paymnts-apj"]);
    assert_eq!((nothing.out.as_str(), nothing.code), ("", Some(3)));
    assert!(nothing.err.contains("Near: ") && nothing.err.contains("payments-api"), "{}", nothing.err);
}

#[test]
fn show_takes_a_bare_name_and_lists_candidates_when_it_means_several() {
    let home = Home::new();
    let one = home.demo(&["show", "payments-api"]);
    assert_eq!(one.code, Some(0));
    assert!(one.out.starts_with("component:default/payments-api\n"));
    assert!(one.out.contains("not in the catalog"));
    let missing = home.demo(&["show", "payments-apj"]);
    assert_eq!(missing.code, Some(3));
    assert!(missing.err.contains("component:default/payments-api"), "{}", missing.err);
    assert!(missing.out.is_empty());
    assert_eq!(
        home.demo_json(&["show", "payments-api"])["items"][0]["ref"],
        "component:default/payments-api"
    );
    assert!(home.demo(&["show", "payments-api", "-o", "yaml"]).out.contains("kind: Component\n"));
}

#[test]
fn a_bare_name_of_two_entities_lists_both() {
    let home = Home::new();
    let api = "---\napiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: a}\nspec: {type: grpc, lifecycle: x, owner: o, definition: d}\n";
    home.write("catalog-info.yaml", crate::support::component("a", "") + api);
    let said = home.run(&["show", "a"]);
    assert_eq!(said.code, Some(3));
    assert!(
        said.err.contains("api:default/a\n") && said.err.contains("component:default/a\n"),
        "{}",
        said.err
    );
}

#[test]
fn who_names_owner_evidence_and_contacts() {
    let home = Home::new();
    let said = home.demo(&["who", "payments-api"]);
    assert_eq!(said.code, Some(0));
    let lines: Vec<_> = said.out.lines().collect();
    assert_eq!(lines[0], "team-payments owns component:default/payments-api");
    assert!(lines[1].starts_with("  because   spec.owner in payments-api/catalog-info.yaml:"));
    for label in ["  on call ", "  chat ", "  mail ", "  runbook ", "  people ", "  escalate "] {
        assert!(lines.iter().any(|line| line.starts_with(label)), "{label} is missing in {}", said.out);
    }
    assert_eq!(home.demo(&["who", "nobody-knows-this"]).code, Some(3));
    let json = home.demo_json(&["who", "payments-api"]);
    assert_eq!(json["items"][0]["answers"][0]["owners"][0]["ref"], "group:default/team-payments");
}

#[test]
fn who_reads_a_text_from_stdin() {
    let home = Home::new();
    let said = home.fed("thread main panicked in payments-api at 12:00\n", &["who", "-", "--demo"]);
    assert!(said.out.contains("owns component:default/payments-api"), "{}{}", said.out, said.err);
}

#[test]
fn deps_draws_a_tree_and_speaks_to_graph_tools() {
    let home = Home::new();
    let tree = home.demo(&["deps", "payments-api"]);
    assert!(tree.out.contains("├─ dependsOn component:default/ledger-old  not in the catalog\n"));
    let one = home.demo(&["deps", "payments-api", "--depth", "1"]).out;
    assert!(!one.contains("resource:default/card-vault-hsm"));
    assert!(home.demo(&["deps", "payments-db", "--reverse"]).out.contains("component:default/payments-api"));
    assert!(home.demo(&["deps", "payments-api", "-o", "dot"]).out.starts_with("digraph "));
    assert!(home.demo(&["deps", "payments-api", "-o", "mermaid"]).out.starts_with("flowchart "));
}

#[test]
fn docs_lists_sites_and_pages_and_renders_one() {
    let home = Home::new();
    assert!(home.demo(&["docs"]).out.contains("component:default/payments-api"));
    assert!(home.demo(&["docs", "payments-api"]).out.contains("refunds/rules.md"));
    let page = home.demo(&["docs", "payments-api", "refunds/rules.md"]);
    assert_eq!(page.code, Some(0));
    assert!(page.out.starts_with("Refund rules\n"));
    assert!(home.demo(&["docs", "payments-api", "index.md", "--raw"]).out.starts_with("# "));
    assert_eq!(home.demo(&["docs", "payments-api", "nothing.md"]).code, Some(3));
    assert_eq!(home.demo_json(&["docs", "payments-api", "index.md"])["items"][0]["path"], "index.md");
}

#[test]
fn open_prints_an_address_and_lists_links() {
    let home = Home::new();
    let runbook = home.demo(&["open", "payments-api", "runbook", "--print"]);
    assert_eq!(runbook.out, "https://runbooks.skerry.example/payments\n");
    assert!(home.demo(&["open", "payments-api"]).out.contains("#pay-oncall"));
    assert_eq!(home.demo(&["open", "payments-api", "no such link"]).code, Some(3));
}

#[test]
fn status_counts_entities_and_problems_and_sync_tells_the_sources() {
    let home = Home::new();
    let said = home.demo(&["status"]);
    assert_eq!(said.code, Some(0));
    assert!(said.out.contains(" entities") && said.out.contains("CB0402"), "{}", said.out);
    assert_eq!(home.demo_json(&["status"])["items"][0]["sources"][0]["id"], "sample");
    let synced = home.demo_json(&["sync"]);
    assert_eq!(
        (&synced["items"][0]["id"], &synced["items"][0]["kind"]),
        (&"sample".into(), &"sample".into())
    );
}

#[test]
fn config_shows_its_origins_and_finds_what_has_no_effect() {
    let home = Home::new();
    let file = home.write("config.yaml", "theme: dark\nthemes: dark\n");
    let named = ["--config", file.to_str().unwrap()];
    let show = home.run(&[&["config", "show"], &named[..]].concat());
    assert!(show.out.contains("\"dark\"") && show.out.contains("config.yaml:1:"), "{}", show.out);
    let check = home.run(&[&["config", "check"], &named[..]].concat());
    assert_eq!(check.code, Some(1));
    assert!(check.out.contains("themes"));
    assert_eq!(home.run(&["config", "check"]).code, Some(0));
    assert!(home.run(&["config", "path"]).out.ends_with(".config/callboard/config.yaml\n"));
    assert!(home.run(&["config", "default"]).out.contains("theme: auto"));
    assert_eq!(home.run(&["config", "show", "--config", "nothing.yaml"]).code, Some(2));
}

#[test]
fn doctor_completions_and_man_answer_without_a_source() {
    let home = Home::new();
    assert!(home.demo(&["doctor"]).out.contains("terminal"));
    assert!(home.demo_json(&["doctor"])["items"].is_array());
    assert!(home.run(&["completions", "bash"]).out.contains("_callboard"));
    assert!(home.run(&["man"]).out.contains(".TH callboard 1"));
    assert!(home.run(&["man", "template", "show"]).out.contains("callboard\\-template\\-show"));
    assert_eq!(home.run(&["man", "nothing"]).code, Some(3));
}

#[test]
fn the_address_that_git_commits_with_says_what_is_mine() {
    let home = Home::new();
    let mine = ["list", "is:mine", "-o", "name"];
    let nobody = home.demo(&mine);
    assert_eq!(nobody.out, "");
    assert!(nobody.err.contains("not known who you are"), "{}", nobody.err);
    home.write("../home/.gitconfig", "[user]\n\temail = Alima.Sarr@skerry.example\n");
    let owned = home.demo(&mine);
    assert!(owned.out.contains("component:default/payments-api\n"), "{}{}", owned.out, owned.err);
}

#[test]
fn who_answers_for_a_path_by_its_line_of_codeowners() {
    let home = Home::new();
    home.write("shop/.git/HEAD", "ref: refs/heads/main\n");
    home.write("shop/CODEOWNERS", "* @acme/pay\n/docs/ writer@acme.dev\n");
    home.write("shop/catalog-info.yaml", component("shop", ""));
    home.write("shop/docs/index.md", "");
    let said = home.run(&["who", "shop/docs/index.md", "--source", "."]);
    assert_eq!(
        said.out.lines().take(2).map(|line| line.split(", read").next().unwrap()).collect::<Vec<_>>(),
        [
            "writer@acme.dev owns shop/docs/index.md  not in the catalog",
            "  because   CODEOWNERS /docs/ in shop/CODEOWNERS:2:1"
        ]
    );
    assert!(said.out.contains("part of   component:default/shop\n"), "{}", said.out);
    assert_eq!(said.code, Some(0));
}

#[test]
fn what_belongs_to_one_of_two_owners_stands_below_that_one() {
    let home = Home::new();
    home.write("shop/.git/HEAD", "ref: refs/heads/main\n");
    home.write("shop/CODEOWNERS", "* @acme/pay @acme/ghosts\n");
    let head = "apiVersion: backstage.io/v1alpha1\nkind:";
    let group = format!(
        "{head} Group\nmetadata: {{name: pay}}\nspec: {{type: team, children: [], profile: {{email: pay@acme.dev}}}}\n"
    );
    let user = format!("{head} User\nmetadata: {{name: jane}}\nspec: {{memberOf: [pay]}}\n");
    home.write("shop/catalog-info.yaml", format!("{group}---\n{user}"));
    home.write("shop/a.rs", "");
    let said = home.run(&["who", "shop/a.rs", "--source", "."]);
    let lines: Vec<_> = said.out.lines().map(|line| line.split(", read").next().unwrap()).collect();
    assert_eq!(
        lines,
        [
            "pay owns shop/a.rs",
            "  because   CODEOWNERS * in shop/CODEOWNERS:1:1",
            "  mail      pay@acme.dev",
            "  people    jane",
            "@acme/ghosts owns shop/a.rs  not in the catalog",
            "  because   CODEOWNERS * in shop/CODEOWNERS:1:1",
        ]
    );
}

#[test]
fn a_page_of_docs_is_found_by_the_label_of_the_navigation() {
    let home = Home::new();
    let said = home.demo(&["docs", "payments-api", "rules", "--raw"]);
    assert!(said.out.contains("# Refund rules"), "{}{}", said.out, said.err);
}
