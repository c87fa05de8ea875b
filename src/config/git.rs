//! The mail address that the user commits with, read from git's own configuration. The git program never
//! runs: a configuration may name programs for it to start.

use std::path::{Path, PathBuf};

use super::{Environment, read};

/// Files that include each other; git itself stops at ten.
const MAX_INCLUDES: usize = 10;

/// The user's mail address, in the order in which git looks for it: `GIT_AUTHOR_EMAIL`, `user.email` of the
/// user's own configuration, `EMAIL`. Files that cannot be read say nothing.
pub fn user_email(environment: &Environment) -> Option<String> {
    let variable = |name| environment.text(name).map(str::to_owned);
    variable("GIT_AUTHOR_EMAIL").or_else(|| configured(environment)).or_else(|| variable("EMAIL"))
}

fn configured(environment: &Environment) -> Option<String> {
    let home = environment.home()?;
    // The later file wins.
    let files = if let Some(only) = environment.path("GIT_CONFIG_GLOBAL") {
        vec![only]
    } else {
        let folder = environment.path("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config"));
        vec![folder.join("git/config"), home.join(".gitconfig")]
    };
    let mut left = MAX_INCLUDES;
    files.iter().rev().find_map(|file| email_in(file, &home, &mut left))
}

/// The address of a file and of those that it includes; what is said last holds.
fn email_in(file: &Path, home: &Path, left: &mut usize) -> Option<String> {
    let text = read::text(file).ok().flatten()?;
    let mut email = None;
    for setting in settings(&text) {
        match setting {
            Setting::Email(address) => email = Some(address),
            Setting::Include(path) if *left > 0 => {
                *left -= 1;
                let included = expand(&path, file, home);
                email = email_in(&included, home, left).or(email);
            }
            Setting::Include(_) => {}
        }
    }
    email
}

/// The path of an included file: `~/` is the home folder, anything relative lies beside the file.
fn expand(path: &str, file: &Path, home: &Path) -> PathBuf {
    match path.strip_prefix("~/") {
        Some(below) => home.join(below),
        None => file.parent().unwrap_or(file).join(path),
    }
}

/// What is of interest in a configuration of git.
#[derive(Debug, PartialEq, Eq)]
enum Setting {
    /// `user.email`.
    Email(String),
    /// `include.path`.
    Include(String),
}

/// The settings of a text, in its order. Conditional includes depend on a repository and are left out.
fn settings(text: &str) -> impl Iterator<Item = Setting> + '_ {
    let mut section = String::new();
    text.lines().filter_map(move |line| {
        let mut line = line.trim();
        if let Some((name, rest)) = line.strip_prefix('[').and_then(|line| line.split_once(']')) {
            section = name.trim().to_ascii_lowercase();
            line = rest.trim();
        }
        let (key, value) = line.split_once('=')?;
        let value = plain_value(value);
        match (section.as_str(), key.trim().to_ascii_lowercase().as_str()) {
            ("user", "email") if !value.is_empty() => Some(Setting::Email(value)),
            ("include", "path") if !value.is_empty() => Some(Setting::Include(value)),
            _ => None,
        }
    })
}

/// A value without its quotes and the comment behind it.
fn plain_value(text: &str) -> String {
    let mut value = String::new();
    let mut is_quoted = false;
    let mut characters = text.trim().chars();
    while let Some(c) = characters.next() {
        match c {
            '"' => is_quoted = !is_quoted,
            '\\' => value.extend(characters.next()),
            '#' | ';' if !is_quoted => break,
            c => value.push(c),
        }
    }
    value.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(files: &[(&str, &str)]) -> (tempfile::TempDir, Environment) {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join(path);
            #[expect(clippy::disallowed_methods, reason = "the test makes a home folder")]
            {
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            }
        }
        let environment = Environment::new("/", [("HOME", dir.path())]);
        (dir, environment)
    }

    #[test]
    fn the_file_in_the_home_folder_beats_the_one_of_xdg() {
        let xdg = (".config/git/config", "[user]\n\temail = old@acme.dev\n");
        let own = (".gitconfig", "[User]\n\tname = Jane\n\tEmail = \"jane@acme.dev\" ; work\n");
        assert_eq!(user_email(&home(&[xdg, own]).1).as_deref(), Some("jane@acme.dev"));
        assert_eq!(user_email(&home(&[xdg]).1).as_deref(), Some("old@acme.dev"));
        assert_eq!(user_email(&home(&[]).1), None);
    }

    #[test]
    fn an_included_file_counts_where_it_stands() {
        let include = "[user] email = first@acme.dev\n[include]\npath = ~/mail\n";
        let mail = ("mail", "[user]\nemail = included@acme.dev\n");
        assert_eq!(
            user_email(&home(&[(".gitconfig", include), mail]).1).as_deref(),
            Some("included@acme.dev")
        );
        let later = format!("{include}[user]\nemail = last@acme.dev\n");
        assert_eq!(user_email(&home(&[(".gitconfig", &later), mail]).1).as_deref(), Some("last@acme.dev"));
    }

    #[test]
    fn files_that_include_themselves_end() {
        let circle = (".gitconfig", "[user]\nemail = a@acme.dev\n[include]\npath = .gitconfig\n");
        assert_eq!(user_email(&home(&[circle]).1).as_deref(), Some("a@acme.dev"));
    }

    #[test]
    fn a_variable_of_git_beats_its_files_and_those_beat_the_machines() {
        let (dir, _) = home(&[(".gitconfig", "[user]\nemail = file@acme.dev")]);
        let with = |name: &str| {
            Environment::new("/", [("HOME", dir.path().as_os_str()), (name, "variable@acme.dev".as_ref())])
        };
        assert_eq!(user_email(&with("GIT_AUTHOR_EMAIL")).as_deref(), Some("variable@acme.dev"));
        assert_eq!(user_email(&with("EMAIL")).as_deref(), Some("file@acme.dev"));
    }

    #[test]
    fn conditions_and_other_sections_are_left_out() {
        let text = "[includeIf \"gitdir:~/x/\"]\npath = x\n[sendemail]\nemail = no@acme.dev\n# [user]\n";
        assert_eq!(settings(text).count(), 0);
    }
}
