//! A client as lavka-codegen is to emit it, written by hand for a shop that does not exist.

use lavka_runtime::client::{
    Api, ApiClient, Body, BoxFuture, Builder, Call, Core, Credential, Envelope, FailureShape,
    Format, Items, Login, Media, Multipart, Operation, Param, RateLimit, Reply, Scheme, SchemeKind,
    Token, Upload, Usage, Variable, sha256_hex, unix_time,
};
use lavka_runtime::{DateTime, Decimal, Error, Maybe, Secret};

// ---- types.rs -------------------------------------------------------------------------------------------------

/// What a price is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The seller's own shop.
    OwnStore,
    /// The market.
    Market,
    /// A value that this version does not know, as it stands on the wire.
    Unknown(lavka_runtime::Unknown<Owner>),
}
lavka_runtime::integer_enum! { Owner { OwnStore = 0, Market = 1 } }

/// What a price is in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Currency {
    /// Russian rouble.
    Rub,
    /// US dollar.
    Usd,
    /// A value that this version does not know, as it stands on the wire.
    Unknown(lavka_runtime::Unknown<Currency>),
}
lavka_runtime::string_enum! { Currency { Rub = "RUB", Usd = "USD" } }

/// A text, or texts in several languages.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// One text.
    Text(String),
    /// Texts by language.
    Localized(Vec<LocalizedText>),
}
lavka_runtime::union! { Message: json_type { Text(String): string, Localized(Vec<LocalizedText>): array } }

#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = lavka_runtime::schema::documented))]
pub struct LocalizedText {
    pub locale: String,
    pub value: String,
}
lavka_runtime::object! { LocalizedText { locale = "locale": required, value = "value": required } }

#[derive(Clone, Debug, PartialEq)]
pub struct Book {
    pub name: String,
    pub price: Decimal,
    pub discount: Maybe<Decimal>,
    pub currency: Option<Currency>,
    pub owner: Option<Owner>,
}
lavka_runtime::object! {
    Book {
        name = "name": required,
        price = "price": required,
        discount = "discount": maybe,
        currency = "currency": optional,
        owner = "owner": optional as accept_string,
    }
}

