//! `form` for libFuzzer; what must hold stands in `tests/fuzz/target`.
#![no_main]

#[path = "../../tests/fuzz/target/form.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| target::run(bytes));
