//! What a picker of repositories asks for beyond its schema.

use super::RepoRules;

/// What is wrong with the place of a repository.
pub(super) fn repo_fault(rules: &RepoRules, value: &str) -> Option<String> {
    let (host, query) = value.split_once('?').unwrap_or((value, ""));
    let part = |key: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(name, _)| *name == key).map(|(_, value)| value).filter(|value| !value.is_empty())
    };
    if host.is_empty() || part("repo").is_none() {
        return Some("Write the repository as host/owner/name.".to_owned());
    }
    let outside = |allowed: &[String], found: Option<&str>| {
        !allowed.is_empty() && found.is_some_and(|found| !allowed.iter().any(|one| one == found))
    };
    if outside(&rules.hosts, Some(host)) {
        return Some(format!("The host has to be one of {}.", rules.hosts.join(", ")));
    }
    if outside(&rules.owners, part("owner")) {
        return Some(format!("The owner has to be one of {}.", rules.owners.join(", ")));
    }
    outside(&rules.repos, part("repo"))
        .then(|| format!("The name has to be one of {}.", rules.repos.join(", ")))
}
