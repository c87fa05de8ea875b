//! The terminal portal.
