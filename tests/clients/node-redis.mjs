// A small real program over node-redis: everything it asks of a server, it checks.
//   node tests/clients/node-redis.mjs HOST PORT

import { createClient, createClientPool, RESP_TYPES, WatchError } from 'redis';

import { between, big, equal, everyByte, field, host, port, refused, run, until } from './checks.mjs';

const options = (protocol, more = {}) => ({
  RESP: protocol,
  ...more,
  socket: { host, port, reconnectStrategy: () => 0, ...more.socket },
});

const connect = async (protocol, more) => {
  const client = createClient(options(protocol, more));
  // Without a listener, a connection that is lost ends the program.
  client.on('error', () => {});
  return client.connect();
};

/** Runs `use` with a connection to an empty server. */
const alone = (use) => async (protocol) => {
  const redis = await connect(protocol);
  await redis.flushAll();
  await use(redis, protocol);
  await redis.close();
};

const bytes = { [RESP_TYPES.BLOB_STRING]: Buffer };

await run('node-redis', [2, 3], {
  'it speaks the protocol it was asked for': alone(async (redis, protocol) => {
    equal(await redis.ping(), 'PONG');
    equal((await redis.clientInfo()).resp, protocol);
    equal(/redis_mode:(\w+)/.exec(await redis.info('server'))[1], 'standalone');
    equal(await redis.configGet('maxmemory'), { maxmemory: '0' });
  }),

  'strings have a time to live': alone(async (redis) => {
    equal(await redis.set('k', 'v', { expiration: { type: 'EX', value: 100 } }), 'OK');
    between(await redis.ttl('k'), 80, 100);
    between(await redis.pTTL('k'), 80_000, 100_000);
    equal(await redis.set('k', 'other', { condition: 'NX' }), null);
    equal(await redis.set('k', 'other', { condition: 'XX', GET: true, expiration: 'KEEPTTL' }), 'v');
    between(
      await redis.expireTime('k'),
      Math.floor(Date.now() / 1000) + 80,
      Math.ceil(Date.now() / 1000) + 101,
    );
    equal(await redis.persist('k'), 1);
    equal(await redis.ttl('k'), -1);
    equal(await redis.getEx('k', { type: 'PX', value: 60_000 }), 'other');
    between(await redis.pTTL('k'), 40_000, 60_000);
    equal(await redis.expire('k', 10, 'GT'), 0);
    equal(await redis.getDel('k'), 'other');
    equal(await redis.ttl('k'), -2);
    await redis.pSetEx('short', 1, 'gone soon');
    await until(async () => (await redis.get('short')) === null);
    equal(await redis.exists('short'), 0);
  }),

  'strings are numbers and parts': alone(async (redis) => {
    equal(await redis.incr('n'), 1);
    equal(await redis.incrBy('n', 41), 42);
    equal(await redis.decrBy('n', 2), 40);
    equal(await redis.incrByFloat('n', 0.5), '40.5');
    equal(await redis.mSet({ a: '1', b: '2' }), 'OK');
    equal(await redis.mSetNX({ b: '3', c: '3' }), 0);
    equal(await redis.mGet(['a', 'missing', 'b']), ['1', null, '2']);
    equal(await redis.append('a', '23456'), 6);
    equal(await redis.getRange('a', 1, -2), '2345');
    equal(await redis.setRange('a', 3, 'xyz'), 6);
    equal(await redis.getSet('a', 'new'), '123xyz');
    equal(await redis.strLen('a'), 3);
    equal(await redis.setBit('bits', 7, 1), 0);
    equal([await redis.getBit('bits', 7), await redis.bitCount('bits')], [1, 1]);
    equal(await redis.lcs('a', 'a'), 'new');
  }),

  'keys are named, moved, copied and described': alone(async (redis) => {
    await redis.mSet({ k: '12345', l: 'text' });
    equal(await redis.type('k'), 'string');
    equal(await redis.objectEncoding('k'), 'int');
    equal(await redis.rename('k', 'm'), 'OK');
    equal(await redis.renameNX('m', 'l'), 0);
    equal(await redis.copy('m', 'n'), 1);
    equal((await redis.keys('*')).sort(), ['l', 'm', 'n']);
    equal(await redis.touch(['l', 'm', 'missing']), 2);
    equal(await redis.unlink(['l', 'm']), 2);
    equal(await redis.dbSize(), 1);
    equal(await redis.randomKey(), 'n');
    equal(await redis.move('n', 1), 1);
    await redis.select(1);
    equal(await redis.get('n'), '12345');
    await redis.select(0);
  }),

  'requests of one tick share a pipeline': alone(async (redis) => {
    const requests = [];
    for (let i = 0; i < 1_000; i += 1) requests.push(redis.set(`k${i}`, String(i)), redis.get(`k${i}`));
    const wrong = refused(redis.lPush('k0', 'not a list'), 'WRONGTYPE');
    const last = redis.get('k999');
    const replies = await Promise.all(requests);
    for (let i = 0; i < 1_000; i += 1) equal(replies.slice(2 * i, 2 * i + 2), ['OK', String(i)]);
    await wrong;
    equal(await last, '999');
    equal(await redis.multi().incr('n').incr('n').execAsPipeline(), [1, 2]);
  }),

  'a transaction is whole': alone(async (redis) => {
    equal(await redis.multi().set('k', '1').incr('k').get('k').exec(), ['OK', 2, '2']);
    const failed = redis.multi().set('k', '3').lPush('k', 'wrong').get('k').exec();
    const { replies, errorIndexes } = await failed.then(
      () => ({}),
      (error) => error,
    );
    equal([replies[0], replies[2], errorIndexes], ['OK', '3', [1]]);
    equal(replies[1].message, 'WRONGTYPE Operation against a key holding the wrong kind of value');
    await refused(redis.multi().addCommand(['NOSUCH']).exec(), "ERR unknown command 'NOSUCH'");
    equal(await redis.get('k'), '3');
  }),

  'a watched key that changed stops the transaction': alone(async (redis, protocol) => {
    const other = await connect(protocol);
    await redis.set('stock', '10');
    let tries = 0;
    const buy = async () => {
      tries += 1;
      equal(await redis.watch('stock'), 'OK');
      const stock = Number(await redis.get('stock'));
      if (tries === 1) equal(await other.decr('stock'), 9);
      return redis
        .multi()
        .set('stock', String(stock - 1))
        .exec();
    };
    equal(await buy().catch((error) => error instanceof WatchError), true);
    equal(await buy(), ['OK']);
    equal(await redis.get('stock'), '8');
    await other.close();
  }),

  'a pool shares what each of its connections does': async (protocol) => {
    const pool = createClientPool(options(protocol), { minimum: 2, maximum: 4 });
    await pool.connect();
    await pool.flushAll();
    const counts = await Promise.all(Array.from({ length: 100 }, () => pool.incr('n')));
    equal(
      counts.toSorted((a, b) => a - b),
      Array.from({ length: 100 }, (_, i) => i + 1),
    );
    // One of them waits, the others go on.
    const popped = pool.execute((client) => client.blPop('l', 0));
    await until(async () => field(await pool.info('clients'), 'blocked_clients') === 1);
    await pool.rPush('l', 'x');
    equal(await popped, { key: 'l', element: 'x' });
    await pool.close();
  },

  hashes: alone(async (redis) => {
    equal(await redis.hSet('h', { name: 'Ada', born: '1815', empty: '' }), 3);
    equal(await redis.hSet('h', 'name', 'Ada Lovelace'), 0);
    equal(await redis.hSetNX('h', 'name', 'other'), 0);
    equal(await redis.hGet('h', 'name'), 'Ada Lovelace');
    equal(await redis.hmGet('h', ['born', 'missing']), ['1815', null]);
    equal(await redis.hGetAll('h'), { name: 'Ada Lovelace', born: '1815', empty: '' });
    equal(await redis.hGetAll('missing'), {});
    equal(await redis.hIncrBy('h', 'born', 37), 1852);
    equal(await redis.hIncrByFloat('h', 'born', -0.5), '1851.5');
    equal((await redis.hKeys('h')).sort(), ['born', 'empty', 'name']);
    equal((await redis.hVals('h')).sort(), ['', '1851.5', 'Ada Lovelace']);
    equal(await redis.hExists('h', 'empty'), 1);
    equal(await redis.hStrLen('h', 'name'), 12);
    equal((await redis.hRandFieldCountWithValues('h', 5)).length, 3);
    equal(await redis.hDel('h', ['empty', 'missing']), 1);
    equal(await redis.hLen('h'), 2);
  }),

  lists: alone(async (redis) => {
    equal(await redis.rPush('l', ['b', 'c', 'b', 'd']), 4);
    equal(await redis.lPush('l', 'a'), 5);
    equal(await redis.lRange('l', 0, -1), ['a', 'b', 'c', 'b', 'd']);
    equal(await redis.lIndex('l', -1), 'd');
    equal(await redis.lRem('l', 1, 'b'), 1);
    equal(await redis.lPop('l'), 'a');
    equal(await redis.rPopCount('l', 2), ['d', 'b']);
    equal(await redis.lLen('l'), 1);
    equal(await redis.lPop('missing'), null);
    equal(await redis.lPop('l'), 'c');
    equal(await redis.exists('l'), 0);
  }),

  sets: alone(async (redis) => {
    equal(await redis.sAdd('s', ['a', 'b', 'c', 'a']), 3);
    equal(await redis.sAdd('t', ['b', 'c', 'd']), 3);
    // In RESP3 a set is a set.
    equal([...(await redis.sMembers('s'))].sort(), ['a', 'b', 'c']);
    equal([await redis.sIsMember('s', 'a'), await redis.sIsMember('s', 'd')], [1, 0]);
    equal([...(await redis.sInter(['s', 't']))].sort(), ['b', 'c']);
    equal([...(await redis.sUnion(['s', 't']))].sort(), ['a', 'b', 'c', 'd']);
    equal([...(await redis.sDiff(['s', 't']))], ['a']);
    equal((await redis.sRandMemberCount('s', -10)).length, 10);
    equal(await redis.sRem('s', ['a', 'missing']), 1);
    equal(await redis.sCard('s'), 2);
  }),

  'sorted sets': alone(async (redis) => {
    const added = [
      { score: 1, value: 'one' },
      { score: 2, value: 'two' },
      { score: 3.25, value: 'three' },
    ];
    equal(await redis.zAdd('z', added), 3);
    equal(
      await redis.zAdd('z', { score: 20, value: 'two' }, { condition: 'XX', comparison: 'GT', CH: true }),
      1,
    );
    equal(await redis.zAdd('z', { score: 4, value: 'four' }, { condition: 'NX' }), 1);
    equal(await redis.zScore('z', 'three'), 3.25);
    equal(await redis.zScore('z', 'missing'), null);
    equal(await redis.zRange('z', 0, -1), ['one', 'three', 'four', 'two']);
    equal(await redis.zRangeWithScores('z', 0, 1), [
      { value: 'one', score: 1 },
      { value: 'three', score: 3.25 },
    ]);
    equal(await redis.zRange('z', '+inf', '(3.25', { BY: 'SCORE', REV: true }), ['two', 'four']);
    equal(await redis.zRangeByScore('z', '(1', 4, { LIMIT: { offset: 1, count: 5 } }), ['four']);
    equal(await redis.zRank('z', 'four'), 2);
    equal(await redis.zRank('z', 'missing'), null);
    equal(await redis.zIncrBy('z', -10, 'two'), 10);
    equal(await redis.zAddIncr('z', { score: 1.5, value: 'two' }), 11.5);
    equal(await redis.zRem('z', ['four', 'missing']), 1);
    equal(await redis.zCard('z'), 3);
    await redis.zAdd('z', { score: -Infinity, value: 'least' });
    equal(await redis.zScore('z', 'least'), -Infinity);
  }),

  'scanning finds every key once': alone(async (redis) => {
    const names = Array.from({ length: 1_000 }, (_, i) => `key:${i}`);
    await redis.mSet(names.map((name) => [name, 'v']));
    await redis.sAdd('key:set', names);
    await redis.zAdd(
      'key:zset',
      names.map((value, score) => ({ value, score })),
    );
    await redis.hSet('key:hash', Object.fromEntries(names.map((name) => [name, '1'])));
    const all = async (pages) => {
      const found = [];
      for await (const page of pages) found.push(...page);
      return found;
    };
    const keys = await all(redis.scanIterator({ MATCH: 'key:*', TYPE: 'string', COUNT: 50 }));
    equal([...new Set(keys)].sort(), names.toSorted());
    equal([...new Set(await all(redis.sScanIterator('key:set')))].length, 1_000);
    equal((await all(redis.hScanIterator('key:hash', { MATCH: 'key:99?' }))).length, 10);
    const scored = await all(redis.zScanIterator('key:zset'));
    equal(
      scored.find(({ value }) => value === 'key:77'),
      { value: 'key:77', score: 77 },
    );
  }),

  'messages come by channel and by pattern': alone(async (redis, protocol) => {
    const subscriber = await connect(protocol);
    const received = [];
    const hear = (message, channel) => received.push([channel, message]);
    await subscriber.subscribe(['news', 'weather'], hear);
    await subscriber.pSubscribe(['w*', '?ews'], hear);
    equal(await redis.pubSubNumSub(['news', 'nobody']), { news: 1, nobody: 0 });
    equal(await redis.pubSubNumPat(), 2);
    equal((await redis.pubSubChannels()).sort(), ['news', 'weather']);
    equal(await redis.publish('news', 'extra'), 2);
    equal(await redis.publish('weather', 'rain'), 2);
    equal(await redis.publish('sports', 'nobody listens'), 0);
    await until(async () => (await subscriber.ping()) && received.length === 4);
    equal(received, [
      ['news', 'extra'],
      ['news', 'extra'],
      ['weather', 'rain'],
      ['weather', 'rain'],
    ]);
    // In RESP3 a subscriber may ask for other things.
    if (protocol === 3) equal(await subscriber.set('k', 'v'), 'OK');
    const raw = new Promise((resolve) => {
      void subscriber.subscribe('bytes', resolve, true).then(() => redis.publish('bytes', everyByte));
    });
    equal(await raw, everyByte);
    await subscriber.unsubscribe('news');
    await subscriber.pUnsubscribe();
    equal(await redis.publish('news', 'unheard'), 0);
    equal(await redis.publish('weather', 'once'), 1);
    await subscriber.close();
  }),

  'changes are notified': alone(async (redis, protocol) => {
    const watcher = await connect(protocol);
    equal(await redis.configSet('notify-keyspace-events', 'KEA'), 'OK');
    const events = [];
    await watcher.pSubscribe('__key*@0__:*', (event, channel) => events.push(`${channel} ${event}`));
    await redis.hSet('h', 'f', 'v');
    await redis.pExpire('h', 1);
    await until(async () => (await redis.exists('h')) === 0 && (await watcher.ping()) && events.length >= 6);
    equal(events, [
      '__keyspace@0__:h hset',
      '__keyevent@0__:hset h',
      '__keyspace@0__:h expire',
      '__keyevent@0__:expire h',
      '__keyspace@0__:h expired',
      '__keyevent@0__:expired h',
    ]);
    equal(await redis.configSet('notify-keyspace-events', ''), 'OK');
    await watcher.close();
  }),

  'a blocking pop waits for its element': alone(async (redis, protocol) => {
    const waiting = await connect(protocol);
    const popped = waiting.blPop(['first', 'second'], 0);
    await until(async () => field(await redis.info('clients'), 'blocked_clients') === 1);
    equal(await redis.rPush('second', 'element'), 1);
    equal(await popped, { key: 'second', element: 'element' });
    equal(await redis.exists('second'), 0);
    equal(await waiting.brPop('nothing', 0.01), null);
    const moved = waiting.blMove('source', 'target', 'RIGHT', 'LEFT', 0);
    await until(async () => field(await redis.info('clients'), 'blocked_clients') === 1);
    await redis.rPush('source', ['a', 'b']);
    equal(await moved, 'b');
    equal(await redis.lRange('target', 0, -1), ['b']);
    await waiting.close();
  }),

  'values are bytes, and may be many': alone(async (redis) => {
    const raw = redis.withTypeMapping(bytes);
    await raw.set(everyByte, everyByte);
    equal(await raw.get(everyByte), everyByte);
    await raw.set('big', big);
    equal(await redis.strLen('big'), big.length);
    const three = await Promise.all([raw.get('big'), redis.ping(), raw.get('big')]);
    equal([three[0].equals(big), three[1], three[2].equals(big)], [true, 'PONG', true]);
    await redis.set('empty', '');
    equal(await redis.get('empty'), '');
    equal(await redis.restore('copy', 0, await raw.dump(everyByte)), 'OK');
    equal(await raw.get('copy'), everyByte);
  }),

  'errors say what was wrong': alone(async (redis) => {
    await redis.set('text', 'abc');
    await refused(
      redis.lPush('text', 'x'),
      'WRONGTYPE Operation against a key holding the wrong kind of value',
    );
    await refused(redis.incr('text'), 'ERR value is not an integer or out of range');
    await refused(redis.sendCommand(['GET']), "ERR wrong number of arguments for 'get' command");
    await refused(
      redis.sendCommand(['NOSUCH', 'a']),
      "ERR unknown command 'NOSUCH', with args beginning with: 'a'",
    );
    await refused(
      redis.sendCommand(['CLIENT', 'NOSUCH']),
      "ERR unknown subcommand 'NOSUCH'. Try CLIENT HELP.",
    );
    await refused(redis.setEx('k', 0, 'v'), "ERR invalid expire time in 'setex' command");
    await refused(redis.rename('missing', 'k'), 'ERR no such key');
    equal(await redis.get('text'), 'abc');
  }),

  'a connection that was killed comes back': alone(async (redis, protocol) => {
    const killed = await connect(protocol, { name: 'to-be-killed' });
    const id = await killed.clientId();
    await killed.set('k', 'before');
    const again = new Promise((resolve) => killed.once('ready', resolve));
    equal(await redis.clientKill({ filter: 'ID', id }), 1);
    await again;
    equal(await killed.get('k'), 'before');
    equal((await killed.clientId()) > id, true);
    equal(await killed.clientGetName(), 'to-be-killed');
    await killed.close();
  }),

  'a subscriber that was killed subscribes again': alone(async (redis, protocol) => {
    const subscriber = await connect(protocol);
    const id = await subscriber.clientId();
    const received = [];
    await subscriber.subscribe('news', (message) => received.push(message));
    equal(await redis.clientKill({ filter: 'ID', id }), 1);
    await until(async () => subscriber.isReady && (await redis.pubSubNumSub('news')).news === 1);
    await redis.publish('news', 'still there');
    await until(async () => (await redis.ping()) && received.length === 1);
    equal(received, ['still there']);
    await subscriber.close();
  }),

  'commands pass by on a monitor': alone(async (redis, protocol) => {
    const monitor = await connect(protocol);
    const seen = [];
    await monitor.monitor((line) => seen.push(line));
    await redis.set('seen', 'by all');
    await until(
      async () => (await redis.ping()) && seen.some((line) => line.endsWith('"SET" "seen" "by all"')),
    );
    monitor.destroy();
  }),

  'a password keeps strangers out': alone(async (redis, protocol) => {
    equal(await redis.configSet('requirepass', 'secret'), 'OK');
    const enter = async (credentials) => {
      const client = await connect(protocol, { ...credentials, socket: { reconnectStrategy: false } });
      const reply = await client.ping().finally(() => client.destroy());
      return reply;
    };
    if (protocol === 2) await refused(enter({}), 'NOAUTH Authentication required.');
    if (protocol === 3)
      await refused(enter({}), 'NOAUTH HELLO must be called with the client already authenticated');
    await refused(
      enter({ password: 'wrong' }),
      'WRONGPASS invalid username-password pair or user is disabled.',
    );
    equal(await enter({ password: 'secret' }), 'PONG');
    equal(await enter({ username: 'default', password: 'secret' }), 'PONG');
    equal(await redis.configSet('requirepass', ''), 'OK');
    equal(await enter({}), 'PONG');
  }),
});
