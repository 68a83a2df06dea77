//! Bytes that turned out to be wrong while others still come: an answer that is not what its own digest
//! says, and what two answers show to be wrong. They are forgotten, durably, and fetched again.

use super::job::{Exit, Run};
use crate::model::cause::Cause;
use crate::model::log::{OfHeld, Told};
use crate::model::range::SpanSet;
use crate::plan::planner::ConnectionId;
use crate::plan::transfer::Move;

impl Run {
    /// Whether an answer that was read to its end is not what its own digest says.
    pub(super) fn is_corrupt(&mut self, id: ConnectionId) -> bool {
        let Some(connection) = self.open.connection(id) else { return false };
        let told = connection.told.take_if(|(_, length)| *length == connection.received);
        let Some((content, _)) = told else { return false };
        let is_sound = content.verdict();
        if is_sound {
            self.transfer.sound(id);
        }
        !is_sound
    }

    /// A connection brought other bytes than those held, first at `at`: a piece around that decides,
    /// where one does.
    pub(super) async fn judge(
        &mut self,
        connection: ConnectionId,
        at: u64,
        written: SpanSet,
    ) -> Result<Move, Exit> {
        Ok(match self.piece_at(at).await? {
            Some(piece) => self.transfer.mismatch_in_piece(connection, at, written, piece),
            None => self.transfer.mismatch(connection, at, written),
        })
    }

    /// Two answers showed that what another wrote is wrong: it is fetched again.
    pub(super) async fn forget_wrong(&mut self, wrong: &SpanSet) -> Result<(), Exit> {
        self.drop_closed(Cause::Unwanted).await;
        let bytes = wrong.total();
        self.log(Told::Held(OfHeld::Wrong(bytes))).await;
        let wrong = self.without_right_pieces(wrong).await?;
        let written = self.forget(&wrong).await?;
        self.transfer.forget(written);
        Ok(())
    }

    /// What a corrupt answer wrote is fetched again.
    pub(super) async fn take_back(&mut self, id: ConnectionId) -> Result<Move, Exit> {
        if let Some(told) = self.flush_unless_stopped().await? {
            return self.hear(told).await;
        }
        let wrong = self.transfer.wrote(id);
        let written = self.forget(&wrong).await?;
        Ok(self.transfer.corrupt(id, written))
    }
}
