use super::{Compared, words};
use crate::statistics::{Drawn, Draws, REPLICATES};
use crate::{Block, BlockKind, Recording};

/// Where chance begins. With the key of what is drawn it makes the seed, so that the same recordings always give the same
/// intervals, in whichever order they stand.
const SEED: u64 = 0xcac4_e5c0;

/// Two recordings held against each other.
#[derive(Debug)]
pub(super) struct Pair<'a> {
    pub(super) baseline: Side<'a>,
    pub(super) other: Side<'a>,
    pub(super) drawn: Drawn,
}

/// One of them: the blocks that count, and how they are drawn.
#[derive(Debug)]
pub(super) struct Side<'a> {
    pub(super) name: &'a str,
    pub(super) kind: BlockKind,
    pub(super) blocks: Vec<&'a Block>,
    pub(super) draws: Draws,
    /// How many of its rounds do not count, since the other side has none of that number.
    pub(super) left_out: usize,
}

impl<'a> Pair<'a> {
    /// Rounds of a study with the same number ran in turn, with the same requests: they are drawn together, and a round that
    /// only one side has is left out. All else is drawn apart.
    pub(super) fn of(baseline: (&Compared<'a>, &'a str), other: (&Compared<'a>, &'a str)) -> Self {
        let Some(key) = study_of_both(baseline.0, other.0) else {
            return Self { baseline: Side::of(baseline), other: Side::of(other), drawn: Drawn::Apart };
        };
        let side = |this: (&Compared<'a>, &'a str), that: &Recording| {
            let has = |number: u32| that.rounds.iter().any(|round| round.number == number);
            let numbered = this.0.recording.rounds.iter().zip(this.0.blocks);
            let blocks: Vec<_> = numbered.filter(|(round, _)| has(round.number)).map(|(_, block)| block).collect();
            Side {
                name: this.1,
                kind: BlockKind::Rounds,
                draws: Draws::singly(blocks.len(), SEED ^ hash(key)),
                left_out: this.0.blocks.len() - blocks.len(),
                blocks,
            }
        };
        Self {
            baseline: side(baseline, other.0.recording),
            other: side(other, baseline.0.recording),
            drawn: Drawn::Together,
        }
    }
}

impl<'a> Side<'a> {
    /// A recording by itself.
    pub(super) fn of((compared, name): (&Compared<'a>, &'a str)) -> Self {
        let seed = SEED ^ hash(&compared.recording.about.key);
        Self::drawn(name, compared.kind, compared.blocks.iter().collect(), seed)
    }

    pub(super) fn drawn(name: &'a str, kind: BlockKind, blocks: Vec<&'a Block>, seed: u64) -> Self {
        let draws = match kind {
            BlockKind::Rounds => Draws::singly(blocks.len(), seed),
            BlockKind::Seconds(_) => Draws::in_runs(blocks.len(), seed),
        };
        Self { name, kind, blocks, draws, left_out: 0 }
    }

    /// A number of each block.
    pub(super) fn each(&self, number: impl Fn(&Block) -> f64) -> Vec<f64> {
        self.blocks.iter().map(|block| number(block)).collect()
    }

    fn method(&self) -> String {
        let (many, what) = (words::number(self.blocks.len() as u64), words::blocks(self.kind));
        match self.kind {
            BlockKind::Rounds => format!("the {many} {what} of {}", self.name),
            BlockKind::Seconds(_) => {
                format!("the {many} {what} of {}, in runs of {} that follow each other", self.name, self.draws.run())
            }
        }
    }
}

/// The key of the study of which both are rounds, each round once, and in the same order.
fn study_of_both<'a>(left: &Compared<'a>, right: &Compared<'a>) -> Option<&'a str> {
    let (of_left, of_right) = (left.recording.about.study.as_ref()?, right.recording.about.study.as_ref()?);
    let in_order = |one: &Compared<'_>| {
        one.kind == BlockKind::Rounds
            && one.blocks.len() == one.recording.rounds.len()
            && one.recording.rounds.is_sorted_by(|a, b| a.number < b.number)
    };
    (of_left.key == of_right.key && in_order(left) && in_order(right)).then_some(&of_left.key)
}

/// In words, how the intervals of those pairs came about.
pub(super) fn method(pairs: &[Pair<'_>]) -> String {
    let draws = words::number(REPLICATES as u64);
    let mut text = format!(
        "The 95 % confidence intervals come from the expanded percentile bootstrap (Hesterberg 2015) with {draws} draws."
    );
    if pairs.iter().any(|pair| pair.drawn == Drawn::Together) {
        text.push_str(" Rounds of the study with the same number ran in turn and were drawn together.");
    }
    let mut apart: Vec<String> = Vec::new();
    for pair in pairs.iter().filter(|pair| pair.drawn == Drawn::Apart) {
        for side in [&pair.baseline, &pair.other] {
            let method = side.method();
            if !apart.contains(&method) {
                apart.push(method);
            }
        }
    }
    if !apart.is_empty() {
        text.push_str(&format!(" Drawn each by itself: {}.", apart.join("; ")));
    }
    text.push_str(
        " Each interval stands for itself: of twenty where nothing differs, one is expected to show a difference.",
    );
    text
}

/// FNV-1a: short, and the same in every version.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
