//! What generated modules need of Cargo, and a package of one module.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::format::Files;
use crate::pipeline::Generated;
use crate::plan::credentials::{Kind, LoginText, LoginValue};
use crate::plan::markdown;
use crate::plan::operations::Operation;
use crate::plan::replies::Read;

/// What generated source depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dependencies {
    /// Features of `lavka-runtime`, without those of TLS.
    features: BTreeSet<&'static str>,
    /// Whether types are left open: they are `serde_json::Value`.
    serde_json: bool,
}

impl Dependencies {
    /// Returns what this module needs.
    #[must_use]
    pub fn of(generated: &Generated) -> Self {
        let mut made = Self::default();
        if generated.api.speaks_xml() {
            made.features.insert("xml");
        }
        if signs(generated) {
            made.features.insert("sha256");
        }
        made.serde_json = generated.module.mentions("serde_json");
        made
    }

    /// Returns what both need.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.features.extend(other.features);
        self.serde_json |= other.serde_json;
        self
    }

    /// Writes lines of `[dependencies]`. `runtime` is the folder of `lavka-runtime`; without it the registry has it. `tls` adds the
    /// feature for TLS by rustls.
    #[must_use]
    pub fn to_toml(&self, runtime: Option<&Path>, tls: bool) -> String {
        let mut features: Vec<String> = self.features.iter().map(|f| format!("{f:?}")).collect();
        if tls {
            features.insert(0, "\"rustls\"".to_owned());
        }
        let place = match runtime {
            Some(path) => format!("path = {}", quoted(&path.to_string_lossy())),
            None => format!("version = \"{}\"", env!("CARGO_PKG_VERSION")),
        };
        let features = match features.is_empty() {
            true => String::new(),
            false => format!(", features = [{}]", features.join(", ")),
        };
        let mut text = format!("lavka-runtime = {{ {place}{features} }}\n");
        if self.serde_json {
            text.push_str("serde_json = \"1\"\n");
        }
        text
    }
}

/// Whether a login signs with SHA-256.
fn signs(generated: &Generated) -> bool {
    let constructors = generated
        .plan
        .credentials
        .iter()
        .flat_map(|c| &c.constructors);
    constructors
        .filter_map(|constructor| match &constructor.kind {
            Kind::Login(login) => Some(login),
            _ => None,
        })
        .flat_map(|login| &login.fields)
        .any(|(_, value)| {
            matches!(
                value,
                LoginValue::Given {
                    value: LoginText::Sha256Hex(_),
                    ..
                }
            )
        })
}

/// A text as a string of TOML.
fn quoted(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    serde_json::Value::from(text).to_string()
}

