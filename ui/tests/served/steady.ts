// The one thing that differs from run to run is how long things take, and where: for pictures, each message of the backend has
// its times, ports and paths put in the place of those that were measured, on its way to the page. All else is as it is.

import type { Page } from 'playwright-core';

import type { StepKind, Trace, TraceDetail } from '../../src/bindings/api';

const US = 1_000;
const TOOK: Partial<Record<StepKind, number>> = {
  cache_get: 48 * US,
  db_query: 2_310 * US,
  cache_set: 61 * US,
};
/** Any other step. */
const USUAL = 9 * US;
const OTHER = 7 * US;

/** Has the times of what the page hears put in. */
export async function steady(page: Page): Promise<void> {
  await page.routeWebSocket('**/ui/socket', (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => socket.send(typeof message === 'string' ? steadied(message) : message));
  });
}

function steadied(message: string): string {
  const word = JSON.parse(message) as { reply?: unknown };
  if (isDetail(word.reply)) word.reply = { ...word.reply, trace: timed(word.reply.trace), at_unix_ms: 0 };
  return JSON.stringify(word)
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:6379')
    .replaceAll(/"[^"]*\/cachescope-served-\w+/g, '"/home/ada/cachescope');
}

const isDetail = (reply: unknown): reply is TraceDetail =>
  typeof reply === 'object' && reply !== null && 'trace' in reply && 'keys' in reply;

/** As if each step had taken what such a step usually takes. */
function timed(trace: Trace): Trace {
  let total_ns = OTHER;
  const steps = trace.steps.map((step) => {
    const duration_ns = TOOK[step.kind] ?? USUAL;
    const start_ns = total_ns;
    total_ns += duration_ns;
    return { ...step, start_ns, duration_ns };
  });
  return { ...trace, started_ns: trace.id * 1e9, waited_ns: 0, total_ns, other_ns: OTHER, steps };
}
