// What the chart shows, in sentences: for those who hear it.

import type { Step, TraceDetail } from '../bindings/api';
import { formatCount, formatNs } from '../units';
import type { Route } from './route';

const WENT: Record<Route['path'], string> = {
  hit: 'was a cache hit',
  miss: 'was a cache miss',
  bypass: 'went past the cache to the database',
  written: 'was written to the database and its keys deleted from the cache',
  error: 'failed',
  none: '',
};

const stepInWords = (step: Step): string =>
  `${step.kind} ${formatNs(step.duration_ns)}` +
  (step.failed ? ' (failed)' : '') +
  (step.injected_ns > 0 ? ` (${formatNs(step.injected_ns)} of it injected)` : '');

/** One or more full sentences about the last request and its times. */
export function labelOf(detail: TraceDetail | null, route: Route): string {
  if (!detail) return 'The way of a request through the cache. No request has been sent yet.';
  const { id, request, total_ns, other_ns, steps, notes } = detail.trace;
  const act = request.operation === 'read' ? 'reading' : 'writing';
  const times = [...steps.map(stepInWords), `between the steps ${formatNs(other_ns)}`].join(', ');
  return [
    `Request ${formatCount(id)}, ${act} product ${request.product}, ${WENT[route.path]}.`,
    `It took ${formatNs(total_ns)}: ${times}.`,
    ...notes,
  ].join(' ');
}