/// Returns a package's name as Cargo takes it.
#[must_use]
pub fn package_name(text: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let name: String = text
        .chars()
        .map(|c| {
            if allowed(c) {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect();
    let name = name.trim_matches('-');
    match name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        true => name.to_owned(),
        false => format!("api-{name}").trim_end_matches('-').to_owned(),
    }
}

/// The files of a package.
#[derive(Clone, Debug)]
pub struct Package {
    /// The source, which is always written: `src/lib.rs`, `src/client.rs`, …
    pub source: Files,
    /// What its owner may change: `Cargo.toml` and `README.md`, which are written where they are missing.
    pub manifest: Files,
}

/// Returns the files of a package of one module.
#[must_use]
pub fn package(generated: &Generated, name: &str, runtime: Option<&Path>) -> Package {
    let source = generated
        .module
        .files(Path::new("src"))
        .into_iter()
        .map(|(path, text)| match path == Path::new("src/mod.rs") {
            true => (PathBuf::from("src/lib.rs"), text),
            false => (path, text),
        })
        .collect();
    let manifest = [
        ("Cargo.toml", cargo_toml(generated, name, runtime)),
        ("README.md", readme(generated, name)),
    ];
    Package {
        source,
        manifest: manifest
            .into_iter()
            .map(|(file, text)| (PathBuf::from(file), text.into_bytes()))
            .collect(),
    }
}

fn cargo_toml(generated: &Generated, name: &str, runtime: Option<&Path>) -> String {
    let dependencies = Dependencies::of(generated).to_toml(runtime, false);
    let description = quoted(&format!(
        "Client of {}",
        markdown::inline(&generated.api.title)
    ));
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\nrust-version = \"1.88\"\n\
         description = {description}\nreadme = \"README.md\"\npublish = false\n\n\
         [features]\ndefault = [\"rustls\"]\n# TLS by rustls (default) or by the platform's library.\n\
         rustls = [\"lavka-runtime/rustls\"]\nnative-tls = [\"lavka-runtime/native-tls\"]\n\
         # Replies compressed with gzip or deflate, with Brotli.\n\
         gzip = [\"lavka-runtime/gzip\"]\nbrotli = [\"lavka-runtime/brotli\"]\n\
         # Spans and events of calls, by the `tracing` crate.\ntracing = [\"lavka-runtime/tracing\"]\n\n\
         [dependencies]\n{dependencies}\n\
         # A package of its own, also below the folder of a workspace.\n[workspace]\n"
    )
}

fn readme(generated: &Generated, name: &str) -> String {
    let module = name.replace('-', "_");
    let title = markdown::inline(&generated.api.title);
    let plan = &generated.plan;
    let base_url = match plan.api.server.url.contains("://") {
        true => "",
        false => "\n        .base_url(\"https://api.example.com\")",
    };
    let constructors = plan.credentials.iter().flat_map(|c| &c.constructors);
    let known = constructors.filter_map(|c| Some((&c.name, given(&c.kind)?)));
    let (imports, credentials) = match (&plan.credentials, known.min_by_key(|(_, (rank, _))| *rank))
    {
        (None, _) => ("Client", String::new()),
        (Some(_), Some((constructor, (_, arguments)))) => (
            "{Client, Credentials}",
            format!("\n        .credentials(Credentials::{constructor}({arguments}))"),
        ),
        (Some(_), None) => ("Client", "\n        .without_credentials()".to_owned()),
    };
    let simple = |op: &&Operation| {
        op.safe
            && !op.deprecated
            && op.arguments().is_empty()
            && matches!(op.reply.read, Read::Value(_))
    };
    let call = match plan.operations.iter().find(simple) {
        Some(op) => format!(
            "let reply = client.{}().await?;\n    println!(\"{{reply:?}}\");",
            op.name
        ),
        None => "println!(\"{client:?}\");".to_owned(),
    };
    let without = match plan.credentials {
        Some(_) => {
            "`without_credentials()` in place of `credentials(…)` is for operations that need none."
        }
        None => {
            "Where the API asks for a credential that its document does not name: `.header(\"Authorization\", \"Bearer …\")`."
        }
    };
    format!(
        "# {name}\n\nTyped client of {title}, generated by Lavka.\n\n\
         ```rust,no_run\nuse {module}::{imports};\n\n\
         async fn run() -> Result<(), lavka_runtime::Error> {{\n    \
         let client = Client::builder(){base_url}{credentials}\n        .build()?;\n    \
         {call}\n    Ok(())\n}}\n```\n\n\
         {without}\n\n\
         Each operation of the document is a method of `Client`, and returns the value of the reply. `….response().await` also gives its \
         status and headers. What is optional is in `…_with(…, &…Params::default().with_…(…))`. `cargo doc --open` shows them all.\n\n\
         An error says what failed: `error.status()`, `error.failure()` with the server's codes and messages, `error.decode::<T>()` for a \
         body that the document has a type for; `is_not_found`, `is_auth`, `is_validation`, `is_rate_limited`, `is_temporary` sort them.\n\n\
         Requests name the package in the header `User-Agent`.\n\n\
         `src` is written by `lavka generate` and not edited; `Cargo.toml` and this file are yours.\n"
    )
}

/// How common a credential is, and the texts that its constructor takes; `None` where it takes something else.
fn given(kind: &Kind) -> Option<(u8, String)> {
    let texts = |count: usize| vec!["\"…\""; count].join(", ");
    Some(match kind {
        Kind::Token => (0, texts(1)),
        Kind::Basic => (1, texts(2)),
        Kind::ClientCredentials(_) => (2, texts(2)),
        Kind::RefreshToken(_) => (3, texts(3)),
        Kind::Fields(fields) => {
            let values = fields.iter().map(|field| match field.ty.is_integer() {
                true => "1",
                false => "\"…\"",
            });
            (4, values.collect::<Vec<_>>().join(", "))
        }
        Kind::Login(_) | Kind::OAuth2 | Kind::Source => return None,
    })
}
