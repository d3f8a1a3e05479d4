use std::sync::Arc;

use metrics::Meter;

use crate::{Busy, Conduct, Error, Writer};

/// Writes the seconds of one run as they end, while it goes on: a round of a recording.
#[derive(Debug)]
pub struct Recorder {
    writer: Writer,
    meter: Arc<Meter>,
    busy: Busy,
}

impl Recorder {
    /// Fills the open round of that writer, from the next second of the run that begins; of a run that has sent nothing yet,
    /// from its first. Not before second `from` of the run: two that begin with a later one begin together. Waits for nothing,
    /// so that a run that begins with it is not late.
    #[must_use]
    pub fn begin(writer: Writer, meter: Arc<Meter>, from: u32) -> Self {
        meter.keep_seconds(from);
        Self { writer, meter, busy: Busy::default() }
    }

    /// The recording's number in the store.
    #[must_use]
    pub fn id(&self) -> i64 {
        self.writer.id()
    }

    /// Writes the seconds that have ended since the last time. To be called a few times a second.
    ///
    /// # Errors
    /// What SQLite says, above all [`Error::Full`]. What was written before is kept.
    pub async fn write(&mut self) -> Result<(), Error> {
        let seconds = self.meter.take_seconds();
        if seconds.is_empty() {
            return Ok(());
        }
        let busy = self.busy.percent();
        for kept in &seconds {
            self.writer.second(self.meter.started_ns(), kept, Some(busy)).await?;
        }
        Ok(())
    }

    /// Writes what is left, and ends the round: with the run, which took so long, or before it, after the last whole second.
    ///
    /// # Errors
    /// As [`Recorder::write`].
    pub async fn end(mut self, run_elapsed_ns: Option<u64>, conduct: Option<&Conduct>) -> Result<Writer, Error> {
        self.write().await?;
        self.meter.stop_keeping_seconds();
        self.writer.end_round(run_elapsed_ns, conduct).await?;
        Ok(self.writer)
    }
}
