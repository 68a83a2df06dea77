//! What holds a run back, told to the service a few times a second and never for a chunk.

use super::job::Run;
use crate::plan::why::Circumstances;

impl Run {
    /// Tells what is so now. `disk_is_full`: no byte more fits into the writer's queue.
    pub(super) fn tell_circumstances(&mut self, disk_is_full: bool) {
        let main = self.transfer.main();
        let ranges = self.transfer.learned(main).ranges;
        self.progress.set_circumstances(Circumstances {
            most: self.transfer.most(),
            cap: self.transfer.cap(main),
            ranges,
            disk_is_slow: self.disk_load.look(disk_is_full),
        });
    }
}
