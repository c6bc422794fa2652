import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { schemaText } from '../../../src/cli/help/schema.ts';
import { waitsFor } from '../../../src/core/asks/ask.ts';
import { identify } from '../../../src/system/process/process.ts';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const ASK = { DOGWATCH_ASK: '1' };
const call = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'permission', arguments: { tool_name: 'Bash', input: { command: 'git push' } } },
};
/** Asks as an agent does, and ends with the answer in a file. */
const ASKS = `rm -f reply reply.new; { printf '%s\\n' '${JSON.stringify(call)}'; until [ -s reply ]; do sleep 0.05; done; } | dogwatch ask-server >reply.new &
until [ -s reply.new ]; do sleep 0.05; done; cp reply.new reply.$n; cp reply.new reply; wait`;
const RUN = ['run', '--name', 'job', '--detach', '--resume-command', './agent.sh', '--done-file', 'none', '--', './agent.sh'];

/** The question for whose answer the living attempt waits. */
const asked = (stage: Stage) =>
  until('it asks', () => {
    const run = stage.run();
    return run !== null && waitsFor(run);
  });
const answerOf = (stage: Stage, n: number) => JSON.parse(JSON.parse(readFileSync(stage.file(`reply.${n}`), 'utf8')).result.content[0].text);
const calls = (stage: Stage) =>
  stage.history().flatMap(({ actions }) => actions.filter((action) => action.kind === 'escalate' && action.cause.startsWith('question ')));

story('a question outlives the agent and the watchdog: asked once, answered once', async ({ stage }) => {
  stage.agent(`${ASKS}; exec sleep 1000`);
  await stage.does(RUN, { env: ASK });
  const first = await asked(stage);
  expect((await stage.does(['questions'])).stdout).toContain('dogwatch answer job yes --question 1');
  const { question, asked: part } = JSON.parse(schemaText()).$defs;
  const line = JSON.parse((await stage.does(['questions', 'job', '--json'])).stdout);
  expect(Object.keys(line).sort()).toEqual([...part.required, ...question.allOf[1].required].sort());
  expect(line).toMatchObject({ run: 'job', number: 1, of: 'permission', text: 'Bash: git push', isHeard: true });
  const [watchdog, agent] = [stage.watchdog(), identify(stage.lives().at(-1)?.pid ?? 0)];
  if (watchdog !== null) await stage.kill(watchdog);
  if (agent !== null) await stage.kill(agent);
  // Whoever asks next starts a watchdog, as the gate would.
  await stage.dogwatch(['ack', 'job']);
  await until('the next attempt lives', () => (stage.run()?.attempt?.number ?? 0) > 1);
  const second = await asked(stage);
  expect([second.number, calls(stage).length]).toEqual([first.number, 1]);
  await stage.does(['answer', 'job', 'yes']);
  await until('the agent has the answer', () => stage.run()?.asks?.all[0]?.taken);
  const n = stage.lives().length;
  await until('it is written', () => stage.lines(`reply.${n}`).length > 0);
  expect(answerOf(stage, n)).toEqual({ behavior: 'allow', updatedInput: { command: 'git push' } });
  const again = await stage.dogwatch(['answer', 'job', 'no']);
  expect([again.code, again.stderr]).toEqual([64, expect.stringContaining('answered already: yes')]);
  expect(stage.run()?.state).not.toBe('escalated');
});

story('nobody answers in time: denied, and the agent goes on', async ({ stage }) => {
  stage.agent(`${ASKS}; exec sleep 1000`);
  await stage.does(RUN, { env: { ...ASK, DOGWATCH_PERMISSION_GRACE: '1s' } });
  await until('it is denied', () => stage.lines('reply.1').length > 0);
  expect(answerOf(stage, 1)).toMatchObject({ behavior: 'deny', message: expect.stringContaining('nobody answered within 1s') });
  expect([stage.run()?.attempt?.number, stage.run()?.attempt?.alive]).toEqual([1, true]);
});

story('an answer that always holds is a rule of the run; the run cannot answer itself', async ({ stage }) => {
  stage.agent(`dogwatch answer job yes >own 2>&1; echo $? >status; ${ASKS}; exit 1`);
  await stage.does(RUN, { env: ASK });
  await asked(stage);
  expect([stage.lines('status'), stage.lines('own').join(' ')]).toEqual([['64'], expect.stringContaining('only a person can')]);
  await stage.does(['answer', 'job', 'no', 'not', 'today', '--always']);
  await until('three attempts got the same answer', () => stage.lines('reply.3').length > 0);
  expect(answerOf(stage, 3)).toEqual({ behavior: 'deny', message: 'A person denied it: not today' });
  expect(calls(stage)).toHaveLength(1);
  expect((await stage.does(['config', 'job'])).stdout).toContain('Bash: git push: no: not today');
});

story('two questions at once are two notices, each answered by its own command', async ({ stage }) => {
  const both = [call, { ...call, id: 2, params: { ...call.params, arguments: { tool_name: 'Bash', input: { command: 'git tag v1' } } } }];
  stage.agent(
    `{ printf '%s\\n' ${both.map((one) => `'${JSON.stringify(one)}'`).join(' ')}; exec sleep 1000; } | dogwatch ask-server >replies & exec sleep 1000`,
  );
  const { stderr } = await stage.does(RUN, { env: ASK });
  expect(stderr).toContain('DOGWATCH_ASK=1 has no effect, and no person is asked: this command cannot wait for an answer');
  await until('it asks twice', () => stage.run()?.asks?.last === 2);
  expect(calls(stage).flatMap((action) => (action.kind === 'escalate' ? action.cause : []))).toEqual(['question 1', 'question 2']);
  const { stdout } = await stage.does(['questions']);
  for (const number of [1, 2]) expect(stdout).toContain(`dogwatch answer job no --question ${number}`);
  await stage.does(['answer', 'job', 'no', '--question', '2']);
  await until('one is answered', () => stage.lines('replies').length === 1);
  expect(JSON.parse(stage.lines('replies')[0] ?? '').id).toBe(stage.run()?.asks?.all[1]?.text === 'Bash: git tag v1' ? 2 : 1);
  expect((await stage.does(['answer', 'job', 'yes'])).stdout).toContain('question 1: Bash: ');
  await until('both are answered', () => stage.lines('replies').length === 2);
});

story('without DOGWATCH_ASK nobody is asked, and outside of a run there is no one to ask for', async ({ stage }) => {
  stage.agent(`${ASKS}; exec sleep 1000`);
  await stage.does(RUN);
  await until('it is denied', () => stage.lines('reply.1').length > 0);
  expect(answerOf(stage, 1)).toMatchObject({ behavior: 'deny', message: expect.stringContaining('DOGWATCH_ASK=0') });
  expect((await stage.dogwatch(['ask-server'])).code).toBe(64);
  expect((await stage.dogwatch(['answer', 'job', 'yes'])).code).toBe(64);
  expect((await stage.dogwatch(['answer', 'nothing', 'yes'])).code).toBe(66);
});
