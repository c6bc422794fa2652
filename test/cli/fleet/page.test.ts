import { spawnSync } from 'node:child_process';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { fleetPage } from '../../../src/cli/fleet/page.ts';
import { commandsFor } from '../../../src/cli/fleet/typed.ts';
import type { Paper } from '../../../src/cli/status/paper.ts';
import { openNotice } from '../../../src/core/notices/notice.ts';
import type { HostKnown } from '../../../src/view/fleet/model.ts';
import type { RunView } from '../../../src/view/model.ts';
import * as moments from '../../kit/core/moments.ts';
import { news } from '../../kit/core/notice-samples.ts';
import { working } from '../../kit/core/world.ts';
import { heardOf, SILENCE } from '../../kit/heard.ts';
import { viewed } from '../../kit/viewed.ts';

const NEEDY = viewed({ blocked: moments.blocked(), lives: working() });
const HELD = viewed({ limited: moments.limited() });
const NOW = { wall: Date.parse(NEEDY.at), upMs: 0 };
const paperOf = (columns: number | null): Paper => ({
  columns,
  mark: '…',
  clock: { nowWall: NOW.wall, isUtc: true, zone: 'UTC' },
  paint: (_format, text) => text,
});
const pageOf = (hosts: readonly HostKnown[], columns: number | null = 120) =>
  fleetPage({ hosts, engine: null }, NOW, paperOf(columns), false);
const silent = (name: string): HostKnown => ({ ...heardOf(name, NEEDY, { atMs: -12 * 60_000 }), silence: SILENCE });

describe('on a terminal', () => {
  test('what needs a person has a block with the commands to type here', () => {
    const text = pageOf([heardOf('build1', NEEDY), heardOf('build2', HELD)]).join('\n');
    expect(text).toMatch(/^!! {2}blocked@build1 /m);
    expect(text).toMatch(/^blocked@build1\n {2}why /m);
    expect(text).toMatch(/ssh build1 dogwatch explain blocked +says all that is known of it/);
    expect(text).toContain('ssh build1 dogwatch resume blocked');
  });

  test('no line is wider than it', () => {
    const hosts = [
      heardOf('build1', NEEDY),
      { ...silent('a-host-with-a-long-name.example.org') },
      heardOf('build2', HELD, { offsetMs: 3_600_000 }),
    ];
    for (let columns = 40; columns <= 200; columns++)
      expect(pageOf(hosts, columns).filter((line) => stringWidth(line) > columns)).toEqual([]);
  });

  test('a notice says how to end its reminders from here', () => {
    const notice = openNotice(news({ cause: 'overlong-tool/lives.1', runs: [{ id: 'lives.1', name: 'lives' }] }), {
      wall: NOW.wall,
      mono: 0,
    });
    const text = pageOf([heardOf('build1', viewed({ lives: working() }, { notices: [notice] }))])
      .join(' ')
      .replaceAll(/\s+/g, ' ');
    expect(text).toContain('NOTICE build1: lives: ');
    expect(text).toContain('`ssh build1 dogwatch ack lives` ends the reminders');
  });
});

test('the last answer of a silent host stands apart, with its age, and is not counted', () => {
  const lines = pageOf([heardOf('build2', HELD), silent('build1')], null);
  const at = lines.indexOf('build1 is silent; this is what it said 12 min ago:');
  expect(lines.findIndex((line) => line.startsWith('limited@build2'))).toBeLessThan(at);
  expect(lines.findIndex((line) => line.startsWith('blocked@build1'))).toBeGreaterThan(at);
  expect(lines).toContain('1 host silent; 1 held on 1 of 2 hosts');
  expect(lines.find((line) => line.startsWith('build1 '))).toMatch(
    /^build1 +silent +12 min ago +was alive, 12 min ago +when it last answered: 1 needs you, 1 working$/,
  );
});

describe('a command of an answer', () => {
  const commandsOf = (name: string, ...types: string[]) =>
    commandsFor(heardOf('build1', NEEDY), { name, commands: types.map((type) => ({ type, does: '' })) } as unknown as RunView).map(
      ({ type }) => type,
    );

  test('is run by ssh, in quotes if a shell would change it', () => {
    expect(commandsOf('up', 'dogwatch logs -f up', 'dogwatch answer up "…"')).toEqual([
      'ssh build1 dogwatch explain up',
      'ssh build1 dogwatch logs -f up',
      `ssh build1 'dogwatch answer up "…"'`,
    ]);
  });

  test('is left out if it is not one of dogwatch', () => {
    expect(commandsOf('up', 'rm -rf /', 'dogwatch')).toEqual(['ssh build1 dogwatch explain up']);
  });

  test('runs nothing but ssh here, whatever it says', () => {
    const hostile = `dogwatch x'; touch pwned; $(touch pwned) \`touch pwned\` "`;
    for (const command of commandsOf(`a'; touch pwned #`, hostile)) {
      const script = `ssh() { printf '%s\\n' "$@"; }; touch() { echo TOUCHED; }; ${command}`;
      const { stdout, status } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
      expect([stdout.includes('TOUCHED'), status, stdout.split('\n')[0]]).toEqual([false, 0, 'build1']);
    }
  });

  test('on this machine is the command itself', () => {
    const run = NEEDY.runs[0] as RunView;
    expect(commandsFor({ ...heardOf('here', NEEDY), prefix: '' }, run)).toEqual(run.commands);
  });
});
