// Scenes: what goes wrong with a cache and what helps, and how far the one on show is.

import type { Measured, Scene, SceneState, Take } from '../bindings/api';
import { Failure } from '../platform/host';
import type { Lab } from './lab.svelte';

export class Scenes {
  #lab: Lab;
  #all = $state.raw<readonly Scene[] | null>(null);
  #chosen = $state<string | null>(null);
  #asked = false;
  /** From which seed takes are played; null: from the scene's own. */
  seed: number | null = null;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** Every scene there is; null until they are known. */
  get all(): readonly Scene[] | null {
    return this.#all;
  }

  /** How the scene that is played, or was last, is getting on. */
  get state(): SceneState | null {
    return this.#lab.status?.scene ?? null;
  }

  /** The scene on show; null where the list is. */
  get scene(): Scene | null {
    const name = this.state?.scene ?? this.#chosen;
    return this.#all?.find((scene) => scene.name === name) ?? null;
  }

  get playing(): boolean {
    return this.state?.playing ?? false;
  }

  /** Asks which scenes there are, once. */
  async load(): Promise<void> {
    if (this.#asked) return;
    this.#asked = true;
    try {
      this.#all = await this.#lab.ask('scenes');
    } catch (reason) {
      this.#asked = false;
      this.#lab.say('error', Failure.from(reason).message);
    }
  }

  /** What a take came to; null where it was not played to its end. */
  measuredOf(take: Take): Measured | null {
    return this.state?.measured.find((measured) => measured.take === take.name) ?? null;
  }

  show(scene: Scene): void {
    this.#chosen = scene.name;
  }

  async play(take: Take): Promise<void> {
    const { scene, seed } = this;
    if (!scene || this.playing) return;
    await this.#lab.run('play_scene', {
      scene: scene.name,
      take: take.name,
      ...(seed === null ? {} : { seed }),
    });
  }

  /** What a number key does: shows the scene with that number or, where one is on show, plays that take. */
  async choose(number: number): Promise<void> {
    const { scene } = this;
    if (scene) {
      const take = scene.takes[number - 1];
      if (take) await this.play(take);
    } else {
      const shown = this.#all?.[number - 1];
      if (shown) this.show(shown);
    }
  }

  /** Back to the list; the conditions of the settings come back. */
  async leave(): Promise<void> {
    this.#chosen = null;
    if (this.state) await this.#lab.run('leave_scene');
  }
}
