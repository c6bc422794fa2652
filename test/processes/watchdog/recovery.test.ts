import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { identify, isAlive, signalProcess } from '../../../src/system/process/process.ts';
import { type Options, type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const RUN = ['run', '--detach', '--name', 'job', '--done-file', 'done', '--prompt', 'upgrade everything', '--', './agent.sh'];
const MENDED: Options = { env: { DOGWATCH_RECOVERY_COMMAND: './mender.sh', DOGWATCH_MAX_RESUMES: '1' } };
/** A scripted recovery agent: it notes its start, and any attempt that lives beside it. */
const MENDER = `#!/bin/sh
pid=$(tail -n 1 lives); pid=\${pid##* }
said=alone; grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$pid/status" && said=overlap
echo "$said $$" >>menders
cat >digest
`;

/** A run that makes no progress until it is repaired, and was handed off. */
async function handedOff(stage: Stage, mender: string, { env }: Options = {}, run = RUN): Promise<Options> {
  stage.agent('[ -e mended ] || exit 1; echo x >done');
  stage.write('mender.sh', `${MENDER}${mender}\n`, 0o755);
  const options = { env: { ...MENDED.env, ...env } };
  await stage.does(run, options);
  await stage.inState('handed-off');
  return options;
}

const gate = async (stage: Stage, options: Options) => {
  const { stdout } = await stage.does(['supervise', '--json'], options);
  return JSON.parse(stdout).runs[0];
};
const notices = async (stage: Stage): Promise<readonly { sentence: string }[]> =>
  JSON.parse((await stage.does(['status', '--json'])).stdout).notices;
const menders = (stage: Stage) => stage.lines('menders').map((line) => line.split(' ')[0]);
const mender = (stage: Stage) =>
  until('the recovery agent runs', () => {
    const { state, recovery } = stage.run()!;
    return state === 'recovering' && recovery?.phase === 'at-work' && identify(Number(stage.lines('menders').at(-1)?.split(' ')[1]));
  });
const notified = (stage: Stage) =>
  stage
    .history()
    .flatMap(({ actions }) => actions.flatMap((action) => (action.kind === 'escalate' ? [`${action.to} ${action.cause}`] : [])));

story('a recovery agent repairs the run and gives its turn back; the run makes progress', async ({ stage }) => {
  const options = await handedOff(stage, 'touch mended; dogwatch resume job --prompt "the token is renewed"; sleep 1000', {
    env: { DEPLOY_TOKEN: 'not-to-be-shown-4711' },
  });
  expect(await notices(stage)).toEqual([]);
  expect(await gate(stage, options)).toMatchObject({
    verdict: 'recover',
    done: expect.stringContaining('recovery agent 1 was requested by the supervisor'),
  });
  await stage.inState('complete');
  expect(stage.lives().map(({ overlaps }) => overlaps)).toEqual([false, false, false]);
  expect(menders(stage)).toEqual(['alone']);
  const digest = readFileSync(stage.file('digest'), 'utf8');
  for (const part of ['upgrade everything', 'DOGWATCH_MAX_RESUMES=1', 'this is start 2', 'dogwatch resume job --prompt', 'are free'])
    expect(digest).toContain(part);
  expect(stage.history().map(({ because }) => because)).toContainEqual(expect.stringContaining('hands the run back: the token is renewed'));
  expect([await notices(stage), notified(stage)]).toEqual([[], ['supervisor budget']]);
});

story.for([
  ['no-such-agent -p', 'no-such-agent was not found in PATH'],
  ['./plain', 'plain is not executable'],
])('a recovery agent that cannot be started (%s): reported, and a person is notified', async ([command, why], { stage }) => {
  const { env } = await handedOff(stage, 'exec sleep 1000');
  const options = { env: { ...env, DOGWATCH_RECOVERY_COMMAND: command! } };
  stage.write('plain', 'x');
  const announced = JSON.parse((await stage.does(['supervise', '--json', '--dry-run'], options)).stdout).runs[0];
  expect(announced).toMatchObject({ verdict: 'escalate', because: expect.stringContaining(why!), done: null });
  expect(stage.run()?.state).toBe('handed-off');
  const { verdict, done } = await gate(stage, options);
  expect([verdict, done]).toEqual(['escalate', expect.stringContaining(`no recovery agent can be started: `)]);
  expect((await stage.inState('escalated'))!).toMatchObject({ because: expect.stringContaining(why!), recoveries: { tried: 0 } });
  expect(await gate(stage, options)).toMatchObject({ verdict: 'nothing' });
});

story('a recovery agent that finishes the job itself is believed if the check passes', async ({ stage }) => {
  const checked = ['run', '--check', 'test -e result', ...RUN.slice(1)];
  const options = await handedOff(stage, 'touch result; dogwatch done job --because "it was little"; sleep 1000', {}, checked);
  await gate(stage, options);
  await stage.inState('complete');
  expect([stage.lives().length, menders(stage)]).toEqual([2, ['alone']]);
  expect(stage.run()?.because).toContain('it was little');
});

story('a recovery agent that cannot repair the run: one notice, with its last words; three gates start it once', async ({ stage }) => {
  const secret = { env: { DEPLOY_TOKEN: 'not-to-be-shown-4711' } };
  const options = await handedOff(stage, 'echo "I looked at $DEPLOY_TOKEN in vain"; while [ ! -e give-up ]; do sleep 0.05; done', secret);
  await Promise.all([1, 2, 3].map(() => stage.does(['supervise'], options)));
  const agent = await mender(stage);
  expect(await gate(stage, options)).toMatchObject({ state: 'recovering', verdict: 'defer' });
  expect((await stage.does(['explain', 'job'])).stdout).toContain('recovery agent 1 (generic) is running');
  expect((await stage.does(['logs', 'job', '--recovery'])).stdout).toContain('I looked at');
  stage.write('give-up', '');
  await stage.inState('escalated');
  expect([isAlive(agent), menders(stage), stage.lives().length]).toEqual([false, ['alone'], 2]);
  expect(await gate(stage, options)).toMatchObject({ state: 'escalated', verdict: 'nothing' });
  expect(await notices(stage)).toMatchObject([{ sentence: expect.stringContaining('recovery agent 1 ended without handing') }]);
  const { stdout } = await stage.does(['status', '--json']);
  expect(stdout).not.toContain('not-to-be-shown');
  expect(readFileSync(stage.file('digest'), 'utf8')).not.toContain('not-to-be-shown');
});

story('a recovery after which the next attempt makes no milestone: one notice', async ({ stage }) => {
  const options = await handedOff(stage, 'dogwatch resume job --prompt "try again"; sleep 1000');
  await gate(stage, options);
  await stage.inState('escalated');
  expect([stage.lives().length, menders(stage)]).toEqual([3, ['alone']]);
  expect(await notices(stage)).toMatchObject([{ sentence: expect.stringContaining('made no milestone') }]);
  expect(notified(stage)).toEqual(['supervisor budget', 'operator recovery']);
});

story('a recovery agent that says it is blocked: one notice', async ({ stage }) => {
  const options = await handedOff(stage, 'dogwatch blocked --because "the registry is gone"; sleep 1000');
  await gate(stage, options);
  await stage.inState('escalated');
  expect(await notices(stage)).toMatchObject([{ sentence: expect.stringContaining('the registry is gone') }]);
});

story('a recovery agent that takes too long is ended with everything it started', async ({ stage }) => {
  const hog = 'setsid sh -c "echo \\$\\$ >tool; exec sleep 1000" & trap "" TERM; while :; do sleep 0.1; done';
  const options = await handedOff(stage, hog, { env: { DOGWATCH_RECOVERY_TIMEOUT: '2s', DOGWATCH_GRACE: '200ms' } });
  await gate(stage, options);
  const agent = await mender(stage);
  const tool = await until('its tool runs', () => identify(Number(stage.lines('tool')[0])));
  await stage.inState('escalated');
  expect([isAlive(agent), isAlive(tool)]).toEqual([false, false]);
  expect(stage.run()?.because).toContain('DOGWATCH_RECOVERY_TIMEOUT');
});

story('without a living watchdog the gate starts one first, and replaces one that dies midway', async ({ stage }) => {
  const options = await handedOff(stage, 'until [ -e go ]; do sleep 0.05; done; touch mended; dogwatch resume job; sleep 1000');
  await stage.kill(stage.watchdog()!);
  await gate(stage, options);
  await mender(stage);
  await stage.kill(stage.watchdog()!);
  expect(await gate(stage, options)).toMatchObject({ state: 'recovering', verdict: 'start-watchdog' });
  stage.write('go', '');
  await stage.inState('complete');
  expect([menders(stage), stage.lives().some(({ overlaps }) => overlaps)]).toEqual([['alone'], false]);
});

story('a limit of the recovery agent: the run is handed off again, uncounted, and the account is held', async ({ stage }) => {
  const line =
    '{"type":"result","subtype":"success","is_error":true,"api_error_status":429,"result":"You\'ve hit your session limit · resets in 3h"}';
  stage.write('limit.json', `${line}\n`);
  const claude = stage.write('claude', `${MENDER}cat limit.json; exit 1\n`, 0o755);
  const options = await handedOff(stage, '', { env: { DOGWATCH_RECOVERY_COMMAND: `${claude} -p` } });
  await gate(stage, options);
  await until('it has gone', () => stage.run()?.state === 'handed-off' && stage.run()?.recoveries.tried === 1);
  expect(stage.run()?.recoveries).toMatchObject({ sinceMilestone: 0, begun: [] });
  expect(await gate(stage, options)).toMatchObject({ state: 'handed-off', done: expect.stringContaining('its account is held') });
  // This also holds for a watchdog that was not running when it became known.
  await stage.kill(stage.watchdog()!);
  expect(await gate(stage, options)).toMatchObject({ done: expect.stringContaining('its account is held') });
  expect([menders(stage), await notices(stage)]).toEqual([['alone'], []]);
});

story('the operator resumes, pauses or stops the run: the recovery agent is ended first', async ({ stage }) => {
  const options = await handedOff(stage, 'exec sleep 1000');
  await gate(stage, options);
  const first = await mender(stage);
  await stage.does(['pause', 'job']);
  await until('it has gone', () => stage.run()?.state === 'handed-off');
  expect([isAlive(first), (await gate(stage, options)).verdict]).toEqual([false, 'nothing']);
  await stage.does(['unpause', 'job']);
  await gate(stage, options);
  const second = await mender(stage);
  stage.write('mended', '');
  await stage.does(['resume', 'job']);
  await stage.inState('complete');
  expect([isAlive(second), stage.lives().length, menders(stage)]).toEqual([false, 3, ['alone', 'alone']]);
});

story('stop ends the recovery agent; a killed one is over', async ({ stage }) => {
  const options = await handedOff(stage, 'exec sleep 1000');
  await gate(stage, options);
  signalProcess(await mender(stage), 'SIGKILL');
  await stage.inState('escalated');
  await stage.does(['stop', 'job']);
  expect([stage.run()?.state, (await notices(stage)).length]).toEqual(['stopped', 0]);
});

story('only the living recovery agent is believed', async ({ stage }) => {
  const options = await handedOff(stage, 'echo "$DOGWATCH_ATTEMPT" >mark; exec sleep 1000');
  await gate(stage, options);
  await mender(stage);
  const mark = await until('its mark', () => stage.lines('mark')[0]);
  const forged = { DOGWATCH_ATTEMPT: mark.replace(/[^/]+$/, 'forged'), DOGWATCH_RUN: 'job' };
  const { code, stdout } = await stage.dogwatch(['done', '--because', 'so'], { env: forged });
  expect([code, stdout]).toEqual([64, expect.stringContaining('does not come from a living recovery agent')]);
  expect(stage.run()?.state).toBe('recovering');
});
