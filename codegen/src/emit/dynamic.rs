use super::Context;
use proc_macro2::TokenStream;
pub(super) fn dynamic(_: &Context<'_>) -> TokenStream { TokenStream::new() }
