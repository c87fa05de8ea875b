//! Paths inside of a docs folder: `/`-separated, without `.` and `..`, never leaving the folder.

/// A path written in a file of a folder, as a path below the root; `None` if it leaves the root.
pub(super) fn inside(folder: &str, written: &str) -> Option<String> {
    let (folder, written) = match written.strip_prefix('/') {
        Some(absolute) => ("", absolute),
        None => (folder, written),
    };
    // A backslash separates folders on some machines: what holds one is not a path of ours.
    if written.contains(['\\', '\0']) {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder of a file, empty at the root.
pub(super) fn folder(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The name of a file without its folder.
pub(super) fn name(file: &str) -> &str {
    file.rsplit_once('/').map_or(file, |(_, name)| name)
}

/// A page's name without its ending; `None` for a file that is not Markdown.
pub(super) fn stem(file: &str) -> Option<&str> {
    let (stem, ending) = name(file).rsplit_once('.')?;
    let is_markdown =
        ["md", "markdown", "mdown", "mkdn", "mkd"].contains(&ending.to_ascii_lowercase().as_str());
    is_markdown.then_some(stem)
}

/// Whether a file is a page of docs, by its name.
pub fn is_page(file: &str) -> bool {
    stem(file).is_some()
}

/// Whether a page is the first of its folder.
pub(super) fn is_index(file: &str) -> bool {
    matches!(stem(file), Some("index" | "README"))
}

/// Text with `%2e` and the like as what they stand for; `None` if that is not UTF-8.
pub(super) fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = match (first, tail) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)).map(|(high, low)| high * 16 + low),
            _ => None,
        };
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|digit| digit as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_leaves_the_root_is_none() {
        assert_eq!(inside("a/b", "../c.md").as_deref(), Some("a/c.md"));
        assert_eq!(inside("a", "/c//./d.md").as_deref(), Some("c/d.md"));
        assert_eq!(inside("a", "../../x"), None);
        assert_eq!(inside("", "..\\x"), None);
    }

    #[test]
    fn percents_are_decoded_once() {
        assert_eq!(percent_decoded("%2e%2E/a%20b%25%zz").as_deref(), Some("../a b%%zz"));
        assert_eq!(percent_decoded("%ff"), None);
    }
}
