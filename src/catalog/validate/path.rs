//! Where in a document a check stands. The steps are lent down the stack and become a JSON pointer only where
//! something is wrong, as nearly every value is right.

/// The way from the root of a document to a value.
#[derive(Clone, Copy)]
pub(super) enum Path<'a> {
    /// The document.
    Root,
    /// The value of a key of the map at a path.
    Key(&'a Path<'a>, &'a str),
    /// An item of the list at a path.
    Item(&'a Path<'a>, usize),
}

/// `metadata`.
pub(super) const METADATA: Path<'static> = Path::Key(&Path::Root, "metadata");

/// `spec`.
pub(super) const SPEC: Path<'static> = Path::Key(&Path::Root, "spec");

impl<'a> Path<'a> {
    pub(super) fn key(&'a self, key: &'a str) -> Self {
        Self::Key(self, key)
    }

    pub(super) fn item(&'a self, index: usize) -> Self {
        Self::Item(self, index)
    }

    /// The path as people write it.
    pub(super) fn dotted(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Key(Self::Root, key) => (*key).to_owned(),
            Self::Key(parent, key) => format!("{}.{key}", parent.dotted()),
            Self::Item(parent, index) => format!("{}.{index}", parent.dotted()),
        }
    }

    /// The path as a JSON pointer (RFC 6901).
    pub(super) fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Key(parent, key) => {
                format!("{}/{}", parent.pointer(), key.replace('~', "~0").replace('/', "~1"))
            }
            Self::Item(parent, index) => format!("{}/{index}", parent.pointer()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_escapes_what_would_part_its_steps() {
        assert_eq!(METADATA.key("a~/b").item(3).pointer(), "/metadata/a~0~1b/3");
        assert_eq!(Path::Root.pointer(), "");
    }
}
