//! Walking through the changes of inSales' products, which no list by pages gives: see [`Client::list_products_pages`] for those.

use lavka_runtime::DateTime;
use lavka_runtime::client::Pages;

use crate::insales_products::{Client, ListProductsParams, Product};

/// The most products that the server puts on a page. It silently gives no more where more are asked for, so that a page
/// would look like the last one.
const LARGEST_PAGE: i32 = 250;

/// How many products to ask for at once.
fn per_page(params: &ListProductsParams) -> i32 {
    params.per_page.unwrap_or(LARGEST_PAGE).min(LARGEST_PAGE)
}

impl Client {
    /// All products that changed at this moment or later, in the order of their changes, as the vendor says to walk them:
    /// always the first page, from the last product received on. Products that change meanwhile come again at the end.
    #[must_use]
    pub fn walk_changed_products(
        &self,
        since: DateTime,
        params: &ListProductsParams,
    ) -> Pages<Mark, Product> {
        let client = self.clone();
        let params = params.clone();
        let per_page = per_page(&params);
        Pages::new(
            Mark {
                updated_since: since,
                from_id: None,
            },
            move |mark: Mark| {
                let client = client.clone();
                let params = ListProductsParams {
                    page: Some(1),
                    per_page: Some(per_page),
                    updated_since: Some(mark.updated_since),
                    from_id: mark.from_id,
                    ..params.clone()
                };
                Box::pin(async move {
                    let response = client.list_products_with(&params).response().await?;
                    // What was left out may be products.
                    let received = response.value().len() + response.lenient().len();
                    let full = received >= usize::try_from(per_page).unwrap_or(1);
                    let products = response.into_value();
                    let next = products.last().map(|last| Mark {
                        updated_since: last.updated_at,
                        from_id: Some(last.id),
                    });
                    // A server that answers the same page again would keep us here for ever.
                    Ok((products, next.filter(|next| full && *next != mark)))
                })
            },
        )
    }
}

/// How far a walk through changed products has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// When the last product received was changed.
    pub updated_since: DateTime,
    /// Its id; `None` at the beginning.
    pub from_id: Option<i64>,
}
