//! Arguments of the command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// Typed Rust clients for online shops' APIs: generated from reviewed specs, tried against a sandbox.
///
/// Exit codes: 0 fine (warnings allowed), 1 errors, denied findings or failed work, 2 wrong usage or unreadable input.
#[derive(Parser, Debug)]
#[command(name = "lavka", version, propagate_version = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Calls every operation through its typed client against the embedded sandbox, in every wire format
    Demo(Demo),
    /// Writes the Rust source of clients and models from specs
    Generate(Generate),
    /// Takes a payload through its typed model, from one format to another
    Convert(Convert),
    /// Calls one operation and prints its typed reply as JSON
    Call(Call),
    /// Serves the APIs on loopback, answered from their specs
    Sandbox(Sandbox),
    /// Prints every finding in specs, with file, line and column
    Lint(Lint),
    /// Prints a spec and every file that it refers to as one plain OpenAPI document, for other tools
    Bundle(Bundle),
    /// Explains a finding's code: what it means and how to fix it
    Explain(Explain),
    /// Compares two versions of specs: what a change does to JSON and XML callers, Rust programs and behaviour
    Diff(Diff),
    /// Writes the same comparison as one HTML page
    Review(Review),
}

#[derive(clap::Args, Debug)]
pub(crate) struct Demo {
    /// Only these APIs; all by default
    pub(crate) apis: Vec<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Generate {
    /// A document, or a folder of documents, instead of --specs
    #[arg(value_name = "SPEC", conflicts_with = "specs")]
    pub(crate) spec: Option<PathBuf>,
    /// Write nothing; exit with 1 where a file would change, and name it and its spec
    #[arg(long)]
    pub(crate) check: bool,
    /// The folder of the specs, or one spec
    #[arg(long, value_name = "DIR", default_value = "specs")]
    pub(crate) specs: PathBuf,
    /// Where the modules go [default: generated/src, and sandbox/src for what the sandbox embeds]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Write a package that builds alone: source, Cargo.toml and README.md; the last two only where they are missing
    #[arg(long = "crate", value_name = "DIR", conflicts_with = "out")]
    pub(crate) package: Option<PathBuf>,
    /// The package's name, of which its user agent is made [default: that of the folder]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// The folder of lavka-runtime, for the printed and written dependencies [default: the registry's]
    #[arg(long, value_name = "DIR")]
    pub(crate) runtime: Option<PathBuf>,
    /// Write nothing; print which files would be written, how many operations are in, and all warnings
    #[arg(long, conflicts_with = "check")]
    pub(crate) dry_run: bool,
    /// Only these operations: an operationId, tag:NAME, path:/BEGINNING, or `get /PATH` of one without an id; may be repeated
    #[arg(long, value_name = "CHOICE")]
    pub(crate) only: Vec<String>,
    /// The folder, around the spec, of which references may name files [default: that of the spec]
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// An OpenAPI Overlay, applied after the one beside the spec; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) overlay: Vec<PathBuf>,
    /// Print the places whose Rust type knows less than their schema
    #[arg(long)]
    pub(crate) report_untyped: bool,
    /// Refuse a spec of which anything would be left out; always so for this project's own specs
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Side {
    Request,
    Response,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum WireFormat {
    Json,
    Xml,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TargetFormat {
    Json,
    Xml,
    Debug,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Convert {
    /// The API, for instance digiseller
    pub(crate) api: String,
    /// The operation, for instance create_book
    pub(crate) operation: String,
    /// Whose payload it is
    pub(crate) side: Side,
    /// Which reply, by its HTTP status; the one of success by default
    #[arg(long, value_name = "N")]
    pub(crate) status: Option<u16>,
    /// Format of the input
    #[arg(long)]
    pub(crate) from: WireFormat,
    /// Format of the output
    #[arg(long)]
    pub(crate) to: TargetFormat,
    /// Leave out fields that the request's model does not have, and say which
    #[arg(long)]
    pub(crate) ignore_unknown: bool,
    /// The payload; the standard input where it is absent or `-`
    pub(crate) file: Option<PathBuf>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Call {
    /// The API, for instance digiseller
    pub(crate) api: String,
    /// The operation, for instance create_book
    pub(crate) operation: String,
    /// Parameters and parts of a form: NAME=VALUE, or NAME=@FILE for a file
    #[arg(value_name = "NAME=VALUE")]
    pub(crate) params: Vec<String>,
    /// File with the request's body; `-` for the standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) body: Option<PathBuf>,
    /// Leave out fields that the request's model does not have, and say which
    #[arg(long)]
    pub(crate) ignore_unknown: bool,
    /// Format of the body, and of the wire
    #[arg(long, default_value = "json")]
    pub(crate) format: WireFormat,
    /// Where the API is served [default: the spec's first server]
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// A variable of the spec's base URL, for instance shop=my-shop
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) variable: Vec<String>,
    /// Allow plain HTTP to a host that is not loopback
    #[arg(long)]
    pub(crate) allow_plaintext: bool,
    /// Print the request, secrets masked, and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Sandbox {
    /// Only these APIs; all by default
    pub(crate) apis: Vec<String>,
    /// Port of the first API, the others follow; 0 lets the system choose
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    Text,
    Json,
    Github,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Lint {
    /// Specs, or folders of specs
    #[arg(default_value = "specs")]
    pub(crate) paths: Vec<PathBuf>,
    /// The folder, around the specs, of which references may name files [default: that of each spec]
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// How findings are printed
    #[arg(long, default_value = "text")]
    pub(crate) format: ReportFormat,
    /// Exceptions: a YAML or JSON list of `rule`, `at` (a JSON pointer into the spec) and `reason`. One that matches no finding is a finding
    #[arg(long, value_name = "FILE")]
    pub(crate) exceptions: Option<PathBuf>,
    /// Exit with 1 for warnings too; errors always do
    #[arg(long, value_name = "warnings")]
    pub(crate) deny: Option<Denied>,
    /// Print every finding; otherwise the first five of each rule that costs nothing of the bindings, where the format is text
    #[arg(long)]
    pub(crate) all: bool,
}

/// What `lint` does not let pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Denied {
    Warnings,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Bundle {
    /// The spec
    pub(crate) spec: PathBuf,
    /// The folder, around the spec, of which references may name files [default: that of the spec]
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// OpenAPI Overlays, applied in order after the one beside the spec
    #[arg(long, value_name = "FILE")]
    pub(crate) overlay: Vec<PathBuf>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Explain {
    /// The code of a finding
    pub(crate) code: String,
}

/// What is compared: BASE HEAD, or `--base REV` and a path of the work tree.
#[derive(clap::Args, Debug)]
pub(crate) struct Compared {
    /// BASE and HEAD: a file, a folder, or REV:PATH in git; with --base, the path of the work tree [default: specs]
    #[arg(value_name = "BASE HEAD", num_args = 0..=2)]
    pub(crate) paths: Vec<String>,
    /// Compare the work tree with this revision in git
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,
    /// Accepted findings [default: lavka-accept.yaml, where there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) accept: Option<PathBuf>,
    /// Exit with 1 where a finding has this level, and neither the version number nor an acceptance allows it
    #[arg(long, value_name = "LEVEL")]
    pub(crate) fail_on: Option<FailOn>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Breaking,
    Risky,
    Compatible,
    Documentation,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    Text,
    Json,
    Markdown,
    Github,
    Changelog,
    Html,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Diff {
    #[command(flatten)]
    pub(crate) compared: Compared,
    /// How findings are printed
    #[arg(long, default_value = "text")]
    pub(crate) format: DiffFormat,
    /// Also write the findings to a file, for instance markdown=comment.md; may be repeated
    #[arg(long, value_name = "FORMAT=FILE")]
    pub(crate) write: Vec<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Review {
    #[command(flatten)]
    pub(crate) compared: Compared,
    /// The page
    #[arg(short, long, value_name = "FILE", default_value = "review.html")]
    pub(crate) output: PathBuf,
}
