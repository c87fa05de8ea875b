//! Layered configuration; the defaults are embedded from `config/`.

mod environment;

pub use environment::Environment;
