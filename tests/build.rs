//! Generates bindings the way a user's `build.rs` does: of the small specs in `specs`, for the tests. Takes the programs out of the
//! documentation, so that they are compiled and run. And finds out what tests beyond the repository can be run: the others are shown
//! as ignored, with the reason.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lavka_codegen::build_script;
use lavka_codegen::options::Options;
use lavka_codegen::pipeline::generate;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    external();
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    let options = Options::new()
        .schema_feature("schema")
        .dynamic_feature("dynamic");
    build_script("specs/clients.yaml", &options)?;
    for spec in ["names", "shapes", "bare", "schemes", "traffic"] {
        module(
            &Path::new("specs").join(format!("{spec}.yaml")),
            &out,
            &options,
        )?;
    }
    let options = Options::new().dynamic_feature("dynamic");
    module(Path::new("specs/reports.yaml"), &out, &options)?;
    fs::write(out.join("programs.rs"), programs()?)?;
    fs::write(out.join("migration.rs"), migration()?)?;
    wire(&out)?;
    large(&out)?;
    versions(&out)
}

/// As `build_script`, but without its warnings: these specs are odd on purpose.
fn module(spec: &Path, out: &Path, options: &Options) -> Result<PathBuf, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", spec.display());
    let made = generate(spec, &[], options).map_err(|e| e.to_string())?;
    let path = out.join(format!("{}.rs", made.api.module));
    fs::write(&path, made.single_file())?;
    Ok(path)
}

/// An API of so many operations that its module has a file for each tag: as one file, and as files. The tags are names that something
/// else has.
fn large(out: &Path) -> Result<(), Box<dyn Error>> {
    const TAGS: [&str; 10] = [
        "Pets",
        "Pet Shops",
        "types",
        "operations",
        "client",
        "mod",
        "std",
        "lavka_runtime",
        "заказы",
        "CON",
    ];
    let mut text = String::from(LARGE_HEAD);
    for number in 0..110 {
        let tag = TAGS
            .get(number % 11)
            .map_or(String::new(), |tag| format!("tags: [{tag}]"));
        // One of each tag is enough to look at; the others make the API large.
        let operation = match number < 22 {
            true => LARGE_OPERATION,
            false => "      responses: {'204': {description: Nothing.}}",
        };
        writeln!(
            text,
            "  /items{number}/{{id}}:\n    parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]\n    \
             put:\n      operationId: put_item{number}\n      {tag}\n      deprecated: {}\n      security: [{{{}: []}}]\n{operation}",
            number % 20 == 0,
            ["token", "key"][number % 2],
        )?;
    }
    let text = text.replace("{type: none}", "{$ref: '#/components/schemas/Common'}");
    let spec = out.join("large.yaml");
    fs::write(&spec, text)?;
    let options = Options::new()
        .schema_feature("schema")
        .dynamic_feature("dynamic");
    let made = generate(&spec, &[], &options).map_err(|e| e.to_string())?;
    fs::write(out.join("large.rs"), made.single_file())?;
    lavka_codegen::format::write(out, &made.files(), &["large".into()])?;
    let files = out.join("large/mod.rs");
    fs::write(
        out.join("large_files.rs"),
        format!("#[path = {files:?}]\nmod files;\n"),
    )?;
    Ok(())
}

const LARGE_HEAD: &str = "openapi: 3.0.3
info: {title: Large, version: '1'}
servers: [{url: 'https://large.example'}]
security: [{token: []}]
components:
  securitySchemes: {token: {type: http, scheme: bearer}, key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Kind: {type: string, enum: [cat, dog]}
    Common: {type: object, required: [kind], properties: {kind: {$ref: '#/components/schemas/Kind'}}}
paths:
";

const LARGE_OPERATION: &str = "      parameters:
        - {name: kind, in: query, schema: {$ref: '#/components/schemas/Kind'}}
      requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {common: {type: none}, own: {type: object, properties: {n: {type: integer}}}}}}}}
      responses:
        '200':
          description: The item.
          headers: {X-Total: {schema: {type: integer}}}
          content: {application/json: {schema: {oneOf: [{type: none}, {type: array, items: {type: object, properties: {c: {type: none}}}}]}}}
        '202':
          description: Later.
          content: {application/json: {schema: {type: object, properties: {job: {type: string}}}}}";

/// The specs of the wire tests, as modules of one file.
fn wire(out: &Path) -> Result<(), Box<dyn Error>> {
    let options = Options::new().dynamic_feature("dynamic");
    let mut modules = BTreeMap::new();
    for folder in ["specs/cases", "specs/kinds", "specs/wire"] {
        println!("cargo::rerun-if-changed={folder}");
        for entry in fs::read_dir(folder)? {
            let spec = entry?.path();
            // A folder has further files of the spec of its name.
            if spec.is_dir() {
                continue;
            }
            let path = module(&spec, out, &options)?;
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            modules.insert(name.into_owned(), path);
        }
    }
    println!("cargo::rerun-if-changed=specs/above");
    let options = options.folder("specs/above");
    let path = module(Path::new("specs/above/api/above.yaml"), out, &options)?;
    modules.insert("above".to_owned(), path);
    let text: String = modules
        .iter()
        .map(|(name, path)| format!("pub mod {name} {{ include!({path:?}); }}\n"))
        .collect();
    fs::write(out.join("wire.rs"), text)?;
    Ok(())
}

