//! The fields of spec that make relations: which kind has them, what they point to, what the relation is.

use super::RelationType;

/// A field that makes a relation and its reverse.
#[derive(Debug)]
pub(crate) struct RelationField {
    /// The kinds that have it.
    pub(crate) kinds: &'static [&'static str],
    /// Its name below spec.
    pub(crate) name: &'static str,
    /// The kind of a reference without one; nothing where the kind must be written.
    pub(crate) default_kind: Option<&'static str>,
    /// The kinds it may point to, lower case; none where any.
    pub(crate) targets: &'static [&'static str],
    /// The relation that the entity has.
    pub(crate) relation: RelationType,
}

const OWNERS: &[&str] = &["group", "user"];

/// All of them, in the order in which Backstage reads them.
pub(crate) const FIELDS: &[RelationField] = &[
    RelationField {
        kinds: &["Component", "API", "Resource", "System", "Domain", "Template", "AiResource"],
        name: "owner",
        default_kind: Some("Group"),
        targets: OWNERS,
        relation: RelationType::OwnedBy,
    },
    RelationField {
        kinds: &["Component"],
        name: "subcomponentOf",
        default_kind: Some("Component"),
        targets: &["component"],
        relation: RelationType::PartOf,
    },
    RelationField {
        kinds: &["Component", "API", "Resource", "AiResource"],
        name: "system",
        default_kind: Some("System"),
        targets: &["system"],
        relation: RelationType::PartOf,
    },
    RelationField {
        kinds: &["System"],
        name: "domain",
        default_kind: Some("Domain"),
        targets: &["domain"],
        relation: RelationType::PartOf,
    },
    RelationField {
        kinds: &["Domain"],
        name: "subdomainOf",
        default_kind: Some("Domain"),
        targets: &["domain"],
        relation: RelationType::PartOf,
    },
    RelationField {
        kinds: &["Component"],
        name: "providesApis",
        default_kind: Some("API"),
        targets: &["api"],
        relation: RelationType::ProvidesApi,
    },
    RelationField {
        kinds: &["Component"],
        name: "consumesApis",
        default_kind: Some("API"),
        targets: &["api"],
        relation: RelationType::ConsumesApi,
    },
    RelationField {
        kinds: &["Component", "Resource"],
        name: "dependsOn",
        default_kind: None,
        targets: &[],
        relation: RelationType::DependsOn,
    },
    RelationField {
        kinds: &["Component", "Resource"],
        name: "dependencyOf",
        default_kind: None,
        targets: &[],
        relation: RelationType::DependencyOf,
    },
    RelationField {
        kinds: &["User"],
        name: "memberOf",
        default_kind: Some("Group"),
        targets: &["group"],
        relation: RelationType::MemberOf,
    },
    RelationField {
        kinds: &["Group"],
        name: "parent",
        default_kind: Some("Group"),
        targets: &["group"],
        relation: RelationType::ChildOf,
    },
    RelationField {
        kinds: &["Group"],
        name: "children",
        default_kind: Some("Group"),
        targets: &["group"],
        relation: RelationType::ParentOf,
    },
    RelationField {
        kinds: &["Group"],
        name: "members",
        default_kind: Some("User"),
        targets: &["user"],
        relation: RelationType::HasMember,
    },
    RelationField {
        kinds: &["AiResource"],
        name: "dependsOn",
        default_kind: Some("AiResource"),
        targets: &["airesource"],
        relation: RelationType::DependsOn,
    },
    RelationField {
        kinds: &["AiResource"],
        name: "skills",
        default_kind: Some("AiResource"),
        targets: &["airesource"],
        relation: RelationType::HasPart,
    },
    RelationField {
        kinds: &["AiResource"],
        name: "plugins",
        default_kind: Some("AiResource"),
        targets: &["airesource"],
        relation: RelationType::HasPart,
    },
];

/// The fields that a kind has, written exactly so.
pub(crate) fn of_kind(kind: &str) -> impl Iterator<Item = &'static RelationField> {
    FIELDS.iter().filter(move |field| field.kinds.contains(&kind))
}
