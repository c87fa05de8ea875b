//! A query as data: its terms, and which parts of the text they are.

use std::ops::Range;

/// Kinds that people paste references of. Of `kind:name`, where the kind is none of these and no field
/// either, the first part is a path into the document.
const REFERENCE_KINDS: [&str; 9] =
    ["component", "api", "resource", "domain", "group", "user", "location", "template", "airesource"];

/// A parsed query. Every text is one: what is no term is a word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// The terms in order. An entity matches when each of them does.
    pub terms: Vec<Term>,
}

/// One term and where it stands in the text.
#[derive(Debug, Clone)]
pub struct Term {
    /// Whether entities that match are left out.
    pub negated: bool,
    /// What it asks for.
    pub predicate: Predicate,
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// Where the part behind `field:` begins, in bytes of the text.
    pub value_at: Option<usize>,
}

/// Equal terms ask for the same, wherever they stand.
impl PartialEq for Term {
    fn eq(&self, other: &Self) -> bool {
        self.negated == other.negated && self.predicate == other.predicate
    }
}

impl Eq for Term {}

/// What a term asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Predicate {
    /// A word, matched fuzzily.
    Word(String),
    /// A phrase in quotes, matched letter by letter.
    Phrase(String),
    /// The beginning of a reference, such as `component:default/pay`.
    Reference {
        /// The kind.
        kind: String,
        /// What follows the colon.
        rest: String,
    },
    /// A field with any of these values; without values it is still being typed and matches everything.
    Field(Field, Vec<Value>),
    /// Something is there: a runbook, an owner, a field of the document.
    Has(Vec<String>),
    /// One of these facts holds.
    Is(Vec<Is>),
}

/// A field of an entity.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Field {
    /// The kind.
    Kind,
    /// The namespace.
    Namespace,
    /// The name.
    Name,
    /// The title.
    Title,
    /// The owner: its name, what people call it, or its reference.
    Owner,
    /// The lifecycle.
    Lifecycle,
    /// `spec.type`.
    Type,
    /// The system it is part of.
    System,
    /// One of the tags.
    Tag,
    /// How many problems it has.
    Problems,
    /// A dotted path into the document, such as `annotations.github.com/project-slug`.
    Path(String),
}

impl Field {
    /// The fields with a name of their own, for help and completion.
    pub const NAMED: [(&'static str, Self); 10] = [
        ("kind", Self::Kind),
        ("owner", Self::Owner),
        ("type", Self::Type),
        ("lifecycle", Self::Lifecycle),
        ("tag", Self::Tag),
        ("system", Self::System),
        ("namespace", Self::Namespace),
        ("name", Self::Name),
        ("title", Self::Title),
        ("problems", Self::Problems),
    ];

    /// The name as it is printed.
    pub fn as_str(&self) -> &str {
        if let Self::Path(path) = self {
            return path;
        }
        Self::NAMED.iter().find(|(_, field)| field == self).map_or("", |(name, _)| name)
    }

    pub(super) fn from_name(name: &str) -> Self {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "tags" => Self::Tag,
            "ns" => Self::Namespace,
            lower => Self::NAMED
                .into_iter()
                .find(|(known, _)| *known == lower)
                .map_or_else(|| Self::Path(name.to_owned()), |(_, field)| field),
        }
    }
}

/// A value that a field is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// As typed: the whole of a short field such as a kind or a tag, a part of a name, an owner or a text;
    /// `*` stands for any text.
    Text(String),
    /// In quotes: the whole of any field.
    Exact(String),
    /// `>2`, `<=1.5`, `2..5`, `>2024-05-01`: a number or a point of time in a range.
    In(super::Range),
}

/// The words of `is:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Is {
    /// It stands alone, as CB0406 says.
    Orphan,
    /// It refers to something that does not exist.
    Dangling,
    /// Its data is older than it should be.
    Stale,
    /// Somebody owns it.
    Owned,
    /// I or one of my groups own it.
    Mine,
    /// Something is wrong with its descriptor.
    Problem,
    /// It vanished from its source a while ago.
    Gone,
    /// A word that is none of these; nothing matches it.
    Unknown(String),
}

impl Is {
    /// All that are known, for help and completion.
    pub const NAMED: [(&'static str, Self); 7] = [
        ("mine", Self::Mine),
        ("owned", Self::Owned),
        ("orphan", Self::Orphan),
        ("dangling", Self::Dangling),
        ("problem", Self::Problem),
        ("stale", Self::Stale),
        ("gone", Self::Gone),
    ];

    /// The word.
    pub fn as_str(&self) -> &str {
        if let Self::Unknown(word) = self {
            return word;
        }
        Self::NAMED.iter().find(|(_, is)| is == self).map_or("", |(word, _)| word)
    }

    pub(super) fn from_word(word: &str) -> Self {
        let lower = word.to_ascii_lowercase();
        Self::NAMED
            .into_iter()
            .find(|(known, _)| *known == lower)
            .map_or_else(|| Self::Unknown(word.to_owned()), |(_, is)| is)
    }
}

/// What a part of the text is, so that a search box can colour it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A fuzzy word or a reference.
    Word,
    /// A phrase with its quotes.
    Phrase,
    /// The `-` before a term.
    Minus,
    /// A field with its colon.
    Field,
    /// The values behind a field.
    Value,
    /// Values that cannot match, such as an unknown word of `is:`.
    Unknown,
}

/// A part of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// What it is.
    pub role: Role,
}

impl Query {
    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The parts of the text it was parsed from, in order; blanks lie between them.
    pub fn tokens(&self) -> Vec<Token> {
        self.terms.iter().flat_map(Term::tokens).collect()
    }

    /// What in it cannot match, in plain words with what to write instead.
    pub fn complaints(&self) -> Vec<String> {
        let unknown = self.terms.iter().filter_map(|term| match &term.predicate {
            Predicate::Is(words) => words.iter().find(|word| matches!(word, Is::Unknown(_))),
            _ => None,
        });
        let known = Is::NAMED.map(|(word, _)| word).join(", ");
        unknown.map(|word| format!("is:{} is not known. Known are {known}.", word.as_str())).collect()
    }
}

impl Term {
    fn tokens(&self) -> impl Iterator<Item = Token> {
        let token = |span: Range<usize>, role| Some(Token { span, role }).filter(|t| !t.span.is_empty());
        let start = self.span.start + usize::from(self.negated);
        let minus = token(self.span.start..start, Role::Minus);
        let (field, rest) = match self.value_at {
            Some(at) => (token(start..at, Role::Field), at..self.span.end),
            None => (None, start..self.span.end),
        };
        let role = match &self.predicate {
            Predicate::Word(_) | Predicate::Reference { .. } => Role::Word,
            Predicate::Phrase(_) => Role::Phrase,
            Predicate::Is(words) if words.iter().any(|word| matches!(word, Is::Unknown(_))) => Role::Unknown,
            Predicate::Field(..) | Predicate::Has(_) | Predicate::Is(_) => Role::Value,
        };
        minus.into_iter().chain(field).chain(token(rest, role))
    }
}

/// Whether `kind` is one whose references people paste.
pub(super) fn is_reference_kind(kind: &str) -> bool {
    REFERENCE_KINDS.iter().any(|known| kind.eq_ignore_ascii_case(known))
}
