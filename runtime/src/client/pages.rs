//! The ways in which lists go on over several replies (`x-pagination`).

use std::future::Future;

use super::{Pages, Response};
use crate::Error;

impl<T: Send + 'static> Pages<u64, T> {
    /// Pages by number, from `first`. The list ends with a page that is empty: a server may give fewer items than were asked
    /// for.
    pub fn by_page<F>(first: u64, mut ask: impl FnMut(u64) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<Vec<T>, Error>> + Send + 'static,
    {
        Self::new(first, move |page| {
            let coming = ask(page);
            Box::pin(async move {
                let items = coming.await?;
                let next = (!items.is_empty()).then(|| page.saturating_add(1));
                Ok((items, next))
            })
        })
    }

    /// Pages by the number of items to skip. The list ends with a page that is empty.
    pub fn by_offset<F>(mut ask: impl FnMut(u64) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<Vec<T>, Error>> + Send + 'static,
    {
        Self::new(0, move |offset| {
            let coming = ask(offset);
            Box::pin(async move {
                let items = coming.await?;
                let next = (!items.is_empty()).then(|| offset.saturating_add(items.len() as u64));
                Ok((items, next))
            })
        })
    }
}

impl<C: Clone + PartialEq + Send + 'static, T: Send + 'static> Pages<Option<C>, T> {
    /// Pages by a value out of the page before; `None` asks for the first. The list ends with a page that names no next one,
    /// or itself.
    pub fn by_cursor<F>(mut ask: impl FnMut(Option<C>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<(Vec<T>, Option<C>), Error>> + Send + 'static,
    {
        Self::new(None, move |cursor: Option<C>| {
            let coming = ask(cursor.clone());
            Box::pin(async move {
                let (items, next) = coming.await?;
                // A server that gives the same page again would keep us here for ever.
                let next = next.filter(|next| cursor.as_ref() != Some(next));
                Ok((items, next.map(Some)))
            })
        })
    }
}

impl<T: Send + 'static> Pages<Option<String>, T> {
    /// Pages by the `Link` header with `rel="next"`; `None` asks for the first. To be given to
    /// [`Request::follow`](super::Request::follow).
    pub fn by_link<F>(mut ask: impl FnMut(Option<String>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<Response<Vec<T>>, Error>> + Send + 'static,
    {
        Self::by_cursor(move |target| {
            let coming = ask(target);
            async move {
                let response = coming.await?;
                let next = response.link("next").map(str::to_owned);
                Ok((response.into_value(), next))
            }
        })
    }
}
