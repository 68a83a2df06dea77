//! Looks at a link: sends what [`crate::plan::probe`] asks and reads no more than heads. Writes
//! nothing, and learns nothing that a run would go by.

use std::time::Duration;

use super::generation::is_stored_encoded;
use super::http::{Clients, HttpSource};
use super::source::Source;
use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind};
use crate::model::options::JobOptions;
use crate::model::probe::Probed;
use crate::model::url::SourceUrl;
use crate::plan::probe::{Probe, Step};

/// How long looking at one link may take, however many requests that are.
pub const MAX_PROBE: Duration = Duration::from_secs(10);

/// Looks at `url` as a job with these options would ask for it, in [`MAX_PROBE`] at most. The error
/// is what a run would meet now. Dropping the future leaves the server.
pub async fn probe(
    clients: &Clients,
    url: SourceUrl,
    options: &JobOptions,
) -> Result<Probed, Failure> {
    let told = tokio::time::timeout(MAX_PROBE, ask(clients, url, options)).await;
    told.unwrap_or_else(|_| Err(Failure::because(FailureKind::Stalled, Cause::NoAnswer)))
}

async fn ask(clients: &Clients, url: SourceUrl, options: &JobOptions) -> Result<Probed, Failure> {
    let mut probe = Probe::new(&url);
    let source = HttpSource::new(clients, url, options)?;
    loop {
        let opened = source.open(&probe.ask()).await?;
        if let Some(encoding) =
            opened.head.encoding.as_deref().filter(|_| !is_stored_encoded(&opened.final_url))
            && matches!(opened.head.status, 200..=206)
        {
            let detail =
                format!("the server sends the file encoded ({encoding}), though asked not to");
            return Err(Failure::new(FailureKind::Protocol, detail));
        }
        match probe.answered(&opened.head, &opened.final_url) {
            Step::Ask => {}
            Step::Found(found) => return Ok(found),
            Step::Not(failure) => return Err(failure),
        }
    }
}
