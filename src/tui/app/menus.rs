//! The menus, made from the command table, the live keymap and the answers of ops. No key is written by hand.

use super::State;
use crate::catalog::{ContactKind, EntityRef};
use crate::ops::show::EntityDetails;
use crate::ops::who::WhoAnswer;
use crate::text::Untrusted;
use crate::tui::command::{COMMANDS, Context, Spec, Twin};
use crate::tui::pane::menu::{Choice, Item, Menu};

/// Every key, this place first.
pub(super) fn help(state: &State) -> Menu {
    let here = state.contexts();
    let elsewhere = Context::ALL.into_iter().filter(|context| !here.contains(context));
    let mut items = Vec::new();
    for context in here.iter().copied().chain(elsewhere) {
        let rows: Vec<_> = COMMANDS.iter().filter_map(|row| help_row(state, context, row)).collect();
        if !rows.is_empty() {
            let title = if here.contains(&context) { "" } else { " (elsewhere)" };
            let text = format!("{}{title}", context.title());
            items.push(Item { label: String::new(), text, choice: Choice::Heading });
            items.extend(rows);
        }
    }
    Menu::new("Help", items)
}

fn help_row(state: &State, context: Context, row: &Spec) -> Option<Item> {
    let keys = state.options.keymap.keys(&[context], row.command);
    if keys.is_empty() {
        return None;
    }
    let choice = if state.contexts().contains(&context) { Choice::Run(row.command) } else { Choice::Words };
    Some(Item { label: keys.join(", "), text: row.doc.to_owned(), choice })
}

/// Every command that is possible here, with its keys and its command line.
pub(super) fn palette(state: &State) -> Menu {
    let contexts = state.contexts();
    let items = COMMANDS.iter().filter_map(|row| {
        let keys = state.options.keymap.keys(&contexts, row.command);
        let is_here = row.keys.iter().any(|(context, _)| contexts.contains(context)) || !keys.is_empty();
        let text = match row.twin {
            Twin::Cli(line) => format!("{} [{line}]", row.doc),
            Twin::InteractiveOnly => row.doc.to_owned(),
        };
        let label =
            format!("{}{}", row.id, keys.first().map(|keys| format!(" ({keys})")).unwrap_or_default());
        is_here.then_some(Item { label, text, choice: Choice::Run(row.command) })
    });
    Menu::new("Commands", items.collect())
}

/// The links of an entity, what helps in trouble first; its contacts that lead somewhere too.
pub(super) fn links(details: &EntityDetails) -> Menu {
    let link = |kind: &str, title: &str, url: &str| {
        let text = if title == url { url.to_owned() } else { format!("{title}  {url}") };
        Item { label: kind.to_owned(), text, choice: Choice::Address(url.to_owned()) }
    };
    let mut known: Vec<(Option<ContactKind>, Item)> = details
        .links
        .iter()
        .map(|it| (it.kind, link(it.kind.map_or("link", ContactKind::as_str), it.title.raw(), it.url.raw())))
        .collect();
    let contacts = details.contacts.iter().chain(details.owners.iter().flat_map(|owner| &owner.contacts));
    for contact in contacts {
        let Some(url) = contact.url.as_ref().map(Untrusted::raw) else { continue };
        if !details.links.iter().any(|known| known.url.raw() == url) {
            let item = link(contact.kind.as_str(), contact.label.raw(), url);
            known.push((Some(contact.kind), item));
        }
    }
    // Its own links and those of its owners together, what helps in trouble first.
    known.sort_by_key(|(kind, _)| (kind.is_none(), *kind));
    let mut items: Vec<_> = known.into_iter().map(|(_, item)| item).collect();
    if items.is_empty() {
        let text = format!("{} names no links.", details.name.raw());
        items.push(Item { label: String::new(), text, choice: Choice::Words });
    }
    Menu::new(format!("Links of {}", details.name.display()), items)
}

/// Who owns an entity, how to reach them, and why we think so.
pub(super) fn who(answer: &WhoAnswer) -> Menu {
    let mut items = Vec::new();
    if answer.owners.is_empty() {
        let words = "Nobody owns it: name an owner in its descriptor, spec.owner.";
        items.push(item("owner", words.to_owned(), Choice::Words));
    }
    for owner in &answer.owners {
        let gone = if owner.exists { "" } else { " (not in this catalog)" };
        let short = owner.reference.humanize(Some("group"));
        let is_known = owner.name.raw().eq_ignore_ascii_case(owner.reference.name());
        let name = if is_known { String::new() } else { format!("  {}", owner.name.raw()) };
        items.push(item("owner", format!("{short}{name}{gone}"), Choice::Entity(owner.reference.clone())));
        let choice = owner.because.entity.clone().map_or(Choice::Words, Choice::Entity);
        items.push(item("because", owner.because.words(), choice));
        if let Some(origin) = &owner.because.origin {
            items.push(item("in", origin.location(), Choice::Place));
        }
        // What stands below an owner is read as its own.
        if answer.owners.len() > 1 {
            items.extend(reach(answer, &|of| *of == owner.reference));
        }
    }
    let is_own = |of: &EntityRef| answer.owners.iter().all(|owner| owner.reference != *of);
    if answer.owners.len() < 2 {
        items.extend(reach(answer, &|_| true));
    } else if let Some(own) = answer.contacts.iter().find(|it| is_own(&it.of)) {
        items.push(item("", format!("{} itself", own.of), Choice::Heading));
        items.extend(reach(answer, &is_own));
    }
    Menu::new(format!("Who owns {}", answer.subject()), items)
}

fn item(label: &str, text: String, choice: Choice) -> Item {
    Item { label: label.to_owned(), text, choice }
}

/// The ways to reach people, as far as they belong to whom is meant.
fn reach(answer: &WhoAnswer, is_meant: &dyn Fn(&EntityRef) -> bool) -> Vec<Item> {
    let contacts = answer.contacts.iter().filter(|it| is_meant(&it.of)).map(|it| {
        let contact = &it.contact;
        let label = contact.label.raw();
        match contact.url.as_ref().map(Untrusted::raw) {
            Some(url) => {
                item(contact.kind.as_str(), format!("{label}  {url}"), Choice::Address(url.to_owned()))
            }
            None => item(contact.kind.as_str(), label.to_owned(), Choice::Words),
        }
    });
    let people = answer.people.iter().filter(|it| is_meant(&it.of)).map(|person| {
        let role = person.description.as_ref().map(|text| format!("  {}", text.raw())).unwrap_or_default();
        item("person", format!("{}{role}", person.name.raw()), Choice::Entity(person.reference.clone()))
    });
    let above = answer.escalation.iter().filter(|it| is_meant(&it.of)).map(|step| {
        let contact = step.contacts.first().map(|contact| format!("  {}", contact.label.raw()));
        let text = format!("{}{}", step.group.reference.humanize(Some("group")), contact.unwrap_or_default());
        item("escalate", text, Choice::Entity(step.group.reference.clone()))
    });
    contacts.chain(people).chain(above).collect()
}
