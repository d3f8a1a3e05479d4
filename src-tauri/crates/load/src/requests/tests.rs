//! Frequencies against what they should be, by a chi-square test: of a right generator one seed in a thousand would fail
//! it, and the seeds are fixed.

use trace::{Keys, Mix, Operation, Preset, Workload};

use super::Requests;

const DRAWN: usize = 200_000;

fn requests(keys: Keys, mix: Mix, products: u32) -> Requests {
    Requests::new(&Workload { keys, mix, products: Some(products), seed: 7, ..Workload::default() }, 10_000)
}

fn products(keys: Keys, products: u32) -> Vec<u32> {
    requests(keys, Mix::default(), products).take(DRAWN).map(|(_, product)| product).collect()
}

/// Fails where the frequencies of the products are not in these proportions.
fn assert_proportions(drawn: &[u32], weights: &[f64]) {
    let mut counts = vec![0_u64; weights.len()];
    for product in drawn {
        counts[*product as usize - 1] += 1;
    }
    let sum: f64 = weights.iter().sum();
    let chi_square: f64 = counts
        .iter()
        .zip(weights)
        .map(|(count, weight)| {
            let expected = weight / sum * drawn.len() as f64;
            (*count as f64 - expected).powi(2) / expected
        })
        .sum();
    // Wilson and Hilferty's approximation of the 99.9th percentile.
    let freedom = (weights.len() - 1) as f64;
    let spread = 2.0 / (9.0 * freedom);
    let limit = freedom * 3.09_f64.mul_add(spread.sqrt(), 1.0 - spread).powi(3);
    assert!(chi_square < limit, "chi-square {chi_square:.1}, at most {limit:.1}");
}

#[test]
fn zipf_draws_rank_k_in_proportion_to_k_to_the_minus_exponent() {
    for exponent in [0.5, 0.99, 1.0, 1.5] {
        let weights: Vec<f64> = (1..=200).map(|rank| f64::from(rank).powf(-exponent)).collect();
        assert_proportions(&products(Keys::Zipf { exponent }, 200), &weights);
    }
}

#[test]
fn uniform_draws_each_alike() {
    assert_proportions(&products(Keys::Uniform, 200), &[1.0; 200]);
}

#[test]
fn a_hot_set_takes_its_share_and_is_even_within() {
    let keys = Keys::HotSet { requests_percent: 90.0, keys_percent: 10.0 };
    let weights: Vec<f64> = (0..200).map(|index| if index < 20 { 0.9 / 20.0 } else { 0.1 / 180.0 }).collect();
    assert_proportions(&products(keys, 200), &weights);
    // Where all are hot there is no rest.
    let all = Keys::HotSet { requests_percent: 50.0, keys_percent: 100.0 };
    assert_proportions(&products(all, 50), &[1.0; 50]);
}

#[test]
fn a_scan_goes_round_and_one_key_stays() {
    let scanned: Vec<u32> = products(Keys::Scan, 3).into_iter().take(7).collect();
    assert_eq!(scanned, [1, 2, 3, 1, 2, 3, 1]);
    assert!(products(Keys::One { product: 9 }, 100).iter().all(|product| *product == 9));
}

#[test]
fn reads_of_the_latest_follow_the_writes() {
    let mix = Mix { write_percent: 10.0, ..Mix::default() };
    let (mut latest, mut close, mut reads) = (1_000, 0, 0);
    for (operation, product) in requests(Keys::Latest { exponent: 0.99 }, mix, 1_000).take(20_000) {
        if operation == Operation::Write {
            assert_eq!(product, latest % 1_000 + 1, "each write makes the next one the latest");
            latest = product;
        } else {
            reads += 1;
            close += u32::from((latest + 1_000 - product) % 1_000 < 10);
        }
    }
    // By Zipf's law the newest ten of a thousand take 39 % of the reads.
    let share = f64::from(close) / f64::from(reads);
    assert!((0.36..0.42).contains(&share), "{share}");
}

#[test]
fn writes_and_missing_products_have_their_shares() {
    let mix = Mix { write_percent: 20.0, missing_percent: 10.0, ..Mix::default() };
    let drawn: Vec<_> = requests(Keys::Uniform, mix, 100).take(DRAWN).collect();
    let share = |of: usize, among: usize| of as f64 / among as f64;
    let writes = drawn.iter().filter(|(operation, _)| *operation == Operation::Write).count();
    let missing = drawn.iter().filter(|(_, product)| *product > 10_000).count();
    assert!((share(writes, DRAWN) - 0.2).abs() < 0.005);
    assert!((share(missing, DRAWN - writes) - 0.1).abs() < 0.005);
    assert!(drawn.iter().all(|(operation, product)| *operation == Operation::Read || *product <= 100));
}

#[test]
fn ycsb_f_writes_what_it_has_just_read_and_e_reads_in_runs() {
    let preset = |preset: Preset| requests(preset.keys(), preset.mix(), 1_000).take(10_000).collect::<Vec<_>>();
    let pairs = preset(Preset::YcsbF);
    for pair in pairs.windows(2) {
        if pair[1].0 == Operation::Write {
            assert_eq!(pair[0], (Operation::Read, pair[1].1));
        }
    }
    let scans = preset(Preset::YcsbE);
    let next = scans.windows(2).filter(|pair| pair[1].1 == pair[0].1 % 1_000 + 1).count();
    assert!(next > 9_000, "{next}");
}

#[test]
fn the_same_seed_gives_the_same_requests_and_another_seed_others() {
    for preset in Preset::ALL {
        let drawn = |seed| {
            let workload = Workload {
                keys: preset.keys(),
                mix: Mix { missing_percent: 5.0, ..preset.mix() },
                seed,
                ..Workload::default()
            };
            Requests::new(&workload, 10_000).take(5_000).collect::<Vec<_>>()
        };
        assert_eq!(drawn(1), drawn(1));
        assert_ne!(drawn(1), drawn(2));
    }
    // Of every version of Cachescope, on every machine: a recording made with a seed can be made again.
    let first: Vec<u32> = products(Keys::Zipf { exponent: 0.99 }, 10_000).into_iter().take(8).collect();
    assert_eq!(first, [1, 620, 7_023, 661, 8_422, 2, 729, 66]);
}
