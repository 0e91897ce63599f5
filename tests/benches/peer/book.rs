//! Digiseller's request for a new book.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Locale, open_enum, open_integers};

open_enum! {
    ContentType { Text = "text", Url = "url", File = "file" }
}
open_enum! {
    Currency { Rub = "RUB", Usd = "USD", Eur = "EUR", Uah = "UAH" }
}
open_enum! {
    InstructionType { Url = "url", Text = "text" }
}
open_integers! {
    Owner { OwnStore = 0, PlatiMarket = 1, Wmcentre = 2, GgSell = 3 }
}
open_integers! {
    SalesLimit { Hide = -1, One = 1, Ten = 10, Fifty = 50, Hundred = 100, Thousand = 1000 }
}

#[derive(Debug, Deserialize, Serialize)]
pub struct CreateBook {
    pub content_type: ContentType,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub categories: Option<Vec<ProductCategory>>,
    pub name: Vec<LocalizedText>,
    pub description: Vec<LocalizedText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub add_info: Option<Vec<LocalizedText>>,
    pub price: Price,
    #[serde(rename = "comission_partner", skip_serializing_if = "Option::is_none")]
    pub commission_partner: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bonus: Option<Bonus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guarantee: Option<Guarantee>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_required: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instruction: Option<Instruction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trial_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub present_product_id: Option<i64>,
    /// Absent, null, a value.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub sales_limit: Option<Option<SalesLimit>>,
}

fn present<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<SalesLimit>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

#[derive(Debug, Deserialize, Serialize)]
pub struct LocalizedText {
    pub locale: Locale,
    pub value: String,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct ProductCategory {
    pub owner: Owner,
    pub category_id: i64,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Price {
    #[serde(with = "digits")]
    pub price: Decimal,
    pub currency: Currency,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Bonus {
    pub enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<f64>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Guarantee {
    pub enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<i32>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Instruction {
    #[serde(rename = "type")]
    pub kind: InstructionType,
    pub locales: Vec<LocalizedText>,
}

/// A decimal as a JSON number with exactly its digits.
mod digits {
    use rust_decimal::Decimal;
    use serde::de::{Deserialize, Deserializer, Error as _};
    use serde::ser::{Error as _, Serialize, Serializer};
    use serde_json::value::RawValue;

    pub fn serialize<S: Serializer>(value: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
        let text = RawValue::from_string(value.to_string()).map_err(S::Error::custom)?;
        text.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?.get();
        Decimal::from_str_exact(text)
            .or_else(|_| Decimal::from_scientific(text))
            .map_err(D::Error::custom)
    }
}
