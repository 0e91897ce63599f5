//! Examples of generated types.

use crate::json::FromJson;

/// Adds `example()` to types, from their JSON.
///
/// ```text
/// examples! {
///     types {
///         Book = r#"{"id":1}"#,
///         Error = synthetic r#"{"code":1}"#,
///     }
/// }
/// ```
#[macro_export]
macro_rules! examples {
    (types { $($name:ident = $($how:ident)? $json:literal),* $(,)? }) => {
        $(impl $name {
            $crate::__example!($name $json $($how)?);
        })*

        #[cfg(test)]
        #[test]
        fn examples_fit_their_types() {
            $(let _ = $name::example();)*
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __example {
    ($name:ident $json:literal) => {
        $crate::__example!(@ $name $json "Returns the value of a documented sample, for tests.");
    };
    ($name:ident $json:literal synthetic) => {
        $crate::__example!(@ $name $json "Returns a synthetic value with the required fields, for tests: no sample shows this type.");
    };
    (@ $name:ident $json:literal $doc:literal) => {
        #[doc = $doc]
        /// Its fields can be assigned.
        #[must_use]
        pub fn example() -> Self {
            $crate::testing::example(::core::stringify!($name), $json)
        }
    };
}

/// Returns the value of an example.
///
/// # Panics
/// Where the generator wrote an example that does not fit its type.
#[doc(hidden)]
#[must_use]
#[allow(clippy::panic)] // for tests, which have nobody to hand an error to
pub fn example<T: FromJson>(name: &str, json: &str) -> T {
    match crate::json::decode(json.as_bytes()) {
        Ok(value) => value,
        Err(error) => panic!("the example of {name} does not fit its type: {error}"),
    }
}
