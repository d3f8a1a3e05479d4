//! PostgreSQL behind the flow: the same catalogue, the same answers, and nothing of somebody's server touched but its schema.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use database::{Database, Error, Opened, RowsRead, ServerError, Size, Table};
use lab::{CatalogueState, Lab, Options, Settings, Side, Status, TrafficState};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::time::timeout;
use trace::{
    Conditions, DatabaseFault, DatabaseKind, Faults, Length, Mix, Outcome, Pace, Pattern, Query, Rate, Request,
    Spacing, StepKind, Workload,
};

use crate::command_line::command;
use crate::faults::kept_demo;
use crate::laboratory;
use crate::postgres_server::{PASSWORD, PostgresServer};

/// What never comes is a failure, not a wait.
const PATIENCE: Duration = Duration::from_secs(60);

async fn build(url: &str) -> Result<Opened, Error> {
    Database::open_or_build_on_server(url, Size::Tiny, true, |_| {}).await
}

async fn refusal(url: &str) -> String {
    match Database::open_or_build_on_server(url, Size::Tiny, false, |_| {}).await {
        Ok(_) => panic!("{url} was opened"),
        Err(error) => error.to_string(),
    }
}

fn over(url: &str) -> Conditions {
    Conditions { database: DatabaseKind::Postgres { url: url.into() }, ..Conditions::default() }
}

fn open(folder: &Path, conditions: Conditions, create_schema: bool) -> Result<Lab> {
    let settings = Settings { conditions, ..Settings::default() };
    Ok(Lab::open(Options { create_schema, ..laboratory::options(folder, Some(settings)) })?)
}

/// Every row of a table as text, in order.
const TABLES: [(&str, &str, &str); 5] = [
    ("categories", "id, name", "id"),
    ("products", "id, category_id, name, maker, description, price_cents, stock, version", "id"),
    ("reviews", "id, product_id, author, rating, title, body, written_on", "id"),
    ("orders", "id, customer, ordered_on", "id"),
    ("order_items", "order_id, product_id, quantity, price_cents", "order_id, product_id"),
];

#[tokio::test]
async fn the_rows_are_those_of_sqlite_and_so_is_every_answer_byte_for_byte() -> Result<()> {
    let (server, folder) = (PostgresServer::shared()?, TempDir::new()?);
    let database = server.new_database().await?;
    let on_server = build(&server.url_of(&database)).await?.database;
    let in_file = Database::open_or_build(folder.path(), Size::Tiny, |_| {}).await?.database;

    let mut theirs = server.connect(&database).await?;
    let path = Database::path(folder.path(), Size::Tiny);
    let mut ours = SqliteConnectOptions::new().filename(path).read_only(true).connect().await?;
    for (table, columns, order) in TABLES {
        let sql = |schema: &str| format!("SELECT concat_ws('|', {columns}) FROM {schema}{table} ORDER BY {order}");
        let of_sqlite: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql(""))).fetch_all(&mut ours).await?;
        let of_postgres: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(sql("cachescope."))).fetch_all(&mut theirs).await?;
        assert!(of_sqlite.len() >= 10, "{table}");
        assert!(of_sqlite == of_postgres, "{table} differs");
    }

    for product in 0..=501 {
        for query in Query::ALL {
            let of_sqlite = serde_json::to_string(&in_file.query(query, product).await?)?;
            let of_postgres = serde_json::to_string(&on_server.query(query, product).await?)?;
            assert_eq!(of_sqlite, of_postgres, "{query} of {product}");
        }
    }
    for database in [&in_file, &on_server] {
        assert_eq!(database.product_ids().await?, (1..=500).collect::<Vec<_>>());
        let written = database.write(42).await?.context("product 42 has a row")?;
        assert_eq!(written.version, 2);
        assert_eq!(
            database.write_all(&[(42, 3), (501, 1), (7, 1)]).await?,
            [Some(written.after(3)), None, database.query(Query::Lookup, 7).await?.and_then(|answer| answer.row()),]
        );
    }
    let overviews = [in_file.overview().await?, on_server.overview().await?];
    let counted = overviews.each_ref().map(|it| (it.categories, it.products, it.reviews, it.orders));
    assert_eq!(counted[0], counted[1]);
    assert!(overviews[1].bytes > 1_000_000, "{}", overviews[1].bytes);
    assert!(on_server.version().await?.starts_with("PostgreSQL "));
    in_file.close().await?;
    on_server.close().await?;
    Ok(())
}

