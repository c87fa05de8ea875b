//! The parts of an address that names a file in a repository, as the forges of the world write it.

use url::Url;

use super::scm_url::ScmUrlError;

/// What stands between the name of a repository and a branch in an address.
const FILE_WORDS: [&str; 5] = ["raw", "src", "blob", "tree", "edit"];

/// A repository, and maybe a place in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct GitAddress {
    pub(super) owner: String,
    pub(super) name: String,
    pub(super) reference: String,
    /// The word before the branch, such as `blob`.
    pub(super) word: String,
    /// The path below the root of the repository.
    pub(super) path: String,
}

impl GitAddress {
    /// Takes an address apart. A branch with a slash cannot be told from a path: its first part is the branch.
    pub(super) fn parse(address: &str) -> Result<Self, ScmUrlError> {
        let url = Url::parse(address).map_err(|_| ScmUrlError::NoAddress(address.to_owned()))?;
        let decoded = decode(url.path()).ok_or_else(|| ScmUrlError::NoAddress(address.to_owned()))?;
        let trimmed = decoded.strip_prefix('/').unwrap_or(&decoded);
        let trimmed = trimmed.strip_suffix('/').unwrap_or(trimmed);
        let trimmed = trimmed.strip_suffix(".git").unwrap_or(trimmed);
        let parts: Vec<&str> = trimmed.split('/').collect();
        let found = Self::of_bitbucket_server(&url).unwrap_or_else(|| Self::of_parts(&parts));
        if leaves_its_place(&found.path) {
            return Err(ScmUrlError::Traversal(address.to_owned()));
        }
        Ok(found)
    }

    fn of_parts(parts: &[&str]) -> Self {
        let index = |word: &str| parts.iter().skip(2).position(|part| *part == word).map(|at| at + 2);
        let mut name = parts.len() - 1;
        if parts.len() >= 2 {
            let (blob, tree) = (index("blob"), index("tree"));
            let marked = index("-")
                .or_else(|| blob.zip(tree).map(|(blob, tree)| blob.min(tree)))
                .or(blob)
                .or_else(|| index("issues"))
                .or(tree)
                .or_else(|| index("commit"))
                .or_else(|| index("src"))
                .or_else(|| index("raw"))
                .or_else(|| index("edit"));
            name = marked.map_or(name, |at| at - 1);
        }
        let mut found =
            Self { owner: parts[..name].join("/"), name: parts[name].to_owned(), ..Self::default() };
        let word = if parts.get(name + 1) == Some(&"-") { name + 2 } else { name + 1 };
        if let (Some(kind), Some(reference)) = (parts.get(word), parts.get(word + 1))
            && FILE_WORDS.contains(kind)
        {
            (*kind).clone_into(&mut found.word);
            (*reference).clone_into(&mut found.reference);
            found.path = parts[word + 2..].join("/");
        }
        found
    }

    /// `/projects/P/repos/r/browse/path?at=branch`, or `users` in place of `projects`.
    fn of_bitbucket_server(url: &Url) -> Option<Self> {
        let path = url.path();
        let (users, rest) = ["projects/", "users/"]
            .into_iter()
            .filter_map(|word| Some((path.find(word)?, word)))
            .min()
            .map(|(at, word)| (word == "users/", &path[at + word.len()..]))?;
        let (owner, rest) = rest.split_once("/repos/")?;
        let (name, rest) = rest.split_once('/').unwrap_or((rest, ""));
        let at = url.query_pairs().find(|(key, _)| key == "at").map(|(_, value)| value.into_owned());
        let mut found = Self {
            owner: if users { format!("~{owner}") } else { owner.to_owned() },
            name: name.to_owned(),
            reference: at.unwrap_or_default(),
            ..Self::default()
        };
        let (word, path) = rest.split_once('/').unwrap_or((rest, ""));
        if matches!(word, "raw" | "browse") {
            word.clone_into(&mut found.word);
            path.clone_into(&mut found.path);
        }
        Some(found)
    }
}

/// The repository of an address that git clones from, or of one below it, as `host/owner/name` in lower case.
pub(crate) fn repository_of(address: &str) -> Option<String> {
    let (host, path) = match address.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?,
        None => address.split_once(':')?,
    };
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    let found = GitAddress::parse(&format!("https://{host}/{}", path.trim_start_matches('/'))).ok()?;
    let is_whole = !found.owner.is_empty() && !found.name.is_empty();
    is_whole.then(|| format!("{host}/{}/{}", found.owner, found.name).to_lowercase())
}

/// The path of a web address below the root of its repository; empty where it leads to no file or folder.
pub(crate) fn path_of(address: &str) -> String {
    GitAddress::parse(address).map(|found| found.path).unwrap_or_default()
}

/// Percent-encoding undone; nothing where it is wrong.
pub(super) fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        if *byte == b'%' {
            let digits = std::str::from_utf8(behind.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &behind[2..];
        } else {
            bytes.push(*byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Whether a path has a step to itself or its parent, however often it is encoded.
fn leaves_its_place(path: &str) -> bool {
    /// Rounds of decoding; each at least takes two characters away, and no honest path needs a second.
    const MAX_ROUNDS: usize = 16;
    let mut path = path.to_owned();
    for _ in 0..MAX_ROUNDS {
        if path.split('/').any(|step| matches!(step, "." | "..")) {
            return true;
        }
        match decode(&path) {
            Some(decoded) if decoded != path => path = decoded,
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_repository_name_the_same() {
        for address in [
            "git@github.com:Acme/Payments.git",
            "ssh://git@github.com:22/acme/payments.git",
            "https://github.com/acme/payments",
            "https://github.com/acme/payments/blob/main/src/a.rs#L3",
        ] {
            assert_eq!(repository_of(address).as_deref(), Some("github.com/acme/payments"), "{address}");
        }
        assert_eq!(path_of("https://github.com/acme/payments/blob/main/src/a.rs#L3"), "src/a.rs");
        assert_eq!(path_of("https://gitlab.com/a/b/c/-/tree/main/x"), "x");
        assert_eq!(repository_of("https://acme.dev"), None);
    }
}
