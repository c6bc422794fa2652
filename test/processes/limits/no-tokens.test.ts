import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const RUNS = Array.from({ length: 10 }, (_, index) => `run-${index}`);
/** One gate per hour. */
const GATES = 24;

/** Takes the model's place, and counts its requests. */
async function model(): Promise<{ ask: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('fine');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { ask: `'${process.execPath}' -e 'fetch("http://127.0.0.1:${port}/" + process.argv[1])'`, asked };
}

story('ten healthy runs and a day of gates make no model request besides the agents’ own', async ({ stage }) => {
  const { ask, asked } = await model();
  const env = { DOGWATCH_RECOVERY_COMMAND: './mender.sh', DOGWATCH_NOTIFY: `exec:${stage.file('teller.sh')}`, DOGWATCH_QUIET: '1s' };
  stage.agent(`${ask} agent; while :; do echo working; sleep 0.2; done`);
  stage.write('mender.sh', `#!/bin/sh\n${ask} mender\n`, 0o755);
  stage.write('teller.sh', `#!/bin/sh\n${ask} teller\n`, 0o755);
  for (const name of RUNS) await stage.does(['run', '--detach', '--name', name, '--done-file', 'none', '--', './agent.sh'], { env });
  for (const name of RUNS) await stage.inState('working', name);
  await until('each agent has asked', () => asked.length === RUNS.length);
  const watchdog = stage.watchdog();
  for (let gate = 0; gate < GATES; gate++) {
    const { stdout } = await stage.does(['supervise', '--json'], { env });
    expect(JSON.parse(stdout).runs.map(({ verdict }: { verdict: string }) => verdict)).toEqual(RUNS.map(() => 'nothing'));
  }
  await stage.does(['status'], { env });
  expect(asked).toEqual(RUNS.map(() => '/agent'));
  expect([stage.watchdog(), stage.lives().length]).toEqual([watchdog, RUNS.length]);
  const actions = RUNS.flatMap((name) => stage.history(name).flatMap((row) => row.actions.map(({ kind }) => kind)));
  expect(actions).toEqual(RUNS.map(() => 'resume'));
  // The counter works: a lost run asks for its recovery agent.
  await stage.does(['run', '--detach', '--name', 'lost', '--done-file', 'none', '--', 'false'], {
    env: { ...env, DOGWATCH_MAX_RESUMES: '0' },
  });
  await stage.inState('handed-off', 'lost');
  await stage.does(['supervise'], { env });
  await until('the recovery agent has asked', () => asked.includes('/mender'));
});