/// Bindings of both sides of pairs that `review` judges, and of a name that refers to another property: for the tests of versions.
fn versions(out: &Path) -> Result<(), Box<dyn Error>> {
    let review = Path::new(env!("CARGO_MANIFEST_DIR")).join("../review/tests");
    let options = Options::new().dynamic_feature("dynamic");
    let mut sides: Vec<(String, PathBuf)> = Vec::new();
    println!("cargo::rerun-if-changed={}", review.join("pairs").display());
    for entry in fs::read_dir(review.join("pairs"))? {
        let folder = entry?.path();
        let name = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let number = name.split('-').next().unwrap_or_default();
        if VERSIONS.contains(&number) {
            for side in ["base", "head"] {
                sides.push((
                    format!("{number}_{side}"),
                    folder.join(format!("{side}.yaml")),
                ));
            }
        }
    }
    for side in ["base", "head"] {
        sides.push((
            format!("rebound_{side}"),
            format!("specs/rebound/{side}.yaml").into(),
        ));
        println!("cargo::rerun-if-changed=specs/rebound/{side}.yaml");
    }
    for (name, spec) in sides {
        let made = generate(&spec, &[], &options).map_err(|e| e.to_string())?;
        fs::write(out.join(format!("{name}.rs")), made.single_file())?;
    }
    Ok(())
}

/// The pairs by number.
const VERSIONS: &[&str] = &["02", "10", "15", "18", "19", "20", "25", "35", "46"];

/// The programs of the README (`generated/examples`), each a module, sent to the sandbox: what differs from their text is the base
/// URL, the credentials and the path of a file.
fn programs() -> Result<String, Box<dyn Error>> {
    let folder = Path::new("../generated/examples");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    let mut all = String::new();
    let mut names = Vec::new();
    for file in files {
        println!("cargo::rerun-if-changed={}", file.display());
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(&file)?;
        let api = [
            "digiseller",
            "insales_products",
            "insales_digital",
            "fileflare",
            "qnits",
        ]
        .into_iter()
        .find(|api| text.contains(&format!("lavka::{api}::")))
        .ok_or("a program that uses no API")?;
        let text: String = text
            .lines()
            .filter(|line| !line.starts_with("//!") && !line.starts_with("#!["))
            .map(|line| format!("    {line}\n"))
            .collect();
        let login = match api {
            "digiseller" => "lavka_sandbox::credentials::API_KEY",
            _ => "lavka_sandbox::credentials::LOGIN",
        };
        let base_url = format!("Client::builder().base_url(super::base_url({api:?}))");
        let text = text
            .replace("Client::builder()", &base_url)
            .replace("\"the API key\"", login)
            .replace("\"the login\"", login)
            .replace("\"the password\"", "lavka_sandbox::credentials::PASSWORD")
            .replace("\"the token\"", "lavka_sandbox::credentials::TOKEN")
            .replace("\"manual.pdf\"", "super::file()")
            .replace("async fn main()", "pub async fn main()")
            .replace("    fn main()", "    pub fn main()");
        writeln!(all, "pub mod {name} {{\n{text}}}")?;
        names.push((name.into_owned(), api));
    }
    writeln!(all, "pub const PROGRAMS: &[Program] = &[")?;
    for (name, api) in names {
        writeln!(
            all,
            "    ({name:?}, {api:?}, || {{ {name}::main()?; Ok(()) }}),"
        )?;
    }
    writeln!(all, "];")?;
    Ok(all)
}

/// The programs of `docs/migration.md`, each a function; those from before the migration are left out.
fn migration() -> Result<String, Box<dyn Error>> {
    let path = "../docs/migration.md";
    println!("cargo::rerun-if-changed={path}");
    let text = fs::read_to_string(path)?;
    let mut all = String::new();
    let blocks = text.split("```").skip(1).step_by(2);
    for (index, block) in blocks.filter_map(|b| b.strip_prefix("rust\n")).enumerate() {
        writeln!(
            all,
            "pub async fn block_{index}(client: Client, digital: insales_digital::Client, file: Upload, hide: bool, \
             product: Product, error: Error) -> Result<(), Error> {{\n{block}\nOk(())\n}}"
        )?;
    }
    Ok(all)
}

/// `cfg(documents)` where the documents are there (`LAVKA_DOCUMENTS`, or `shared/seeds` beside the repository), `cfg(xmllint)`
/// where that program is.
fn external() {
    println!("cargo::rustc-check-cfg=cfg(documents, xmllint)");
    println!("cargo::rerun-if-env-changed=LAVKA_DOCUMENTS");
    println!("cargo::rerun-if-env-changed=PATH");
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/seeds");
    let folder = std::env::var_os("LAVKA_DOCUMENTS").map_or(beside, Into::into);
    if folder.is_dir() {
        println!("cargo::rustc-cfg=documents");
        println!(
            "cargo::rustc-env=LAVKA_DOCUMENTS_FOUND={}",
            folder.display()
        );
    }
    if Command::new("xmllint").arg("--version").output().is_ok() {
        println!("cargo::rustc-cfg=xmllint");
    }
}
