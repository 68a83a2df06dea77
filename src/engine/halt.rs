//! What may take long on a slow disk, and what no pause waits for: once the run is to stop, it is left.

use super::job::{Exit, Run, stopped};
use super::writer::Told;

impl Run {
    /// Opens what an earlier run left. Where that is broken off, nothing of it is changed.
    pub(super) async fn open_unless_stopped(&mut self) -> Result<(), Exit> {
        let mut stop = self.stop.clone();
        tokio::select! {
            biased;
            () = stopped(&mut stop) => Err(Exit::Stop),
            opened = self.open_target() => Ok(opened?),
        }
    }

    /// As [`Run::flush`]. Where that is broken off, the end of the run writes what is left.
    pub(super) async fn flush_unless_stopped(&mut self) -> Result<Option<Told>, Exit> {
        let mut stop = self.stop.clone();
        tokio::select! {
            biased;
            () = stopped(&mut stop) => Err(Exit::Stop),
            told = self.flush() => Ok(told),
        }
    }
}
