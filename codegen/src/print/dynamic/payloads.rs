//! Payloads by the name of their operation.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::Printer;
use crate::plan::dynamic::{Payload, PayloadOf};
use crate::plan::media::Formats;
use crate::plan::operations::Operation;
use crate::print::operations::tag_call;

impl Printer<'_> {
    /// An arm of `payload`.
    pub(super) fn payload(&mut self, op: &Operation, known: &Payload) -> TokenStream {
        let side = self.item("Side");
        let (id, constant) = (&op.id, &op.constant);
        let (pattern, field) = match &known.of {
            PayloadOf::Request => (quote!(#side::Request), quote!(request)),
            PayloadOf::Reply { first, statuses } => {
                (reply_pattern(&side, *first, statuses), quote!(response))
            }
        };
        let ty = self.paths.ty(&known.ty);
        let read = match (known.formats, &known.item, &known.root) {
            (Formats::Json, ..) | (_, _, None) => {
                let bare = known.bare;
                quote!(dynamic::read_json::<#ty>(&operations::#constant, side, from, bytes, #bare))
            }
            (_, Some(item), _) => {
                let item = self.paths.ty(item);
                quote! {
                    dynamic::read_any_list::<#item>(&operations::#constant, side, from, bytes, operations::#constant.#field)
                }
            }
            (_, None, Some(root)) => {
                let tag = self.paths.runtime(&["xml", "tag"]);
                let roots = root.roots.iter().map(|known| tag_call(&tag, known));
                quote! {
                    dynamic::read_any::<#ty>(
                        &operations::#constant, side, from, bytes, operations::#constant.#field, const { &[#(#roots),*] }
                    )
                }
            }
        };
        quote!((#id, #pattern) => #read,)
    }
}

/// The pattern of a reply with one of these statuses, from the first to the last; of any other where there is none.
fn reply_pattern(side: &TokenStream, first: bool, statuses: &[(u16, u16)]) -> TokenStream {
    let codes = statuses.iter().map(|(from, to)| {
        let [first, last] = [*from, *to].map(Literal::u16_unsuffixed);
        match to - from {
            0 => quote!(#first),
            1 => quote!(#first | #last),
            _ => quote!(#first..=#last),
        }
    });
    match (statuses.is_empty(), first) {
        (true, _) => quote!(#side::Response(_)),
        (false, true) => quote!(#side::Response(None | Some(#(#codes)|*))),
        (false, false) => quote!(#side::Response(Some(#(#codes)|*))),
    }
}