#[tokio::test]
async fn a_look_into_a_table_shows_the_same_rows_and_marks_the_same_as_in_sqlite() -> Result<()> {
    let (server, folder) = (PostgresServer::shared()?, TempDir::new()?);
    let on_server = build(&server.url().await?).await?.database;
    let in_file = Database::open_or_build(folder.path(), Size::Tiny, |_| {}).await?.database;
    let reads = Query::ALL.map(RowsRead::By).into_iter().chain([RowsRead::Written]);
    let marked = [None].into_iter().chain(reads.map(|read| Some((read, 42))));
    for (marked, from) in marked.zip([1, 1, 30, 7, 40]) {
        for table in [Table::Products, Table::Categories, Table::Reviews, Table::Orders] {
            for only_read in [false, true] {
                let of_sqlite = in_file.table_page(table, from, only_read, marked).await?;
                let of_postgres = on_server.table_page(table, from, only_read, marked).await?;
                assert_eq!(of_sqlite, of_postgres, "{table:?} from {from}, {marked:?}");
                assert!(only_read || !of_sqlite.rows.is_empty() || from > 10, "{table:?}");
            }
        }
    }
    in_file.close().await?;
    on_server.close().await?;
    Ok(())
}

#[tokio::test]
async fn the_plan_is_the_servers_of_the_statement_that_runs() -> Result<()> {
    let server = PostgresServer::shared()?;
    let database = build(&server.url().await?).await?.database;
    for request in Query::ALL.map(|query| Request::read(42, query)).iter().chain([&Request::write(42)]) {
        let statement = database.explain(request).await?.pop().context("a statement")?;
        assert!(statement.sql.contains("cachescope.products") && statement.sql.contains("$1"), "{}", statement.sql);
        assert_eq!(statement.bindings, [("$1".to_owned(), "42".to_owned())]);
        let plan = statement.plan.join("\n");
        assert!(plan.contains("cost=") && plan.contains("Index"), "{plan}");
        // Tables so small are read as a whole where that is cheaper; never those with thousands of rows.
        assert!(!plan.contains("Seq Scan on reviews"), "{plan}");
    }
    database.close().await?;
    Ok(())
}

/// Everything in a database that is not in our schema: what it is, what it is called, who may do what with it.
async fn everything_else(connection: &mut PgConnection) -> Result<Vec<String>> {
    const SQL: &str = "
        SELECT 'schema ' || nspname || ' ' || coalesce(nspacl::text, '') FROM pg_namespace
        WHERE nspname <> 'cachescope' AND nspname NOT LIKE 'pg_%temp%'
        UNION ALL
        SELECT 'relation ' || relnamespace::regnamespace || '.' || relname || ' ' || coalesce(relacl::text, '') FROM pg_class
        WHERE relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname IN ('cachescope', 'pg_toast'))
        UNION ALL
        SELECT 'function ' || oid::regprocedure FROM pg_proc
        UNION ALL
        SELECT 'setting ' || setdatabase || ' ' || setrole || ' ' || setconfig::text FROM pg_db_role_setting
        UNION ALL
        SELECT 'row ' || mine::text FROM public.mine
        ORDER BY 1";
    Ok(sqlx::query_scalar(SQL).fetch_all(connection).await?)
}

