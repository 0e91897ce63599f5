//! Digiseller's categories, and the wrapping of its replies.

use serde::{Deserialize, Serialize};

use super::Locale;

pub type Categories = Reply<Vec<Category>>;
pub type Created = Reply<CreatedProduct>;

/// `retval` is taken as a number only: the generated type also takes a string.
#[derive(Debug, Deserialize, Serialize)]
pub struct Reply<T> {
    pub retval: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retdesc: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<ErrorItem>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<T>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct ErrorItem {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub enum Message {
    Text(String),
    Localized(Vec<Translation>),
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Category {
    pub id: i64,
    pub level: i32,
    pub parent_id: i64,
    pub name: Vec<Translation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_add: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub children: Option<Vec<Category>>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Translation {
    pub locale: Locale,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct CreatedProduct {
    pub product_id: i64,
}
