//! The address of a repository, checked: nothing in it is an option, a command or a password.

use url::Url;

use crate::error::{Error, ErrorKind, Result};

/// Bytes of an address.
const MAX_BYTES: usize = 2_048;

/// The address of a repository that may be handed to git.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    /// What git is given.
    url: String,
    /// The host with its port, for limits and for credentials; empty for this machine.
    host: String,
    /// The path without its slashes at the ends and without `.git`.
    path: String,
    scheme: Scheme,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Scheme {
    Https,
    Http,
    Ssh,
    File,
}

impl Address {
    /// Checks an address of the configuration: https, ssh, `user@host:path`, file, or an absolute path.
    /// `http` is for this machine alone.
    pub fn parse(text: &str) -> Result<Self> {
        let refused = |why: &str| refused(text, why);
        if text.is_empty() || text.len() > MAX_BYTES || text.chars().any(char::is_control) {
            return Err(refused("it is empty, too long, or has a control character in it"));
        }
        if text.starts_with('-') || text.contains("::") && !text.contains("://") {
            return Err(refused("it would be an option or a command of git"));
        }
        if text.starts_with('/') {
            let url = Url::from_file_path(text).map_err(|()| refused("it is no path"))?;
            return Ok(Self::local(url.to_string(), text));
        }
        match text.split_once("://") {
            Some(_) => Self::of_url(text),
            None => Self::of_scp(text).ok_or_else(|| refused("it is none that git is given here")),
        }
    }

    fn of_url(text: &str) -> Result<Self> {
        let refused = |why: &str| refused(text, why);
        let url = Url::parse(text).map_err(|_| refused("it is no address"))?;
        let scheme = match url.scheme() {
            "https" => Scheme::Https,
            "http" => Scheme::Http,
            "ssh" => Scheme::Ssh,
            "file" => Scheme::File,
            _ => return Err(refused("its scheme is none of https, ssh and file")),
        };
        if scheme == Scheme::File {
            let path = url.to_file_path().map_err(|()| refused("it names no file of this machine"))?;
            return Ok(Self::local(text.to_owned(), &path.to_string_lossy()));
        }
        let name = url.host_str().filter(|name| !name.is_empty()).ok_or_else(|| refused("it has no host"))?;
        if url.password().is_some() {
            return Err(refused("it has a password in it"));
        }
        if name.starts_with('-') || url.username().starts_with('-') {
            return Err(refused("it would be an option of ssh"));
        }
        if scheme == Scheme::Http && (!is_loopback(&url) || !url.username().is_empty()) {
            return Err(refused("http sends everything in clear"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refused("it has a query or a fragment"));
        }
        if plain_path(url.path()).is_empty() {
            return Err(refused("it has no path"));
        }
        let host = url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
        Ok(Self { url: text.to_owned(), host, path: plain_path(url.path()), scheme })
    }

    /// `user@host:path`.
    fn of_scp(text: &str) -> Option<Self> {
        let (login, path) = text.split_once(':')?;
        let (user, host) = login.split_once('@').unwrap_or(("", login));
        let is_name = |name: &str| {
            !name.starts_with('-') && name.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
        };
        let is_good = is_name(user) && is_name(host) && host.len() > 1 && !path.starts_with('-');
        let path = plain_path(path);
        (is_good && !path.is_empty()).then(|| Self {
            url: text.to_owned(),
            host: host.to_owned(),
            path,
            scheme: Scheme::Ssh,
        })
    }

    fn local(url: String, path: &str) -> Self {
        Self { url, host: String::new(), path: plain_path(path), scheme: Scheme::File }
    }

    /// What git is given.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What people call a repository whose files lie in a folder of its source: like the folder. Where that is
    /// its path on this machine, with the slash of one.
    pub fn name_of(&self, root: &str) -> String {
        let is_path = self.scheme == Scheme::File && root.starts_with(&self.path);
        let slash = if is_path { "/" } else { "" };
        format!("{slash}{root}")
    }

    /// The host with its port; empty for this machine.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The host that its pages lie at, as far as the address says: ssh has ports and sometimes a host of its own.
    pub fn web_host(&self) -> &str {
        if self.scheme != Scheme::Ssh {
            return &self.host;
        }
        let host = self.host.split(':').next().unwrap_or_default();
        // Where port 22 is closed, these listen at 443.
        match host {
            "ssh.github.com" => "github.com",
            "altssh.gitlab.com" => "gitlab.com",
            host => host,
        }
    }

    /// Whether it is spoken to over ssh.
    pub fn is_ssh(&self) -> bool {
        self.scheme == Scheme::Ssh
    }

    /// The same address at another host of ssh, where that is a name that could be one.
    pub(super) fn at_host(&self, host: &str) -> Option<Self> {
        let (before, behind) = self.url.split_once(self.host.split(':').next()?)?;
        Self::parse(&format!("{before}{host}{behind}")).ok()
    }

    /// The path without `.git`: what people call the repository.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The address without a user name, except for ssh, where it is a part of the address.
    pub fn remote(&self) -> String {
        crate::source::work_tree::without_credentials(&self.url)
    }

    /// The protocols that git may speak to get there, as it wants them listed. The user's own `insteadOf` may
    /// lead from https to ssh.
    pub(super) fn protocols(&self) -> &'static str {
        match self.scheme {
            Scheme::Https | Scheme::Ssh => "https:ssh",
            Scheme::Http => "http:https",
            Scheme::File => "file",
        }
    }

