//! Use cases: a typed request in, a typed and serialisable outcome out; shared by every face.
