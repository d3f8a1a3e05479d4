//! Writes values.

use super::{CRC, VERSION, lengths, types};
use crate::keyspace::Value;
use crate::request::integer;
use crate::value::Object;

/// A value with version and checksum.
pub(crate) fn write(value: Value<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    match value {
        Value::String(value) => {
            out.push(types::STRING);
            string(&mut out, value);
        }
        Value::Object(Object::List(list)) => {
            out.push(types::LIST);
            length(&mut out, list.len());
            list.iter().for_each(|element| string(&mut out, element));
        }
        Value::Object(Object::Set(set)) => {
            out.push(types::SET);
            length(&mut out, set.len());
            set.iter().for_each(|member| string(&mut out, member));
        }
        Value::Object(Object::Hash(hash)) => {
            out.push(types::HASH);
            length(&mut out, hash.len());
            for (field, value) in hash.iter() {
                string(&mut out, field);
                string(&mut out, value);
            }
        }
        Value::Object(Object::SortedSet(sorted)) => {
            out.push(types::SORTED_SET);
            length(&mut out, sorted.len());
            // The highest score first, as Redis does: so its skip list is built from the end, which costs least.
            for (member, score) in sorted.iter().rev() {
                string(&mut out, member);
                out.extend_from_slice(&score.to_le_bytes());
            }
        }
    }
    out.extend_from_slice(&VERSION.to_le_bytes());
    let checksum = CRC.checksum(&out);
    out.extend_from_slice(&checksum.to_le_bytes());
    out
}

fn length(out: &mut Vec<u8>, length: usize) {
    match u32::try_from(length) {
        Ok(length @ 0..0x40) => out.push(length.to_le_bytes()[0]),
        Ok(length @ 0x40..0x4000) => {
            let [.., high, low] = length.to_be_bytes();
            out.extend_from_slice(&[lengths::FOURTEEN_BITS << 6 | high, low]);
        }
        Ok(length) => {
            out.push(lengths::FOUR_BYTES);
            out.extend_from_slice(&length.to_be_bytes());
        }
        Err(_) => {
            out.push(lengths::EIGHT_BYTES);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
}

/// A string, as an integer if it reads as one of 32 bits.
fn string(out: &mut Vec<u8>, string: &[u8]) {
    let Some(number) = integer(string).and_then(|number| i32::try_from(number).ok()) else {
        length(out, string.len());
        out.extend_from_slice(string);
        return;
    };
    if let Ok(number) = i8::try_from(number) {
        out.push(lengths::INTEGER_1);
        out.extend_from_slice(&number.to_le_bytes());
    } else if let Ok(number) = i16::try_from(number) {
        out.push(lengths::INTEGER_2);
        out.extend_from_slice(&number.to_le_bytes());
    } else {
        out.push(lengths::INTEGER_4);
        out.extend_from_slice(&number.to_le_bytes());
    }
}
