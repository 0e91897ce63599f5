//! Fileflare's order of a customer.

use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, Serialize)]
pub struct CustomerOrder {
    pub order: Order,
    pub text: PageText,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Order {
    pub order_number: i64,
    pub lines: Vec<Line>,
    pub assets: Vec<Asset>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Line {
    pub product: Product,
    pub assets: Vec<Asset>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Product {
    pub id: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sku: Option<String>,
    pub product_id: i64,
    pub variant_id: i64,
    pub vendor: String,
    pub tags: Vec<String>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Asset {
    pub limits: Limits,
    pub data: Data,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Limits {
    pub downloaded: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct Data {
    pub id: String,
    pub filename: String,
    pub size: String,
    pub is_file: bool,
    pub is_link: bool,
    pub url: String,
}

#[derive(Debug, Deserialize, Serialize)]
pub struct PageText {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}
