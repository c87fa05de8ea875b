//! Fuzzy search over compact rows. Pure: rows come in as one contiguous text.
