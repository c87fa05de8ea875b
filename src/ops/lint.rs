//! Finds every problem of folders and files, without a configuration and without a cache.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::Cancel;
use super::docs::{self, join};
use super::locate::locate;
use super::skeleton;
use crate::catalog::{Code, Entity, Problem, SourceId, assemble, yaml};
use crate::docs::{FILE_NAMES, TECHDOCS_REF};
use crate::error::{Error, ErrorKind, Result};
use crate::source::directory::{Directory, Limits};
use crate::source::scan::{Content, Delivered, Folder, Known, Look, Scan};
use crate::template;

/// What only holds of a whole catalog: seen alone, a file always points to something that is not in it.
const OF_THE_WHOLE: [Code; 3] = [Code::Dangling, Code::Orphan, Code::EmptyGroup];

/// Where pages are, where no setting says otherwise.
const DOCS_FOLDER: &str = "docs";

/// Longest line that a report keeps beside its problem; a longer one was not written for people.
const MAX_LINE_BYTES: usize = 64 << 10;

/// What to look at.
#[derive(Debug, Clone)]
pub struct LintRequest {
    /// Folders of repositories, and single descriptors of any name.
    pub paths: Vec<PathBuf>,
    /// The folder that somebody stands in: places are named as seen from there.
    pub working_dir: PathBuf,
}

/// What was found.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LintReport {
    /// Every problem, by file and place.
    #[serde(serialize_with = "with_stock")]
    pub problems: Vec<Problem>,
    /// Descriptor files that were read.
    pub files: usize,
    /// Entities in them.
    pub entities: usize,
    /// The lines that problems stand in, by file and number.
    #[serde(skip)]
    lines: BTreeMap<(Arc<str>, u32), String>,
}

/// Problems as machines read them: what a stock Backstage does with each stands beside it.
fn with_stock<S: Serializer>(problems: &[Problem], serializer: S) -> std::result::Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Told<'p> {
        #[serde(flatten)]
        problem: &'p Problem,
        backstage: Option<&'static str>,
    }
    let stock = |problem: &Problem| Code::from_id(&problem.code).map(|code| code.entry().stock);
    serializer.collect_seq(problems.iter().map(|problem| Told { problem, backstage: stock(problem) }))
}

impl LintReport {
    /// The line that a problem stands in, as it is in the file, where the file is text. Foreign text.
    pub fn excerpt(&self, problem: &Problem) -> Option<String> {
        self.lines.get(&(Arc::clone(&problem.origin.path), problem.origin.position.line)).cloned()
    }
}

/// Finds every problem of some folders and files.
pub fn lint(request: &LintRequest, cancel: &Cancel) -> Result<LintReport> {
    let mut found = Found::default();
    for path in &request.paths {
        found.read(&request.working_dir, path, cancel)?;
    }
    let assembly = assemble(std::mem::take(&mut found.entities));
    let entities = assembly.entities.len();
    let is_known =
        |problem: &Problem| found.has_folder || OF_THE_WHOLE.iter().all(|code| code.id() != problem.code);
    found.problems.extend(assembly.problems.into_iter().filter(is_known));
    let mut problems = std::mem::take(&mut found.problems);
    problems.extend(assembly.entities.iter().flat_map(|entity| found.of_what_it_leads_to(entity)));
    locate(&mut problems, |source, path| {
        found.folders.get(source)?.read(path, yaml::MAX_FILE_BYTES as u64).ok()
    });
    let here = Directory::new(&request.working_dir, Limits::NAMED)?;
    let lines = lines(&found.folders, &problems, here.root());
    for problem in &mut problems {
        for origin in std::iter::once(&mut problem.origin).chain(&mut problem.related) {
            if let Some(folder) = found.folders.get(&origin.source) {
                origin.path = seen_from(here.root(), &folder.root().join(&*origin.path));
            }
            origin.source = SourceId::new("lint");
        }
    }
    problems.sort_by(|a, b| {
        let key = |problem: &Problem| (Arc::clone(&problem.origin.path), problem.origin.position);
        key(a).cmp(&key(b)).then_with(|| a.code.cmp(&b.code))
    });
    problems.dedup();
    Ok(LintReport { problems, files: found.files, entities, lines })
}

/// What the paths hold. Each path is a source of its own, named as it was written.
#[derive(Default)]
struct Found {
    folders: BTreeMap<SourceId, Directory>,
    /// Files that were read, for paths may overlap.
    read: BTreeSet<PathBuf>,
    entities: Vec<Entity>,
    problems: Vec<Problem>,
    files: usize,
    has_folder: bool,
}

