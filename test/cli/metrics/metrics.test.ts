import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { register } from '../../../src/cli/metrics/metrics.ts';
import { ALERTS } from '../../../src/metrics/alerts.ts';
import { working } from '../../kit/core/world.ts';
import { ALIVE, keptState, look } from '../../kit/kept-state.ts';
import { samplesIn } from '../../metrics/parsed.ts';

describe('dogwatch metrics', () => {
  test('prints them once', async () => {
    const { where, keep } = await keptState(ALIVE());
    keep(...working().decisions);
    const { out, thrown, err } = await look(register, where, 'metrics');
    expect([thrown, err]).toEqual([null, '']);
    expect(samplesIn(out).get('dogwatch_runs{state="working"}')).toBe(1);
    expect(out).toContain('dogwatch_notices_total{channel="log",outcome="delivered"} 0\n');
  });

  test('dashboard prints JSON, alerts YAML', async () => {
    const { where } = await keptState();
    expect(JSON.parse((await look(register, where, 'metrics', 'dashboard')).out)).toMatchObject({ uid: 'dogwatch' });
    expect((await look(register, where, 'metrics', 'alerts')).out).toBe(ALERTS);
  });

  test.each<[string, string[], object]>([
    ['both forms', ['--listen', '--textfile', '/x'], { exitCode: 64 }],
    ['an address of a network', ['--listen', '0.0.0.0:9726'], { exitCode: 64, explanation: { got: '"0.0.0.0:9726"' } }],
    ['a name that is not of this machine', ['--listen', 'example.org:80'], { exitCode: 64 }],
    ['no port', ['--listen', '127.0.0.1'], { exitCode: 64 }],
    ['a port that does not exist', ['--listen', '99999'], { exitCode: 64 }],
    [
      'a directory that does not exist',
      ['--textfile', '/nowhere/at/all'],
      { exitCode: 69, explanation: { got: 'no directory at "/nowhere/at/all"' } },
    ],
  ])('refuses %s', async (_, argv, problem) => {
    const { where } = await keptState();
    expect((await look(register, where, 'metrics', ...argv)).thrown).toMatchObject(problem);
  });

  test('refuses an address that is in use', async () => {
    const { where } = await keptState();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { thrown } = await look(register, where, 'metrics', '--listen', String(port));
    other.close();
    expect(thrown).toMatchObject({ exitCode: 69, explanation: { got: expect.stringContaining('EADDRINUSE') } });
  });

  test('refuses a file as the directory', async () => {
    const { where } = await keptState();
    const { thrown } = await look(register, where, 'metrics', '--textfile', join(where.stateDir, 'state.sqlite'));
    expect(thrown).toMatchObject({ exitCode: 69 });
  });
});
