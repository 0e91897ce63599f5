//! The operations of a client as a trait.

/// Declares the trait of a client's operations, and implements it for the client.
///
/// ```text
/// operations! {
///     Operations for Client {
///         get_book(id: i64) -> Book = operations::GET_BOOK;
///         list_books() -> Vec<Book> => list_books_with(&ListBooksParams::default());
///         list_books_with(params: &ListBooksParams) -> Vec<Book> = operations::LIST_BOOKS;
///     }
/// }
/// ```
///
/// By default a method returns an error that names the operation (`=`), or calls another (`=>`).
#[macro_export]
macro_rules! operations {
    ($name:ident for $client:ident {$(
        $(#[$($meta:tt)*])*
        $method:ident($($argument:ident: $ty:ty),*) -> $output:ty
            $(= $operation:path)? $(=> $other:ident($($given:tt)*))?
    );* $(;)?}) => {
        #[doc = ::core::concat!("The operations of [`", ::core::stringify!($client), "`] as a trait, for programs that are tested")]
        /// without a server: write the program for `&impl Operations` or `&dyn Operations`, and implement the methods that the
        /// test calls, with [`Call::ready`]($crate::client::Call::ready) or [`Call::from_future`]($crate::client::Call::from_future).
        /// The others return an error that names the operation; a method without options calls the one with them.
        #[allow(unused_variables, deprecated, clippy::too_many_arguments, clippy::wrong_self_convention, clippy::disallowed_names)]
        pub trait $name: ::core::marker::Send + ::core::marker::Sync {$(
            #[doc = ::core::concat!("[`", ::core::stringify!($client), "::", ::core::stringify!($method), "`].")]
            $(#[$($meta)*])*
            fn $method(
                &self,
                $($argument: $ty),*
            ) -> $crate::client::Call<'_, $output> {
                $($crate::client::Call::ready(::core::result::Result::Err($crate::Error::unanswered(&$operation))))?
                $(self.$other($($given)*))?
            }
        )*}

        #[allow(deprecated, clippy::disallowed_names)]
        impl $name for $client {$(
            // Compiled in the programs that use the trait only.
            #[inline]
            fn $method(
                &self,
                $($argument: $ty),*
            ) -> $crate::client::Call<'_, $output> {
                $client::$method(self, $($argument),*)
            }
        )*}
    };
}
