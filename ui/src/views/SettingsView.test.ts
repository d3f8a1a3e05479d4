import { cleanup, fireEvent, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, it } from 'vitest';
import { openApp, requestsOf } from '../../tests/app';

afterEach(cleanup);

async function openSettings() {
  const opened = await openApp();
  await opened.user.keyboard('{Control>}5{/Control}');
  return opened;
}

const radio = (name: RegExp) => screen.getByRole<HTMLInputElement>('radio', { name });
const address = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Address' });

describe('the pattern', () => {
  it('may be no cache; the Stage says so, and claims nothing about the engine', async () => {
    const { host, user } = await openSettings();
    expect(radio(/^Cache-aside/).checked).toBe(true);
    await user.click(radio(/^No cache/));
    expect(requestsOf(host, 'change_settings')).toMatchObject([{ conditions: { pattern: 'no_cache' } }]);

    await user.click(screen.getByRole('button', { name: 'Stage' }));
    const chips = screen.getByRole('list', { name: 'Conditions' }).textContent;
    expect(chips).toContain('No cache: every request goes to the database');
    expect(chips).not.toContain('TTL');
    expect(screen.getByTestId('engine-link').dataset.state).toBe('left_out');
    await user.click(screen.getByTestId('send'));
    expect((await screen.findByTestId('outcome')).textContent).toBe('BYPASS');
    expect(screen.queryByText(/unreachable|not reachable/)).toBeNull();
  });
});

describe('the protections', () => {
  it('are switched on one by one, and the Stage names those that are on', async () => {
    const { host, user } = await openSettings();
    await user.click(screen.getByRole('checkbox', { name: /^Single-flight/ }));
    await user.selectOptions(screen.getByRole('combobox', { name: /^TTL jitter/ }), '20 %');
    await user.selectOptions(screen.getByRole('combobox', { name: /^Negative caching/ }), '5 s');
    expect(requestsOf(host, 'change_settings').at(-1)).toMatchObject({
      conditions: {
        protections: { single_flight: true, ttl_jitter_percent: 20, negative_ttl_ms: 5_000 },
      },
    });

    await user.click(screen.getByRole('button', { name: 'Stage' }));
    const chips = screen.getByRole('list', { name: 'Conditions' }).textContent;
    expect(chips).toMatch(/single-flight\s*TTL jitter 20 %\s*negative caching 5 s/);
  });

  it('exclude each other where both would be one too many, and say how the circuit stands', async () => {
    const { host, user } = await openSettings();
    const claim = screen.getByRole('combobox', { name: /^Lock or lease/ });
    await user.selectOptions(claim, 'lock');
    await user.selectOptions(claim, 'lease');
    await user.selectOptions(screen.getByRole('combobox', { name: /^Early expiry/ }), 'β 1');
    await user.selectOptions(screen.getByRole('combobox', { name: /^Bound/ }), '4');
    await user.click(screen.getByRole('checkbox', { name: /^Circuit breaker/ }));
    expect(requestsOf(host, 'change_settings').at(-1)).toMatchObject({
      conditions: {
        protections: {
          cache_lock: false,
          lease: true,
          early_expiry_percent: 100,
          circuit_breaker: true,
          database_limit: 4,
        },
      },
    });
    expect(screen.getByTestId('circuit').textContent).toContain('closed');
  });

  it('are switched off where they cannot be, on mini-redis and without a cache', async () => {
    const { host, user } = await openSettings();
    await user.selectOptions(screen.getByRole('combobox', { name: /^Lock or lease/ }), 'lock');
    await user.click(radio(/^mini-redis/));
    expect(requestsOf(host, 'change_settings').at(-1)).toMatchObject({
      conditions: { engine: { kind: 'mini_redis' }, protections: { cache_lock: false } },
    });
    expect(screen.getByRole<HTMLSelectElement>('combobox', { name: /^Lock or lease/ }).disabled).toBe(true);
  });

  it('are not offered where there is no cache to miss', async () => {
    const { user } = await openSettings();
    await user.click(radio(/^No cache/));
    expect(screen.queryByRole('checkbox', { name: /^Single-flight/ })).toBeNull();
    expect(screen.getByRole('checkbox', { name: /^Circuit breaker/ })).toBeTruthy();
  });
});

