// What a backend in memory shows Inside: keys that run out, numbers that move, a console that knows three commands.

import type {
  Commands,
  ConsoleAnswer,
  ConsoleRequest,
  KeyFacts,
  KeyRequest,
  LookAt,
  Passed,
  RespReply,
  ServerInfo,
  TableAt,
  TablePage,
  Watch,
} from '../src/bindings/api';

type Request<K extends keyof Commands> = Commands[K]['request'] extends { request: infer R } ? R : never;
export type InsideCommand =
  | 'look_keys'
  | 'delete_key'
  | 'expire_key'
  | 'server_info'
  | 'console_commands'
  | 'console_send'
  | 'console_cancel'
  | 'passing_commands'
  | 'end_watch'
  | 'table_page';

export const keyOf = (key: string, known: Partial<KeyFacts> = {}): KeyFacts => ({
  key: `cachescope:${key}`,
  exact: true,
  bytes: 1_432,
  left_ms: 42_000,
  idle_seconds: 3,
  frequency: null,
  hits: null,
  ...known,
});

export const passedOf = (number: number, words: string, known: Partial<Passed> = {}): Passed => ({
  number,
  at_unix_ms: 1_795_827_600_000 + number * 37,
  database: 0,
  client: '127.0.0.1:50112',
  words,
  own: false,
  ...known,
});

/** As many keys as a busy cache holds. */
export const manyKeys = (count: number): KeyFacts[] =>
  Array.from({ length: count }, (_, place) =>
    keyOf(`page:${place + 1}`, {
      bytes: 600 + ((place * 7_919) % 2_400),
      left_ms: (place * 6_151) % 60_000,
      idle_seconds: place % 60,
      hits: Math.round(4_000 / (place + 1)),
    }),
  );

const bulk = (text: string): RespReply => ({
  type: 'bulk',
  value: { text, bytes: text.length, cut: false },
  lines: text.includes('\n'),
});

export class Innards {
  keys: KeyFacts[] = [];
  /** Why each key is not asked; null on our own server. */
  note: string | null = null;
  passing: Passed[] = [];
  /** What is asked about before it is sent. */
  dangerous = /^flush/i;
  maxMemory = 0;
  #turn = 0;

  answer(name: InsideCommand, request: unknown): Commands[InsideCommand]['reply'] {
    switch (name) {
      case 'look_keys': {
        const { pattern, at, each } = request as LookAt;
        const from = Number(at ?? 0);
        const matches = new RegExp(`^cachescope:${(pattern || '*').replaceAll('*', '.*')}$`);
        const page = this.keys.slice(from, from + 250);
        const next = from + 250 < this.keys.length ? String(from + 250) : null;
        const told = this.note === null || each;
        const unknown = { left_ms: null, idle_seconds: null };
        const keys = page
          .filter(({ key }) => matches.test(key))
          .map((key) => (told ? key : { ...key, ...unknown }));
        return { keys, next, unnoticed: this.note === null || !each, each: told, note: this.note };
      }
      case 'delete_key':
      case 'expire_key': {
        const { key } = request as KeyRequest;
        this.keys = this.keys.filter((each) => each.key !== key);
        return { keys: 1 };
      }
      case 'server_info':
        return this.#info();
      case 'console_commands':
        return {
          commands: [
            {
              name: 'GET',
              summary: 'Get the value of a key',
              syntax: 'key',
              since: '1.0.0',
              group: 'string',
            },
            {
              name: 'GETDEL',
              summary: 'Get the value of a key and delete the key',
              syntax: 'key',
              since: '6.2.0',
              group: 'string',
            },
            {
              name: 'FLUSHALL',
              summary: 'Remove all keys from all databases',
              syntax: '[ASYNC|SYNC]',
              since: '1.0.0',
              group: 'server',
            },
          ],
          note: null,
        };
      case 'console_send':
        return this.#console(request as ConsoleRequest);
      case 'console_cancel':
      case 'end_watch':
        return null;
      case 'passing_commands': {
        const { after, own } = request as Watch;
        const shown = this.passing.filter((passed) => passed.number > after && (own || !passed.own));
        return {
          commands: shown,
          missed: 0,
          others: this.passing.filter((passed) => !passed.own).length,
          own: this.passing.filter((passed) => passed.own).length,
          last: this.passing.at(-1)?.number ?? 0,
          watching: true,
          note: null,
        };
      }
      case 'table_page':
        return tableOf(request as Request<'table_page'>);
    }
  }

