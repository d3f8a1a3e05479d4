import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../tests/host';
import { played, playbill } from '../../tests/playbill';
import { captions, sceneDeck, stageDeck } from './cards';

const [stampede] = playbill(SETTINGS);
if (!stampede) throw new Error('There is a scene.');

describe('captions', () => {
  it('break between sentences, and lose none', () => {
    const story = 'One. Two is longer! Is three? “Four.” And five';
    const parts = captions(story, 20);
    expect(parts.every((part) => part.length <= 20)).toBe(true);
    expect(parts.join(' ')).toBe(story);
    expect(captions('Short.')).toEqual(['Short.']);
  });

  it('leave a number whole', () => {
    expect(captions('It lives for 7.5 seconds. Then it is gone.', 30)).toEqual([
      'It lives for 7.5 seconds.',
      'Then it is gone.',
    ]);
  });
});

describe('a scene as cards', () => {
  it('asks what will hold before each take, plays it, and answers afterwards', () => {
    const cards = sceneDeck(stampede, null, () => undefined).cards;
    expect(cards.map(({ title, act, ballot }) => (act ? 'take' : ballot ? 'ballot' : title))).toEqual([
      'Stampede',
      'What do you think?',
      'ballot',
      'take',
      'ballot',
      'ballot',
      'take',
      'ballot',
    ]);
    const [asked, , answered] = cards.slice(2);
    expect(asked?.ballot).toEqual({ name: stampede.claims[0]?.says, choices: ['Yes', 'No'] });
    expect(answered?.ballot).toEqual({ ...asked?.ballot, right: null });
  });

  it('tells what a take came to, and whether its claim held', () => {
    const state = played({ scene: 'stampede', take: 'unprotected' }, null, [stampede]);
    const cards = sceneDeck(stampede, state, () => undefined).cards;
    expect(cards[3]).toMatchObject({
      text: 'queries to the database: 112 · p99: 690 ms',
      act: { state: 'done' },
    });
    expect(cards[4]).toMatchObject({ title: 'It holds.', ballot: { right: 0 } });
    expect(cards[6]?.act?.state).toBe('ready');
    const playing = sceneDeck(stampede, { ...state, playing: true, measured: [] }, () => undefined);
    expect(playing.cards[3]?.act?.state).toBe('running');
  });

  it('asks about two takes before the later one', () => {
    const [claim] = stampede.claims;
    if (!claim) throw new Error('There is a claim.');
    const against = { ...claim, of: 'unprotected', against: 'single-flight' };
    const cards = sceneDeck({ ...stampede, claims: [against] }, null, () => undefined).cards;
    expect(cards.map(({ act, ballot }) => (act ? 'take' : ballot ? 'ballot' : 'words')).slice(2)).toEqual([
      'take',
      'ballot',
      'take',
      'ballot',
    ]);
  });
});

describe('single requests as cards', () => {
  it('have a right choice only where it was a hit or a miss', () => {
    const right = (outcome: Parameters<typeof stageDeck>[0]) =>
      stageDeck(outcome, 1, () => undefined).cards[1]?.ballot?.right;
    expect([right('hit'), right('miss'), right('bypass'), right(null)]).toEqual([0, 1, null, null]);
  });
});
