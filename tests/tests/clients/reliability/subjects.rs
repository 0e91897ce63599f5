//! The operations that meet the faults: of each API one that may be repeated and, where it has one, one that must not.

use std::pin::Pin;
use std::time::Duration;

use lavka::client::{ApiClient, Builder, Retry};
use lavka::{Error, Format, Upload};
use lavka::{digiseller, fileflare, insales_digital, insales_products, qnits};

/// Attempts that the clients of these tests make at most.
pub(crate) const ATTEMPTS: usize = 3;
/// The largest body that they read.
pub(crate) const LARGEST: u64 = 1 << 20;

/// How a call is set up.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) url: String,
    /// How long the server may be silent.
    pub(crate) patience: Duration,
    /// How long the call may take.
    pub(crate) whole: Duration,
}

type Outcome = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// One operation in one format.
pub(crate) struct Subject {
    /// The API's module name.
    pub(crate) api: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) format: Format,
    /// Doing it twice is the same as doing it once.
    pub(crate) repeatable: bool,
    /// Status and media type of its success; the body is the documents' sample.
    pub(crate) status: &'static str,
    pub(crate) media_type: &'static str,
    pub(crate) call: fn(Setup, Format) -> Outcome,
}

impl Subject {
    /// The body of its success.
    pub(crate) fn body(&self) -> &'static [u8] {
        self.sample(self.format)
            .unwrap_or_else(|| panic!("{} has no sample", self.name()))
    }

    /// The body of its success in the other format, where it has one.
    pub(crate) fn other_body(&self) -> Option<&'static [u8]> {
        self.sample(match self.format {
            Format::Json => Format::Xml,
            Format::Xml => Format::Json,
        })
    }

    fn sample(&self, format: Format) -> Option<&'static [u8]> {
        let format = match format {
            Format::Json => lavka_sandbox::SampleFormat::Json,
            Format::Xml => lavka_sandbox::SampleFormat::Xml,
        };
        let samples = lavka_sandbox::samples(self.api).iter();
        let mut fitting = samples.filter(|sample| {
            sample.operation == self.operation
                && sample.direction == lavka_sandbox::Direction::Response
                && sample.status.is_none_or(|status| status < 300)
                && sample.format == format
        });
        fitting.next().map(|sample| sample.bytes)
    }

    /// `digiseller.create_book (XML)`.
    pub(crate) fn name(&self) -> String {
        format!("{}.{} ({})", self.api, self.operation, self.format)
    }
}

fn set_up<C: ApiClient>(builder: Builder<C>, setup: Setup, format: Format) -> C {
    builder
        .base_url(setup.url)
        .format(format)
        .retry(Retry {
            attempts: u32::try_from(ATTEMPTS).expect("a small number"),
            first_wait: Duration::from_millis(2),
            longest_wait: Duration::from_millis(10),
            busy_wait: None,
        })
        .connect_timeout(Duration::from_secs(5))
        .read_timeout(setup.patience)
        .call_timeout(setup.whole)
        .max_body(LARGEST)
        // Reading the system's certificates for each of a thousand clients would take most of the time.
        .http(|http| http.tls_certs_only([]))
        .build()
        .expect("a client")
}

fn digiseller(setup: Setup, format: Format) -> digiseller::Client {
    let credentials = digiseller::Credentials::token("the-token");
    set_up(
        digiseller::Client::builder().credentials(credentials),
        setup,
        format,
    )
}

fn insales(setup: Setup, format: Format) -> insales_products::Client {
    let credentials = insales_products::Credentials::basic("key", "the-password");
    set_up(
        insales_products::Client::builder().credentials(credentials),
        setup,
        format,
    )
}

fn digital(setup: Setup, format: Format) -> insales_digital::Client {
    let credentials = insales_digital::Credentials::basic("login", "the-password");
    set_up(
        insales_digital::Client::builder().credentials(credentials),
        setup,
        format,
    )
}

/// A book that may be created.
pub(crate) fn book() -> digiseller::CreateBook {
    use digiseller::{Currency, DownloadContentType, Locale, LocalizedText, Price};
    let text = |text: &str| vec![LocalizedText::new(Locale::RuRu, text)];
    let price = Price::new(725.into(), Currency::Rub);
    digiseller::CreateBook::new(
        DownloadContentType::Text,
        text("Книга"),
        text("Описание"),
        price,
    )
}

