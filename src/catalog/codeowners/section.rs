//! The heads of sections, as GitLab has them.

/// The head of a section: `[name]`, `^[optional name]`, `[name][approvals]`, each with default owners.
pub(super) struct Section<'a> {
    /// In lower case: sections of one name are one section.
    pub(super) name: String,
    /// The owners of lines without any.
    pub(super) owners: &'a str,
}

impl<'a> Section<'a> {
    pub(super) fn parse(line: &'a str) -> Option<Self> {
        let (name, mut rest) = line.strip_prefix('^').unwrap_or(line).strip_prefix('[')?.split_once(']')?;
        if name.trim().is_empty() {
            return None;
        }
        if let Some((approvals, behind)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'))
            && approvals.bytes().all(|byte| byte.is_ascii_digit())
        {
            rest = behind;
        }
        // `[ab]*.md` is a pattern of its first bracket, not a section.
        let is_head = rest.is_empty() || rest.starts_with(char::is_whitespace);
        is_head.then(|| Self { name: name.trim().to_lowercase(), owners: rest })
    }
}
