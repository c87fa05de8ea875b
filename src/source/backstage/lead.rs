//! Where a Backstage may be, as far as this machine says: a variable, a sign-in that is kept, the `app-config.yaml`
//! of the repository that somebody stands in. Nobody is asked.

use std::path::Path;

use serde_json::Value;
use url::Url;

use super::login::signed_in;
use crate::catalog::yaml;
use crate::source::Variables;
use crate::source::directory_tree::RegularFile;
use crate::source::secret::TokenSettings;

/// Bytes of an `app-config.yaml`.
const MAX_BYTES: u64 = 1 << 20;

/// Variables that hold its address.
const ADDRESSES: [&str; 2] = ["BACKSTAGE_URL", "BACKSTAGE_BASE_URL"];

/// The variable that holds its token.
const TOKEN: &str = "BACKSTAGE_TOKEN";

/// The files that may name it; what runs in production says more than what runs on a desk.
const FILES: [&str; 2] = ["app-config.production.yaml", "app-config.yaml"];

/// Where a Backstage may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// Its address. Foreign text.
    pub url: String,
    /// What says so.
    pub origin: LeadOrigin,
}

/// What says where a Backstage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeadOrigin {
    /// A variable of the environment.
    Variable(&'static str),
    /// A sign-in by `callboard login` that is kept.
    SignIn,
    /// A file of a repository, which may name any address: it gets no token, and is never asked unseen.
    File(&'static str),
}

/// Where the token of a Backstage is that somebody means.
pub fn variable_token(variables: &Variables) -> Option<TokenSettings> {
    variables.get(TOKEN).map(|_| TokenSettings::Env(TOKEN.to_owned()))
}

/// Where a Backstage may be, by the best of what says so.
pub fn lead(folder: &Path, variables: &Variables) -> Option<Lead> {
    let variable = || {
        let name = ADDRESSES.into_iter().find(|name| variables.get(name).is_some())?;
        Some(Lead { url: variables.get(name)?.to_owned(), origin: LeadOrigin::Variable(name) })
    };
    let kept = || {
        let url = signed_in(variables).into_iter().next()?;
        Some(Lead { url: plain(&url), origin: LeadOrigin::SignIn })
    };
    variable().or_else(kept).or_else(|| configured(folder))
}

fn configured(folder: &Path) -> Option<Lead> {
    let root = folder.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(folder);
    FILES.into_iter().find_map(|name| {
        let bytes = RegularFile::open(&root.join(name)).ok()?.read(name, MAX_BYTES).ok()?;
        let tree = yaml::parse(&String::from_utf8(bytes).ok()?).ok()?;
        let url = tree.pointer("/backend/baseUrl").and_then(Value::as_str)?;
        let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        Some(Lead { url: plain(&url), origin: LeadOrigin::File(name) })
    })
}

fn plain(url: &Url) -> String {
    crate::source::work_tree::without_credentials(url.as_str().trim_end_matches('/'))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests write the files that are found")]
mod tests {
    use super::*;

    fn variables(dir: &Path, values: &[(&str, &str)]) -> Variables {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Variables::new(dir.into(), values).with_state(dir.into())
    }

    #[test]
    fn a_variable_beats_a_sign_in_and_that_beats_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let found = |values: &[(&str, &str)]| {
            lead(dir.path(), &variables(dir.path(), values)).map(|lead| (lead.url, lead.origin))
        };
        assert_eq!(found(&[]), None);
        let text = "backend:\n  baseUrl: https://u:p@b.example.com/\n";
        std::fs::write(dir.path().join("app-config.yaml"), text).unwrap();
        let file = ("https://b.example.com".to_owned(), LeadOrigin::File("app-config.yaml"));
        assert_eq!(found(&[]), Some(file));
        std::fs::create_dir(dir.path().join("tokens")).unwrap();
        let kept = r#"{"base": "https://kept.example.com/", "access_token": "s"}"#;
        std::fs::write(dir.path().join("tokens/a.json"), kept).unwrap();
        assert_eq!(found(&[]), Some(("https://kept.example.com".to_owned(), LeadOrigin::SignIn)));
        let set = found(&[("BACKSTAGE_URL", "https://v.example.com")]);
        assert_eq!(set, Some(("https://v.example.com".to_owned(), LeadOrigin::Variable("BACKSTAGE_URL"))));
    }

    #[test]
    fn a_placeholder_is_no_address() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("app-config.yaml"), "backend: { baseUrl: '${URL}' }\n").unwrap();
        assert_eq!(lead(dir.path(), &variables(dir.path(), &[])), None);
    }
}
