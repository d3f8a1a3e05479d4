use super::*;

const SCENE: &str = r#"
title = "T"
story = "S"
ask = "A?"
measures = ["database_queries"]
[workload]
length = { kind = "time", ms = 1000 }
[[acts]]
at_ms = 500
deed = "expire_keys"
[[takes]]
name = "ill"
[[takes]]
name = "cured"
warm = true
protections = { single_flight = true }
[[claims]]
says = "It helps."
measure = "database_queries"
of = "cured"
against = "ill"
at_most = 0.5
"#;

fn measured(take: &str, value: Option<f64>) -> Measured {
    Measured { take: take.to_owned(), requests: 1, values: vec![value] }
}

#[test]
fn every_scene_that_comes_with_the_app_can_be_read_and_says_what_it_claims() {
    let scenes = Scene::all().expect("they make sense");
    assert_eq!(scenes.len(), SCRIPTS.len());
    for scene in &scenes {
        assert!(!scene.claims.is_empty(), "{} claims nothing", scene.name);
        assert_eq!(Scene::named(&scene.name).as_ref(), Ok(scene));
    }
    let unknown = Scene::named("flood").expect_err("no such scene").to_string();
    assert!(unknown.contains("stampede"), "{unknown}");
}

#[test]
fn a_take_has_the_workload_of_the_scene_and_may_fill_the_cache_first() {
    let scene = Scene::from_toml(SCENE).expect("it makes sense");
    let warm = |index: usize| scene.workload_of(&scene.takes[index]).warm;
    assert_eq!((warm(0), warm(1)), (false, true));
    assert!(scene.takes[1].conditions.protections.single_flight);
}

#[test]
fn a_claim_holds_fails_or_cannot_be_said() {
    let scene = Scene::from_toml(SCENE).expect("it makes sense");
    let holds = |takes: &[Measured]| scene.judge(takes)[0].holds;
    assert_eq!(holds(&[]), None);
    assert_eq!(holds(&[measured("ill", Some(10.0))]), None);
    assert_eq!(holds(&[measured("ill", Some(10.0)), measured("cured", None)]), None);
    assert_eq!(holds(&[measured("ill", Some(10.0)), measured("cured", Some(5.0))]), Some(true));
    assert_eq!(holds(&[measured("ill", Some(10.0)), measured("cured", Some(6.0))]), Some(false));
}

#[test]
fn a_script_that_makes_no_sense_is_refused_with_the_reason() {
    for (from, to, reason) in [
        ("ms = 1000", "ms = 500", "after the end"),
        ("kind = \"time\", ms = 1000", "kind = \"until_stopped\"", "end by itself"),
        ("of = \"cured\"", "of = \"healed\"", "\"healed\", which is not there"),
        ("measure = \"database_queries\"", "measure = \"p99\"", "which is not measured"),
        ("at_most = 0.5", "", "cannot fail"),
        ("name = \"cured\"", "name = \"ill\"", "Two takes"),
        ("deed = \"expire_keys\"", "deed = \"explode\"", "explode"),
        ("ask = \"A?\"", "asks = \"A?\"", "asks"),
    ] {
        let error = Scene::from_toml(&SCENE.replacen(from, to, 1)).expect_err(to).to_string();
        assert!(error.contains(reason), "{to}: {error}");
    }
    assert!(Scene::from_toml(&" ".repeat(MAX_TEXT + 1)).is_err());
}

#[test]
fn what_is_wrong_with_a_script_is_told_without_the_passwords_that_stand_there() {
    for line in [
        r#"engine = { kind = "external", url = "redis://me:hunter2@host" "#,
        r#"engine = { kind = "redis://me:hunter2@host" }"#,
        r#"database = "postgres://me:hunter2@host/shop""#,
        r#"protections = "unix:///s?user=me&pass=hunter2""#,
    ] {
        let text = SCENE.replace("warm = true", line);
        let error = Scene::from_toml(&text).expect_err(line);
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{line}: {error}");
    }
    let error = Scene::from_toml("title = ").expect_err("it ends there").to_string();
    assert!(error.contains("line 1, column"), "{error}");
}