impl Book {
    pub fn new(name: impl Into<String>, price: Decimal) -> Self {
        Self {
            name: name.into(),
            price,
            discount: Maybe::Absent,
            currency: None,
            owner: None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct EditStatus {
    pub product_id: i64,
}
lavka_runtime::object! { EditStatus { product_id = "product_id": required } }

#[derive(Clone, Debug)]
pub struct EditReply {
    pub retval: i64,
    pub retdesc: Option<String>,
    pub errors: Option<Vec<ErrorItem>>,
    pub content: Option<EditStatus>,
}
lavka_runtime::object! {
    EditReply {
        retval = "retval": required as accept_string,
        retdesc = "retdesc": optional,
        errors = "errors": optional,
        content = "content": optional,
    }
}

#[derive(Clone, Debug)]
pub struct ErrorItem {
    pub code: Option<String>,
    pub message: Message,
}
lavka_runtime::object! { ErrorItem { code = "code": optional, message = "message": required } }

#[derive(Clone, Debug)]
pub struct ErrorBody {
    pub message: String,
}
lavka_runtime::object! { ErrorBody { message = "message": required } }

#[derive(Clone, Debug)]
pub struct LoginRequest {
    pub seller_id: i64,
    pub timestamp: i64,
    pub sign: String,
}
lavka_runtime::object! {
    LoginRequest { seller_id = "seller_id": required, timestamp = "timestamp": required, sign = "sign": required }
}

#[derive(Clone, Debug)]
pub struct LoginReply {
    pub token: Secret,
    pub valid_thru: Option<DateTime>,
}
lavka_runtime::object! { LoginReply { token = "token": required, valid_thru = "valid_thru": optional } }

#[derive(Clone, Debug)]
pub struct Order {
    pub external_id: String,
}
lavka_runtime::object! { Order { external_id = "external_id": required } }

/// A body that carries credentials: made by the client, not by the caller.
struct CreateOrderBody {
    token: Secret,
    method: String,
    order: Order,
}
lavka_runtime::object! {
    CreateOrderBody { token = "token": required, method = "method": required, order = "order": required }
}

/// The parts of a multipart body. `Upload` is neither comparable nor writable as JSON.
#[derive(Clone, Debug)]
pub struct Asset {
    pub filename: Option<String>,
    pub position: Option<i64>,
    pub attachment: Upload,
}

// ---- replies.rs -----------------------------------------------------------------------------------------------

// `x-envelope: {status: retval, success: [0], message: retdesc, errors: errors, content: content}`.
impl Envelope for EditReply {
    type Content = EditStatus;

    fn content(self) -> Option<EditStatus> {
        self.content
    }
}

// ---- operations.rs --------------------------------------------------------------------------------------------

/// What is known of the API.
pub static API: Api = Api {
    needs_credentials: true,
    rate_limits: &[RateLimit {
        name: "edits",
        requests: 500,
        seconds: 300,
        default: true,
        usage_header: Some("api-usage-limit"),
        busy_wait: None,
    }],
    auth_codes: &["auth-0"],
    quota_codes: &["seller-limit-0"],
    ..Api::new("shop", "https://{shop}.example.com").variables(&[Variable::new("shop", "")])
};

/// What is known of each operation.
pub mod operations {
    use super::*;

    /// How the envelope reports a failure.
    const RETVAL: &[FailureShape] = &[FailureShape {
        status: &["retval"],
        success: &["0"],
        messages: &["retdesc"],
        errors: &["errors"],
        ..FailureShape::NONE
    }];

    static TOKEN: Scheme = Scheme::new("token", SchemeKind::Query("token"));
    static BASIC: Scheme = Scheme::new("basic", SchemeKind::Basic);
    static BODY: Scheme = Scheme::new("body", SchemeKind::Body);

    /// Only what differs from `Operation::new` is set.
    pub static EDIT_BOOK: Operation = Operation {
        params: &[Param::path("product_id")],
        security: &[&[&TOKEN]],
        request: Media::JSON,
        failure: RETVAL,
        ..Operation::new(
            &API,
            "edit_book",
            "POST",
            "/api/product/edit/book/{product_id}",
        )
    };
    pub static LIST_BOOKS: Operation = Operation {
        params: &[Param::path("shelf"), Param::query("page")],
        safe: true,
        idempotent: true,
        security: &[&[&TOKEN]],
        ..Operation::new(&API, "list_books", "GET", "/api/shelves/{shelf}/books")
    };
    pub static GET_SHOP: Operation = Operation {
        safe: true,
        idempotent: true,
        ..Operation::new(&API, "get_shop", "GET", "/shop")
    };
    pub static DELETE_BOOK: Operation = Operation {
        params: &[Param::path("product_id")],
        idempotent: true,
        security: &[&[&BASIC]],
        response: Media::NONE,
        ..Operation::new(&API, "delete_book", "DELETE", "/api/product/{product_id}")
    };
    pub static CREATE_ORDER: Operation = Operation {
        idempotent: true,
        security: &[&[&BODY]],
        request: Media::JSON,
        ..Operation::new(&API, "create_order", "POST", "/orders")
    };
    pub static ADD_ASSET: Operation = Operation {
        security: &[&[&TOKEN]],
        ..Operation::new(&API, "add_asset", "POST", "/assets")
    };
    pub static LOGIN: Operation = Operation {
        request: Media::JSON,
        ..Operation::new(&API, "login", "POST", "/api/apilogin")
    };
}

// ---- credentials.rs -------------------------------------------------------------------------------------------
// One constructor for each form that the API takes. An API without authentication emits
// `type Credentials = lavka_runtime::client::NoCredentials;` in its `ApiClient` and nothing else.

/// What this API authenticates with.
#[derive(Clone, Debug)]
pub struct Credentials(Credential);

impl Credentials {
    /// A token: query parameter, header of its own, or bearer. (`apiKey`, `http: bearer`)
    pub fn token(token: impl Into<Secret>) -> Self {
        Self(Credential::token(token))
    }

    /// Login and password. (`http: basic`)
    pub fn basic(login: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self(Credential::basic(login, password))
    }

    /// Credentials in the body: one argument for each `x-credential`.
    pub fn body(token: impl Into<Secret>) -> Self {
        Self(Credential::fields(vec![("token", token.into())]))
    }

    /// A token that is got by logging in. (`x-login`: its `arguments`)
    pub fn login(seller_id: i64, api_key: impl Into<Secret>) -> Self {
        Self(Credential::login(KeyLogin {
            seller_id,
            api_key: api_key.into(),
        }))
    }
}

impl From<Credentials> for Credential {
    fn from(credentials: Credentials) -> Self {
        credentials.0
    }
}

/// Logs in by a signature (`x-login`).
struct KeyLogin {
    seller_id: i64,
    api_key: Secret,
}

impl Login for KeyLogin {
    fn login<'a>(&'a self, core: &'a Core) -> BoxFuture<'a, Result<Token, Error>> {
        Box::pin(async move {
            let unix_time = unix_time();
            let sign = sha256_hex(&[self.api_key.expose(), &unix_time.to_string()]);
            let request = LoginRequest {
                seller_id: self.seller_id,
                timestamp: unix_time,
                sign,
            };
            let reply = Client::from_core(core.clone()).login(&request).await?;
            // Without `expires` in the spec: `Token { token: …, expires: None }`.
            Ok(Token {
                token: reply.token,
                expires: reply.valid_thru,
            })
        })
    }

    fn secret(&self) -> &Secret {
        &self.api_key
    }
}

// ---- client.rs ------------------------------------------------------------------------------------------------

/// The client.
#[derive(Clone, Debug)]
pub struct Client {
    core: Core,
}

impl ApiClient for Client {
    const API: &'static Api = &API;
    type Credentials = Credentials;

    fn from_core(core: Core) -> Self {
        Self { core }
    }
}

impl Client {
    /// Sets a client up.
    pub fn builder() -> Builder<Self> {
        Builder::new()
    }

    /// The same client that prefers another format. (Only for an API with both.)
    #[must_use]
    pub fn with_format(&self, format: Format) -> Self {
        Self {
            core: self.core.with_format(format),
        }
    }

    /// How much of the limit is used up. (Only for an API with a `usage_header`.)
    pub fn usage(&self) -> Option<Usage> {
        self.core.usage()
    }

    // JSON body, envelope, token.
    pub fn edit_book(&self, product_id: i64, book: &Book) -> Call<'_, EditStatus> {
        self.core
            .request(&operations::EDIT_BOOK, &[&product_id])
            .json(book)
            .call(Reply::open::<EditReply>)
    }

    // Path and optional query parameter, no body, no envelope.
    pub fn list_books(&self, shelf: &str, page: Option<i64>) -> Call<'_, Vec<Book>> {
        self.core
            .request(&operations::LIST_BOOKS, &[&shelf, &page])
            .call(Reply::decode::<Vec<Book>>)
    }

    // The same list as a stream.
    pub fn stream_books(&self, shelf: &str, page: Option<i64>) -> Call<'_, Items<Book>> {
        self.core
            .request(&operations::LIST_BOOKS, &[&shelf, &page])
            .stream(Items::json)
    }

