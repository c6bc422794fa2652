import { expect } from 'vitest';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const SESSION = '5f0c9f1e-0000-4000-8000-00000000ca96';
const CLAUDE = ['--done-file', 'done', '--', './claude', '-p', 'go', '--session-id', SESSION];
const HOUR_MS = 3_600_000;

/** An hour that begins two to three hours from now. */
function notNow(): string {
  const at = new Date(Date.now() + 3 * HOUR_MS);
  const [day, hour] = [at.toUTCString().slice(0, 3), String(at.getUTCHours()).padStart(2, '0')];
  return `${day} ${hour}:00-${hour}:59; UTC`;
}

const isHeldBy = (stage: Stage, kind: string, name = 'job') => stage.run(name)?.holds.some((hold) => hold.kind === kind) === true;
const notices = (stage: Stage) =>
  ['job', 'other'].flatMap((name) =>
    stage
      .history(name)
      .flatMap(({ actions }) => actions.filter((action) => action.kind === 'escalate' && action.cause.startsWith('reserve'))),
  );

story('outside of its hours a run waits, over a killed watchdog, and an operator starts one attempt', async ({ stage }) => {
  stage.agent('exit 0', 'claude');
  await stage.does(['run', '--detach', '--name', 'job', ...CLAUDE], { env: { DOGWATCH_HOURS: notNow() } });
  await until('it waits', () => isHeldBy(stage, 'hours'));
  await stage.kill(stage.watchdog() ?? expect.fail('a watchdog has decided'));
  await stage.watch();
  const { stdout } = await stage.does(['explain', 'job']);
  expect(stdout).toContain('outside of its hours');
  const resumed = await stage.does(['resume', 'job']);
  expect(resumed.stdout).toContain('one attempt may work anyway, and the next one waits for them');
  await until('the attempt is over', () => stage.run()?.attempt?.number === 1 && isHeldBy(stage, 'hours'));
  expect(stage.lives()).toHaveLength(1);
  await stage.does(['set', 'job', 'DOGWATCH_HOURS=always']);
  await until('it goes on', () => stage.lives().length > 1);
});

story('hours that cannot be read are refused with what was expected', async ({ stage }) => {
  stage.agent('exit 0', 'claude');
  const ran = await stage.dogwatch(['run', '--detach', '--name', 'job', ...CLAUDE], { env: { DOGWATCH_HOURS: 'Mon-Fri 9-5' } });
  expect([ran.code, ran.stderr]).toEqual([78, expect.stringContaining('a list of days and hours')]);
});

story("at the reserve of an account its runs wait for the window's reset, over a killed watchdog, with one notice", async ({ stage }) => {
  const resetsAt = Math.round(Date.now() / 1000) + 7200;
  const states = `echo '{"type":"rate_limit_event","rate_limit_info":{"status":"allowed_warning","resetsAt":${resetsAt},"rateLimitType":"five_hour","utilization":0.93,"isUsingOverage":false}}'`;
  stage.agent(states, 'claude');
  const env = { DOGWATCH_LIMIT_RESERVE: '10%' };
  await stage.does(['run', '--detach', '--name', 'job', ...CLAUDE], { env });
  await until('it waits', () => isHeldBy(stage, 'reserve'));
  await stage.kill(stage.watchdog() ?? expect.fail('a watchdog has decided'));
  await stage.watch();
  await stage.does(['run', '--detach', '--name', 'other', ...CLAUDE], { env });
  await until('the other one waits', () => isHeldBy(stage, 'reserve', 'other'));
  expect([stage.lives().length, stage.run('other')?.attempt, notices(stage).length]).toEqual([1, null, 1]);
  expect(stage.run()?.holds).toMatchObject([{ kind: 'reserve', untilWall: resetsAt * 1000 + 120_000 }]);
  const { stdout } = await stage.does(['status', '--json']);
  expect(JSON.parse(stdout).accounts).toMatchObject([{ windows: [{ name: 'five_hour', usedPercent: 93 }] }]);
});
