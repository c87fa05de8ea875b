//! Which command a chord means: the defaults of the command table, overlaid by the user's configuration.

mod chord;
mod manual;

use std::collections::BTreeMap;

pub use chord::{Chord, ChordError};
pub use manual::manual;

use super::command::{COMMANDS, Command, Context, by_id};

/// What a chord, together with those pressed before it, means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// A command.
    Command(Command),
    /// The beginning of longer sequences.
    Prefix,
    /// Nothing: the key is text, or not bound.
    Nothing,
}

/// A binding of the user that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    /// No such context.
    #[error("keys: there is no context {0:?}; there are {1}")]
    UnknownContext(String, String),
    /// No such command.
    #[error("keys.{context}: {id:?} is no command; `callboard config default` lists them all")]
    UnknownCommand {
        /// The context of the configuration.
        context: String,
        /// What was asked for.
        id: String,
    },
    /// No key.
    #[error("keys.{context}: {source}")]
    Chord {
        /// The context of the configuration.
        context: String,
        /// What is wrong with the key.
        source: ChordError,
    },
    /// One sequence begins another, so the longer one could never be reached.
    #[error("keys.{context}: {short:?} is bound, so {long:?} behind it can never be reached")]
    Shadowed {
        /// The context of the configuration.
        context: String,
        /// The sequence that is bound.
        short: String,
        /// The longer one behind it.
        long: String,
    },
}

/// The user's bindings: context, then keys, then the id of a command; nothing, or `none`, takes a binding away.
pub type UserKeys = BTreeMap<String, BTreeMap<String, Option<String>>>;

/// All bindings.
#[derive(Debug, Clone)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

#[derive(Debug, Clone)]
struct Binding {
    context: Context,
    sequence: Vec<Chord>,
    command: Command,
}

impl Default for Keymap {
    fn default() -> Self {
        let bindings = COMMANDS.iter().flat_map(|row| {
            row.keys.iter().filter_map(|(context, keys)| {
                let sequence = chord::sequence(keys).ok()?;
                Some(Binding { context: *context, sequence, command: row.command })
            })
        });
        Self { bindings: bindings.collect() }
    }
}

impl Keymap {
    /// The defaults with the user's bindings over them. Bindings that cannot be used are left out and told.
    pub fn new(user: &UserKeys) -> (Self, Vec<KeymapError>) {
        let mut keymap = Self::default();
        let mut errors = Vec::new();
        for (name, keys) in user {
            let Some(context) = Context::ALL.into_iter().find(|context| context.name() == name) else {
                let names: Vec<_> = Context::ALL.iter().map(|context| context.name()).collect();
                errors.push(KeymapError::UnknownContext(name.clone(), names.join(", ")));
                continue;
            };
            for (keys, id) in keys {
                if let Err(error) = keymap.bind(context, keys, id.as_deref()) {
                    errors.push(error);
                }
            }
        }
        errors.extend(keymap.shadowed());
        (keymap, errors)
    }

    fn bind(&mut self, context: Context, keys: &str, id: Option<&str>) -> Result<(), KeymapError> {
        let sequence = chord::sequence(keys)
            .map_err(|source| KeymapError::Chord { context: context.name().to_owned(), source })?;
        let command = match id {
            None | Some("none") => None,
            Some(id) => Some(by_id(id).map(|row| row.command).ok_or_else(|| {
                KeymapError::UnknownCommand { context: context.name().to_owned(), id: id.to_owned() }
            })?),
        };
        self.bindings.retain(|binding| binding.context != context || binding.sequence != sequence);
        // First in the list is first in the help: what users bind themselves is what they want to see.
        if let Some(command) = command {
            self.bindings.insert(0, Binding { context, sequence, command });
        }
        Ok(())
    }

    fn shadowed(&self) -> Vec<KeymapError> {
        let mut errors = Vec::new();
        for long in &self.bindings {
            for short in &self.bindings {
                let begins = long.sequence.len() > short.sequence.len()
                    && long.sequence.starts_with(&short.sequence)
                    && long.context == short.context;
                if begins {
                    errors.push(KeymapError::Shadowed {
                        context: long.context.name().to_owned(),
                        short: chord::show(&short.sequence),
                        long: chord::show(&long.sequence),
                    });
                }
            }
        }
        errors
    }

    /// What a chord means behind the ones that are pending, in contexts from the most special to the widest.
    pub fn resolve(&self, contexts: &[Context], pending: &[Chord], chord: Chord) -> Meaning {
        let mut sequence = pending.to_vec();
        sequence.push(chord);
        for context in contexts {
            let here = || self.bindings.iter().filter(|binding| binding.context == *context);
            if let Some(binding) = here().find(|binding| binding.sequence == sequence) {
                return Meaning::Command(binding.command);
            }
            if here().any(|binding| binding.sequence.starts_with(&sequence)) {
                return Meaning::Prefix;
            }
        }
        self.as_in_the_box(contexts, &sequence).map_or(Meaning::Nothing, Meaning::Command)
    }

