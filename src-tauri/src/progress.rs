//! Progress on standard error.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lab::{CatalogueState, Event, Lab};

/// A bar or line of that template; hidden where standard error is no terminal.
pub(crate) fn bar(template: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// Shows how far the catalogue is, on standard error, until it is there; prints what the laboratory has to say.
pub(crate) async fn show_catalogue(lab: &Lab) {
    let bar = bar("Building the catalogue: {msg:<12} {wide_bar} {percent:>3} %");
    let mut plain_line_due = bar.is_hidden();
    let mut events = lab.events();
    while let Some(event) = events.next().await {
        match event {
            Event::Notice(notice) => bar.suspend(|| eprintln!("{notice}")),
            Event::Status(status) => match status.catalogue {
                CatalogueState::Opening => {}
                CatalogueState::Building { table, done_rows, total_rows } => {
                    if std::mem::take(&mut plain_line_due) {
                        eprintln!("Building the catalogue: {total_rows} rows, once.");
                    }
                    bar.set_length(total_rows);
                    bar.set_position(done_rows);
                    bar.set_message(table);
                }
                CatalogueState::Ready { .. } | CatalogueState::Failed { .. } | CatalogueState::Asking { .. } => break,
            },
        }
    }
    bar.finish_and_clear();
}
