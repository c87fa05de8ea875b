//! Where a Location points to: which files of its own repository, and what must be said of the rest.

use globset::GlobBuilder;

use super::folder::{Folder, Look, Repositories};
use crate::catalog::location::{self, Presence};
use crate::catalog::{Code, Entity, Origin, Problem};
use crate::source::tree::{parent, resolve};

/// Files that one pattern may match.
const MAX_MATCHES: usize = 10_000;

/// Targets of one Location that are followed.
const MAX_TARGETS: usize = 10_000;

/// What the targets of a Location came to.
#[derive(Debug, Default)]
pub(super) struct Targets {
    /// Paths of files to read.
    pub(super) files: Vec<String>,
    /// What is wrong with the rest.
    pub(super) problems: Vec<Problem>,
}

/// Why a target is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It leads out of the repository of whoever names it.
    Outside,
    /// It is an address.
    Network,
}

/// Follows the targets of a Location. Nothing outside of its repository is ever looked at.
pub(super) fn follow(location: &Entity, folder: &dyn Folder, repositories: &Repositories) -> Targets {
    let mut found = Targets::default();
    for target in location::targets(location).into_iter().take(MAX_TARGETS) {
        let is_optional = target.presence == Presence::Optional;
        let problem = match files(&target.target, &location.origin, folder, repositories) {
            Ok(files) if !files.is_empty() => {
                found.files.extend(files);
                continue;
            }
            Ok(_) if is_optional => continue,
            Ok(_) => Code::MissingTarget
                .problem(location.origin.clone(), format!("The target {:?} matches no file.", target.target))
                .with_fix("Correct the path (links are not followed), or write `presence: optional`."),
            Err(problem) => *problem,
        };
        found.problems.push(problem.of(&location.reference).at_pointer(target.pointer));
    }
    found
}

fn files(
    target: &str,
    origin: &Origin,
    folder: &dyn Folder,
    repositories: &Repositories,
) -> Result<Vec<String>, Box<Problem>> {
    let path = own_file(target, &origin.path, repositories).map_err(|refusal| {
        Box::new(match refusal {
            Refusal::Outside => Code::BadLocation
                .problem(
                    origin.clone(),
                    format!("The target {target:?} leads out of the repository; it was not read."),
                )
                .with_fix("Point to a file of the same repository."),
            Refusal::Network => Code::NotFetched
                .problem(
                    origin.clone(),
                    format!("The target {target:?} was not fetched: folders are read without the network."),
                )
                .with_fix("Make its repository a source of its own, or point to a file of this repository."),
        })
    })?;
    if path.contains('*') {
        return matches(&path, origin, folder);
    }
    match folder.look(&path) {
        Look::File { .. } => Ok(vec![path]),
        Look::Missing => Ok(Vec::new()),
        Look::NoFile => Err(Box::new(
            Code::BadLocation
                .problem(origin.clone(), format!("The target {target:?} is no file."))
                .with_fix("Name a file in that folder, or use a pattern such as `./folder/*.yaml`."),
        )),
    }
}

/// The path below the source that a target names, seen from the file that names it: a path relative to that
/// file, from the root of its repository with a leading `/`, or an address of that same repository.
pub(super) fn own_file(target: &str, from: &str, repositories: &Repositories) -> Result<String, Refusal> {
    let target = target.trim();
    let own = repositories.around(from);
    let root = own.map_or("", |own| &own.root);
    let path = match address(target) {
        None => target.to_owned(),
        Some(url) => {
            let remote = own.and_then(|own| own.remote.as_deref()).ok_or(Refusal::Network)?;
            let path = own_path(url, remote).ok_or(Refusal::Network)?;
            // An address begins at the work tree; the source may be a part of that.
            let prefix = own.map_or("", |own| &own.prefix);
            let below = path.strip_prefix(prefix).filter(|rest| prefix.is_empty() || rest.starts_with('/'));
            format!("/{}", below.ok_or(Refusal::Outside)?)
        }
    };
    let resolved = match path.strip_prefix('/') {
        Some(absolute) => resolve("", absolute).map(|path| join(root, &path)),
        None => resolve(parent(from), &path),
    };
    let resolved = resolved.ok_or(Refusal::Outside)?;
    let is_inside = root.is_empty() || resolved.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'));
    if is_inside { Ok(resolved) } else { Err(Refusal::Outside) }
}

fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

fn matches(pattern: &str, origin: &Origin, folder: &dyn Folder) -> Result<Vec<String>, Box<Problem>> {
    let bad = |why: String| {
        let message = format!("The pattern {pattern:?} cannot be followed: {why}.");
        Box::new(Code::BadLocation.problem(origin.clone(), message))
    };
    let glob = GlobBuilder::new(pattern).literal_separator(true).build();
    let matcher = glob.map_err(|error| bad(error.kind().to_string()))?.compile_matcher();
    // Everything before the first wildcard is a plain folder.
    let start = parent(&pattern[..pattern.find('*').unwrap_or_default()]);
    let mut files = match folder.look(start) {
        Look::Missing => Vec::new(),
        _ => folder.files_below(start).map_err(bad)?,
    };
    files.retain(|path| matcher.is_match(path) && *path != *origin.path);
    if files.len() > MAX_MATCHES {
        return Err(bad(format!("it matches more than {MAX_MATCHES} files")));
    }
    Ok(files)
}

