//! THE command table: everything a key, the palette, the help or the manual can ask for, in one place.
//!
//! Adding a command: a variant of [`Command`], a row in [`COMMANDS`], an arm in the update of its pane.

/// Something the user can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each has its sentence in the table below")]
pub enum Command {
    Quit,
    Back,
    Help,
    Palette,
    Refresh,
    Sources,
    SetUp,
    SyncSource,
    AcceptLoss,
    StopSync,
    Redraw,
    Suspend,
    ToggleMouse,
    HistoryBack,
    HistoryForward,
    FocusSearch,
    FocusList,
    ClearQuery,
    Complete,
    Up,
    Down,
    PageUp,
    PageDown,
    HalfPageUp,
    HalfPageDown,
    Top,
    Bottom,
    Open,
    Links,
    Who,
    Docs,
    Create,
    CopyRef,
    CopyCode,
    Pin,
    TogglePreview,
    ToggleYaml,
    Problems,
    EditFile,
    NextSection,
    Contents,
    Find,
    NextMatch,
    PreviousMatch,
    NextPage,
    PreviousPage,
    NextLink,
    PreviousLink,
    NextField,
    PreviousField,
    ToggleDefaults,
    MakePlan,
    CarryOut,
    EditAnswers,
    ToggleDiff,
}

/// Where a command is meant. A state has several contexts at once, the most special first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// Everywhere.
    Global,
    /// The search box of the catalog has the focus.
    Search,
    /// The search box has the focus and holds nothing, so that single keys are free.
    SearchEmpty,
    /// The list of the catalog has the focus.
    Catalog,
    /// An entity.
    Entity,
    /// A page of a docs site, or the list of sites.
    Docs,
    /// The answers of a template.
    Form,
    /// A plan before it is carried out, and the report after.
    Plan,
    /// The sources.
    Sources,
    /// What is wrong.
    Problems,
    /// A list that lies over the pane: help, palette, links. Typing filters it.
    Menu,
}

impl Context {
    /// All contexts, in the order of the manual.
    pub const ALL: [Self; 11] = [
        Self::Global,
        Self::Search,
        Self::SearchEmpty,
        Self::Catalog,
        Self::Entity,
        Self::Docs,
        Self::Form,
        Self::Plan,
        Self::Sources,
        Self::Problems,
        Self::Menu,
    ];

    /// The name in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Search => "search",
            Self::SearchEmpty => "search-empty",
            Self::Catalog => "catalog",
            Self::Entity => "entity",
            Self::Docs => "docs",
            Self::Form => "form",
            Self::Plan => "plan",
            Self::Sources => "sources",
            Self::Problems => "problems",
            Self::Menu => "menu",
        }
    }

    /// The title in the help.
    pub fn title(self) -> &'static str {
        match self {
            Self::Global => "Everywhere",
            Self::Search => "In the search box",
            Self::SearchEmpty => "In the empty search box",
            Self::Catalog => "In the list",
            Self::Entity => "On an entity",
            Self::Docs => "In the docs",
            Self::Form => "In a form",
            Self::Plan => "On a plan",
            Self::Sources => "In the sources",
            Self::Problems => "In the problems",
            Self::Menu => "In a menu",
        }
    }
}

/// How a script does what a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twin {
    /// The command line that answers the same.
    Cli(&'static str),
    /// Moves about the screen: there is nothing to script.
    InteractiveOnly,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// The command.
    pub command: Command,
    /// The id in the configuration.
    pub id: &'static str,
    /// What the footer and the palette call it.
    pub title: &'static str,
    /// One sentence for help and manual.
    pub doc: &'static str,
    /// The default keys, each with the context it is bound in. Several chords make a sequence: `"g g"`.
    pub keys: &'static [(Context, &'static str)],
    /// How a script does the same.
    pub twin: Twin,
}

const fn row(
    command: Command,
    id: &'static str,
    title: &'static str,
    doc: &'static str,
    keys: &'static [(Context, &'static str)],
    twin: Twin,
) -> Spec {
    Spec { command, id, title, doc, keys, twin }
}

use Command as C;
use Context as X;
use Twin::{Cli, InteractiveOnly};

