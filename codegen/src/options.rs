//! What the user of the generator chooses.

use std::path::PathBuf;

/// What the user of the generator chooses. The default is what a `build.rs` needs: everything of the document that can be had, and
/// nothing behind cargo features.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// Refuse a document of which anything would be left out.
    pub strict: bool,
    /// The folder of which files may be read, with what is below it. `None` (default): the document's own.
    pub folder: Option<PathBuf>,
    /// Overlays that are applied to the document, after the one beside it. Needs the feature `overlay`.
    pub overlays: Vec<PathBuf>,
    /// The operations to generate; all where it is empty.
    pub only: Vec<Only>,
    /// Cargo feature of the generated crate that turns on `schemars::JsonSchema` for every type. `None` (default): never.
    pub schema_feature: Option<String>,
    /// Path of the module that holds the generated one, for the examples in the docs: `lavka` for `lavka::digiseller`. `None`
    /// (default): the examples are shown but not compiled.
    pub crate_path: Option<String>,
    /// Cargo feature that turns on the module `dynamic`: operations and payloads by name. `None` (default): not written.
    pub dynamic_feature: Option<String>,
    /// Cargo feature that turns on `T::example()`: values of the types for tests. `None` (default): not written.
    pub testing_feature: Option<String>,
    /// Cargo feature that turns on the module `raw`: progenitor's own client. `None` (default): not written. It needs the feature
    /// `progenitor` of this crate.
    pub raw_feature: Option<String>,
}

/// A choice of operations.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Only {
    /// The operation with this `operationId`; for one without an id of its own, its method and path: `get /orders/{id}`.
    Operation(String),
    /// Operations with this tag.
    Tag(String),
    /// Operations whose path begins so.
    Path(String),
}

impl Options {
    /// Creates the default options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets whether to refuse a document of which anything would be left out. Default: no.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Lets references name files of this folder and below it, in which the document must be: for documents of several files whose
    /// references go up (`../common/errors.yaml`). Default: the document's own folder.
    #[must_use]
    pub fn folder(mut self, path: impl Into<PathBuf>) -> Self {
        self.folder = Some(path.into());
        self
    }

    /// Adds an overlay. Needs the feature `overlay`.
    #[must_use]
    pub fn overlay(mut self, path: impl Into<PathBuf>) -> Self {
        self.overlays.push(path.into());
        self
    }

    /// Adds an operation, a tag or the beginning of a path to what is generated.
    #[must_use]
    pub fn only(mut self, only: Only) -> Self {
        self.only.push(only);
        self
    }

    /// Derives `schemars::JsonSchema` under this cargo feature of the generated crate.
    #[must_use]
    pub fn schema_feature(mut self, feature: impl Into<String>) -> Self {
        self.schema_feature = Some(feature.into());
        self
    }

    /// Lets the examples in the docs import the module from this path, and compile.
    #[must_use]
    pub fn crate_path(mut self, path: impl Into<String>) -> Self {
        self.crate_path = Some(path.into());
        self
    }

    /// Writes the module `dynamic` under this cargo feature of the generated crate.
    #[must_use]
    pub fn dynamic_feature(mut self, feature: impl Into<String>) -> Self {
        self.dynamic_feature = Some(feature.into());
        self
    }

    /// Writes `T::example()` under this cargo feature of the generated crate.
    #[must_use]
    pub fn testing_feature(mut self, feature: impl Into<String>) -> Self {
        self.testing_feature = Some(feature.into());
        self
    }

    /// Writes the module `raw` under this cargo feature of the generated crate.
    #[must_use]
    pub fn raw_feature(mut self, feature: impl Into<String>) -> Self {
        self.raw_feature = Some(feature.into());
        self
    }
}

impl Only {
    /// Reads a choice as the command line has it: `tag:NAME`, `path:/BEGINNING` or the path alone, an `operationId`, or
    /// method and path of an operation that has none.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.strip_prefix("tag:") {
            Some(tag) => Self::Tag(tag.to_owned()),
            None if text.starts_with("path:") => {
                Self::Path(text.trim_start_matches("path:").to_owned())
            }
            None if text.starts_with('/') => Self::Path(text.to_owned()),
            None => Self::Operation(text.to_owned()),
        }
    }
}