#[tokio::test]
async fn nothing_is_created_before_it_is_agreed_to_and_nothing_outside_the_schema_ever() -> Result<()> {
    let (server, folder) = (PostgresServer::shared()?, TempDir::new()?);
    let database = server.new_database().await?;
    let mut owner = server.connect(&database).await?;
    let mine = "CREATE TABLE public.mine (id int); INSERT INTO public.mine VALUES (7);
                CREATE TABLE public.products (id int); CREATE TABLE public.reviews (id int)";
    sqlx::raw_sql(mine).execute(&mut owner).await?;
    let before = everything_else(&mut owner).await?;

    let lab = open(folder.path(), over(&server.url_of(&database)), false)?;
    let status = lab.catalogue_settled().await?;
    let CatalogueState::Asking { message } = &status.catalogue else { bail!("it asks: {:?}", status.catalogue) };
    for words in
        ["schema named cachescope", &database, "500 products", "10,000 reviews", "DROP SCHEMA", "--create-schema"]
    {
        assert!(message.contains(words), "{words}: {message}");
    }
    assert!(matches!(lab.read(1, Query::Page).await, Err(lab::Error::NotReady(_))));
    let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname = 'cachescope'";
    assert_eq!(sqlx::query_scalar::<_, i64>(schemas).fetch_one(&mut owner).await?, 0);

    lab.create_schema();
    let status = lab.catalogue_settled().await?;
    let CatalogueState::Ready { path, version, .. } = &status.catalogue else { bail!("{:?}", status.catalogue) };
    assert!(path.starts_with("schema cachescope in shop") && version.starts_with("PostgreSQL"), "{path}, {version}");
    let [first, second] = [lab.read(42, Query::Page).await?, lab.read(42, Query::Page).await?];
    assert_eq!([first.trace.outcome, second.trace.outcome], [Outcome::Miss, Outcome::Hit]);
    assert_eq!(first.database, "PostgreSQL");
    lab.write(42).await?;
    assert_eq!(lab.read(42, Query::Page).await?.trace.outcome, Outcome::Miss);
    lab.close().await;

    assert_eq!(before, everything_else(&mut owner).await?);
    // What is there already needs no agreement.
    let lab = open(folder.path(), over(&server.url_of(&database)), false)?;
    lab.ready().await?;
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_schema_of_the_name_that_is_not_ours_or_holds_something_else_is_refused_and_left_alone() -> Result<()> {
    let server = PostgresServer::shared()?;
    let database = server.new_database().await?;
    let url = server.url_of(&database);
    let mut owner = server.connect(&database).await?;
    sqlx::raw_sql("CREATE SCHEMA cachescope; CREATE TABLE cachescope.products (mine int)").execute(&mut owner).await?;
    let error = build(&url).await.err().context("it is not ours")?;
    assert!(matches!(error, Error::Server(ServerError::Foreign { .. })), "{error}");
    sqlx::query("SELECT mine FROM cachescope.products").fetch_all(&mut owner).await?;

    sqlx::raw_sql("DROP SCHEMA cachescope CASCADE").execute(&mut owner).await?;
    build(&url).await?.database.close().await?;
    let other = Database::open_or_build_on_server(&url, Size::Small, true, |_| {}).await.err().context("too small")?;
    assert!(other.to_string().contains("the tiny catalogue") && other.to_string().contains("DROP SCHEMA"), "{other}");

    sqlx::raw_sql("ALTER TABLE cachescope.reviews RENAME COLUMN rating TO stars").execute(&mut owner).await?;
    let error = build(&url).await.err().context("it was changed")?;
    assert!(matches!(error, Error::Server(ServerError::Altered { .. })), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_build_that_is_given_up_leaves_nothing_and_two_at_once_make_one_catalogue() -> Result<()> {
    let server = PostgresServer::shared()?;
    let database = server.new_database().await?;
    let url = server.url_of(&database);
    let (send, mut begun) = tokio::sync::mpsc::unbounded_channel();
    let mut told = Vec::new();
    let build_it = Database::open_or_build_on_server(&url, Size::Small, true, move |progress| {
        if progress.done_rows > progress.total_rows / 4 {
            let _ = send.send(());
        }
    });
    tokio::select! {
        biased;
        _ = begun.recv() => {}
        _ = build_it => panic!("it was done before it could be given up"),
    }
    let mut owner = server.connect(&database).await?;
    let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname = 'cachescope'";
    assert_eq!(sqlx::query_scalar::<_, i64>(schemas).fetch_one(&mut owner).await?, 0);

    // The first waits until the server has undone the one given up, the second for the first.
    let (send, mut steps) = tokio::sync::mpsc::unbounded_channel();
    let first = Database::open_or_build_on_server(&url, Size::Tiny, true, move |progress| {
        let _ = send.send(progress);
    });
    let (first, second) = timeout(PATIENCE, async { tokio::join!(first, build(&url)) }).await?;
    let [first, second] = [first?.database, second?.database];
    while let Ok(progress) = steps.try_recv() {
        told.push(progress);
    }
    if let [begin, .., end] = told.as_slice() {
        assert_eq!((begin.done_rows, end.done_rows), (0, end.total_rows));
        assert!(told.is_sorted_by_key(|progress| progress.done_rows) && told.len() > 20, "{}", told.len());
    }
    first.write(1).await?;
    assert_eq!(second.write(1).await?.context("one catalogue")?.version, 3);
    Ok(())
}

#[tokio::test]
async fn what_is_in_the_way_of_a_connection_is_said_in_words() -> Result<()> {
    let server = PostgresServer::shared()?;
    let url = server.url_with_password().await?;
    let shop = url.rsplit('/').next().context("a database")?;
    let address = server.address();
    let elsewhere = TcpListener::bind("127.0.0.1:0").await?;
    let silent = elsewhere.local_addr()?;
    let closed = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;

    for (url, words) in [
        (format!("postgres://me:{PASSWORD}@no-such-host.invalid/shop"), "no host called no-such-host.invalid"),
        (format!("postgres://me:{PASSWORD}@{closed}/shop"), "No PostgreSQL server listens for shop at"),
        (format!("postgres://me:not-{PASSWORD}@{address}/{shop}"), "did not let me in"),
        (format!("postgres://nobody@{address}/{shop}"), "did not let nobody in"),
        (format!("postgres://postgres@{address}/no_such_shop"), "createdb no_such_shop"),
        (format!("{url}?sslmode=require"), "No TLS connection to"),
    ] {
        let told = refusal(&url).await;
        assert!(told.contains(words), "{words}: {told}");
        assert!(!told.contains(PASSWORD), "{told}");
    }

    // Somebody else's protocol: it hangs up on what it does not understand.
    let hang_up = tokio::spawn(async move {
        while let Ok((stream, _)) = elsewhere.accept().await {
            drop(stream);
        }
    });
    let told = refusal(&format!("postgres://me:{PASSWORD}@{silent}/shop")).await;
    assert!(told.contains("is no PostgreSQL server, or hung up"), "{told}");
    hang_up.abort();

    let mut owner = server.connect("postgres").await?;
    let revoke = format!("REVOKE CREATE ON DATABASE {shop} FROM me");
    sqlx::raw_sql(AssertSqlSafe(revoke)).execute(&mut owner).await?;
    let error = build(&url).await.err().context("no right")?;
    assert!(matches!(error, Error::Server(ServerError::NoRightToCreate { .. })), "{error}");
    assert!(error.to_string().contains(&format!("GRANT CREATE ON DATABASE {shop} TO me")), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_connection_is_encrypted_where_that_is_asked_for_and_the_certificate_is_looked_at() -> Result<()> {
    let server = PostgresServer::start(true)?;
    let database = server.new_database().await?;
    let url = format!("postgres://postgres@localhost:{}/{database}", server.address().port());
    let authority = server.certificate();
    let authority = authority.to_str().context("in UTF-8")?;

    let opened = build(&format!("{url}?sslmode=require")).await?.database;
    let mut owner = server.connect(&database).await?;
    let encrypted = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
                     WHERE ssl AND application_name = 'cachescope'";
    assert!(sqlx::query_scalar::<_, i64>(encrypted).fetch_one(&mut owner).await? > 0);
    opened.close().await?;

    let told = refusal(&format!("{url}?sslmode=verify-full")).await;
    assert!(told.contains("No TLS connection to") && told.contains("sslrootcert"), "{told}");
    let verified = format!("{url}?sslmode=verify-full&sslrootcert={authority}");
    build(&verified).await?.database.close().await?;
    // The certificate is for localhost, and not for its number.
    let told = refusal(&verified.replace("localhost", "127.0.0.1")).await;
    assert!(told.contains("No TLS connection to"), "{told}");
    Ok(())
}

/// Every file of a folder that holds these bytes.
fn files_with(folder: &Path, bytes: &[u8]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files_with(&path, bytes)?);
        } else if std::fs::read(&path)?.windows(bytes.len()).any(|window| window == bytes) {
            found.push(path.display().to_string());
        }
    }
    Ok(found)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_password_is_nowhere_but_on_its_way_to_the_server() -> Result<()> {
    let (server, folder, aside) = (PostgresServer::shared()?, TempDir::new()?, TempDir::new()?);
    let url = server.url_with_password().await?;
    // As the window does: settings that are kept, changed to a database on a server.
    let lab = Lab::open(laboratory::options(folder.path(), None))?;
    lab.ready().await?;
    let mut seen = Vec::new();
    let pace = Pace::Open { rate: Rate::Steady { per_second: 200.0 }, spacing: Spacing::Constant };
    let workload = Workload { pace, length: Length::Count { requests: 60 }, ..Workload::default() };
    let wrong = over(&url.replace(PASSWORD, &format!("{PASSWORD}-wrong")));
    seen.push(format!("{:?}", lab.change_settings(Settings { conditions: wrong, workload, ..lab.settings() }).await?));
    let failed = lab.catalogue_settled().await?;
    assert!(matches!(&failed.catalogue, CatalogueState::Failed { message } if message.contains("did not let me in")));
    seen.push(serde_json::to_string(&failed)?);

    // The same address with the right one is tried again.
    lab.change_settings(Settings { conditions: over(&url), workload, ..lab.settings() }).await?;
    seen.push(serde_json::to_string(&lab.catalogue_settled().await?)?);
    lab.create_schema();
    lab.ready().await?;
    seen.push(serde_json::to_string(&lab.settings())?);
    // What the window sends back has dots for it, and changes nothing.
    lab.change_settings(lab.settings()).await?;
    lab.ready().await?;
    seen.push(serde_json::to_string(&lab.read(42, Query::Page).await?)?);
    seen.push(format!("{lab:?}"));

    lab.start_recording(Some("one".to_owned())).await?;
    let TrafficState::Ended { recording: Some(id), good: true, .. } = lab.traffic_ended().await? else {
        bail!("it did not end well: {:?}", lab.status().traffic)
    };
    let file = lab.recording_file(id).await?;
    assert!(file.environment.database.starts_with("PostgreSQL "), "{}", file.environment.database);
    assert!(matches!(file.about.conditions.database, DatabaseKind::Postgres { .. }));
    seen.push(serde_json::to_string(&lab.open_recording(id).await?)?);
    use recording::export::Format;
    for format in
        [Format::Json, Format::CsvSeconds, Format::CsvPercentiles, Format::CsvTraces, Format::Hgrm, Format::Hlog]
    {
        std::fs::write(aside.path().join(format.ending()), format.bytes(&file)?)?;
    }
    seen.push(serde_json::to_string(&lab.recordings().await?)?);
    seen.push(serde_json::to_string(&lab.status())?);
    let mut events = lab.events();
    seen.push(format!("{:?}", events.next().await));
    for text in &seen {
        assert!(!text.contains(PASSWORD), "{text}");
    }
    for folder in [folder.path(), aside.path()] {
        assert_eq!(files_with(folder, PASSWORD.as_bytes())?, Vec::<String>::new());
    }
    assert!(!files_with(folder.path(), "postgres://me:…@127.0.0.1".as_bytes())?.is_empty(), "the address is kept");
    lab.close().await;
    assert_eq!(files_with(folder.path(), PASSWORD.as_bytes())?, Vec::<String>::new());

    // The next start has the address and not the password.
    let lab = Lab::open(laboratory::options(folder.path(), None))?;
    let status = lab.catalogue_settled().await?;
    let CatalogueState::Failed { message } = &status.catalogue else { bail!("{:?}", status.catalogue) };
    assert!(message.contains("PGPASSWORD or ~/.pgpass"), "{message}");
    lab.close().await;
    Ok(())
}

/// Waits until the server says yes.
async fn server_says(owner: &mut PgConnection, sql: &'static str) -> Result<()> {
    timeout(PATIENCE, async {
        while !sqlx::query_scalar::<_, bool>(sql).fetch_one(&mut *owner).await? {}
        Ok::<_, anyhow::Error>(())
    })
    .await
    .with_context(|| format!("never true: {sql}"))?
}

const WAITS_FOR_A_LOCK: &str = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM \
                                pg_database WHERE datname = current_database()))";
const HOLDS_NO_LOCK: &str = "SELECT NOT EXISTS (SELECT FROM pg_locks WHERE mode = 'ExclusiveLock' AND relation = \
                             'cachescope.products'::regclass)";

#[tokio::test]
async fn a_lock_keeps_writers_out_lets_readers_through_and_goes_with_its_connection() -> Result<()> {
    let server = PostgresServer::shared()?;
    let name = server.new_database().await?;
    let database = build(&server.url_of(&name)).await?.database;
    let mut owner = server.connect(&name).await?;

    let lock = database.lock().await?;
    let writer = tokio::spawn({
        let database = database.clone();
        async move { database.write_told(42).await }
    });
    server_says(&mut owner, WAITS_FOR_A_LOCK).await?;
    assert!(database.query(Query::Page, 42).await?.is_some(), "readers go on");
    lock.release().await?;
    let told = writer.await?;
    assert_eq!(told.result?.context("it was written")?.version, 2);
    assert!(told.injected_ns > 0, "how long it was kept is told");

    // Dropped as by a process that is killed: the server notices that nobody is connected any more.
    drop(database.lock().await?);
    server_says(&mut owner, HOLDS_NO_LOCK).await?;
    assert_eq!(database.write(42).await?.context("nobody keeps it")?.version, 3);

    // And one that is held for longer than a write waits.
    let lock = database.lock().await?;
    let told = database.write_told(42).await;
    assert!(matches!(told.result, Err(Error::LockedOnPurpose)), "{:?}", told.result);
    assert!(told.injected_ns > 4_000_000_000, "{}", told.injected_ns);
    drop(lock);
    Ok(())
}

#[tokio::test]
async fn what_is_broken_on_purpose_is_told_apart_on_a_server_too() -> Result<()> {
    let (server, folder) = (PostgresServer::shared()?, TempDir::new()?);
    let lab = open(folder.path(), over(&server.url().await?), true)?;
    lab.ready().await?;
    let broken = |database| Faults { database: Some(database), ..Faults::default() };
    lab.set_faults(broken(DatabaseFault::Slow { delay_ms: 30 })).await?;
    let slow = lab.read(1, Query::Lookup).await?.trace;
    let step = slow.steps.iter().find(|step| step.kind == StepKind::DbQuery).context("it was asked")?;
    assert!(step.injected_ns >= 30_000_000 && step.duration_ns >= step.injected_ns, "{step:?}");

    lab.set_faults(broken(DatabaseFault::Down)).await?;
    let down = lab.read(2, Query::Lookup).await?.trace;
    assert_eq!(down.outcome, Outcome::Error);
    assert!(down.notes.iter().any(|note| note.contains("down, by a fault")), "{:?}", down.notes);

    lab.set_faults(broken(DatabaseFault::Locked)).await?;
    assert_eq!(lab.read(3, Query::Lookup).await?.trace.outcome, Outcome::Miss, "readers go on");
    lab.set_faults(Faults::default()).await?;
    assert_eq!(lab.write(3).await?.trace.outcome, Outcome::Written);
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_server_that_goes_and_comes_back_is_said_to_be_gone_and_asked_again() -> Result<()> {
    let server = PostgresServer::start(false)?;
    let name = server.new_database().await?;
    let database = build(&server.url_of(&name)).await?.database;
    let mut owner = server.connect(&name).await?;
    let hang_up = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cachescope'";
    let gone = "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'cachescope')";
    sqlx::query(hang_up).fetch_all(&mut owner).await?;
    server_says(&mut owner, gone).await?;
    assert!(database.query(Query::Page, 42).await?.is_some(), "a read is asked again over a new connection");
    sqlx::query(hang_up).fetch_all(&mut owner).await?;
    server_says(&mut owner, gone).await?;
    let error = database.write(42).await.expect_err("a write is not: it may have been carried out");
    assert!(matches!(error, Error::Server(ServerError::Lost { .. })), "{error}");
    assert_eq!(database.write(42).await?.context("the next is")?.version, 2);

    server.kill()?;
    let mut refused = 0;
    for _ in 0..20 {
        let error = database.query(Query::Lookup, 42).await.expect_err("it is gone");
        let Error::Server(error) = error else { bail!("{error}") };
        assert!(
            matches!(error, ServerError::Lost { .. } | ServerError::Refused { .. } | ServerError::Pausing { .. }),
            "{error}"
        );
        refused += u32::from(matches!(error, ServerError::Refused { .. }));
    }
    assert!(refused > 0, "it says why");

    server.revive()?;
    let written = timeout(PATIENCE, async {
        loop {
            if let Ok(written) = database.write(42).await {
                return written;
            }
            tokio::task::yield_now().await;
        }
    });
    assert!(written.await?.context("it is there again")?.version >= 2);
    database.close().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn traffic_meets_the_same_catalogue_and_no_read_is_stale_that_must_not_be() -> Result<()> {
    let (server, folder) = (PostgresServer::shared()?, TempDir::new()?);
    let url = server.url().await?;
    for pattern in [Pattern::CacheAside, Pattern::WriteThrough, Pattern::WriteBehind] {
        let lab = open(folder.path(), Conditions { query: Query::Lookup, pattern, ..over(&url) }, true)?;
        lab.ready().await?;
        let pace = Pace::Open { rate: Rate::Steady { per_second: 500.0 }, spacing: Spacing::Poisson };
        let mix = Mix { write_percent: 20.0, ..Mix::default() };
        let length = Length::Count { requests: 500 };
        lab.start_traffic(Workload { pace, mix, length, products: Some(20), ..Workload::default() }).await?;
        let ended = timeout(PATIENCE, lab.traffic_ended()).await??;
        assert!(matches!(ended, TrafficState::Ended { good: true, .. }), "{pattern}: {ended:?}");
        let run = lab.summary(0).context("a run")?.summary;
        assert!(run.counts.hits > 100 && run.counts.written > 50, "{pattern}: {:?}", run.counts);
        assert_eq!(lab.close().await, None, "{pattern}: what waited was written");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_database_begins_with_an_empty_cache_and_is_refused_amid_traffic() -> Result<()> {
    let (server, folder) = (PostgresServer::shared()?, TempDir::new()?);
    let url = server.url().await?;
    build(&url).await?.database.close().await?;
    let lab = open(folder.path(), Conditions::default(), false)?;
    lab.ready().await?;
    lab.read(42, Query::Lookup).await?;
    for _ in 0..3 {
        lab.write(42).await?;
    }
    lab.read(42, Query::Lookup).await?;

    lab.start_traffic(Workload { length: Length::UntilStopped, ..Workload::default() }).await?;
    let changed = lab.change_settings(Settings { conditions: over(&url), ..lab.settings() }).await;
    assert!(matches!(changed, Err(lab::Error::Invalid(message)) if message.contains("Stop it first")));
    let _ = lab.stop_traffic();
    lab.traffic_ended().await?;

    lab.change_settings(Settings { conditions: over(&url), ..lab.settings() }).await?;
    lab.ready().await?;
    let read = lab.read(42, Query::Lookup).await?.trace;
    assert_eq!(
        (read.outcome, read.version),
        (Outcome::Miss, Some(1)),
        "the other's value is gone, and so are its writes"
    );
    assert_eq!(read.stale_ns, None, "a first version is current here");
    lab.change_settings(Settings { conditions: Conditions::default(), ..lab.settings() }).await?;
    lab.ready().await?;
    assert_eq!(lab.read(42, Query::Lookup).await?.trace.version, Some(4));
    lab.close().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sides_have_no_database_in_common_but_one_may_have_a_file_beside_the_other_s_server() -> Result<()> {
    let (server, folder) = (PostgresServer::shared()?, TempDir::new()?);
    let url = server.url().await?;
    let lab = open(folder.path(), Conditions { query: Query::Lookup, ..over(&url) }, true)?;
    lab.ready().await?;
    let refused = lab.open_split(over(&url)).await;
    assert!(matches!(refused, Err(lab::Error::Invalid(message)) if message.contains("cannot share one")));

    let Status { .. } = lab.open_split(Conditions { query: Query::Lookup, ..Conditions::default() }).await?;
    let b = lab.side(Side::B)?;
    let [of_a, of_b] = [lab.read(7, Query::Lookup).await?, b.read(7, Query::Lookup).await?];
    assert_eq!([of_a.database.as_str(), &of_b.database], ["PostgreSQL", "SQLite"]);
    assert_eq!(of_a.value, of_b.value, "the same row");
    let settings = Settings { conditions: over(&url), ..b.settings() };
    ensure!(b.change_settings(settings).await.is_err(), "nor may it come there later");
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn in_the_terminal_a_schema_is_created_with_a_flag_and_a_report_holds_no_password() -> Result<()> {
    let (server, folder) = (PostgresServer::shared()?, TempDir::new()?);
    let url = server.url_with_password().await?;
    let run = |arguments: &[&str]| -> Result<(bool, String)> {
        let output = command(arguments, folder.path()).output()?;
        let said = [output.stdout, output.stderr].concat();
        Ok((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
    };
    let (done, said) = run(&["demo", "--database", &url])?;
    assert!(!done && said.contains("10,000 products") && said.contains("--create-schema"), "{said}");
    let (done, said) = run(&["demo", "--database", &url, "--create-schema"])?;
    let (miss, hit) = (said.find("\nMISS "), said.find("\nHIT "));
    assert!(done && miss.is_some() && miss < hit && said.contains("The database is PostgreSQL "), "{said}");
    assert!(!said.contains(PASSWORD), "{said}");

    let traffic = ["record", "--name", "one", "--query", "lookup", "--rate", "200", "--duration", "1s", "--json"];
    let (done, said) = run(&[&traffic[..], &["--database", &url]].concat())?;
    assert!(done && said.contains("postgres://me:…@") && !said.contains(PASSWORD), "{said}");
    for format in ["html", "json"] {
        let file = folder.path().join(format!("one.{format}"));
        let path = file.to_str().context("in UTF-8")?;
        let (done, said) = run(&["recordings", "export", "one", "--format", format, "--out", path])?;
        assert!(done, "{said}");
        let written = std::fs::read_to_string(&file)?;
        assert!(written.contains("PostgreSQL 1") && !written.contains("me@"), "{format}");
    }
    assert_eq!(files_with(folder.path(), PASSWORD.as_bytes())?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn an_app_that_is_killed_leaves_no_lock_on_a_server() -> Result<()> {
    let (server, folder) = (PostgresServer::shared()?, TempDir::new()?);
    let name = server.new_database().await?;
    let arguments = ["--database", &server.url_of(&name), "--create-schema", "--database-fault", "locked"];
    let (mut running, _) = kept_demo(&arguments, folder.path())?;
    let mut owner = server.connect(&name).await?;
    assert!(!sqlx::query_scalar::<_, bool>(HOLDS_NO_LOCK).fetch_one(&mut owner).await?, "it is really locked");
    // SIGKILL: nothing of it can clean up.
    running.0.kill()?;
    running.0.wait()?;
    server_says(&mut owner, HOLDS_NO_LOCK).await?;
    sqlx::query("UPDATE cachescope.products SET price_cents = price_cents WHERE id = 1").execute(&mut owner).await?;
    Ok(())
}
