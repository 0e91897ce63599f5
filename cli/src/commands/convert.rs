//! `lavka convert`

use std::process::ExitCode;

use lavka::Format;
use lavka::dynamic;

use crate::args::{Convert, Side, TargetFormat, WireFormat};
use crate::output;

pub(crate) fn run(args: &Convert) -> Result<ExitCode, String> {
    let api = match super::api(&args.api) {
        Ok(api) => api,
        Err(message) => return Ok(output::usage(&message)),
    };
    if let Err(message) = super::operation(api, &args.operation) {
        return Ok(output::usage(&message));
    }
    let side = match (args.side, args.status) {
        (Side::Request, None) => dynamic::Side::Request,
        (Side::Request, Some(_)) => return Ok(output::usage("a request has no --status")),
        (Side::Response, status) => dynamic::Side::Response(status),
    };
    let from = match args.from {
        WireFormat::Json => Format::Json,
        WireFormat::Xml => Format::Xml,
    };
    let bytes = match super::read(args.file.as_deref()) {
        Ok(bytes) => bytes,
        Err(message) => return Ok(output::usage(&message)),
    };
    let payload =
        dynamic::read(api, &args.operation, side, from, &bytes).map_err(|e| e.to_string())?;
    super::left_out(payload.lenient());
    if side == dynamic::Side::Request {
        let lost = super::lost(from, &bytes, &payload)?;
        super::report(&lost, &args.operation, args.ignore_unknown)?;
    }
    let mut out = match args.to {
        TargetFormat::Json => payload.to_json(),
        TargetFormat::Xml => payload.to_xml(),
        TargetFormat::Debug => Ok(payload.debug().into_bytes()),
    }
    .map_err(|e| e.to_string())?;
    if out.last() != Some(&b'\n') {
        out.push(b'\n');
    }
    output::data(&out)?;
    Ok(ExitCode::SUCCESS)
}
