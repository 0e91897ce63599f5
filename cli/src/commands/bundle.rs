//! `lavka bundle`

use std::process::ExitCode;

use lavka_model::bundle::{not_openapi, plain_document};
use lavka_model::source;

use crate::args::Bundle;
use crate::output;

pub(crate) fn run(args: &Bundle) -> Result<ExitCode, String> {
    let (source, mut findings) =
        source::load_within(&args.spec, args.folder.as_deref(), &args.overlay);
    let (document, found) = plain_document(&source);
    findings.extend(found);
    if let Some(root) = source.root()
        && let Some(finding) = not_openapi(root)
    {
        findings.push(finding);
        output::note(&findings.to_text());
        return Ok(ExitCode::from(2));
    }
    output::note(&findings.to_text());
    let Some(document) = document else {
        return Ok(ExitCode::from(2));
    };
    output::data(document.to_json_text().as_bytes())?;
    Ok(if findings.has_errors() {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    })
}
