//! How pure code asks for entities that it was not handed: one small trait between the meaning of a catalog
//! and wherever it is kept.

use super::{Entity, EntityRef, Relation};

/// Answers for entities and their relations.
pub trait EntityLookup {
    /// Why an answer may fail; [`std::convert::Infallible`] where it cannot.
    type Error;

    /// The entity with this identity.
    fn entity(&self, reference: &EntityRef) -> Result<Option<Entity>, Self::Error>;

    /// The relations that start at this entity.
    fn relations(&self, reference: &EntityRef) -> Result<Vec<Relation>, Self::Error>;
}
