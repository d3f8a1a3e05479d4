"""A small real program over redis-py: everything it asks of a server, it checks.

    python tests/clients/redis_py.py HOST PORT

The checks run one after another, over RESP2 and over RESP3; the first that fails ends the program with what was expected.
"""

import asyncio
import sys
import threading
import time
import traceback

import redis
import redis.asyncio
from redis.backoff import NoBackoff
from redis.retry import Retry

HOST, PORT = sys.argv[1], int(sys.argv[2])

# A reply that never comes is a failure, not a wait.
PATIENCE = 20

EVERY_BYTE = bytes(range(256))
BIG = b"a big value " * 400_000

CHECKS = []


def check(function):
    """Has the function called with a connection to an empty server, once a protocol."""
    CHECKS.append(function)
    return function


def connect(protocol, **options):
    options = {"decode_responses": True, "socket_timeout": PATIENCE, "retry": Retry(NoBackoff(), 3)} | options
    return redis.Redis(host=HOST, port=PORT, protocol=protocol, **options)


def equal(actual, expected):
    assert actual == expected, f"expected {expected!r}, got {actual!r}"


def between(actual, least, most):
    assert least <= actual <= most, f"expected {least} to {most}, got {actual}"


def refused(words, function, *arguments, **options):
    """Fails unless the call raises an error that begins with these words."""
    try:
        reply = function(*arguments, **options)
    except redis.RedisError as error:
        assert str(error).startswith(words), f"expected the error {words}…, got the error {error}"
        return
    raise AssertionError(f"expected the error {words}…, got {reply!r}")


def until(question):
    """Asks again until the answer is yes."""
    deadline = time.monotonic() + PATIENCE
    while not question():
        assert time.monotonic() < deadline, f"not so after {PATIENCE} s"


class Waiting(threading.Thread):
    """A call that another thread waits for."""

    def __init__(self, function, *arguments, **options):
        super().__init__(daemon=True)
        self.call = lambda: function(*arguments, **options)
        self.start()

    def run(self):
        try:
            self.reply = self.call()
        except Exception as error:
            self.reply = error

    def answer(self):
        self.join(PATIENCE)
        return self.reply


@check
def it_speaks_the_protocol_it_was_asked_for(r, protocol):
    equal(r.ping(), True)
    equal(r.client_info()["resp"], str(protocol))
    equal(r.info("server")["redis_mode"], "standalone")
    equal(r.config_get("maxmemory"), {"maxmemory": "0"})


@check
def strings_have_a_time_to_live(r, protocol):
    equal(r.set("k", "v", ex=100), True)
    between(r.ttl("k"), 80, 100)
    between(r.pttl("k"), 80_000, 100_000)
    equal(r.set("k", "other", nx=True), None)
    equal(r.set("k", "other", xx=True, get=True, keepttl=True), "v")
    between(r.expiretime("k"), int(time.time()) + 80, int(time.time()) + 101)
    equal(r.persist("k"), True)
    equal(r.ttl("k"), -1)
    equal(r.getex("k", px=60_000), "other")
    between(r.pttl("k"), 40_000, 60_000)
    equal(r.expire("k", 10, gt=True), False)
    equal(r.getdel("k"), "other")
    equal(r.ttl("k"), -2)
    r.psetex("short", 1, "gone soon")
    until(lambda: r.get("short") is None)
    equal(r.exists("short"), 0)


@check
def strings_are_numbers_and_parts(r, protocol):
    equal(r.incr("n"), 1)
    equal(r.incrby("n", 41), 42)
    equal(r.decrby("n", 2), 40)
    equal(r.incrbyfloat("n", 0.5), 40.5)
    equal(r.mset({"a": "1", "b": "2"}), True)
    equal(r.msetnx({"b": "3", "c": "3"}), False)
    equal(r.mget("a", "missing", "b"), ["1", None, "2"])
    equal(r.append("a", "23456"), 6)
    equal(r.getrange("a", 1, -2), "2345")
    equal(r.setrange("a", 3, "xyz"), 6)
    equal(r.getset("a", "new"), "123xyz")
    equal(r.strlen("a"), 3)
    equal(r.setbit("bits", 7, 1), 0)
    equal([r.getbit("bits", 7), r.bitcount("bits"), r.bitpos("bits", 1)], [1, 1, 7])
    equal(r.lcs("a", "a"), "new")


