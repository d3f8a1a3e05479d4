//! A history of requests, held against what was promised.

use std::collections::HashMap;
use std::fmt::{self, Display};
use std::time::Duration;

use trace::{Operation, Outcome, ProductId, Promise, Query, StaleAfter, StepKind, Trace};

/// The server counts the lives of values in milliseconds.
const TICK: Duration = Duration::from_millis(1);

/// What requests read and wrote, and when. Which order they are added in does not matter.
#[derive(Debug, Clone, Default)]
pub struct History {
    writes: HashMap<ProductId, Vec<Write>>,
    reads: Vec<Read>,
    stores: HashMap<(ProductId, Query), Vec<Store>>,
    slowest_ns: u64,
}

#[derive(Debug, Clone, Copy)]
struct Write {
    version: u64,
    started_ns: u64,
    /// When the client was told.
    ended_ns: u64,
    /// It tried to delete and could not, and a note said so.
    could_not_delete: bool,
}

#[derive(Debug, Clone, Copy)]
struct Read {
    client: u64,
    product: ProductId,
    query: Query,
    version: u64,
    started_ns: u64,
    ended_ns: u64,
    from_cache: bool,
}

/// A request that stored, or may have, a version from `from` to `to`.
#[derive(Debug, Clone, Copy)]
struct Store {
    from: u64,
    to: u64,
    started_ns: u64,
    ended_ns: u64,
}

/// What a history came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// How many reads told a version.
    pub reads: usize,
    /// How many writes were acknowledged.
    pub writes: usize,
    /// The reads that were stale; the one that began first comes first.
    pub stale: Vec<StaleRead>,
    /// Reads whose client had read a newer version before; the one that began first comes first.
    pub went_back: Vec<WentBack>,
    /// What cannot have been.
    pub impossible: Vec<Impossible>,
    /// How long the slowest request took.
    pub slowest: Duration,
}

/// A read that missed a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StaleRead {
    /// Of which product.
    pub product: ProductId,
    /// What it answered with.
    pub version: u64,
    /// The oldest write that it missed, by when it was acknowledged.
    pub missed: u64,
    /// How long before the read began that was.
    pub age: Duration,
    /// Where the old version came from.
    pub source: Source,
}

/// Where a stale read's value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// From the cache, into which a request may have put it that was under way during every write that the read missed (but
    /// for those that could not delete).
    Race,
    /// From the cache, where it must have outlived a write.
    Cache,
    /// From the database itself.
    Database,
}

/// A read whose client had read a newer version before it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WentBack {
    /// Of which product.
    pub product: ProductId,
    /// What the client had read.
    pub before: u64,
    /// What it read then.
    pub version: u64,
}

/// What cannot have been, whatever the pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Impossible {
    /// A read answered with a version that no write made, though writes made older ones.
    NobodyWrote {
        /// Of which product.
        product: ProductId,
        /// Which version.
        version: u64,
    },
    /// A read had ended before the write began whose version it answered with.
    NotYetWritten {
        /// Of which product.
        product: ProductId,
        /// Which version.
        version: u64,
    },
    /// Two writes made the same version: one of them is lost.
    WrittenTwice {
        /// Of which product.
        product: ProductId,
        /// Which version.
        version: u64,
    },
}

/// How a promise was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// By something that cannot have been.
    Impossible(Impossible),
    /// The database answered with an old version, which none promises to be right.
    FromDatabase(StaleRead),
    /// A read was stale after a write after which none may be.
    Stale(StaleRead),
    /// A read was stale for longer than that.
    TooOld(StaleRead, Duration),
    /// A client went back where no read may be stale.
    WentBack(WentBack),
}

