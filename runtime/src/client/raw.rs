//! What the methods of a raw client make: a request that is sent when it is awaited.
//!
//! A generated method only says what differs from operation to operation. All the rest stands here and is compiled once,
//! with this crate: a method that was itself an `async fn` would be compiled in every program that calls it.

use std::fmt;
use std::future::IntoFuture;

use progenitor_client::{ByteStream, Error as RawError, ResponseValue};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Body, Client, Method, Request};

use super::request::is_no_segment;
use super::{BoxFuture, Hooks, encode};

/// What a raw request answers: the reply of a success with its body still to be read, or why there is none.
pub type RawResult = Result<ResponseValue<ByteStream>, RawError<ByteStream>>;

/// A value of a parameter, as texts: none where it is absent, several for a list. For generated code.
pub trait ParamText {
    /// Gives each text.
    fn texts(&self, take: &mut dyn FnMut(&str));
}

impl ParamText for str {
    fn texts(&self, take: &mut dyn FnMut(&str)) {
        take(self);
    }
}

impl ParamText for String {
    fn texts(&self, take: &mut dyn FnMut(&str)) {
        take(self);
    }
}

impl ParamText for i32 {
    fn texts(&self, take: &mut dyn FnMut(&str)) {
        take(&self.to_string());
    }
}

impl ParamText for i64 {
    fn texts(&self, take: &mut dyn FnMut(&str)) {
        take(&self.to_string());
    }
}

impl ParamText for bool {
    fn texts(&self, take: &mut dyn FnMut(&str)) {
        take(if *self { "true" } else { "false" });
    }
}

impl<T: ParamText> ParamText for Vec<T> {
    fn texts(&self, take: &mut dyn FnMut(&str)) {
        for value in self {
            value.texts(take);
        }
    }
}

impl<T: ParamText> ParamText for Option<T> {
    fn texts(&self, take: &mut dyn FnMut(&str)) {
        if let Some(value) = self {
            value.texts(take);
        }
    }
}

impl<T: ParamText + ?Sized> ParamText for &T {
    fn texts(&self, take: &mut dyn FnMut(&str)) {
        (**self).texts(take);
    }
}

/// What a method of a raw client knows of its request. For generated code.
pub struct RawParts<'a, 'v> {
    /// The transport.
    pub client: &'a Client,
    /// What sees the request before it is sent.
    pub hooks: &'a Hooks,
    /// Where the API is served, without a slash at its end.
    pub base_url: &'a str,
    /// The method.
    pub method: Method,
    /// The path, with a `{name}` for each parameter, in the order of `segments`.
    pub path: &'v str,
    /// The parameters in the path.
    pub segments: &'v [&'v dyn ParamText],
    /// The parameters in the query, by their names.
    pub query: &'v [(&'v str, &'v dyn ParamText)],
    /// The parameters in headers, by their names.
    pub headers: &'v [(&'v str, &'v dyn ParamText)],
    /// The body, where the operation has one. Its type is `application/octet-stream` unless a header says otherwise.
    pub body: Option<Body>,
}

/// A request of a raw client: it is sent when it is awaited, and not before.
#[must_use = "a request is sent when it is awaited"]
pub struct RawRequest<'a> {
    client: &'a Client,
    hooks: &'a Hooks,
    request: Result<Request, RawError<ByteStream>>,
}

impl<'a> RawRequest<'a> {
    /// A request of these parts. What is wrong with them is told when it is awaited. For generated code.
    pub fn new(parts: RawParts<'a, '_>) -> Self {
        Self {
            client: parts.client,
            hooks: parts.hooks,
            request: build(parts),
        }
    }

    /// A request that is made already.
    pub(super) fn ready(
        client: &'a Client,
        hooks: &'a Hooks,
        request: Result<Request, RawError<ByteStream>>,
    ) -> Self {
        Self {
            client,
            hooks,
            request,
        }
    }

    async fn send(self) -> RawResult {
        let mut request = self.request?;
        self.hooks.prepare(&mut request).map_err(RawError::Custom)?;
        let response = self.client.execute(request).await?;
        let good = response.status().is_success();
        let value = ResponseValue::stream(response);
        if good {
            Ok(value)
        } else {
            Err(RawError::ErrorResponse(value))
        }
    }
}

impl<'a> IntoFuture for RawRequest<'a> {
    type Output = RawResult;
    type IntoFuture = BoxFuture<'a, RawResult>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// The method only: path, query and headers may hold secrets.
impl fmt::Debug for RawRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let method = self.request.as_ref().ok().map(Request::method);
        f.debug_struct("RawRequest")
            .field("method", &method)
            .finish_non_exhaustive()
    }
}

