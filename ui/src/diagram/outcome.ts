// How an outcome looks: a word, a colour and a shape, never a colour alone.

import type { Outcome } from '../bindings/api';

export interface OutcomeLook {
  word: string;
  /** A CSS colour. */
  colour: string;
  /** An SVG path in a box of 16 by 16. */
  shape: string;
  /** Drawn as an outline. */
  hollow: boolean;
}

const CIRCLE = 'M8 2a6 6 0 1 1 0 12a6 6 0 1 1 0-12Z';
const DIAMOND = 'M8 1l7 7-7 7-7-7Z';
const TRIANGLE = 'M8 1.5l7 12.5H1Z';
const SQUARE = 'M2.5 2.5h11v11h-11Z';

const look = (word: string, colour: string, shape: string, hollow = false): OutcomeLook => ({
  word,
  colour: `var(--${colour})`,
  shape,
  hollow,
});

export const OUTCOMES: Record<Outcome, OutcomeLook> = {
  hit: look('HIT', 'hit', CIRCLE),
  miss: look('MISS', 'miss', DIAMOND),
  stale: look('STALE', 'hit', CIRCLE, true),
  coalesced: look('COALESCED', 'miss', DIAMOND, true),
  bypass: look('BYPASS', 'database', DIAMOND, true),
  written: look('WRITTEN', 'store', SQUARE),
  shed: look('SHED', 'error', TRIANGLE, true),
  error: look('ERROR', 'error', TRIANGLE),
};