/// The table.
#[rustfmt::skip]
pub const COMMANDS: &[Spec] = &[
    row(C::Open, "open", "open", "Opens what is selected: an entity, a relation, a link, a page, a template's form, a problem's entity or file.",
        &[(X::Search, "enter"), (X::Catalog, "enter"), (X::Entity, "enter"), (X::Docs, "enter"), (X::Form, "enter"), (X::Problems, "enter"), (X::Menu, "enter")], Cli("callboard show REF")),
    row(C::Links, "links", "links", "Lists the links of the entity: runbooks, dashboards and chat first.",
        &[(X::Search, "alt-o"), (X::Catalog, "o"), (X::Entity, "o"), (X::Docs, "o")], Cli("callboard open REF")),
    row(C::Who, "who", "who", "Tells who owns the entity, how to reach them, and why we think so.",
        &[(X::Search, "alt-w"), (X::Catalog, "w"), (X::Entity, "w")], Cli("callboard who REF")),
    row(C::Docs, "docs", "docs", "Opens the docs of the entity.",
        &[(X::Search, "alt-d"), (X::Catalog, "d"), (X::Entity, "d")], Cli("callboard docs REF")),
    row(C::Create, "create", "create", "Picks a template; on a template, opens its form.",
        &[(X::Search, "alt-c"), (X::Catalog, "c"), (X::Entity, "c")], Cli("callboard create TEMPLATE")),
    row(C::Problems, "problems", "problems", "Shows what is wrong, file by file; in the sources, of the selected one.",
        &[(X::Search, "alt-e"), (X::Catalog, "e"), (X::Entity, "e"), (X::Sources, "e")], Cli("callboard status --problems")),
    row(C::EditFile, "edit-file", "edit", "Opens the file of the problem in your editor, at its line.",
        &[(X::Problems, "e")], InteractiveOnly),
    row(C::CopyRef, "copy", "copy", "Copies the reference, the address or the place that is selected, by the terminal's own clipboard.",
        &[(X::Search, "alt-y"), (X::Catalog, "y"), (X::Entity, "y"), (X::Problems, "y"), (X::Menu, "alt-y")], InteractiveOnly),
    row(C::CopyCode, "copy-code", "copy block", "Copies the first code block that is in view.",
        &[(X::Docs, "y")], Cli("callboard docs REF PAGE --raw")),
    row(C::Pin, "pin", "pin", "Pins the entity to the top of the empty search, or takes the pin away.",
        &[(X::Search, "alt-p"), (X::Catalog, "p"), (X::Entity, "p")], InteractiveOnly),
    row(C::ToggleYaml, "toggle-yaml", "yaml", "Shows the entity as it was written, and back.",
        &[(X::Entity, "v")], Cli("callboard show REF -o yaml")),
    row(C::FocusList, "focus-list", "list", "Moves the focus to the list, where single keys work.",
        &[(X::Search, "tab")], InteractiveOnly),
    row(C::FocusSearch, "focus-search", "search", "Moves the focus to the search box.",
        &[(X::Catalog, "tab"), (X::Catalog, "/"), (X::Entity, "/")], InteractiveOnly),
    row(C::ClearQuery, "clear-query", "clear", "Empties the line.",
        &[(X::Search, "ctrl-u"), (X::Menu, "ctrl-u")], InteractiveOnly),
    row(C::Complete, "complete", "complete", "Takes what is offered behind the cursor, else moves it on.",
        &[(X::Search, "right")], InteractiveOnly),
    row(C::TogglePreview, "toggle-preview", "preview", "Shows or hides the preview of the selected entity.",
        &[(X::Search, "ctrl-t"), (X::Catalog, "ctrl-t")], InteractiveOnly),
    row(C::NextSection, "next-section", "next section", "Jumps to the next section.",
        &[(X::Entity, "tab")], InteractiveOnly),
    row(C::Contents, "contents", "contents", "Moves the focus between the contents and the page.",
        &[(X::Docs, "t"), (X::Docs, "tab")], InteractiveOnly),
    row(C::Find, "find", "find", "Finds text on the page.",
        &[(X::Docs, "/")], InteractiveOnly),
    row(C::NextMatch, "next-match", "next", "Goes to the next place that was found.",
        &[(X::Docs, "n")], InteractiveOnly),
    row(C::PreviousMatch, "previous-match", "previous", "Goes to the previous place that was found.",
        &[(X::Docs, "shift-n")], InteractiveOnly),
    row(C::NextPage, "next-page", "next page", "Opens the next page of the site.",
        &[(X::Docs, ">"), (X::Docs, "right")], Cli("callboard docs REF PAGE")),
    row(C::PreviousPage, "previous-page", "previous page", "Opens the previous page of the site.",
        &[(X::Docs, "<"), (X::Docs, "left")], Cli("callboard docs REF PAGE")),
    row(C::NextLink, "next-link", "next link", "Selects the next link of the page.",
        &[(X::Docs, "l")], InteractiveOnly),
    row(C::PreviousLink, "previous-link", "previous link", "Selects the previous link of the page.",
        &[(X::Docs, "h")], InteractiveOnly),
    row(C::NextField, "next-field", "next", "Goes to the next question.",
        &[(X::Form, "tab")], InteractiveOnly),
    row(C::PreviousField, "previous-field", "back", "Goes to the previous question.",
        &[(X::Form, "shift-tab")], InteractiveOnly),
    row(C::ToggleDefaults, "toggle-defaults", "defaults", "Shows or folds the questions that have a default.",
        &[(X::Form, "ctrl-o")], InteractiveOnly),
    row(C::MakePlan, "make-plan", "plan", "Shows everything that would happen, before it happens.",
        &[(X::Form, "ctrl-g")], Cli("callboard create TEMPLATE --dry-run")),
    row(C::CarryOut, "carry-out", "carry out", "Carries out the plan, exactly as it is shown.",
        &[(X::Plan, "enter")], Cli("callboard create TEMPLATE --yes")),
    row(C::EditAnswers, "edit-answers", "edit answers", "Goes back to the questions.",
        &[(X::Plan, "e")], InteractiveOnly),
    row(C::ToggleDiff, "toggle-diff", "file", "Shows or hides the content of the selected file.",
        &[(X::Plan, "d")], Cli("callboard create TEMPLATE --dry-run --json")),
    row(C::Up, "up", "up", "Moves up.",
        &[(X::Search, "up"), (X::Search, "ctrl-p"), (X::Catalog, "up"), (X::Catalog, "k"), (X::Entity, "up"), (X::Entity, "k"),
          (X::Docs, "up"), (X::Docs, "k"), (X::Plan, "up"), (X::Plan, "k"), (X::Form, "up"), (X::Form, "ctrl-p"), (X::Menu, "up"), (X::Menu, "ctrl-p"), (X::Sources, "up"), (X::Problems, "up"), (X::Sources, "k"), (X::Problems, "k")], InteractiveOnly),
    row(C::Down, "down", "down", "Moves down.",
        &[(X::Search, "down"), (X::Search, "ctrl-n"), (X::Catalog, "down"), (X::Catalog, "j"), (X::Entity, "down"), (X::Entity, "j"),
          (X::Docs, "down"), (X::Docs, "j"), (X::Plan, "down"), (X::Plan, "j"), (X::Form, "down"), (X::Form, "ctrl-n"), (X::Menu, "down"), (X::Menu, "ctrl-n"), (X::Sources, "down"), (X::Problems, "down"), (X::Sources, "j"), (X::Problems, "j")], InteractiveOnly),
    row(C::PageUp, "page-up", "page up", "Moves up by a page.",
        &[(X::Global, "pageup"), (X::Docs, "b")], InteractiveOnly),
    row(C::PageDown, "page-down", "page down", "Moves down by a page.",
        &[(X::Global, "pagedown"), (X::Docs, "space")], InteractiveOnly),
    row(C::HalfPageUp, "half-page-up", "half page up", "Moves up by half a page.",
        &[(X::Catalog, "ctrl-u"), (X::Entity, "ctrl-u"), (X::Docs, "ctrl-u"), (X::Plan, "ctrl-u"), (X::Problems, "ctrl-u")], InteractiveOnly),
    row(C::HalfPageDown, "half-page-down", "half page down", "Moves down by half a page.",
        &[(X::Catalog, "ctrl-d"), (X::Entity, "ctrl-d"), (X::Docs, "ctrl-d"), (X::Plan, "ctrl-d"), (X::Problems, "ctrl-d")], InteractiveOnly),
    row(C::Top, "top", "top", "Moves to the first line.",
        &[(X::Catalog, "g g"), (X::Catalog, "home"), (X::Entity, "g g"), (X::Entity, "home"), (X::Docs, "g g"), (X::Docs, "home"),
          (X::Plan, "g g"), (X::Plan, "home"), (X::Search, "ctrl-home"), (X::Sources, "g g"), (X::Problems, "g g"), (X::Sources, "home"), (X::Problems, "home")], InteractiveOnly),
    row(C::Bottom, "bottom", "bottom", "Moves to the last line.",
        &[(X::Catalog, "shift-g"), (X::Catalog, "end"), (X::Entity, "shift-g"), (X::Entity, "end"), (X::Docs, "shift-g"), (X::Docs, "end"),
          (X::Plan, "shift-g"), (X::Plan, "end"), (X::Search, "ctrl-end"), (X::Sources, "shift-g"), (X::Problems, "shift-g"), (X::Sources, "end"), (X::Problems, "end")], InteractiveOnly),
    row(C::HistoryBack, "history-back", "back in history", "Goes back to what was open before.",
        &[(X::Global, "alt-left"), (X::Catalog, "["), (X::Entity, "["), (X::Docs, "["), (X::Plan, "["), (X::Sources, "["), (X::Problems, "[")], InteractiveOnly),
    row(C::HistoryForward, "history-forward", "forward in history", "Goes forward again.",
        &[(X::Global, "alt-right"), (X::Catalog, "]"), (X::Entity, "]"), (X::Docs, "]"), (X::Plan, "]"), (X::Sources, "]"), (X::Problems, "]")], InteractiveOnly),
    row(C::Back, "back", "back", "Goes back; in the search box it empties the line first.",
        &[(X::Global, "esc"), (X::Catalog, "q"), (X::Entity, "q"), (X::Docs, "q"), (X::Plan, "q"), (X::Sources, "q"), (X::Problems, "q")], InteractiveOnly),
    row(C::Refresh, "refresh", "refresh", "Reads the sources again.",
        &[(X::Global, "ctrl-r"), (X::Catalog, "shift-r"), (X::Entity, "shift-r"), (X::Docs, "shift-r"), (X::Sources, "shift-r"), (X::Problems, "shift-r")], Cli("callboard sync")),
    row(C::Sources, "sources", "sources", "Shows the sources: how old each is, why, when it is fetched next, its last syncs.",
        &[(X::Search, "alt-s"), (X::Catalog, "s"), (X::Entity, "s"), (X::Problems, "s")], Cli("callboard status")),
    row(C::SetUp, "set-up", "your own", "Finds sources of your own, by the questions of `callboard init`, and comes back with them.",
        &[(X::Global, "alt-i")], Cli("callboard init")),
    row(C::SyncSource, "sync-source", "sync now", "Fetches the selected source now.",
        &[(X::Sources, "enter"), (X::Sources, "s")], Cli("callboard sync SOURCE")),
    row(C::StopSync, "stop-sync", "stop", "Stops what is being fetched; what was known is kept. So does esc, before it goes back.",
        &[(X::Sources, "x")], InteractiveOnly),
    row(C::AcceptLoss, "accept-loss", "accept loss", "Fetches the selected source and lets it lose as much as it does.",
        &[(X::Sources, "a")], Cli("callboard sync SOURCE --accept-loss")),
    row(C::Palette, "palette", "commands", "Lists every command that is possible here, with its keys.",
        &[(X::Global, "alt-x"), (X::SearchEmpty, ":"), (X::Catalog, ":"), (X::Entity, ":"), (X::Docs, ":"), (X::Plan, ":"), (X::Sources, ":"), (X::Problems, ":")], InteractiveOnly),
    row(C::Help, "help", "help", "Lists the keys of this place and of every other.",
        &[(X::Global, "alt-h"), (X::SearchEmpty, "?"), (X::Catalog, "?"), (X::Entity, "?"), (X::Docs, "?"), (X::Plan, "?"), (X::Sources, "?"), (X::Problems, "?")], InteractiveOnly),
    row(C::ToggleMouse, "toggle-mouse", "mouse", "Lets the terminal have the mouse, so that it can select text, or takes it back.",
        &[(X::Global, "alt-m")], InteractiveOnly),
    row(C::Redraw, "redraw", "redraw", "Draws the whole screen again.", &[(X::Global, "ctrl-l")], InteractiveOnly),
    row(C::Suspend, "suspend", "suspend", "Puts callboard into the background; `fg` brings it back.", &[(X::Global, "ctrl-z")], InteractiveOnly),
    row(C::Quit, "quit", "quit", "Leaves callboard.", &[(X::Global, "ctrl-c")], InteractiveOnly),
];

/// The row of a command.
pub fn spec(command: Command) -> &'static Spec {
    COMMANDS.iter().find(|row| row.command == command).unwrap_or(&COMMANDS[0])
}

/// The row with an id of the configuration.
pub fn by_id(id: &str) -> Option<&'static Spec> {
    COMMANDS.iter().find(|row| row.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_and_commands_are_unique() {
        let ids: HashSet<_> = COMMANDS.iter().map(|row| row.id).collect();
        let commands: HashSet<_> = COMMANDS.iter().map(|row| row.command).collect();
        assert_eq!((ids.len(), commands.len()), (COMMANDS.len(), COMMANDS.len()));
    }

    #[test]
    fn every_command_is_told_in_a_sentence() {
        for row in COMMANDS {
            assert!(row.doc.ends_with('.'), "{}", row.id);
            assert!(!row.keys.is_empty(), "{}", row.id);
        }
    }

    #[test]
    fn twins_are_command_lines() {
        for row in COMMANDS {
            if let Cli(line) = row.twin {
                assert!(line.starts_with("callboard "), "{}", row.id);
            }
        }
    }
}
