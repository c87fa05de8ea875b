//! Addresses of files on forges: relative targets resolved, the page to edit a file, the address its raw
//! bytes come from. The rules are those of Backstage's integrations, odd ones included.

use url::Url;

use super::git_address::{GitAddress, decode};

/// What runs on a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forge {
    /// GitHub, also Enterprise.
    GitHub,
    /// GitLab.
    GitLab,
    /// bitbucket.org.
    BitbucketCloud,
    /// Bitbucket Server and Data Center.
    BitbucketServer,
    /// Azure DevOps.
    Azure,
    /// Gitea and Forgejo.
    Gitea,
}

/// Which forge runs on which host.
#[derive(Debug, Clone)]
pub struct Forges(Vec<(String, Forge)>);

/// Why an address is not what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScmUrlError {
    /// It is no address at all.
    #[error("{0:?} is no address")]
    NoAddress(String),
    /// A step of its path leads out of its place.
    #[error("the path of {0:?} leads out of its place")]
    Traversal(String),
    /// It names no file that the forge could send.
    #[error("{0:?} names no file of a repository")]
    NoFile(String),
}

/// How bytes are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// With a token, through the API.
    Token,
    /// Without one.
    Anonymous,
}

impl Default for Forges {
    fn default() -> Self {
        let known = [
            ("github.com", Forge::GitHub),
            ("gitlab.com", Forge::GitLab),
            ("bitbucket.org", Forge::BitbucketCloud),
            ("dev.azure.com", Forge::Azure),
            ("gitea.com", Forge::Gitea),
        ];
        Self(known.map(|(host, forge)| (host.to_owned(), forge)).to_vec())
    }
}

impl Forges {
    /// The same with one more host.
    #[must_use]
    pub fn with(mut self, host: impl Into<String>, forge: Forge) -> Self {
        self.0.insert(0, (host.into(), forge));
        self
    }

    /// What runs on the host of an address.
    pub fn of(&self, address: &str) -> Option<Forge> {
        let url = Url::parse(address).ok()?;
        let host = authority(&url);
        self.0.iter().find(|(known, _)| *known == host).map(|(_, forge)| *forge)
    }

    /// The address that a target means when it stands in the file with the address `base`.
    pub fn resolve(&self, target: &str, base: &str) -> Result<String, ScmUrlError> {
        if Url::parse(target).is_ok() {
            return Ok(target.to_owned());
        }
        match self.of(base) {
            Some(Forge::Azure) => resolve_azure(target, base),
            Some(Forge::GitHub) => resolve(target, base).map(|url| with_github_word(&url, "tree")),
            _ => resolve(target, base),
        }
    }

    /// The page on which the file with an address is edited; the address itself where there is none.
    pub fn edit_url(&self, address: &str) -> String {
        let edited = match self.of(address) {
            Some(Forge::GitHub) => Some(with_github_word(address, "edit")),
            Some(Forge::GitLab) => Some(with_gitlab_edit(address)),
            Some(Forge::BitbucketServer) => address.split('?').next().map(str::to_owned),
            Some(Forge::BitbucketCloud) => edit_bitbucket(address),
            Some(Forge::Gitea) => gitea(address).map(|(base, [owner, name, branch], path)| {
                format!("{base}/{owner}/{name}/_edit/{branch}/{path}")
            }),
            Some(Forge::Azure) | None => None,
        };
        edited.unwrap_or_else(|| address.to_owned())
    }

    /// The address that the bytes of a file come from; the address itself on an unknown host.
    pub fn fetch_url(&self, address: &str, access: Access) -> Result<String, ScmUrlError> {
        let no_file = || ScmUrlError::NoFile(address.to_owned());
        match self.of(address) {
            Some(Forge::GitHub) => fetch_github(address, access),
            Some(Forge::GitLab) => fetch_gitlab(address).ok_or_else(no_file),
            Some(Forge::BitbucketCloud) => {
                let file = file(address, &["src", "raw"])?;
                let GitAddress { owner, name, reference, path, .. } = &file;
                if reference.is_empty() {
                    return Err(no_file());
                }
                Ok(format!(
                    "https://api.bitbucket.org/2.0/repositories/{owner}/{name}/src/{reference}/{path}"
                ))
            }
            Some(Forge::BitbucketServer) => {
                let GitAddress { owner, name, reference, path, .. } =
                    file(address, &["browse", "raw", "src"])?;
                let host = host(address)?;
                let at = form(&[("at", &reference)]);
                Ok(format!("https://{host}/rest/api/1.0/projects/{owner}/repos/{name}/raw/{path}?{at}"))
            }
            Some(Forge::Azure) => fetch_azure(address).ok_or_else(no_file),
            Some(Forge::Gitea) => gitea(address)
                .map(|(base, [owner, name, branch], path)| {
                    format!("{base}/api/v1/repos/{owner}/{name}/contents/{path}?ref={branch}")
                })
                .ok_or_else(no_file),
            None => Ok(address.to_owned()),
        }
    }
}

