// The seed's own stack: Express, node-redis, redis-server, SQLite; its flow, word by word.
import express from 'express';
import { createClient } from 'redis';
import { fetchFromDatabase, keyOf, port, redisPort, ttl } from './catalogue.mjs';

const redis = createClient({ socket: { host: '127.0.0.1', port: redisPort } });
await redis.connect();

const app = express();
app.get('/api/products/:id', async (request, response) => {
  const id = Number(request.params.id);
  const key = keyOf(id);
  const cached = await redis.get(key);
  if (cached !== null) {
    response.set('X-Cache', 'HIT').type('json').send(cached);
    return;
  }
  const answer = fetchFromDatabase(id);
  if (answer === null) {
    response.status(404).json({ error: 'There is no such product.' });
    return;
  }
  await redis.set(key, answer, { expiration: { type: 'PX', value: ttl } });
  response.set('X-Cache', 'MISS').type('json').send(answer);
});
app.listen(port, '127.0.0.1', () => console.log('ready'));
