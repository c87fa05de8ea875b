//! Problems with their places, for people and for machines.

use crate::support::{Home, component};

#[test]
fn a_problem_is_told_with_its_line_a_mark_and_a_fix() {
    let home = Home::new();
    home.write("svc/catalog-info.yaml", component("svc", "  tags: [java, Tier_1]\n"));
    let said = home.run(&["lint", "."]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.out.contains(
            "error[CB0211]: \"Tier_1\" is no tag: tags are lower case, without blanks, dots and underscores.\n \
             --> svc/catalog-info.yaml:5:16\n  |\n\
             5 |   tags: [java, Tier_1]\n  |                ^\n  = help: "
        ),
        "{}",
        said.out
    );
}

#[test]
fn every_format_tells_the_same_problem() {
    let home = Home::new();
    home.write("catalog-info.yaml", component("svc", "  tags: [Tier_1]\n"));
    let github = home.run(&["lint", ".", "--format", "github"]).out;
    assert!(github.contains("::error file=catalog-info.yaml,line=5,col=10,title=CB0211::"), "{github}");
    let json: serde_json::Value = serde_json::from_str(&home.run(&["lint", ".", "--json"]).out).unwrap();
    assert_eq!(json["schema"], "callboard/v1/lint");
    let problems = json["items"][0]["problems"].as_array().unwrap();
    assert!(problems.iter().any(|problem| problem["code"] == "CB0211"));
}

#[test]
fn each_problem_says_what_to_do_and_what_a_stock_backstage_does() {
    let home = Home::new();
    let own = "apiVersion: acme.com/v1\nkind: Robot\nmetadata: {name: r}\nspec: {owner: team}\n";
    home.write(
        "catalog-info.yaml",
        format!("- a list\n---\n{own}---\n{}", component("svc", "  tags: [T_1]\n")),
    );
    let json: serde_json::Value = serde_json::from_str(&home.run(&["lint", ".", "--json"]).out).unwrap();
    let problems = json["items"][0]["problems"].as_array().unwrap();
    let codes: Vec<_> = problems.iter().map(|problem| problem["code"].as_str().unwrap()).collect();
    assert!(["CB0103", "CB0211", "CB0301"].iter().all(|code| codes.contains(code)), "{codes:?}");
    for problem in problems {
        assert!(problem["fix"].is_string() && problem["backstage"].is_string(), "{problem}");
    }
    let text = home.run(&["lint", "."]).out;
    assert!(
        text.contains("= help: Did you mean \"t-1\"?\n   = Backstage: It refuses the document.\n"),
        "{text}"
    );
}

#[test]
fn a_folder_without_problems_ends_with_0() {
    let home = Home::new();
    let group = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team}\nspec: {type: team, children: []}\n---\n";
    home.write("catalog-info.yaml", group.to_owned() + &component("svc", ""));
    let said = home.run(&["lint"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
}

#[test]
fn a_path_that_is_not_there_is_no_finding() {
    let home = Home::new();
    let said = home.run(&["lint", "nowhere"]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
    assert!(said.err.contains("nowhere: it does not exist."), "{}", said.err);
}

#[test]
fn a_code_is_explained() {
    let home = Home::new();
    let said = home.run(&["lint", "--explain", "cb0211"]);
    assert_eq!(said.code, Some(0));
    assert!(said.out.starts_with("CB0211"));
    assert_eq!(home.run(&["lint", "--explain", "CB9999"]).code, Some(3));
}

#[test]
fn a_sarif_log_has_what_the_format_requires() {
    let home = Home::new();
    home.write("catalog-info.yaml", component("svc", "  tags: [Tier_1]\n"));
    let log: serde_json::Value =
        serde_json::from_str(&home.run(&["lint", ".", "--format", "sarif"]).out).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "callboard");
    let results = run["results"].as_array().unwrap();
    let tag = results.iter().find(|result| result["ruleId"] == "CB0211").unwrap();
    let place = &tag["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "catalog-info.yaml");
    assert_eq!((&place["region"]["startLine"], &place["region"]["startColumn"]), (&5.into(), &10.into()));
    for result in results {
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(result["message"]["text"].is_string());
    }
}

#[test]
fn a_folder_without_descriptors_says_so() {
    let home = Home::new();
    home.write("org.yaml", component("svc", ""));
    let said = home.run(&["lint"]);
    assert!(said.out.starts_with("No descriptor was found."), "{}", said.out);
    assert!(home.run(&["lint", "org.yaml"]).out.contains("in 1 file with 1 entity"));
}

#[test]
fn the_sample_is_not_taken_for_the_folder_of_the_user() {
    let home = Home::new();
    let said = home.demo(&["lint"]);
    assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{}", said.err);
}
