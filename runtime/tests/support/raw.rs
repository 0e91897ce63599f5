//! A raw client in the form that is generated, made by hand for a shop that does not exist.

use lavka_runtime::client::{Hooks, ParamText, RawParts, RawRequest};
use reqwest::{Body, Method};

#[derive(Clone, Debug)]
pub struct Client {
    baseurl: String,
    client: reqwest::Client,
    inner: Hooks,
}

impl Client {
    pub fn new_with_client(baseurl: &str, client: reqwest::Client, inner: Hooks) -> Self {
        Self {
            baseurl: baseurl.to_string(),
            client,
            inner,
        }
    }

    pub fn inner(&self) -> &Hooks {
        &self.inner
    }

    fn request(
        &self,
        method: Method,
        path: (&str, &[&dyn ParamText]),
        query: &[(&str, &dyn ParamText)],
        headers: &[(&str, &dyn ParamText)],
        body: Option<Body>,
    ) -> RawRequest<'_> {
        RawRequest::new(RawParts {
            client: &self.client,
            hooks: &self.inner,
            base_url: &self.baseurl,
            method,
            path: path.0,
            segments: path.1,
            query,
            headers,
            body,
        })
    }

    pub fn edit_book(
        &self,
        product_id: i64,
        token: &str,
        accept: &str,
        content_type: &str,
        body: Body,
    ) -> RawRequest<'_> {
        self.request(
            Method::POST,
            ("/api/product/edit/book/{product_id}", &[&product_id]),
            &[("token", &token)],
            &[("Accept", &accept), ("Content-Type", &content_type)],
            Some(body),
        )
    }

    pub fn list_books(
        &self,
        shelf: &str,
        page: Option<&str>,
        token: &str,
        accept: &str,
    ) -> RawRequest<'_> {
        self.request(
            Method::GET,
            ("/api/shelves/{shelf}/books", &[&shelf]),
            &[("page", &page), ("token", &token)],
            &[("Accept", &accept)],
            None,
        )
    }

    pub fn get_shop(&self, accept: &str) -> RawRequest<'_> {
        self.request(
            Method::GET,
            ("/shop", &[]),
            &[],
            &[("Accept", &accept)],
            None,
        )
    }

    pub fn delete_book(
        &self,
        product_id: i64,
        accept: &str,
        authorization: &str,
    ) -> RawRequest<'_> {
        self.request(
            Method::DELETE,
            ("/api/product/{product_id}", &[&product_id]),
            &[],
            &[("Accept", &accept), ("Authorization", &authorization)],
            None,
        )
    }

    pub fn create_order(&self, accept: &str, content_type: &str, body: Body) -> RawRequest<'_> {
        self.post("/orders", &[], accept, content_type, body)
    }

    pub fn add_asset(
        &self,
        token: &str,
        accept: &str,
        content_type: &str,
        body: Body,
    ) -> RawRequest<'_> {
        self.post("/assets", &[("token", &token)], accept, content_type, body)
    }

    pub fn login(&self, accept: &str, content_type: &str, body: Body) -> RawRequest<'_> {
        self.post("/api/apilogin", &[], accept, content_type, body)
    }

    fn post(
        &self,
        path: &str,
        query: &[(&str, &dyn ParamText)],
        accept: &str,
        content_type: &str,
        body: Body,
    ) -> RawRequest<'_> {
        self.request(
            Method::POST,
            (path, &[]),
            query,
            &[("Accept", &accept), ("Content-Type", &content_type)],
            Some(body),
        )
    }
}