@check
def keys_are_named_moved_copied_and_described(r, protocol):
    r.mset({"k": "12345", "l": "text"})
    equal(r.type("k"), "string")
    equal(r.object("encoding", "k"), "int")
    equal(r.rename("k", "m"), True)
    equal(r.renamenx("m", "l"), False)
    equal(r.copy("m", "n"), True)
    equal(sorted(r.keys("*")), ["l", "m", "n"])
    equal(r.touch("l", "m", "missing"), 2)
    equal(r.unlink("l", "m"), 2)
    equal(r.dbsize(), 1)
    equal(r.randomkey(), "n")
    between(r.memory_usage("n"), 20, 200)
    equal(r.move("n", 1), True)
    other = connect(protocol, db=1)
    equal(other.get("n"), "12345")
    equal(r.swapdb(0, 1), True)
    equal([r.dbsize(), other.dbsize()], [1, 0])


@check
def a_pipeline_replies_in_order_errors_included(r, protocol):
    pipeline = r.pipeline(transaction=False)
    for i in range(1_000):
        pipeline.set(f"k{i}", i).get(f"k{i}")
    pipeline.lpush("k0", "not a list").get("k999")
    replies = pipeline.execute(raise_on_error=False)
    equal(len(replies), 2_002)
    for i in range(1_000):
        equal(replies[2 * i : 2 * i + 2], [True, str(i)])
    assert isinstance(replies[2_000], redis.ResponseError), replies[2_000]
    equal(str(replies[2_000]).split()[0], "WRONGTYPE")
    equal(replies[2_001], "999")


@check
def a_transaction_is_whole(r, protocol):
    equal(r.pipeline().set("k", 1).incr("k").get("k").execute(), [True, 2, "2"])
    replies = r.pipeline().set("k", 3).lpush("k", "wrong").get("k").execute(raise_on_error=False)
    equal([replies[0], replies[2]], [True, "3"])
    equal(str(replies[1]).split()[0], "WRONGTYPE")
    aborted = r.pipeline().set("k", 4).execute_command("NOSUCH")
    refused("Command # 2 (NOSUCH) of pipeline caused error: unknown command 'NOSUCH'", aborted.execute)
    equal(r.get("k"), "3")


@check
def a_watched_key_that_changed_stops_the_transaction(r, protocol):
    other = connect(protocol)
    r.set("stock", 10)
    tries = 0

    def buy(pipeline):
        nonlocal tries
        tries += 1
        stock = int(pipeline.get("stock"))
        if tries == 1:
            equal(other.decr("stock"), 9)
        pipeline.multi()
        pipeline.set("stock", stock - 1)

    # It tries again after each WatchError.
    equal(r.transaction(buy, "stock"), [True])
    equal([tries, r.get("stock")], [2, "8"])
    with r.pipeline() as pipeline:
        pipeline.watch("stock")
        other.set("stock", 1)
        pipeline.multi()
        pipeline.set("stock", 2)
        try:
            pipeline.execute()
            raise AssertionError("expected a WatchError")
        except redis.WatchError:
            pass


@check
def hashes(r, protocol):
    equal(r.hset("h", mapping={"name": "Ada", "born": 1815, "empty": ""}), 3)
    equal(r.hset("h", "name", "Ada Lovelace"), 0)
    equal(r.hsetnx("h", "name", "other"), 0)
    equal(r.hget("h", "name"), "Ada Lovelace")
    equal(r.hmget("h", "born", "missing"), ["1815", None])
    equal(r.hgetall("h"), {"name": "Ada Lovelace", "born": "1815", "empty": ""})
    equal(r.hgetall("missing"), {})
    equal(r.hincrby("h", "born", 37), 1852)
    equal(r.hincrbyfloat("h", "born", -0.5), 1851.5)
    equal(sorted(r.hkeys("h")), ["born", "empty", "name"])
    equal(sorted(r.hvals("h")), ["", "1851.5", "Ada Lovelace"])
    equal(r.hexists("h", "empty"), True)
    equal(r.hstrlen("h", "name"), 12)
    equal(len(r.hrandfield("h", 5)), 3)
    equal(r.hdel("h", "empty", "missing"), 1)
    equal(r.hlen("h"), 2)


