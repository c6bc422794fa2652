import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { putRequest } from '../../../src/store/inbox/put.ts';
import type { Request } from '../../../src/store/inbox/request.ts';
import { removeRequest, takeRequests } from '../../../src/store/inbox/take.ts';
import { stateDirectory } from '../../kit/opened-store.ts';
import { spec } from '../../kit/samples-of-decisions.ts';

const pause = (id: string): Request => ({ id, kind: 'operator', run: 'one.1', command: { kind: 'pause', because: 'lunch' } });

const requests: Request[] = [
  { id: 'r-1', kind: 'register', run: 'one.1', generation: 1, spec: spec('one'), foreign: null },
  { id: 'r-2', kind: 'register', run: 'two.1', generation: 1, spec: spec('two'), foreign: { bootId: 'b', pid: 5, startTicks: 50 } },
  pause('r-3'),
  { id: 'r-3a', kind: 'ack-host', inside: { of: 'recovery', run: 'two.1', number: 1 } },
  { id: 'r-3b', kind: 'operator', run: 'one.1', command: { kind: 'unpause' }, inside: { of: 'attempt', run: 'two.1', number: 3 } },
  { id: 'r-4', kind: 'operator', run: 'one.1', command: { kind: 'unpause' } },
  { id: 'r-5', kind: 'operator', run: 'one.1', command: { kind: 'resume', prompt: null } },
  { id: 'r-6', kind: 'operator', run: 'one.1', command: { kind: 'stop', because: 'enough' } },
  { id: 'r-7', kind: 'claim', run: 'one.1', attempt: 3, token: 't', claim: 'done', because: 'the tests pass' },
];

test('requests are taken in the order in which they were put, until they are removed', () => {
  const where = stateDirectory();
  for (const request of requests) putRequest(where, request);
  const taken = takeRequests(where);
  expect(taken.requests.map(({ request }) => request)).toEqual(requests);
  expect(taken.refused).toEqual([]);
  const modes = readdirSync(where.inbox).map((name) => statSync(join(where.inbox, name)).mode & 0o777);
  expect(new Set(modes)).toEqual(new Set([0o600]));
  for (const { file, request } of taken.requests) if (request.kind !== 'claim') removeRequest(file);
  expect(takeRequests(where).requests.map(({ request }) => request.id)).toEqual(['r-7']);
});

test('an inbox that was removed is created again', () => {
  const where = stateDirectory();
  expect(takeRequests(where)).toEqual({ requests: [], refused: [] });
  rmSync(where.inbox, { recursive: true });
  putRequest(where, pause('r-1'));
  expect(takeRequests(where).requests).toHaveLength(1);
});

test('one look takes a limited number of requests, the oldest first', () => {
  const where = stateDirectory();
  takeRequests(where);
  const write = (number: number) => writeFileSync(join(where.inbox, `${1000 + number}.json`), JSON.stringify(pause(`r-${number}`)));
  for (let number = 299; number >= 0; number--) write(number);
  const ids = takeRequests(where).requests.map(({ request }) => request.id);
  expect(ids).toEqual(Array.from({ length: 256 }, (_, number) => `r-${number}`));
});

test('a request that is too long is not put', () => {
  const where = stateDirectory();
  expect(() => putRequest(where, { ...pause('r-1'), run: 'x'.repeat(2 ** 20) } as Request)).toThrow(/at most 1048576 bytes/);
});

const garbage: [string, (path: string) => void, RegExp][] = [
  ['not JSON', (path) => writeFileSync(path, '{"id": "r-1", '), /JSON/],
  ['an empty file', (path) => writeFileSync(path, ''), /JSON/],
  ['another shape', (path) => writeFileSync(path, '{"id":"r-1","kind":"operator","run":"one.1"}'), /command/],
  ['an unknown kind', (path) => writeFileSync(path, '{"id":"r-1","kind":"shutdown"}'), /kind/],
  [
    'a run whose id leads to another directory',
    (path) => writeFileSync(path, JSON.stringify({ ...pause('r-1'), run: '../../etc' })),
    /run/,
  ],
  ['a file that is too long', (path) => writeFileSync(path, Buffer.alloc(2 ** 20 + 1, ' ')), /longer than 1048576 bytes/],
  ['a directory', (path) => mkdirSync(path), /not a file/],
  ['a link', (path) => symlinkSync('/etc/hostname', path), /ELOOP/],
  ['a pipe', (path) => void execFileSync('mkfifo', [path]), /not a file/],
];

describe('put aside and reported:', () => {
  test.for(garbage)('%s', ([, write, because]) => {
    const where = stateDirectory();
    takeRequests(where);
    write(join(where.inbox, '0000.json'));
    putRequest(where, pause('r-2'));
    const { requests, refused } = takeRequests(where);
    expect(requests.map(({ request }) => request.id)).toEqual(['r-2']);
    expect(refused).toEqual([expect.stringMatching(because)]);
    expect(refused[0]).toMatch(/^0000\.json was put aside/);
    expect(readdirSync(join(where.inbox, 'refused'))).toEqual(['0000.json']);
    expect(takeRequests(where).refused).toEqual([]);
  });

  test('only a limited number is kept', () => {
    const where = stateDirectory();
    takeRequests(where);
    for (let number = 0; number < 250; number++) writeFileSync(join(where.inbox, `${1000 + number}.json`), 'garbage');
    expect(takeRequests(where).refused).toHaveLength(250);
    const kept = readdirSync(join(where.inbox, 'refused')).sort();
    expect([kept.length, kept[0]]).toEqual([100, '1150.json']);
  });
});

test('a file that a command left unfinished is never taken, and is removed after a while', () => {
  const where = stateDirectory();
  takeRequests(where);
  const [old, fresh] = [join(where.inbox, '.old.json'), join(where.inbox, '.fresh.json')];
  for (const path of [old, fresh]) writeFileSync(path, JSON.stringify(pause('r-1')));
  const twoHoursAgo = Date.now() / 1000 - 7200;
  utimesSync(old, twoHoursAgo, twoHoursAgo);
  expect(takeRequests(where)).toEqual({ requests: [], refused: [] });
  expect(readdirSync(where.inbox)).toEqual(['.fresh.json']);
});
