//! `docs/keys.md`, made of the command table: no key is written by hand, and a test says when it is stale.

use std::fmt::Write as _;

use super::Keymap;
use crate::tui::command::{COMMANDS, Context, Twin};

/// The page of the manual that lists every key and every command.
pub fn manual() -> String {
    let keymap = Keymap::default();
    let mut page = String::from(
        "# Keys and commands\n\n\
         This page is made from the command table by `cargo run --example manual`.\n\n\
         Every key can be bound to another command in the configuration, by context and id; `none` takes a key away:\n\n\
         ```yaml\nkeys:\n  catalog: { \"ctrl-t\": toggle-preview, \"x\": none }\n  docs: { \"g b\": bottom }\n```\n\n\
         Keys are written `ctrl-x`, `alt-x`, `shift-x` or a single character; two with a blank between them are pressed\n\
         one after the other. `enter esc tab backspace delete insert up down left right home end pageup pagedown space`\n\
         and `f1` to `f12` have names. `?` shows the keys that are bound now. A key\n\
         with Alt of the search box works wherever its command does and the key means nothing else.\n",
    );
    for context in Context::ALL {
        let rows: Vec<_> = COMMANDS
            .iter()
            .map(|row| (row, keymap.keys(&[context], row.command)))
            .filter(|(_, keys)| !keys.is_empty())
            .collect();
        if rows.is_empty() {
            continue;
        }
        let _ = writeln!(
            page,
            "\n## {} (`{}`)\n\n| keys | id | does |\n|---|---|---|",
            context.title(),
            context.name()
        );
        for (row, keys) in rows {
            let keys: Vec<_> = keys.iter().map(|keys| format!("`{}`", keys.replace('|', "\\|"))).collect();
            let _ = writeln!(page, "| {} | `{}` | {} |", keys.join(" "), row.id, row.doc);
        }
    }
    page.push_str("\n## The same from a script\n\n| id | command line |\n|---|---|\n");
    for row in COMMANDS {
        if let Twin::Cli(line) = row.twin {
            let _ = writeln!(page, "| `{}` | `{line}` |", row.id);
        }
    }
    page.push_str("\nAll other commands move about the screen: there is nothing in them to script.\n");
    page
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_manual_lists_the_keys_that_are_bound() {
        let page = include_str!("../../../docs/keys.md");
        assert!(page == super::manual(), "docs/keys.md is stale: run `cargo run --example manual`");
    }
}
