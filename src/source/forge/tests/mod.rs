//! The three forges by the contracts of their documented APIs, played on loopback, with real repositories behind.

#![expect(clippy::disallowed_methods, reason = "tests make repositories and look at what is kept")]

mod discovery;
mod fetching;
mod members;

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;
use crate::source::git::server;
use crate::source::http::{Log, Reply, serve};
use crate::source::mirror::{Manifest, Mirror};
use crate::source::room::Room;

const TOKEN: &str = "t0ken-of-jane";

const KINDS: [ForgeKind; 3] = [ForgeKind::Github, ForgeKind::Gitlab, ForgeKind::Gitea];

/// The time of the first sync: long after everything that happened in the repositories.
const NOW: i64 = 1_800_000_000;

struct Stage {
    dir: tempfile::TempDir,
    mirror: Mirror,
    before: Manifest,
    now: i64,
}

impl Stage {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mirror = Mirror::new(dir.path().join("mirror"));
        Self { dir, mirror, before: Manifest::default(), now: NOW }
    }

    /// The folder that repositories are served from.
    fn server(&self) -> PathBuf {
        self.dir.path().join("server")
    }

    fn git(&self, folder: &Path, arguments: &[&str]) {
        server::git(self.dir.path(), folder, arguments);
    }

    /// Makes a repository that declares a component of this name.
    fn repository(&self, path: &str, component: &str) {
        let folder = self.server().join(path);
        std::fs::create_dir_all(&folder).unwrap();
        self.git(&folder, &["init", "--quiet"]);
        self.git(&folder, &["config", "uploadpack.allowFilter", "true"]);
        self.commit(path, component);
    }

    /// Makes repositories of `acme` that each declare a component of their own name.
    fn repositories(&self, names: &[&str]) {
        for name in names {
            self.repository(&format!("acme/{name}"), name);
        }
    }

    fn commit(&self, path: &str, component: &str) {
        let folder = self.server().join(path);
        let text = format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {component}\nspec: {{}}\n"
        );
        std::fs::write(folder.join("catalog-info.yaml"), text).unwrap();
        self.git(&folder, &["add", "--all"]);
        self.git(&folder, &["commit", "--quiet", "--message=x"]);
    }

    /// The source of the owner `acme`, whose repositories are fetched from below `clones`.
    fn forge(&self, kind: ForgeKind, url: &str, clones: &str, more: &Value) -> Forge {
        let mut own = json!({"url": url, kind.owner_key(): "acme", "token": {"env": "TOKEN"}});
        for (key, value) in more.as_object().unwrap() {
            own[key] = value.clone();
        }
        let home = self.dir.path().display().to_string();
        let path = std::env::var("PATH").unwrap();
        let values = [("HOME", home.as_str()), ("PATH", path.as_str()), ("TOKEN", TOKEN)]
            .into_iter()
            .chain([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let variables = Variables::new(self.dir.path().into(), values);
        let settings = ForgeSettings::parse(kind, &own).unwrap();
        let mut forge = Forge::new(kind, settings, variables).unwrap();
        clones.clone_into(&mut forge.clones);
        forge.patience.retry = Duration::from_millis(1);
        forge
    }

    /// The source with its repositories over `file://`.
    fn local(&self, kind: ForgeKind, url: &str, more: &Value) -> Forge {
        self.forge(kind, url, &self.clones(), more)
    }

    fn clones(&self) -> String {
        format!("file://{}/", self.server().display())
    }

    /// A sync that is published.
    async fn sync(&mut self, forge: &Forge) -> Result<Fetched> {
        let fetched = self.try_sync(forge).await?;
        self.before = Manifest::new(fetched.units.clone());
        self.mirror.publish(&self.before)?;
        Ok(fetched)
    }

    async fn try_sync(&mut self, forge: &Forge) -> Result<Fetched> {
        let progress = |_: Amount| {};
        let now = Timestamp::from_second(self.now).unwrap();
        self.now += 60;
        forge
            .fetch(Fetch {
                mirror: &self.mirror,
                before: &self.before,
                now,
                room: &Room::default(),
                progress: &progress,
            })
            .await
    }

    fn refs(&self, fetched: &Fetched) -> Vec<String> {
        let packs = fetched.units.iter().map(|unit| self.mirror.pack(&unit.pack).unwrap());
        packs.flat_map(|pack| pack.refs().to_vec()).collect()
    }
}

/// What a forge says of a repository of `acme`, as its documentation has it.
fn described(kind: ForgeKind, clones: &str, name: &str) -> Value {
    let clone = format!("{clones}acme/{name}");
    let ssh = format!("git@127.0.0.1:acme/{name}.git");
    match kind {
        ForgeKind::Github => json!({
            "id": 1_296_269, "node_id": "MDEwOlJlcG9zaXRvcnkxMjk2MjY5", "name": name,
            "full_name": format!("acme/{name}"), "owner": {"login": "acme", "type": "Organization"},
            "private": true, "html_url": format!("https://github.com/acme/{name}"), "description": null,
            "fork": false, "clone_url": clone, "ssh_url": ssh, "default_branch": "main", "topics": ["java"],
            "archived": false, "disabled": false, "visibility": "private", "size": 108,
            "pushed_at": "2026-01-26T19:06:43Z", "updated_at": "2026-01-26T19:14:43Z",
        }),
        ForgeKind::Gitlab => json!({
            "id": 9, "name": name.to_uppercase(), "path": name, "path_with_namespace": format!("acme/{name}"),
            "name_with_namespace": format!("Acme / {name}"), "default_branch": "main", "tag_list": ["java"],
            "topics": ["java"], "archived": false, "visibility": "private", "empty_repo": false,
            "http_url_to_repo": clone, "ssh_url_to_repo": ssh, "repository_access_level": "enabled",
            "namespace": {"id": 5, "kind": "group", "full_path": "acme"},
            "last_activity_at": "2026-01-26T19:06:43.000Z", "updated_at": "2026-01-26T19:14:43.000Z",
        }),
        ForgeKind::Gitea => json!({
            "id": 3, "owner": {"id": 2, "login": "acme"}, "name": name, "full_name": format!("acme/{name}"),
            "description": "", "empty": false, "private": true, "internal": false, "fork": false, "topics": ["java"],
            "mirror": false, "size": 24, "clone_url": clone, "ssh_url": ssh, "default_branch": "main",
            "archived": false, "updated_at": "2026-01-26T20:06:43+01:00",
        }),
    }
}

/// A forge that answers every list of repositories with these.
fn serve_all(kind: ForgeKind, clones: &str, names: &[&str]) -> (String, Log) {
    let all = Value::Array(names.iter().map(|name| described(kind, clones, name)).collect());
    serve(move |_| Reply::json(&all))
}

fn lines(log: &Log) -> Vec<String> {
    log.lock().unwrap().iter().map(|seen| seen.line.clone()).collect()
}
