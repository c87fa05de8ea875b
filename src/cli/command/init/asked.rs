//! The questions of `callboard init`, in their order: whose repositories, those of other hosts, a folder, a
//! Backstage; and after the trial what becomes of what does not answer, who somebody is, and the file that is
//! there.

use std::path::Path;

use super::answers::Answers;
use super::{Existing, FailingChoice, absolute};
use crate::cli::Session;
use crate::cli::command::tools;
use crate::cli::failure::Failure;
use crate::error::{Error, Result as Checked};
use crate::number::noun;
use crate::ops::init::{
    Draft, ENTRIES, Entry, ForgeKind, Found, Guess, Host, Lead, LeadOrigin, Owner, difference,
};

/// Hosts that are asked about.
const MAX_HOSTS: usize = 6;

/// Owners that are named beside the proposed ones.
const MAX_OTHERS: usize = 6;

/// The sources that somebody wants.
pub(super) fn sources(session: &Session, found: &Found) -> Result<Vec<Draft>, Failure> {
    tell(found)?;
    let mut drafts = Vec::new();
    let readable = found.hosts.iter().filter(|host| host.kind.is_some() && host.token.is_some());
    for host in readable.take(MAX_HOSTS) {
        drafts.extend(owners(host)?);
    }
    if !drafts.is_empty() {
        for host in found.plain_hosts().take(MAX_HOSTS) {
            let count = repositories(host.repositories().count());
            let question = format!("Read {count} of {} with git too (y, n)", host.name);
            if Answers::ask_for(&question, "y", yes_or_no)? {
                drafts.push(Draft::repositories(host));
            }
        }
    }
    drafts.extend(folder(session, found, &drafts)?);
    drafts.extend(backstage(found)?);
    Ok(drafts)
}

/// What was found, a line each.
fn tell(found: &Found) -> Result<(), Failure> {
    let mut lines: Vec<(String, String)> = Vec::new();
    if let Some((folder, count)) = &found.folder {
        lines.push(("folder".to_owned(), format!("{}: {}", folder.display(), repositories(*count))));
    }
    for answer in &found.tools {
        lines.extend(
            tools::findings(answer).into_iter().map(|it| (answer.tool.program().to_owned(), it.told())),
        );
    }
    for host in found.hosts.iter().filter(|host| host.token.is_none() && !host.owners.is_empty()) {
        let owners = owners_in_words(host.owners.iter());
        let missing = match host.tool {
            Some(tool) => {
                format!("{} gives its token to git alone: `{} --helper`", tool.program(), tool.sign_in())
            }
            None if host.kind.is_some() => "nobody is signed in there".to_owned(),
            None => "only git is known to speak with it".to_owned(),
        };
        lines.push((host.name.clone(), format!("repositories of {owners}; {missing}")));
    }
    if let Some(lead) = &found.backstage {
        lines.push(("backstage".to_owned(), format!("{}, by {}", lead.url, origin(lead))));
    }
    let widest = lines.iter().map(|(what, _)| what.chars().count()).max().unwrap_or_default();
    for (what, words) in lines {
        Answers::tell(&format!("  {what:widest$}  "), &words)?;
    }
    Answers::say(
        "\nEnter takes what stands in brackets, - takes nothing.\nAll of it can be changed later by hand.\n",
    )?;
    Ok(())
}

/// The owners at a host whose repositories are to be read.
fn owners(host: &Host) -> Result<Vec<Draft>, Failure> {
    let (proposed, others): (Vec<&Owner>, Vec<&Owner>) =
        host.owners.iter().partition(|owner| owner.is_proposed);
    let usual = proposed.iter().map(|owner| owner.name.as_str()).collect::<Vec<_>>().join(" ");
    let what = if host.kind == Some(ForgeKind::Gitlab) { "Groups" } else { "Organisations or users" };
    let also = if others.is_empty() {
        String::new()
    } else {
        format!("; also here: {}", owners_in_words(others.into_iter()))
    };
    let entry = host.entry().map(|entry| format!(" ({entry})")).unwrap_or_default();
    let question = format!("{what} at {}{entry}{also}", host.name);
    Answers::ask_for(&question, &usual, |answer| {
        let names = answer.split([' ', ',']).filter(|name| !name.is_empty());
        names
            .map(|name| {
                Draft::owner(host, name.trim_matches('/'))
                    .filter(Draft::is_valid)
                    .ok_or_else(|| format!("{name} is no name there; write names as they stand in addresses, with blanks between them."))
            })
            .collect()
    })
}

fn folder(session: &Session, found: &Found, chosen: &[Draft]) -> Result<Option<Draft>, Failure> {
    let here = session.environment.working_dir();
    let usual = found.proposed_folder(chosen);
    let usual = usual.as_ref().and_then(|draft| draft.keys["path"].as_str()).unwrap_or_default().to_owned();
    Answers::ask_for("Folder of repositories, read where it lies", &usual, |answer| {
        if answer.is_empty() {
            return Ok(None);
        }
        let path = absolute(Path::new(answer), here, &found.home);
        if path.is_dir() {
            Ok(Some(Draft::directory(&path, &found.home)))
        } else {
            Err(format!("{} is no folder.", path.display()))
        }
    })
}