impl Found {
    fn read(&mut self, here: &Path, path: &Path, cancel: &Cancel) -> Result<()> {
        // Nothing was found to be wrong: a wrong path is a wrong use.
        let wrong = |error: Error| {
            Error::new(ErrorKind::Usage, error.message())
                .with_hint("Name a folder or a descriptor that can be read.")
        };
        let (folder, file) = Directory::around(&here.join(path), Limits::NAMED).map_err(wrong)?;
        let source = SourceId::new(&path.to_string_lossy());
        self.has_folder |= file.is_none();
        let cancelled = || cancel.is_cancelled();
        let scan = Scan { source: source.clone(), folder: &folder, known: &Nothing, cancelled: &cancelled };
        let mut deliver = |delivered: Delivered| {
            let Some(Content::Descriptor(reading)) = delivered.reading else { return Ok(()) };
            if !self.read.insert(folder.root().join(&*delivered.path)) {
                return Ok(());
            }
            self.files += 1;
            self.entities.extend(reading.entities);
            self.problems.extend(reading.problems);
            Ok(())
        };
        let scanned = match file {
            None => scan.run(&mut deliver)?,
            Some(file) => scan.run_from(file, &mut deliver)?,
        };
        self.problems.extend(scanned.problems);
        self.folders.insert(source, folder);
        Ok(())
    }
}

impl Found {
    /// What is wrong with the docs that an entity names, and with a template's parameters and steps.
    fn of_what_it_leads_to(&self, entity: &Entity) -> Vec<Problem> {
        let mut problems = match entity.reference.kind() {
            "template" => {
                let mut problems = template::lint::problems(entity);
                if let Some(source) = self.folders.get(&entity.origin.source) {
                    problems.extend(skeleton::missing(entity, &|path| source.look(path) != Look::Missing));
                }
                problems
            }
            _ => Vec::new(),
        };
        problems.extend(self.missing_docs(entity));
        problems
    }

    /// The problem of a folder that docs cannot be built from. One that is elsewhere is not looked at.
    fn missing_docs(&self, entity: &Entity) -> Option<Problem> {
        let source = self.folders.get(&entity.origin.source)?;
        let value = entity.annotation(TECHDOCS_REF)?;
        let folder = value.raw().trim().strip_prefix("dir:");
        if folder.is_none_or(|folder| folder.trim().is_empty()) {
            return None; // an address; or a wrong form, which is a problem of its own
        }
        let why = match docs::folder(entity) {
            Err(error) => error.message().to_owned(),
            Ok(folder) => {
                let is_there = |name: &str| matches!(source.look(&join(&folder, name)), Look::File { .. });
                let pages = source.files_below(&join(&folder, DOCS_FOLDER)).unwrap_or_default();
                if FILE_NAMES.iter().any(|name| is_there(name)) || pages.iter().any(|page| is_page(page)) {
                    return None;
                }
                let shown = if folder.is_empty() { "." } else { folder.as_str() };
                format!("{TECHDOCS_REF} points to {shown:?}, where no docs are.")
            }
        };
        let problem = Code::MissingDocs.problem(entity.origin.clone(), why);
        Some(Problem {
            pointer: Some("/metadata/annotations/backstage.io~1techdocs-ref".to_owned()),
            entity: Some(entity.reference.clone()),
            ..problem.with_fix(
                "Add a mkdocs.yml there with pages in docs/, correct the path, or remove the annotation.",
            )
        })
    }
}

fn is_page(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("md"))
}

/// A lint knows nothing from before.
struct Nothing;

impl Known for Nothing {
    fn validator(&self, _path: &str) -> Option<&str> {
        None
    }

    fn locations(&self, _path: &str) -> &[Entity] {
        &[]
    }
}

/// The lines that problems stand in. A file that cannot be read or is no text has none.
fn lines(
    folders: &BTreeMap<SourceId, Directory>,
    problems: &[Problem],
    here: &Path,
) -> BTreeMap<(Arc<str>, u32), String> {
    let mut wanted: BTreeMap<(&SourceId, &str), BTreeSet<u32>> = BTreeMap::new();
    for problem in problems {
        let origin = &problem.origin;
        wanted.entry((&origin.source, &origin.path)).or_default().insert(origin.position.line);
    }
    let mut lines = BTreeMap::new();
    for ((source, path), numbers) in wanted {
        let Some(folder) = folders.get(source) else { continue };
        let Ok(bytes) = folder.read(path, yaml::MAX_FILE_BYTES as u64) else { continue };
        let Ok(text) = yaml::decode(&bytes) else { continue };
        let path = seen_from(here, &folder.root().join(path));
        let mut text = text.lines().enumerate();
        for number in numbers {
            let found = text.find(|(at, _)| *at + 1 == number as usize);
            let Some((_, line)) = found.filter(|(_, line)| line.len() <= MAX_LINE_BYTES) else { continue };
            lines.insert((Arc::clone(&path), number), line.to_owned());
        }
    }
    lines
}

