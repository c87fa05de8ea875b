//! The docs engine: mkdocs.yml, navigation, and Markdown to styled lines. Pure: pages come in as text.