@check
def lists(r, protocol):
    equal(r.rpush("l", "b", "c", "b", "d"), 4)
    equal(r.lpush("l", "a"), 5)
    equal(r.lrange("l", 0, -1), ["a", "b", "c", "b", "d"])
    equal(r.lindex("l", -1), "d")
    equal(r.lrem("l", 1, "b"), 1)
    equal(r.lpop("l"), "a")
    equal(r.rpop("l", 2), ["d", "b"])
    equal(r.llen("l"), 1)
    equal(r.lpop("missing"), None)
    equal(r.lpop("l"), "c")
    equal(r.exists("l"), 0)


@check
def sets(r, protocol):
    equal(r.sadd("s", "a", "b", "c", "a"), 3)
    equal(r.sadd("t", "b", "c", "d"), 3)
    equal(set(r.smembers("s")), {"a", "b", "c"})
    equal([r.sismember("s", "a"), r.sismember("s", "d")], [1, 0])
    equal(set(r.sinter("s", "t")), {"b", "c"})
    equal(set(r.sunion("s", "t")), {"a", "b", "c", "d"})
    equal(set(r.sdiff("s", "t")), {"a"})
    equal(len(r.srandmember("s", -10)), 10)
    equal(r.srem("s", "a", "missing"), 1)
    equal(r.scard("s"), 2)


@check
def sorted_sets(r, protocol):
    equal(r.zadd("z", {"one": 1, "two": 2, "three": 3.25}), 3)
    equal(r.zadd("z", {"one": 0, "two": 20, "new": 9}, xx=True, gt=True, ch=True), 1)
    equal(r.zadd("z", {"four": 4, "one": 9}, nx=True), 1)
    equal(r.zscore("z", "three"), 3.25)
    equal(r.zscore("z", "missing"), None)
    equal(r.zrange("z", 0, -1), ["one", "three", "four", "two"])
    equal([tuple(pair) for pair in r.zrange("z", 0, 1, withscores=True)], [("one", 1.0), ("three", 3.25)])
    equal(r.zrange("z", "+inf", "(3.25", byscore=True, desc=True), ["two", "four"])
    equal(r.zrangebyscore("z", "(1", 4, start=1, num=5), ["four"])
    equal(r.zrank("z", "four"), 2)
    equal(r.zrank("z", "missing"), None)
    equal(r.zincrby("z", -10, "two"), 10.0)
    equal(r.zadd("z", {"two": 1.5}, incr=True), 11.5)
    equal(r.zrem("z", "four", "missing"), 1)
    equal(r.zcard("z"), 3)
    r.zadd("z", {"least": "-inf"})
    equal(r.zscore("z", "least"), float("-inf"))


@check
def scanning_finds_every_key_once(r, protocol):
    names = [f"key:{i}" for i in range(1_000)]
    r.mset(dict.fromkeys(names, "v"))
    r.sadd("key:set", *names)
    r.zadd("key:zset", {name: i for i, name in enumerate(names)})
    r.hset("key:hash", mapping=dict.fromkeys(names, 1))
    equal(set(r.scan_iter("key:*", count=50, _type="string")), set(names))
    equal(set(r.sscan_iter("key:set")), set(names))
    equal(len(dict(r.hscan_iter("key:hash", "key:99?"))), 10)
    equal({name: score for name, score in r.zscan_iter("key:zset")}["key:77"], 77.0)


