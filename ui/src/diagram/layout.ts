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
  | 'stale'
  | 'miss'
  | 'return'
  | 'fast'
  | 'fetch'
  | 'store'
  | 'update'
  | 'delete'
  | 'queue'
  | 'batch'
  | 'send';

/** A way from one node to the next. */
export type EdgeId =
  | 'client-server'
  | 'server-check'
  | 'check-hit'
  | 'check-stale'
  | 'check-miss'
  | 'check-fetch'
  | 'check-send'
  | 'hit-return'
  | 'stale-return'
  | 'hit-fetch'
  | 'stale-fetch'
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
  | 'server-fetch'
  | 'server-queue'
  | 'check-queue'
  | 'fetch-queue'
  | 'queue-store'
  | 'queue-delete'
  | 'queue-batch'
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
  /** What happens along it is left to the background: it is beside the path, and after the response. */
  background?: boolean;
}

/** Around nodes that are one thing to those outside. */
export interface Frame {
  box: Box;
  label: string;
}

export interface Chart {
  width: number;
  height: number;
  nodes: ChartNode[];
  edges: ChartEdge[];
  frame?: Frame;
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
/** Where the chart can be cut into two halves: beside the lane between the columns, not along it. */
export const SEAM = 382;
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

/** Of a write whose row is written later: the path on the right, what is done beside it on the left. */
const DEFERRING = {
  check: { y: 74, height: 58 },
  queue: { y: 152, height: 60 },
  batch: { y: 152, height: 124 },
  store: { y: 232, height: 50 },
  delete: { y: 300, height: 74 },
};

/** Two results beside each other where the others have one. */
const FRESH = { x: LEFT.x, width: 150 };
const STALE = { x: LEFT.x + LEFT.width - 150, width: 150 };

/** Around what a read-through cache does by itself. */
const CACHE_LAYER: Frame = {
  box: { x: 15, y: 68, width: 690, height: 312 },
  label: 'The cache layer: the server asks it alone, and it always answers',
};

/** The chart of the seed for reads, or the shorter one for writes; each with what the pattern does otherwise. */
export function layout(operation: Operation, pattern: Pattern = 'cache_aside'): Chart {
  const chart = { width: WIDTH, height: HEIGHT };
  return operation === 'read' ? { ...chart, ...reads(pattern) } : { ...chart, ...writes(pattern) };
}

function reads(pattern: Pattern): Pick<Chart, 'nodes' | 'edges' | 'frame'> {
  switch (pattern) {
    case 'read_through':
      return { nodes: readNodes(), edges: readEdges(), frame: CACHE_LAYER };
    case 'refresh_ahead':
      return { nodes: readNodes(), edges: [...readEdges(), reloading('hit-fetch')] };
    case 'stale_while_revalidate':
      return { nodes: staleNodes(), edges: staleEdges() };
    default:
      return { nodes: readNodes(), edges: readEdges() };
  }
}

function writes(pattern: Pattern): Pick<Chart, 'nodes' | 'edges'> {
  switch (pattern) {
    case 'write_through':
      return { nodes: storingNodes(), edges: storingEdges() };
    case 'write_behind':
      return { nodes: deferringNodes(), edges: deferringEdges() };
    default:
      return { nodes: writeNodes(), edges: writeEdges() };
  }
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

const staleNodes = (): ChartNode[] => [
  ...readNodes().filter(({ id }) => id !== 'hit'),
  node('hit', FRESH, ROWS.found),
  node('stale', STALE, ROWS.found),
];

const deferringNodes = (): ChartNode[] => [
  node('client', LEFT, ROWS.top),
  node('server', RIGHT, ROWS.top),
  node('check', RIGHT, DEFERRING.check),
  node('fetch', LEFT, DEFERRING.check),
  node('queue', RIGHT, DEFERRING.queue),
  node('batch', LEFT, DEFERRING.batch),
  node('store', RIGHT, DEFERRING.store),
  node('delete', BOTH, DEFERRING.delete),
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
  edge(
    'check-send',
    [
      { x: LANE.middle, y: bottom(ROWS.check) },
      { x: LANE.middle, y: ROWS.send.y },
    ],
    true,
  ),
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

/** Beside the path: from what was found to the database, through the lane in the middle. */
const reloading = (id: EdgeId): ChartEdge => ({
  ...through(id, { x: LEFT.x + LEFT.width, y: middle(ROWS.found) }, LANE.middle, {
    x: RIGHT.x,
    y: middle(ROWS.answer),
  }),
  rare: false,
  background: true,
});

const staleEdges = (): ChartEdge[] => {
  const fresh = FRESH.x + FRESH.width / 2;
  const stale = STALE.x + STALE.width / 2;
  const others = readEdges().filter(({ id }) => id !== 'check-hit' && id !== 'hit-return');
  return [
    ...others,
    down('check-hit', fresh, 'check', 'found'),
    down('check-stale', stale, 'check', 'found'),
    down('hit-return', fresh, 'found', 'answer'),
    down('stale-return', stale, 'found', 'answer'),
    reloading('stale-fetch'),
  ];
};

const deferringEdges = (): ChartEdge[] => {
  const leftSide = LEFT.x + LEFT.width;
  const { check, queue, store, delete: deleting } = DEFERRING;
  const turn = bottom(check) + 8;
  return [
    clientToServer(),
    between('server-check', rightCentre, ROWS.top, check),
    between('check-queue', rightCentre, check, queue),
    between('queue-store', rightCentre, queue, store),
    between('store-delete', rightCentre, store, deleting),
    between('delete-send', rightCentre, deleting, ROWS.send),
    edge('check-fetch', [
      { x: RIGHT.x, y: middle(check) },
      { x: leftSide, y: middle(check) },
    ]),
    edge('fetch-queue', [
      { x: leftSide - 24, y: bottom(check) },
      { x: leftSide - 24, y: turn },
      { x: RIGHT.x + 24, y: turn },
      { x: RIGHT.x + 24, y: queue.y },
    ]),
    {
      ...edge('queue-batch', [
        { x: RIGHT.x, y: middle(queue) },
        { x: leftSide, y: middle(queue) },
      ]),
      background: true,
    },
    edge(
      'server-fetch',
      [
        { x: RIGHT.x + 24, y: bottom(ROWS.top) },
        { x: RIGHT.x + 24, y: bottom(ROWS.top) + 8 },
        { x: leftSide - 24, y: bottom(ROWS.top) + 8 },
        { x: leftSide - 24, y: check.y },
      ],
      true,
    ),
    past('server-queue', ROWS.top, queue),
    past('queue-delete', queue, deleting),
    sendToClient(),
  ];
};
