//! What a Backstage says of building docs, which it does when it is asked for them.

use serde::Deserialize;
use serde_json::Value;

/// Letters of a server's words that are quoted.
const MAX_QUOTE: usize = 300;

/// How building ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Build {
    /// The docs are as they are in the repository.
    Done,
    /// They could not be built, and why. Foreign text.
    Failed(String),
}

/// Reads the events of a build; the last one that ends it counts, its log does not.
pub(super) fn outcome(events: &str) -> Build {
    let mut outcome = Build::Failed("the answer broke off before the docs were built".to_owned());
    let mut name = "";
    for line in events.lines() {
        if let Some(event) = line.strip_prefix("event:") {
            name = event.trim();
        } else if let Some(data) = line.strip_prefix("data:") {
            match name {
                "finish" => outcome = Build::Done,
                "error" => outcome = Build::Failed(said(data.trim())),
                _ => {}
            }
        }
    }
    outcome
}

/// What an event says, as one line of a length that somebody reads.
fn said(data: &str) -> String {
    let text = match serde_json::from_str(data) {
        Ok(Value::String(text)) => text,
        _ => data.to_owned(),
    };
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|it| !it.is_empty()).collect();
    words.join(" ").trim_end_matches('.').chars().take(MAX_QUOTE).collect()
}

/// What a Backstage knows of docs that it has built.
#[derive(Debug, Deserialize)]
pub(super) struct Metadata {
    /// The name of the site.
    #[serde(default)]
    pub(super) site_name: Option<String>,
    /// When it was built, whatever that is: it differs from build to build.
    #[serde(default)]
    pub(super) build_timestamp: Value,
    /// All its files.
    #[serde(default)]
    pub(super) files: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_event_that_ends_it_counts() {
        let log = "event: log\ndata: \"event: error\"\n\n";
        assert_eq!(outcome(&format!("{log}event: finish\ndata: {{\"updated\":true}}\n\n")), Build::Done);
        let failed = outcome(&format!("{log}event: error\r\ndata: \"No \\u001b[31mref\\nhere.\"\r\n\r\n"));
        assert_eq!(failed, Build::Failed("No [31mref here".to_owned()));
        assert!(matches!(outcome(log), Build::Failed(why) if why.contains("broke off")));
    }
}