// The error's size is progenitor's.
#[allow(clippy::result_large_err)]
fn build(parts: RawParts<'_, '_>) -> Result<Request, RawError<ByteStream>> {
    let mut headers = HeaderMap::with_capacity(parts.headers.len() + 1);
    if parts.body.is_some() {
        let bytes = HeaderValue::from_static("application/octet-stream");
        headers.insert(CONTENT_TYPE, bytes);
    }
    if let Some(encodings) = super::compression::ACCEPTED {
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(encodings));
    }
    for (name, value) in parts.headers {
        append(&mut headers, name, *value).map_err(RawError::InvalidRequest)?;
    }
    let url = url(&parts)?;
    let mut request = parts.client.request(parts.method, url);
    if let Some(body) = parts.body {
        request = request.body(body);
    }
    let mut request = request.build()?;
    if request.headers().is_empty() {
        *request.headers_mut() = headers;
    } else {
        // The base URL held a login.
        request.headers_mut().extend(headers);
    }
    if parts.query.iter().any(|(_, value)| is_present(*value)) {
        let mut pairs = request.url_mut().query_pairs_mut();
        for (name, value) in parts.query {
            value.texts(&mut |text| {
                pairs.append_pair(name, text);
            });
        }
    }
    Ok(request)
}

fn is_present(value: &dyn ParamText) -> bool {
    let mut present = false;
    value.texts(&mut |_| present = true);
    present
}

/// The base URL and the path. Whatever the parameters hold, it has as many segments as the template.
#[allow(clippy::result_large_err)]
fn url(parts: &RawParts<'_, '_>) -> Result<String, RawError<ByteStream>> {
    let length = parts.base_url.len() + parts.path.len() + 24 * parts.segments.len();
    let mut url = String::with_capacity(length);
    url.push_str(parts.base_url);
    let mut values = parts.segments.iter();
    for (index, segment) in parts.path.split('/').enumerate() {
        if index > 0 {
            url.push('/');
        }
        let start = url.len();
        let mut last = None;
        let mut rest = segment;
        while let Some((literal, more)) = rest.split_once('{') {
            let (name, more) = more.split_once('}').unwrap_or((more, ""));
            url.push_str(literal);
            let Some(value) = values.next() else {
                let text = format!("the path {:?} has more parameters than values", parts.path);
                return Err(RawError::Custom(text));
            };
            value.texts(&mut |text| encode::push(&mut url, encode::Part::Url, text));
            last = Some(name);
            rest = more;
        }
        url.push_str(rest);
        let written = url.get(start..).unwrap_or_default();
        if let Some(name) = last
            && is_no_segment(written)
        {
            let text = format!(
                "the path parameter `{name}` makes the path segment {written:?}, which would change the path"
            );
            return Err(RawError::Custom(text));
        }
    }
    Ok(url)
}

