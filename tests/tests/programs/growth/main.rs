//! Changes of a spec that must not stop programs from compiling: a program that uses each API is compiled, unchanged, against
//! bindings of changed specs.

#![allow(clippy::expect_used, clippy::print_stderr, missing_docs)]

mod semver;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lavka_codegen::options::Options;
use lavka_codegen::pipeline;

/// A change of an API's spec.
struct Change {
    /// What is added.
    what: &'static str,
    api: &'static str,
    edit: Edit,
}

enum Edit {
    /// The target and the update of an overlay's action.
    Overlay(&'static [(&'static str, &'static str)]),
    /// A file beside the spec, a text in it, and what is put behind it.
    Schema(&'static str, &'static str, &'static str),
}

const FIELD: &str = "{growth: {type: string}}";
const PARAMETER: &str = "{name: growth, in: query, schema: {type: string}}";
const PARAMETERS: &str = "{parameters: [{name: growth, in: query, schema: {type: string}}]}";
const OPERATION: &str = "{/growth: {get: {operationId: read_growth, summary: Grows., responses: {'200': {description: \
                         Grown., content: {application/json: {schema: {type: object, properties: {growth: {type: string}}}}}}}}}}";
const STATUS: &str = "{'418': {description: A growth.}}";
const ELEMENT: &str = "\n<xs:element name=\"growth\" type=\"xs:string\" minOccurs=\"0\"/>\n";

#[rustfmt::skip]
const CHANGES: &[Change] = &[
    overlay("optional request field", "digiseller", &[("$.components.schemas.SetStatus.properties", FIELD)]),
    overlay("optional request field", "qnits", &[("$.components.schemas.Order.properties", FIELD)]),
    overlay("optional request field", "insales_digital", &[("$.components.schemas.NewAsset.properties", FIELD)]),
    schema("optional request field", "insales_products", "insales_products_create.xsd", "<xs:complexType name=\"NewProduct\""),
    overlay("reply field", "digiseller", &[("$.components.schemas.TaskReport.properties", FIELD)]),
    overlay("reply field", "qnits", &[("$.components.schemas.CreatedOrder.properties", FIELD)]),
    overlay("reply field", "insales_digital", &[("$.components.schemas.Asset.properties", FIELD)]),
    overlay("reply field", "fileflare", &[("$.components.schemas.Order.properties", FIELD)]),
    schema("reply field", "insales_products", "insales_products.xsd", "<xs:complexType name=\"Product\""),
    overlay("enum value", "digiseller", &[
        ("$.components.schemas.Currency.enum", "GRO"),
        ("$.components.schemas.Currency['x-enum-varnames']", "Growth"),
        ("$.components.schemas.Currency['x-enum-descriptions']", "A growth."),
    ]),
    overlay("enum value", "qnits", &[
        ("$.components.schemas.CreationStatus.enum", "GROWTH"),
        ("$.components.schemas.CreationStatus['x-enum-varnames']", "Growth"),
        ("$.components.schemas.CreationStatus['x-enum-descriptions']", "A growth."),
    ]),
    overlay("first optional parameter", "digiseller", &[("$.paths['/api/product/edit/prices'].post", PARAMETERS)]),
    overlay("first optional parameter", "qnits", &[("$.paths['/api'].post", PARAMETERS)]),
    overlay("first optional parameter", "insales_digital", &[("$.paths['/api/assets/{id}.json'].delete", PARAMETERS)]),
    overlay("first optional parameter", "fileflare", &[("$.paths['/api/v2/customer-account-orders'].get.parameters", PARAMETER)]),
    overlay("first optional parameter", "insales_products", &[("$.paths['/admin/products/{id}.xml'].get", PARAMETERS)]),
    overlay("further optional parameter", "insales_products", &[("$.paths['/admin/products.xml'].get.parameters", PARAMETER)]),
    overlay("operation", "digiseller", &[("$.paths", OPERATION)]),
    overlay("operation", "qnits", &[("$.paths", OPERATION)]),
    overlay("operation", "insales_digital", &[("$.paths", OPERATION)]),
    overlay("operation", "fileflare", &[("$.paths", OPERATION)]),
    overlay("operation", "insales_products", &[("$.paths", OPERATION)]),
    overlay("error status", "digiseller", &[("$.paths['/api/product/edit/prices'].post.responses", STATUS)]),
    overlay("error status", "qnits", &[("$.paths['/api'].post.responses", STATUS)]),
    overlay("error status", "insales_digital", &[("$.paths['/api/assets/{id}.json'].delete.responses", STATUS)]),
    overlay("error status", "fileflare", &[("$.paths['/api/v2/customer-account-orders'].get.responses", STATUS)]),
    overlay("error status", "insales_products", &[("$.paths['/admin/products/{id}.xml'].get.responses", STATUS)]),
];

const fn overlay(
    what: &'static str,
    api: &'static str,
    actions: &'static [(&'static str, &'static str)],
) -> Change {
    Change {
        what,
        api,
        edit: Edit::Overlay(actions),
    }
}

const fn schema(
    what: &'static str,
    api: &'static str,
    file: &'static str,
    ty: &'static str,
) -> Change {
    Change {
        what,
        api,
        edit: Edit::Schema(file, ty, ELEMENT),
    }
}

#[test]
fn additions_to_a_spec_stop_no_program_from_compiling() {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("growth");
    let _ = fs::remove_dir_all(out.join("src"));
    let root = root();
    let specs = root.join("specs");
    let mut lib = String::from("#![allow(missing_docs)]\n");
    let mut base = Vec::new();
    let apis = lavka_tests::specs::APIS;
    for api in apis {
        let module = bindings(&specs.join(format!("{api}.yaml")), &Options::new());
        base.push(module);
    }
    program(&out, &mut lib, "base", None, "");
    for (api, text) in apis.iter().zip(&base) {
        write(&out.join(format!("src/base/bindings/{api}.rs")), text);
    }
    for change in CHANGES {
        let name = format!("{}_{}", change.what.replace(' ', "_"), change.api);
        let text = changed(&out, &specs, change);
        let before = apis.iter().position(|api| *api == change.api);
        let before = &base[before.expect("an API")];
        assert_ne!(&text, before, "{name}");
        program(&out, &mut lib, &name, Some(change.api), &text);
    }
    write(&out.join("src/lib.rs"), &lib);
    write(&out.join("Cargo.toml"), &manifest(&root));
    fs::copy(root.join("Cargo.lock"), out.join("Cargo.lock")).expect("the lock file");
    let run = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--offline", "--lib"])
        .current_dir(&out)
        .env("CARGO_TARGET_DIR", target())
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{errors}");
}

/// Every kind of change is made to every API that has a place for it.
#[test]
fn every_kind_of_change_is_made() {
    let mut kinds: Vec<&str> = CHANGES.iter().map(|change| change.what).collect();
    kinds.dedup();
    assert_eq!(kinds.len(), 7, "{kinds:?}");
}

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    root.canonicalize().expect("the repository")
}

/// The target folder of the tests themselves: most of what the bindings depend on is compiled there.
fn target() -> PathBuf {
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    tmp.parent().unwrap_or(tmp).to_owned()
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

fn bindings(spec: &Path, options: &Options) -> String {
    match pipeline::generate(spec, &[], options) {
        Ok(generated) => String::from_utf8(generated.single_file()).expect("UTF-8"),
        Err(error) => panic_with(&format!("{}: {error}", spec.display())),
    }
}

#[allow(clippy::panic)]
fn panic_with(message: &str) -> ! {
    panic!("{message}")
}

/// The bindings of the changed spec.
fn changed(out: &Path, specs: &Path, change: &Change) -> String {
    let copies = out.join("specs");
    let _ = fs::remove_dir_all(&copies);
    let spec = format!("{}.yaml", change.api);
    write(&copies.join(&spec), &read(&specs.join(&spec)));
    let schemas = fs::read_dir(specs.join("xsd")).expect("the schemas");
    for file in schemas {
        let name = file.expect("a file").file_name();
        let from = specs.join("xsd").join(&name);
        write(&copies.join("xsd").join(&name), &read(&from));
    }
    let mut options = Options::new();
    match &change.edit {
        Edit::Overlay(actions) => {
            let mut text =
                String::from("overlay: 1.0.0\ninfo: {title: Growth, version: '1'}\nactions:\n");
            for (target, update) in *actions {
                let _ = writeln!(text, "- target: \"{target}\"\n  update: {update}");
            }
            let path = copies.join("growth.yaml");
            write(&path, &text);
            options = options.overlay(path);
        }
        Edit::Schema(file, ty, element) => {
            let path = copies.join("xsd").join(file);
            let text = read(&path);
            let at = text.find(ty).expect("the type");
            let all = at + text[at..].find("<xs:all>").expect("its fields") + "<xs:all>".len();
            write(&path, &format!("{}{element}{}", &text[..all], &text[all..]));
        }
    }
    bindings(&copies.join(&spec), &options)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a file")
}

/// A module with the program and the bindings that it uses: of one API its own, of the others those of `base`.
fn program(out: &Path, lib: &mut String, name: &str, api: Option<&str>, text: &str) {
    let _ = writeln!(lib, "pub mod {name} {{\n    pub mod bindings {{");
    for other in lavka_tests::specs::APIS {
        match api {
            Some(api) if other != api => {
                let _ = writeln!(lib, "        pub use crate::base::bindings::{other};");
            }
            _ => {
                let _ = writeln!(lib, "        pub mod {other};");
            }
        }
    }
    let source = root().join("tests/tests/programs/growth/program.rs");
    let _ = writeln!(
        lib,
        "    }}\n    #[path = {source:?}]\n    pub mod program;\n}}"
    );
    if let Some(api) = api {
        write(&out.join(format!("src/{name}/bindings/{api}.rs")), text);
    }
}

fn manifest(root: &Path) -> String {
    format!(
        "[package]\nname = \"growth\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [workspace]\n\n\
         [dependencies]\nlavka-runtime = {{ path = {:?}, features = [\"xml\", \"sha256\"] }}\nserde_json = \"1\"\n\n\
         [profile.dev]\ndebug = false\nincremental = false\n",
        root.join("runtime")
    )
}
