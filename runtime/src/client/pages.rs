//! The ways in which lists go on over several replies (`x-pagination`).

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::fmt::{self, Write as _};
use std::future::Future;
use std::hash::{BuildHasher as _, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::StatusCode;

use super::{BoxFuture, Operation, Pages};
use crate::value::MASK;
use crate::{Error, ErrorKind};

/// How many empty pages may follow one another where the server names a next one each time.
const EMPTY: u32 = 1000;

/// Finds a server that would keep a walk going for ever. Shared by the pages of a walk.
#[derive(Clone)]
struct Guard {
    operation: &'static Operation,
    seen: Arc<Mutex<Seen>>,
}

/// Hashes of what was seen: cursors and pages may be large.
#[derive(Default)]
struct Seen {
    hasher: RandomState,
    pages: HashSet<u64>,
    marks: HashSet<u64>,
    empty: u32,
}

/// Hashes what is written to it.
struct Hash<H> {
    hasher: H,
    /// Something in it is not shown.
    masked: bool,
}

impl<H: Hasher> fmt::Write for Hash<H> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.hasher.write(text.as_bytes());
        self.masked |= text == MASK;
        Ok(())
    }
}

impl Seen {
    /// The hash of a text; `None` where it has secrets, since texts may then differ in what is not shown.
    fn hash(&self, text: fmt::Arguments<'_>) -> Option<u64> {
        let mut hash = Hash {
            hasher: self.hasher.build_hasher(),
            masked: false,
        };
        // It cannot fail.
        let _ = hash.write_fmt(text);
        (!hash.masked).then(|| hash.hasher.finish())
    }
}

impl Guard {
    fn new(operation: &'static Operation) -> Self {
        Self {
            operation,
            seen: Arc::default(),
        }
    }

    /// Notes a page.
    ///
    /// # Errors
    /// Where it is not empty and has come before, or too many were empty.
    fn page(&self, items: &dyn fmt::Debug, empty: bool) -> Result<(), Error> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if empty {
            seen.empty += 1;
            return match seen.empty < EMPTY {
                true => Ok(()),
                false => Err(self.endless(&format!("the last {EMPTY} pages were empty"))),
            };
        }
        seen.empty = 0;
        let hash = seen.hash(format_args!("{items:?}"));
        match hash.is_none_or(|hash| seen.pages.insert(hash)) {
            true => Ok(()),
            false => Err(self.endless("the server sent the same page twice")),
        }
    }

    /// Notes what names a page: a cursor, a link.
    ///
    /// # Errors
    /// Where it has come before.
    fn mark(&self, what: &str, mark: &dyn fmt::Display) -> Result<(), Error> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let hash = seen.hash(format_args!("{mark}"));
        match hash.is_none_or(|hash| seen.marks.insert(hash)) {
            true => Ok(()),
            false => Err(self.endless(&format!("the server sent the same {what} twice"))),
        }
    }

    fn endless(&self, why: &str) -> Error {
        let text = format!("the list has no end: {why}");
        Error::new(self.operation, ErrorKind::Decode, text)
    }
}