fn backstage(found: &Found) -> Result<Option<Draft>, Failure> {
    let lead = found.backstage.as_ref();
    let usual = lead.map_or("", |lead| &lead.url);
    Answers::ask_for("Address of a running Backstage", usual, |answer| match lead {
        _ if answer.is_empty() => Ok(None),
        Some(lead) if lead.url == answer => Ok(Some(Draft::lead(lead, found.backstage_token.as_ref()))),
        _ if answer.starts_with("https://") || answer.starts_with("http://") => {
            Ok(Some(Draft::backstage(answer, found.backstage_token.as_ref())))
        }
        _ => Err("An address begins with https://.".to_owned()),
    })
}

/// Where the tokens are of sources that want one. Whether any was named.
pub(super) fn tokens(drafts: &mut [Draft]) -> Result<bool, Failure> {
    let mut is_any = false;
    for draft in drafts.iter_mut().filter(|draft| draft.wants_token()) {
        let browser = if draft.takes_browser() { ", or login for a browser" } else { "" };
        let question = format!("Where the token of {} is: {ENTRIES}{browser}", draft.name);
        let entry = Answers::ask_for(&question, "", |answer| match answer {
            "" => Ok(None),
            answer => Entry::parse(answer).and_then(|entry| match entry {
                Entry::Browser if !draft.takes_browser() => {
                    Err("Nobody signs in there with a browser.".to_owned())
                }
                entry => Ok(Some(entry)),
            }),
        })?;
        if let Some(entry) = entry {
            draft.let_in(&entry);
            is_any = true;
        }
    }
    Ok(is_any)
}

/// What becomes of sources that do not answer.
pub(super) fn failing() -> Result<FailingChoice, Failure> {
    let question = "Write what does not answer as a comment (c), as it is (k), or not at all (o)";
    Answers::ask_for(question, "c", |answer| match answer {
        "c" => Ok(FailingChoice::Comment),
        "k" => Ok(FailingChoice::Keep),
        "" | "o" => Ok(FailingChoice::Omit),
        _ => Err("Answer c, k or o.".to_owned()),
    })
}

/// Who somebody is in the catalog.
pub(super) fn user(guess: &Guess) -> Result<Option<String>, Failure> {
    let answer =
        Answers::ask(&format!("Who you are in the catalog, {}", guess.why), &guess.user.to_string())?;
    Ok(Some(answer).filter(|answer| !answer.is_empty()))
}

/// The text in the place of a file that is there, after its difference was shown; nothing where it is to stay.
pub(super) fn existing(
    session: &Session,
    old: &str,
    compose: &dyn Fn(Existing) -> Checked<String>,
) -> Result<Option<String>, Failure> {
    let added = compose(Existing::Add);
    if let Err(error) = &added {
        session.complain(error);
    }
    let replaced = compose(Existing::Replace)?;
    Answers::say(&difference(old, added.as_ref().unwrap_or(&replaced)))?;
    let (question, usual) = match added {
        Ok(_) => ("Add this to your configuration (a), replace all of it (r), or leave it (l)", "a"),
        Err(_) => ("Replace your configuration (r), or leave it (l)", "l"),
    };
    let answer: Result<Option<Checked<String>>, Failure> =
        Answers::ask_for(question, usual, |answer| match (answer, &added) {
            ("a", Ok(text)) => Ok(Some(Ok::<_, Error>(text.clone()))),
            ("r", _) => Ok(Some(Ok(replaced.clone()))),
            ("" | "l", _) => Ok(None),
            _ => Err("Answer with one of the letters.".to_owned()),
        });
    Ok(answer?.transpose()?)
}

fn yes_or_no(answer: &str) -> Result<bool, String> {
    match answer.to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(true),
        "" | "n" | "no" => Ok(false),
        _ => Err("Answer y or n.".to_owned()),
    }
}

fn owners_in_words<'a>(owners: impl ExactSizeIterator<Item = &'a Owner>) -> String {
    let count = owners.len();
    let name = |owner: &Owner| if owner.name.is_empty() { "nobody".to_owned() } else { owner.name.clone() };
    let mut names: Vec<String> = owners.take(MAX_OTHERS).map(name).collect();
    if count > MAX_OTHERS {
        names.push(format!("{} more", count - MAX_OTHERS));
    }
    names.join(", ")
}

fn repositories(count: usize) -> String {
    format!("{count} {}", noun(count as u64, "repository"))
}

fn origin(lead: &Lead) -> &'static str {
    match lead.origin {
        LeadOrigin::Variable(name) | LeadOrigin::File(name) => name,
        LeadOrigin::SignIn => "your sign-in",
    }
}
