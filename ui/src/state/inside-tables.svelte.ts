// The tables of the database, a page at a time.

import type { TableName, TablePage } from '../bindings/api';
import { Failure } from '../platform/host';
import type { Lab } from './lab.svelte';

export const TABLES: readonly TableName[] = ['products', 'categories', 'reviews', 'orders'];

/** As many as the laboratory gives at once. */
const ROWS = 50;

export class InsideTables {
  #lab: Lab;
  #page = $state.raw<TablePage | null>(null);
  #table = $state<TableName>('products');
  #from = $state(1);
  #onlyRead = $state(false);
  /** Where the pages before began, of those that were leafed through. */
  #before: number[] = [];
  #problem = $state<string | null>(null);
  #asked = 0;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  get page(): TablePage | null {
    return this.#page;
  }

  get table(): TableName {
    return this.#table;
  }

  get onlyRead(): boolean {
    return this.#onlyRead;
  }

  get problem(): string | null {
    return this.#problem;
  }

  get hasNext(): boolean {
    const last = this.#page?.rows.at(-1);
    return last !== undefined && this.#page?.rows.length === ROWS && last.id < (this.#page?.total ?? 0);
  }

  get hasBefore(): boolean {
    return this.#from > 1;
  }

  choose(table: TableName): Promise<void> {
    this.#table = table;
    this.#page = null;
    return this.#goTo(1);
  }

  only(read: boolean): Promise<void> {
    this.#onlyRead = read;
    return this.#goTo(1);
  }

  next(): Promise<void> {
    const last = this.#page?.rows.at(-1);
    if (!last || !this.hasNext) return Promise.resolve();
    this.#before = [...this.#before, this.#from];
    this.#from = last.id + 1;
    return this.load();
  }

  back(): Promise<void> {
    const from = this.#before.at(-1) ?? Math.max(1, this.#from - ROWS);
    this.#before = this.#before.slice(0, -1);
    this.#from = from;
    return this.load();
  }

  /** To the first row that the last request read. */
  toRead(): Promise<void> {
    return this.#goTo(this.#page?.first_read ?? 1);
  }

  async load(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const at = { table: this.#table, from: this.#from, only_read: this.#onlyRead };
      const page = await this.#lab.ask('table_page', at);
      if (asked !== this.#asked) return;
      this.#page = page;
      this.#problem = null;
    } catch (reason) {
      if (asked === this.#asked) this.#problem = Failure.from(reason).message;
    }
  }

  #goTo(from: number): Promise<void> {
    this.#before = [];
    this.#from = from;
    return this.load();
  }
}
