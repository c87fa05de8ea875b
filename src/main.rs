//! Parses arguments, picks a face, maps errors to exit codes; nothing else.

fn main() {}
