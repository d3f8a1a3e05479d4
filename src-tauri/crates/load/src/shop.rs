use cache::{Dialect, Keyspace};
use metrics::Gets;
use tokio::task::JoinSet;
use trace::{Discard, Operation, ProductId, Request};

use crate::Error;
use crate::requests::Requests;
use crate::workload::{Call, Check, Setup, Stage, Workload};

/// How many products are read at once when the cache is warmed: enough to keep the database busy.
const WARMING: usize = 8;

/// Traffic on the catalogue: the workload that [`trace::Workload`] writes down.
#[derive(Debug, Clone)]
pub struct Shop {
    workload: trace::Workload,
    catalogue: ProductId,
}

impl Shop {
    /// That workload on a catalogue of so many products.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it makes no sense, or asks for more products than there are.
    pub fn new(workload: trace::Workload, catalogue: ProductId) -> Result<Self, Error> {
        workload.check().map_err(Error::Invalid)?;
        let beyond =
            |what: &str| Err(Error::Invalid(format!("{what}, but the catalogue has only {catalogue} products.")));
        match (workload.products, workload.keys) {
            (Some(products), _) if products > catalogue => {
                beyond(&format!("The workload draws from {products} products"))
            }
            (_, trace::Keys::One { product }) if product > catalogue => {
                beyond(&format!("Product {product} is asked for"))
            }
            _ => Ok(Self { workload, catalogue }),
        }
    }

    /// As it was written down.
    #[must_use]
    pub fn workload(&self) -> &trace::Workload {
        &self.workload
    }

    /// Reads every product once, so that the cache holds it.
    async fn warm(&self, stage: &Stage) -> Result<(), Error> {
        let products = self.workload.products.unwrap_or(self.catalogue);
        let mut reads = JoinSet::new();
        for product in 1..=products {
            if *stage.stop.borrow() {
                return Err(Error::Stopped);
            }
            if reads.len() == WARMING {
                reads.join_next().await;
            }
            let setup = stage.setup.borrow().clone();
            let request = Request::read(product, setup.query);
            reads.spawn(async move { setup.unhindered().read(&request, Discard).await });
            stage.prepared.send_replace((product.into(), products.into()));
        }
        while reads.join_next().await.is_some() {}
        Ok(())
    }
}

impl Workload for Shop {
    type Item = (Operation, ProductId);
    /// What the server had counted, and how many keys it looked up for each GET then.
    type Before = Option<(Keyspace, u64)>;

    async fn prepare(&self, stage: &Stage) -> Result<Self::Before, Error> {
        if self.workload.warm {
            self.warm(stage).await?;
        }
        let setup = stage.setup.borrow().clone();
        let flow = setup.unhindered();
        let keyspace = flow.cache().keyspace().await.ok();
        Ok(keyspace.map(|keyspace| (keyspace, flow.lookups_per_get())))
    }

    fn generate(&self) -> impl Iterator<Item = Self::Item> + Clone + Send + 'static {
        Requests::new(&self.workload, self.catalogue)
    }

    async fn execute(Setup { flow, query, .. }: &Setup, (operation, product): Self::Item, call: Call) {
        let request = Request { operation, product, query: *query };
        let probe = call.probe(request);
        match operation {
            Operation::Read => flow.read(&request, probe).await,
            Operation::Write => flow.write(&request, probe).await,
        };
    }

    async fn verify(&self, setup: &Setup, before: Self::Before, gets: Gets) -> Check {
        let cache = setup.unhindered().cache();
        let unchecked = |message: &str| Check::Unchecked { message: message.to_owned() };
        if cache.target().dialect() == Dialect::MiniRedis {
            return unchecked("mini-redis counts no hits and misses.");
        }
        let (Some((before, lookups)), Ok(after)) = (before, cache.keyspace().await) else {
            return unchecked("The server did not say what it had counted.");
        };
        if before.run_id != after.run_id {
            return unchecked("The server was started anew during the run, and its counts with it.");
        }
        if lookups != setup.flow.lookups_per_get() {
            return unchecked("The pattern was changed during the run, and what a read asks of the server with it.");
        }
        let there = (after.hits + after.misses).saturating_sub(before.hits + before.misses);
        let Gets { answered, failed, besides } = gets;
        // PTTL counts as a look-up of its own, and of a request that failed one of the two may have been counted.
        if (answered * lookups + besides..=(answered + failed) * lookups + besides).contains(&there) {
            return Check::Agrees { gets: answered + besides };
        }
        Check::Differs {
            message: format!(
                "The requests looked for {} keys and were answered for {}, but the server counted {there} hits and misses. \
                 Perhaps another client asked it meanwhile.",
                answered + failed + besides,
                answered + besides
            ),
        }
    }
}
