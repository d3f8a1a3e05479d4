import { describe, expect, it } from 'vitest';
import { forest } from '../../../tests/charts';
import { drawingOf } from './drawing';

const around = (inside: string, attributes = ''): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 800 10"${attributes}>${inside}</svg>`;

describe('a drawing', () => {
  it('is taken as it is, letter for letter', () => {
    const { svg } = forest();
    const drawing = drawingOf(svg);
    expect(drawing?.getAttribute('viewBox')).toBe('0 0 800 362');
    expect(drawing?.ownerDocument).toBe(document);
    expect(drawing?.querySelectorAll('polygon')).toHaveLength(4);
    expect(drawing?.querySelector('.chart-end')?.textContent).toMatch(/^ratio to the baseline/);
  });

  it.each([
    ['a script', around('<script>alert(1)</script>')],
    ['HTML inside', around('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>')],
    ['what happens on an event', around('<line x1="0" onload="alert(1)"/>')],
    ['an event of its own', around('', ' onload="alert(1)"')],
    ['a style', around('<line style="fill: url(https://x)"/>')],
    ['a style sheet', around('<style>*{}</style>')],
    ['a link', around('<a href="https://x"><text>x</text></a>')],
    ['another file', around('<image href="https://x/y.png"/>')],
    ['a copy of what is elsewhere', around('<use href="#x"/>')],
    ['a clip from elsewhere', around('<g clip-path="url(https://x#y)"/>')],
    ['elements of another kind', around('<x:line xmlns:x="http://x" x1="0"/>')],
    ['HTML', '<html xmlns="http://www.w3.org/1999/xhtml"><p>x</p></html>'],
    ['no XML', '<svg><line'],
    ['nothing', ''],
  ])('with %s is refused', (_, svg) => {
    expect(drawingOf(svg)).toBeNull();
  });
});
