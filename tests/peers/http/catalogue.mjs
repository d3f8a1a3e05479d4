// The same catalogue file and the same SQL as the front door has.
import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';

const sql = readFileSync(
  new URL('../../../src-tauri/crates/database/src/queries/sqlite/lookup.sql', import.meta.url),
  'utf8',
).replace('?1', '?'); // better-sqlite3 takes a numbered parameter for a named one.

export const port = Number(process.env.PORT ?? 3000);
export const redisPort = Number(process.env.REDIS_PORT ?? 6399);
/** How long a stored value lives, in milliseconds. */
export const ttl = Number(process.env.TTL_MS ?? 60_000);

const database = new Database(process.env.CATALOGUE, { readonly: true });
const lookup = database.prepare(sql);

export const keyOf = (id) => `cachescope:lookup:${id}`;

/** The answer as JSON, as the front door has it; null where there is no such product. */
export function fetchFromDatabase(id) {
  const row = lookup.get(id);
  return row ? JSON.stringify({ lookup: row }) : null;
}