impl<T: fmt::Debug + Send + 'static> Pages<u64, T> {
    /// Walks pages by number, from `first`. The list ends with a page that is empty (a server may give fewer items than were asked
    /// for) or, after the first, is not found. A page that comes twice is an error, unless it has secrets.
    pub fn by_page<F>(
        operation: &'static Operation,
        first: u64,
        ask: impl FnMut(u64) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Vec<T>, Error>> + Send + 'static,
    {
        Self::counted(operation, first, 1, whole(ask), |page, _| {
            page.saturating_add(1)
        })
    }

    /// Walks pages as [`Pages::by_page`], but a page with fewer than `size` items is the last, too. `ask` also gives how many values a page
    /// lacks that were left out as not documented, since items may be among them.
    pub fn by_full_page<F>(
        operation: &'static Operation,
        first: u64,
        size: u64,
        ask: impl FnMut(u64) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(Vec<T>, usize), Error>> + Send + 'static,
    {
        Self::counted(operation, first, size, ask, |page, _| {
            page.saturating_add(1)
        })
    }

    /// Walks pages as [`Pages::by_offset`], but a page with fewer than `size` items is the last, too. `ask` is that of
    /// [`Pages::by_full_page`].
    pub fn by_full_offset<F>(
        operation: &'static Operation,
        first: u64,
        size: u64,
        ask: impl FnMut(u64) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(Vec<T>, usize), Error>> + Send + 'static,
    {
        Self::counted(operation, first, size, ask, |offset, count| {
            offset.saturating_add(count)
        })
    }

    /// Walks pages by the number of items to skip, from `first`. The list ends with a page that is empty. A page that comes twice is
    /// an error.
    pub fn by_offset<F>(
        operation: &'static Operation,
        first: u64,
        ask: impl FnMut(u64) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Vec<T>, Error>> + Send + 'static,
    {
        Self::counted(operation, first, 1, whole(ask), |offset, count| {
            offset.saturating_add(count)
        })
    }

    fn counted<F>(
        operation: &'static Operation,
        first: u64,
        size: u64,
        mut ask: impl FnMut(u64) -> F + Send + 'static,
        next: fn(u64, u64) -> u64,
    ) -> Self
    where
        F: Future<Output = Result<(Vec<T>, usize), Error>> + Send + 'static,
    {
        let guard = Guard::new(operation);
        Self::new(first, move |number| {
            let (coming, guard) = (ask(number), guard.clone());
            Box::pin(async move {
                // Some servers have no page behind the last.
                let is_behind = |error: &Error| {
                    let is_empty = error.status() == Some(StatusCode::NO_CONTENT);
                    number != first && (is_empty || size == 1 && error.is_not_found())
                };
                let (items, left_out) = match coming.await {
                    Err(error) if is_behind(&error) => (Vec::new(), 0),
                    page => page?,
                };
                if items.is_empty() && left_out == 0 {
                    return Ok((items, None));
                }
                guard.page(&items, items.is_empty())?;
                let count = items.len() as u64;
                let full = count.saturating_add(left_out as u64) >= size;
                let count = count.max(size);
                Ok((items, full.then(|| next(number, count))))
            })
        })
    }
}

/// Pages that lack nothing that would count.
fn whole<T, F>(
    mut ask: impl FnMut(u64) -> F + Send + 'static,
) -> impl FnMut(u64) -> BoxFuture<'static, Result<(Vec<T>, usize), Error>> + Send + 'static
where
    F: Future<Output = Result<Vec<T>, Error>> + Send + 'static,
{
    move |number| {
        let coming = ask(number);
        Box::pin(async move { Ok((coming.await?, 0)) })
    }
}

impl<C, T> Pages<Option<C>, T>
where
    C: fmt::Display + Clone + Send + 'static,
    T: fmt::Debug + Send + 'static,
{
    /// Walks pages by a value out of the page before, from `first`; `None` asks for the first page. The list ends with a page that
    /// names no next one, or an empty text. A cursor or a page that comes twice is an error.
    pub fn by_cursor<F>(
        operation: &'static Operation,
        first: Option<C>,
        ask: impl FnMut(Option<C>) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(Vec<T>, Option<C>), Error>> + Send + 'static,
    {
        Self::marked("cursor", operation, first, ask)
    }

    fn marked<F>(
        what: &'static str,
        operation: &'static Operation,
        first: Option<C>,
        mut ask: impl FnMut(Option<C>) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(Vec<T>, Option<C>), Error>> + Send + 'static,
    {
        let guard = Guard::new(operation);
        if let Some(first) = &first {
            // The first of all is new.
            let _ = guard.mark(what, first);
        }
        Self::new(first, move |mark: Option<C>| {
            let (coming, guard) = (ask(mark), guard.clone());
            Box::pin(async move {
                let (items, next) = coming.await?;
                let next = next.filter(|next| !next.to_string().trim().is_empty());
                guard.page(&items, items.is_empty())?;
                if let Some(next) = &next {
                    guard.mark(what, next)?;
                }
                Ok((items, next.map(Some)))
            })
        })
    }
}

impl<T: fmt::Debug + Send + 'static> Pages<Option<String>, T> {
    /// Walks pages by a URL that the page before gives, such as the `Link` header with `rel="next"`; `None` asks for the first page.
    /// The URL is for [`Request::follow`](super::Request::follow). A URL or a page that comes twice is an error.
    pub fn by_link<F>(
        operation: &'static Operation,
        ask: impl FnMut(Option<String>) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(Vec<T>, Option<String>), Error>> + Send + 'static,
    {
        Self::marked("link to the next page", operation, None, ask)
    }
}
