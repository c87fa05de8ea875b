//! The one table of problem codes: what each means, how bad it is, and what a stock Backstage does with it.
//!
//! `callboard lint --explain` and the manual are made from it. A code never changes its meaning and is never
//! used again. CB01 the document, CB02 the envelope and its fields, CB03 the kind's schema, CB04 references
//! and the graph, CB05 docs and templates.

use std::fmt;

use serde::Serialize;

use super::{EntityRef, Origin, Problem, Severity};

/// What the table says of one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CodeEntry {
    /// The stable name, such as `CB0101`.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// Why it matters and how to mend it.
    pub explanation: &'static str,
    /// What a stock Backstage does with it.
    pub stock: &'static str,
}

macro_rules! codes {
    ($($name:ident $id:literal $severity:ident $title:literal $explanation:literal $stock:literal)*) => {
        /// A problem code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $title] $name,)*
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// What the table says of it.
            pub fn entry(self) -> CodeEntry {
                match self {
                    $(Self::$name => CodeEntry {
                        id: $id,
                        severity: Severity::$severity,
                        title: $title,
                        explanation: $explanation,
                        stock: $stock,
                    },)*
                }
            }
        }
    };
}

codes! {
    YamlSyntax "CB0101" Error "The document is no YAML."
        "The text breaks the rules of YAML at the place that is named: often a wrong indent, an unclosed quote or bracket, or a colon inside a text without quotes. The other documents of the file are read all the same."
        "It reports the error for the location and reads the other documents."
    DuplicateKey "CB0102" Error "A key stands twice in one map."
        "YAML allows a key once in a map. Remove one of the two, or join their contents."
        "It refuses the document."
    NotAMap "CB0103" Error "The document is no map."
        "A descriptor is a map with apiVersion, kind, metadata and spec. A list of entities is written as documents with `---` between them."
        "It refuses the document."
    TooLarge "CB0104" Error "The document or file is too large."
        "callboard bounds what it reads, so that no file can take the memory of everything else. The limits are in the manual. Split the file, or write an alias that expands to less. Backstage takes a document in which an anchor is used a hundred times for an attack, and so does callboard; uses within what an alias stands for are multiplied."
        "It refuses the document for its aliases alike, and has no limit on size."
    TooDeep "CB0105" Error "The document is nested too deep."
        "No descriptor needs a hundred levels of maps and lists; the limit keeps hostile files harmless."
        "It reads on until its own stack ends."
    NotText "CB0106" Error "The file is no UTF-8 text."
        "Descriptors are UTF-8. Save the file as UTF-8; if it is binary, it does not belong under this name."
        "It reads garbage characters and then refuses the document."
    BadPlaceholder "CB0107" Error "A placeholder could not be replaced."
        "`$text`, `$json`, `$yaml`, `$openapi` and `$asyncapi` take the path of a file in the same repository, relative to the descriptor, or from the root of the repository with a leading `/`."
        "It refuses the entity and keeps its last good version."
    Unreadable "CB0108" Error "The file could not be read."
        "The file is there but could not be opened or read. See the message for the reason."
        "It reports the error for the location and keeps the last good version."
    SearchEnded "CB0109" Warning "The search for descriptors ended before its end."
        "A search is bounded in time, depth and number of files, so that no folder keeps callboard busy for ever. What was found until then is shown."
        "It does not search folders."
    LeftOut "CB0110" Note "The document is left out: it is no descriptor."
        "Descriptors of template skeletons, with an expression for a name or a reference, become entities only when the template runs. Objects of other systems only look like entities. The rule is in the manual, in the page on the catalog."
        "It tries every document as an entity and refuses those whose kind or name it does not know."
    MissingField "CB0201" Error "A required field of the envelope is missing."
        "Every entity has apiVersion, kind and metadata with a name."
        "It refuses the document."
    WrongFieldType "CB0202" Error "A field of the envelope has the wrong type."
        "Texts stay texts: `1.0`, `true` and `null` need quotes where a text is expected. Labels and annotations take texts only."
        "It refuses the document."
    EmptyField "CB0203" Error "A field of the envelope is empty."
        "Leave the field out, or give it a value."
        "It refuses the document."
    UnknownRootField "CB0204" Error "An unknown field stands beside apiVersion, kind, metadata and spec."
        "Only these four stand at the root of a descriptor. Fields of your own go into metadata or spec; relations and status belong to the server."
        "It refuses the document."
    ApiVersionFormat "CB0205" Error "apiVersion has a wrong form."
        "Write `backstage.io/v1alpha1`, or `scaffolder.backstage.io/v1beta3` for a Template."
        "It refuses the document."
    KindFormat "CB0206" Error "kind has a wrong form."
        "A kind is letters and digits, begins with a letter, and has at most 63 characters."
        "It refuses the document."
    NameFormat "CB0207" Error "metadata.name has a wrong form."
        "A name has letters and digits, with `-`, `_` and `.` between them, and at most 63 characters. What people read goes into metadata.title."
        "It refuses the document."
    NamespaceFormat "CB0208" Error "metadata.namespace has a wrong form."
        "A namespace has lower-case letters and digits with `-` between them, and at most 63 characters."
        "It refuses the document."
    LabelFormat "CB0209" Error "A label has a wrong form."
        "A label's key is a name with an optional `example.com/` before it; its value is empty or like a name. Free text goes into an annotation."
        "It refuses the document."
    AnnotationFormat "CB0210" Error "An annotation has a wrong form."
        "An annotation's key is a name with at most one `example.com/` before it; its value is any text."
        "It refuses the document."
    TagFormat "CB0211" Error "A tag has a wrong form."
        "A tag has lower-case letters, digits, `:`, `+` and `#`, with single `-` between them, and at most 63 characters."
        "It refuses the document."
    LinkFormat "CB0212" Error "A link has a wrong form."
        "A link has a url with a scheme, such as `https://`; title and icon are not blank where they are given."
        "It refuses the document."
    UnknownKind "CB0301" Note "The kind is not one of Backstage's own."
        "callboard keeps entities of any kind. A kind of your own may be right; a mistyped one is not."
        "It refuses the entity unless a plugin of yours declares the kind."
    UnknownApiVersion "CB0302" Error "The kind has no such apiVersion."
        "Backstage's kinds are `backstage.io/v1alpha1` (or `v1beta1`); a Template is `scaffolder.backstage.io/v1beta3`."
        "It refuses the entity."
    MissingSpecField "CB0303" Error "A required field of this kind is missing."
        "Each kind has fields that it cannot do without. The message names them."
        "It refuses the entity and keeps its last good version."
    WrongSpecType "CB0304" Error "A field of spec has the wrong type."
        "The message says what the field takes. `1.0`, `true` and `null` need quotes where a text is expected."
        "It refuses the entity and keeps its last good version."
    EmptySpecField "CB0305" Error "A field of spec is empty."
        "Leave the field out, or give it a value."
        "It refuses the entity and keeps its last good version."
    ValueNotAllowed "CB0306" Error "A field of spec has a value that it does not take."
        "The message lists what the field takes."
        "It refuses the entity and keeps its last good version."
    IgnoredField "CB0307" Warning "A field looks like one that makes a relation, and is ignored."
        "Field names are exact, and each kind has its own: `subcomponentOf` is one, `subComponentOf` is not; an API depends on nothing. The relation you meant is not made."
        "It keeps the field and makes no relation, without a word."
    MistypedKind "CB0308" Error "The kind is nearly one of Backstage's own."
        "Kinds are exact: `Component` is one, `component` is not. callboard keeps the entity under the kind that is written."
        "It does not recognise the kind, and refuses the entity."
    BadReference "CB0401" Error "A reference has a wrong form."
        "A reference is `kind:namespace/name`; where the field expects one kind, the kind may be left out, and so may the namespace. dependsOn and dependencyOf always need the kind."
        "It refuses the entity and keeps its last good version."
    Dangling "CB0402" Warning "A reference points to an entity that does not exist."
        "The entity may live in a source that is not configured, or the reference may be mistyped. An owner is a note only, with which lint ends well, where no entity has a name near it: groups mostly come from another source."
        "It shows the relation with a warning on the entity's page."
    DuplicateEntity "CB0403" Warning "Two descriptors claim one entity."
        "An entity is known by kind, namespace and name, in any case. The first claimant by the order of the sources, then of paths, is taken; the others are shown here."
        "It keeps whichever came first, and reports the others as conflicts in its log only."
    Cycle "CB0404" Warning "Entities contain each other in a circle."
        "A group cannot be its own ancestor, and a part cannot contain its whole. Remove one link of the circle."
        "It makes the relations; pages that walk them may show too much or never end."
    EmptyGroup "CB0405" Note "A group has neither members nor children."
        "Nobody answers for what such a group owns. Add members, or users with memberOf."
        "It shows an empty group."
    Orphan "CB0406" Note "The entity stands alone."
        "It is a component, an API, a resource, a system or a domain, and names no other entity, nor does one name it; or its Backstage calls it an orphan, because nothing declares it any more. It may be forgotten. Say whose it is and what it belongs to, or remove it. An owner that comes from CODEOWNERS is no relation. `is:orphan` finds the same."
        "It shows the entity without relations, and marks those that nothing declares any more."
    UnexpectedKind "CB0407" Warning "A reference points to a kind that the field does not expect."
        "An owner is a Group or a User, a part belongs to a System, and so on."
        "It makes the relation; with model layers it drops it without a word."
    BadLocation "CB0408" Error "A location has a wrong form."
        "A location is `type:target`, such as `url:https://example.com/catalog-info.yaml` or `dir:.`; a target of a Location entity is a path or an address."
        "It refuses the location."
    MissingTarget "CB0409" Error "A Location points to a file that does not exist."
        "The target is relative to the file of the Location. Write `presence: optional` where it may be missing."
        "It reports the error on the Location entity."
    NotFetched "CB0410" Note "A target or placeholder names another place of the network."
        "Folders are read without the network. Make the repository that the address belongs to a source of its own, or keep a copy of the file beside the descriptor."
        "It fetches the address."
    ProcessingError "CB0411" Error "The Backstage that serves the entity reports an error."
        "The Backstage could not process the entity and serves the last version that it could. The message is its own; mend the descriptor that the entity comes from, or what it points to."
        "It shows the error on the entity's page."
    BadTechDocsRef "CB0501" Warning "backstage.io/techdocs-ref has a wrong form."
        "Write `dir:.` for docs beside the descriptor, `dir:docs` for another folder, or `url:` and an address."
        "It cannot build the docs and shows an error page."
    MissingDocs "CB0502" Warning "backstage.io/techdocs-ref points to a folder without docs."
        "The folder needs a mkdocs.yml, or a docs folder with pages."
        "It cannot build the docs and shows an error page."
    BadTemplate "CB0511" Error "A template cannot run as it is written."
        "The message names the step, the expression or the action, and what is wrong with it."
        "It fails when somebody runs the template."
    DoubtfulTemplate "CB0512" Warning "A template does something that it probably does not mean."
        "The message names the place and the reason."
        "It runs the template, often with a result that nobody expects."
}

