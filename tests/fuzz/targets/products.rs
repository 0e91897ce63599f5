//! The list of products, for the targets that read one.

pub use lavka::insales_products::Product;
use lavka_runtime::xml::{ListTag, tag};

/// The roots and items of the list, as the spec names them.
pub static PRODUCTS: ListTag = ListTag {
    roots: &[
        tag!("products", "array"),
        tag!("objects", "array"),
        tag!("nil-classes", "array"),
    ],
    items: &[tag!("product"), tag!("object")],
};
