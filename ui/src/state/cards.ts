// What an audience is shown: one card after another, with the words, a question to vote on, what is then played before their
// eyes, and what came of it.

import {
  MEASURES,
  type Judged,
  type Lesson,
  type Measured,
  type Outcome,
  type Scene,
  type SceneState,
  type Shown,
  type StepPerformance,
  type Take,
} from '../bindings/api';
import { measured } from './measures';

export interface Card {
  /** In a word or two: what kind of card it is. */
  title: string;
  text: string;
  /** What is voted on here, or was: the same name on the card that asks and on the one that answers. */
  ballot?: Ballot;
  /** What the next press does before it goes on. */
  act?: Act;
}

export interface Ballot {
  name: string;
  choices: readonly string[];
  /** Which choice was right, once that is known; absent while it is still asked. */
  right?: number | null;
}

export interface Act {
  /** What the next press does, in words. */
  words: string;
  state: 'ready' | 'running' | 'done';
  take: () => unknown;
}

export interface Deck {
  /** Of what. Another name is another story: votes begin anew. */
  name: string;
  cards: readonly Card[];
}

/** A projector shows this many letters of a caption in three lines. */
const CAPTION = 220;

/** A text as captions: broken between sentences, where it is too long for one. */
export function captions(text: string, most: number = CAPTION): string[] {
  const sentences = text.match(/[^.!?]+(?:[.!?]+["”)]*\s*|$)/g) ?? [];
  const parts: string[] = [];
  for (const sentence of sentences) {
    const last = parts.at(-1);
    if (last !== undefined && last.length + sentence.trimEnd().length <= most) {
      parts[parts.length - 1] = last + sentence;
    } else parts.push(sentence);
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

const YES_OR_NO = ['Yes', 'No'];

/**
 * A scene as cards: its story and its question, and take by take what is claimed of it to be voted on, the take itself, and
 * whether the claim held. A claim that holds two takes against each other is asked before the later of them.
 */
export function sceneDeck(scene: Scene, state: SceneState | null, play: (take: Take) => unknown): Deck {
  const place = (name: string | null): number => scene.takes.findIndex((take) => take.name === name);
  const cards: Card[] = [
    ...captions(scene.story).map((text) => ({ title: scene.title, text })),
    { title: 'What do you think?', text: scene.ask },
  ];
  scene.takes.forEach((take, index) => {
    const claims = scene.claims.filter(({ of, against }) => Math.max(place(of), place(against)) === index);
    const held = (says: string) => judgementOf(state?.judged, says);
    cards.push(
      ...claims.map(({ says }) => ({
        title: 'Will it hold?',
        text: says,
        ballot: { name: says, choices: YES_OR_NO },
      })),
      takeCard(scene, take, state, play),
      ...claims.map(({ says }) => ({
        title: { true: 'It holds.', false: 'It does not hold.', null: 'Not shown yet.' }[`${held(says)}`],
        text: says,
        ballot: { name: says, choices: YES_OR_NO, right: rightOf(held(says)) },
      })),
    );
  });
  return { name: `scene ${scene.name}`, cards };
}

function takeCard(scene: Scene, take: Take, state: SceneState | null, play: (take: Take) => unknown): Card {
  const mine = state?.scene === scene.name ? state : null;
  const came = mine?.measured.find((measured) => measured.take === take.name);
  const running = mine?.playing === true && mine.take === take.name;
  return {
    title: take.name,
    text: came ? resultOf(scene, came) : running ? 'It is being played.' : 'Next: it is played.',
    act: {
      words: `Play: ${take.name}`,
      state: running ? 'running' : came ? 'done' : 'ready',
      take: () => play(take),
    },
  };
}

const resultOf = ({ measures }: Scene, { values }: Measured): string =>
  measures
    .map((measure, index) => `${MEASURES[measure].name}: ${measured(measure, values[index])}`)
    .join(' · ');

const judgementOf = (judged: readonly Judged[] | undefined, says: string): boolean | null =>
  judged?.find((each) => each.says === says)?.holds ?? null;

const rightOf = (held: boolean | null): number | null => (held === null ? null : held ? 0 : 1);

/**
 * A lesson as cards: of each step its cue, its question to be voted on, what is done, and which answer was right. `doing` is
 * the step that is being done.
 */
export function lessonDeck(
  lesson: Lesson,
  came: (step: number) => StepPerformance | null,
  doing: number | null,
  perform: (step: number) => unknown,
): Deck {
  const cards = lesson.steps.flatMap((step, index): Card[] => {
    const performance = came(index);
    const choices = step.predict?.choices.map(({ says }) => says) ?? [];
    const ballot = step.predict && { name: `step ${index}`, choices };
    const done = performance?.done ?? false;
    const spoken = performance?.results.map(({ told, shown }) => [told, ...shown.map(inNumbers)].join(' '));
    return [
      { title: step.title, text: step.cue ?? '' },
      ...(ballot ? [{ title: 'What will happen?', text: step.predict?.question ?? '', ballot }] : []),
      ...(step.actions.length > 0
        ? [
            {
              title: step.title,
              text: done
                ? (captions(spoken?.join(' ') ?? '').at(-1) ?? '')
                : step.actions.map(({ says }) => says).join(' · '),
              act: {
                words: step.title,
                state: doing === index ? ('running' as const) : done ? ('done' as const) : ('ready' as const),
                take: () => perform(index),
              },
            },
          ]
        : []),
      ...(ballot
        ? [
            {
              title: step.predict?.question ?? '',
              text: captions(performance?.prediction?.because ?? '')[0] ?? '',
              ballot: { ...ballot, right: performance?.prediction?.right ?? null },
            },
          ]
        : []),
    ];
  });
  return { name: `lesson ${lesson.name}`, cards: [{ title: lesson.title, text: lesson.aim }, ...cards] };
}

const inNumbers = ({ name, value }: Shown): string => `${name}: ${value}.`;

/** Where the answers stand among the outcomes. */
const HIT_OR_MISS: readonly Outcome[] = ['hit', 'miss'];

/** Of single requests: will the next one hit or miss? It begins anew with every vote and every press. */
export function stageDeck(outcome: Outcome | null, round: number, send: () => unknown): Deck {
  const ballot = { name: `request ${round}`, choices: ['Hit', 'Miss'] };
  const right = outcome === null ? -1 : HIT_OR_MISS.indexOf(outcome);
  return {
    name: 'stage',
    cards: [
      {
        title: 'Hit or miss?',
        text: 'Where will the next answer come from?',
        ballot,
        act: { words: 'Send the request', state: 'ready', take: send },
      },
      {
        title: outcome === null ? '' : WORDS[outcome],
        text: outcome === 'hit' ? 'The cache had it.' : outcome === 'miss' ? 'The database was asked.' : '',
        ballot: { ...ballot, right: right < 0 ? null : right },
      },
    ],
  };
}

const WORDS: Record<Outcome, string> = {
  hit: 'A hit.',
  miss: 'A miss.',
  stale: 'A hit, and the answer is out of date.',
  coalesced: 'It waited for another’s answer.',
  bypass: 'It went past the cache.',
  written: 'It was written.',
  shed: 'It was refused.',
  error: 'It failed.',
};
