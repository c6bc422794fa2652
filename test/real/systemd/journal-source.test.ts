import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { layout } from '../../../src/store/directory/layout.ts';
import { openReader } from '../../../src/store/reader.ts';
import { until } from '../../kit/until.ts';
import { whyNoMachine } from './machine.ts';
import { bootInstalled, type Service, STATE } from './service.ts';

const why = whyNoMachine();

/** What a unit prints on request. */
const TALKER = `#!/bin/sh
[ -p /run/say ] || mkfifo /run/say
while :; do cat /run/say; done
`;

describe.skipIf(why)(`the journal of a unit as a log${why === null ? '' : ` (${why})`}`, () => {
  let on: Service;
  let said = 0;
  beforeAll(async () => {
    on = await bootInstalled({ readsJournal: true });
    on.machine.write('/opt/talker.sh', TALKER, 0o755);
    on.machine.write('/etc/systemd/system/talker.service', '[Service]\nExecStart=/opt/talker.sh\nLogRateLimitIntervalSec=0\n');
    on.machine.does(['systemctl', 'daemon-reload']);
    on.machine.does(['systemctl', 'start', 'talker.service']);
    await until('it listens', () => on.machine.run(['test', '-p', '/run/say']).code === 0);
    on.dogwatch(['run', '--detach', '--name', 'job', '--journal', 'talker.service', '--pattern', 'turn=^turn \\d+', '--', './agent.sh']);
    await on.agentOf('job');
    await until('it is followed', () => run()?.journals['talker.service'] !== undefined);
  });
  afterAll(() => on?.machine.tearDown());

  const looking = <T>(look: (reader: ReturnType<typeof openReader>) => T): T => {
    const reader = openReader(layout(join(on.machine.root, STATE)));
    try {
      return look(reader);
    } finally {
      reader.close();
    }
  };
  const run = () => looking((reader) => reader.run('job'));
  const history = () => looking((reader) => reader.history('job.1', { limit: 10_000 }).map(({ because }) => because));
  const say = (text: string) => on.machine.write('/opt/text', text) ?? on.machine.does(['sh', '-c', 'cat /opt/text >/run/say']);
  /** Prints this many turns, one per line, each of which must be read once. */
  const turns = (count: number) => {
    const lines = Array.from({ length: count }, () => {
      said += 1;
      return `turn ${said}\n`;
    });
    say(lines.join(''));
  };
  const heard = () => until(`${said} turns are read`, () => (run()?.attempt?.turns ?? 0) >= said && run()?.attempt?.turns);

  test('each line is read once, whatever it contains', async () => {
    turns(3);
    say(`\u001b[31mturn ${++said}\u001b[0m\n`);
    say(`turn ${++said} ${'x'.repeat(10_000)}\n`);
    say('no turn 9\n\n\u00ff\n');
    expect(await heard()).toBe(5);
    expect(run()?.attempt?.lastActivity).not.toBe(null);
  });

  test('a thousand lines at once', async () => {
    turns(1000);
    expect(await heard()).toBe(said);
  });

  test('lines from while no watchdog is alive are read by the next one, once', async () => {
    const before = on.mainPid();
    on.machine.does(['systemctl', 'stop', 'dogwatch.service']);
    turns(20);
    on.machine.does(['systemctl', 'start', 'dogwatch.service']);
    await on.replaced(before);
    turns(1);
    expect(await heard()).toBe(said);
  });

  test('journald is killed, and its files are rotated: nothing is lost or read twice', async () => {
    turns(5);
    await heard();
    on.machine.does(['systemctl', 'kill', '-s', 'KILL', 'systemd-journald.service']);
    await until('journald is back', () => on.show('systemd-journald.service', 'ActiveState') === 'active');
    // The pipe from a service to a killed journald is lost with it.
    on.machine.does(['systemctl', 'restart', 'talker.service']);
    await until('it listens', () => on.machine.run(['sh', '-c', 'echo >/run/say']).code === 0);
    turns(5);
    await heard();
    for (let round = 0; round < 5; round++) {
      on.machine.does(['journalctl', '--rotate']);
      turns(5);
    }
    expect(await heard()).toBe(said);
  });

  test('a journal that lost unread entries is reported as a gap', async () => {
    await heard();
    on.machine.does(['systemctl', 'stop', 'dogwatch.service']);
    on.machine.does(['journalctl', '--rotate']);
    on.machine.does(['journalctl', '--vacuum-time=1ms']);
    turns(2);
    on.machine.does(['systemctl', 'start', 'dogwatch.service']);
    await until('the gap is reported', () => history().some((because) => because.includes('a gap in the journal of talker.service')));
    turns(2);
    await until('it is still followed', () => on.machine.run(['true']).code === 0 && (run()?.attempt?.turns ?? 0) >= said - 4 + 2);
  });
});
