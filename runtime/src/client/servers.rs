//! Where operations are served that have servers of their own.

use url::Url;

use super::{Core, Operation};
use crate::{Error, ErrorKind};

impl Core {
    /// The base URL of an operation that names this server, without a slash at its end.
    pub(super) fn server(&self, operation: &Operation, server: &str) -> Result<String, Error> {
        let wrong = |text: String| Error::new(operation, ErrorKind::Configuration, text).unsent();
        let given = self
            .shared
            .servers
            .iter()
            .find(|(declared, _)| same(declared, server));
        if let Some((_, url)) = given {
            return Ok(without_slash(url));
        }
        let base = Url::parse(&format!("{}/", self.base_url()))
            .map_err(|error| wrong(error.to_string()))?;
        let url = base
            .join(server)
            .map_err(|error| wrong(format!("the server `{server}` is not a URL: {error}")))?;
        if url.origin() == base.origin() {
            return Ok(without_slash(&url));
        }
        // Credentials go only where the caller has said.
        Err(wrong(format!(
            "the operation is served at {server}, which is not the host of the client's base URL: allow it with `allow_server({server:?})`, or say with `server` where it is"
        )))
    }
}

fn same(declared: &str, server: &str) -> bool {
    declared.trim_end_matches('/') == server.trim_end_matches('/')
}

fn without_slash(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}
