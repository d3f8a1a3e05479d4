use std::{env, fs, path::Path};

use proptest::prelude::*;
use serde_json::Value as Json;

use super::*;
use crate::Shelf;

const LESSON: &str = r#"+++
title = "T"
aim = "A"
minutes = 5
seed = 7

[conditions]
query = "lookup"
ttl_ms = 2000

[teacher]
questions = ["Q?"]
+++

Opening *words*.

## First

> A cue.

Prose with `{code}`.

```toml predict
question = "Which?"
[[choices]]
says = "One"
right = true
[[choices]]
says = "Two"
because = "It was {one.time}."
```

```toml actions
[[actions]]
as = "one"
says = "Ask"
do = { send = { product = 42 } }
[[actions]]
as = "run"
says = "Traffic"
do = { traffic = { workload = { length = { kind = "time", ms = 500 } } } }
[[actions]]
says = "Change"
do = { conditions = { protections = { single_flight = true } } }
```

It took {one.time}, {run.p50 / one.time} of it.

- a
- b

```toml expect
[[expect]]
says = "It misses."
measure = "misses"
of = "one"
at_least = 1
```

## Second

Before: {one.time}.
"#;

fn read(text: &str) -> Result<Lesson, Error> {
    Lesson::from_markdown("03-my-lesson", text)
}

/// The line and the message of what is wrong when one thing is put in the place of another.
fn refused(from: &str, to: &str) -> (usize, String) {
    assert!(LESSON.contains(from), "{from}");
    match read(&LESSON.replacen(from, to, 1)) {
        Err(Error::Unreadable { line, message }) => (line, message),
        other => panic!("{to}: {other:?}"),
    }
}

fn line_of(text: &str) -> usize {
    LESSON.lines().position(|line| line.contains(text)).expect("it is there") + 1
}

#[test]
fn a_lesson_is_read_as_it_is_written() {
    let lesson = read(LESSON).expect("it makes sense");
    assert_eq!((lesson.number, lesson.name.as_str(), lesson.own), (3, "my-lesson", false));
    assert_eq!((lesson.minutes, lesson.seed, lesson.conditions.ttl_ms), (5, 7, 2_000));
    assert_eq!(lesson.opening.len(), 1);
    let [first, second] = lesson.steps.as_slice() else { panic!("two steps: {:?}", lesson.steps) };
    assert_eq!((first.title.as_str(), first.cue.as_deref()), ("First", Some("A cue.")));
    assert_eq!((first.prose.len(), first.after.len(), second.prose.len()), (1, 2, 1));
    let keys: Vec<&str> = first.actions.iter().map(|action| action.key.as_str()).collect();
    assert_eq!(keys, ["Space", "T", "C"]);
}

#[test]
fn conditions_of_a_step_are_those_of_the_head_with_what_it_gives_and_traffic_has_the_lesson_s_seed() {
    let lesson = read(LESSON).expect("it makes sense");
    let Move::Traffic { workload, .. } = &lesson.steps[0].actions[1].what else { panic!("traffic") };
    assert_eq!(workload.seed, 7);
    let Move::Conditions(conditions) = &lesson.steps[0].actions[2].what else { panic!("conditions") };
    assert_eq!(*conditions, {
        let mut expected = lesson.conditions.clone();
        expected.protections.single_flight = true;
        expected
    });
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let windows = format!("\u{feff}{}", LESSON.replace('\n', "\r\n"));
    assert_eq!(read(&windows).expect("the same"), read(LESSON).expect("it makes sense"));
}

#[test]
fn what_makes_no_sense_is_refused_with_its_line_and_what_to_do() {
    for (from, to, at, words) in [
        ("+++\ntitle", "title", "+++", "begins with its head"),
        ("minutes = 5", "minutes = 500", "minutes", "1 to 60 minutes"),
        ("minutes = 5", "minute = 5", "minutes", "minute"),
        ("ttl_ms = 2000", "ttl = 2000", "ttl_ms", "no setting \"conditions.ttl\""),
        ("ttl_ms = 2000", "ttl_ms = 0", "[conditions]", "TTL"),
        ("title = \"T\"", "title = \"T", "title = \"T\"", "TOML"),
        ("product = 42", "product = 0", "says = \"Ask\"", "numbered from 1"),
        ("product = 42", "produce = 42", "product = 42", "produce"),
        ("do = { send", "do = { explode", "do = { send", "explode"),
        ("ms = 500", "ms = 500000", "says = \"Traffic\"", "at most 30 s"),
        ("{ kind = \"time\", ms = 500 }", "{ kind = \"until_stopped\" }", "says = \"Traffic\"", "end by itself"),
        ("as = \"run\"", "as = \"one\"", "says = \"Traffic\"", "called \"one\""),
        ("as = \"run\"", "as = \"Run 1\"", "says = \"Traffic\"", "small letters"),
        ("at_least = 1", "", "says = \"It misses.\"", "cannot fail"),
        ("of = \"one\"", "of = \"two\"", "says = \"It misses.\"", "\"two\", which is not there"),
        ("measure = \"misses\"", "measure = \"missed\"", "measure = \"misses\"", "missed"),
        ("right = true", "", "question = ", "which choice is right"),
        ("because = \"It was {one.time}.\"", "", "question = ", "says why"),
        ("It was {one.time}.", "It was {none.time}.", "question = ", "\"none\""),
        ("{run.p50 / one.time}", "{run.p51}", "It took", "There is no measure \"p51\""),
        ("{run.p50 / one.time}", "{braces}", "It took", "backticks"),
        ("Prose with", "Prose {one.time} with", "Prose with", "no action before it"),
        ("```toml expect", "```toml expects", "```toml expect", "expects"),
        ("```toml expect", "```toml", "```toml expect", "```toml predict"),
        ("## Second", "# Second", "## Second", "## instead of #"),
        ("Prose with", "<b>Prose</b> with", "Prose with", "HTML"),
        ("Prose with", "[Prose](http://a.b) with", "Prose with", "offline"),
        ("- b", "  - b", "- a", "no list within a list"),
        ("> A cue.", "> A cue.\n\nand\n\n> another.", "> A cue.", "one quotation"),
    ] {
        let (line, message) = refused(from, to);
        assert!(message.contains(words), "{to}: {message}");
        assert!(
            line.abs_diff(line_of(at)) <= if at.starts_with("> A cue") { 4 } else { 1 },
            "{to}: line {line}: {message}"
        );
    }
    for (stem, text) in
        [("01-a b", LESSON), ("01-", LESSON), ("a", ""), ("a", "+++\n"), ("a", &"x".repeat(MAX_TEXT + 1))]
    {
        assert!(Lesson::from_markdown(stem, text).is_err(), "{stem}");
    }
    let many = format!("{LESSON}\n{}", "## More\n\nwords\n\n".repeat(MAX_STEPS));
    assert!(read(&many).expect_err("too many").to_string().contains("at most"));
}

