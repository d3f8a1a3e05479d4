//! A histogram as text: HdrHistogram's V2 format, compressed, in base64. What every HdrHistogram reads, in whatever language.
//!
//! HdrHistogram's own reader believes what the header says: up to 4 GiB for the counts, up to 50 MB for the buckets, and in a
//! debug build it overflows on one number. So everything is looked at before it is given to it.

use std::io::Read;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::read::ZlibDecoder;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer};

use super::limits::{MAX_COUNT, MAX_NS};

/// The first four bytes, compressed and not.
const COMPRESSED_COOKIE: u32 = 0x1c84_9314;
const COOKIE: u32 = 0x1c84_9313;

/// Cookie and length before what is compressed.
const OUTER_HEADER: usize = 8;
/// Cookie, length, offset, digits, lowest, highest and ratio before the counts.
const HEADER: usize = 40;

/// As many buckets as three digits up to [`MAX_NS`] take: 1,024 to each doubling.
const MAX_BUCKETS: u64 = 1_024 * 54;
/// Each count takes at most nine bytes.
const MAX_PLAIN: u64 = HEADER as u64 + 9 * MAX_BUCKETS;

const DIGITS: u32 = 3;

/// That histogram as text.
pub(super) fn encode(histogram: &Histogram<u64>) -> String {
    let mut bytes = Vec::new();
    V2DeflateSerializer::new()
        .serialize(histogram, &mut bytes)
        .unwrap_or_else(|_| unreachable!("memory takes every byte, and nobody counts to 2^63"));
    BASE64_STANDARD.encode(bytes)
}

