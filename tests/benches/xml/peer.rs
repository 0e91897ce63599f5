//! The same field types by serde, as a user of quick-xml or serde-xml-rs would write them.

use chrono::{DateTime, FixedOffset};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename = "products")]
struct Products {
    #[serde(default)]
    product: Vec<Product>,
}

macro_rules! list {
    ($outer:ident, $field:ident, $name:literal, $item:ty) => {
        #[derive(Debug, Default, Deserialize, Serialize)]
        pub struct $outer {
            #[serde(rename = $name, default)]
            pub $field: Vec<$item>,
        }
    };
}

list!(Characteristics, items, "characteristic", Characteristic);
list!(Properties, items, "property", Property);
list!(OptionNames, items, "option-name", OptionName);
list!(Images, items, "image", Image);
list!(Variants, items, "variant", Variant);
list!(OptionValues, items, "option-value", OptionValue);

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Product {
    category_id: Option<i64>,
    #[serde(with = "timestamp")]
    created_at: DateTime<FixedOffset>,
    id: i64,
    is_hidden: bool,
    #[serde(with = "timestamp")]
    updated_at: DateTime<FixedOffset>,
    title: String,
    // markup inside a description cannot be kept by serde: it is ignored here
    #[serde(skip)]
    #[allow(dead_code)]
    description: Option<String>,
    #[serde(default)]
    short_description: Option<String>,
    permalink: String,
    #[serde(default, deserialize_with = "text::deserialize")]
    html_title: Option<String>,
    #[serde(default, deserialize_with = "text::deserialize")]
    meta_keywords: Option<String>,
    #[serde(default, deserialize_with = "text::deserialize")]
    meta_description: Option<String>,
    characteristics: Characteristics,
    properties: Properties,
    option_names: OptionNames,
    images: Images,
    variants: Variants,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Characteristic {
    id: i64,
    position: i64,
    property_id: i64,
    title: String,
    permalink: String,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Property {
    id: i64,
    position: i64,
    title: String,
    permalink: String,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct OptionName {
    id: i64,
    position: i64,
    title: String,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Image {
    #[serde(with = "timestamp")]
    created_at: DateTime<FixedOffset>,
    id: i64,
    position: i64,
    url: Option<String>,
    #[serde(default, deserialize_with = "text::deserialize")]
    title: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Variant {
    #[serde(with = "decimal")]
    cost_price: Option<Decimal>,
    #[serde(with = "timestamp")]
    created_at: DateTime<FixedOffset>,
    id: i64,
    #[serde(with = "decimal")]
    old_price: Option<Decimal>,
    #[serde(with = "required_decimal")]
    price: Decimal,
    product_id: i64,
    #[serde(with = "decimal")]
    quantity: Option<Decimal>,
    #[serde(default, deserialize_with = "text::deserialize")]
    sku: Option<String>,
    #[serde(with = "timestamp")]
    updated_at: DateTime<FixedOffset>,
    #[serde(default, deserialize_with = "text::deserialize")]
    title: Option<String>,
    option_values: OptionValues,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct OptionValue {
    id: i64,
    option_name_id: i64,
    position: i64,
    value: Option<String>,
    title: Option<String>,
}

/// Reads a string without keeping it.
struct Text<T>(fn(&str) -> Option<T>);

impl<T> serde::de::Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a text of the right form")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).ok_or_else(|| E::custom("a text of another form"))
    }
}

mod timestamp {
    use super::*;

    const FORM: &str = "%Y-%m-%d %H:%M:%S %z";

    pub fn deserialize<'de, D: serde::Deserializer<'de>>(
        d: D,
    ) -> Result<DateTime<FixedOffset>, D::Error> {
        d.deserialize_str(Text(|t| DateTime::parse_from_str(t, FORM).ok()))
    }

    pub fn serialize<S: serde::Serializer>(
        value: &DateTime<FixedOffset>,
        s: S,
    ) -> Result<S::Ok, S::Error> {
        s.collect_str(&value.format(FORM))
    }
}

mod required_decimal {
    use super::*;

    pub fn deserialize<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Decimal, D::Error> {
        d.deserialize_str(Text(|t| t.parse().ok()))
    }

    pub fn serialize<S: serde::Serializer>(value: &Decimal, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(value)
    }
}

mod decimal {
    use super::*;

    pub fn deserialize<'de, D: serde::Deserializer<'de>>(
        d: D,
    ) -> Result<Option<Decimal>, D::Error> {
        d.deserialize_str(Text(|t| {
            if t.is_empty() {
                Some(None)
            } else {
                t.parse().ok().map(Some)
            }
        }))
    }

    pub fn serialize<S: serde::Serializer>(
        value: &Option<Decimal>,
        s: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => s.collect_str(value),
            None => s.serialize_none(),
        }
    }
}

mod text {
    use super::*;

    pub fn deserialize<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
        d.deserialize_str(Text(|t| Some((!t.is_empty()).then(|| t.to_owned()))))
    }
}

pub fn quick_xml(text: &str) -> Vec<Product> {
    quick_xml::de::from_str::<Products>(text)
        .expect("the documented list")
        .product
}

pub fn to_quick_xml(products: &[Product], out: &mut String) {
    #[derive(Serialize)]
    #[serde(rename = "products")]
    struct List<'a> {
        product: &'a [Product],
    }
    quick_xml::se::to_writer(out, &List { product: products }).expect("XML");
}

pub fn serde_xml_rs(text: &str) -> Vec<Product> {
    serde_xml_rs::from_str::<Products>(text)
        .expect("the documented list")
        .product
}
