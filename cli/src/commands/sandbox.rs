//! `lavka sandbox`

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::process::ExitCode;
use std::task::Poll;

use lavka_sandbox::Sandbox;

use crate::{args, output};

pub(crate) fn run(args: &args::Sandbox) -> Result<ExitCode, String> {
    for name in &args.apis {
        if let Err(message) = super::api(name) {
            return Ok(output::usage(&message));
        }
    }
    super::block_on(serve(args))
}

async fn serve(args: &args::Sandbox) -> Result<ExitCode, String> {
    let mut builder = Sandbox::builder().port(args.port);
    builder = if args.apis.is_empty() {
        builder.all()
    } else {
        args.apis.iter().fold(builder, |b, name| b.api(name))
    };
    // Listening for Ctrl+C begins with the first poll, and before anybody can know that the sandbox is there.
    let mut interrupted = pin!(tokio::signal::ctrl_c());
    let early = poll_fn(|context| Poll::Ready(interrupted.as_mut().poll(context))).await;
    if let Poll::Ready(result) = early {
        return waited(result);
    }
    let sandbox = builder.start().await.map_err(|e| e.to_string())?;
    for (api, url) in sandbox.urls() {
        output::line(&format!("{api}\t{url}"))?;
    }
    for (name, _) in sandbox.urls() {
        output::note(&accepted(&name)?);
    }
    output::note("stop with Ctrl+C\n");
    let result = waited(interrupted.await);
    sandbox.stop().await;
    result
}

/// The credentials that the sandbox accepts for an API.
fn accepted(name: &str) -> Result<String, String> {
    let built_in = lavka_sandbox::Api::built_in(name).map_err(|e| e.to_string())?;
    let sets: Vec<String> = super::api(name)?
        .credentials()
        .iter()
        .map(|set| {
            let shown: Vec<String> = set
                .iter()
                .map(|name| format!("{name} `{}`", built_in.credential(name).unwrap_or_default()))
                .collect();
            shown.join(", ")
        })
        .filter(|set| !set.is_empty())
        .collect();
    Ok(match sets.as_slice() {
        [] => format!("{name}: no credentials\n"),
        sets => format!("{name}: {}\n", sets.join(", or ")),
    })
}

/// What waiting for Ctrl+C came to.
fn waited(result: std::io::Result<()>) -> Result<ExitCode, String> {
    match result {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(e) => Err(format!("cannot wait for Ctrl+C: {e}")),
    }
}
