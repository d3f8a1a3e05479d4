// Where the token is at each nanosecond of a trace. It runs along the taken edges between steps and along a node's
// border during the step that happens there, so that one sees both where the time goes and how much of it is over.
//
// Time between steps is often a few dozen nanoseconds: the token would jump. So the way to a step's node takes at
// least `TRAVEL` of the time from the end of the last step to the end of this one. The clock beside the chart is
// exact all the same; only the place of the token inside a step is a picture.

import type { Trace } from '../bindings/api';
import { alongOutline, endOf, pointAlong, type Line, type Point } from './geometry';
import type { Chart, ChartEdge, NodeId } from './layout';
import type { Route } from './route';

const TRAVEL = 0.3;

/** A stretch of the way and the time it takes. */
export interface Leg {
  fromNs: number;
  toNs: number;
  line: Line;
  /** Where the token waits where nothing may travel: at the door of the node it goes to. */
  rest: Point;
}

/** The whole way of a trace, without gaps from 0 to its total. */
export function journeyOf(chart: Chart, route: Route, trace: Trace): Leg[] {
  const edges = route.edges
    .map((id) => chart.edges.find((edge) => edge.id === id))
    .filter((edge) => edge !== undefined);
  if (!edges[0]) return [];

  const legs: Leg[] = [];
  let now = 0;
  let door = edges[0].start;
  let passed = 0;
  const go = (toNs: number, line: Line, rest: Point) => {
    legs.push({ fromNs: now, toNs, line, rest });
    now = toNs;
    door = endOf(line);
  };

  trace.steps.forEach((step, index) => {
    const place = route.places[index];
    const end = step.start_ns + step.duration_ns;
    // Encoding has no node: it happens on the way to the cache.
    const encoding = step.kind === 'encode' && edges[passed]?.to === 'store';
    const until = encoding ? passed + 1 : indexAfter(edges, place, passed);

    const way = edges.slice(passed, until);
    const arrival = encoding ? end : Math.max(step.start_ns, now + TRAVEL * (end - now));
    const line = lineThrough(chart, way, door);
    if (way.length > 0) go(arrival, line, endOf(line));
    passed = until;
    if (encoding) return;

    const next = edges[passed];
    go(end, next && next.from === place ? outlineOf(chart, place, door, next.start) : [door], door);
  });

  return withReturn(legs, edges.slice(passed), chart, door, trace.total_ns);
}

/** The index after the edge that leads into this node, counted from `from`; `from` where the token is there already. */
function indexAfter(edges: ChartEdge[], place: NodeId | undefined, from: number): number {
  const found = edges.findIndex((edge, index) => index >= from && edge.to === place);
  return found < 0 ? from : found + 1;
}

/** Edges and, between them, the borders of the nodes they lead through. */
function lineThrough(chart: Chart, edges: ChartEdge[], from: Point): Line {
  let at = from;
  const points = edges.flatMap((edge) => {
    const around = outlineOf(chart, edge.from, at, edge.start);
    at = edge.end;
    return [...around, ...edge.line];
  });
  return [from, ...points];
}

function outlineOf(chart: Chart, id: NodeId, from: Point, to: Point): Line {
  const node = chart.nodes.find((each) => each.id === id);
  return node ? alongOutline(node.outline, from, to) : [from, to];
}

/** The answer's way back to the client takes what is left, and at least its share of the last step. */
function withReturn(legs: Leg[], edges: ChartEdge[], chart: Chart, door: Point, totalNs: number): Leg[] {
  const line = lineThrough(chart, edges, door);
  const last = legs.at(-1);
  const rest = endOf(line);
  if (!last) return [{ fromNs: 0, toNs: totalNs, line, rest }];
  if (edges.length === 0) return [...legs, { fromNs: last.toNs, toNs: totalNs, line, rest }];
  const leave = Math.min(last.toNs, totalNs - TRAVEL * (totalNs - last.fromNs));
  return [...legs.slice(0, -1), { ...last, toNs: leave }, { fromNs: leave, toNs: totalNs, line, rest }];
}

/** Where the token is; null where there is no journey. Without travel it stands still at doors. */
export function tokenAt(legs: Leg[], timeNs: number, travel = true): Point | null {
  const leg = legs.find((each) => timeNs < each.toNs) ?? legs.at(-1);
  if (!leg) return null;
  if (!travel) return leg.rest;
  const takes = leg.toNs - leg.fromNs;
  return pointAlong(leg.line, takes > 0 ? (timeNs - leg.fromNs) / takes : 1);
}
