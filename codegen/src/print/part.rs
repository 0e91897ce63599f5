//! Parts of a file, which are formatted one by one, as soon as they are printed.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::quote;

use crate::plan::docs::Docs;

/// Takes the parts of a file.
pub type Sink<'s> = dyn FnMut(Part) + 's;

/// A part of a file, and the comments in it.
#[derive(Clone, Debug)]
pub struct Part {
    /// The code.
    pub code: Code,
    /// What its attributes [`DOCS`] stand for.
    pub comments: Comments,
}

/// The code of a part.
#[derive(Clone, Debug)]
pub enum Code {
    /// What the file begins with. It may come last, because it imports what the others need.
    Head(TokenStream),
    /// Items.
    Items(TokenStream),
    /// The beginning of a block, without its braces: `impl Client`.
    Open(TokenStream),
    /// Functions in the block.
    Functions(TokenStream),
    /// The end of the block.
    Close,
}

/// The attribute that stands for a comment until the text is formatted: `#[docs = 3]`.
pub const DOCS: &str = "docs";

/// Comments by number. They are not among the tokens, where each character is escaped, and read again.
#[derive(Clone, Debug, Default)]
pub struct Comments {
    /// The lines of all, each with what follows `///`.
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Comments {
    /// The lines of a comment.
    #[must_use]
    pub fn lines(&self, number: usize) -> Option<impl Iterator<Item = &str>> {
        let end = *self.ends.get(number)?;
        let begin = match number.checked_sub(1) {
            Some(previous) => *self.ends.get(previous)?,
            None => 0,
        };
        Some(self.text.get(begin..end)?.split_terminator('\n'))
    }

    /// Adds a comment. Returns the attribute that stands for it, without what precedes its brackets.
    fn add(&mut self, docs: &Docs) -> Option<TokenTree> {
        if docs.is_empty() {
            return None;
        }
        for line in &docs.lines {
            if !line.is_empty() {
                self.text.push(' ');
                self.text.push_str(line);
            }
            self.text.push('\n');
        }
        self.ends.push(self.text.len());
        let tokens: [TokenTree; 3] = [
            Ident::new(DOCS, Span::call_site()).into(),
            Punct::new('=', Spacing::Alone).into(),
            Literal::usize_unsuffixed(self.ends.len() - 1).into(),
        ];
        let attribute = Group::new(Delimiter::Bracket, tokens.into_iter().collect());
        Some(attribute.into())
    }

    /// As an attribute of what follows.
    pub(super) fn outer(&mut self, docs: &Docs) -> Option<TokenStream> {
        let sign = Punct::new('#', Spacing::Alone);
        Some([sign.into(), self.add(docs)?].into_iter().collect())
    }

    /// As an attribute of a module.
    pub(super) fn inner(&mut self, docs: &Docs) -> Option<TokenStream> {
        let attribute = self.add(docs)?;
        Some(quote!(#! #attribute))
    }

    /// Words of the generator, as an attribute of what follows.
    pub(super) fn own(&mut self, text: &str) -> Option<TokenStream> {
        self.outer(&Docs::own(text))
    }

    /// Makes a part of code with these comments, and starts the next.
    pub(super) fn part(&mut self, code: Code) -> Part {
        Part {
            code,
            comments: std::mem::take(self),
        }
    }
}

impl Part {
    /// Items without comments of a plan.
    #[must_use]
    pub fn items(tokens: TokenStream) -> Self {
        Comments::default().part(Code::Items(tokens))
    }
}
