//! All items of a list, page after page, fetched when they are asked for.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use ananke_api::Page;
use ananke_api::lifecycle::Status;
use futures_core::Stream;

use crate::Error;

type Fetched<T> = Pin<Box<dyn Future<Output = Result<Page<T>, Error>> + Send>>;
type Fetch<T> = Box<dyn Fn(Option<String>) -> Fetched<T> + Send>;

/// The items of a list: a [`Stream`], or by hand with [`Listing::next`].
///
/// It ends with the list or behind its first error.
#[must_use = "nothing is fetched before an item is asked for"]
pub struct Listing<T> {
    fetch: Fetch<T>,
    items: VecDeque<T>,
    next: Next<T>,
}

enum Next<T> {
    Page(Option<String>),
    Fetching(Fetched<T>),
    Nothing,
}

impl<T: Unpin> Listing<T> {
    pub(crate) fn new<F>(fetch: impl Fn(Option<String>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<Page<T>, Error>> + Send + 'static,
    {
        Self {
            fetch: Box::new(move |cursor| Box::pin(fetch(cursor))),
            items: VecDeque::new(),
            next: Next::Page(None),
        }
    }

    /// The next item, or `None` behind the last.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Everything that is left.
    ///
    /// # Errors
    /// The first error of any page.
    pub async fn collect(mut self) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        while let Some(item) = self.next().await {
            all.push(item?);
        }
        Ok(all)
    }
}

impl<T: Unpin> Stream for Listing<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.items.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            match &mut self.next {
                Next::Nothing => return Poll::Ready(None),
                Next::Page(cursor) => {
                    let cursor = cursor.take();
                    let fetching = (self.fetch)(cursor);
                    self.next = Next::Fetching(fetching);
                }
                Next::Fetching(fetching) => {
                    let page = ready!(fetching.as_mut().poll(context));
                    self.next = Next::Nothing;
                    match page {
                        Ok(page) => {
                            self.items = page.items.into();
                            if page.next_cursor.is_some() {
                                self.next = Next::Page(page.next_cursor);
                            }
                        }
                        Err(error) => return Poll::Ready(Some(Err(error))),
                    }
                }
            }
        }
    }
}

impl<T> fmt::Debug for Listing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing")
            .field("fetched", &self.items.len())
            .finish_non_exhaustive()
    }
}

/// A status as filters name it.
pub(crate) const fn status_word(status: Status) -> &'static str {
    match status {
        Status::Active => "Active",
        Status::Suspended => "Suspended",
        Status::Revoked => "Revoked",
        Status::Expired => "Expired",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(items: &[u32], next_cursor: Option<&str>) -> Result<Page<u32>, Error> {
        Ok(Page {
            items: items.to_vec(),
            next_cursor: next_cursor.map(str::to_owned),
        })
    }

    #[tokio::test]
    async fn follows_the_cursors_to_the_end() {
        let listing = Listing::new(|cursor| async move {
            match cursor.as_deref() {
                None => page(&[1, 2], Some("a")),
                // A page may be empty and still not be the last.
                Some("a") => page(&[], Some("b")),
                _ => page(&[3], None),
            }
        });
        assert_eq!(listing.collect().await.unwrap(), [1, 2, 3]);
    }

    #[tokio::test]
    async fn ends_behind_an_error() {
        let mut listing = Listing::new(|cursor| async move {
            match cursor {
                None => page(&[1], Some("a")),
                Some(_) => Err(Error::MissingKey),
            }
        });
        assert_eq!(listing.next().await.unwrap().unwrap(), 1);
        assert!(matches!(listing.next().await, Some(Err(Error::MissingKey))));
        assert!(listing.next().await.is_none());
        assert!(listing.next().await.is_none());
    }
}
