//! Tokens whose groups can be looked into: those of a `TokenStream` are copied for that.

use std::fmt;

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, TokenStream, TokenTree};

/// A token, or a group of them.
#[derive(Debug)]
pub(super) enum Tree {
    Ident(Ident),
    Literal(Literal),
    Punct(Punct),
    Group(Delimiter, Vec<Tree>),
}

impl Tree {
    /// The tokens of a stream, which nobody else holds, or they are copied.
    pub(super) fn all(tokens: TokenStream) -> Vec<Self> {
        let tree = |token| match token {
            TokenTree::Ident(ident) => Self::Ident(ident),
            TokenTree::Literal(literal) => Self::Literal(literal),
            TokenTree::Punct(sign) => Self::Punct(sign),
            TokenTree::Group(group) => {
                let (delimiter, inner) = (group.delimiter(), group.stream());
                drop(group);
                Self::Group(delimiter, Self::all(inner))
            }
        };
        tokens.into_iter().map(tree).collect()
    }

    /// The tokens as a stream.
    pub(super) fn stream(trees: &[Self]) -> TokenStream {
        let token = |tree: &Self| match tree {
            Self::Ident(ident) => TokenTree::Ident(ident.clone()),
            Self::Literal(literal) => TokenTree::Literal(literal.clone()),
            Self::Punct(sign) => TokenTree::Punct(sign.clone()),
            Self::Group(delimiter, inner) => {
                TokenTree::Group(Group::new(*delimiter, Self::stream(inner)))
            }
        };
        trees.iter().map(token).collect()
    }

    pub(super) fn is_group(&self, of: Delimiter) -> bool {
        matches!(self, Self::Group(delimiter, _) if *delimiter == of)
    }

    pub(super) fn is_sign(&self, of: char) -> bool {
        matches!(self, Self::Punct(sign) if sign.as_char() == of)
    }
}

/// A word as it is written; of a group nothing.
impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ident(ident) => ident.fmt(f),
            Self::Literal(literal) => literal.fmt(f),
            Self::Punct(sign) => sign.fmt(f),
            Self::Group(..) => Ok(()),
        }
    }
}
