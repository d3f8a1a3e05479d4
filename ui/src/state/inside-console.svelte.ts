// The console: what was typed, what came of it, and what one might type.

import type { CommandDocs, ConsoleAnswer } from '../bindings/api';
import { Failure } from '../platform/host';
import type { Lab } from './lab.svelte';

/** How many lines stay. */
const KEPT = 100;

/** How many commands are offered. */
const OFFERED = 8;

export interface Entry {
  id: number;
  line: string;
  /** Null while it is waited for. */
  answer: ConsoleAnswer | { kind: 'failed'; message: string } | null;
}

/** A line without the password in it. */
export function withoutPassword(line: string): string {
  return line.replace(/\b(auth)\b.*/i, '$1 …');
}

export class InsideConsole {
  #lab: Lab;
  #entries = $state.raw<readonly Entry[]>([]);
  #commands = $state.raw<readonly CommandDocs[]>([]);
  #note = $state<string | null>(null);
  #asked = false;
  #last = 0;
  #history: string[] = [];
  #place = 0;
  #draft = '';
  line = $state('');
  announcement = $state('');

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get commands(): readonly CommandDocs[] {
    return this.#commands;
  }

  /** Why there is little to know of commands. */
  get note(): string | null {
    return this.#note;
  }

  get waiting(): boolean {
    return this.#entries.some(({ answer }) => answer === null);
  }

  /** The question that stands open: nothing was sent yet. */
  get question(): Entry | null {
    const entry = this.#entries.at(-1);
    return entry?.answer?.kind === 'asks' ? entry : null;
  }

  /** The commands whose names begin with what is typed. */
  get offers(): readonly CommandDocs[] {
    const typed = this.line.trimStart().toUpperCase();
    if (typed === '' || this.#known(typed.trimEnd()) !== null) return [];
    return this.#commands.filter(({ name }) => name.startsWith(typed)).slice(0, OFFERED);
  }

  /** What is known of the command that is being typed. */
  get docs(): CommandDocs | null {
    return this.#known(this.line.trim().toUpperCase());
  }

  /** Asks the server for its commands, once. */
  async load(): Promise<void> {
    if (this.#asked) return;
    this.#asked = true;
    try {
      const { commands, note } = await this.#lab.ask('console_commands');
      this.#commands = commands;
      this.#note = note;
    } catch {
      // Sending one says what is wrong.
      this.#asked = false;
    }
  }

  /** Another server has other commands. */
  startOver(): void {
    this.#asked = false;
    this.#commands = [];
    this.#note = null;
  }

  async send(): Promise<void> {
    const line = this.line.trim();
    if (line === '' || this.waiting) return;
    // A password is not kept.
    if (!/^(auth|hello|config\s+set|acl|migrate)\b/i.test(line)) {
      this.#history = [...this.#history.filter((before) => before !== line), line].slice(-KEPT);
    }
    this.#place = this.#history.length;
    this.#draft = '';
    this.line = '';
    this.#last += 1;
    const entry: Entry = { id: this.#last, line, answer: null };
    this.#entries = [...this.#entries, entry].slice(-KEPT);
    await this.#ask(entry, false);
  }

  /** Sends what was asked about, or lets it be. */
  async agree(yes: boolean): Promise<void> {
    const { question } = this;
    if (!question) return;
    if (yes) {
      this.#settle(question, null);
      await this.#ask(question, true);
    } else {
      this.#settle(question, { kind: 'refused', message: 'Nothing was sent.' });
    }
  }

  cancel(): void {
    void this.#lab.run('console_cancel');
  }

  clear(): void {
    this.#entries = [];
  }

  /** Up and down through what was typed before. */
  recall(step: -1 | 1): void {
    const place = Math.min(Math.max(this.#place + step, 0), this.#history.length);
    if (place === this.#place) return;
    if (this.#place === this.#history.length) this.#draft = this.line;
    this.#place = place;
    this.line = this.#history[place] ?? this.#draft;
  }

  complete({ name }: CommandDocs): void {
    this.line = `${name} `;
  }

  async #ask(entry: Entry, confirmed: boolean): Promise<void> {
    try {
      this.#settle(entry, await this.#lab.ask('console_send', { line: entry.line, confirmed }));
    } catch (reason) {
      this.#settle(entry, { kind: 'failed', message: Failure.from(reason).message });
    }
  }

  #settle(entry: Entry, answer: Entry['answer']): void {
    this.#entries = this.#entries.map((each) => (each.id === entry.id ? { ...each, answer } : each));
    if (answer) this.announcement = answer.kind === 'reply' ? 'The server replied.' : answer.message;
  }

  #known(typed: string): CommandDocs | null {
    const [first = '', second = ''] = typed.split(/\s+/);
    const find = (name: string) => this.#commands.find((docs) => docs.name === name) ?? null;
    return find(`${first} ${second}`) ?? find(first);
  }
}