pub(crate) fn order() -> qnits::Order {
    let products = vec![qnits::OrderProduct::new(1_000_587, 1)];
    qnits::Order::new("Иванов Иван", "79123211232", "2643", products)
}

const JSON: &str = "application/json";
const XML: &str = "application/xml; charset=utf-8";

fn create_book(setup: Setup, format: Format) -> Outcome {
    Box::pin(async move {
        digiseller(setup, format)
            .create_book(&book())
            .await
            .map(drop)
    })
}

fn list_categories(setup: Setup, format: Format) -> Outcome {
    Box::pin(async move {
        digiseller(setup, format)
            .list_categories(&digiseller::Marketplace::Plati)
            .await
            .map(drop)
    })
}

/// The table.
pub(crate) static SUBJECTS: &[Subject] = &[
    Subject {
        api: "digiseller",
        operation: "get_task_status",
        format: Format::Json,
        repeatable: true,
        status: "200 OK",
        media_type: JSON,
        call: |setup, format| {
            Box::pin(async move {
                digiseller(setup, format)
                    .get_task_status("id")
                    .await
                    .map(drop)
            })
        },
    },
    Subject {
        api: "digiseller",
        operation: "list_categories",
        format: Format::Xml,
        repeatable: true,
        status: "200 OK",
        media_type: "text/xml",
        call: list_categories,
    },
    Subject {
        api: "digiseller",
        operation: "create_book",
        format: Format::Json,
        repeatable: false,
        status: "200 OK",
        media_type: JSON,
        call: create_book,
    },
    Subject {
        api: "digiseller",
        operation: "create_book",
        format: Format::Xml,
        repeatable: false,
        status: "200 OK",
        media_type: "text/xml",
        call: create_book,
    },
    Subject {
        api: "insales_products",
        operation: "get_product",
        format: Format::Xml,
        repeatable: true,
        status: "200 OK",
        media_type: XML,
        call: |setup, format| {
            Box::pin(async move { insales(setup, format).get_product(41658).await.map(drop) })
        },
    },
    Subject {
        api: "insales_products",
        operation: "create_product",
        format: Format::Xml,
        repeatable: false,
        status: "201 Created",
        media_type: XML,
        call: |setup, format| {
            let product = insales_products::NewProduct::new("Записная книжка");
            Box::pin(async move {
                insales(setup, format)
                    .create_product(&product)
                    .await
                    .map(drop)
            })
        },
    },
    Subject {
        api: "insales_digital",
        operation: "get_order",
        format: Format::Json,
        repeatable: true,
        status: "200 OK",
        media_type: JSON,
        call: |setup, format| {
            Box::pin(async move { digital(setup, format).get_order(104_211).await.map(drop) })
        },
    },
    Subject {
        api: "insales_digital",
        operation: "create_asset",
        format: Format::Json,
        repeatable: false,
        status: "201 Created",
        media_type: JSON,
        call: |setup, format| {
            let attachment = Some(Upload::bytes("manual.pdf", vec![7_u8; 20_000]));
            let mut form = insales_digital::NewAsset::default();
            form.attachment = attachment;
            Box::pin(async move {
                digital(setup, format)
                    .create_asset(41658, 48136, &form)
                    .await
                    .map(drop)
            })
        },
    },
    Subject {
        api: "fileflare",
        operation: "get_customer_order",
        format: Format::Json,
        repeatable: true,
        status: "200 OK",
        media_type: JSON,
        call: |setup, format| {
            let client: fileflare::Client = set_up(fileflare::Client::builder(), setup, format);
            Box::pin(async move { client.get_customer_order("5403").await.map(drop) })
        },
    },
    Subject {
        api: "qnits",
        operation: "create_order",
        format: Format::Json,
        repeatable: true,
        status: "201 Created",
        media_type: JSON,
        call: |setup, format| {
            let credentials = qnits::Credentials::new("the-token", 1);
            let client: qnits::Client = set_up(
                qnits::Client::builder().credentials(credentials),
                setup,
                format,
            );
            Box::pin(async move { client.create_order(&order()).await.map(drop) })
        },
    },
];
