//! A dry run: the request is printed as it would be sent, secrets masked, and kept from being sent.

use std::sync::{Arc, Mutex, PoisonError};

use lavka::Secret;
use lavka::dynamic::{BeforeSend, REDACTED, mask_secrets};
use lavka::reqwest::Request;

/// What stands for a credential that is not set: a dry run needs none.
pub(super) const PLACEHOLDER: &str = "***";

/// Keeps the request that was not sent.
#[derive(Clone, Default)]
pub(super) struct DryRun {
    printed: Arc<Mutex<Option<String>>>,
}

impl DryRun {
    /// For the client's settings. `secrets` are masked wherever they occur.
    pub(super) fn before_send(&self, secrets: Vec<String>) -> BeforeSend {
        let printed = Arc::clone(&self.printed);
        Arc::new(move |request| {
            let text = mask(&print(request), &secrets);
            *printed.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
            Err("a dry run sends nothing".to_owned())
        })
    }

    /// The request; `None` where none was about to be sent.
    pub(super) fn request(&self) -> Option<String> {
        self.printed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

fn print(request: &Request) -> String {
    let mut out = format!("{} {}\n", request.method(), request.url());
    for (name, value) in request.headers() {
        let value = if value.is_sensitive() {
            PLACEHOLDER
        } else {
            value.to_str().unwrap_or("(not text)")
        };
        out.push_str(&format!("{name}: {value}\n"));
    }
    match request.body().map(|body| body.as_bytes()) {
        None | Some(Some([])) => {}
        Some(Some(bytes)) => {
            out.push('\n');
            out.push_str(&String::from_utf8_lossy(bytes));
            out.push('\n');
        }
        Some(None) => out.push_str("\n(a form, streamed)\n"),
    }
    out
}

/// Secrets become the placeholder in every spelling, and so does the placeholder as a URL spells it.
fn mask(text: &str, secrets: &[String]) -> String {
    let mut out = text.to_owned();
    mask_secrets(
        &mut out,
        secrets.iter().map(|secret| Secret::from(&**secret)),
    );
    out.replace(REDACTED, PLACEHOLDER)
        .replace("%2A%2A%2A", PLACEHOLDER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_verbatim_and_in_a_query() {
        let text = mask(
            "POST https://a.example/x?token=s%2F1%202\n\n{\"token\":\"s/1 2\"}",
            &["s/1 2".to_owned()],
        );
        assert_eq!(
            text,
            "POST https://a.example/x?token=***\n\n{\"token\":\"***\"}"
        );
    }

    #[test]
    fn secrets_are_masked_in_json() {
        let text = mask(r#"{"token":"a\"b\\c"}"#, &["a\"b\\c".to_owned()]);
        assert_eq!(text, r#"{"token":"***"}"#);
    }
}
