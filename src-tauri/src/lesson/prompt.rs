use std::io::{IsTerminal as _, Write as _, stdin, stdout};
use std::thread;

use tokio::sync::mpsc;

/// Reads what somebody types, on a thread of its own: a read that nobody waits for any more keeps nothing from ending.
pub(super) struct Prompt {
    lines: mpsc::Receiver<String>,
    terminal: bool,
}

/// What somebody says when there is nothing to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    GoOn,
    Leave,
}

/// No line that is read is longer, in bytes.
const MAX_LINE: u64 = 1_024;

impl Prompt {
    pub(super) fn open() -> Self {
        let (send, lines) = mpsc::channel(1);
        thread::spawn(move || {
            use std::io::{BufRead as _, Read as _};
            let mut input = stdin().lock();
            let mut line = String::new();
            while let Ok(1..) = input.by_ref().take(MAX_LINE).read_line(&mut line) {
                if send.blocking_send(std::mem::take(&mut line)).is_err() {
                    return;
                }
            }
        });
        Self { lines, terminal: stdin().is_terminal() }
    }

    /// Waits until somebody has read; where nobody sits there, not at all.
    pub(super) async fn pause(&mut self, words: &str) -> Answer {
        if !self.terminal {
            return Answer::GoOn;
        }
        print!("\n[{words}] ");
        let _ = stdout().flush();
        match self.lines.recv().await {
            Some(line) if !is_leaving(&line) => Answer::GoOn,
            _ => Answer::Leave,
        }
    }

    /// Which of so many choices somebody makes, counted from 0; `None` where they leave, or nothing more is to be read.
    pub(super) async fn choose(&mut self, choices: usize) -> Option<usize> {
        loop {
            print!("Your prediction, 1 to {choices}, or q to leave: ");
            let _ = stdout().flush();
            let line = self.lines.recv().await?;
            if is_leaving(&line) {
                return None;
            }
            match line.trim().parse::<usize>() {
                Ok(choice) if (1..=choices).contains(&choice) => return Some(choice - 1),
                _ => println!("That is none of the choices."),
            }
        }
    }
}

fn is_leaving(line: &str) -> bool {
    line.trim().eq_ignore_ascii_case("q")
}
