//! The teams and the people of an owner, as groups and users.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::ForgeKind;
use super::kind::encoded;
use super::pages::{Reader, Shelf};
use crate::error::{Error, ErrorKind, Result};

/// Teams of one owner: each costs a request for its people.
const MAX_TEAMS: usize = 1_000;

/// Letters of a name in the catalog.
const MAX_NAME: usize = 63;

/// A team, a group or a person, in the words of all forges.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Record {
    id: u64,
    #[serde(alias = "username", skip_serializing_if = "Option::is_none")]
    login: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slug: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar_url: Option<String>,
    #[serde(alias = "web_url", skip_serializing_if = "Option::is_none")]
    html_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<Box<Record>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<u64>,
    /// `Bot` where it is none of flesh and blood.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    /// `active`, or why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
}

/// Collects the groups and users of one forge.
pub(super) struct Members<'a> {
    kind: ForgeKind,
    /// Its host, of which annotations are named.
    host: &'a str,
    /// Whether teams of several owners could have one name.
    has_namespaces: bool,
    groups: Vec<Value>,
    users: BTreeMap<String, (Record, BTreeSet<String>)>,
}

impl<'a> Members<'a> {
    /// Nobody yet.
    pub(super) fn new(kind: ForgeKind, host: &'a str, owners: usize) -> Self {
        // GitLab's groups have their whole path as a name.
        let has_namespaces = owners > 1 && kind != ForgeKind::Gitlab;
        Self { kind, host, has_namespaces, groups: Vec::new(), users: BTreeMap::new() }
    }

    /// Reads the teams and the people of an owner. One that is a person has none.
    pub(super) async fn read(
        &mut self,
        owner: &str,
        reader: &mut Reader<'_>,
        shelf: &mut Shelf<'_, Record>,
    ) -> Result<()> {
        let part = encoded(owner);
        let size = if self.kind == ForgeKind::Gitea { "limit=50&page=1" } else { "per_page=100" };
        let (teams, people) = match self.kind {
            ForgeKind::Github | ForgeKind::Gitea => {
                (format!("orgs/{part}/teams?{size}"), format!("orgs/{part}/members?{size}"))
            }
            ForgeKind::Gitlab => (
                format!("groups/{part}/descendant_groups?{size}"),
                format!("groups/{part}/members/all?{size}"),
            ),
        };
        let Some(mut teams) = list(reader, shelf, &teams).await? else { return Ok(()) };
        if teams.len() > MAX_TEAMS {
            let message = format!("{owner} has more than {MAX_TEAMS} teams, which is the limit.");
            return Err(Error::new(ErrorKind::Unreachable, message).with_hint("Leave `members` out."));
        }
        let people = list(reader, shelf, &people).await?.unwrap_or_default();
        let mut top = Vec::new();
        if self.kind == ForgeKind::Gitlab {
            let group: Option<Record> = reader.one(&format!("groups/{part}?with_projects=false")).await?;
            top = group.iter().map(|group| self.reference(owner, group)).collect();
            teams.extend(group);
        }
        let names: HashMap<u64, String> =
            teams.iter().map(|team| (team.id, self.name(team).to_owned())).collect();
        for person in people {
            self.join(person, &top);
        }
        for team in teams {
            let reference = self.reference(owner, &team);
            let members = match self.kind {
                ForgeKind::Github => {
                    format!("orgs/{part}/teams/{}/members?{size}", encoded(self.name(&team)))
                }
                ForgeKind::Gitlab => format!("groups/{}/members?{size}", team.id),
                ForgeKind::Gitea => format!("teams/{}/members?{size}", team.id),
            };
            if !top.contains(&reference) {
                let members = list(reader, shelf, &members).await?.unwrap_or_default();
                for person in members {
                    self.join(person, std::slice::from_ref(&reference));
                }
            }
            self.add_group(owner, &team, &names);
        }
        Ok(())
    }

    /// Groups first, then users, each sorted.
    pub(super) fn entities(mut self) -> Vec<Value> {
        let users = std::mem::take(&mut self.users);
        let users: Vec<Value> =
            users.into_values().map(|(person, groups)| self.user(&person, &groups)).collect();
        self.groups.sort_by_cached_key(ToString::to_string);
        self.groups.dedup();
        self.groups.extend(users);
        self.groups
    }

