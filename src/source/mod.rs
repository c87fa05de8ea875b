//! Where entities come from: folders of repositories, the bundled sample.
