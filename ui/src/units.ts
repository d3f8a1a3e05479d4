// Numbers as they are shown: always with their unit, three significant digits.

const STEPS: [below: number, factor: number, unit: string][] = [
  [999.5e3, 1e3, 'µs'],
  [999.5e6, 1e6, 'ms'],
  [Infinity, 1e9, 's'],
];

/** Nanoseconds in the unit that suits them: "812 ns", "48.2 µs", "2.31 ms", "1.50 s". */
export function formatNs(ns: number): string {
  if (ns < 1_000) return `${Math.round(ns)} ns`;
  for (const [below, factor, unit] of STEPS) {
    if (ns < below) return `${threeDigits(ns / factor)} ${unit}`;
  }
  return '';
}

/** A mark on an axis: as above, but without the zeros of a round number. "20 µs", "1.5 ms". */
export function formatTick(ns: number): string {
  const [number = '', unit] = formatNs(ns).split(' ');
  return `${number.includes('.') ? number.replace(/\.?0+$/, '') : number} ${unit}`;
}

/** A number from 1 up in three significant digits. */
export function threeDigits(value: number): string {
  if (value < 9.995) return value.toFixed(2);
  if (value < 99.95) return value.toFixed(1);
  return formatCount(Math.round(value));
}

/** A ratio as "38×" or "2.4×". */
export function formatRatio(ratio: number): string {
  return `${ratio < 9.95 ? ratio.toFixed(1) : formatCount(Math.round(ratio))}×`;
}

// Made once: `toLocaleString` makes one for each number, which takes longer than all else about a line of numbers.
const COUNT = new Intl.NumberFormat('en-GB');

/** A count where there is little room: 20,057 is 20.1k. */
export function formatShortCount(count: number): string {
  return count < 10_000 ? formatCount(count) : `${(count / 1_000).toFixed(count < 99_950 ? 1 : 0)}k`;
}

/** A count with its thousands apart: "18,204". */
export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** A share of one in per cent: "91.4 %". */
export function formatShare(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Bytes in the unit that suits them: "812 B", "2.31 kB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 999.5e3) return `${threeDigits(bytes / 1e3)} kB`;
  return `${threeDigits(bytes / 1e6)} MB`;
}

/** A time to live in milliseconds: "500 ms", "60 s", "5 min", "1 h". */
export function formatTtl(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms % 60_000 === 0 && ms > 60_000) return `${ms / 60_000} min`;
  if (ms % 1_000 === 0) return `${ms / 1_000} s`;
  return `${formatCount(ms)} ms`;
}

/** A time that runs, in minutes and seconds: "0:07", "12:05", "1:02:03". */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const two = (number: number): string => String(number).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
}

/** How long something takes, as one would say it: "45 s", "1 min 10 s", "2 h 5 min". */
export function formatLasting(ms: number): string {
  const seconds = Math.max(ms > 0 ? 1 : 0, Math.round(ms / 1_000));
  const parts = (large: number, unit: string, small: number, smaller: string): string =>
    small > 0 ? `${large} ${unit} ${small} ${smaller}` : `${large} ${unit}`;
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return parts(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  return parts(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

/** When something was, where the person is: "25 Nov 2026, 14:05". */
export function formatWhen(unixMs: number): string {
  return new Date(unixMs).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
}
