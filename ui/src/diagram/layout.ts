// Where everything on the chart is. Two columns, the hit on the left and the miss on the right; what both share spans
// them. Lanes run left of, between and right of the columns, so that no line ever crosses a node.

import type { Operation, Pattern } from '../bindings/api';
import { endOf, type Box, type Line, type Point } from './geometry';

/** The act or place a node of the chart stands for. */
export type NodeId =
  | 'client'
  | 'server'
  | 'check'
  | 'hit'
  | 'miss'
  | 'return'
  | 'fast'
  | 'fetch'
  | 'store'
  | 'update'
  | 'delete'
  | 'send';

/** A way from one node to the next. */
export type EdgeId =
  | 'client-server'
  | 'server-check'
  | 'check-hit'
  | 'check-miss'
  | 'check-fetch'
  | 'hit-return'
  | 'return-fast'
  | 'fast-send'
  | 'miss-fetch'
  | 'miss-send'
  | 'fetch-store'
  | 'fetch-send'
  | 'store-send'
  | 'server-update'
  | 'update-delete'
  | 'update-fetch'
  | 'fetch-delete'
  | 'store-delete'
  | 'delete-send'
  | 'send-client';

export interface ChartNode {
  id: NodeId;
  box: Box;
  /** The node's border, clockwise: a rectangle, or a hexagon where a decision is taken. */
  outline: Point[];
}

export interface ChartEdge {
  id: EdgeId;
  from: NodeId;
  to: NodeId;
  line: Line;
  /** Where it leaves its first node. */
  start: Point;
  /** Where it reaches its second. */
  end: Point;
  /** Drawn only when a request takes it: the chart stays the one of the sketch until something unusual happens. */
  rare: boolean;
}

export interface Chart {
  width: number;
  height: number;
  nodes: ChartNode[];
  edges: ChartEdge[];
}

export const WIDTH = 720;
export const HEIGHT = 440;

interface Row {
  y: number;
  height: number;
}

const LEFT = { x: 22, width: 308 };
const RIGHT = { x: 390, width: 308 };
const BOTH = { x: 22, width: 676 };
const LANE = { left: 8, middle: 360, right: 712 };
const CHAMFER = 16;

const leftCentre = LEFT.x + LEFT.width / 2;
const rightCentre = RIGHT.x + RIGHT.width / 2;

const ROWS = {
  top: { y: 4, height: 54 },
  check: { y: 78, height: 66 },
  found: { y: 164, height: 42 },
  answer: { y: 226, height: 62 },
  last: { y: 308, height: 62 },
  send: { y: 390, height: 46 },
  update: { y: 104, height: 84 },
  delete: { y: 235, height: 108 },
};

/** Of a write that stores too: four acts below each other. */
const STORING = {
  update: { y: 74, height: 58 },
  fetch: { y: 148, height: 46 },
  // What encoding took stands above it.
  store: { y: 222, height: 60 },
  delete: { y: 298, height: 76 },
};

/** The chart of the seed for reads, or the shorter one for writes, which is another where a write stores. */
export function layout(operation: Operation, pattern: Pattern = 'cache_aside'): Chart {
  const [nodes, edges] =
    operation === 'read'
      ? [readNodes(), readEdges()]
      : pattern === 'write_through'
        ? [storingNodes(), storingEdges()]
        : [writeNodes(), writeEdges()];
  return { width: WIDTH, height: HEIGHT, nodes, edges };
}

function node(id: NodeId, column: { x: number; width: number }, row: Row): ChartNode {
  const box = { ...column, ...row };
  return { id, box, outline: id === 'check' ? hexagon(box) : rectangle(box) };
}

function rectangle({ x, y, width, height }: Box): Point[] {
  return [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ];
}

function hexagon({ x, y, width, height }: Box): Point[] {
  const middle = y + height / 2;
  return [
    { x: x + CHAMFER, y },
    { x: x + width - CHAMFER, y },
    { x: x + width, y: middle },
    { x: x + width - CHAMFER, y: y + height },
    { x: x + CHAMFER, y: y + height },
    { x, y: middle },
  ];
}

const readNodes = (): ChartNode[] => [
  node('client', LEFT, ROWS.top),
  node('server', RIGHT, ROWS.top),
  node('check', BOTH, ROWS.check),
  node('hit', LEFT, ROWS.found),
  node('miss', RIGHT, ROWS.found),
  node('return', LEFT, ROWS.answer),
  node('fetch', RIGHT, ROWS.answer),
  node('fast', LEFT, ROWS.last),
  node('store', RIGHT, ROWS.last),
  node('send', BOTH, ROWS.send),
];

