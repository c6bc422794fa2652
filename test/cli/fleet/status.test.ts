import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { register } from '../../../src/cli/fleet/fleet.ts';
import { EXIT_CONFIGURATION, EXIT_UNAVAILABLE, EXIT_USAGE, Problem, renderProblem } from '../../../src/cli/terminal/problem.ts';
import type { FleetView } from '../../../src/view/fleet/model.ts';
import type { View } from '../../../src/view/model.ts';
import * as moments from '../../kit/core/moments.ts';
import { working } from '../../kit/core/world.ts';
import { type FakeSsh, fakeSsh } from '../../kit/fakes/ssh.ts';
import { ALIVE, keptState, look } from '../../kit/kept-state.ts';
import { stateDirectory } from '../../kit/opened-store.ts';
import { runCommand } from '../../kit/run-command.ts';
import { newRunNamed, noting } from '../../kit/samples-of-decisions.ts';
import { viewed } from '../../kit/viewed.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const ANSWERS: Readonly<Record<string, View>> = {
  well: viewed({ lives: working() }),
  held: viewed({ limited: moments.limited() }),
  needy: viewed({ blocked: moments.blocked(), 'job-2': working() }),
  dead: viewed({ alone: working() }, { host: { watchdog: null, condition: 'none' } }),
};

/** Hosts that answer with the views of these names, or fail as theirs says. */
function fleet(answers: Readonly<Record<string, View>> = ANSWERS): FakeSsh {
  const ssh = fakeSsh(`case $host in
down*) echo "ssh: connect to host $host port 22: No route to host" >&2; exit 255;;
bare) echo "sh: 1: dogwatch: not found" >&2; exit 127;;
slow*) sleep 1;;
esac
cat "$here/\${host#*@}" 2>/dev/null || cat "$here/well"`);
  for (const [name, view] of Object.entries(answers)) writeFileSync(join(ssh.directory, name), JSON.stringify(view));
  return ssh;
}

async function shown(ssh: FakeSsh, ...argv: string[]) {
  vi.stubEnv('PATH', ssh.path);
  return look(register, stateDirectory(), 'fleet', 'status', ...argv);
}

describe('for people', () => {
  test('silent hosts first, then one list by need, and what to type here', async () => {
    const { out, err, exitCode } = await shown(fleet(), '--ssh', 'well,down,admin@needy', 'held');
    // The answers are of the time of their stories.
    const lines = out
      .trimEnd()
      .split('\n')
      .filter((line) => !line.includes('the clock of'));
    expect(lines[0]).toMatch(
      /^dogwatch: down did not answer: it cannot be reached \(got: .*No route to host\); its runs are unknown\. What to do: /,
    );
    expect(err.split('\n')[0]).toBe(lines[0]);
    expect(lines[1]).toBe('1 host silent; 1 needs you, 1 held, 2 working on 3 of 4 hosts');
    const cells = lines.map((line) => line.split(/ {2,}/));
    expect(cells.slice(2, 7).map(([name, state]) => [name, state])).toEqual([
      ['HOST', 'STATE'],
      ['down', 'silent'],
      ['needy', 'answers'],
      ['held', 'answers'],
      ['well', 'answers'],
    ]);
    expect(cells[3]).toEqual(['down', 'silent', 'never', 'unknown', 'unknown']);
    expect(cells[4]).toEqual([
      'needy',
      'answers',
      expect.stringMatching(/^\d+ s ago$/),
      expect.stringMatching(/^alive, \d+ s ago$/),
      '1 needs you, 1 working',
    ]);
    expect(cells.slice(8, 13).map(([name]) => name)).toEqual(['NAME', 'blocked@needy', 'limited@held', 'job-2@needy', 'lives@well']);
    expect(exitCode).toBe(EXIT_UNAVAILABLE);
  });

  test('all silent never looks as if all were well', async () => {
    const { out, exitCode } = await shown(fleet(), '--ssh', 'down1,down2');
    expect(out).toMatch(/^dogwatch: down1 did not answer.*\ndogwatch: down2 did not answer.*\n2 hosts silent\n/);
    expect(out).not.toMatch(/no runs|working|NAME/);
    expect(exitCode).toBe(EXIT_UNAVAILABLE);
  });

  test('what a host itself would say first is said with its name', async () => {
    const { out, exitCode } = await shown(fleet(), '--ssh', 'dead');
    expect(out).toMatch(/^dogwatch: dead: no watchdog is alive.* Start one: {2}ssh dead dogwatch watch --replace --detach\n/);
    expect(out).toMatch(/^dead +answers +\d+ s ago +none/m);
    expect(exitCode).not.toBe(EXIT_UNAVAILABLE);
  });

  test('an empty state says where it was looked for', async () => {
    const empty = viewed({}, { host: { watchdog: null, condition: 'none' } });
    const { out } = await shown(fleet({ empty }), '--ssh', 'empty');
    expect(out).toMatch(/^empty +answers .* +none +no runs in \/var\/lib\/dogwatch$/m);
  });

  test('a clock that is off is named, and ages are right', async () => {
    const late = JSON.parse(JSON.stringify(viewed({ lives: working() })), (_, one) =>
      typeof one === 'string' && /^\d{4}-\d\d-\d\dT.*Z$/.test(one) ? new Date(Date.parse(one) - 30 * 86_400_000).toISOString() : one,
    );
    const { out } = await shown(fleet({ late }), '--ssh', 'late');
    expect(out).toMatch(/dogwatch: the clock of late is .* behind the one here/);
    expect(out).toMatch(/^late +answers +\d+ s ago +alive, \d+ s ago/m);
  });
});

