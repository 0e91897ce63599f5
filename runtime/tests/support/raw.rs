//! A raw client in the form that progenitor prints, made by hand for a shop that does not exist.

use lavka_runtime::client::Hooks;
use progenitor_client::{
    ByteStream, ClientHooks, ClientInfo, Error, OperationInfo, QueryParam, ResponseValue,
    encode_path,
};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

#[derive(Clone, Debug)]
pub struct Client {
    baseurl: String,
    client: reqwest::Client,
    inner: Hooks,
}

impl ClientInfo<Hooks> for Client {
    fn api_version() -> &'static str {
        "1"
    }
    fn baseurl(&self) -> &str {
        &self.baseurl
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &Hooks {
        &self.inner
    }
}

type Answer = Result<ResponseValue<ByteStream>, Error<ByteStream>>;

impl Client {
    pub fn new_with_client(baseurl: &str, client: reqwest::Client, inner: Hooks) -> Self {
        Self {
            baseurl: baseurl.to_string(),
            client,
            inner,
        }
    }

    async fn run(
        &self,
        id: &'static str,
        request: reqwest::RequestBuilder,
        headers: &[(&'static str, &str)],
    ) -> Answer {
        let mut map = HeaderMap::new();
        map.append(
            HeaderName::from_static("api-version"),
            HeaderValue::from_static(Self::api_version()),
        );
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), value.to_string().try_into()?);
        }
        let mut request = request.headers(map).build()?;
        let info = OperationInfo { operation_id: id };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => Ok(ResponseValue::stream(response)),
            _ => Err(Error::ErrorResponse(ResponseValue::stream(response))),
        }
    }

    pub async fn edit_book<'a, B: Into<reqwest::Body>>(
        &'a self,
        product_id: i64,
        token: &'a str,
        accept: &'a str,
        content_type: &'a str,
        body: B,
    ) -> Answer {
        let url = format!(
            "{}/api/product/edit/book/{}",
            self.baseurl,
            encode_path(&product_id.to_string())
        );
        let request = self
            .client
            .post(url)
            .query(&QueryParam::new("token", &token))
            .body(body);
        self.run(
            "edit_book",
            request,
            &[("accept", accept), ("content-type", content_type)],
        )
        .await
    }

    pub async fn list_books<'a>(
        &'a self,
        shelf: &'a str,
        page: Option<&'a str>,
        token: &'a str,
        accept: &'a str,
    ) -> Answer {
        let url = format!("{}/api/shelves/{}/books", self.baseurl, encode_path(shelf));
        let request = self
            .client
            .get(url)
            .query(&QueryParam::new("page", &page))
            .query(&QueryParam::new("token", &token));
        self.run("list_books", request, &[("accept", accept)]).await
    }

    pub async fn get_shop<'a>(&'a self, accept: &'a str) -> Answer {
        self.run(
            "get_shop",
            self.client.get(format!("{}/shop", self.baseurl)),
            &[("accept", accept)],
        )
        .await
    }

    pub async fn delete_book<'a>(
        &'a self,
        product_id: i64,
        accept: &'a str,
        authorization: &'a str,
    ) -> Answer {
        let url = format!("{}/api/product/{}", self.baseurl, product_id);
        self.run(
            "delete_book",
            self.client.delete(url),
            &[("accept", accept), ("authorization", authorization)],
        )
        .await
    }

    pub async fn create_order<'a, B: Into<reqwest::Body>>(
        &'a self,
        accept: &'a str,
        content_type: &'a str,
        body: B,
    ) -> Answer {
        let request = self
            .client
            .post(format!("{}/orders", self.baseurl))
            .body(body);
        self.run(
            "create_order",
            request,
            &[("accept", accept), ("content-type", content_type)],
        )
        .await
    }

    pub async fn add_asset<'a, B: Into<reqwest::Body>>(
        &'a self,
        token: &'a str,
        accept: &'a str,
        content_type: &'a str,
        body: B,
    ) -> Answer {
        let request = self
            .client
            .post(format!("{}/assets", self.baseurl))
            .query(&QueryParam::new("token", &token))
            .body(body);
        self.run(
            "add_asset",
            request,
            &[("accept", accept), ("content-type", content_type)],
        )
        .await
    }

    pub async fn login<'a, B: Into<reqwest::Body>>(
        &'a self,
        accept: &'a str,
        content_type: &'a str,
        body: B,
    ) -> Answer {
        let request = self
            .client
            .post(format!("{}/api/apilogin", self.baseurl))
            .body(body);
        self.run(
            "login",
            request,
            &[("accept", accept), ("content-type", content_type)],
        )
        .await
    }
}