@check
def messages_come_by_channel_and_by_pattern(r, protocol):
    subscriber = r.pubsub()
    subscriber.subscribe("news", "weather")
    subscriber.psubscribe("w*", "?ews")

    def listen(count):
        """The next messages: kind, pattern, channel, data."""
        heard = []
        while len(heard) < count:
            message = subscriber.get_message(timeout=PATIENCE)
            assert message, f"expected {count} messages, got {heard}"
            heard.append((message["type"], message["pattern"], message["channel"], message["data"]))
        return heard

    equal([(kind, channel, count) for kind, _, channel, count in listen(4)],
          [("subscribe", "news", 1), ("subscribe", "weather", 2), ("psubscribe", "w*", 3), ("psubscribe", "?ews", 4)])
    equal(dict(r.pubsub_numsub("news", "nobody")), {"news": 1, "nobody": 0})
    equal(r.pubsub_numpat(), 2)
    equal(sorted(r.pubsub_channels()), ["news", "weather"])
    equal(r.publish("news", "extra"), 2)
    equal(r.publish("weather", "rain"), 2)
    equal(r.publish("sports", "nobody listens"), 0)
    equal(listen(4), [
        ("message", None, "news", "extra"),
        ("pmessage", "?ews", "news", "extra"),
        ("message", None, "weather", "rain"),
        ("pmessage", "w*", "weather", "rain"),
    ])
    subscriber.unsubscribe("news")
    subscriber.punsubscribe()
    equal(sorted(count for *_, count in listen(3)), [1, 2, 3])
    equal(r.publish("news", "unheard"), 0)
    equal(r.publish("weather", "once"), 1)
    equal(listen(1), [("message", None, "weather", "once")])
    subscriber.close()


@check
def changes_are_notified(r, protocol):
    equal(r.config_set("notify-keyspace-events", "KEA"), True)
    watcher = r.pubsub(ignore_subscribe_messages=True)
    watcher.psubscribe("__key*@0__:*")
    equal(watcher.get_message(timeout=PATIENCE), None)
    r.rpush("l", "x")
    r.pexpire("l", 1)
    until(lambda: r.exists("l") == 0)
    events = []

    # What stands for no message, such as a confirmation that comes late, is left out.
    def all_heard():
        event = watcher.get_message(timeout=0.1)
        if event:
            events.append(event)
        return len(events) == 6

    until(all_heard)
    equal([f"{event['channel']} {event['data']}" for event in events], [
        "__keyspace@0__:l rpush",
        "__keyevent@0__:rpush l",
        "__keyspace@0__:l expire",
        "__keyevent@0__:expire l",
        "__keyspace@0__:l expired",
        "__keyevent@0__:expired l",
    ])
    equal(r.config_set("notify-keyspace-events", ""), True)
    watcher.close()


@check
def a_blocking_pop_waits_for_its_element(r, protocol):
    blocked = lambda: r.info("clients")["blocked_clients"] == 1
    popped = Waiting(connect(protocol).blpop, ["first", "second"], timeout=0)
    until(blocked)
    equal(r.rpush("second", "element"), 1)
    equal(tuple(popped.answer()), ("second", "element"))
    equal(r.exists("second"), 0)
    equal(r.brpop("nothing", timeout=0.01), None)
    moved = Waiting(connect(protocol).blmove, "source", "target", 0, "RIGHT", "LEFT")
    until(blocked)
    r.rpush("source", "a", "b")
    equal(moved.answer(), "b")
    equal(r.lrange("target", 0, -1), ["b"])


@check
def values_are_bytes_and_may_be_many(r, protocol):
    raw = connect(protocol, decode_responses=False)
    raw.set(EVERY_BYTE, EVERY_BYTE)
    equal(raw.get(EVERY_BYTE), EVERY_BYTE)
    raw.set("big", BIG)
    equal(raw.strlen("big"), len(BIG))
    first, pong, second = raw.pipeline(transaction=False).get("big").ping().get("big").execute()
    equal([first == BIG, pong, second == BIG], [True, True, True])
    r.set("empty", "")
    equal(r.get("empty"), "")
    equal(r.restore("copy", 0, raw.dump(EVERY_BYTE)), "OK")
    equal(raw.get("copy"), EVERY_BYTE)