impl Code {
    /// The code with this name, in any case.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.id().eq_ignore_ascii_case(id))
    }

    /// The stable name, such as `CB0101`.
    pub fn id(self) -> &'static str {
        self.entry().id
    }

    /// How bad it is.
    pub fn severity(self) -> Severity {
        self.entry().severity
    }

    /// What to do about it where whoever finds it knows nothing better.
    fn usual_fix(self) -> Option<&'static str> {
        Some(match self {
            Self::NotAMap => {
                "Write it as lines of `key: value`; several entities are documents with `---` between them."
            }
            Self::TooLarge => "Split it into several files.",
            Self::TooDeep => "Write it with fewer levels of maps and lists.",
            Self::NotText => "Save it as UTF-8; a binary file needs another name.",
            Self::Unreadable => "Let your user read it, or keep it out with a .callboardignore.",
            Self::UnknownKind => "Leave it as it is where the kind is one of your own.",
            Self::UnexpectedKind => "Name an entity of that kind, or remove the reference.",
            Self::BadLocation => "Write the path of a descriptor, relative to this file.",
            Self::NotFetched => "Make its repository a source of its own, or keep a copy beside this file.",
            Self::ProcessingError => "Mend the descriptor that the entity comes from, or what it points to.",
            _ => return None,
        })
    }

    /// A problem of this code at an origin.
    pub fn problem(self, origin: Origin, message: impl Into<String>) -> Problem {
        let CodeEntry { id, severity, .. } = self.entry();
        Problem {
            code: id.to_owned(),
            severity,
            message: message.into(),
            fix: self.usual_fix().map(str::to_owned),
            origin,
            pointer: None,
            entity: None,
            related: Vec::new(),
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl Problem {
    /// The same problem with what to do about it.
    #[must_use]
    pub fn with_fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// The same problem, of an entity.
    #[must_use]
    pub fn of(mut self, entity: &EntityRef) -> Self {
        self.entity = Some(entity.clone());
        self
    }

    /// The same problem, about other places too.
    #[must_use]
    pub fn beside(mut self, related: Vec<Origin>) -> Self {
        self.related = related;
        self
    }

    /// The same problem, of the value at a JSON pointer whose place is to be looked up where it is needed.
    #[must_use]
    pub fn at_pointer(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_ordered_and_found_by_name() {
        let ids: Vec<_> = Code::ALL.iter().map(|code| code.id()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert_eq!(Code::from_id("cb0102"), Some(Code::DuplicateKey));
        assert_eq!(Code::from_id("CB9999"), None);
    }

    #[test]
    fn every_text_of_the_table_is_a_sentence() {
        for code in Code::ALL {
            let CodeEntry { title, explanation, stock, .. } = code.entry();
            for text in [title, explanation, stock] {
                assert!(text.ends_with('.'), "{code}: {text}");
            }
        }
    }
}