describe('the engine', () => {
  it('is the one that is chosen, and the Stage says so', async () => {
    const { host, user } = await openSettings();
    expect(radio(/^Bundled/).checked).toBe(true);
    await user.click(radio(/^mini-redis/));
    await user.click(screen.getByRole('checkbox', { name: /TCP_NODELAY/ }));
    expect(requestsOf(host, 'change_settings')).toMatchObject([
      { conditions: { engine: { kind: 'mini_redis', nodelay: false } } },
      { conditions: { engine: { kind: 'mini_redis', nodelay: true } } },
    ]);

    await user.click(screen.getByRole('button', { name: 'Stage' }));
    expect(screen.getByRole('list', { name: 'Conditions' }).textContent).toContain(
      'mini-redis, in a process of its own, TCP_NODELAY on',
    );
  });

  it('may run on a thread of its own', async () => {
    const { host, user } = await openSettings();
    await user.click(radio(/^On a thread of its own/));
    expect(requestsOf(host, 'change_settings')).toMatchObject([
      { conditions: { engine: { kind: 'bundled', placement: 'own_thread' } } },
    ]);
  });

  it('may be somebody else’s; an address that is none is refused, and can be corrected', async () => {
    const { host, user } = await openSettings();
    await user.click(radio(/^External/));
    expect(requestsOf(host, 'change_settings')).toEqual([]);

    await user.clear(address());
    await user.type(address(), 'http://example.org');
    host.fail('invalid', 'An address begins with redis://. Nothing was changed.');
    await user.click(screen.getByRole('button', { name: 'Connect' }));
    expect(screen.getByRole('alert').textContent.trim()).toBe(
      'An address begins with redis://. Nothing was changed.',
    );
    expect(address().value).toBe('http://example.org');

    await user.clear(address());
    await user.type(address(), 'redis://10.0.0.7:6379{Enter}');
    expect(requestsOf(host, 'change_settings').at(-1)).toMatchObject({
      conditions: { engine: { kind: 'external', url: 'redis://10.0.0.7:6379' } },
    });
    expect(screen.queryByRole('alert')).toBeNull();
    expect(screen.getByRole('button', { name: 'Connect again' })).toBeTruthy();

    await user.clear(address());
    await user.type(address(), 'redis://shop:hunter2@10.0.0.7:6379{Enter}');
    expect(requestsOf(host, 'change_settings').at(-1)).toMatchObject({
      conditions: { engine: { kind: 'external', url: 'redis://shop:hunter2@10.0.0.7:6379' } },
    });
    expect(address().value).toBe('redis://shop:…@10.0.0.7:6379');
  });

  it('stays what it was when another is refused', async () => {
    const { host, user } = await openSettings();
    host.fail('invalid', 'There is no mini-redis here.');
    await user.click(radio(/^mini-redis/));
    expect(screen.getByRole('alert').textContent).toBe('There is no mini-redis here.');
    expect(radio(/^Bundled/).checked).toBe(true);
  });
});

describe('the database', () => {
  const databaseAddress = () => screen.getByRole<HTMLInputElement>('textbox', { name: 'Database address' });
  const server = { kind: 'postgres', url: 'postgres://me:…@db.example:5432/shop' };

  it('may be a server; its address is typed first, and its password is not shown again', async () => {
    const { host, user } = await openSettings();
    expect(radio(/^SQLite/).checked).toBe(true);
    await user.click(radio(/^PostgreSQL/));
    expect(requestsOf(host, 'change_settings')).toEqual([]);

    await user.clear(databaseAddress());
    await user.type(databaseAddress(), 'postgres://me:hunter2@db.example:5432/shop{Enter}');
    expect(requestsOf(host, 'change_settings').at(-1)).toMatchObject({
      conditions: { database: { kind: 'postgres', url: 'postgres://me:hunter2@db.example:5432/shop' } },
    });
    expect(databaseAddress().value).toBe('postgres://me:…@db.example:5432/shop');
    await user.click(radio(/^No cache/));
    expect(requestsOf(host, 'change_settings').at(-1)).toMatchObject({ conditions: { database: server } });
  });

  it('has a schema created once that is agreed to', async () => {
    const message =
      'Cachescope would create a schema. Nothing was created: agree first, in the terminal with --x.';
    const { host, user } = await openSettings();
    await user.click(radio(/^PostgreSQL/));
    await user.clear(databaseAddress());
    await user.type(databaseAddress(), 'postgres://me@db.example:5432/shop{Enter}');
    host.tell({ event: 'status', value: { ...host.status, catalogue: { state: 'asking', message } } });
    const question = await screen.findByRole('group', { name: /create a schema on your server/ });
    expect(question.textContent).toContain('Cachescope would create a schema.');
    expect(question.textContent).not.toContain('terminal');
    expect(requestsOf(host, 'create_schema')).toEqual([]);

    await user.click(screen.getByRole('button', { name: 'Create the schema' }));
    expect(requestsOf(host, 'create_schema')).toHaveLength(1);
    expect(screen.queryByRole('group', { name: /create a schema/ })).toBeNull();
    expect(screen.getByText('Connected to PostgreSQL 15.14.')).toBeTruthy();
  });

  it('says why it cannot be reached, and is tried again when asked to', async () => {
    const { host, user } = await openSettings();
    await user.click(radio(/^PostgreSQL/));
    await user.clear(databaseAddress());
    await user.type(databaseAddress(), 'postgres://me@db.example:5432/shop{Enter}');
    const message = 'The server did not let me in.';
    host.tell({ event: 'status', value: { ...host.status, catalogue: { state: 'failed', message } } });
    expect((await screen.findByRole('alert')).textContent.trim()).toBe(message);
    await user.click(screen.getByRole('button', { name: 'Connect again' }));
    expect(requestsOf(host, 'retry_catalogue')).toHaveLength(1);

    await user.click(radio(/^SQLite/));
    expect(requestsOf(host, 'change_settings').at(-1)).toMatchObject({
      conditions: { database: { kind: 'sqlite' } },
    });
  });
});

it('sets how long a stored value lives', async () => {
  const { host, user } = await openSettings();
  await user.selectOptions(screen.getByRole('combobox', { name: 'A stored value lives for' }), '5 s');
  expect(requestsOf(host, 'change_settings')).toMatchObject([{ conditions: { ttl_ms: 5_000 } }]);
});

it('sets the size of the text and the colours at once', async () => {
  const { user } = await openSettings();
  await fireEvent.input(screen.getByRole('slider', { name: 'Text size' }), { target: { value: '150' } });
  expect(screen.getByText('150 %')).toBeTruthy();
  expect(document.documentElement.style.getPropertyValue('--text-scale')).toBe('1.5');

  await user.selectOptions(screen.getByRole('combobox', { name: 'Colours' }), 'dark');
  expect(document.documentElement.dataset.theme).toBe('dark');
});
