//! `lavka call`: one operation, its parameters as arguments, its typed reply as JSON.

mod dry_run;
mod progress;

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use lavka::dynamic::{Api, BeforeSend, BodyShape, DynamicError, Entry, Input, Settings, Side};
use lavka::{ErrorKind, Format, Upload};
use serde_json::Value;

use crate::args::{Call, WireFormat};
use crate::given::Lost;
use crate::output;

pub(crate) fn run(args: &Call) -> Result<ExitCode, String> {
    let prepared = super::api(&args.api).and_then(|api| {
        let entry = super::operation(api, &args.operation)?;
        Ok((api, entry, parameters(args, entry)?))
    });
    let (api, entry, mut input) = match prepared {
        Ok(prepared) => prepared,
        Err(message) => {
            return Ok(output::usage(&message));
        }
    };
    let format = match args.format {
        WireFormat::Json => Format::Json,
        WireFormat::Xml => Format::Xml,
    };
    if matches!(entry.body, BodyShape::Value | BodyShape::Wrapped(_)) {
        if args.body.is_none() && std::io::stdin().is_terminal() {
            return Ok(output::usage(&format!(
                "`{}` needs a body: --body FILE, or the standard input",
                args.operation
            )));
        }
        let bytes = match super::read(args.body.as_deref()) {
            Ok(bytes) => bytes,
            Err(message) => return Ok(output::usage(&message)),
        };
        if args.body.is_none() && bytes.trim_ascii().is_empty() {
            return Err(format!(
                "in the body: the standard input is empty, and `{}` needs one: give it there, or with --body FILE",
                args.operation
            ));
        }
        if let Some(found) = other_format(format, &bytes) {
            let text = format!(
                "the body is {found}, not {format}: give it with --format {}",
                found.to_string().to_lowercase()
            );
            return Ok(output::usage(&text));
        }
        if entry.body == BodyShape::Value {
            let payload = api
                .payload(&args.operation, Side::Request, format, &bytes)
                .map_err(|e| format!("in the body: {e}"))?;
            let lost = super::lost(format, &bytes, &payload)?;
            super::report(&lost, &args.operation, args.ignore_unknown)?;
        }
        input.body = Some((format, bytes));
    }
    super::block_on(call(api, entry, args, format, input))
}

/// The format of a body that is not the one that was asked for.
fn other_format(format: Format, body: &[u8]) -> Option<Format> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    match (format, body.trim_ascii_start().first()?) {
        (Format::Json, b'<') => Some(Format::Xml),
        (Format::Xml, b'{' | b'[') => Some(Format::Json),
        _ => None,
    }
}

