//! Whom a word of CODEOWNERS means in a catalog.

use crate::catalog::{DEFAULT_NAMESPACE, EntityRef};

/// The groups and users of a catalog, as far as words of CODEOWNERS ask for them.
pub trait People {
    /// Why the catalog cannot answer.
    type Error;

    /// The first group or user that an annotation or a profile gives this other name, in any case.
    fn by_alias(&self, alias: &str) -> Result<Option<EntityRef>, Self::Error>;

    /// Whether there is an entity.
    fn is_there(&self, reference: &EntityRef) -> Result<bool, Self::Error>;
}

/// Whom `@org/team`, `@login` or a mail address means: the group or user that names it in an annotation or in
/// its profile, else the one of that name. Where there is none, the reference that its name would have.
pub fn meant<P: People>(people: &P, written: &str) -> Result<EntityRef, P::Error> {
    let handle = written.strip_prefix('@');
    let alias = handle.unwrap_or(written);
    if let Some(known) = people.by_alias(alias)? {
        return Ok(known);
    }
    let name = alias.rsplit('/').next().unwrap_or(alias);
    let named = |kind| EntityRef::new(kind, DEFAULT_NAMESPACE, name);
    let kinds = if alias.contains('/') { ["group", "user"] } else { ["user", "group"] };
    // A mail address is nobody's name.
    for kind in kinds.into_iter().filter(|_| handle.is_some()) {
        if people.is_there(&named(kind))? {
            return Ok(named(kind));
        }
    }
    Ok(named(kinds[0]))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    /// A group that calls itself `acme/payments-team`, and those of these names.
    struct Known(&'static [&'static str]);

    impl People for Known {
        type Error = Infallible;

        fn by_alias(&self, alias: &str) -> Result<Option<EntityRef>, Infallible> {
            let is_pay = alias.eq_ignore_ascii_case("acme/payments-team");
            Ok(is_pay.then(|| EntityRef::new("group", "default", "pay")))
        }

        fn is_there(&self, reference: &EntityRef) -> Result<bool, Infallible> {
            Ok(self.0.contains(&reference.as_str()))
        }
    }

    #[test]
    fn an_alias_comes_before_a_name_and_a_team_before_a_person() {
        let table = [
            (Known(&["group:default/payments-team"]), "@Acme/payments-team", "group:default/pay"),
            (Known(&["group:default/dev", "user:default/dev"]), "@acme/dev", "group:default/dev"),
            (Known(&["group:default/dev", "user:default/dev"]), "@dev", "user:default/dev"),
            (Known(&["group:default/dev"]), "@dev", "group:default/dev"),
            (Known(&[]), "@acme/ghosts", "group:default/ghosts"),
            (Known(&["group:default/j@acme.dev"]), "j@acme.dev", "user:default/j@acme.dev"),
        ];
        for (known, written, expected) in table {
            let Ok(found) = meant(&known, written);
            assert_eq!(found.as_str(), expected, "{written}");
        }
    }
}