    fn join(&mut self, person: Record, groups: &[String]) {
        let is_gone = person.state.as_deref().is_some_and(|state| state != "active");
        let Some(login) = person.login.clone().filter(|_| !is_gone) else { return };
        if person.kind.as_deref() == Some("Bot") {
            return;
        }
        let (_, known) = self.users.entry(tidy(&login)).or_insert_with(|| (person, BTreeSet::new()));
        known.extend(groups.iter().cloned());
    }

    /// What a team is called in addresses.
    fn name<'r>(&self, team: &'r Record) -> &'r str {
        let name = match self.kind {
            ForgeKind::Github => team.slug.as_deref(),
            ForgeKind::Gitlab => team.full_path.as_deref(),
            ForgeKind::Gitea => team.name.as_deref(),
        };
        name.unwrap_or_default()
    }

    fn namespace(&self, owner: &str) -> String {
        if self.has_namespaces { tidy(owner).to_lowercase() } else { "default".to_owned() }
    }

    fn reference(&self, owner: &str, team: &Record) -> String {
        format!("group:{}/{}", self.namespace(owner), tidy(self.name(team)))
    }

    fn add_group(&mut self, owner: &str, team: &Record, names: &HashMap<u64, String>) {
        let parent = match (&team.parent, team.parent_id) {
            (Some(parent), _) => Some(self.name(parent).to_owned()),
            (None, Some(id)) => names.get(&id).cloned(),
            (None, None) => None,
        };
        let (key, value) = match self.kind {
            ForgeKind::Github => ("github.com/team-slug".to_owned(), format!("{owner}/{}", self.name(team))),
            ForgeKind::Gitlab => (format!("{}/team-path", self.host), self.name(team).to_owned()),
            ForgeKind::Gitea => (format!("{}/team-slug", self.host), format!("{owner}/{}", self.name(team))),
        };
        let mut spec = Map::new();
        let kind = if self.kind == ForgeKind::Gitlab { "group" } else { "team" };
        spec.insert("type".to_owned(), json!(kind));
        spec.insert("profile".to_owned(), profile(team, team.name.as_ref()));
        if let Some(parent) = parent {
            spec.insert(
                "parent".to_owned(),
                json!(format!("group:{}/{}", self.namespace(owner), tidy(&parent))),
            );
        }
        spec.insert("children".to_owned(), json!([]));
        let name = tidy(self.name(team));
        let mut group = entity("Group", &name, &annotations(key, &value, team), &spec);
        if self.has_namespaces {
            group["metadata"]["namespace"] = json!(self.namespace(owner));
        }
        if let Some(text) = team.description.as_ref().filter(|text| !text.is_empty()) {
            group["metadata"]["description"] = json!(text);
        }
        self.groups.push(group);
    }

    fn user(&self, person: &Record, groups: &BTreeSet<String>) -> Value {
        let login = person.login.clone().unwrap_or_default();
        let host = if self.kind == ForgeKind::Github { "github.com" } else { self.host };
        let called = if self.kind == ForgeKind::Gitlab { &person.name } else { &person.full_name };
        let mut spec = Map::new();
        spec.insert("profile".to_owned(), profile(person, called.as_ref()));
        spec.insert("memberOf".to_owned(), json!(groups));
        let name = tidy(&login);
        entity("User", &name, &annotations(format!("{host}/user-login"), &login, person), &spec)
    }
}

async fn list(
    reader: &mut Reader<'_>,
    shelf: &mut Shelf<'_, Record>,
    path: &str,
) -> Result<Option<Vec<Record>>> {
    reader.all(path, shelf, |record: Record| record).await
}

fn entity(kind: &str, name: &str, annotations: &Value, spec: &Map<String, Value>) -> Value {
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": name, "annotations": annotations},
        "spec": spec
    })
}

fn annotations(key: String, value: &str, record: &Record) -> Value {
    let mut all = Map::from_iter([(key, json!(value))]);
    if let Some(url) = &record.html_url {
        all.insert("backstage.io/view-url".to_owned(), json!(url));
    }
    Value::Object(all)
}

fn profile(record: &Record, called: Option<&String>) -> Value {
    let facts =
        [("displayName", called), ("email", record.email.as_ref()), ("picture", record.avatar_url.as_ref())];
    let known = facts.into_iter().filter_map(|(key, value)| Some((key, value.filter(|it| !it.is_empty())?)));
    Value::Object(known.map(|(key, value)| (key.to_owned(), json!(value))).collect())
}

/// A name as the catalog allows it.
fn tidy(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let name: String = name.chars().map(plain).take(MAX_NAME).collect();
    let name = name.trim_matches(['-', '_', '.']);
    if name.is_empty() { "unnamed".to_owned() } else { name.to_owned() }
}