impl History {
    /// Adds a request of that client. One that tells no version tells nothing here, but that it may have stored something.
    pub fn add(&mut self, client: u64, trace: &Trace) {
        let (product, query) = (trace.request.product, trace.request.query);
        let (started_ns, ended_ns) = (trace.started_ns, trace.ended_ns());
        let steps = |kind| trace.steps.iter().filter(move |step| step.kind == kind);
        self.slowest_ns = self.slowest_ns.max(trace.total_ns);
        let mut stored = |from, to| {
            let stores = self.stores.entry((product, query)).or_default();
            stores.push(Store { from, to, started_ns, ended_ns });
        };
        match (trace.request.operation, trace.version) {
            // Given up, perhaps while it was storing what it had loaded.
            (_, None) if trace.outcome == Outcome::Error => stored(0, u64::MAX),
            (_, None) => {}
            (Operation::Read, Some(version)) => {
                if steps(StepKind::CacheSet).next().is_some() {
                    stored(version, version);
                }
                let from_cache = matches!(trace.outcome, Outcome::Hit | Outcome::Stale);
                self.reads.push(Read { client, product, query, version, started_ns, ended_ns, from_cache });
            }
            (Operation::Write, Some(version)) => {
                // What it stores it has read after its own update.
                if steps(StepKind::CacheSet).next().is_some() {
                    stored(version, u64::MAX);
                }
                let could_not_delete = steps(StepKind::CacheDel).any(|step| step.failed);
                let write = Write { version, started_ns, ended_ns, could_not_delete };
                self.writes.entry(product).or_default().push(write);
            }
        }
    }

    /// Looks at every read.
    #[must_use]
    pub fn check(mut self) -> Report {
        let mut impossible = Vec::new();
        let mut oldest_after: HashMap<ProductId, Vec<(u64, u64)>> = HashMap::new();
        for (product, writes) in &mut self.writes {
            writes.sort_unstable_by_key(|write| (write.version, write.ended_ns));
            let twice = writes.windows(2).filter(|pair| pair[0].version == pair[1].version);
            let product = *product;
            impossible.extend(twice.map(|pair| Impossible::WrittenTwice { product, version: pair[0].version }));
            // Of each write and all later versions, the one that was acknowledged first.
            let mut oldest: Vec<_> = writes
                .iter()
                .rev()
                .scan((u64::MAX, 0), |oldest, write| {
                    *oldest = (*oldest).min((write.ended_ns, write.version));
                    Some(*oldest)
                })
                .collect();
            oldest.reverse();
            oldest_after.insert(product, oldest);
        }
        self.reads.sort_unstable_by_key(|read| (read.started_ns, read.ended_ns, read.client));
        let mut stale = Vec::new();
        for read in &self.reads {
            let Some(writes) = self.writes.get(&read.product) else { continue };
            impossible.extend(cannot_be(read, writes));
            let newer = writes.partition_point(|write| write.version <= read.version);
            let oldest = oldest_after.get(&read.product).and_then(|oldest| oldest.get(newer));
            if let Some((acknowledged_ns, missed)) = oldest.filter(|(at_ns, _)| *at_ns < read.started_ns) {
                stale.push(StaleRead {
                    product: read.product,
                    version: read.version,
                    missed: *missed,
                    age: Duration::from_nanos(read.started_ns - acknowledged_ns),
                    source: self.source(read, &writes[newer..], *acknowledged_ns),
                });
            }
        }
        Report {
            reads: self.reads.len(),
            writes: self.writes.values().map(Vec::len).sum(),
            stale,
            went_back: went_back(&self.reads),
            impossible,
            slowest: Duration::from_nanos(self.slowest_ns),
        }
    }

    /// Where a stale read's value came from. `newer` are the writes of newer versions, and the first of them to be acknowledged
    /// was at that moment.
    fn source(&self, read: &Read, newer: &[Write], acknowledged_ns: u64) -> Source {
        if !read.from_cache {
            return Source::Database;
        }
        let missed = newer.iter().filter(|write| write.ended_ns < read.started_ns);
        let deleted_from_ns = missed.filter(|write| !write.could_not_delete).map(|write| write.started_ns).max();
        let Some(deleted_from_ns) = deleted_from_ns else { return Source::Race };
        // It had read the old version, so it began before a newer one was acknowledged; and its store came after every delete.
        let raced = |store: &Store| {
            (store.from..=store.to).contains(&read.version)
                && store.started_ns <= acknowledged_ns
                && store.ended_ns >= deleted_from_ns
        };
        let stores = self.stores.get(&(read.product, read.query));
        if stores.is_some_and(|stores| stores.iter().any(raced)) { Source::Race } else { Source::Cache }
    }
}

