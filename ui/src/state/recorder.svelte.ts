// Records what runs: what the ● button does, and what is said of it.

import type { About, RecordingNow } from '../bindings/api';
import type { Lab } from './lab.svelte';
import type { Recordings } from './recordings.svelte';

export class Recorder {
  #lab: Lab;
  #recordings: Recordings;
  #clock: () => number;
  #open: (ids: readonly number[]) => void;
  /** The recording that goes on; not one of a study, whose recordings end with it. */
  #now = $state.raw<RecordingNow | null>(null);
  #sinceMs = $state(0);
  #announcement = $state('');
  /** The latest was ended by hand, while its run goes on. */
  #byHand = false;

  /** `clock` is in milliseconds; `open` shows a recording, or several side by side. */
  constructor(lab: Lab, recordings: Recordings, clock: () => number, open: (ids: readonly number[]) => void) {
    this.#lab = lab;
    this.#recordings = recordings;
    this.#clock = clock;
    this.#open = open;
  }

  get on(): boolean {
    return this.#now !== null;
  }

  /** For how long, in milliseconds. */
  readonly elapsed = (): number => this.#clock() - this.#sinceMs;

  /** For those who hear it instead of seeing it. */
  get announcement(): string {
    return this.#announcement;
  }

  /** Why nothing can be recorded now; null where something can, or is. */
  get obstacle(): string | null {
    if (this.on) return null;
    const { status } = this.#lab;
    if (status?.study.state === 'running') return 'The comparison that runs records for itself.';
    switch (status?.traffic.state) {
      case 'replaying':
        return 'A recording is played back. End that to record.';
      case 'stopping':
        return 'The traffic is just ending.';
    }
    return this.#lab.ready ? null : 'There is no catalogue yet to send requests to.';
  }

  /** Begins to record what runs, or traffic that is started for it; or ends. */
  async toggle(): Promise<void> {
    if (this.on) {
      this.#byHand = true;
      if (!(await this.#lab.run('stop_recording'))) this.#byHand = false;
    } else if (this.obstacle) {
      this.#lab.say('notice', this.obstacle);
    } else {
      await this.#lab.run('start_recording', { name: null });
    }
  }

  /** Follows what the laboratory says is recorded. */
  follow(recording: RecordingNow | null): void {
    if (this.#lab.status?.study.state === 'running') return;
    if (recording && recording.id !== this.#now?.id) {
      this.#now = recording;
      this.#byHand = false;
      this.#sinceMs = this.#clock();
      this.#announcement = `Recording began: ${recording.name}.`;
    } else if (!recording && this.#now) {
      const ended = this.#now;
      this.#now = null;
      this.#announcement = 'The recording ended.';
      void this.#tell(ended);
    }
  }

  /** What a run that has ended was kept as: what is said of the run says it too. */
  kept(id: number): About | null {
    return this.#recordings.find(id);
  }

  /** Opens it; the sides of a split together. */
  show(about: About): void {
    this.#open(this.#recordings.together(about));
  }

  async #tell({ id }: RecordingNow): Promise<void> {
    const byHand = this.#byHand;
    await this.#recordings.refresh();
    // A renamed one goes by its new name; of one that could not be written the laboratory has said so.
    const about = this.#recordings.find(id);
    if (about && byHand) {
      this.#lab.say('notice', `Kept as “${keptAs(about)}”.`, {
        words: about.study ? 'Open the comparison' : 'Open in Compare',
        take: () => this.show(about),
      });
    }
  }
}

/** What it is called; of a split, what both sides together are. */
export const keptAs = ({ name, study }: About): string => study?.name ?? name;
