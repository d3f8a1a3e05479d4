// What the page is looked at in: how the laboratory is, which keys are pressed, and how one knows it is there.

import type { Status } from '../../src/bindings/api';

export interface Scene {
  name: string;
  status?: Partial<Status>;
  keys: string[];
  /** How many requests for random products are sent before anybody looks. */
  sent?: number;
  /** For how long its traffic has been going when it is started. */
  headStartMs?: number;
  /** The rate of its traffic. */
  perSecond?: number;
  /** What the page says when it has arrived. */
  says: string | RegExp;
  /** What is done then: keys, a button; and what the page says after that. */
  then?: { keys?: string[]; button?: string; says: string | RegExp }[];
}

const PATH = '/home/ada/.local/share/cachescope/catalogue-small.db';

export const SCENES: Scene[] = [
  { name: 'empty', keys: [], says: 'Send' },
  { name: 'miss', keys: ['Space'], says: 'MISS' },
  { name: 'hit', keys: ['Space', 'Space'], says: 'HIT' },
  { name: 'cleared', keys: ['Space', 'x'], says: 'The cache is empty: 1 key was removed.' },
  { name: 'written', keys: ['w'], says: 'WRITTEN' },
  {
    name: 'bypass',
    status: { engine: { state: 'stopped', address: '127.0.0.1:38211' } },
    keys: ['Space'],
    says: 'BYPASS',
  },
  { name: 'busy', keys: [], sent: 300, says: 'Request #300' },
  {
    name: 'building',
    status: {
      catalogue: { state: 'building', table: 'reviews', done_rows: 123_456, total_rows: 260_000 },
    },
    keys: [],
    says: 'Building the shop’s catalogue',
  },
  {
    name: 'failed',
    status: {
      catalogue: {
        state: 'failed',
        message: `The catalogue could not be written to ${PATH}: no space left on device. Nothing was lost. Make room, then start Cachescope again.`,
      },
    },
    keys: [],
    says: 'There is no catalogue to ask',
  },
  { name: 'traffic', keys: ['t'], headStartMs: 24_000, perSecond: 2_000, says: /of 2,000\/s planned/ },
  {
    name: 'traffic-ended',
    keys: ['t'],
    headStartMs: 24_000,
    perSecond: 2_000,
    says: /of 2,000\/s planned/,
    then: [{ keys: ['t'], says: /The run was stopped/ }],
  },
  {
    name: 'traffic-paused',
    keys: ['t'],
    headStartMs: 24_000,
    perSecond: 200,
    says: /of 200\/s planned/,
    then: [
      { keys: ['p'], says: /before the pause/ },
      { keys: ['ArrowLeft', 'ArrowLeft'], says: /Request #/ },
    ],
  },
  {
    name: 'traffic-form',
    keys: [],
    says: 'Send',
    then: [
      { button: 'What traffic sends', says: 'More' },
      { button: 'More', says: 'Measure quietly' },
    ],
  },
  { name: 'settings', keys: ['Control+5'], says: 'The Redis-compatible server behind the cache' },
  { name: 'keys', keys: ['?'], says: 'Show these keys' },
];