fn resolve(target: &str, base: &str) -> Result<String, ScmUrlError> {
    let no_address = || ScmUrlError::NoAddress(base.to_owned());
    let base_url = Url::parse(base).map_err(|_| no_address())?;
    let mut url = if target.starts_with('/') {
        let path = GitAddress::parse(base)?.path;
        let whole = base_url.path().trim_end_matches('/');
        let kept = whole.chars().count().saturating_sub(path.chars().count());
        let root: String = whole.chars().take(kept).collect();
        let mut url = base_url.clone();
        url.set_path(&format!("{}{target}", root.trim_end_matches('/')));
        url
    } else {
        base_url.join(target).map_err(|_| no_address())?
    };
    url.set_query(base_url.query().filter(|query| !query.is_empty()));
    Ok(url.into())
}

fn resolve_azure(target: &str, base: &str) -> Result<String, ScmUrlError> {
    let no_address = || ScmUrlError::NoAddress(base.to_owned());
    let mut url = Url::parse(base).map_err(|_| no_address())?;
    let Some(azure) = Azure::parse(&url) else {
        return url.join(target).map(Into::into).map_err(|_| no_address());
    };
    let anchor = format!("https://a.com{}", azure.path.unwrap_or_default());
    let path = Url::parse(&anchor).and_then(|anchor| anchor.join(target)).map_err(|_| no_address())?;
    set_pair(&mut url, "path", path.path());
    Ok(url.into())
}

/// `//host/owner/repo/blob/` with another word in the place of `blob`, `tree` or `edit`.
fn with_github_word(address: &str, word: &str) -> String {
    let parts: Vec<&str> = address.split('/').collect();
    let is_file = parts.len() > 6
        && parts[1].is_empty()
        && parts[2..5].iter().all(|part| !part.is_empty())
        && matches!(parts[5], "blob" | "tree" | "edit");
    if !is_file {
        return address.to_owned();
    }
    let mut parts = parts;
    parts[5] = word;
    parts.join("/")
}

fn with_gitlab_edit(address: &str) -> String {
    let first = ["/-/blob/", "/-/tree/", "/-/edit/"]
        .into_iter()
        .filter_map(|word| Some((address.find(word)?, word)))
        .min();
    match first {
        Some((_, word)) => address.replacen(word, "/-/edit/", 1),
        None => address.to_owned(),
    }
}

fn edit_bitbucket(address: &str) -> Option<String> {
    let branch = GitAddress::parse(address).ok()?.reference;
    let mut url = Url::parse(address).ok()?;
    set_pair(&mut url, "mode", "edit");
    set_pair(&mut url, "at", &branch);
    Some(url.into())
}

fn fetch_github(address: &str, access: Access) -> Result<String, ScmUrlError> {
    let GitAddress { owner, name, reference, path, .. } = file(address, &["blob", "raw", "tree"])?;
    let host = host(address)?;
    Ok(match (host.as_str(), access) {
        ("github.com", Access::Token) => {
            format!("https://api.github.com/repos/{owner}/{name}/contents/{path}?ref={reference}")
        }
        ("github.com", Access::Anonymous) => {
            format!("https://raw.githubusercontent.com/{owner}/{name}/{reference}/{path}")
        }
        _ => format!("https://{host}/api/v3/repos/{owner}/{name}/contents/{path}?ref={reference}"),
    })
}

fn fetch_gitlab(address: &str) -> Option<String> {
    let mut url = Url::parse(address).ok()?;
    let path = url.path().to_owned();
    let (_, behind) = path.split_once("/blob/")?;
    let before = path.split("/-/blob/").next()?.split("/blob/").next()?;
    let project = before.strip_prefix('/').unwrap_or(before);
    let (branch, file) = behind.split_once('/').unwrap_or((behind, ""));
    url.set_path(&format!(
        "api/v4/projects/{}/repository/files/{}/raw",
        encode(project),
        encode(&decode(file)?)
    ));
    url.set_query(Some(&form(&[("ref", &decode(branch)?)])));
    Some(url.into())
}

fn fetch_azure(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let Azure { owner, project, repository, path, version } = Azure::parse(&url)?;
    let path = path.filter(|path| !path.is_empty())?;
    let folder = if url.host_str().is_some_and(is_visual_studio) {
        encode(&project)
    } else {
        format!("{}/{}", encode(&owner), encode(&project))
    };
    let mut query = vec![("api-version", "6.0"), ("path", path.as_str())];
    query.extend(version.as_deref().map(|version| ("version", version)));
    let origin = url.origin().ascii_serialization();
    let repository = encode(&repository);
    Some(format!("{origin}/{folder}/_apis/git/repositories/{repository}/items?{}", form(&query)))
}

