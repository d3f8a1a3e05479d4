import { describe, expect, it } from 'vitest';
import {
  alongOutline,
  directionAtEnd,
  isOn,
  lengthOf,
  pointAlong,
  roundedOutline,
  roundedPath,
  type Line,
} from './geometry';

const square = [
  { x: 0, y: 0 },
  { x: 10, y: 0 },
  { x: 10, y: 10 },
  { x: 0, y: 10 },
];

describe('a line', () => {
  const bent: Line = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 30 },
  ];

  it('is walked at even speed around its corners', () => {
    expect(lengthOf(bent)).toBe(40);
    expect(pointAlong(bent, 0)).toEqual({ x: 0, y: 0 });
    expect(pointAlong(bent, 0.5)).toEqual({ x: 10, y: 10 });
    expect(pointAlong(bent, 1)).toEqual({ x: 10, y: 30 });
  });

  it('is never left, whatever share is asked for', () => {
    expect(pointAlong(bent, -1)).toEqual({ x: 0, y: 0 });
    expect(pointAlong(bent, 2)).toEqual({ x: 10, y: 30 });
    expect(pointAlong([{ x: 3, y: 4 }], 0.5)).toEqual({ x: 3, y: 4 });
  });

  it('is drawn with round corners that fit its shortest side', () => {
    expect(roundedPath(bent, 4)).toBe('M0 0 L6 0 Q10 0 10 4 L10 30');
    expect(roundedPath(bent, 99)).toBe('M0 0 L5 0 Q10 0 10 5 L10 30');
    expect(directionAtEnd(bent)).toBe(90);
  });
});

describe('an outline', () => {
  it('knows what lies on it', () => {
    expect(isOn(square, { x: 5, y: 0 })).toBe(true);
    expect(isOn(square, { x: 0, y: 7 })).toBe(true);
    expect(isOn(square, { x: 5, y: 5 })).toBe(false);
  });

  it('is drawn closed, with round corners', () => {
    expect(roundedOutline(square, 2)).toBe(
      'M0 2 Q0 0 2 0 L8 0 Q10 0 10 2 L10 8 Q10 10 8 10 L2 10 Q0 10 0 8Z',
    );
  });

  it('is followed the shorter way, past its corners', () => {
    expect(alongOutline(square, { x: 8, y: 0 }, { x: 8, y: 10 })).toEqual([
      { x: 8, y: 0 },
      { x: 10, y: 0 },
      { x: 10, y: 10 },
      { x: 8, y: 10 },
    ]);
    expect(alongOutline(square, { x: 2, y: 0 }, { x: 2, y: 10 })).toEqual([
      { x: 2, y: 0 },
      { x: 0, y: 0 },
      { x: 0, y: 10 },
      { x: 2, y: 10 },
    ]);
  });

  it('is followed along one side without turning back', () => {
    expect(alongOutline(square, { x: 2, y: 0 }, { x: 7, y: 0 })).toEqual([
      { x: 2, y: 0 },
      { x: 7, y: 0 },
    ]);
  });
});
