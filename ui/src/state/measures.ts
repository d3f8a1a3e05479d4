// A value of what is measured, in words.

import { MEASURES, type Measure } from '../bindings/api';
import { formatBytes, formatCount, formatNs, formatShare } from '../units';

/** A dash where it cannot be said. */
export function measured(measure: Measure, value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  switch (MEASURES[measure].kind) {
    case 'time':
      return formatNs(value);
    case 'share':
      return formatShare(value);
    case 'bytes':
      return formatBytes(value);
    case 'price':
      return (value / 100).toFixed(2);
    case 'count':
      return formatCount(value);
  }
}
