//! Finding the master that Sentinel watches over, as "Guidelines for Redis clients with support for Redis Sentinel" has it: ask
//! the sentinels, connect to whom they name, and make sure by ROLE that it is a master. Whenever the connection breaks, all of
//! that is done anew, so a failover is followed.
//!
//! redis-rs has a client for Sentinel, but that asks one after another without a time limit of its own, and owns the stream
//! to the master: here the sentinels are asked at once, so that a dead one holds up nobody, and the wire can still be seen.

use redis::{Value, cmd};
use tokio::task::JoinSet;

use crate::dial::{Open, ask, dial_host, dial_sentinel};
use crate::tap::Tap;
use crate::target::{Host, Sentinels};
use crate::{Error, Target};

/// Connects to the master of now.
pub(crate) async fn dial_master(target: &Target, sentinels: &Sentinels, tap: Option<&Tap>) -> Result<Open, Error> {
    let master = master(target, sentinels).await?;
    let open = dial_host(&named(target, &master), &master, &target.login, tap).await?;
    let role = ask::<Vec<Value>>(target, &open, &cmd("ROLE")).await;
    if let Some(tap) = tap {
        tap.clear();
    }
    match role.as_deref().map(<[Value]>::first) {
        Ok(Some(Value::BulkString(role))) if role != b"master" => Err(no_master(
            target,
            format!("{master}, which they name, is not a master now; perhaps another is being chosen"),
        )),
        // A user who may not ask for the role must trust the sentinels.
        Ok(_) | Err(Error::NotAllowed { .. }) => Ok(open),
        Err(error) => Err(error.clone()),
    }
}

/// Who is the master, by the first sentinel that says.
pub(crate) async fn master(target: &Target, sentinels: &Sentinels) -> Result<Host, Error> {
    let mut asked = JoinSet::new();
    for host in &sentinels.hosts {
        let (target, host, sentinels) = (target.clone(), host.clone(), sentinels.clone());
        asked.spawn(async move { ask_one(&named(&target, &host), &host, &sentinels).await });
    }
    let mut failure = no_master(target, "none of them answers".to_owned());
    while let Some(answer) = asked.join_next().await {
        match answer {
            Ok(Ok(master)) => return Ok(master),
            Ok(Err(error)) => failure = error,
            Err(_called_off) => {}
        }
    }
    Err(failure)
}

async fn ask_one(target: &Target, host: &Host, sentinels: &Sentinels) -> Result<Host, Error> {
    let open = dial_sentinel(target, host, &sentinels.login).await?;
    let mut question = cmd("SENTINEL");
    question.arg("GET-MASTER-ADDR-BY-NAME").arg(&sentinels.master);
    match ask::<Option<(String, u16)>>(target, &open, &question).await {
        Ok(Some((name, port))) => Ok(Host { name, port }),
        Ok(None) => Err(no_master(target, format!("it watches over none called \"{}\"", sentinels.master))),
        Err(Error::Refused { reply, .. }) => Err(no_master(target, format!("it answered {reply}"))),
        Err(error) => Err(error),
    }
}

/// The same target, called by the host that is asked: so that an error says which one it was.
fn named(target: &Target, host: &Host) -> Target {
    Target { address: host.to_string(), ..target.clone() }
}

fn no_master(target: &Target, reason: String) -> Error {
    Error::NoMaster { address: target.address.clone(), reason }
}
