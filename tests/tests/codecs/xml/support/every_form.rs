//! One type with every form that a field can have, as the generator emits it.

use chrono::{DateTime, FixedOffset, NaiveDate};
use lavka_runtime::DateOptionalTime;
use lavka_runtime::{Maybe, Secret};
use lavka_runtime::{Unknown, integer_enum, string_enum};
use rust_decimal::Decimal;

/// A type with every form of field.
#[derive(Clone, Debug, PartialEq)]
pub struct Forms {
    pub kind: String,          // attribute, required
    pub note: Option<String>,  // attribute, optional
    pub id: i64,               // required
    pub parent: Option<i32>,   // required, nullable
    pub ratio: Option<f64>,    // optional; null is an error
    pub price: Maybe<Decimal>, // three states
    pub weight: Option<f32>,   // optional; null means absent
    pub hidden: Option<bool>,
    pub day: Option<NaiveDate>,
    pub made: Option<DateTime<FixedOffset>>,
    pub delivery: Option<DateOptionalTime>,
    pub token: Option<Secret>,
    pub locale: Option<Locale>,     // open enum of strings
    pub owner: Option<Owner>,       // open enum of integers
    pub money: Option<Money>,       // struct
    pub tags: Vec<String>,          // repeated, required
    pub links: Option<Vec<Money>>,  // repeated, optional
    pub names: Maybe<Vec<String>>,  // repeated, three states
    pub codes: Option<Vec<i64>>,    // repeated; null means absent
    pub lines: Vec<Money>,          // wrapped, required
    pub sizes: Option<Vec<i64>>,    // wrapped, required, nullable
    pub marks: Option<Vec<i64>>,    // wrapped, optional
    pub areas: Maybe<Vec<i64>>,     // wrapped, three states
    pub hints: Option<Vec<String>>, // wrapped; null means absent
    pub message: Option<Message>,   // untagged: a text or a list
    pub children: Vec<Forms>,       // recursive
    pub foreign: Option<String>,    // in a namespace
}

lavka_runtime::object! {
    Forms: json both, xml both {
        kind = "kind": required => attribute,
        note = "note": optional => attribute,
        id = "id": required => element("id", "integer"),
        parent = "parent": nullable => element("parent", "integer"),
        ratio = "ratio": optional => element("ratio", "float"),
        price = "price": maybe => element("price", "decimal"),
        weight = "weight": optional => element("weight", "float"),
        hidden = "hidden": optional => element("hidden", "boolean"),
        day = "day": optional => element("day", "date"),
        made = "made": optional => element("made", "timestamp"),
        delivery = "delivery": optional => element,
        token = "token": optional => element,
        locale = "locale": optional => element,
        owner = "owner": optional => element("owner", "integer"),
        money = "money": optional => element,
        tags = "tag": required => element,
        links = "link": optional => element,
        names = "name": maybe => element,
        codes = "code": optional => element("code", "integer"),
        lines = "lines": required => list("lines", "array") of ("line"),
        sizes = "sizes": nullable => list("sizes", "array") of ("size", "integer"),
        marks = "marks": optional => list("marks", "array") of ("mark", "integer"),
        areas = "areas": maybe => list("areas", "array") of ("area", "integer"),
        hints = "hints": optional => list("hints", "array") of ("hint"),
        message = "message": optional => element,
        children = "forms": required => element,
        foreign = "foreign": optional => element("foreign", ns = "urn:other", prefix = "o"),
    }
}

/// An element's own text beside an attribute.
#[derive(Clone, Debug, PartialEq)]
pub struct Money {
    pub currency: Option<String>,
    pub amount: Decimal,
}

lavka_runtime::object! {
    Money: json both, xml both {
        currency = "currency": optional => attribute,
        amount = "amount": required => text,
    }
}

/// A text, or one element for each language.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    Text(String),
    Localized(Vec<Localized>),
}

lavka_runtime::union! {
    Message: json_type, xml_list { Text(String): string, Localized(Vec<Localized>): array }
}

/// A text in a language.
#[derive(Clone, Debug, PartialEq, schemars::JsonSchema)]
pub struct Localized {
    pub locale: Option<Locale>,
    pub value: Option<String>,
}

lavka_runtime::object! {
    Localized: json both, xml both {
        locale = "locale": optional => element,
        value = "value": optional => element,
    }
}

/// An open enum of strings.
#[derive(Clone, Debug, PartialEq)]
pub enum Locale {
    RuRu,
    EnUs,
    Unknown(Unknown<Self>),
}

string_enum! { Locale { RuRu = "ru-RU", EnUs = "en-US" } }

/// An open enum of integers.
#[derive(Clone, Debug, PartialEq)]
pub enum Owner {
    Store,
    Market,
    Unknown(Unknown<Self>),
}

integer_enum! { Owner { Store = 0, Market = 1 } }
