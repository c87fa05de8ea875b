//! `docs/problems.md`, made of the code table: no code is explained by hand twice, and a test says when the
//! page is stale.

use std::fmt::Write as _;

use super::{Code, CodeEntry, Severity};

/// The groups of codes by the beginning of their names.
const GROUPS: [(&str, &str); 5] = [
    ("CB01", "The document"),
    ("CB02", "The envelope"),
    ("CB03", "The kind"),
    ("CB04", "References and the graph"),
    ("CB05", "Docs and templates"),
];

/// The page of the manual that explains every code.
pub fn problems_manual() -> String {
    let mut page = String::from(
        "# Problems\n\n\
         What `callboard lint` and the portal can find, by code. A code keeps its meaning for ever.\n\
         `callboard lint --explain CODE` says the same in the terminal.\n\n\
         This page is made from the code table by `cargo run --example manual`.\n\n\
         An **error** is something that could not be read or that breaks a rule, a **warning** most likely a \
         mistake, a **note** worth\nknowing. Errors and warnings let `callboard lint` end with 1, notes do not.\n",
    );
    for (prefix, group) in GROUPS {
        let _ = write!(page, "\n## {group}\n"); // writing into a String cannot fail
        for entry in Code::ALL.iter().map(|code| code.entry()).filter(|entry| entry.id.starts_with(prefix)) {
            write_entry(&mut page, &entry);
        }
    }
    page
}

fn write_entry(page: &mut String, entry: &CodeEntry) {
    let severity = match entry.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let CodeEntry { id, title, explanation, stock, .. } = entry;
    // Writing into a String cannot fail.
    let _ = write!(page, "\n### {id}\n\n**{title}** ({severity})\n\n{explanation}\n\nBackstage: {stock}\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_holds_every_code_and_is_not_stale() {
        let page = problems_manual();
        assert!(Code::ALL.iter().all(|code| page.contains(&format!("### {code}\n"))));
        assert!(
            page == include_str!("../../docs/problems.md"),
            "docs/problems.md is stale: cargo run --example manual"
        );
    }
}
