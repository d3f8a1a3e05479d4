#!/usr/bin/env python3
"""Hit ratios of the bundled server and of redis-server under eviction: the same requests, the same limit, the same policy.

  tests/clients/.venv/bin/python tests/peers/hit-ratio.py > tests/recordings/hit-ratio.txt

Cache-aside over 100,000 keys with values of 200 bytes, chosen by Zipf 0.99; a miss stores the value with a time-out of an
hour. What is stored before it is measured fills the limit. Needs target/release/cachescope and redis-server.
"""

import bisect
import itertools
import os
import random
import re
import subprocess
import tempfile

import redis

KEYS, REQUESTS, WARM, BATCH = 100_000, 400_000, 200_000, 100
LIMIT = "8mb"
POLICIES = ["allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl"]


def requests():
    """The numbers of the keys asked for, the same for all."""
    chosen = random.Random(7)
    weights = list(itertools.accumulate(1 / (rank + 1) ** 0.99 for rank in range(KEYS)))
    names = list(range(KEYS))
    chosen.shuffle(names)
    return [names[bisect.bisect_left(weights, chosen.random() * weights[-1])] for _ in range(WARM + REQUESTS)]


def start(name):
    if name == "bundled":
        binary = os.environ.get("CACHESCOPE", "target/release/cachescope")
        process = subprocess.Popen([binary, "server", "--port", "0"], stdout=subprocess.PIPE, text=True)
        port = int(re.search(r"127\.0\.0\.1:(\d+)", process.stdout.readline())[1])
    else:
        port = random.randrange(20_000, 40_000)
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        process = subprocess.Popen(["redis-server", *options, "--dir", tempfile.mkdtemp()], stdout=subprocess.DEVNULL)
    client = redis.Redis(port=port, retry=redis.retry.Retry(redis.backoff.ConstantBackoff(0.05), 200))
    client.ping()
    return process, client


def hit_ratio(client, policy, keys, limit=8 * 1024 * 1024):
    client.flushall()
    # What is held before the first key is not what is compared: the limit is for keys.
    base = 0 if client.info()["used_memory"] < 500_000 else client.info()["used_memory"]
    client.config_set("maxmemory", base + int(limit))
    client.config_set("maxmemory-policy", policy)
    hits = 0
    for at in range(0, len(keys), BATCH):
        batch = keys[at : at + BATCH]
        pipe = client.pipeline(transaction=False)
        for key in batch:
            pipe.get(f"product:{key}")
        found = pipe.execute()
        if at >= WARM:
            hits += sum(value is not None for value in found)
        pipe = client.pipeline(transaction=False)
        for key, value in zip(batch, found):
            if value is None:
                pipe.set(f"product:{key}", b"v" * 200, ex=3600)
        pipe.execute()
    return 100 * hits / REQUESTS


def main():
    keys = requests()
    servers = {name: start(name) for name in ("bundled", "redis")}
    version = servers["redis"][1].info()["redis_version"]
    print(f"Hit ratio in percent, {KEYS} keys, Zipf 0.99, {REQUESTS} requests after {WARM}, maxmemory {LIMIT} for keys, redis {version}")
    print("The same bytes hold more keys in the bundled server; \"as many keys\" is it once more with so little less memory that it")
    print("holds as many: what is left of the difference is the policy's.")
    print(f"{'policy':<16} {'bundled':>8} {'redis':>8} {'difference':>11}  {'keys held':<14} {'as many keys':>12} {'difference':>11}")
    for policy in POLICIES:
        ratios, held = {}, {}
        for name, (_, client) in servers.items():
            ratios[name] = hit_ratio(client, policy, keys)
            held[name] = client.dbsize()
        difference = ratios["bundled"] - ratios["redis"]
        less = 8 * 1024 * 1024 * held["redis"] / held["bundled"]
        equal = hit_ratio(servers["bundled"][1], policy, keys, less)
        print(
            f"{policy:<16} {ratios['bundled']:8.2f} {ratios['redis']:8.2f} {difference:+11.2f}  {held['bundled']}, {held['redis']:<7}"
            f" {equal:12.2f} {equal - ratios['redis']:+11.2f}",
            flush=True,
        )
    for process, _ in servers.values():
        process.terminate()


main()
