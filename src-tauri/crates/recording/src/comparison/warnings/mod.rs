//! What makes a comparison unfair or uncertain, in words that say what it means.

mod conditions;
mod conduct;
mod drift;
mod sample;
#[cfg(test)]
mod tests;

use super::pair::Pair;
use super::{Compared, NotComparable, words};

/// A recording with its name.
#[derive(Clone, Copy)]
struct Contender<'a> {
    name: &'a str,
    compared: &'a Compared<'a>,
}

/// All of them, the gravest first.
pub(super) fn warnings(
    compared: &[Compared<'_>],
    names: &[String],
    pairs: &[Pair<'_>],
) -> Result<Vec<String>, NotComparable> {
    let all: Vec<Contender<'_>> =
        compared.iter().zip(names).map(|(compared, name)| Contender { name, compared }).collect();
    let mut warnings = conditions::warnings(&all);
    warnings.extend(sample::warnings(&all, pairs));
    for contender in &all {
        warnings.extend(drift::warnings(contender)?);
    }
    warnings.extend(conduct::warnings(&all));
    Ok(warnings)
}

/// Who shares what: the names of all that have the same value, for each value, in order.
fn shared_by<'a, T: PartialEq>(all: &[Contender<'a>], value: impl Fn(&Contender<'a>) -> T) -> Vec<(T, Vec<String>)> {
    let mut groups: Vec<(T, Vec<String>)> = Vec::new();
    for contender in all {
        let value = value(contender);
        match groups.iter_mut().find(|(known, _)| *known == value) {
            Some((_, names)) => names.push(contender.name.to_owned()),
            None => groups.push((value, vec![contender.name.to_owned()])),
        }
    }
    groups
}

/// "x: a and b; y: c", where they do not all share the same.
fn told_apart<'a, T: PartialEq + ToString>(
    all: &[Contender<'a>],
    value: impl Fn(&Contender<'a>) -> T,
) -> Option<String> {
    let groups = shared_by(all, value);
    let told = groups.iter().map(|(value, names)| format!("{} for {}", value.to_string(), words::list(names)));
    (groups.len() > 1).then(|| told.collect::<Vec<_>>().join("; "))
}