fn append(headers: &mut HeaderMap, name: &str, value: &dyn ParamText) -> Result<(), String> {
    let name = HeaderName::from_bytes(name.as_bytes())
        .map_err(|error| format!("the header {name:?}: {error}"))?;
    let mut result = Ok(());
    value.texts(&mut |text| match HeaderValue::from_str(text) {
        Ok(value) if name == CONTENT_TYPE => {
            headers.insert(&name, value);
        }
        Ok(value) => {
            headers.append(&name, value);
        }
        // The value may be a secret.
        Err(error) => result = Err(format!("the header `{name}`: {error}")),
    });
    result
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    fn request(parts: RawParts<'_, '_>) -> Result<Request, String> {
        build(parts).map_err(|error| error.to_string())
    }

    fn with(check: impl FnOnce(RawParts<'_, '_>)) {
        let (client, hooks) = (Client::new(), Hooks::default());
        check(RawParts {
            client: &client,
            hooks: &hooks,
            base_url: "https://shop.example/api",
            method: Method::GET,
            path: "/books",
            segments: &[],
            query: &[],
            headers: &[],
            body: None,
        });
    }

    #[test]
    fn parameters_cannot_leave_their_places() {
        with(|parts| {
            let tags = vec!["a&b".to_owned(), String::new(), "книга".to_owned()];
            let made = request(RawParts {
                path: "/books/{id}/pages/{page}.xml",
                segments: &[&"a\\b/c?d#e %2e", &-7_i64],
                query: &[
                    ("q", &Some("x=1&y")),
                    ("tag", &&tags),
                    ("page", &None::<i32>),
                    ("all", &true),
                ],
                ..parts
            });
            assert_eq!(
                made.expect("a request").url().as_str(),
                "https://shop.example/api/books/a%5Cb%2Fc%3Fd%23e%20%252e/pages/-7.xml\
                 ?q=x%3D1%26y&tag=a%26b&tag=&tag=%D0%BA%D0%BD%D0%B8%D0%B3%D0%B0&all=true"
            );
        });
    }

    #[test]
    fn a_segment_that_would_change_the_path_is_an_error() {
        for (path, values) in [
            ("/books/{id}", &[&"" as &dyn ParamText] as &[&dyn ParamText]),
            ("/books/{id}", &[&"."]),
            ("/books/{id}/pages", &[&".."]),
            ("/books/{id}{kind}", &[&".", &"."]),
            ("/books/.{id}", &[&"."]),
        ] {
            with(|parts| {
                let failed = request(RawParts {
                    path,
                    segments: values,
                    ..parts
                });
                let text = failed.expect_err("no request");
                assert!(text.contains("the path parameter `"), "{text}");
            });
        }
        for (path, value, expected) in [
            ("/books/{id}.xml", ".", "/api/books/..xml"),
            ("/books/{id}.xml", "", "/api/books/.xml"),
            ("/books/{id}", "%2e%2E", "/api/books/%252e%252E"),
            ("/books/{id}", "...", "/api/books/..."),
        ] {
            with(|parts| {
                let made = request(RawParts {
                    path,
                    segments: &[&value],
                    ..parts
                });
                assert_eq!(made.expect("a request").url().path(), expected);
            });
        }
    }

    #[test]
    fn parameters_that_are_absent_leave_no_trace() {
        with(|parts| {
            let made = request(RawParts {
                query: &[("page", &None::<i32>), ("tag", &Vec::<String>::new())],
                headers: &[("X-Shop", &None::<&str>)],
                ..parts
            });
            let made = made.expect("a request");
            assert_eq!(made.url().as_str(), "https://shop.example/api/books");
            assert!(!made.headers().contains_key("x-shop") && made.body().is_none());
        });
    }

    #[test]
    fn a_body_is_bytes_unless_a_header_names_its_type() {
        with(|parts| {
            let made = request(RawParts {
                method: Method::POST,
                body: Some("x".into()),
                ..parts
            });
            let made = made.expect("a request");
            assert_eq!(made.headers()[CONTENT_TYPE], "application/octet-stream");
        });
        with(|parts| {
            let made = request(RawParts {
                method: Method::POST,
                headers: &[("Content-Type", &"text/xml")],
                body: Some("x".into()),
                ..parts
            });
            let made = made.expect("a request");
            let types: Vec<_> = made.headers().get_all(CONTENT_TYPE).iter().collect();
            assert_eq!(types, ["text/xml"]);
            assert_eq!(made.body().and_then(Body::as_bytes), Some(&b"x"[..]));
        });
    }

    #[test]
    fn a_login_in_the_base_url_is_kept_unless_a_header_says_otherwise() {
        for (headers, expected) in [
            (&[][..], "Basic bWU6cHc="),
            (
                &[("Authorization", &"Bearer t" as &dyn ParamText)],
                "Bearer t",
            ),
        ] {
            with(|parts| {
                let made = request(RawParts {
                    base_url: "https://me:pw@shop.example",
                    headers,
                    ..parts
                });
                let made = made.expect("a request");
                let sent: Vec<_> = made.headers().get_all("authorization").iter().collect();
                assert_eq!(sent, [expected]);
            });
        }
    }

    #[test]
    fn what_no_header_can_hold_is_an_error_without_the_value() {
        for (name, value) in [("X-Token", "sec\nret"), ("no name", "x")] {
            with(|parts| {
                let failed = request(RawParts {
                    headers: &[(name, &value)],
                    ..parts
                });
                let text = failed.expect_err("no request");
                assert!(text.contains(name.to_lowercase().as_str()), "{text}");
                assert!(!text.contains("ret"), "{text}");
            });
        }
    }

    #[test]
    fn a_path_with_more_places_than_values_is_an_error() {
        with(|parts| {
            let failed = request(RawParts {
                path: "/books/{id}",
                ..parts
            });
            assert!(failed.is_err());
        });
    }
}
