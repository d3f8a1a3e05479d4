// Plane geometry of the chart: boxes, outlines and lines that can be walked. Units are those of the chart's viewBox.

export interface Point {
  x: number;
  y: number;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const distance = (a: Point, b: Point): number => Math.hypot(b.x - a.x, b.y - a.y);

const between = (a: Point, b: Point, share: number): Point => ({
  x: a.x + (b.x - a.x) * share,
  y: a.y + (b.y - a.y) * share,
});

/** A line begins somewhere; often it goes on. */
export type Line = [Point, ...Point[]];

export const endOf = (line: Line): Point => line.at(-1) ?? line[0];

/** The straight pieces of a line. */
function* sides(line: Point[]): Generator<[Point, Point]> {
  let before: Point | undefined;
  for (const point of line) {
    if (before) yield [before, point];
    before = point;
  }
}

const closed = (outline: Point[]): Point[] => [...outline, ...outline.slice(0, 1)];

/** How long a line is. Asked for every particle: it makes nothing. */
export function lengthOf(line: Point[]): number {
  let length = 0;
  let before: Point | undefined;
  for (const point of line) {
    if (before) length += distance(before, point);
    before = point;
  }
  return length;
}

/** The point at this share (0 to 1) of a line's length. */
export function pointAlong(line: Line, share: number): Point {
  let left = lengthOf(line) * Math.min(1, Math.max(0, share));
  for (const [from, to] of sides(line)) {
    const side = distance(from, to);
    if (left <= side && side > 0) return between(from, to, left / side);
    left -= side;
  }
  return endOf(line);
}

/** The direction in which a line ends, in degrees clockwise from "to the right". */
export function directionAtEnd(line: Line): number {
  let degrees = 0;
  for (const [from, to] of sides(line)) degrees = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
  return degrees;
}

/** An SVG path through the points, its corners rounded. */
export function roundedPath(line: Line, radius: number): string {
  let before = line[0];
  let path = `M${before.x} ${before.y}`;
  line.slice(1).forEach((corner, index) => {
    const after = line[index + 2];
    path += after ? bend(before, corner, after, radius) : ` L${corner.x} ${corner.y}`;
    before = corner;
  });
  return path;
}

/** A closed SVG path around an outline, its corners rounded. */
export function roundedOutline(outline: Point[], radius: number): string {
  const path = outline.map((corner, index) => {
    const before = outline.at(index - 1) ?? corner;
    const after = outline[(index + 1) % outline.length] ?? corner;
    return bend(before, corner, after, radius);
  });
  return `${path.join('').replace(' L', 'M')}Z`;
}

/** A line to just before a corner and a curve around it. */
function bend(before: Point, corner: Point, after: Point, radius: number): string {
  const reach = Math.min(radius, distance(before, corner) / 2, distance(corner, after) / 2);
  const enter = between(corner, before, reach / distance(corner, before));
  const leave = between(corner, after, reach / distance(corner, after));
  return ` L${enter.x} ${enter.y} Q${corner.x} ${corner.y} ${leave.x} ${leave.y}`;
}

/** Where on a closed outline a point lies: the length from its first corner. Undefined where it is not on it. */
function positionOn(outline: Point[], point: Point): number | undefined {
  let walked = 0;
  for (const [from, to] of sides(closed(outline))) {
    const side = distance(from, to);
    if (distance(from, point) + distance(point, to) - side < 1e-6) return walked + distance(from, point);
    walked += side;
  }
  return undefined;
}

/** True where the point lies on the closed outline. */
export const isOn = (outline: Point[], point: Point): boolean => positionOn(outline, point) !== undefined;

/** What was walked before: a chart stands still, and thousands go the same few ways over it. */
const walked = new WeakMap<Point[], Map<string, Line>>();

/** The shorter way along a closed outline from one point of it to another. */
export function alongOutline(outline: Point[], from: Point, to: Point): Line {
  let ways = walked.get(outline);
  if (!ways) walked.set(outline, (ways = new Map()));
  const key = `${from.x} ${from.y} ${to.x} ${to.y}`;
  let way = ways.get(key);
  if (!way) ways.set(key, (way = shorter(walk(outline, from, to), walk([...outline].reverse(), from, to))));
  return way;
}

const shorter = (one: Line, other: Line): Line => (lengthOf(other) < lengthOf(one) ? other : one);

function walk(outline: Point[], from: Point, to: Point): Line {
  const start = positionOn(outline, from);
  const end = positionOn(outline, to);
  if (start === undefined || end === undefined) return [from, to];
  const around = lengthOf(closed(outline));
  const ahead = (position: number) => (position - start + around) % around;

  let walked = 0;
  const corners: { corner: Point; ahead: number }[] = [];
  for (const [corner, next] of sides(closed(outline))) {
    corners.push({ corner, ahead: ahead(walked) });
    walked += distance(corner, next);
  }
  const passed = corners
    .filter((each) => each.ahead > 0 && each.ahead < ahead(end))
    .sort((a, b) => a.ahead - b.ahead)
    .map((each) => each.corner);
  return [from, ...passed, to];
}
