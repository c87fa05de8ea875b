//! Actions that reach outside. They are not carried out; what they would have given is worked out from their
//! inputs where it can be, so that what comes after them still renders.

use serde_json::{Map, Value, json};

use super::Carrier;
use super::catalog::DEFAULT_FILE;
use crate::catalog::{EntityRef, yaml};
use crate::template::workflow::Call;

/// The branch that a new repository gets where the step names none.
const DEFAULT_BRANCH: &str = "main";

impl Carrier<'_> {
    /// What stands in for the output of an action that is left out.
    pub(super) fn stand_in(&self, call: &Call<'_>) -> Map<String, Value> {
        let action = call.step.action.as_str();
        if action == "catalog:register" {
            return self.registered(call);
        }
        let Some(repository) = Repository::of(call.shown) else { return Map::new() };
        let output = if action.ends_with("pull-request") || action.ends_with("merge-request") {
            json!({"remoteUrl": repository.web, "mergeRequestUrl": repository.web})
        } else if action.starts_with("publish:") || action.ends_with(":repo:create") {
            json!({
                "remoteUrl": format!("{}.git", repository.web),
                "repoContentsUrl": repository.contents,
            })
        } else {
            json!({})
        };
        output.as_object().cloned().unwrap_or_default()
    }

    fn registered(&self, call: &Call<'_>) -> Map<String, Value> {
        let text = |key: &str| call.shown.get(key).and_then(Value::as_str);
        let path =
            text("catalogInfoPath").unwrap_or(DEFAULT_FILE).trim_start_matches("./").trim_start_matches('/');
        let url = text("catalogInfoUrl").map(str::to_owned).or_else(|| {
            text("repoContentsUrl").map(|contents| format!("{}/{path}", contents.trim_end_matches('/')))
        });
        let mut output = Map::new();
        output.extend(url.map(|url| ("catalogInfoUrl".to_owned(), Value::String(url))));
        let reference = self.workspace.text(path).and_then(first_entity);
        output.extend(
            reference.map(|reference| ("entityRef".to_owned(), Value::String(reference.as_str().to_owned()))),
        );
        output
    }

    /// What an action that is left out would have been about.
    pub(super) fn subject(call: &Call<'_>) -> String {
        if let Some(repository) = Repository::of(call.shown) {
            return repository.web;
        }
        let named = ["catalogInfoUrl", "repoContentsUrl", "url", "title", "name"];
        let found = named.iter().find_map(|key| call.shown.get(*key).and_then(Value::as_str));
        found.unwrap_or_default().to_owned()
    }
}

/// The entity that a registration answers with: the first component, else the first of all.
fn first_entity(text: &str) -> Option<EntityRef> {
    let entities: Vec<(String, EntityRef)> = yaml::documents(text)
        .filter_map(|document| document.parse().ok())
        .filter_map(|document| {
            let part = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
            let kind = part("/kind")?;
            let namespace = part("/metadata/namespace").unwrap_or_else(|| "default".to_owned());
            let reference = EntityRef::new(&kind, &namespace, &part("/metadata/name")?);
            Some((kind, reference))
        })
        .collect();
    let component = entities.iter().find(|(kind, _)| kind == "Component");
    component.or_else(|| entities.first()).map(|(_, reference)| reference.clone())
}

/// The addresses of a repository that does not exist yet.
struct Repository {
    web: String,
    contents: String,
}

impl Repository {
    /// Works the addresses out of `repoUrl`, as the hosts make them.
    fn of(input: &Map<String, Value>) -> Option<Self> {
        let (host, query) = input.get("repoUrl")?.as_str()?.split_once('?')?;
        let part = |key: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(name, _)| *name == key).map(|(_, value)| value.replace("%2F", "/"))
        };
        let repo = part("repo")?;
        let owner = part("owner").or_else(|| part("project")).or_else(|| part("workspace"));
        let web = match owner {
            Some(owner) => format!("https://{host}/{owner}/{repo}"),
            None => format!("https://{host}/{repo}"),
        };
        let branch = input.get("defaultBranch").and_then(Value::as_str).unwrap_or(DEFAULT_BRANCH);
        let between = if host.contains("gitlab") { "-/blob" } else { "blob" };
        Some(Self { contents: format!("{web}/{between}/{branch}"), web })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_that_is_not_there_yet_has_its_address_to_be() {
        let input = json!({"repoUrl": "github.com?owner=acme&repo=pay", "defaultBranch": "trunk"});
        let repository = Repository::of(input.as_object().unwrap()).unwrap();
        assert_eq!(repository.web, "https://github.com/acme/pay");
        assert_eq!(repository.contents, "https://github.com/acme/pay/blob/trunk");
    }

    #[test]
    fn a_registration_answers_with_the_first_component() {
        let text = "kind: System\nmetadata: {name: s}\n---\nkind: Component\nmetadata: {name: C}\n";
        assert_eq!(first_entity(text).unwrap().as_str(), "component:default/c");
    }
}
