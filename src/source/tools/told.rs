//! What the programs of forges say of the accounts they know, read from their text. Pure. The texts are made
//! for people and differ between versions: what is not understood is no account.

use super::{Account, host_of};

/// Letters of a host or a login.
const MAX_NAME: usize = 255;

/// The accounts of `gh auth status` and `glab auth status`. Both write `✓ Logged in to HOST account NAME (…)` or
/// `✓ Logged in to HOST as NAME (…)` for what is good, and a line with the host for what is not.
pub(super) fn status(text: &str) -> Vec<Account> {
    let mut accounts: Vec<Account> = Vec::new();
    for line in text.lines().map(str::trim) {
        let Some(account) = good(line).or_else(|| bad(line)) else { continue };
        // Of several accounts of a host a good one counts, and the first, which is the active one.
        match accounts.iter_mut().find(|known| known.host == account.host) {
            Some(known) if known.trouble.is_some() && account.trouble.is_none() => *known = account,
            Some(_) => {}
            None => accounts.push(account),
        }
    }
    accounts
}

fn good(line: &str) -> Option<Account> {
    let (_, told) = line.split_once("Logged in to ")?;
    let mut words = told.split_whitespace();
    let host = words.next().filter(|host| is_host(host))?;
    let login = words.next().filter(|word| matches!(*word, "account" | "as")).and_then(|_| words.next());
    Some(account(host, login, None))
}

fn bad(line: &str) -> Option<Account> {
    let host = ["Failed to log in to ", "Timeout trying to log in to "]
        .into_iter()
        .find_map(|words| line.split_once(words)?.1.split_whitespace().next())
        .or_else(|| {
            let (_, told) = line.split_once(['x', 'X', '✗'])?;
            told.strip_prefix(' ')?.split_once(": ").map(|(host, _)| host)
        });
    let host = host.map(|host| host.trim_end_matches([':', '.'])).filter(|host| is_host(host))?;
    let why = line.trim_start_matches(['x', 'X', '✗', '!', '-', ' ']);
    let why = why.strip_prefix(host).map_or(why, |why| why.trim_start_matches([':', ' ']));
    Some(account(host, None, Some(why.to_owned())))
}

/// The accounts of `tea logins list --output csv`.
pub(super) fn logins(text: &str) -> Vec<Account> {
    let mut lines = text.lines().map(fields);
    let Some(heads) = lines.find(|fields| fields.iter().any(|head| head.eq_ignore_ascii_case("url"))) else {
        return Vec::new();
    };
    let column = |name: &str| heads.iter().position(|head| head.eq_ignore_ascii_case(name));
    let (url, ssh, user) = (column("url"), column("sshhost"), column("user"));
    let found = lines.filter_map(|fields| {
        let field = |at: Option<usize>| fields.get(at?).copied().filter(|field| !field.is_empty());
        let (host, url) = host_of(field(url)?)?;
        let ssh_host = field(ssh).filter(|ssh| is_host(ssh) && *ssh != host).map(str::to_owned);
        Some(Account { url, ssh_host, ..account(&host, field(user), None) })
    });
    found.collect()
}

/// The fields of a line, of which none holds a comma.
fn fields(line: &str) -> Vec<&str> {
    line.split(',').map(|field| field.trim().trim_matches('"')).collect()
}

fn account(host: &str, login: Option<&str>, trouble: Option<String>) -> Account {
    let login = login.filter(|login| is_name(login)).map(str::to_owned);
    Account { host: host.to_ascii_lowercase(), url: None, ssh_host: None, login, trouble }
}

/// Whether a word is a host and maybe a port.
fn is_host(word: &str) -> bool {
    let name = word.split(':').next().unwrap_or_default();
    (name.contains('.') || name == "localhost") && is_name(&word.replacen(':', "", 1))
}

fn is_name(word: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    !word.is_empty() && word.len() <= MAX_NAME && !word.starts_with('-') && word.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(String, String, bool)> {
        let accounts = status(text).into_iter();
        accounts.map(|it| (it.host, it.login.unwrap_or_default(), it.trouble.is_none())).collect()
    }

    fn is(host: &str, login: &str, good: bool) -> (String, String, bool) {
        (host.to_owned(), login.to_owned(), good)
    }

    #[test]
    fn every_version_of_gh_is_understood() {
        let newer = "github.com\n  ✓ Logged in to github.com account jane (keyring)\n  - Active account: true\n\n  \
                     ✓ Logged in to github.com account bot (keyring)\n  - Active account: false\n\nghe.example.com\n  \
                     X Failed to log in to ghe.example.com account jd (keyring)\n  - The token is invalid.";
        assert_eq!(told(newer), [is("github.com", "jane", true), is("ghe.example.com", "", false)]);
        let older =
            "github.com\n  ✓ Logged in to github.com as jane (oauth_token)\n  ✓ Token: *******************";
        assert_eq!(told(older), [is("github.com", "jane", true)]);
        let offline = "github.com\n  X Timeout trying to log in to github.com account jane (keyring)";
        assert_eq!(told(offline), [is("github.com", "", false)]);
        assert_eq!(told("You are not logged into any GitHub hosts. To log in, run: gh auth login"), []);
    }

    #[test]
    fn every_version_of_glab_is_understood() {
        let text = "gitlab.com\n  x gitlab.com: API call failed: GET https://gitlab.com/api/v4/user: 401\n  \
                    ✓ Token found: ****\ngitlab.example.com\n  ✓ Logged in to gitlab.example.com as jane \
                    (GITLAB_TOKEN)\n  ✓ REST API Endpoint: https://gitlab.example.com/api/v4/";
        assert_eq!(told(text), [is("gitlab.com", "", false), is("gitlab.example.com", "jane", true)]);
        assert_eq!(told("unknown flag: --all"), []);
    }

    #[test]
    fn logins_of_tea_are_read_by_their_heads() {
        let text = "\"Name\",\"URL\",\"SSHHost\",\"User\",\"Default\"\n\
                    \"lab\",\"https://git.example.com:3000\",\"git.example.com\",\"jane\",\"true\"\n\
                    \"here\",\"http://127.0.0.1:80/gitea/\",\"\",\"\",\"false\"\n\"bad\",\"ftp://x\",\"\",\"\",\"\"";
        let found = logins(text);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].host.as_str(), found[0].url.as_deref()), ("git.example.com:3000", None));
        assert_eq!(
            (found[0].ssh_host.as_deref(), found[0].login.as_deref()),
            (Some("git.example.com"), Some("jane"))
        );
        assert_eq!(found[1].url.as_deref(), Some("http://127.0.0.1:80/gitea"));
        assert_eq!(logins("no table"), []);
    }

    #[test]
    fn words_that_could_be_options_or_controls_are_no_hosts() {
        assert_eq!(
            told("✓ Logged in to -oX.y as a\n✓ Logged in to a\u{1b}.b as c\n✓ Logged in to plain as d"),
            []
        );
    }
}