/// Whether a read answered with what nobody had written. Versions below the oldest that is known to have been written were
/// there before.
fn cannot_be(read: &Read, writes: &[Write]) -> Option<Impossible> {
    let Read { product, version, .. } = *read;
    let found = writes.partition_point(|write| write.version < version);
    if let Some(write) = writes.get(found).filter(|write| write.version == version) {
        return (write.started_ns > read.ended_ns).then_some(Impossible::NotYetWritten { product, version });
    }
    let before = writes.first().is_some_and(|first| version < first.version);
    (!before).then_some(Impossible::NobodyWrote { product, version })
}

/// The reads, in the order in which they began, whose client had read a newer version before.
fn went_back(reads: &[Read]) -> Vec<WentBack> {
    let mut sessions: HashMap<(u64, ProductId), Vec<(usize, &Read)>> = HashMap::new();
    for (place, read) in reads.iter().enumerate() {
        sessions.entry((read.client, read.product)).or_default().push((place, read));
    }
    let mut back = Vec::new();
    for session in sessions.values() {
        let mut ended: Vec<&Read> = session.iter().map(|(_, read)| *read).collect();
        ended.sort_unstable_by_key(|read| read.ended_ns);
        let (mut ended, mut newest) = (ended.into_iter().peekable(), 0);
        for (place, read) in session {
            while let Some(before) = ended.next_if(|before| before.ended_ns <= read.started_ns) {
                newest = newest.max(before.version);
            }
            if read.version < newest {
                back.push((*place, WentBack { product: read.product, before: newest, version: read.version }));
            }
        }
    }
    back.sort_unstable_by_key(|(place, _)| *place);
    back.into_iter().map(|(_, back)| back).collect()
}

impl Report {
    /// How that promise was broken; nothing where it was kept.
    ///
    /// A value may be older than promised by as much as the slowest request took, which may have stored it when the write
    /// had long been acknowledged, and by a tick of the server's clock.
    #[must_use]
    pub fn broken(&self, promise: &Promise) -> Vec<Broken> {
        let most = promise.stale_for + self.slowest + TICK;
        let stale = self.stale.iter().filter_map(|read| match (read.source, promise.stale_after) {
            (Source::Database, _) => Some(Broken::FromDatabase(*read)),
            (_, StaleAfter::None) | (Source::Cache, StaleAfter::Race) => Some(Broken::Stale(*read)),
            _ => (read.age > most).then_some(Broken::TooOld(*read, most)),
        });
        let back = self.went_back.iter().filter(|_| promise.stale_after == StaleAfter::None);
        let impossible = self.impossible.iter().map(|impossible| Broken::Impossible(*impossible));
        impossible.chain(stale).chain(back.map(|back| Broken::WentBack(*back))).collect()
    }
}

impl Display for StaleRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { product, version, missed, age, .. } = self;
        write!(f, "a read of product {product} was answered with version {version}, {age:?} after ")?;
        write!(f, "version {missed} had been acknowledged")
    }
}

impl Display for Impossible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NobodyWrote { product, version } => {
                write!(f, "a read of product {product} was answered with version {version}, which nobody wrote")
            }
            Self::NotYetWritten { product, version } => {
                write!(f, "a read of product {product} was answered with version {version} before it was written")
            }
            Self::WrittenTwice { product, version } => {
                write!(f, "version {version} of product {product} was written twice: one of the writes is lost")
            }
        }
    }
}

impl Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Impossible(impossible) => impossible.fmt(f),
            Self::FromDatabase(read) => write!(f, "{read}, by the database itself"),
            Self::Stale(read) => write!(f, "{read}, and no request that was under way at the time can have stored it"),
            Self::TooOld(read, most) => write!(f, "{read}, which is more than {most:?}"),
            Self::WentBack(WentBack { product, before, version }) => {
                write!(
                    f,
                    "a client that had read version {before} of product {product} was answered with {version} later"
                )
            }
        }
    }
}