    /// A key with Alt of the box works wherever its command does: fingers do not look where they are.
    fn as_in_the_box(&self, contexts: &[Context], sequence: &[Chord]) -> Option<Command> {
        if !sequence.iter().any(|chord| chord.has_alt()) {
            return None;
        }
        let mut of_the_box = self.bindings.iter().filter(|binding| binding.context == Context::Search);
        let command = of_the_box.find(|binding| binding.sequence == sequence)?.command;
        let is_here = |binding: &Binding| binding.command == command && contexts.contains(&binding.context);
        self.bindings.iter().any(is_here).then_some(command)
    }

    /// The keys of a command in the first of the contexts that binds it, as the help writes them.
    pub fn keys(&self, contexts: &[Context], command: Command) -> Vec<String> {
        for context in contexts {
            let keys: Vec<_> = self
                .bindings
                .iter()
                .filter(|binding| binding.context == *context && binding.command == command)
                .map(|binding| chord::show(&binding.sequence))
                .collect();
            if !keys.is_empty() {
                return keys;
            }
        }
        Vec::new()
    }

    /// What may follow the pending chords: the rest of each sequence with its command.
    pub fn continuations(&self, contexts: &[Context], pending: &[Chord]) -> Vec<(String, Command)> {
        self.bindings
            .iter()
            .filter(|binding| contexts.contains(&binding.context))
            .filter(|binding| binding.sequence.len() > pending.len() && binding.sequence.starts_with(pending))
            .map(|binding| (chord::show(&binding.sequence[pending.len()..]), binding.command))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chord(text: &str) -> Chord {
        chord::sequence(text).unwrap()[0]
    }

    fn user(context: &str, keys: &str, id: &str) -> UserKeys {
        BTreeMap::from([(context.to_owned(), BTreeMap::from([(keys.to_owned(), Some(id.to_owned()))]))])
    }

    #[test]
    fn every_default_key_can_be_read_and_none_shadows_another() {
        let rows: usize = COMMANDS.iter().map(|row| row.keys.len()).sum();
        let keymap = Keymap::default();
        assert_eq!(keymap.bindings.len(), rows);
        assert_eq!(keymap.shadowed(), []);
    }

    #[test]
    fn no_two_default_commands_share_a_key() {
        let keymap = Keymap::default();
        for (i, a) in keymap.bindings.iter().enumerate() {
            for b in &keymap.bindings[i + 1..] {
                assert!(
                    a.context != b.context || a.sequence != b.sequence,
                    "{:?} {:?}",
                    a.command,
                    b.command
                );
            }
        }
    }

    #[test]
    fn the_special_context_wins_over_the_wide_one() {
        let (keymap, errors) = Keymap::new(&user("entity", "esc", "toggle-yaml"));
        assert_eq!(errors, []);
        let contexts = [Context::Entity, Context::Global];
        assert_eq!(keymap.resolve(&contexts, &[], chord("esc")), Meaning::Command(Command::ToggleYaml));
        assert_eq!(
            keymap.resolve(&[Context::Docs, Context::Global], &[], chord("esc")),
            Meaning::Command(Command::Back)
        );
    }

    #[test]
    fn a_key_of_the_box_works_where_its_command_does_unless_it_means_something_else() {
        let keymap = Keymap::default();
        let means = |context, keys| keymap.resolve(&[context, Context::Global], &[], chord(keys));
        assert_eq!(means(Context::Entity, "alt-w"), Meaning::Command(Command::Who));
        assert_eq!(means(Context::Problems, "alt-w"), Meaning::Nothing);
        let (keymap, _) = Keymap::new(&user("entity", "alt-w", "toggle-yaml"));
        let told = keymap.resolve(&[Context::Entity], &[], chord("alt-w"));
        assert_eq!(told, Meaning::Command(Command::ToggleYaml));
    }

    #[test]
    fn a_sequence_waits_for_its_second_chord() {
        let keymap = Keymap::default();
        let g = chord("g");
        assert_eq!(keymap.resolve(&[Context::Catalog], &[], g), Meaning::Prefix);
        assert_eq!(keymap.resolve(&[Context::Catalog], &[g], g), Meaning::Command(Command::Top));
        assert_eq!(keymap.continuations(&[Context::Catalog], &[g]), [("g".to_owned(), Command::Top)]);
    }

    #[test]
    fn none_takes_a_binding_away() {
        let (keymap, _) = Keymap::new(&user("catalog", "q", "none"));
        assert_eq!(keymap.resolve(&[Context::Catalog], &[], chord("q")), Meaning::Nothing);
    }

    #[test]
    fn faults_in_the_users_keys_are_named_and_the_rest_is_kept() {
        let mut keys = user("catalog", "ctrl-t", "no-such-command");
        keys.insert("kitchen".to_owned(), BTreeMap::new());
        keys.insert("docs".to_owned(), BTreeMap::from([("g".to_owned(), Some("top".to_owned()))]));
        let (keymap, errors) = Keymap::new(&keys);
        assert!(matches!(errors[0], KeymapError::UnknownCommand { .. }));
        assert!(errors.iter().any(|error| matches!(error, KeymapError::UnknownContext(..))));
        assert!(errors.iter().any(|error| matches!(error, KeymapError::Shadowed { .. })));
        assert_eq!(keymap.resolve(&[Context::Catalog], &[], chord("q")), Meaning::Command(Command::Back));
    }
}
