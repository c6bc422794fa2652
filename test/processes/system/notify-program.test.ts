import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { send } from '../../../src/system/notify/send.ts';
import { channelOf, messageAbout } from '../../kit/channels.ts';
import { until } from '../../kit/until.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'dogwatch-notify-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const message = messageAbout({ sentence: 'a "b"; $(touch pwned) `touch pwned`' });

/** A channel whose program is this script. */
function program(name: string, script: string) {
  const path = join(home, name);
  writeFileSync(path, `#!/bin/sh\ncd ${home}\n${script}\n`);
  chmodSync(path, 0o755);
  return channelOf(`exec:${path}`);
}

test('it gets the message as one line of JSON on its standard input, and no shell sees it', async () => {
  expect(await send(program('keep', 'cat >kept; echo "$#" >arguments'), message)).toEqual({ kind: 'accepted' });
  const kept = readFileSync(join(home, 'kept'), 'utf8');
  expect(kept.split('\n')).toHaveLength(2);
  expect(JSON.parse(kept)).toEqual(message.document);
  expect(readFileSync(join(home, 'arguments'), 'utf8')).toBe('0\n');
  expect(existsSync(join(home, 'pwned'))).toBe(false);
});

test('its environment has the PATH and the state directory, and none of dogwatch’s secrets', async () => {
  vi.stubEnv('DOGWATCH_NOTIFY', 'smtp://me:correct-horse@mail/?to=a@x.org&from=a@x.org');
  vi.stubEnv('DOGWATCH_HEARTBEAT_URL', 'https://hc.example.org/ping/uuid');
  vi.stubEnv('DOGWATCH_STATE_DIR', '/srv/watch');
  try {
    expect(await send(program('look', 'env >environment'), message)).toEqual({ kind: 'accepted' });
  } finally {
    vi.unstubAllEnvs();
  }
  const environment = readFileSync(join(home, 'environment'), 'utf8');
  expect(environment).toMatch(/^PATH=/m);
  expect(environment).toMatch(/^DOGWATCH_STATE_DIR=\/srv\/watch$/m);
  expect(environment).not.toMatch(/correct-horse|hc\.example|^DOGWATCH_(NOTIFY|HEARTBEAT)/m);
});

test('one that does not read its input is fine', async () => {
  const long = messageAbout({ lastLines: Array(20).fill('x'.repeat(200)) });
  expect(await send(program('deaf', 'exec <&-; exit 0'), long)).toEqual({ kind: 'accepted' });
});

test.each<[string, string, string, boolean]>([
  ['fails', 'echo "no network" >&2; exit 3', 'it ended with status 3: no network', true],
  ['dies', 'kill -9 $$', 'it was ended by SIGKILL', true],
])('one that %s', async (name, script, because, isRetryable) => {
  expect(await send(program(name, script), message)).toEqual({ kind: 'refused', because, isRetryable });
});

test('one that does not exist', async () => {
  const missing = join(home, 'nothing');
  expect(await send(channelOf(`exec:${missing}`), message)).toEqual({
    kind: 'refused',
    because: `it could not be started: ${missing} was not found`,
    isRetryable: false,
  });
});

test('one that takes too long is ended, with everything it started', async () => {
  const channel = program('slow', 'sleep 100 & echo $! >sleeper.new; mv sleeper.new sleeper; wait');
  expect(await send(channel, message, 2000)).toEqual({
    kind: 'refused',
    because: 'it took longer than 2 s and was ended',
    isRetryable: true,
  });
  const pid = readFileSync(join(home, 'sleeper'), 'utf8').trim();
  await until('the sleeper is gone', () => !existsSync(`/proc/${pid}`) || / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
});
