import { expect } from 'vitest';
import { costOf } from '../../../src/core/spend/cost.ts';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const SESSION = '5f0c9f1e-0000-4000-8000-00000000ca95';
const CLAUDE = ['--name', 'job', '--done-file', 'done', '--', './claude', '-p', 'go', '--session-id', SESSION];
const CAP = { DOGWATCH_MAX_COST: '1' };

const usd = (stage: Stage) => costOf(stage.run() ?? {}).usd ?? 0;
const asked = (stage: Stage) =>
  stage.history().flatMap(({ actions }) => actions.filter((action) => action.kind === 'escalate' && action.cause === 'cost'));

/** Says what a turn has cost, as Claude Code does. */
const turn = (costUsd: number) =>
  `echo '{"type":"result","subtype":"success","is_error":false,"result":"more","session_id":"${SESSION}","usage":{"input_tokens":900,"output_tokens":90},"total_cost_usd":${costUsd}}'`;

story('a cap on money holds over resumes, a killed watchdog and an operator, until it is raised', async ({ stage }) => {
  stage.agent(`until [ -e go-$n ]; do sleep 0.02; done; ${turn(0.4)}`, 'claude');
  await stage.does(['run', '--detach', ...CLAUDE], { env: CAP });
  stage.write('go-1', '');
  await until('the second one lives', () => stage.lives().length === 2 && usd(stage) === 0.4);
  // Its answer is read by another watchdog than the one that started it.
  const watchdog = stage.watchdog();
  if (watchdog !== null) await stage.kill(watchdog);
  stage.write('go-2', '');
  await stage.watch({ env: {} });
  await until('the third one lives', () => stage.lives().length === 3);
  stage.write('go-3', '');
  await stage.inState('escalated');
  expect([stage.lives().length, usd(stage).toFixed(2), asked(stage).length]).toEqual([3, '1.20', 1]);
  const refused = await stage.dogwatch(['resume', 'job']);
  expect([refused.code, refused.stderr]).toEqual([64, expect.stringContaining('`dogwatch resume job --add-cost 1` raises the cap')]);
  await stage.kill(stage.watchdog() ?? expect.fail('a watchdog has answered'));
  await stage.watch();
  stage.write('go-4', '');
  stage.write('go-5', '');
  await stage.does(['resume', 'job', '--add-cost', '1']);
  await until('it has spent that as well', () => stage.run()?.state === 'escalated' && stage.lives().length === 5);
  expect([usd(stage).toFixed(2), asked(stage).length]).toEqual(['2.00', 2]);
});

story('an agent that never ends its turn is ended at the step after its cap', async ({ stage }) => {
  const answer = `{"type":"assistant","message":{"id":"msg_$i","model":"claude-sonnet-4-5","content":[{"type":"tool_use","id":"t$i","name":"Bash","input":{}}],"usage":{"input_tokens":10,"output_tokens":10000}},"session_id":"${SESSION}"}`;
  const says = `echo "${answer.replaceAll('"', '\\"')}"`;
  stage.agent(`i=0; while :; do i=$((i+1)); until [ -e go-$i ]; do sleep 0.02; done; ${says}; done`, 'claude');
  await stage.does(['run', '--detach', ...CLAUDE], { env: CAP });
  let answers = 0;
  while (answers < 20 && stage.run()?.state !== 'escalated') {
    answers += 1;
    stage.write(`go-${answers}`, '');
    await until(`answer ${answers} is counted`, () => usd(stage) > (answers - 0.5) * 0.15);
    if (answers === 8) await stage.inState('escalated');
  }
  // An answer costs $0.15: the seventh reaches the cap, and the next one is the last.
  expect([stage.lives().length, answers, usd(stage).toFixed(1)]).toEqual([1, 8, '1.2']);
  expect(stage.run()).toMatchObject({ because: expect.stringContaining('of $1.00 (DOGWATCH_MAX_COST)') });
});

story('a cap of the day holds every run until the next day', async ({ stage }) => {
  stage.agent(turn(2), 'claude');
  // Where it is about noon, so that no day ends meanwhile.
  const west = new Date().getUTCHours() - 12;
  const env = { DOGWATCH_MAX_COST_PER_DAY: '1', DOGWATCH_DAY_ZONE: `Etc/GMT${west < 0 ? '' : '+'}${west}` };
  await stage.watch({ env });
  await stage.does(['run', '--detach', ...CLAUDE], { env });
  await until('it waits', () => stage.run()?.holds.some(({ kind }) => kind === 'cap') === true);
  await stage.does(['run', '--detach', '--name', 'other', ...CLAUDE.slice(2)], { env });
  await until('the other one waits', () => stage.run('other')?.holds.some(({ kind }) => kind === 'cap') === true);
  expect([stage.lives().length, stage.run('other')?.attempt]).toEqual([1, null]);
  expect(await stage.dogwatch(['resume', 'job'])).toMatchObject({ code: 0, stdout: expect.stringContaining('DOGWATCH_MAX_COST_PER_DAY') });
  expect(stage.lives()).toHaveLength(1);
});
