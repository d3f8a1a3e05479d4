//! [`SINTER key [key ...]`](https://redis.io/docs/latest/commands/sinter/): replies the members that all of the sets
//! have, [`SUNION`](https://redis.io/docs/latest/commands/sunion/) those that any has, and
//! [`SDIFF`](https://redis.io/docs/latest/commands/sdiff/) those that the first has and no other, in no order.
//! [`SINTERSTORE destination key [key ...]`](https://redis.io/docs/latest/commands/sinterstore/),
//! [`SUNIONSTORE`](https://redis.io/docs/latest/commands/sunionstore/) and
//! [`SDIFFSTORE`](https://redis.io/docs/latest/commands/sdiffstore/) store them instead, and reply how many there are.
//! O(n) for n members in all sets, or O(n·m) for the intersection of m sets, the smallest with n.

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::keyspace::{Keys, Value};
use crate::reply::Reply;
use crate::value::Set;

pub(crate) const SDIFF: Spec = Spec { name: "sdiff", summary: "Subtract multiple sets", complexity: ALL, ..SPEC };

pub(crate) const SDIFFSTORE: Spec = Spec {
    name: "sdiffstore",
    summary: "Subtract multiple sets and store the resulting set in a key",
    complexity: ALL,
    ..STORE
};

pub(crate) const SINTER: Spec =
    Spec { name: "sinter", summary: "Intersect multiple sets", complexity: SMALLEST, ..SPEC };

pub(crate) const SINTERSTORE: Spec = Spec {
    name: "sinterstore",
    keys: &[KeySpec::one(&["RW", "update"]), KeySpec::until(2, -1, 1, &["RO", "access"])],
    summary: "Intersect multiple sets and store the resulting set in a key",
    complexity: SMALLEST,
    ..STORE
};

pub(crate) const SUNION: Spec = Spec { name: "sunion", summary: "Add multiple sets", complexity: ALL, ..SPEC };

pub(crate) const SUNIONSTORE: Spec = Spec {
    name: "sunionstore",
    summary: "Add multiple sets and store the resulting set in a key",
    complexity: ALL,
    ..STORE
};

const SPEC: Spec = Spec {
    arity: -2,
    flags: &["readonly"],
    keys: &[KeySpec::all(1, &["RO", "access"])],
    tips: &["nondeterministic_output_order"],
    ..super::SPEC
};

const STORE: Spec = Spec {
    arity: -3,
    flags: &["write", "denyoom"],
    keys: &[KeySpec::one(&["OW", "update"]), KeySpec::until(2, -1, 1, &["RO", "access"])],
    ..super::SPEC
};

const ALL: &str = "O(N) where N is the total number of elements in all given sets.";
const SMALLEST: &str = "O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets.";

pub(crate) fn combine(names: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let mut keys = context.keys();
    let sets = read(&mut keys, names.iter())?;
    let found: Vec<&[u8]> = match names.name() {
        "sinter" => intersect(&sets).collect(),
        "sdiff" => subtract(&sets).collect(),
        _ => {
            let union = unite(&sets);
            write(union.iter(), reply);
            return Ok(());
        }
    };
    write(found.into_iter(), reply);
    Ok(())
}

fn write<'s>(members: impl ExactSizeIterator<Item = &'s [u8]>, reply: &mut Reply<'_>) {
    reply.set(members.len());
    members.for_each(|member| reply.bulk(member));
}

pub(crate) fn store(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([destination], names) = arguments.split()?;
    let mut keys = context.keys();
    let sets = read(&mut keys, names.iter())?;
    let result = match arguments.name() {
        "sinterstore" => collect(intersect(&sets)),
        "sdiffstore" => collect(subtract(&sets)),
        _ => unite(&sets),
    };
    reply.count(result.len());
    keys.store(destination, result, Classes::SET, arguments.name());
    Ok(())
}

/// Looks the sets up; None where there is none.
pub(super) fn read<'s, 'k>(
    keys: &'s mut Keys<'_>,
    names: impl Iterator<Item = &'k [u8]>,
) -> Result<Vec<Option<&'s Set>>, Error> {
    let names: Vec<&[u8]> = names.collect();
    for name in &names {
        keys.read_as::<Set>(name)?;
    }
    names.into_iter().map(|name| keys.again(name).map(Value::kind).transpose()).collect()
}

/// The members that all sets have: those of the smallest that the others have too.
pub(super) fn intersect<'s>(sets: &[Option<&'s Set>]) -> impl Iterator<Item = &'s [u8]> + use<'s> {
    let all: Option<Vec<&Set>> = sets.iter().copied().collect();
    let mut all = all.unwrap_or_default();
    all.sort_by_key(|set| set.len());
    let smallest = all.first().copied();
    let members = smallest.into_iter().flat_map(Set::iter);
    members.filter(move |member| all.iter().skip(1).all(|set| set.contains(member)))
}

/// The members of the first set that no other has.
fn subtract<'s>(sets: &[Option<&'s Set>]) -> impl Iterator<Item = &'s [u8]> + use<'s> {
    let first = sets.first().copied().flatten();
    let others: Vec<&Set> = sets.iter().skip(1).flatten().copied().collect();
    let members = first.into_iter().flat_map(Set::iter);
    members.filter(move |member| !others.iter().any(|set| set.contains(member)))
}

fn unite(sets: &[Option<&Set>]) -> Set {
    collect(sets.iter().flatten().flat_map(|set| set.iter()))
}

fn collect<'s>(members: impl Iterator<Item = &'s [u8]>) -> Set {
    let mut set = Set::default();
    for member in members {
        set.add(member);
    }
    set
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The same as with sets of the standard library.
        #[test]
        fn sets_are_combined(members in prop::collection::vec(prop::option::of(prop::collection::btree_set("[a-f]", 0..6)), 1..5)) {
            let sets: Vec<Option<Set>> = members
                .iter()
                .map(|members| members.as_ref().map(|members| collect(members.iter().map(String::as_bytes))))
                .collect();
            let sets: Vec<Option<&Set>> = sets.iter().map(Option::as_ref).collect();
            let names = |members: Vec<&[u8]>| -> Vec<String> {
                let mut names: Vec<String> =
                    members.into_iter().map(|member| String::from_utf8_lossy(member).into_owned()).collect();
                names.sort();
                names
            };
            let models: Vec<BTreeSet<String>> = members.iter().map(|set| set.clone().unwrap_or_default()).collect();
            let (first, others) = models.split_first().unwrap();
            let common = others.iter().fold(first.clone(), |common, other| &common & other);
            let all = others.iter().fold(first.clone(), |all, other| &all | other);
            let rest = others.iter().fold(first.clone(), |rest, other| &rest - other);
            prop_assert_eq!(names(intersect(&sets).collect()), Vec::from_iter(common));
            prop_assert_eq!(names(unite(&sets).iter().collect()), Vec::from_iter(all));
            prop_assert_eq!(names(subtract(&sets).collect()), Vec::from_iter(rest));
        }
    }
}
