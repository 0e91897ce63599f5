//! `lavka demo`: every operation, through its typed client, over a socket, in every wire format.

mod compare;
mod plan;
mod table;

use std::process::ExitCode;
use std::time::Instant;

use lavka::Format;
use lavka::dynamic::{Api, Output, Settings};
use lavka_sandbox::{Recorded, Sandbox};

use crate::{args, output};
use compare::Spec;
use plan::Call;
use table::Row;

pub(crate) fn run(args: &args::Demo) -> Result<ExitCode, String> {
    let mut apis = Vec::new();
    for name in &args.apis {
        match super::api(name) {
            Ok(api) => apis.push(api),
            Err(message) => {
                return Ok(output::usage(&message));
            }
        }
    }
    if apis.is_empty() {
        apis = lavka::apis();
    }
    super::block_on(demo(apis))
}

async fn demo(apis: Vec<&'static dyn Api>) -> Result<ExitCode, String> {
    let started = Instant::now();
    let builder = apis
        .iter()
        .fold(Sandbox::builder(), |builder, api| builder.api(api.name()));
    let sandbox = builder.start().await.map_err(|e| e.to_string())?;
    let mut rows = Vec::new();
    for api in &apis {
        let spec = Spec::of(api.name())?;
        let built_in = lavka_sandbox::Api::built_in(api.name()).map_err(|e| e.to_string())?;
        for call in plan::calls(*api)? {
            rows.push(make(&sandbox, *api, &built_in, &spec, call).await);
        }
    }
    sandbox.stop().await;
    table::print(&rows, started.elapsed())?;
    let failed = rows.iter().any(|row| row.problem.is_some());
    Ok(if failed {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    })
}

/// Makes one call and compares both sides of the socket with the samples.
async fn make(
    sandbox: &Sandbox,
    api: &dyn Api,
    built_in: &lavka_sandbox::Api,
    spec: &Spec,
    call: Call,
) -> Row {
    let url = sandbox.url(api.name());
    let standard = |name: &str| built_in.credential(name);
    let credential = |name: &str| call.credential(name).or_else(|| standard(name));
    let settings = Settings {
        base_url: Some(&url),
        variables: &[],
        servers: &[],
        format: call.format,
        allow_plaintext: false,
        credentials: &credential,
        before_send: None,
    };
    let client = api.client(&settings);
    let started = Instant::now();
    let result = match &client {
        Ok(client) => client
            .call(call.entry.operation.id, &call.input)
            .await
            .map_err(|e| e.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let time = started.elapsed();
    // A login that the client made for itself comes before the call.
    let recorded = sandbox.take_requests().pop();
    let problem = match &call.missing {
        Some(missing) => Some(missing.clone()),
        None => judge(spec, &call, recorded.as_ref(), &result).err(),
    };
    let came_back = match &result {
        Ok(output) => compare::brief(&output.json),
        Err(error) => error.clone(),
    };
    Row {
        api: api.name().to_owned(),
        operation: call.entry.operation.id.to_owned(),
        documented: call.entry.documented,
        format: match (call.has_body(), call.entry.body) {
            (_, lavka::dynamic::BodyShape::Form) => format!("form, {}", call.format),
            (false, _) => "no body".to_owned(),
            (true, _) => call.format.to_string(),
        },
        request: recorded.as_ref().map_or_else(
            || "nothing was sent".to_owned(),
            |r| request_line(r, &credential),
        ),
        status: recorded.as_ref().map(|r| r.status),
        came_back,
        time,
        problem,
    }
}

fn judge(
    spec: &Spec,
    call: &Call,
    recorded: Option<&Recorded>,
    result: &Result<Output, String>,
) -> Result<(), String> {
    let output = result.as_ref().map_err(Clone::clone)?;
    let recorded = recorded.ok_or("the sandbox saw no request")?;
    if !call.entry.statuses.contains(&recorded.status) {
        return Err(format!(
            "expected one of the statuses {:?}, found {}",
            call.entry.statuses, recorded.status
        ));
    }
    spec.check_request(call, recorded)?;
    spec.check_reply(call, recorded.status, output)
}

/// The request line, credentials masked.
fn request_line(recorded: &Recorded, credential: &dyn Fn(&str) -> Option<String>) -> String {
    let mut path = recorded.path_and_query.clone();
    for name in ["token", "password", "api_key"] {
        if let Some(secret) = credential(name) {
            path = path.replace(&secret, "***");
        }
    }
    format!("{} {path}", recorded.method)
}

/// The format's name in a file's ending.
fn extension(format: Format) -> lavka_sandbox::SampleFormat {
    match format {
        Format::Json => lavka_sandbox::SampleFormat::Json,
        Format::Xml => lavka_sandbox::SampleFormat::Xml,
    }
}
