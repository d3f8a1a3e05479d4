import type { Point } from '../src/bindings/api';

/** Keeps every point, so that a test can look at all of them. */
export class AllPoints {
  kept: Point[] = [];
  total = 0;

  push(points: readonly Point[]): void {
    this.kept.push(...points);
    this.total += points.length;
  }

  clear(): void {
    this.kept = [];
  }
}
