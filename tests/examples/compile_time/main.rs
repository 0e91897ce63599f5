//! Writes two small crates for the comparison of compile times: `scripts/compile-time` builds and measures them.
//!
//! `cargo run -p lavka-tests --example compile_time -- FOLDER`
//!
//! - `ours`: a program that calls every operation of the five bindings of the package `lavka`.
//! - `stock` and `stock-calls`: what progenitor's builder style makes of the same schemas, parameters and operations, and
//!   a program that calls every one of them. progenitor panics on XML and multipart bodies, so it gets documents in which
//!   the same schemas are JSON bodies, and credentials are parameters.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a development tool"
)]

mod calls;
mod document;

use std::fs;
use std::path::{Path, PathBuf};

use lavka_tests::specs;
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};

const APIS: [&str; 5] = [
    "digiseller",
    "insales_products",
    "insales_digital",
    "fileflare",
    "qnits",
];

fn main() {
    let out = PathBuf::from(std::env::args().nth(1).expect("usage: compile_time FOLDER"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the project")
        .canonicalize()
        .expect("the project");
    let (mut ours, mut stock) = (Vec::new(), Vec::new());
    for api in APIS {
        let (model, bundled) = specs::model(&root.join("specs").join(api).with_extension("yaml"));
        let document = document::stock(&bundled);
        let mut settings = GenerationSettings::new();
        settings.with_interface(InterfaceStyle::Builder);
        let tokens = Generator::new(&settings)
            .generate_tokens(&document)
            .expect("progenitor takes it");
        let file: syn::File = syn::parse2(tokens).expect("Rust");
        let client = fs::read_to_string(root.join("generated/src").join(api).join("client.rs"))
            .expect("the bindings");
        let client = syn::parse_file(&client).expect("Rust");
        let (calls, names) = calls::ours(api, &client);
        let (stock_calls, stock_names) = calls::stock(api, &file);
        assert_eq!(names.len(), model.operations.len(), "{api}");
        assert_eq!(
            names.len(),
            stock_names.len(),
            "{api}: {names:?} {stock_names:?}"
        );
        ours.push(calls);
        stock.push(stock_calls);
        write(
            &out.join(format!("stock/src/{api}.rs")),
            &prettyplease::unparse(&file),
        );
    }
    let members = r#"members = ["ours", "stock", "stock-calls"]"#;
    write(
        &out.join("Cargo.toml"),
        &format!("[workspace]\nresolver = \"3\"\n{members}\n"),
    );
    fs::copy(root.join("Cargo.lock"), out.join("Cargo.lock")).expect("the lock file");
    write(
        &out.join("ours/Cargo.toml"),
        &format!(
            "{}lavka = {{ path = {:?} }}\n{RUNTIME}",
            manifest("ours"),
            root.join("generated").canonicalize().expect("the bindings")
        ),
    );
    write(&out.join("ours/src/main.rs"), &calls::program(&ours));
    write(
        &out.join("stock/Cargo.toml"),
        &format!("{}{STOCK}", manifest("stock")),
    );
    let modules: String = APIS.iter().map(|api| format!("pub mod {api};\n")).collect();
    write(
        &out.join("stock/src/lib.rs"),
        &format!("#![allow(warnings)]\n{modules}"),
    );
    write(
        &out.join("stock-calls/Cargo.toml"),
        &format!(
            "{}stock = {{ path = \"../stock\" }}\nuuid = \"1\"\n{RUNTIME}",
            manifest("stock-calls")
        ),
    );
    write(
        &out.join("stock-calls/src/main.rs"),
        &calls::program(&stock),
    );
}

const RUNTIME: &str = "tokio = { version = \"1.48\", features = [\"rt-multi-thread\"] }\n";

const STOCK: &str = r#"bytes = "1.11"
chrono = { version = "0.4.42", features = ["serde"] }
futures-core = "0.3.31"
progenitor-client = "0.15.1"
regress = "0.11"
reqwest = { version = "0.13.4", default-features = false, features = ["json", "query", "stream", "rustls"] }
serde = { version = "1.0.226", features = ["derive"] }
serde_json = "1.0.150"
uuid = { version = "1", features = ["serde"] }
"#;

fn manifest(name: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[dependencies]\n"
    )
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("written");
}
