// A small real program over ioredis: everything it asks of a server, it checks.
//   node tests/clients/ioredis.mjs HOST PORT

import { once } from 'node:events';
import { Redis } from 'ioredis';

import { between, big, equal, everyByte, field, host, port, refused, run, until } from './checks.mjs';

const connect = (protocol, options = {}) => new Redis({ host, port, protocol, ...options });

/** Runs `use` with a connection to an empty server. */
const alone = (use) => async (protocol) => {
  const redis = connect(protocol);
  await redis.flushall();
  await use(redis, protocol);
  await redis.quit();
};

await run('ioredis', [2, 3], {
  'it speaks the protocol it was asked for': alone(async (redis, protocol) => {
    equal(await redis.ping(), 'PONG');
    equal(/ resp=(\d)/.exec(await redis.client('INFO'))[1], String(protocol));
    equal(/redis_mode:(\w+)/.exec(await redis.info('server'))[1], 'standalone');
    if (protocol === 2) return;
    const typed = connect(3, { replyMapping: 'resp3' });
    await typed.zadd('z', 1.5, 'm');
    equal(await typed.zscore('z', 'm'), 1.5);
    equal(await typed.zrange('z', 0, -1, 'WITHSCORES'), [['m', 1.5]]);
    equal(await typed.config('GET', 'maxmemory'), { maxmemory: '0' });
    await typed.quit();
  }),

  'strings have a time to live': alone(async (redis) => {
    equal(await redis.set('k', 'v', 'EX', 100), 'OK');
    between(await redis.ttl('k'), 80, 100);
    between(await redis.pttl('k'), 80_000, 100_000);
    equal(await redis.set('k', 'other', 'NX'), null);
    equal(await redis.set('k', 'other', 'XX', 'GET', 'KEEPTTL'), 'v');
    between(await redis.ttl('k'), 80, 100);
    equal(await redis.persist('k'), 1);
    equal(await redis.ttl('k'), -1);
    equal(await redis.getex('k', 'PX', 60_000), 'other');
    between(await redis.pttl('k'), 40_000, 60_000);
    equal(await redis.expire('k', 10, 'GT'), 0);
    equal(await redis.getdel('k'), 'other');
    equal(await redis.ttl('k'), -2);
    await redis.psetex('short', 1, 'gone soon');
    await until(async () => (await redis.get('short')) === null);
    equal(await redis.exists('short'), 0);
  }),

  'strings are numbers and parts': alone(async (redis) => {
    equal(await redis.incr('n'), 1);
    equal(await redis.incrby('n', 41), 42);
    equal(await redis.decrby('n', 2), 40);
    equal(await redis.incrbyfloat('n', 0.5), '40.5');
    equal(await redis.mset({ a: '1', b: '2' }), 'OK');
    equal(await redis.mget('a', 'missing', 'b'), ['1', null, '2']);
    equal(await redis.append('a', '23456'), 6);
    equal(await redis.getrange('a', 1, -2), '2345');
    equal(await redis.setrange('a', 3, 'xyz'), 6);
    equal(await redis.get('a'), '123xyz');
    equal(await redis.strlen('a'), 6);
    equal(await redis.setbit('bits', 7, 1), 0);
    equal(await redis.bitcount('bits'), 1);
  }),

  'keys are named, moved, copied and described': alone(async (redis) => {
    await redis.mset('k', '12345', 'l', 'text');
    equal(await redis.type('k'), 'string');
    equal(await redis.object('ENCODING', 'k'), 'int');
    equal(await redis.rename('k', 'm'), 'OK');
    equal(await redis.renamenx('m', 'l'), 0);
    equal(await redis.copy('m', 'n'), 1);
    equal((await redis.keys('*')).sort(), ['l', 'm', 'n']);
    equal(await redis.touch('l', 'm', 'missing'), 2);
    equal(await redis.unlink('l', 'm'), 2);
    equal(await redis.dbsize(), 1);
    equal(await redis.randomkey(), 'n');
    await redis.select(1);
    equal(await redis.dbsize(), 0);
    await redis.select(0);
  }),

  'a pipeline replies in order, errors included': alone(async (redis) => {
    const pipeline = redis.pipeline();
    for (let i = 0; i < 1_000; i += 1) pipeline.set(`k${i}`, i).get(`k${i}`);
    pipeline.lpush('k0', 'not a list').get('k999');
    const replies = await pipeline.exec();
    equal(replies.length, 2_002);
    for (let i = 0; i < 1_000; i += 1) {
      equal(replies[2 * i], [null, 'OK']);
      equal(replies[2 * i + 1], [null, String(i)]);
    }
    equal(replies[2_000][0].message.split(' ')[0], 'WRONGTYPE');
    equal(replies[2_001], [null, '999']);
  }),

  'requests of one tick share a pipeline': async (protocol) => {
    const redis = connect(protocol, { enableAutoPipelining: true });
    await redis.flushall();
    const counts = await Promise.all(Array.from({ length: 500 }, () => redis.incr('n')));
    equal(
      counts,
      Array.from({ length: 500 }, (_, i) => i + 1),
    );
    await redis.quit();
  },

  'a transaction is whole': alone(async (redis) => {
    const replies = await redis.multi().set('k', 1).incr('k').lpush('k', 'wrong').get('k').exec();
    equal(replies[0], [null, 'OK']);
    equal(replies[1], [null, 2]);
    equal(replies[2][0].message.split(' ')[0], 'WRONGTYPE');
    equal(replies[3], [null, '2']);
    await redis.multi({ pipeline: false });
    equal(await redis.set('k', 'queued'), 'QUEUED');
    equal(await redis.discard(), 'OK');
    equal(await redis.get('k'), '2');
    await refused(redis.multi().call('NOSUCHCOMMAND').exec(), 'EXECABORT');
  }),

  'a watched key that changed stops the transaction': alone(async (redis, protocol) => {
    const other = connect(protocol);
    await redis.set('stock', 10);
    let tries = 0;
    const buy = async () => {
      tries += 1;
      await redis.watch('stock');
      const stock = Number(await redis.get('stock'));
      if (tries === 1) equal(await other.decr('stock'), 9);
      return redis
        .multi()
        .set('stock', stock - 1)
        .exec();
    };
    equal(await buy(), null);
    equal(await buy(), [[null, 'OK']]);
    equal(await redis.get('stock'), '8');
    await other.quit();
  }),

  hashes: alone(async (redis) => {
    equal(await redis.hset('h', { name: 'Ada', born: 1815, empty: '' }), 3);
    equal(await redis.hset('h', 'name', 'Ada Lovelace'), 0);
    equal(await redis.hsetnx('h', 'name', 'other'), 0);
    equal(await redis.hget('h', 'name'), 'Ada Lovelace');
    equal(await redis.hmget('h', 'born', 'missing'), ['1815', null]);
    equal(await redis.hgetall('h'), { name: 'Ada Lovelace', born: '1815', empty: '' });
    equal(await redis.hgetall('missing'), {});
    equal(await redis.hincrby('h', 'born', 37), 1852);
    equal(await redis.hincrbyfloat('h', 'born', -0.5), '1851.5');
    equal((await redis.hkeys('h')).sort(), ['born', 'empty', 'name']);
    equal((await redis.hvals('h')).sort(), ['', '1851.5', 'Ada Lovelace']);
    equal(await redis.hexists('h', 'empty'), 1);
    equal(await redis.hstrlen('h', 'name'), 12);
    equal((await redis.hrandfield('h', 5)).length, 3);
    equal(await redis.hdel('h', 'empty', 'missing'), 1);
    equal(await redis.hlen('h'), 2);
  }),

  lists: alone(async (redis) => {
    equal(await redis.rpush('l', 'b', 'c', 'b', 'd'), 4);
    equal(await redis.lpush('l', 'a'), 5);
    equal(await redis.lrange('l', 0, -1), ['a', 'b', 'c', 'b', 'd']);
    equal(await redis.lindex('l', -1), 'd');
    equal(await redis.lrem('l', 1, 'b'), 1);
    equal(await redis.lpop('l'), 'a');
    equal(await redis.rpop('l', 2), ['d', 'b']);
    equal(await redis.llen('l'), 1);
    equal(await redis.lpop('missing'), null);
    equal(await redis.lpop('l'), 'c');
    equal(await redis.exists('l'), 0);
  }),

  sets: alone(async (redis) => {
    equal(await redis.sadd('s', 'a', 'b', 'c', 'a'), 3);
    equal(await redis.sadd('t', 'b', 'c', 'd'), 3);
    equal((await redis.smembers('s')).sort(), ['a', 'b', 'c']);
    equal([await redis.sismember('s', 'a'), await redis.sismember('s', 'd')], [1, 0]);
    equal((await redis.sinter('s', 't')).sort(), ['b', 'c']);
    equal((await redis.sunion('s', 't')).sort(), ['a', 'b', 'c', 'd']);
    equal(await redis.sdiff('s', 't'), ['a']);
    equal((await redis.srandmember('s', -10)).length, 10);
    equal(await redis.srem('s', 'a', 'missing'), 1);
    equal(await redis.scard('s'), 2);
  }),

  'sorted sets': alone(async (redis) => {
    equal(await redis.zadd('z', 1, 'one', 2, 'two', 3.25, 'three'), 3);
    equal(await redis.zadd('z', 'XX', 'GT', 'CH', 0, 'one', 20, 'two', 9, 'new'), 1);
    equal(await redis.zadd('z', 'NX', 4, 'four', 9, 'one'), 1);
    equal(await redis.zscore('z', 'three'), '3.25');
    equal(await redis.zscore('z', 'missing'), null);
    equal(await redis.zrange('z', 0, -1), ['one', 'three', 'four', 'two']);
    equal(await redis.zrange('z', 0, 1, 'WITHSCORES'), ['one', '1', 'three', '3.25']);
    equal(await redis.zrange('z', '+inf', '(3.25', 'BYSCORE', 'REV'), ['two', 'four']);
    equal(await redis.zrangebyscore('z', '(1', 4, 'WITHSCORES'), ['three', '3.25', 'four', '4']);
    equal(await redis.zrank('z', 'four'), 2);
    equal(await redis.zrank('z', 'missing'), null);
    equal(await redis.zincrby('z', -10, 'two'), '10');
    equal(await redis.zadd('z', 'INCR', 1.5, 'two'), '11.5');
    equal(await redis.zrem('z', 'four', 'missing'), 1);
    equal(await redis.zcard('z'), 3);
    equal(await redis.zadd('z', '-inf', 'least'), 1);
    equal(await redis.zscore('z', 'least'), '-inf');
  }),

  'scanning finds every key once': alone(async (redis) => {
    const names = Array.from({ length: 1_000 }, (_, i) => `key:${i}`);
    await redis.mset(names.flatMap((name) => [name, 'v']));
    await redis.sadd('key:set', names);
    await redis.zadd(
      'key:zset',
      names.flatMap((name, i) => [i, name]),
    );
    await redis.hset('key:hash', Object.fromEntries(names.map((name) => [name, '1'])));
    const all = async (stream) => {
      const found = [];
      for await (const page of stream) found.push(...page);
      return found;
    };
    const keys = await all(redis.scanStream({ match: 'key:*', type: 'string', count: 50 }));
    equal([...new Set(keys)].sort(), names.toSorted());
    equal([...new Set(await all(redis.sscanStream('key:set')))].length, 1_000);
    equal((await all(redis.hscanStream('key:hash', { match: 'key:99?' }))).length, 20);
    const scored = await all(redis.zscanStream('key:zset'));
    equal(scored[scored.indexOf('key:77') + 1], '77');
  }),

  'messages come by channel and by pattern': alone(async (redis, protocol) => {
    const subscriber = connect(protocol);
    equal(await subscriber.subscribe('news', 'weather'), 2);
    equal(await subscriber.psubscribe('w*', '?ews'), 4);
    const received = [];
    subscriber.on('message', (channel, message) => received.push([channel, message]));
    subscriber.on('pmessage', (pattern, channel, message) => received.push([pattern, channel, message]));
    equal(await redis.pubsub('NUMSUB', 'news', 'nobody'), ['news', 1, 'nobody', 0]);
    equal(await redis.pubsub('NUMPAT'), 2);
    equal(await redis.publish('news', 'extra'), 2);
    equal(await redis.publish('weather', 'rain'), 2);
    equal(await redis.publish('sports', 'nobody listens'), 0);
    await until(async () => (await subscriber.ping('all?')) && received.length === 4);
    equal(received, [
      ['news', 'extra'],
      ['?ews', 'news', 'extra'],
      ['weather', 'rain'],
      ['w*', 'weather', 'rain'],
    ]);
    const bytes = once(subscriber, 'messageBuffer');
    await redis.publish('news', everyByte);
    equal((await bytes)[1], everyByte);
    equal(await subscriber.unsubscribe('news'), 3);
    equal(await subscriber.punsubscribe('w*', '?ews'), 1);
    equal(await redis.publish('news', 'unheard'), 0);
    await subscriber.quit();
  }),

  'changes are notified': alone(async (redis, protocol) => {
    const watcher = connect(protocol);
    equal(await redis.config('SET', 'notify-keyspace-events', 'KEA'), 'OK');
    await watcher.psubscribe('__key*@0__:*');
    const events = [];
    watcher.on('pmessage', (_, channel, event) => events.push(`${channel} ${event}`));
    await redis.set('k', 'v', 'PX', 1);
    await until(async () => (await redis.exists('k')) === 0 && (await watcher.ping()) && events.length >= 6);
    equal(events, [
      '__keyspace@0__:k set',
      '__keyevent@0__:set k',
      '__keyspace@0__:k expire',
      '__keyevent@0__:expire k',
      '__keyspace@0__:k expired',
      '__keyevent@0__:expired k',
    ]);
    equal(await redis.config('SET', 'notify-keyspace-events', ''), 'OK');
    await watcher.quit();
  }),

  'a blocking pop waits for its element': alone(async (redis, protocol) => {
    const waiting = connect(protocol);
    const popped = waiting.blpop('first', 'second', 0);
    await until(async () => field(await redis.info('clients'), 'blocked_clients') === 1);
    equal(await redis.rpush('second', 'element'), 1);
    equal(await popped, ['second', 'element']);
    equal(await redis.exists('second'), 0);
    equal(await waiting.brpop('nothing', 0.01), null);
    const moved = waiting.blmove('source', 'target', 'RIGHT', 'LEFT', 0);
    await until(async () => field(await redis.info('clients'), 'blocked_clients') === 1);
    await redis.rpush('source', 'a', 'b');
    equal(await moved, 'b');
    equal(await redis.lrange('target', 0, -1), ['b']);
    await waiting.quit();
  }),

  'values are bytes, and may be many': alone(async (redis) => {
    await redis.set(everyByte, everyByte);
    equal(await redis.getBuffer(everyByte), everyByte);
    await redis.set('big', big);
    equal(await redis.strlen('big'), big.length);
    equal((await redis.getBuffer('big')).equals(big), true);
    const three = await Promise.all([redis.getBuffer('big'), redis.ping(), redis.getBuffer('big')]);
    equal([three[0].equals(big), three[1], three[2].equals(big)], [true, 'PONG', true]);
    await redis.set('empty', '');
    equal(await redis.get('empty'), '');
    equal(await redis.restore('copy', 0, await redis.dumpBuffer(everyByte)), 'OK');
    equal(await redis.getBuffer('copy'), everyByte);
  }),

  'errors say what was wrong': alone(async (redis) => {
    await redis.set('text', 'abc');
    await refused(
      redis.lpush('text', 'x'),
      'WRONGTYPE Operation against a key holding the wrong kind of value',
    );
    await refused(redis.incr('text'), 'ERR value is not an integer or out of range');
    await refused(redis.call('GET'), "ERR wrong number of arguments for 'get' command");
    await refused(
      redis.call('NOSUCHCOMMAND', 'a'),
      "ERR unknown command 'NOSUCHCOMMAND', with args beginning with: 'a'",
    );
    await refused(redis.set('k', 'v', 'EX', 0), "ERR invalid expire time in 'set' command");
    await refused(redis.rename('missing', 'k'), 'ERR no such key');
    equal(await redis.get('text'), 'abc');
  }),

  'a connection that was killed comes back': alone(async (redis, protocol) => {
    const killed = connect(protocol, { connectionName: 'to-be-killed', retryStrategy: () => 0 });
    const id = await killed.client('ID');
    await killed.set('k', 'before');
    const again = once(killed, 'ready');
    equal(await redis.client('KILL', 'ID', id), 1);
    await again;
    equal(await killed.get('k'), 'before');
    equal((await killed.client('ID')) > id, true);
    equal(await killed.client('GETNAME'), 'to-be-killed');
    await killed.quit();
  }),

  'a subscriber that was killed subscribes again': alone(async (redis, protocol) => {
    const subscriber = connect(protocol, { retryStrategy: () => 0 });
    const id = await subscriber.client('ID');
    await subscriber.subscribe('news');
    equal(await redis.client('KILL', 'ID', id), 1);
    await until(async () => (await redis.pubsub('NUMSUB', 'news'))[1] === 1 && subscriber.status === 'ready');
    const message = once(subscriber, 'message');
    await redis.publish('news', 'still there');
    equal(await message, ['news', 'still there']);
    await subscriber.quit();
  }),

  'commands pass by on a monitor': alone(async (redis, protocol) => {
    const source = connect(protocol);
    // What another sends as ioredis begins to listen, such as its own first INFO, it takes for a reply to nothing.
    await source.ping();
    const monitor = await source.monitor();
    const seen = [];
    monitor.on('monitor', (_, args) => seen.push(args));
    await redis.set('seen', 'by all');
    await until(
      async () => (await redis.ping()) && seen.some((args) => args.join(' ') === 'set seen by all'),
    );
    monitor.disconnect();
    await source.quit();
  }),

  'a password keeps strangers out': alone(async (redis, protocol) => {
    equal(await redis.config('SET', 'requirepass', 'secret'), 'OK');
    const enter = async (options) => {
      const client = connect(protocol, {
        retryStrategy: null,
        enableReadyCheck: false,
        lazyConnect: true,
        ...options,
      });
      // It tells the server's error by this event, and that of `connect` is only that the connection was closed.
      let told;
      client.on('error', (error) => (told ??= error));
      try {
        await client.connect();
        return await client.ping();
      } catch (error) {
        throw told ?? error;
      } finally {
        client.disconnect();
      }
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
    equal(await redis.config('SET', 'requirepass', ''), 'OK');
    equal(await enter({}), 'PONG');
  }),
});
