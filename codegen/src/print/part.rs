//! Parts of a file, which are formatted one by one.

use proc_macro2::TokenStream;

/// A part of a file.
#[derive(Clone, Debug)]
pub enum Part {
    /// Items.
    Items(TokenStream),
    /// A block with much in it.
    Block {
        /// What precedes its braces: `impl Client`.
        head: TokenStream,
        /// What is in it.
        body: Vec<TokenStream>,
    },
}
