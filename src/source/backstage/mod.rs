//! A running Backstage: its docs, and signing in to it.

pub mod techdocs;
