// Where the lines of a node's text stand. SVG text neither wraps nor centres a block by itself.

import type { Box } from './geometry';
import type { NodeWords } from './words';

export interface TextLine {
  kind: 'title' | 'subtitle' | 'alert' | 'code';
  text: string;
  x: number;
  /** Of the baseline. */
  y: number;
}

/** Line heights in units of the chart's viewBox. */
export const LINE = { title: 18, subtitle: 16, alert: 16, code: 16 };

// How far below the middle of its line a baseline lies, as a share of the line's height.
const BASELINE = 0.27;

function linesOf(words: NodeWords): Pick<TextLine, 'kind' | 'text'>[] {
  return [
    ...words.title.map((text) => ({ kind: 'title' as const, text })),
    ...(words.subtitle ? [{ kind: 'subtitle' as const, text: words.subtitle }] : []),
    ...(words.alert ? [{ kind: 'alert' as const, text: words.alert }] : []),
    ...(words.code ?? []).map((text) => ({ kind: 'code' as const, text })),
  ];
}

const heightOf = (words: NodeWords): number => linesOf(words).reduce((sum, line) => sum + LINE[line.kind], 0);

/** The words of a node as a block, centred in its height, beginning at `indent` from its left border; `extra` is kept free below. */
export function textLines(box: Box, words: NodeWords, indent: number, extra = 0): TextLine[] {
  let top = box.y + (box.height - heightOf(words) - extra) / 2;
  return linesOf(words).map((line) => {
    const y = top + LINE[line.kind] * (0.5 + BASELINE);
    top += LINE[line.kind];
    return { ...line, x: box.x + indent, y };
  });
}

/** The baseline of a line drawn into the space kept free below the words. */
export function extraBaseline(box: Box, words: NodeWords, extra: number): number {
  return box.y + (box.height + heightOf(words)) / 2 + extra * BASELINE;
}

/** A text of at most `length` characters; one that was longer ends in "…". */
export const clipped = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;
