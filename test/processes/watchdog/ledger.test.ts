import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import { tokensOf } from '../../../src/core/spend/cost.ts';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const SESSION = '5f0c9f1e-0000-4000-8000-00000000ca96';
const ANSWERS = 60;

const counted = async (stage: Stage, by: string) =>
  JSON.parse((await stage.does(['costs', '--by', by, '--json'])).stdout) as {
    groups: readonly { name: string; cost: { usd: number; tokens: { input: number } } }[];
    total: { usd: number; tokens: { input: number; output: number } };
  };

story('a watchdog that is killed again and again counts each answer once', async ({ stage }) => {
  // Each answer is written twice, as Claude Code does for an answer of two blocks.
  const answer = `{"type":"assistant","message":{"id":"msg_$i","model":"claude-sonnet-4-5","content":[],"usage":{"input_tokens":1000,"output_tokens":10}},"session_id":"${SESSION}"}`;
  const says = `echo "${answer.replaceAll('"', '\\"')}"`;
  stage.agent(
    `i=0; while [ $i -lt ${ANSWERS} ]; do i=$((i+1)); ${says}; sleep 0.03; ${says}; sleep 0.03; done; touch done; sleep 600`,
    'claude',
  );
  const env = { DOGWATCH_LINGER: '0s' };
  await stage.does(['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './claude', '-p', 'go', '--session-id', SESSION], {
    env,
  });
  for (const waitMs of [700, 300, 1100]) {
    await until('something is counted', () => stage.run()?.spend !== undefined);
    await setTimeout(waitMs);
    const watchdog = stage.watchdog();
    if (watchdog !== null) await stage.kill(watchdog);
    await stage.watch({ env });
  }
  await stage.inState('complete');
  expect([stage.lives().length, tokensOf(stage.run() ?? {})]).toMatchObject([1, { input: ANSWERS * 1000, output: ANSWERS * 10 }]);
  const [byRun, byDay, byAttempt] = [await counted(stage, 'run'), await counted(stage, 'day'), await counted(stage, 'attempt')];
  for (const { total } of [byRun, byDay, byAttempt]) expect(total.tokens).toMatchObject({ input: ANSWERS * 1000, output: ANSWERS * 10 });
  // By the list: 3 and 15 dollars per million.
  expect(byRun.total.usd).toBeCloseTo(ANSWERS * (0.003 + 0.000_15), 6);
  expect(byAttempt.groups.map(({ name }) => name)).toEqual(['job, attempt 1']);
});

story('what a recovery agent used counts to its run, and to its own account', async ({ stage }) => {
  const answer = `{"type":"assistant","message":{"id":"msg_1","model":"claude-sonnet-4-5","content":[],"usage":{"input_tokens":100000,"output_tokens":1}},"session_id":"${SESSION}"}`;
  stage.agent('[ -e mended ] || exit 1; echo x >done');
  stage.write(
    'claude',
    `#!/bin/sh\ncat >/dev/null\necho '${answer}'\ntouch mended\ndogwatch resume job --prompt mended\nsleep 600\n`,
    0o755,
  );
  const env = { DOGWATCH_RECOVERY_COMMAND: './claude -p', DOGWATCH_MAX_RESUMES: '1' };
  await stage.does(['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh'], { env });
  await stage.inState('handed-off');
  await stage.does(['supervise'], { env });
  await stage.inState('complete');
  const [byAttempt, byAccount] = [await counted(stage, 'attempt'), await counted(stage, 'account')];
  expect(byAttempt.groups.map(({ name, cost }) => [name, cost.tokens.input])).toEqual([['job, recovery 1', 100_000]]);
  expect(byAccount.groups.map(({ name }) => name)).toEqual([expect.stringMatching(/^claude\/anthropic\//)]);
  expect(byAccount.total.usd).toBeCloseTo(0.3, 3);
});

story('a recovery agent that spends more than the run may cost is ended while it works', async ({ stage }) => {
  const answer = `{"type":"assistant","message":{"id":"msg_1","model":"claude-sonnet-4-5","content":[],"usage":{"input_tokens":400000,"output_tokens":1}},"session_id":"${SESSION}"}`;
  stage.agent('exit 1');
  stage.write('claude', `#!/bin/sh\ncat >/dev/null\necho '${answer}'\nsleep 600\n`, 0o755);
  const env = { DOGWATCH_RECOVERY_COMMAND: './claude -p', DOGWATCH_MAX_RESUMES: '1', DOGWATCH_MAX_COST: '1' };
  await stage.does(['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh'], { env });
  await stage.inState('handed-off');
  await stage.does(['supervise'], { env });
  await stage.inState('escalated');
  expect(stage.run()?.because).toContain('of $1.00 (DOGWATCH_MAX_COST), and nothing more is started');
  expect((await counted(stage, 'attempt')).groups.map(({ name }) => name)).toEqual(['job, recovery 1']);
});
