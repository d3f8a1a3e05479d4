// Presenter mode: what an audience sees, what it votes, and the way back to the start.

import { SvelteMap } from 'svelte/reactivity';

import type { Screen } from '../platform/host';
import { lessonDeck, sceneDeck, stageDeck, type Card, type Deck } from './cards';
import { Dice } from './dice';
import type { Lab } from './lab.svelte';
import type { Lessons } from './lessons.svelte';
import type { Scenes } from './scenes.svelte';
import type { Stage } from './stage.svelte';

/** The seeds that stories are told from. Each gives the same one every time. */
const SEEDS = [1, 2] as const;

export class Presenter {
  #lab: Lab;
  #stage: Stage;
  #scenes: Scenes;
  #taught: () => Lessons | null;
  #screen: Screen;
  #now: () => number;
  #on = $state(false);
  #at = $state(0);
  readonly #votes = new SvelteMap<string, readonly number[]>();
  /** How many requests were voted on, outside of scenes. */
  #round = $state(0);
  #sinceMs = $state(0);
  #seed = $state<number>(SEEDS[0]);
  #announcement = $state('');
  #startingOver = false;
  #dice = new Dice(SEEDS[0]);
  /** The product that was asked for when it began. */
  #product = '';

  readonly #deck = $derived.by((): Deck => {
    const { scene, state } = this.#scenes;
    const lessons = this.#taught();
    if (lessons?.lesson) {
      const { lesson } = lessons;
      const doing = lessons.performing ? lessons.at : null;
      const perform = (step: number) => {
        lessons.go(step);
        return lessons.perform();
      };
      return lessonDeck(lesson, (step) => lessons.cameOf(step), doing, perform);
    }
    return scene
      ? sceneDeck(scene, state, (take) => this.#scenes.play(take))
      : stageDeck(this.#stage.requests.selected?.trace.outcome ?? null, this.#round, () =>
          this.#stage.send(),
        );
  });

  /** `taught` gives the lessons where they are on show; `now` is in milliseconds. */
  constructor(
    lab: Lab,
    stage: Stage,
    scenes: Scenes,
    taught: () => Lessons | null,
    screen: Screen,
    now: () => number,
  ) {
    this.#lab = lab;
    this.#stage = stage;
    this.#scenes = scenes;
    this.#taught = taught;
    this.#screen = screen;
    this.#now = now;
  }

  get on(): boolean {
    return this.#on;
  }

  get deck(): Deck {
    return this.#deck;
  }

  /** Which card is shown, from 0. */
  get at(): number {
    return Math.min(this.#at, this.#deck.cards.length - 1);
  }

  get card(): Card | null {
    return this.#deck.cards[this.at] ?? null;
  }

  get seed(): number {
    return this.#seed;
  }

  /** When the story began, in milliseconds. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  get announcement(): string {
    return this.#announcement;
  }

  /** How many voted for each choice of a ballot. */
  tally(ballot: string, choices: number): number[] {
    const votes = this.#votes.get(ballot) ?? [];
    return Array.from({ length: choices }, (_, choice) => votes.filter((vote) => vote === choice).length);
  }

  /** A number from 0 up to but not 1: in presenter mode that of the story. */
  readonly random = (): number => (this.#on ? this.#dice.throw() : Math.random());

  /** Fills the screen, unless what is on show is not for an audience. */
  async begin(): Promise<void> {
    const { traffic, b } = this.#stage;
    if (this.#on) return;
    if (b) return this.#refuse('Presenter mode shows one Stage. Close the split (S), then press F again.');
    if (traffic.replaying)
      return this.#refuse('A recording is played back. End that (Esc), then press F again.');
    this.#stage.conditionsOpen = this.#stage.formOpen = false;
    this.#product = this.#stage.product;
    this.#on = true;
    this.#rewind();
    // Where the screen is not given, the window is filled.
    await this.#screen.fill(() => void this.end()).catch(() => undefined);
  }

  async end(): Promise<void> {
    if (!this.#on) return;
    this.#on = false;
    this.#seedStories();
    await this.#screen.leave().catch(() => undefined);
  }

  /** Does what the card announces, and goes on once that is done. */
  async next(): Promise<void> {
    const { act } = this.card ?? {};
    if (act?.state === 'running') return;
    if (act?.state === 'ready') await act.take();
    else if (this.at < this.#deck.cards.length - 1) this.#at = this.at + 1;
    else if (this.#deck.name === 'stage') this.#ask();
  }

  previous(): void {
    this.#at = Math.max(0, this.at - 1);
  }

  /** A request was answered: whoever was asked what it would be, sees it. */
  answered(): void {
    if (this.#on && this.#deck.name === 'stage') this.#at = 1;
  }

  /** Somebody votes for that choice, from 0. */
  vote(choice: number): void {
    // The answer is there; a vote is on what comes next.
    if (this.card?.ballot?.right !== undefined && this.#deck.name === 'stage') this.#ask();
    const { ballot } = this.card ?? {};
    if (!ballot || ballot.right !== undefined || choice >= ballot.choices.length) return;
    this.#count(ballot.name, [...(this.#votes.get(ballot.name) ?? []), choice]);
  }

  unvote(): void {
    const { ballot } = this.card ?? {};
    if (ballot && ballot.right === undefined) {
      this.#count(ballot.name, (this.#votes.get(ballot.name) ?? []).slice(0, -1));
    }
  }

  /** Back to the start: what was written, cached and broken is as it was, the first card is shown, and nobody has voted. */
  async startOver(): Promise<void> {
    if (this.#startingOver) return;
    this.#startingOver = true;
    const { scene } = this.#scenes;
    const began = this.#now();
    try {
      if (!(await this.#lab.run('start_over'))) return;
      if (scene) this.#scenes.show(scene);
      this.#seedStories();
      await this.#taught()?.beginAgain();
      this.#stage.forget();
      if (this.#stage.product !== this.#product) this.#stage.type(this.#product);
      this.#rewind();
      this.#announcement = `Back at the start, seed ${this.#seed}, after ${Math.round(this.#now() - began)} ms.`;
    } finally {
      this.#startingOver = false;
    }
  }

  /** The same from the other seed. */
  async otherSeed(): Promise<void> {
    this.#seed = SEEDS.find((seed) => seed !== this.#seed) ?? SEEDS[0];
    await this.startOver();
  }

  #rewind(): void {
    this.#at = 0;
    this.#round += 1;
    this.#votes.clear();
    this.#sinceMs = this.#now();
    this.#dice = new Dice(this.#seed);
    this.#seedStories();
  }

  /** Scenes and lessons have a seed of their own, from which they are told first. */
  #seedStories(): void {
    const seed = this.#on && this.#seed !== SEEDS[0] ? this.#seed : null;
    this.#scenes.seed = seed;
    const lessons = this.#taught();
    if (lessons) lessons.seed = seed;
  }

  #ask(): void {
    this.#round += 1;
    this.#at = 0;
  }

  #count(ballot: string, votes: readonly number[]): void {
    this.#votes.set(ballot, votes);
    this.#announcement = `${votes.length} ${votes.length === 1 ? 'vote' : 'votes'}.`;
  }

  #refuse(why: string): void {
    this.#lab.say('notice', why);
  }
}
