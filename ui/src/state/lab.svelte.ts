// The laboratory as the page knows it: its status, its settings, and the messages about both.

import type { Appearance, Commands, Settings, Status } from '../bindings/api';
import { Failure, type Host, type RequestOf } from '../platform/host';

/** How long a change of settings may wait for another before it is sent, in milliseconds. */
const SETTLE_MS = 250;

export interface Message {
  id: number;
  kind: 'notice' | 'error';
  text: string;
  /** What can be done about it at once. */
  offer?: Offer;
}

export interface Offer {
  /** As it stands on the button. */
  words: string;
  take: () => void;
}

export class Lab {
  #host: Host;
  #status = $state.raw<Status | null>(null);
  #settings = $state.raw<Settings | null>(null);
  #messages = $state.raw<Message[]>([]);
  #lastMessage = 0;
  #pending = $state(0);
  #shut = $state<string | null>(null);
  #unsaved: ReturnType<typeof setTimeout> | null = null;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Asks how things are and begins to listen. */
  async open(): Promise<void> {
    try {
      this.#settings = await this.#host.call('settings');
      await this.#host.watch((event) => {
        if (event.event === 'status') this.#status = event.value;
        else this.say('notice', event.value);
      });
    } catch (reason) {
      this.#shut = Failure.from(reason).message;
    }
  }

  /** Why it could not be opened: there is nothing to see or do. Null where it was, or may yet be. */
  get shut(): string | null {
    return this.#shut;
  }

  get status(): Status | null {
    return this.#status;
  }

  get settings(): Settings | null {
    return this.#settings;
  }

  get messages(): readonly Message[] {
    return this.#messages;
  }

  /** A command is under way. */
  get busy(): boolean {
    return this.#pending > 0;
  }

  /** The catalogue is open: requests can be sent. */
  get ready(): boolean {
    return this.#status?.catalogue.state === 'ready';
  }

  /** Runs a command. What goes wrong becomes a message, and the answer is null. */
  async run<K extends keyof Commands>(
    name: K,
    ...request: RequestOf<K>
  ): Promise<Commands[K]['reply'] | null> {
    this.#pending += 1;
    try {
      return await this.#host.call(name, ...request);
    } catch (reason) {
      this.say('error', Failure.from(reason).message);
      return null;
    } finally {
      this.#pending -= 1;
    }
  }

  /** Asks for something without being busy: what is asked many times a second. Rejects with a `Failure`. */
  ask<K extends keyof Commands>(name: K, ...request: RequestOf<K>): Promise<Commands[K]['reply']> {
    return this.#host.call(name, ...request);
  }

  /**
   * Changes the settings. What concerns the window alone holds at once and is kept soon; a change of conditions or of
   * the workload is sent at once, and taken back if it is refused. Answers what was wrong, or null.
   */
  async change(changed: Partial<Settings>): Promise<Failure | null> {
    const before = this.#settings;
    if (!before) return null;
    const after = { ...before, ...changed };
    this.#settings = after;
    if (this.#unsaved !== null) clearTimeout(this.#unsaved);
    this.#unsaved = null;
    if (!changed.conditions && !changed.workload) {
      this.#unsaved = setTimeout(() => void this.#save(after, null), SETTLE_MS);
      return null;
    }
    return this.#save(after, before);
  }

  /** Changes how the window looks. */
  look(changed: Partial<Appearance>): void {
    if (this.#settings) void this.change({ appearance: { ...this.#settings.appearance, ...changed } });
  }

  /** Takes the file in the data folder for the database, whatever it was. */
  async useSqlite(): Promise<void> {
    const conditions = this.#settings?.conditions;
    if (!conditions) return;
    const failure = await this.change({ conditions: { ...conditions, database: { kind: 'sqlite' } } });
    if (failure?.code === 'invalid') this.say('error', failure.message);
  }

  async #save(after: Settings, before: Settings | null): Promise<Failure | null> {
    this.#pending += 1;
    try {
      this.#status = await this.#host.call('change_settings', after);
      if (this.#settings === after && before) this.#settings = asTold(after, before, this.#status);
      return null;
    } catch (reason) {
      const failure = Failure.from(reason);
      if (failure.code === 'invalid' && before) this.#settings = before;
      else this.say('error', failure.message);
      return failure;
    } finally {
      this.#pending -= 1;
    }
  }

  /**
   * Shows a message and answers its number. The same one is not shown twice; one that offers something takes the place of
   * an older one in the same words, which may be about something else.
   */
  say(kind: Message['kind'], text: string, offer?: Offer): number {
    const same = this.#messages.find((message) => message.text === text);
    if (same && !offer) return same.id;
    this.#lastMessage += 1;
    const others = this.#messages.filter((message) => message !== same);
    this.#messages = [...others, { id: this.#lastMessage, kind, text, offer }].slice(-4);
    return this.#lastMessage;
  }

  dismiss(id: number): void {
    this.#messages = this.#messages.filter((message) => message.id !== id);
  }
}

/** The addresses of engine and database as the laboratory tells them when they were changed: it keeps passwords to itself. */
function asTold(after: Settings, before: Settings, { conditions: told }: Status): Settings {
  // Otherwise those in force may be of a scene or a comparison.
  if (after.conditions === before.conditions) return after;
  const engine = told.engine.kind === 'external' ? told.engine : after.conditions.engine;
  const database = told.database.kind === 'postgres' ? told.database : after.conditions.database;
  return { ...after, conditions: { ...after.conditions, engine, database } };
}