/// The histogram in that text: of whole nanoseconds to three digits, up to 104 days. If it is none, a sentence says why.
pub(super) fn decode(text: &str) -> Result<Histogram<u64>, String> {
    if text.len() as u64 > 2 * MAX_PLAIN {
        return Err("The histogram is too large.".to_owned());
    }
    let bytes = BASE64_STANDARD.decode(text).map_err(|_| "The histogram is not base64.".to_owned())?;
    let cut = || "The histogram is cut short.".to_owned();
    if number(&bytes, 0).ok_or_else(cut)? != COMPRESSED_COOKIE {
        return Err("This is no HdrHistogram in the compressed V2 format.".to_owned());
    }
    let length = number(&bytes, 4).ok_or_else(cut)?;
    if length as usize != bytes.len() - OUTER_HEADER {
        return Err(cut());
    }
    let mut plain = Vec::new();
    ZlibDecoder::new(&bytes[OUTER_HEADER..])
        .take(MAX_PLAIN + 1)
        .read_to_end(&mut plain)
        .map_err(|_| "The histogram's compressed bytes are damaged.".to_owned())?;
    check_header(&plain)?;
    check_counts(&plain[HEADER..])?;
    let mut histogram = Deserializer::new()
        .deserialize::<u64, _>(&mut plain.as_slice())
        .map_err(|error| format!("The histogram cannot be read: {error}."))?;
    // As read it would refuse, and those who add to it would not hear of it.
    histogram.auto(true);
    Ok(histogram)
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn check_header(plain: &[u8]) -> Result<(), String> {
    if plain.len() < HEADER || plain.len() as u64 > MAX_PLAIN {
        return Err("The histogram is cut short or too large.".to_owned());
    }
    let word = |at| number(plain, at).unwrap_or_default();
    let long = |at| u64::from(word(at)) << 32 | u64::from(word(at + 4));
    if word(0) != COOKIE || word(4) as usize != plain.len() - HEADER {
        return Err("The histogram's header is damaged.".to_owned());
    }
    let (digits, lowest, highest) = (word(12), long(16), long(24));
    if digits != DIGITS || lowest != 1 || !(2..=MAX_NS).contains(&highest) {
        return Err("The histogram is not of nanoseconds to three digits, up to 104 days.".to_owned());
    }
    Ok(())
}

/// Counts are numbers in a variable length; a negative one stands for so many buckets without any.
fn check_counts(mut payload: &[u8]) -> Result<(), String> {
    let damaged = || "The histogram's counts are damaged.".to_owned();
    let (mut buckets, mut total) = (0_u64, 0_u64);
    while !payload.is_empty() {
        let (zigzag, length) = varint(payload).ok_or_else(damaged)?;
        payload = &payload[length..];
        let number = (zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed();
        if number < 0 {
            buckets = buckets.saturating_add(number.unsigned_abs());
        } else {
            buckets += 1;
            total = total.saturating_add(number.unsigned_abs());
        }
        if buckets > MAX_BUCKETS || total > MAX_COUNT {
            return Err(damaged());
        }
    }
    Ok(())
}

/// Seven bits a byte, the lowest first, as long as the eighth is set; a ninth byte counts whole.
fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0;
    for index in 0..8 {
        let byte = *bytes.get(index)?;
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, index + 1));
        }
    }
    Some((value | u64::from(*bytes.get(8)?) << 56, 9))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use proptest::prelude::*;

    use super::*;

    /// Text as a stranger could write it, with that header and payload.
    fn written(length: u32, digits: u32, highest: u64, payload: &[u8]) -> String {
        let mut plain = Vec::new();
        for word in [COOKIE, length, 0, digits] {
            plain.extend(word.to_be_bytes());
        }
        plain.extend(1_u64.to_be_bytes());
        plain.extend(highest.to_be_bytes());
        plain.extend(1_f64.to_be_bytes());
        plain.extend(payload);
        let mut compressed = ZlibEncoder::new(Vec::new(), Compression::best());
        compressed.write_all(&plain).expect("memory takes it");
        let compressed = compressed.finish().expect("memory takes it");
        let mut bytes = COMPRESSED_COOKIE.to_be_bytes().to_vec();
        bytes.extend((compressed.len() as u32).to_be_bytes());
        bytes.extend(compressed);
        BASE64_STANDARD.encode(bytes)
    }

    #[test]
    fn a_histogram_as_another_program_writes_it_is_read() {
        // None of 0 ns, two of 1 ns, 997 buckets without any, one of 999 ns: 0, 2, -997 and 1 as zigzag numbers, in bytes
        // of seven bits.
        let empty = 2 * 997 - 1;
        let payload = [0, 4, (empty & 0x7f) as u8 | 0x80, (empty >> 7) as u8, 2];
        let histogram = decode(&written(payload.len() as u32, 3, 1_000_000, &payload)).expect("a sound histogram");
        let recorded: Vec<_> =
            histogram.iter_recorded().map(|step| (step.value_iterated_to(), step.count_at_value())).collect();
        assert_eq!(recorded, [(1, 2), (999, 1)]);
        assert!(histogram.is_auto_resize());
    }

    #[test]
    fn a_header_that_promises_too_much_is_refused_before_memory_is_taken() {
        let refused = |text: String| decode(&text).expect_err("it is hostile");
        assert!(refused(written(u32::MAX, 3, 1_000, &[0, 2])).contains("header"));
        assert!(refused(written(2, 5, 1_000_000, &[0, 2])).contains("three digits"));
        assert!(refused(written(2, 3, u64::MAX, &[0, 2])).contains("104 days"));
        assert!(refused(written(2, 3, 0, &[0, 2])).contains("104 days"));
    }

    #[test]
    fn a_deflate_bomb_is_refused() {
        let bomb = vec![0; 200 * 1024 * 1024];
        let text = written(bomb.len() as u32, 3, 1_000_000, &bomb);
        assert!(text.len() < 400_000, "it is small until it is inflated: {}", text.len());
        assert!(decode(&text).expect_err("a bomb").contains("too large"));
    }

    #[test]
    fn numbers_that_overflow_are_refused() {
        for payload in [vec![0xff; 9], vec![0xff, 0xff], vec![0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]] {
            let text = written(payload.len() as u32, 3, 1_000_000, &payload);
            assert!(decode(&text).expect_err("nobody counts so far").contains("counts"), "{payload:x?}");
        }
        // More buckets than the range has: HdrHistogram's own reader notices.
        let text = written(4, 3, 1_000, &[0xff, 0xff, 0x03, 2]);
        assert!(decode(&text).is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again_count_for_count(values in prop::collection::vec(0..MAX_NS / 2, 0..200)) {
            let mut histogram = Histogram::<u64>::new(3).expect("three digits");
            for value in values {
                histogram.record(value).expect("it grows");
            }
            prop_assert_eq!(decode(&encode(&histogram)), Ok(histogram));
        }

        #[test]
        fn any_payload_is_read_or_refused(payload in prop::collection::vec(any::<u8>(), 0..60), highest in 0..u64::MAX) {
            let _ = decode(&written(payload.len() as u32, 3, highest % (MAX_NS + 2), &payload));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = decode(&BASE64_STANDARD.encode(bytes));
        }
    }
}
