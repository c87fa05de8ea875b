//! Carries out a plan: actions, step by step, with a journal.
