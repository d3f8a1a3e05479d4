// A small line of how a number went: where its points lie in a box of 100 by 30.

export const BOX = { width: 100, height: 30 } as const;

/** The line as an SVG path; gaps where nothing is known. Its foot is 0, so that a small change looks small. */
export function pathOf(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return '';
  const most = Math.max(...known, Number.MIN_VALUE);
  const step = BOX.width / Math.max(1, values.length - 1);
  let drawing = false;
  return values
    .map((value, place) => {
      if (value === null) {
        drawing = false;
        return '';
      }
      const [x, y] = [place * step, BOX.height - 1 - (value / most) * (BOX.height - 2)];
      const part = `${drawing ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
      drawing = true;
      return part;
    })
    .join('');
}
