//! The template engine: model, form, expression language, rendering, plan. Pure: skeletons come in as values.