describe('hosts', () => {
  test('are those of the setting, and this machine is read without ssh', async () => {
    const { where, keep } = await keptState(ALIVE());
    const run = { ...newRunNamed('mine'), state: 'working' as const };
    keep({ ...noting(run, 1), run });
    const ssh = fleet();
    vi.stubEnv('PATH', ssh.path);
    const { hosts } = JSON.parse((await lookWith(where, { DOGWATCH_FLEET_SSH: 'well, .' }, '--json')).out) as FleetView;
    expect(hosts.map(({ host, name, view }) => [host, name, view?.runs.map((one) => one.name)])).toEqual([
      ['well', 'well', ['lives']],
      ['.', hostname(), ['mine']],
    ]);
    expect(ssh.calls().map((words) => words.slice(-2))).toEqual([['well', 'dogwatch status --json']]);
    const { out } = await lookWith(where, { DOGWATCH_FLEET_SSH: 'well' }, '--ssh', '.');
    expect(out).toContain(`mine@${hostname()}`);
    expect(out).not.toContain('well');
  });

  test.each<[string, readonly string[], Record<string, string>, number, string]>([
    ['none', [], {}, EXIT_USAGE, 'no hosts are named'],
    ['an empty list', ['--ssh', ','], {}, EXIT_USAGE, 'no hosts are named'],
    ['an option of ssh', ['--ssh=-oProxyCommand=x'], {}, EXIT_USAGE, 'names something that is not a host'],
    ['a wrong one in the setting', [], { DOGWATCH_FLEET_SSH: 'build1;reboot' }, EXIT_CONFIGURATION, 'DOGWATCH_FLEET_SSH'],
    ['a wrong duration', ['--ssh', 'a', '--timeout', '0s'], {}, EXIT_USAGE, '--timeout is not a duration'],
    ['another', ['--ssh', 'a', '--every', 'soon'], {}, EXIT_USAGE, '--every is not a duration'],
    ['two forms', ['--ssh', 'a', '--watch', '--check'], {}, EXIT_USAGE, 'cannot be combined'],
  ])('%s is an error', async (_, argv, env, exitCode, text) => {
    const { thrown } = await lookWith(stateDirectory(), env, ...argv);
    expect(thrown).toBeInstanceOf(Problem);
    expect(thrown).toMatchObject({ exitCode });
    expect(renderProblem(thrown as Problem)).toContain(text);
  });

  test('a wrong setting of the watchdog does not matter', async () => {
    vi.stubEnv('PATH', fleet().path);
    const { thrown } = await lookWith(stateDirectory(), { DOGWATCH_FLEET_SSH: 'well', DOGWATCH_IDLE: 'soon' });
    expect(thrown).toBe(null);
  });

  test('without ssh', async () => {
    vi.stubEnv('PATH', '/nonexistent');
    expect((await lookWith(stateDirectory(), {}, '--ssh', 'a')).thrown).toMatchObject({
      exitCode: EXIT_UNAVAILABLE,
      message: 'ssh was not found',
    });
  });

  async function lookWith(where: Awaited<ReturnType<typeof keptState>>['where'], env: Record<string, string>, ...argv: string[]) {
    const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    onTestFinished(() => err.mockRestore());
    return runCommand(register, ['fleet', 'status', ...argv], { DOGWATCH_STATE_DIR: where.stateDir, ...env });
  }
});

test('twenty hosts, at most eight at once', async () => {
  const ssh = fleet();
  const hosts = Array.from({ length: 20 }, (_, index) => `build${index}`);
  const view: FleetView = JSON.parse((await shown(ssh, '--json', '--ssh', hosts.join(','))).out);
  expect(view.hosts.map(({ host, problem }) => [host, problem])).toEqual(hosts.map((host) => [host, null]));
  expect(view.counts.working).toBe(20);
  expect(ssh.calls()).toHaveLength(20);
  expect(ssh.mostAtOnce()).toBeLessThanOrEqual(8);
});

test.each([
  ['well', 0, '1 working on 1 host'],
  ['well,held', 1, 'held: 1 held'],
  ['held,needy', 2, 'needy: 1 needs you, 1 working: blocked; held: 1 held'],
  ['needy,dead', 3, 'dead: no watchdog is running; 1 working; needy: 1 needs you, 1 working: blocked'],
  ['needy,bare', 3, 'bare: no answer: dogwatch was not found there; needy: 1 needs you, 1 working: blocked'],
])('--check %s exits with %i', async (hosts, status, because) => {
  const { out, exitCode } = await shown(fleet(), '--check', '--ssh', hosts);
  expect([exitCode, out]).toEqual([status, `${because}\n`]);
  const { check } = JSON.parse((await shown(fleet(), '--check', '--json', '--ssh', hosts)).out) as FleetView;
  expect(check).toEqual({ status, because });
});