    /// The scheme and host that a token is for; nothing where no token is sent.
    pub(super) fn token_scope(&self) -> Option<String> {
        match self.scheme {
            Scheme::Https => Some(format!("https://{}", self.host)),
            Scheme::Http => Some(format!("http://{}", self.host)),
            Scheme::Ssh | Scheme::File => None,
        }
    }
}

fn refused(text: &str, why: &str) -> Error {
    // What stands before an `@` may be a secret.
    let shown = text.rsplit('@').next().unwrap_or_default();
    let shown: String = shown.chars().take(200).collect();
    Error::new(ErrorKind::Refused, format!("The repository {shown:?} is not fetched: {why}."))
        .with_hint("Write https://HOST/PATH, ssh://USER@HOST/PATH, USER@HOST:PATH or an absolute path.")
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// A path without `.git`, empty parts and parts that lead elsewhere.
fn plain_path(path: &str) -> String {
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path).trim_end_matches('/');
    let parts = path.split('/').filter(|part| !matches!(*part, "" | "." | ".." | "~"));
    parts.collect::<Vec<_>>().join("/")
}

/// Checks the name of a branch by git's own rules, so that it is neither an option nor a revision.
pub fn check_branch(name: &str) -> Result<()> {
    let is_bad_part =
        |part: &str| part.is_empty() || part.starts_with('.') || part.strip_suffix(".lock").is_some();
    let is_bad = name.is_empty()
        || name.len() > 255
        || name.starts_with('-')
        || name.ends_with('.')
        || name == "@"
        || ["..", "@{"].iter().any(|bad| name.contains(bad))
        || name.chars().any(|c| c.is_control() || " ~^:?*[\\".contains(c))
        || name.split('/').any(is_bad_part);
    if !is_bad {
        return Ok(());
    }
    let shown: String = name.chars().take(100).collect();
    Err(Error::new(ErrorKind::Refused, format!("{shown:?} is no name of a branch."))
        .with_hint("Write the branch as in `branch: main`."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_a_host_and_a_path() {
        for (text, host, path) in [
            ("https://git.example.com/acme/payments.git", "git.example.com", "acme/payments"),
            ("https://jane@git.example.com:8443/a/b/", "git.example.com:8443", "a/b"),
            ("ssh://git@git.example.com:22/acme/x.git", "git.example.com:22", "acme/x"),
            ("git@git.example.com:acme/x.git", "git.example.com", "acme/x"),
            ("http://127.0.0.1:80/x", "127.0.0.1", "x"),
            ("file:///srv/git/x.git", "", "srv/git/x"),
            ("/srv/git/x", "", "srv/git/x"),
        ] {
            let address = Address::parse(text).unwrap();
            assert_eq!((address.host(), address.path()), (host, path), "{text}");
        }
        assert_eq!(Address::parse("https://j@h.example/x").unwrap().remote(), "https://h.example/x");
        let name = |url: &str, root: &str| Address::parse(url).unwrap().name_of(root);
        assert_eq!(name("file:///srv/git/x.git", "srv/git/x~2"), "/srv/git/x~2");
        assert_eq!(name("/srv/git/acme/x", "acme/x"), "acme/x");
        assert_eq!(name("git@git.example.com:acme/x.git", "acme/x"), "acme/x");
    }

    #[test]
    fn pages_lie_at_the_host_without_the_port_of_ssh() {
        for (text, host) in [
            ("ssh://git@git.example.com:2222/a/b.git", "git.example.com"),
            ("git@ssh.github.com:a/b.git", "github.com"),
            ("https://git.example.com:3000/a/b", "git.example.com:3000"),
            ("/srv/git/x", ""),
        ] {
            assert_eq!(Address::parse(text).unwrap().web_host(), host, "{text}");
        }
    }

    #[test]
    fn what_could_be_an_option_a_command_or_a_password_is_refused() {
        for text in [
            "",
            "-x",
            "--upload-pack=touch PWNED",
            "ext::sh -c touch% PWNED",
            "fd::3",
            "./x",
            "x",
            "..",
            "https://h/a\nb",
            "https://h/a\u{1b}[m",
            "http://git.example.com/x",
            "http://u@127.0.0.1/x",
            "https://u:secret@h/x",
            "ssh://-oProxyCommand=x/y",
            "ssh://-x@h/y",
            "-oProxyCommand=x:y",
            "git@-oProxyCommand=x:y",
            "git@hh:-x",
            "ftp://h/x",
            "git://h/x",
            "https:///x",
            "https://h/x?y",
        ] {
            let error = Address::parse(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Refused, "{text}");
            assert!(!error.message().contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_branch_is_a_plain_name() {
        for good in ["main", "feature/x-1", "release_2.0", "größe"] {
            assert!(check_branch(good).is_ok(), "{good}");
        }
        for bad in ["", "-x", "--output=x", "a..b", "a b", "a~1", "a:b", "x.lock", "a//b", ".a", "@", "a@{1}"]
        {
            assert!(check_branch(bad).is_err(), "{bad}");
        }
    }
}