fn seen_from(here: &Path, path: &Path) -> Arc<str> {
    let shown = path.strip_prefix(here).unwrap_or(path);
    if shown.as_os_str().is_empty() { ".".into() } else { shown.to_string_lossy().into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BROKEN: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: a b\nspec:\n  type: service\n  lifecycle: x\n  owner: nobody\n";

    #[expect(clippy::disallowed_methods, reason = "tests make the folders that are looked at")]
    fn write(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn found(root: &Path, paths: &[&str]) -> Vec<(String, String)> {
        let paths = paths.iter().map(PathBuf::from).collect();
        let request = LintRequest { paths, working_dir: root.to_owned() };
        let report = lint(&request, &Cancel::new()).unwrap();
        report.problems.into_iter().map(|it| (it.origin.location(), it.code)).collect()
    }

    #[test]
    fn a_folder_is_seen_as_a_whole_with_exact_places() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "x/a/catalog-info.yaml", BROKEN);
        write(dir.path(), "x/b/catalog-info.yaml", "kind: [\n");
        let all = [("x/a/catalog-info.yaml:4:9", "CB0207"), ("x/a/catalog-info.yaml:8:10", "CB0402")];
        let found = found(dir.path(), &["x"]);
        assert_eq!(found[..2], all.map(|(place, code)| (place.to_owned(), code.to_owned())));
        assert_eq!(found[2].1, "CB0101");
    }

    #[test]
    fn docs_that_are_nowhere_and_templates_that_cannot_run_are_found() {
        let dir = tempfile::tempdir().unwrap();
        let of = |name: &str, docs: &str| {
            let annotation = format!("annotations: {{backstage.io/techdocs-ref: '{docs}'}}");
            format!("apiVersion: v1\nkind: Thing\nmetadata:\n  name: {name}\n  {annotation}\n---\n")
        };
        let things =
            [of("a", "dir:."), of("b", "dir:./none"), of("c", "dir:../.."), of("d", "url:https://x.org/y")];
        write(dir.path(), "x/docs/index.md", "");
        write(dir.path(), "x/catalog-info.yaml", &things.concat());
        let template = "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: t}\nspec:\n  type: x\n  steps:\n    - {id: a, action: fetch:template}\n    - {id: b, action: fetch:plain, input: {url: ./nope}}\n    - {id: c, action: fetch:plain, input: {url: ../x/docs}}\n";
        write(dir.path(), "y/catalog-info.yaml", template);
        let found = found(dir.path(), &["x", "y"]);
        let of_code = |code: &str| -> Vec<&str> {
            found.iter().filter(|(_, found)| found == code).map(|(place, _)| place.as_str()).collect()
        };
        assert_eq!(of_code("CB0502"), ["x/catalog-info.yaml:11:44", "x/catalog-info.yaml:17:44"]);
        assert_eq!(of_code("CB0511"), ["y/catalog-info.yaml:7:7", "y/catalog-info.yaml:8:49"]);
    }

    #[test]
    fn a_single_file_of_any_name_is_not_blamed_for_what_is_not_in_it() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "x/org.yaml", BROKEN);
        assert_eq!(found(dir.path(), &["x/org.yaml"]), [("x/org.yaml:4:9".to_owned(), "CB0207".to_owned())]);
        assert_eq!(found(&dir.path().join("x"), &["org.yaml"])[0].0, "org.yaml:4:9");
    }

    #[test]
    fn a_file_that_is_named_twice_claims_nothing_twice() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "x/catalog-info.yaml", BROKEN);
        write(dir.path(), "y/catalog-info.yaml", BROKEN);
        let codes = |paths: &[&str]| -> Vec<String> {
            found(dir.path(), paths).into_iter().map(|(_, code)| code).collect()
        };
        assert_eq!(codes(&["x", "x/catalog-info.yaml"]), codes(&["x"]));
        assert!(codes(&["x", "y"]).contains(&"CB0403".to_owned()));
        let request = LintRequest { paths: vec!["x".into(), "y".into()], working_dir: dir.path().to_owned() };
        let report = lint(&request, &Cancel::new()).unwrap();
        let twin = report.problems.iter().find(|problem| problem.code == "CB0403").unwrap();
        assert_eq!(twin.origin.location(), "y/catalog-info.yaml:4:9");
        assert_eq!(twin.elsewhere().as_deref(), Some("Taken is the one at x/catalog-info.yaml:1:1."));
    }

    #[test]
    fn a_path_that_is_not_there_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let request = LintRequest { paths: vec!["none".into()], working_dir: dir.path().to_owned() };
        assert!(lint(&request, &Cancel::new()).unwrap_err().message().contains("does not exist"));
    }
}
