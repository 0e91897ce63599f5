//! What the tests share. The fuzz targets include some of it by path.

#[allow(clippy::large_enum_variant)]
pub mod every_form;
pub mod judges;
pub mod mutants;
pub mod samples;

pub use lavka::insales_products::Product;
use lavka_runtime::xml::{ListTag, tag};

/// The roots and items of the list of products, as the spec names them.
pub static PRODUCTS: ListTag = ListTag {
    roots: &[
        tag!("products", "array"),
        tag!("objects", "array"),
        tag!("nil-classes", "array"),
    ],
    items: &[tag!("product"), tag!("object")],
};