/// The target, where it is an address and no path.
fn address(target: &str) -> Option<&str> {
    let target = target.strip_prefix("url:").unwrap_or(target);
    let (scheme, _) = target.split_once(':')?;
    let is_scheme =
        scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    (is_scheme && !scheme.contains('.')).then_some(target)
}

/// The path below the repository that an address points to, where it is an address of a file in the
/// repository with this remote, as the common hosts write it.
fn own_path(url: &str, remote: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let rest = rest.split(['?', '#']).next()?;
    let rest = rest.strip_prefix(&host_and_path(remote)?)?.strip_prefix('/')?;
    let rest = rest.strip_prefix("-/").unwrap_or(rest);
    let (view, rest) = rest.split_once('/')?;
    let rest = match view {
        "blob" | "tree" | "raw" | "edit" => rest,
        "src" => rest.strip_prefix("branch/").unwrap_or(rest),
        _ => return None,
    };
    // A branch with a slash in it cannot be told from a path; the first part is taken, as Backstage does.
    let (_branch, path) = rest.split_once('/')?;
    Some(path.to_owned())
}

/// `host/owner/name` of a remote, without its user and `.git`.
fn host_and_path(remote: &str) -> Option<String> {
    let (host, path) = match remote.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?,
        None => remote.split_once(':')?,
    };
    let host = host.rsplit('@').next()?.split(':').next()?;
    let path = path.trim_matches('/');
    Some(format!("{host}/{}", path.strip_suffix(".git").unwrap_or(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_the_own_repository_is_a_path() {
        for (url, remote) in [
            ("https://github.com/o/r/blob/main/a/b.yaml", "git@github.com:o/r.git"),
            ("https://github.com/o/r/tree/main/a/b.yaml?x#y", "https://github.com/o/r"),
            (
                "https://gitlab.example.com/g/s/r/-/blob/main/a/b.yaml",
                "ssh://git@gitlab.example.com:22/g/s/r.git",
            ),
            ("https://gitea.io/o/r/src/branch/main/a/b.yaml", "https://gitea.io/o/r.git"),
        ] {
            assert_eq!(own_path(url, remote).as_deref(), Some("a/b.yaml"), "{url}");
        }
        assert_eq!(own_path("https://github.com/o/r2/blob/main/a", "git@github.com:o/r.git"), None);
        assert_eq!(own_path("https://github.com/o/r/issues/1/a", "git@github.com:o/r.git"), None);
    }

    #[test]
    fn a_target_is_seen_from_its_file_and_never_leaves_its_repository() {
        let repository = |root: &str, prefix: &str| {
            let remote = Some("git@github.com:o/r.git".to_owned());
            let (root, prefix) = (root.to_owned(), prefix.to_owned());
            std::sync::Arc::new(crate::catalog::Repository {
                root,
                remote,
                commit: None,
                branch: None,
                prefix,
            })
        };
        let all = Repositories::new(vec![repository("a", "")]);
        let from_a = |target: &str| own_file(target, "a/sub/catalog-info.yaml", &all);
        assert_eq!(from_a("./x.yaml").as_deref(), Ok("a/sub/x.yaml"));
        assert_eq!(from_a("../x.yaml").as_deref(), Ok("a/x.yaml"));
        assert_eq!(from_a("/x.yaml").as_deref(), Ok("a/x.yaml"));
        assert_eq!(from_a("/etc/passwd").as_deref(), Ok("a/etc/passwd"));
        assert_eq!(from_a("https://github.com/o/r/blob/main/x.yaml").as_deref(), Ok("a/x.yaml"));
        for outside in ["../../b/x.yaml", "../../../x", "/../../b", "../../ab/x.yaml"] {
            assert_eq!(from_a(outside), Err(Refusal::Outside), "{outside}");
        }
        assert_eq!(from_a("file:///etc/passwd"), Err(Refusal::Network));
        let part = Repositories::new(vec![repository("", "services")]);
        let from_part = |target: &str| own_file(target, "catalog-info.yaml", &part);
        assert_eq!(from_part("https://github.com/o/r/blob/main/services/x.yaml").as_deref(), Ok("x.yaml"));
        assert_eq!(from_part("https://github.com/o/r/blob/main/x.yaml"), Err(Refusal::Outside));
    }

    #[test]
    fn a_scheme_makes_an_address_and_a_file_name_does_not() {
        assert_eq!(address("url:https://h/x"), Some("https://h/x"));
        assert_eq!(address("data:text/plain,x"), Some("data:text/plain,x"));
        assert_eq!(address("./a:b.yaml"), None);
        assert_eq!(address("catalog.yaml"), None);
        assert_eq!(address("../x"), None);
    }
}
