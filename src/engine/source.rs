//! Where bytes come from: one request, the head of its answer, and the body in chunks.

use bytes::Bytes;

use crate::model::failure::Failure;
use crate::model::url::SourceUrl;
use crate::plan::decide::Ask;
use crate::plan::head::Head;

/// An answer whose body was not read yet.
#[derive(Debug)]
pub struct Opened<B> {
    /// Its head.
    pub head: Head,
    /// The link that answered, after redirects.
    pub final_url: SourceUrl,
    /// Its body.
    pub body: B,
}

/// A body, read chunk by chunk.
pub trait Body: Send {
    /// The next chunk; none at the body's proper end. Dropping the future loses nothing.
    fn chunk(&mut self) -> impl Future<Output = Result<Option<Bytes>, Failure>> + Send;

    /// Where what is left of a chunk waits while it is handed over in portions.
    fn rest(&mut self) -> &mut Bytes;
}

impl<S: Source> Source for std::sync::Arc<S> {
    type Body = S::Body;

    async fn open(&self, ask: &Ask) -> Result<Opened<S::Body>, Failure> {
        self.as_ref().open(ask).await
    }
}

/// A place that answers requests for ranges.
pub trait Source: Send + Sync {
    /// Its bodies.
    type Body: Body;

    /// Sends a request and waits for the head of the answer.
    fn open(&self, ask: &Ask) -> impl Future<Output = Result<Opened<Self::Body>, Failure>> + Send;
}
