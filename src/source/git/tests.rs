//! Real repositories over `file://`.

use std::path::{Path, PathBuf};
use std::process::Command as Program;

use jiff::Timestamp;

use super::*;
use crate::source::mirror::testing::Stage;
use crate::source::mirror::{Manifest, Role, Unit};
use crate::source::room::Room;

const DESCRIPTOR: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: pay\n";

impl Stage {
    fn git(&self, folder: &Path, arguments: &[&str]) {
        server::git(self.dir.path(), folder, arguments);
    }

    /// Makes a repository with these files and gives its folder.
    fn repository(&self, name: &str, files: &[(&str, &str)]) -> PathBuf {
        let folder = self.dir.path().join("server").join(name);
        std::fs::create_dir_all(&folder).unwrap();
        self.git(&folder, &["init", "--quiet"]);
        self.git(&folder, &["config", "uploadpack.allowFilter", "true"]);
        self.commit(&folder, files);
        folder
    }

    fn commit(&self, folder: &Path, files: &[(&str, &str)]) {
        for (path, text) in files {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        self.git(folder, &["add", "--all"]);
        self.git(folder, &["commit", "--quiet", "--allow-empty", "--message=x"]);
    }

    fn source(&self, repositories: &[&Path], more: &str) -> Git {
        let urls: Vec<String> =
            repositories.iter().map(|folder| format!("file://{}", folder.display())).collect();
        let settings = format!("urls: {}\n{more}", serde_json::to_string(&urls).unwrap());
        let environment = Environment::inherited().with("GIT_CONFIG_GLOBAL", "/dev/null");
        let environment = environment.with("HOME", self.dir.path()).with("GIT_DIR", "/nowhere");
        Git::new(serde_yaml::from_str(&settings).unwrap(), environment).unwrap()
    }

    fn files(&self, unit: &Unit) -> Vec<String> {
        let pack = self.mirror.pack(&unit.pack).unwrap();
        pack.files().iter().map(|file| file.path.clone()).collect()
    }
}

#[tokio::test]
async fn descriptors_docs_and_templates_come_and_nothing_else() {
    let stage = Stage::new();
    let location = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: l}\nspec:\n  targets: [./more/*.yaml]\n";
    let api = "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  name: api\n  annotations: {backstage.io/techdocs-ref: 'dir:..'}\nspec:\n  type: openapi\n  lifecycle: x\n  owner: y\n  definition:\n    $text: ../openapi.yaml\n";
    let template = "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: t}\nspec: {type: x, steps: []}\n";
    let repository = stage.repository(
        "acme/pay.git",
        &[
            ("catalog-info.yaml", location),
            ("more/api.yaml", api),
            ("more/t/catalog-info.yml", template),
            ("more/t/skeleton/${{ values.x }}.rs", "fn main() {}"),
            ("openapi.yaml", "openapi: 3.0.0"),
            ("mkdocs.yml", "site_name: x\ndocs_dir: pages\n"),
            ("pages/index.md", "# Hi"),
            ("pages/big.png", "binary"),
            ("src/main.rs", "not needed"),
            (".github/CODEOWNERS", "* @x"),
        ],
    );
    let fetched = stage.fetch(&stage.source(&[&repository], ""), 1).await.unwrap();
    let unit = &fetched.units[0];
    assert!(unit.root.ends_with("server/acme/pay"), "{}", unit.root);
    assert_eq!(
        stage.files(unit),
        [
            ".github/CODEOWNERS",
            "catalog-info.yaml",
            "mkdocs.yml",
            "more/api.yaml",
            "more/t/catalog-info.yml",
            "more/t/skeleton/${{ values.x }}.rs",
            "openapi.yaml",
            "pages/index.md",
        ]
    );
    let pack = stage.mirror.pack(&unit.pack).unwrap();
    assert_eq!(pack.refs(), ["api:default/api", "location:default/l", "template:default/t"]);
    assert_eq!(pack.file("catalog-info.yaml").unwrap().role, Role::Descriptor);
    assert_eq!(pack.file("more/api.yaml").unwrap().role, Role::Other);
    let facts = unit.repository.as_ref().unwrap();
    assert_eq!((facts.branch.as_deref(), &facts.root), (Some("main"), &unit.root));
    assert_eq!(fetched.notes, [""; 0]);
}

#[tokio::test]
async fn an_unchanged_repository_takes_one_process_and_a_changed_one_only_what_is_new() {
    let mut stage = Stage::new();
    let repository = stage.repository(
        "r",
        &[("catalog-info.yaml", DESCRIPTOR), ("a/catalog-info.yaml", &DESCRIPTOR.replace("pay", "a"))],
    );
    let git = stage.source(&[&repository], "");
    let first = stage.fetch(&git, 1).await.unwrap();
    stage.before = Manifest::new(first.units.clone());
    let same = stage.fetch(&git, 2).await.unwrap();
    assert_eq!((same.requests, same.unchanged, &same.units[0].pack), (1, 1, &first.units[0].pack));
    assert_eq!(same.units[0].as_of, Timestamp::from_second(2).unwrap());
    stage.commit(&repository, &[("a/catalog-info.yaml", &DESCRIPTOR.replace("pay", "b"))]);
    let changed = stage.fetch(&git, 3).await.unwrap();
    let pack = stage.mirror.pack(&changed.units[0].pack).unwrap();
    assert_eq!(pack.refs(), ["component:default/b", "component:default/pay"]);
    // The commit, its files, the one new content, and that content read: the other came from the pack.
    assert_eq!((changed.requests, changed.unchanged), (5, 0));
}

#[tokio::test]
async fn one_that_is_gone_keeps_what_it_was_and_all_that_are_gone_are_an_error() {
    let mut stage = Stage::new();
    let (a, b) =
        (stage.repository("a", &[("catalog-info.yaml", DESCRIPTOR)]), stage.repository("b", &[("x", "y")]));
    let git = stage.source(&[&a, &b], "");
    let first = stage.fetch(&git, 1).await.unwrap();
    assert_eq!((first.units.len(), first.failures.len()), (2, 0));
    stage.before = Manifest::new(first.units.clone());
    std::fs::remove_dir_all(&a).unwrap();
    let second = stage.fetch(&git, 2).await.unwrap();
    assert!(second.failures[0].why.contains("there is no such repository"), "{:?}", second.failures);
    assert_eq!(second.failures[0].what, a.display().to_string());
    let kept = second.units.iter().find(|unit| unit.root.ends_with("/a")).unwrap();
    assert_eq!((kept.as_of, kept.failure.is_some()), (Timestamp::from_second(1).unwrap(), true));
    std::fs::remove_dir_all(&b).unwrap();
    let error = stage.fetch(&git, 3).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    for folder in [&a, &b] {
        assert!(error.message().contains(&folder.display().to_string()), "{error}");
    }
    assert!(error.message().contains(" Nor could be fetched: ") && error.hint().is_some(), "{error}");
}

#[tokio::test]
async fn branches_are_followed_and_missing_ones_and_empty_repositories_are_named() {
    let stage = Stage::new();
    let repository = stage.repository("r", &[("catalog-info.yaml", DESCRIPTOR)]);
    stage.git(&repository, &["checkout", "--quiet", "-b", "dev"]);
    stage.commit(&repository, &[("catalog-info.yaml", &DESCRIPTOR.replace("pay", "dev"))]);
    stage.git(&repository, &["checkout", "--quiet", "main"]);
    let fetched = stage.fetch(&stage.source(&[&repository], "branch: dev"), 1).await.unwrap();
    assert_eq!(stage.mirror.pack(&fetched.units[0].pack).unwrap().refs(), ["component:default/dev"]);
    stage.git(&repository, &["branch", "--quiet", "-D", "dev"]);
    let error = stage.fetch(&stage.source(&[&repository], "branch: dev"), 2).await.unwrap_err();
    assert!(error.message().contains("it has no branch \"dev\""), "{error}");
    let empty = stage.dir.path().join("empty");
    std::fs::create_dir_all(&empty).unwrap();
    stage.git(&empty, &["init", "--quiet"]);
    let error = stage.fetch(&stage.source(&[&empty], ""), 3).await.unwrap_err();
    assert!(error.message().ends_with("it is empty."), "{error}");
}

#[tokio::test]
async fn a_host_that_cannot_leave_files_out_is_noted() {
    let stage = Stage::new();
    let repository = stage.repository("r", &[("catalog-info.yaml", DESCRIPTOR), ("x", "y")]);
    stage.git(&repository, &["config", "uploadpack.allowFilter", "false"]);
    let fetched = stage.fetch(&stage.source(&[&repository], ""), 1).await.unwrap();
    assert_eq!(stage.files(&fetched.units[0]), ["catalog-info.yaml"]);
    assert!(fetched.notes[0].contains("cannot leave files out"), "{:?}", fetched.notes);
}

#[tokio::test]
async fn links_stay_links_and_modes_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let stage = Stage::new();
    let template = "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: t}\nspec: {type: x, steps: []}\n";
    let repository = stage.repository(
        "r",
        &[("t/catalog-info.yaml", template), ("t/run\n\"x\"", "#!"), ("real.yaml", DESCRIPTOR)],
    );
    std::fs::set_permissions(repository.join("t/run\n\"x\""), std::fs::Permissions::from_mode(0o755))
        .unwrap();
    symlink("/etc/passwd", repository.join("t/out")).unwrap();
    stage.commit(&repository, &[]);
    let fetched = stage.fetch(&stage.source(&[&repository], ""), 1).await.unwrap();
    let pack = stage.mirror.pack(&fetched.units[0].pack).unwrap();
    let out = pack.file("t/out").unwrap();
    assert_eq!((out.role, pack.read(out).unwrap()), (Role::Symlink, b"/etc/passwd".to_vec()));
    assert!(pack.file("t/run\n\"x\"").unwrap().executable);
}

#[tokio::test]
async fn repositories_that_are_configured_no_more_are_forgotten() {
    let stage = Stage::new();
    let (a, b) = (stage.repository("a", &[("x", "y")]), stage.repository("b", &[("x", "y")]));
    stage.fetch(&stage.source(&[&a, &b], ""), 1).await.unwrap();
    let count = || std::fs::read_dir(stage.mirror.work().unwrap().join("git")).unwrap().count();
    assert_eq!(count(), 2);
    stage.fetch(&stage.source(&[&a], ""), 2).await.unwrap();
    assert_eq!(count(), 1);
}

#[test]
fn settings_take_one_or_many_and_nothing_unknown() {
    let settings: GitSettings = serde_yaml::from_str("url: https://h/a\nurls: [git@h:b]").unwrap();
    assert_eq!((settings.url.0.len(), settings.urls.0.len()), (1, 1));
    assert_eq!(settings.paths, ["**/catalog-info.yaml", "**/catalog-info.yml"]);
    assert!(serde_yaml::from_str::<GitSettings>("url: x\nupload_pack: y").is_err());
    let roots = with_roots(
        ["https://aa/o/r", "https://bb:1/o/r", "https://aa/o/s", "git@aa:o/r"]
            .map(|it| Address::parse(it).unwrap())
            .to_vec(),
    );
    assert_eq!(
        roots.into_iter().map(|(_, root)| root).collect::<Vec<_>>(),
        ["aa/o/r", "bb-1/o/r", "o/s", "aa/o/r~2"]
    );
}

/// `x-access-token:s3cret` as a header has it.
const LOGIN: &str = "Basic eC1hY2Nlc3MtdG9rZW46czNjcmV0";

async fn fetch_with(stage: &Stage, url: &str, secret: Option<&str>) -> Result<Fetched> {
    let source = stage.source(&[], &format!("url: {url}"));
    let git = GitProgram::find(&source.environment).await?;
    let token = secret.map(|secret| Token { user: "x-access-token".into(), secret: secret.into() });
    let job = RepositoryJob {
        address: source.repositories[0].0.clone(),
        root: source.repositories[0].1.clone(),
        branch: None,
        token,
        known: Known::ByName,
        paths: Arc::clone(&source.paths),
        mirror: stage.mirror.clone(),
        before: None,
        now: Timestamp::UNIX_EPOCH,
        room: Room::default(),
    };
    let progress = |_: Amount| {};
    let fetch = Fetch {
        mirror: &stage.mirror,
        before: &stage.before,
        now: Timestamp::UNIX_EPOCH,
        room: &Room::default(),
        progress: &progress,
    };
    fetch_all(&git, vec![job], Bounds::default(), fetch).await
}

#[tokio::test]
async fn over_http_a_token_opens_what_is_closed_without_it() {
    let stage = Stage::new();
    stage.repository("acme/pay", &[("catalog-info.yaml", DESCRIPTOR), ("big", "not needed")]);
    let folder = stage.dir.path().join("server");
    let open = server::serve(folder.clone(), None);
    let fetched = fetch_with(&stage, &format!("{open}/acme/pay"), None).await.unwrap();
    assert_eq!((fetched.units[0].root.as_str(), fetched.notes.len()), ("acme/pay", 0));
    assert_eq!(stage.files(&fetched.units[0]), ["catalog-info.yaml"]);
    let gone = fetch_with(&stage, &format!("{open}/acme/gone"), None).await.unwrap_err();
    assert!(gone.message().contains("there is no such repository"), "{gone}");
    let closed = server::serve(folder, Some(LOGIN));
    let url = format!("{closed}/acme/pay");
    let fetched = fetch_with(&stage, &url, Some("s3cret")).await.unwrap();
    assert_eq!(stage.files(&fetched.units[0]), ["catalog-info.yaml"]);
    let without = fetch_with(&stage, &url, None).await.unwrap_err();
    assert!(without.message().contains("needs a login"), "{without}");
    let wrong = fetch_with(&stage, &url, Some("wr0ng")).await.unwrap_err();
    assert!(wrong.message().contains("the login was refused"), "{wrong}");
    assert!(!wrong.message().contains("wr0ng"), "{wrong}");
}

#[tokio::test]
async fn hostile_repositories_run_nothing_and_show_nothing_from_outside() {
    let Some(shared) = std::env::var_os("CALLBOARD_SHARED").map(PathBuf::from) else {
        eprintln!("left out: CALLBOARD_SHARED does not say where hostile repositories are made");
        return;
    };
    let stage = Stage::new();
    let out = stage.dir.path().join("bad");
    let mut program = Program::new("python3");
    program.arg(shared.join("badinput/generate.py")).arg("--out").arg(&out).args(["--group", "repos"]);
    assert!(program.output().unwrap().status.success());
    let mut found = Vec::new();
    let mut folders = vec![out.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().flatten() {
            if entry.file_name() == ".git" {
                found.push(folder.clone());
            } else if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            }
        }
    }
    assert!(found.len() > 3, "{found:?}");
    let paths: Vec<&Path> = found.iter().map(PathBuf::as_path).collect();
    let fetched = stage.fetch(&stage.source(&paths, ""), 1).await.unwrap();
    // The filter of one of them keeps even its own maker from a commit.
    let only_empty = fetched.failures.iter().all(|failure| failure.why.contains("it is empty"));
    assert!(only_empty, "{:?}", fetched.failures);
    let mut folders = vec![out];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().flatten() {
            assert!(entry.file_name() != "PWNED", "{}", entry.path().display());
            folders.extend(entry.file_type().unwrap().is_dir().then(|| entry.path()));
        }
    }
    for unit in &fetched.units {
        let pack = stage.mirror.pack(&unit.pack).unwrap();
        for file in pack.files() {
            let text = String::from_utf8_lossy(&pack.read(file).unwrap()).into_owned();
            assert!(!text.contains("CANARY-"), "{}: {}", unit.root, file.path);
        }
        assert!(!pack.refs().is_empty(), "{}", unit.root);
    }
}

#[tokio::test]
async fn other_patterns_are_other_files_of_the_same_commit() {
    let mut stage = Stage::new();
    let repository =
        stage.repository("a.git", &[("catalog-info.yaml", DESCRIPTOR), ("entities/x.yaml", DESCRIPTOR)]);
    let fetched = stage.fetch(&stage.source(&[&repository], ""), 1).await.unwrap();
    assert_eq!(stage.files(&fetched.units[0]), ["catalog-info.yaml"]);
    stage.before = Manifest::new(fetched.units);
    let source = stage.source(&[&repository], "paths: ['entities/*.yaml']\n");
    let fetched = stage.fetch(&source, 2).await.unwrap();
    assert_eq!((stage.files(&fetched.units[0]), fetched.unchanged), (vec!["entities/x.yaml".to_owned()], 0));
}
