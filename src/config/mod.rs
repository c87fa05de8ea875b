//! Layered configuration; the defaults are embedded from `config/`.