/// The parts of an address of Azure DevOps.
struct Azure {
    owner: String,
    project: String,
    repository: String,
    path: Option<String>,
    version: Option<String>,
}

impl Azure {
    fn parse(url: &Url) -> Option<Self> {
        let parts: Vec<String> = url.path().split('/').map(decode).collect::<Option<_>>()?;
        let part = |index: usize| parts.get(index).cloned().unwrap_or_default();
        let host = url.host_str()?;
        let (owner, project, repository) = match parts.iter().position(|part| part == "_git")? {
            2 if is_visual_studio(host) => (host.split('.').next()?.to_owned(), part(1), part(3)),
            2 => (part(1), part(3), part(3)),
            3 => (part(1), part(2), part(4)),
            4 => (format!("{}/{}", part(1), part(2)), part(3), part(5)),
            _ => return None,
        };
        if [&owner, &project, &repository].into_iter().any(String::is_empty) {
            return None;
        }
        let pair =
            |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        let version = match pair("version").filter(|version| !version.is_empty()) {
            None => None,
            Some(version) => {
                let named = version.strip_prefix("GB").or_else(|| version.strip_prefix("GT"));
                Some(named?.to_owned())
            }
        };
        Some(Self { owner, project, repository, path: pair("path"), version })
    }
}

fn is_visual_studio(host: &str) -> bool {
    host.ends_with(".visualstudio.com")
}

/// Base, owner and name and branch, and path of `https://host/owner/name/src/branch/main/path`.
fn gitea(address: &str) -> Option<(String, [String; 3], String)> {
    let base = format!("https://{}", host(address).ok()?);
    let rest = address.strip_prefix(&base)?;
    let parts: Vec<&str> = rest.split('/').collect();
    let part = |index: usize| parts.get(index).map(|part| (*part).to_owned());
    let path = parts.get(6..).map(|rest| rest.join("/")).unwrap_or_default();
    Some((base, [part(1)?, part(2)?, part(5)?], path.trim_start_matches('/').to_owned()))
}

/// A file on a forge, by the words that may stand before its branch.
fn file(address: &str, words: &[&str]) -> Result<GitAddress, ScmUrlError> {
    let found = GitAddress::parse(address)?;
    let is_file = !found.owner.is_empty()
        && !found.name.is_empty()
        && words.contains(&found.word.as_str())
        && (!found.reference.is_empty() || matches!(found.word.as_str(), "browse" | "raw"));
    if is_file { Ok(found) } else { Err(ScmUrlError::NoFile(address.to_owned())) }
}

fn host(address: &str) -> Result<String, ScmUrlError> {
    let url = Url::parse(address).map_err(|_| ScmUrlError::NoAddress(address.to_owned()))?;
    Ok(authority(&url))
}

/// Host and, where it is not the usual one, port.
fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn set_pair(url: &mut Url, key: &str, value: &str) {
    let mut pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    match pairs.iter().position(|(known, _)| known == key) {
        Some(first) => {
            value.clone_into(&mut pairs[first].1);
            let mut index = 0;
            pairs.retain(|(known, _)| {
                index += 1;
                known != key || index == first + 1
            });
        }
        None => pairs.push((key.to_owned(), value.to_owned())),
    }
    url.query_pairs_mut().clear().extend_pairs(pairs);
}

fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// One part of a path with everything encoded that could mean something in an address.
fn encode(part: &str) -> String {
    let mut encoded = String::with_capacity(part.len());
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.extend([byte >> 4, byte & 15].map(|digit| {
                char::from_digit(u32::from(digit), 16).unwrap_or_default().to_ascii_uppercase()
            }));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leaves_its_place_is_refused_however_it_is_encoded() {
        let forges = Forges::default();
        let base = "https://github.com/o/r/blob/main/a/%252e%252e%252fc.yaml";
        assert!(matches!(forges.resolve("/x", base), Err(ScmUrlError::Traversal(_))));
    }

    #[test]
    fn a_leading_slash_means_the_root_of_the_repository_from_a_folder_too() {
        let found = Forges::default().resolve("/x.yaml", "https://github.com/o/r/tree/main/sub/");
        assert_eq!(found.unwrap(), "https://github.com/o/r/tree/main/x.yaml");
    }

    #[test]
    fn hosts_of_ones_own_are_forges_too() {
        let forges = Forges::default().with("ghe.example.com", Forge::GitHub);
        let found = forges.fetch_url("https://ghe.example.com/o/r/blob/main/c.yaml", Access::Token);
        assert_eq!(found.unwrap(), "https://ghe.example.com/api/v3/repos/o/r/contents/c.yaml?ref=main");
    }
}
