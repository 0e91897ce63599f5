//! From tokens to formatted text.
//!
//! prettyplease formats syntax trees, and making those takes more time than all other stages. So what most of a module is, the
//! runtime's macros, types and methods, is laid out from its tokens; the rest has a tree for each item, which is dropped before the next
//! is made; and a comment of any length is one attribute until the text is there.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;

use super::comments::comment;
use super::{codecs, layout};
use crate::print::Part;

/// Formats a file.
///
/// # Errors
/// Where the tokens are not Rust: a fault of the printer.
pub fn source(parts: Vec<Part>) -> Result<String, String> {
    let mut text = Text::default();
    for part in parts {
        match part {
            Part::Items(tokens) => text.items(tokens.into_iter().collect())?,
            Part::Block { head, body } => text.block(&head, body)?,
        }
    }
    Ok(text.out)
}

/// The longest line of an attribute.
const ATTRIBUTE: usize = 120;

/// What is formatted so far.
#[derive(Default)]
struct Text {
    out: String,
    /// Where the last line begins.
    last: usize,
}

impl Text {
    fn items(&mut self, tokens: Vec<TokenTree>) -> Result<(), String> {
        let mut run = 0;
        let mut at = 0;
        let mut begins = true;
        while let Some(token) = tokens.get(at) {
            if begins && let Some((lines, used)) = laid_out(&tokens[at..]) {
                self.tree(&tokens[run..at])?;
                lines.iter().for_each(|line| self.line(line));
                at += used;
                run = at;
                continue;
            }
            begins = match token {
                TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                TokenTree::Punct(sign) => sign.as_char() == ';',
                TokenTree::Ident(_) | TokenTree::Literal(_) => false,
            };
            at += 1;
        }
        self.tree(&tokens[run..])
    }

    /// Items that need a syntax tree.
    fn tree(&mut self, tokens: &[TokenTree]) -> Result<(), String> {
        if !tokens.is_empty() {
            let text = formatted(tokens.iter().cloned().collect())?;
            self.code(text.lines());
        }
        Ok(())
    }

    /// A block whose head and end are printed once.
    fn block(&mut self, head: &TokenStream, body: Vec<TokenStream>) -> Result<(), String> {
        let text = formatted(quote!(#head {}))?;
        self.code(text.trim_end().trim_end_matches('}').lines());
        for functions in body {
            let tokens: Vec<TokenTree> = functions.into_iter().collect();
            let ends = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
            for function in tokens.split_inclusive(ends) {
                if let Some(lines) = layout::method(function) {
                    lines.iter().for_each(|line| self.line(line));
                    continue;
                }
                let function = function.iter().cloned().collect::<TokenStream>();
                let text = formatted(quote!(impl Block { #function }))?;
                let lines = text.lines().skip(1);
                self.code(lines.filter(|line| *line != "}"));
            }
        }
        self.line("}");
        Ok(())
    }

    /// Adds what prettyplease wrote: with comments for their attributes, and attributes under a feature on one line where they fit,
    /// which it spreads over as many as they have arguments.
    fn code<'a>(&mut self, mut lines: impl Iterator<Item = &'a str>) {
        while let Some(line) = lines.next() {
            let text = line.trim_start();
            let indent = &line[..line.len() - text.len()];
            if text == "#[cfg_attr(" {
                self.attribute(line, indent, &mut lines);
            } else if let Some((mark, docs)) = comment(text) {
                docs.for_each(|line| self.line(&format!("{indent}{mark}{line}")));
            } else {
                self.line(line);
            }
        }
    }

    fn attribute<'a>(
        &mut self,
        first: &'a str,
        indent: &str,
        lines: &mut impl Iterator<Item = &'a str>,
    ) {
        let mut all = vec![first];
        let mut joined = first.to_owned();
        for next in lines {
            all.push(next);
            let text = next.trim_start();
            if !joined.ends_with('(') && !text.starts_with(')') {
                joined.push(' ');
            }
            joined.push_str(text);
            if next.len() - text.len() == indent.len() {
                break;
            }
        }
        match joined.chars().count() <= ATTRIBUTE {
            true => self.line(&joined),
            false => all.into_iter().for_each(|line| self.line(line)),
        }
    }

    /// Adds a line, after an empty one between items, and between the functions of a block: prettyplease writes none.
    fn line(&mut self, line: &str) {
        let previous = self.out[self.last..].trim_end_matches('\n');
        if wants_space(previous, line) {
            self.out.push('\n');
        }
        self.last = self.out.len();
        self.out.push_str(line);
        self.out.push('\n');
    }
}

/// What needs no tree: its lines, and how many tokens they are of.
fn laid_out(tokens: &[TokenTree]) -> Option<layout::Laid> {
    codecs::laid_out(tokens)
        .or_else(|| layout::declaration(tokens))
        .or_else(|| layout::constant(tokens))
}

fn formatted(tokens: TokenStream) -> Result<String, String> {
    match syn::parse2(tokens.clone()) {
        Ok(file) => Ok(prettyplease::unparse(&file)),
        Err(error) => Err(format!("{error}: {tokens}")),
    }
}

fn wants_space(previous: &str, line: &str) -> bool {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|p| line.starts_with(p));
    let is_use = |l: &str| l.starts_with("use ") || l.starts_with("pub use ");
    let is_mod = |l: &str| (l.starts_with("mod ") || l.starts_with("pub mod ")) && l.ends_with(';');
    if previous.starts_with("//!") {
        return !line.starts_with("//!");
    }
    // Between functions of an `impl`.
    if previous == "    }" {
        return starts(&["    ///", "    /**", "    #[", "    pub ", "    fn "]);
    }
    // Between items: an item ends at the margin with `}`, `;` or `};`. So may a line of a comment.
    let ended =
        !previous.starts_with([' ', '/']) && (previous.ends_with('}') || previous.ends_with(';'));
    ended
        && !line.starts_with(['}', ' ', ')'])
        && !(is_use(line) && (is_use(previous) || previous == "};"))
        && !(is_mod(previous) && is_mod(line))
        && !(previous.starts_with("static ") && line.starts_with("static "))
        && !line.is_empty()
}