const writeNodes = (): ChartNode[] => [
  node('client', LEFT, ROWS.top),
  node('server', RIGHT, ROWS.top),
  node('update', BOTH, ROWS.update),
  node('delete', BOTH, ROWS.delete),
  node('send', BOTH, ROWS.send),
];

const storingNodes = (): ChartNode[] => [
  node('client', LEFT, ROWS.top),
  node('server', RIGHT, ROWS.top),
  node('update', BOTH, STORING.update),
  node('fetch', BOTH, STORING.fetch),
  node('store', BOTH, STORING.store),
  node('delete', BOTH, STORING.delete),
  node('send', BOTH, ROWS.send),
];

const bottom = (row: Row) => row.y + row.height;
const middle = (row: Row) => row.y + row.height / 2;

function edge(id: EdgeId, line: Line, rare = false): ChartEdge {
  const [from, to] = id.split('-') as [NodeId, NodeId];
  return { id, from, to, line, start: line[0], end: endOf(line), rare };
}

/** Straight down from one row to the next. */
const between = (id: EdgeId, x: number, from: Row, to: Row): ChartEdge =>
  edge(id, [
    { x, y: bottom(from) },
    { x, y: to.y },
  ]);

const down = (id: EdgeId, x: number, from: keyof typeof ROWS, to: keyof typeof ROWS): ChartEdge =>
  between(id, x, ROWS[from], ROWS[to]);

/** Out of a node's side into a lane, along it, and into another node. */
const through = (id: EdgeId, from: Point, lane: number, to: Point): ChartEdge =>
  edge(
    id,
    to.x === lane
      ? [from, { x: lane, y: from.y }, to]
      : [from, { x: lane, y: from.y }, { x: lane, y: to.y }, to],
    true,
  );

const clientToServer = () =>
  edge('client-server', [
    { x: LEFT.x + LEFT.width, y: middle(ROWS.top) },
    { x: RIGHT.x, y: middle(ROWS.top) },
  ]);

const sendToClient = () => ({
  ...through('send-client', { x: BOTH.x, y: middle(ROWS.send) }, LANE.left, {
    x: LEFT.x,
    y: middle(ROWS.top),
  }),
  rare: false,
});

const rightSide = RIGHT.x + RIGHT.width;

const readEdges = (): ChartEdge[] => [
  clientToServer(),
  down('server-check', rightCentre, 'top', 'check'),
  down('check-hit', leftCentre, 'check', 'found'),
  down('check-miss', rightCentre, 'check', 'found'),
  down('hit-return', leftCentre, 'found', 'answer'),
  down('return-fast', leftCentre, 'answer', 'last'),
  down('fast-send', leftCentre, 'last', 'send'),
  down('miss-fetch', rightCentre, 'found', 'answer'),
  down('fetch-store', rightCentre, 'answer', 'last'),
  down('store-send', rightCentre, 'last', 'send'),
  through('check-fetch', { x: rightSide, y: middle(ROWS.check) }, LANE.right, {
    x: rightSide,
    y: middle(ROWS.answer),
  }),
  through('fetch-send', { x: RIGHT.x, y: middle(ROWS.answer) }, LANE.middle, {
    x: LANE.middle,
    y: ROWS.send.y,
  }),
  through('miss-send', { x: RIGHT.x, y: middle(ROWS.found) }, LANE.middle, {
    x: LANE.middle,
    y: ROWS.send.y,
  }),
  sendToClient(),
];

const writeEdges = (): ChartEdge[] => [
  clientToServer(),
  down('server-update', rightCentre, 'top', 'update'),
  down('update-delete', rightCentre, 'update', 'delete'),
  down('delete-send', rightCentre, 'delete', 'send'),
  sendToClient(),
];

/** By the lane on the right, past what did not happen. */
const past = (id: EdgeId, from: Row, to: Row): ChartEdge =>
  through(id, { x: rightSide, y: middle(from) }, LANE.right, { x: rightSide, y: middle(to) });

const storingEdges = (): ChartEdge[] => [
  clientToServer(),
  between('server-update', rightCentre, ROWS.top, STORING.update),
  between('update-fetch', rightCentre, STORING.update, STORING.fetch),
  between('fetch-store', rightCentre, STORING.fetch, STORING.store),
  between('store-delete', rightCentre, STORING.store, STORING.delete),
  between('delete-send', rightCentre, STORING.delete, ROWS.send),
  past('update-delete', STORING.update, STORING.delete),
  past('fetch-delete', STORING.fetch, STORING.delete),
  sendToClient(),
];
