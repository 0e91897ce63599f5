//! The raw client: progenitor's own output over the lowered document, behind a cargo feature of the bindings.

use std::panic::{AssertUnwindSafe, catch_unwind};

use openapiv3::OpenAPI;
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};

/// Lets progenitor write its client of a lowered document.
///
/// # Errors
/// progenitor's own message. Where progenitor panics, that is an error too: it names the document's title.
pub fn raw(lowered: &OpenAPI) -> Result<syn::File, String> {
    let tokens = catch_unwind(AssertUnwindSafe(|| {
        let mut settings = GenerationSettings::new();
        settings.with_interface(InterfaceStyle::Positional);
        Generator::new(&settings).generate_tokens(lowered)
    }))
    .map_err(|_| {
        format!(
            "progenitor panicked on the lowered document of `{}`",
            lowered.info.title
        )
    })?
    .map_err(|e| {
        format!(
            "progenitor refused the lowered document of `{}`: {e}",
            lowered.info.title
        )
    })?;
    syn::parse2(tokens).map_err(|e| format!("progenitor's output does not parse: {e}"))
}