@check
def errors_say_what_was_wrong(r, protocol):
    r.set("text", "abc")
    refused("WRONGTYPE Operation against a key holding the wrong kind of value", r.lpush, "text", "x")
    # Of the others it leaves out the ERR.
    refused("value is not an integer or out of range", r.incr, "text")
    refused("wrong number of arguments for 'get' command", r.execute_command, "GET")
    refused("unknown command 'NOSUCH', with args beginning with: 'a'", r.execute_command, "NOSUCH", "a")
    refused("unknown subcommand 'NOSUCH'. Try CLIENT HELP.", r.execute_command, "CLIENT", "NOSUCH")
    refused("invalid expire time in 'set' command", r.set, "k", "v", ex=0)
    refused("no such key", r.rename, "missing", "k")
    equal(r.get("text"), "abc")


@check
def a_connection_that_was_killed_comes_back(r, protocol):
    killed = connect(protocol, client_name="to-be-killed", single_connection_client=True)
    first = killed.client_id()
    killed.set("k", "before")
    equal(r.client_kill_filter(_id=first), 1)
    equal(killed.get("k"), "before")
    assert killed.client_id() > first
    equal(killed.client_getname(), "to-be-killed")
    equal([client["name"] for client in r.client_list() if client["id"] == str(killed.client_id())], ["to-be-killed"])


@check
def a_subscriber_that_was_killed_subscribes_again(r, protocol):
    subscriber = connect(protocol).pubsub(ignore_subscribe_messages=True)
    subscriber.subscribe("news")
    subscriber.get_message(timeout=PATIENCE)
    equal(r.client_kill_filter(_type="pubsub"), 1)
    subscriber.get_message(timeout=PATIENCE)
    equal(dict(r.pubsub_numsub("news")), {"news": 1})
    r.publish("news", "still there")
    equal(subscriber.get_message(timeout=PATIENCE)["data"], "still there")
    subscriber.close()


@check
def commands_pass_by_on_a_monitor(r, protocol):
    with connect(protocol).monitor() as monitor:
        r.set("seen", "by all")
        seen = next(iter(monitor.listen()))
        equal([seen["command"], seen["db"], seen["client_type"]], ["SET seen by all", 0, "tcp"])


@check
def a_password_keeps_strangers_out(r, protocol):
    equal(r.config_set("requirepass", "secret"), True)

    def enter(**credentials):
        with connect(protocol, retry=Retry(NoBackoff(), 0), **credentials) as client:
            return client.ping()

    stranger = {2: "Authentication required.", 3: "HELLO must be called with the client already authenticated"}
    refused(stranger[protocol], enter)
    refused("invalid username-password pair or user is disabled.", enter, password="wrong")
    equal(enter(password="secret"), True)
    equal(enter(username="default", password="secret"), True)
    equal(r.config_set("requirepass", ""), True)
    equal(enter(), True)


@check
def asyncio_does_the_same_on_one_thread(r, protocol):
    async def use():
        async with redis.asyncio.Redis(host=HOST, port=PORT, protocol=protocol, decode_responses=True) as client:
            counts = await asyncio.gather(*(client.incr("n") for _ in range(100)))
            equal(sorted(counts), list(range(1, 101)))
            async with client.pipeline(transaction=True) as pipeline:
                equal(await pipeline.set("k", "v").get("k").execute(), [True, "v"])
            async with client.pubsub(ignore_subscribe_messages=True) as subscriber:
                await subscriber.subscribe("news")
                await subscriber.get_message(timeout=PATIENCE)
                equal(await client.publish("news", "extra"), 1)
                equal((await subscriber.get_message(timeout=PATIENCE))["data"], "extra")

    asyncio.run(asyncio.wait_for(use(), PATIENCE))


def main():
    passed = 0
    for protocol in (2, 3):
        for function in CHECKS:
            try:
                with connect(protocol) as client:
                    client.flushall()
                    function(client, protocol)
            except Exception:
                name = function.__name__.replace("_", " ")
                print(f"redis-py, RESP{protocol}: {name}: {traceback.format_exc()}", file=sys.stderr)
                return 1
            passed += 1
    print(f"redis-py: {passed} checks passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
