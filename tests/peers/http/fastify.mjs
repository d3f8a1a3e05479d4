// A faster stack of the same kind: Fastify, ioredis, redis-server, SQLite.
import Fastify from 'fastify';
import { Redis } from 'ioredis';
import { fetchFromDatabase, keyOf, port, redisPort, ttl } from './catalogue.mjs';

const redis = new Redis({ host: '127.0.0.1', port: redisPort });
const app = Fastify();

app.get('/api/products/:id', async (request, reply) => {
  const id = Number(request.params.id);
  const key = keyOf(id);
  const cached = await redis.get(key);
  reply.type('application/json');
  if (cached !== null) {
    reply.header('X-Cache', 'HIT');
    return cached;
  }
  const answer = fetchFromDatabase(id);
  if (answer === null) return reply.code(404).send('{"error":"There is no such product."}');
  await redis.set(key, answer, 'PX', ttl);
  reply.header('X-Cache', 'MISS');
  return answer;
});
await app.listen({ port, host: '127.0.0.1' });
console.log('ready');
