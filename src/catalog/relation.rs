//! Relations between entities, always in pairs: what one side says, the other side has in reverse.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::EntityRef;

/// The type of a relation, as Backstage names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are Backstage's own and say it")]
pub enum RelationType {
    OwnedBy,
    OwnerOf,
    PartOf,
    HasPart,
    DependsOn,
    DependencyOf,
    ProvidesApi,
    ApiProvidedBy,
    ConsumesApi,
    ApiConsumedBy,
    MemberOf,
    HasMember,
    ChildOf,
    ParentOf,
    /// A type that a remote catalog defined.
    #[serde(untagged)]
    Other(String),
}

impl RelationType {
    /// The type's name as Backstage writes it, such as `ownedBy`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::OwnedBy => "ownedBy",
            Self::OwnerOf => "ownerOf",
            Self::PartOf => "partOf",
            Self::HasPart => "hasPart",
            Self::DependsOn => "dependsOn",
            Self::DependencyOf => "dependencyOf",
            Self::ProvidesApi => "providesApi",
            Self::ApiProvidedBy => "apiProvidedBy",
            Self::ConsumesApi => "consumesApi",
            Self::ApiConsumedBy => "apiConsumedBy",
            Self::MemberOf => "memberOf",
            Self::HasMember => "hasMember",
            Self::ChildOf => "childOf",
            Self::ParentOf => "parentOf",
            Self::Other(name) => name,
        }
    }

    /// The type by its name.
    pub fn from_name(name: &str) -> Self {
        match name {
            "ownedBy" => Self::OwnedBy,
            "ownerOf" => Self::OwnerOf,
            "partOf" => Self::PartOf,
            "hasPart" => Self::HasPart,
            "dependsOn" => Self::DependsOn,
            "dependencyOf" => Self::DependencyOf,
            "providesApi" => Self::ProvidesApi,
            "apiProvidedBy" => Self::ApiProvidedBy,
            "consumesApi" => Self::ConsumesApi,
            "apiConsumedBy" => Self::ApiConsumedBy,
            "memberOf" => Self::MemberOf,
            "hasMember" => Self::HasMember,
            "childOf" => Self::ChildOf,
            "parentOf" => Self::ParentOf,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The type that the other side has, where it is a known pair.
    pub fn reverse(&self) -> Option<Self> {
        Some(match self {
            Self::OwnedBy => Self::OwnerOf,
            Self::OwnerOf => Self::OwnedBy,
            Self::PartOf => Self::HasPart,
            Self::HasPart => Self::PartOf,
            Self::DependsOn => Self::DependencyOf,
            Self::DependencyOf => Self::DependsOn,
            Self::ProvidesApi => Self::ApiProvidedBy,
            Self::ApiProvidedBy => Self::ProvidesApi,
            Self::ConsumesApi => Self::ApiConsumedBy,
            Self::ApiConsumedBy => Self::ConsumesApi,
            Self::MemberOf => Self::HasMember,
            Self::HasMember => Self::MemberOf,
            Self::ChildOf => Self::ParentOf,
            Self::ParentOf => Self::ChildOf,
            Self::Other(_) => return None,
        })
    }
}

impl fmt::Display for RelationType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One direction of a relation. The target need not exist: then the relation is dangling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Relation {
    /// The entity that has the relation.
    pub source: EntityRef,
    /// Its type.
    #[serde(rename = "type")]
    pub relation: RelationType,
    /// The entity it points to.
    pub target: EntityRef,
}