  #info(): ServerInfo {
    this.#turn += 1;
    const turn = this.#turn;
    const evicted = this.maxMemory > 0 ? turn * 12 : 0;
    return {
      at_ms: turn * 1_000,
      version: '7.0.15',
      uptime_s: 754 + turn,
      used_memory: 1_800_000 + 40_000 * (turn % 5),
      max_memory: this.maxMemory,
      policy: this.maxMemory > 0 ? 'allkeys-lru' : 'noeviction',
      ops_per_second: 4_200 + 300 * (turn % 3),
      hits: 9_000 * turn,
      misses: 1_000 * turn,
      clients: 3,
      evicted,
      expired: 25 * turn,
      keys: this.keys.length,
      sections: [
        { name: 'Server', lines: [{ name: 'redis_version', value: '7.0.15' }] },
        { name: 'Memory', lines: [{ name: 'used_memory', value: '1800000' }] },
      ],
    };
  }

  #console({ line, confirmed }: ConsoleRequest): ConsoleAnswer {
    if (this.dangerous.test(line) && !confirmed) {
      const message =
        'FLUSHALL removes every key of every database, whoever put it there. The server at 10.0.0.7:6379 is not Cachescope’s.';
      return { kind: 'asks', message };
    }
    return { kind: 'reply', reply: this.#replyTo(line), took_ns: 48_200, server: '127.0.0.1:38211' };
  }

  #replyTo(line: string): RespReply {
    const [name = '', ...words] = line.toUpperCase().split(' ');
    if (name === 'GET') return bulk('{\\"id\\":42}');
    if (name === 'INFO') return bulk('# Server\nredis_version:7.0.15\n');
    if (name === 'FLUSHALL') return { type: 'simple', text: 'OK' };
    if (name === 'HELLO') {
      const integer: RespReply = { type: 'integer', text: words[0] ?? '2' };
      const entries = [
        { name: bulk('server'), value: bulk('redis') },
        { name: bulk('proto'), value: integer },
        { name: bulk('modules'), value: { type: 'array', items: [], left_out: 0 } as RespReply },
      ];
      return { type: 'map', entries, left_out: 0 };
    }
    if (name === 'SCAN') {
      const keys: RespReply = {
        type: 'array',
        items: [bulk('cachescope:page:42'), { type: 'null' }],
        left_out: 8,
      };
      return { type: 'array', items: [bulk('0'), keys], left_out: 0 };
    }
    return { type: 'error', text: `ERR unknown command '${name}', with args beginning with: ` };
  }
}

/** Fills the cache, and lets others do something. */
export function furnish(innards: Innards, as: 'few' | 'many' | 'external'): void {
  innards.keys =
    as === 'many'
      ? manyKeys(1_200)
      : [
          keyOf('page:42'),
          keyOf('page:7', { left_ms: 6_400, idle_seconds: 53, bytes: 2_871 }),
          keyOf('page:1', { left_ms: 59_000, idle_seconds: 0, bytes: 3_040 }),
          keyOf('lookup:42', { left_ms: -1, idle_seconds: 4_210, bytes: 296 }),
          keyOf('report:9', { left_ms: 31_000, idle_seconds: 12, bytes: 1_112 }),
        ];
  if (as === 'many') innards.maxMemory = 2_097_152;
  if (as === 'external') {
    innards.note =
      'This server counts it as a hit when a key is asked how long it has left or when it was used, so none is. Sizes are not counted.';
  }
  innards.passing = [
    passedOf(1, 'HGETALL basket:7'),
    passedOf(2, 'SET greeting "hello, world" EX 60', { client: '127.0.0.1:50114' }),
    passedOf(3, 'GET cachescope:page:42', { own: true, client: '127.0.0.1:40002' }),
    passedOf(4, 'INCR visits', { database: 3 }),
  ];
}

/** Fifty rows, of which some were read. */
function tableOf({ table, from, only_read }: TableAt): TablePage {
  const of = (id: number): string[] =>
    table === 'categories'
      ? [String(id), `Category ${id}`]
      : [
          String(id),
          String((id % 20) + 1),
          `Kettle number ${id}`,
          'Aalto & Sons',
          'Boils water, and says so.',
        ];
  const first = table === 'orders' ? 0 : 42;
  const rows = Array.from({ length: 50 }, (_, place) => from + place).map((id) => ({
    id,
    cells: of(id),
    read: first > 0 && id % first === 0,
  }));
  return {
    columns: table === 'categories' ? ['id', 'name'] : ['id', 'category_id', 'name', 'maker', 'description'],
    rows: only_read ? rows.filter(({ read }) => read) : rows,
    total: 10_000,
    read: first > 0 ? 31 : null,
    first_read: first > 0 ? first : null,
    wrote: false,
    note:
      'Marked: the rows that the statement of request #3 (page of product 42) reads: the product and its category, the ' +
      'products beside it on the shelf with their reviews, and those bought together with it.',
  };
}
