//! What is packed beside the program: manual pages and completions, written from the command line's own definition.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, Result};
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, roman};

use crate::arguments::{Arguments, EXAMPLES};

const FILES: [(&str, &str); 3] = [
    ("$XDG_DATA_HOME/cachescope/", "The data folder, usually in ~/.local/share; --data-dir names another."),
    (
        "catalogue-small.db",
        "The catalogue, a SQLite file. It is built at the first start; any SQLite client may open it.",
    ),
    ("recordings.db, settings.json", "What was recorded, and what was chosen in the window. Passwords are in neither."),
];

const ENVIRONMENT: [(&str, &str); 4] = [
    ("REDISCLI_AUTH", "The password of a Redis server of yours, where its address has none; as for redis-cli."),
    ("PGPASSWORD", "The password of a PostgreSQL server of yours, likewise; as for psql, which reads ~/.pgpass too."),
    ("SSL_CERT_FILE", "Whom to trust over TLS, instead of the system's certificates."),
    ("XDG_DATA_HOME", "Where the data folder is."),
];

/// Prints what a shell needs to complete the commands and their options.
pub(crate) fn print_completions(shell: Shell) {
    clap_complete::generate(shell, &mut Arguments::command(), "cachescope", &mut io::stdout());
}

/// Writes a manual page for the program and one for each of its commands.
pub(crate) fn write_pages(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut program = without_help(Arguments::command());
    program.build();
    write_page_and_those_below(&program, folder).with_context(|| folder.display().to_string())
}

fn write_page_and_those_below(command: &Command, folder: &Path) -> Result<()> {
    for below in commands_of(command) {
        write_page_and_those_below(below, folder)?;
    }
    let man = Man::new(command.clone())
        .source(format!("Cachescope {}", env!("CARGO_PKG_VERSION")))
        .manual("Cachescope")
        .title(command.get_display_name().unwrap_or_else(|| command.get_name()).to_uppercase());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    if command.get_arguments().any(|argument| !argument.is_hide_set()) {
        man.render_options_section(&mut page)?;
    }
    if commands_of(command).next().is_some() {
        man.render_subcommands_section(&mut page)?;
    }
    if command.get_after_help().is_some() {
        of_the_program().to_writer(&mut page)?;
    }
    Ok(fs::write(folder.join(man.get_filename()), page)?)
}

/// Without the command `help` that clap adds to a command which has others: there are pages now.
fn without_help(command: Command) -> Command {
    command.disable_help_subcommand(true).mut_subcommands(without_help)
}

fn commands_of(command: &Command) -> impl Iterator<Item = &Command> {
    command.get_subcommands().filter(|below| !below.is_hide_set())
}

/// The sections of the program's own page that clap knows nothing of. It would run the examples together as one paragraph.
fn of_the_program() -> Roff {
    let mut page = Roff::new();
    page.control("SH", ["EXAMPLES"]).control("nf", []);
    for line in EXAMPLES.lines().take_while(|line| !line.is_empty()).skip(1) {
        page.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
    }
    page.control("fi", []);
    for (title, entries) in [("FILES", &FILES[..]), ("ENVIRONMENT", &ENVIRONMENT[..])] {
        page.control("SH", [title]);
        for (name, words) in entries {
            page.control("TP", []).text([bold(*name)]).text([roman(*words)]);
        }
    }
    let others: Vec<Inline> =
        vec![bold("redis-cli"), roman("(1), "), bold("curl"), roman("(1), "), bold("sqlite3"), roman("(1)")];
    page.control("SH", ["SEE ALSO"]).text(others);
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use tempfile::TempDir;

    #[test]
    fn every_command_that_help_lists_has_a_page_and_the_hidden_ones_have_none() {
        let folder = TempDir::new().expect("a folder");
        write_pages(folder.path()).expect("pages");
        let pages: BTreeSet<String> = fs::read_dir(folder.path())
            .expect("the folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        let mut expected = BTreeSet::from(["cachescope.1".to_owned()]);
        for command in commands_of(&Arguments::command()) {
            expected.insert(format!("cachescope-{}.1", command.get_name()));
            for below in commands_of(command) {
                expected.insert(format!("cachescope-{}-{}.1", command.get_name(), below.get_name()));
            }
        }
        assert_eq!(pages, expected);
        assert!(!pages.contains("cachescope-mini-redis.1"));
    }

    #[test]
    fn the_page_of_the_program_keeps_the_lines_of_its_examples() {
        let folder = TempDir::new().expect("a folder");
        write_pages(folder.path()).expect("pages");
        let page = fs::read_to_string(folder.path().join("cachescope.1")).expect("a page");
        let (_, examples) = page.split_once(".SH EXAMPLES\n.nf\n").expect("examples, not filled");
        assert!(examples.starts_with("cachescope  "), "{examples}");
        assert!(page.contains(".SH FILES") && page.contains(".SH ENVIRONMENT"));
    }
}