    // No credential.
    pub fn get_shop(&self) -> Call<'_, ErrorBody> {
        self.core
            .request(&operations::GET_SHOP, &[])
            .call(Reply::decode::<ErrorBody>)
    }

    // Basic. Reply without a content.
    pub fn delete_book(&self, product_id: i64) -> Call<'_, ()> {
        self.core
            .request(&operations::DELETE_BOOK, &[&product_id])
            .call(Reply::unit)
    }

    // Credentials in the body.
    pub fn create_order(&self, order: &Order) -> Call<'_, EditStatus> {
        fn body(core: &Core, order: &Order) -> Result<Body, Error> {
            let body = CreateOrderBody {
                token: core.credential(&operations::CREATE_ORDER, "token")?.clone(),
                method: "CreateOrder".to_owned(),
                order: order.clone(),
            };
            core.encode(&operations::CREATE_ORDER, &body)
        }
        self.core
            .request(&operations::CREATE_ORDER, &[])
            .body(body(&self.core, order))
            .call(Reply::decode::<EditStatus>)
    }

    // Multipart.
    pub fn add_asset(&self, asset: &Asset) -> Call<'_, EditStatus> {
        let mut form = Multipart::new();
        if let Some(filename) = &asset.filename {
            form = form.text("asset[filename]", filename);
        }
        if let Some(position) = &asset.position {
            form = form.text("asset[position]", position);
        }
        form = form.upload("asset[attachment]", &asset.attachment);
        self.core
            .request(&operations::ADD_ASSET, &[])
            .multipart(form)
            .call(Reply::decode::<EditStatus>)
    }

    // The operation that `x-login` names: an operation like any other.
    pub fn login(&self, request: &LoginRequest) -> Call<'_, LoginReply> {
        self.core
            .request(&operations::LOGIN, &[])
            .json(request)
            .call(Reply::decode::<LoginReply>)
    }
}
