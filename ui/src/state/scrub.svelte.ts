// Back and forth through traces that are held: a place among them, and the trace at that place. Traces are fetched one at
// a time; of several places asked for meanwhile, the last one counts.

export class Scrub {
  readonly ids: readonly number[];
  #load: (id: number) => Promise<void>;
  #index = $state(0);
  #loaded: number | null = null;
  #loading = false;

  /** Begins at the newest. */
  constructor(ids: readonly number[], load: (id: number) => Promise<void>) {
    this.ids = ids;
    this.#load = load;
    this.#index = Math.max(0, ids.length - 1);
  }

  /** 0 is the oldest. */
  get index(): number {
    return this.#index;
  }

  get id(): number | null {
    return this.ids[this.#index] ?? null;
  }

  /** Goes to a place, or to the nearest end, and fetches what is there. */
  async move(index: number): Promise<void> {
    this.#index = Math.min(this.ids.length - 1, Math.max(0, Math.round(index)));
    if (this.#loading || this.ids.length === 0) return;
    this.#loading = true;
    try {
      while (this.id !== null && this.id !== this.#loaded) {
        this.#loaded = this.id;
        await this.#load(this.#loaded);
      }
    } finally {
      this.#loading = false;
    }
  }

  /** So many traces on, or back. */
  step(by: number): Promise<void> {
    return this.move(this.#index + by);
  }

  /** Stands at this trace, if it is among them, without fetching it: somebody has it already. */
  settle(id: number): void {
    const index = this.ids.indexOf(id);
    if (index < 0) return;
    this.#index = index;
    this.#loaded = id;
  }
}
