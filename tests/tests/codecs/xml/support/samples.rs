//! The documented payloads.

use std::path::Path;

/// The list of products.
pub const LIST: &str = include_str!(
    "../../../../../specs/samples/insales_products/list_products.documented.response.xml"
);
/// One product.
pub const PRODUCT: &str = include_str!(
    "../../../../../specs/samples/insales_products/get_product.documented.response.xml"
);
/// A product that the document prints with two unclosed elements.
pub const UNCLOSED: &str = include_str!(
    "../../../../../specs/samples/insales_products/create_product.verbatim.response.xml"
);
/// The file of [`UNCLOSED`].
pub const UNCLOSED_FILE: &str = "create_product.verbatim.response.xml";

/// Every XML sample of the specs, with its file's name.
pub fn all() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/samples");
    let mut all = Vec::new();
    for api in ["digiseller", "insales_products"] {
        for file in std::fs::read_dir(folder.join(api)).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|e| e == "xml") {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                all.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    all.sort();
    assert!(all.len() > 40);
    all
}
