// What the programs over the JavaScript clients share: checks are run one after another, over RESP2 and over RESP3, and
// counted; the first that fails ends the program with what was expected.

import { deepStrictEqual } from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';

/** A reply or an event that never comes is a failure, not a wait. */
const PATIENCE_MS = 60_000;

/** Where the server is: `node ioredis.mjs 127.0.0.1 6379`. */
export const host = process.argv[2];
export const port = Number(process.argv[3]);

/**
 * Runs each check as `check(protocol)`, by the name it is listed under.
 * @param {string} library
 * @param {number[]} protocols
 * @param {Record<string, (protocol: number) => Promise<void>>} checks
 */
export async function run(library, protocols, checks) {
  let passed = 0;
  for (const protocol of protocols) {
    for (const [name, check] of Object.entries(checks)) {
      try {
        await patiently(check(protocol));
      } catch (error) {
        console.error(`${library}, RESP${protocol}: ${name}: ${error.stack}`);
        process.exit(1);
      }
      passed += 1;
    }
  }
  console.log(`${library}: ${passed} checks passed`);
  // Connections that a check left open do not keep the program.
  process.exit(0);
}

export function equal(actual, expected) {
  deepStrictEqual(plain(actual), plain(expected));
}

/** Fails unless the number is in the range, its ends included. */
export function between(actual, least, most) {
  if (!(actual >= least && actual <= most)) throw new Error(`expected ${least} to ${most}, got ${actual}`);
}

/** Fails unless the promise is rejected with a message that begins with these words. */
export async function refused(promise, words) {
  let reply;
  try {
    reply = await promise;
  } catch (error) {
    if (error.message.startsWith(words)) return;
    throw new Error(`expected the error ${words}…, got the error ${error.message}`);
  }
  throw new Error(`expected the error ${words}…, got ${JSON.stringify(reply)}`);
}

/** Asks again, each time after what has arrived was handled, until the answer is yes. */
export async function until(question) {
  while (!(await question())) await setImmediate();
}

/** One number of INFO, by the name of its field. */
export function field(info, name) {
  return Number(new RegExp(`^${name}:(\\d+)\r$`, 'm').exec(info)?.[1]);
}

/** A value of every byte there is, and one that fills many packets. */
export const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
export const big = Buffer.alloc(5_000_000, 'a big value ');

async function patiently(promise) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`not done after ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Objects without a prototype are equal to those with one. */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === null)
    return { ...value };
  return value;
}
