use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::StatusCode;

/// The methods that are told apart; all others are one.
const METHODS: [&str; 6] = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "other"];

/// The statuses that are told apart; all others are one, told as 0.
const CODES: [u16; 19] = [101, 200, 204, 304, 400, 401, 403, 404, 405, 408, 409, 413, 414, 421, 431, 500, 503, 505, 0];

/// How many requests were answered how, and who was not let in.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    answered: [[AtomicU64; CODES.len()]; METHODS.len()],
    /// Connections that were let in.
    pub(crate) connections: AtomicU64,
    /// Connections that were sent away, since there were too many.
    pub(crate) refused: AtomicU64,
    /// Connections that were cut off, since nothing came for too long.
    pub(crate) cut_off: AtomicU64,
}

impl Tally {
    pub(crate) fn count(&self, method: &str, status: StatusCode) {
        let method = METHODS.iter().position(|name| *name == method).unwrap_or(METHODS.len() - 1);
        let code = CODES.iter().position(|code| *code == status.as_u16()).unwrap_or(CODES.len() - 1);
        self.answered[method][code].fetch_add(1, Ordering::Relaxed);
    }

    /// Method, status and how many, of those there were.
    pub(crate) fn answered(&self) -> impl Iterator<Item = (&'static str, u16, u64)> + '_ {
        METHODS.into_iter().zip(&self.answered).flat_map(|(method, codes)| {
            let counted =
                CODES.into_iter().zip(codes).map(move |(code, count)| (method, code, count.load(Ordering::Relaxed)));
            counted.filter(|(.., count)| *count > 0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_method_and_status_and_strange_ones_together() {
        let tally = Tally::default();
        tally.count("GET", StatusCode::OK);
        tally.count("GET", StatusCode::OK);
        tally.count("BREW", StatusCode::IM_A_TEAPOT);
        assert_eq!(tally.answered().collect::<Vec<_>>(), [("GET", 200, 2), ("other", 0, 1)]);
    }
}