async fn call(
    api: &'static dyn Api,
    entry: &'static Entry,
    args: &Call,
    format: Format,
    input: Input,
) -> Result<ExitCode, String> {
    let dry_run = args.dry_run.then(dry_run::DryRun::default);
    let credentials = |name: &str| {
        environment(api.name(), name)
            .or_else(|| dry_run.is_some().then(|| placeholder(name).to_owned()))
    };
    let names = api.credentials().iter().copied().flatten();
    // An id is not a secret, and masking its digits everywhere would make the output unreadable.
    let secrets = || {
        names
            .filter(|name| !is_id(name))
            .filter_map(|name| environment(api.name(), name))
            .collect()
    };
    let variables = variables(args)?;
    let printed = dry_run
        .as_ref()
        .map(|dry_run| dry_run.before_send(secrets()));
    let settings = Settings {
        base_url: args.base_url.as_deref(),
        variables: &variables,
        servers: &[],
        format,
        // What is not sent may be shown.
        allow_plaintext: args.allow_plaintext || args.dry_run,
        credentials: &credentials,
        before_send: complete(args, entry, &input, printed),
    };
    let client = match api.client(&settings) {
        Ok(client) => client,
        Err(error) => {
            // The builder's methods are options here.
            let options = "`--base-url URL`, `--variable NAME=VALUE`, `--allow-plaintext`";
            let text = format!("{error} (options of the command: {options})");
            return Ok(output::usage(&text));
        }
    };
    let result = client.call(entry.operation.id, &input).await;
    if let Some(request) = dry_run.as_ref().and_then(dry_run::DryRun::request) {
        output::data(request.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let reply = match result {
        Ok(reply) => reply,
        Err(error @ DynamicError::Parameter(_)) => {
            return Ok(output::usage(&error.to_string()));
        }
        Err(DynamicError::Call(call)) if call.kind() == ErrorKind::Configuration => {
            return Err(format!("{call}{}", hint(api, &credentials)));
        }
        Err(error) => return Err(error.to_string()),
    };
    super::left_out(&reply.lenient);
    output::line(&reply.text)?;
    Ok(ExitCode::SUCCESS)
}

/// Holds what is about to be sent in a wrapping against the body that was given; then comes `next`. `None` where there is no
/// wrapping: such a body has been checked before.
fn complete(
    args: &Call,
    entry: &Entry,
    input: &Input,
    next: Option<BeforeSend>,
) -> Option<BeforeSend> {
    let (BodyShape::Wrapped(property), Some((Format::Json, given))) = (entry.body, &input.body)
    else {
        return next;
    };
    let given = given.clone();
    let operation = args.operation.clone();
    let ignore_unknown = args.ignore_unknown;
    Some(Arc::new(move |request| {
        let sent = request.body().and_then(|body| body.as_bytes());
        let sent: Option<Value> = sent.and_then(|bytes| serde_json::from_slice(bytes).ok());
        if let Some(sent) = sent.as_ref().and_then(|sent| sent.get(property)) {
            let lost = Lost::between(Format::Json, &given, sent.to_string().as_bytes())?;
            super::report(&lost, &operation, ignore_unknown)?;
        }
        next.as_ref().map_or(Ok(()), |next| next(request))
    }))
}

/// `--variable NAME=VALUE`.
fn variables(args: &Call) -> Result<Vec<(String, String)>, String> {
    let pair = |text: &String| {
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| format!("--variable: expected NAME=VALUE, found `{text}`"))?;
        Ok((name.to_owned(), value.to_owned()))
    };
    args.variable.iter().map(pair).collect()
}

/// `NAME=VALUE` and `NAME=@FILE` as parameters and files.
fn parameters(args: &Call, entry: &Entry) -> Result<Input, String> {
    let mut input = Input::default();
    let mut seen = BTreeSet::new();
    for argument in &args.params {
        let (name, value) = argument
            .split_once('=')
            .ok_or_else(|| format!("expected NAME=VALUE, found `{argument}`"))?;
        let param = entry
            .params
            .iter()
            .find(|p| p.name == name)
            .ok_or_else(|| unknown(entry, name))?;
        match value.strip_prefix('@') {
            Some(file) if param.file => {
                if !Path::new(file).is_file() {
                    return Err(format!("there is no file {file}"));
                }
                input
                    .files
                    .insert(name.to_owned(), progress::shown(Upload::path(file), file));
            }
            None if param.file => return Err(format!("`{name}` is a file: {name}=@FILE")),
            _ => {
                input.params.insert(name.to_owned(), value.to_owned());
            }
        }
        if !seen.insert(name) {
            return Err(format!("duplicate argument `{name}`"));
        }
    }
    if args.body.is_some() && matches!(entry.body, BodyShape::None | BodyShape::Form) {
        return Err(format!("`{}` takes no --body", entry.operation.id));
    }
    for param in entry.params.iter().filter(|p| p.required) {
        if !input.params.contains_key(param.name) && !input.files.contains_key(param.name) {
            let form = if param.file { "@FILE" } else { "VALUE" };
            return Err(format!(
                "`{}` needs {}={form}: {}",
                entry.operation.id, param.name, param.summary
            ));
        }
    }
    Ok(input)
}

fn unknown(entry: &Entry, name: &str) -> String {
    let names: Vec<&str> = entry.params.iter().map(|p| p.name).collect();
    match names.as_slice() {
        [] => format!("`{}` has no parameters", entry.operation.id),
        names => format!(
            "`{}` has no parameter `{name}`; it has {}",
            entry.operation.id,
            names.join(", ")
        ),
    }
}

/// `LAVKA_<API>_<NAME>`.
fn variable(api: &str, name: &str) -> String {
    format!("LAVKA_{}_{}", api.to_uppercase(), name.to_uppercase())
}

/// A stand-in for a credential; some are numbers.
fn placeholder(name: &str) -> &'static str {
    if is_id(name) {
        "0"
    } else {
        dry_run::PLACEHOLDER
    }
}

/// Whether the credential with this name is a number that identifies the caller, and not a secret.
fn is_id(name: &str) -> bool {
    name.ends_with("_id")
}

fn environment(api: &str, name: &str) -> Option<String> {
    std::env::var(variable(api, name))
        .ok()
        .filter(|value| !value.is_empty())
}

/// Which variables hold credentials, where none are set.
fn hint(api: &dyn Api, credentials: &dyn Fn(&str) -> Option<String>) -> String {
    let sets = api.credentials();
    if sets.is_empty()
        || sets
            .iter()
            .any(|set| set.iter().all(|name| credentials(name).is_some()))
    {
        return String::new();
    }
    let sets: Vec<String> = sets
        .iter()
        .map(|set| {
            set.iter()
                .map(|name| variable(api.name(), name))
                .collect::<Vec<_>>()
                .join(" and ")
        })
        .collect();
    format!(
        " (credentials come from the environment: {})",
        sets.join(", or ")
    )
}