#[test]
fn a_lesson_that_takes_too_long_in_all_is_refused() {
    let runs: String =
        (0..7).map(|n| format!("[[actions]]\nsays = \"W{n}\"\ndo = {{ wait = {{ ms = 30000 }} }}\n")).collect();
    let long = LESSON.replacen("[[actions]]\nas = \"one\"", &format!("{runs}[[actions]]\nas = \"one\""), 1);
    assert!(read(&long).expect_err("too long").to_string().contains("Make them shorter"));
}

proptest! {
    #[test]
    fn whatever_a_file_holds_it_is_read_or_refused_with_a_line(text in ".{0,400}") {
        if let Err(error) = read(&text) {
            prop_assert!(error.to_string().starts_with("line "), "{}", error);
        }
    }

    #[test]
    fn whatever_stands_in_a_body_it_is_read_or_refused_with_a_line_of_the_file(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "## Step\n", "> quote\n", "- item\n", "  - nested\n", "1. one\n", "```toml actions\n", "```toml expect\n",
            "```toml predict\n", "```\n", "[[actions]]\n", "says = \"x\"\n", "do = \"clear\"\n", "{one.time}\n", "{\n", "}\n",
            "*em* **strong** `code`\n", "\n", "<b>\n", "***\n", "# Title\n", "\t tab\n", "é ∑ 🦀\n", "[a]: b\n", "|a|b|\n",
            "do = { send = { product = 1 } }\n", "as = \"one\"\n", "\\\n", "    indented\n", ">> deep\n", "&amp; &#0;\n",
        ]), 0..40)
    ) {
        let text = format!("+++\ntitle = \"T\"\naim = \"A\"\nminutes = 5\n+++\n{}", pieces.concat());
        let lines = text.lines().count() + 1;
        match read(&text) {
            Ok(lesson) => prop_assert!(!lesson.steps.is_empty()),
            Err(Error::Unreadable { line, message }) => {
                prop_assert!((1..=lines).contains(&line) && !message.is_empty(), "line {line} of {lines}: {message}");
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn a_lesson_with_any_piece_cut_out_is_read_or_refused(from in 0_usize..LESSON.len(), length in 0_usize..80) {
        let to = (from + length).min(LESSON.len());
        prop_assume!(LESSON.is_char_boundary(from) && LESSON.is_char_boundary(to));
        let text = format!("{}{}", &LESSON[..from], &LESSON[to..]);
        if let Err(error) = read(&text) {
            prop_assert!(error.to_string().starts_with("line "), "{}", error);
        }
    }
}

/// What a lesson's file holds besides prose.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it is only described")]
struct Format {
    /// Between the two lines of +++.
    head: Head,
    /// In a block toml predict.
    predict: Prediction,
    /// In a block toml actions.
    actions: Actions,
    /// In a block toml expect.
    expect: Expect,
}

/// Run with `SCHEMA=write` to write the files.
#[test]
fn the_schemas_beside_the_crate_are_those_written_from_these_types() {
    for (name, schema) in [("lesson-head-1", schemars::schema_for!(Head)), ("lesson-1", schemars::schema_for!(Format))]
    {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schema/{name}.schema.json"));
        let fresh = serde_json::to_string_pretty(&schema).expect("it is JSON") + "\n";
        if env::var_os("SCHEMA").is_some_and(|value| value == "write") {
            fs::create_dir_all(path.parent().expect("a folder")).expect("the schema's folder");
            fs::write(&path, &fresh).expect("the schema is written");
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == fresh,
            "{} is out of date; write it anew with: SCHEMA=write cargo test -p lesson",
            path.display()
        );
    }
}

#[test]
fn the_head_of_every_lesson_is_what_its_schema_says() {
    let schema = serde_json::to_value(schemars::schema_for!(Head)).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("a sound schema");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lessons");
    let mut read = 0;
    for entry in fs::read_dir(folder).expect("the lessons' folder") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("it can be read");
        let Ok((head, ..)) = split(&text) else { continue };
        let head: Table = toml::from_str(head).expect("TOML");
        let head: Json = serde_json::to_value(head).expect("it is JSON");
        let errors: Vec<String> = validator.iter_errors(&head).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", path.display());
        read += 1;
    }
    assert_eq!(read, Shelf::built_in().lessons.len(), "every file of the folder is on the shelf");
}
