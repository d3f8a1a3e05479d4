// An outcome's mark, drawn once and then only copied: filling a path for each of thousands of dots takes too long.

import type { Outcome } from '../bindings/api';
import { OUTCOMES } from '../diagram/outcome';

/** A mark as pixels; it is square. */
export type Sprites = Record<Outcome, HTMLCanvasElement>;

/** The value of a custom property where this element stands. */
export const colourAt = (element: Element, css: string): string =>
  css.replace(/var\((--[a-z-]+)\)/, (_, name: string) =>
    getComputedStyle(element).getPropertyValue(name).trim(),
  );

/** Every outcome's mark, so many pixels wide, in the colours that hold where the element stands. */
export function spritesFor(element: Element, pixels: number, opacity = 1, halo?: string): Sprites {
  const entries = Object.entries(OUTCOMES).map(([outcome, look]) => {
    const canvas = document.createElement('canvas');
    const size = Math.max(3, Math.round(pixels));
    canvas.width = canvas.height = size;
    const context = canvas.getContext('2d');
    if (context) {
      context.scale(size / 16, size / 16);
      // Nothing of an outline is cut off.
      context.translate(8, 8);
      context.scale(0.86, 0.86);
      context.translate(-8, -8);
      context.globalAlpha = opacity;
      const shape = new Path2D(look.shape);
      if (halo) {
        context.lineWidth = 4.5;
        context.strokeStyle = colourAt(element, halo);
        context.stroke(shape);
      }
      // Small outlines are drawn with a line that is still a pixel wide.
      context.lineWidth = Math.max(2.4, 16 / size);
      context.strokeStyle = context.fillStyle = colourAt(element, look.colour);
      if (look.hollow) context.stroke(shape);
      else context.fill(shape);
    }
    return [outcome, canvas];
  });
  return Object.fromEntries(entries) as Sprites;
}
