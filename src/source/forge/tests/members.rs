//! Teams and people as groups and users.

use super::*;
use crate::source::mirror::Role;

/// A forge whose lists are these, by what their paths contain; all others are empty.
fn serve_lists(lists: Vec<(&'static str, Value)>) -> (String, Log) {
    serve(move |seen| {
        let path = seen.line.trim_start_matches("GET ").split('?').next().unwrap_or_default();
        match lists.iter().find(|(end, _)| path.ends_with(end)) {
            Some((_, list)) => Reply::json(list),
            None => Reply::json(&json!([])),
        }
    })
}

async fn entities(stage: &mut Stage, forge: &Forge) -> Vec<Value> {
    let fetched = stage.sync(forge).await.unwrap();
    assert_eq!(fetched.failures, []);
    let unit = fetched.units.iter().find(|unit| unit.root == "~members").unwrap();
    let pack = stage.mirror.pack(&unit.pack).unwrap();
    assert!(pack.files().iter().all(|file| file.role == Role::Entity));
    pack.files().iter().map(|file| serde_json::from_slice(&pack.read(file).unwrap()).unwrap()).collect()
}

fn brief(entity: &Value) -> String {
    let text = |at: &str| entity.pointer(at).and_then(Value::as_str).unwrap_or_default();
    let groups: Vec<&str> =
        entity["spec"]["memberOf"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let (kind, name) = (text("/kind"), text("/metadata/name"));
    format!("{kind} {name} {}{}", text("/spec/parent"), groups.join(","))
}

#[tokio::test]
async fn github_has_teams_with_parents_and_members() {
    let parent = json!({"id": 1, "name": "Platform", "slug": "platform", "description": "All of it",
        "html_url": "https://github.com/orgs/acme/teams/platform", "parent": null});
    let child =
        json!({"id": 2, "name": "Pay ments", "slug": "pay-ments", "description": null, "parent": parent});
    let jane = json!({"login": "jane", "id": 1, "avatar_url": "https://github.com/images/jane.gif",
        "html_url": "https://github.com/jane", "type": "User"});
    let bot = json!({"login": "ci[bot]", "id": 3, "type": "Bot"});
    let (url, _) = serve_lists(vec![
        ("orgs/acme/teams", json!([parent, child])),
        ("orgs/acme/members", json!([jane, bot, {"login": "joe", "id": 2, "type": "User"}])),
        ("teams/pay-ments/members", json!([jane])),
    ]);
    let mut stage = Stage::new();
    let forge = stage.local(ForgeKind::Github, &url, &json!({"members": true}));
    let all = entities(&mut stage, &forge).await;
    let names: Vec<String> = all.iter().map(brief).collect();
    assert_eq!(
        names,
        [
            "Group pay-ments group:default/platform",
            "Group platform ",
            "User jane group:default/pay-ments",
            "User joe ",
        ]
    );
    assert_eq!(
        all[1],
        json!({
            "apiVersion": "backstage.io/v1alpha1", "kind": "Group",
            "metadata": {"name": "platform", "description": "All of it", "annotations": {
                "github.com/team-slug": "acme/platform",
                "backstage.io/view-url": "https://github.com/orgs/acme/teams/platform"
            }},
            "spec": {"type": "team", "profile": {"displayName": "Platform"}, "children": []}
        })
    );
    assert_eq!(all[2]["metadata"]["annotations"]["github.com/user-login"], "jane");
    assert_eq!(all[2]["spec"]["profile"], json!({"picture": "https://github.com/images/jane.gif"}));
    let pack = stage.before.units[0].pack.clone();
    assert_eq!(entities(&mut stage, &forge).await, all);
    assert_eq!(stage.before.units[0].pack, pack, "what did not change keeps its pack");
}

#[tokio::test]
async fn gitlab_has_groups_in_groups_with_their_members() {
    let member = |id: u64, username: &str, state: &str| {
        json!({"id": id, "username": username, "name": username.to_uppercase(), "state": state,
            "web_url": format!("https://gitlab.com/{username}"), "access_level": 30})
    };
    let (url, _) = serve_lists(vec![
        (
            "groups/acme/descendant_groups",
            json!([{"id": 6, "name": "Pay", "path": "pay", "full_path": "acme/pay", "parent_id": 5}]),
        ),
        (
            "groups/acme",
            json!({"id": 5, "name": "Acme", "path": "acme", "full_path": "acme", "parent_id": null}),
        ),
        ("groups/acme/members/all", json!([member(1, "jane", "active"), member(2, "gone", "blocked")])),
        ("groups/6/members", json!([member(1, "jane", "active"), member(3, "joe", "active")])),
    ]);
    let mut stage = Stage::new();
    let forge = stage.local(ForgeKind::Gitlab, &url, &json!({"members": true}));
    let all = entities(&mut stage, &forge).await;
    let names: Vec<String> = all.iter().map(brief).collect();
    assert_eq!(
        names,
        [
            "Group acme ",
            "Group acme-pay group:default/acme",
            "User jane group:default/acme,group:default/acme-pay",
            "User joe group:default/acme-pay",
        ]
    );
    assert_eq!(all[1]["metadata"]["annotations"]["127.0.0.1/team-path"], "acme/pay");
    assert_eq!(all[2]["spec"]["profile"]["displayName"], "JANE");
}

#[tokio::test]
async fn gitea_has_teams_and_two_organisations_have_namespaces() {
    let (url, _) = serve_lists(vec![
        ("orgs/acme/teams", json!([{"id": 1, "name": "Owners", "description": "", "permission": "owner"}])),
        ("orgs/Bolt/teams", json!([{"id": 2, "name": "Owners", "description": "", "permission": "owner"}])),
        (
            "teams/1/members",
            json!([{"id": 4, "login": "jane", "full_name": "Jane Doe", "email": "jane@acme.example"}]),
        ),
    ]);
    let mut stage = Stage::new();
    let more = json!({"members": true, "organizations": ["Bolt"]});
    let forge = stage.local(ForgeKind::Gitea, &url, &more);
    let all = entities(&mut stage, &forge).await;
    let names: Vec<String> = all.iter().map(brief).collect();
    assert_eq!(names, ["Group Owners ", "Group Owners ", "User jane group:acme/Owners"]);
    assert_eq!(all[1]["metadata"]["namespace"], "bolt");
    assert_eq!(all[2]["spec"]["profile"], json!({"displayName": "Jane Doe", "email": "jane@acme.example"}));
}

#[tokio::test]
async fn people_that_may_not_be_seen_stay_as_they_were_and_repositories_come() {
    let closed = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let is_closed = std::sync::Arc::clone(&closed);
    let (url, _) = serve(move |seen| {
        let is_people = seen.line.contains("/teams") || seen.line.contains("/members");
        if is_people && is_closed.load(std::sync::atomic::Ordering::SeqCst) {
            return Reply::new(403, &[], r#"{"message":"Must have read:org"}"#);
        }
        let jane = json!([{"login": "jane", "id": 1}]);
        if seen.line.contains("/members") { Reply::json(&jane) } else { Reply::json(&json!([])) }
    });
    let mut stage = Stage::new();
    let forge = stage.local(ForgeKind::Github, &url, &json!({"members": true}));
    let first = stage.sync(&forge).await.unwrap();
    closed.store(true, std::sync::atomic::Ordering::SeqCst);
    let second = stage.sync(&forge).await.unwrap();
    assert_eq!(stage.refs(&second), stage.refs(&first));
    assert!(second.units[0].failure.as_ref().unwrap().contains("Must have read:org"));
    assert_eq!(second.failures[0].what, "~members");
    assert!(second.failures[0].why.contains("gh auth login"), "{:?}", second.failures);
}
