import { expect } from 'vitest';
import { identify, isAlive, signalProcess } from '../../../src/system/process/process.ts';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const RUN = ['run', '--detach', '--name', 'job', '--done-file', 'done', '--', './agent.sh'];
const FOREVER = 'exec sleep 1000';

const agentOf = (stage: Stage, start = 1) => until(`start ${start}`, () => identify(stage.lives()[start - 1]?.pid ?? 0));

/** The actions in the journal, oldest first. */
const kinds = (stage: Stage) => stage.history().flatMap(({ actions }) => actions.map(({ kind }) => kind));

/** Processes of the attempts, without the watchdog's own. */
const left = (stage: Stage) => stage.processes().filter(({ pid }) => pid !== stage.watchdog()?.pid);

const FAMILY = `setsid sh -c 'echo $$ >far; sleep 1000; :' &
sh -c "trap '' TERM; echo \\$\\$ >deaf; while :; do sleep 1000; done" &
(sleep 1000; :) & sleep 1000; :`;

story('stop ends all processes of the family before it returns', async ({ stage }) => {
  stage.agent(FAMILY);
  await stage.does(RUN, { env: { DOGWATCH_GRACE: '200ms' } });
  await until('the whole family runs', () => stage.lines('far').length > 0 && stage.lines('deaf').length > 0);
  const { stdout } = await stage.does(['stop', 'job', '--because', 'enough']);
  expect(left(stage)).toEqual([]);
  expect(stdout).toContain('every process that carries its mark is gone');
  expect(stage.run()).toMatchObject({
    state: 'stopped',
    because: expect.stringContaining('enough'),
    attempt: { alive: false, survivors: 'none' },
  });
  expect(kinds(stage)).toEqual(['resume', 'end']);
  const again = await stage.dogwatch(['stop', 'job']);
  expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('stopped already')]);
});

story('stop works without a watchdog, and for a dead run', async ({ stage }) => {
  stage.agent(FOREVER);
  await stage.does(RUN);
  const agent = await agentOf(stage);
  await stage.kill(stage.watchdog()!);
  await stage.does(['stop', 'job']);
  expect([isAlive(agent), left(stage), stage.run()?.state]).toEqual([false, [], 'stopped']);
  await stage.does(['resume', 'job']);
  await agentOf(stage, 2);
  await stage.does(['pause', 'job']);
  signalProcess(await agentOf(stage, 2), 'SIGKILL');
  await stage.inState('held');
  await stage.does(['stop', 'job']);
  expect(stage.run()?.state).toBe('stopped');
  expect(stage.lives()).toHaveLength(2);
});

story('an unknown run: the nearest name is suggested', async ({ stage }) => {
  stage.agent(FOREVER);
  await stage.does(['run', '--detach', '--name', 'upgrade', '--', './agent.sh']);
  for (const command of ['stop', 'pause', 'unpause', 'resume']) {
    const ran = await stage.dogwatch([command, 'upgrad']);
    expect([command, ran.code, ran.stderr]).toEqual([command, 66, expect.stringContaining('upgrade')]);
  }
  expect(isAlive(await agentOf(stage))).toBe(true);
});

story('pause leaves a living process alone and a dead one dead; unpause resumes it', async ({ stage }) => {
  stage.agent('[ $n -lt 3 ] && exec sleep 1000; echo x >done');
  await stage.does(RUN);
  const first = await agentOf(stage);
  await stage.does(['pause', 'job', '--because', 'deploying']);
  expect(isAlive(first)).toBe(true);
  signalProcess(first, 'SIGKILL');
  await stage.inState('held');
  expect(stage.run()).toMatchObject({ because: expect.stringContaining('deploying'), holds: [{ kind: 'operator', untilWall: null }] });
  // The next watchdog keeps that.
  await stage.kill(stage.watchdog()!);
  await stage.watch();
  await until('it is known', () => stage.run()?.state === 'held');
  expect(stage.lives()).toHaveLength(1);
  await stage.does(['unpause', 'job']);
  const second = await agentOf(stage, 2);
  await stage.does(['pause', 'job']);
  await stage.does(['unpause', 'job']);
  expect(isAlive(second)).toBe(true);
  signalProcess(second, 'SIGKILL');
  await stage.inState('complete');
  expect(stage.lives()).toHaveLength(3);
  const refused = await stage.dogwatch(['unpause', 'job']);
  expect([refused.code, refused.stdout]).toEqual([0, expect.stringContaining('it is not paused')]);
});

story('resume starts a waiting run at once, releases a paused one, and passes on its prompt once', async ({ stage }) => {
  stage.agent('[ $n -ge 4 ] && echo x >done; exit 5');
  const resumeCommand = 'printf "%s\\n" "$DOGWATCH_PROMPT" >prompt-$(wc -l <lives); exec ./agent.sh';
  const env = { DOGWATCH_BACKOFF_MIN: '1h', DOGWATCH_BACKOFF_MAX: '2h', DOGWATCH_PROMPT_AFTER: '1h' };
  await stage.does(['run', '--resume-command', resumeCommand, ...RUN.slice(1)], { env });
  await until('it waits', () => stage.run()?.state === 'waiting' && stage.run()?.due !== null);
  await stage.does(['resume', 'job', '--prompt', 'The token is renewed.']);
  await until('it has waited again', () => stage.run()?.attempt?.number === 2 && stage.run()?.state === 'waiting');
  await stage.does(['pause', 'job']);
  await stage.does(['resume', 'job']);
  await until('it has waited again', () => stage.run()?.attempt?.number === 3 && stage.run()?.state === 'waiting');
  await stage.does(['resume', 'job']);
  await stage.inState('complete');
  expect(stage.lines('prompt-1').at(-1)).toBe('The token is renewed.');
  expect(stage.lines('prompt-2').join('\n')).not.toContain('renewed');
  const refused = await stage.dogwatch(['resume', 'job']);
  expect([refused.code, refused.stderr]).toEqual([64, expect.stringContaining('it is complete')]);
});

story('an unknown command keeps sessions by settings alone, and reports a spent account', async ({ stage }) => {
  stage.agent('echo "session: s-$n"; [ $n -eq 2 ] && echo "quota spent"; [ $n -eq 4 ] && echo x >done; exit 5');
  const resumeCommand = 'echo "$DOGWATCH_SESSION" >>sessions; exec ./agent.sh';
  const patterns = ['--session-pattern', 'session: (\\S+)', '--pattern', 'limit=^quota spent$', '--resume-command', resumeCommand];
  const env = { DOGWATCH_BACKOFF_MIN: '100ms', DOGWATCH_BACKOFF_MAX: '100ms', DOGWATCH_LIMIT_PROBE: '500ms' };
  // There is evidence, and it says that nothing has changed.
  await stage.does(['run', ...patterns, '--progress', 'echo 0', ...RUN.slice(1)], { env });
  await stage.inState('complete');
  // The session is the first one that it named.
  expect(stage.lines('sessions')).toEqual(['s-1', 's-1', 's-1']);
  const limits = stage
    .history()
    .filter(
      ({ observation, because }) =>
        observation.kind === 'log.read' && because.includes('the usage limit of generic/agent.sh is spent (quota spent)'),
    );
  expect(limits).toHaveLength(1);
  // The resumes after the first and the third attempt are charged; the one after the refusal is
  // not.
  expect(stage.run()?.charged).toEqual([2, 4]);
});

const OFF = { env: { DOGWATCH_ENABLED: '0' } };

story('DOGWATCH_ENABLED=0 of a run: it is registered, and nothing is started', async ({ stage }) => {
  stage.agent('echo x >done');
  await stage.does(['run', '--detach', '--name', 'other', '--', 'sh', '-c', 'echo started >>other'], OFF);
  await stage.inState('held', 'other');
  expect(stage.run('other')?.because).toContain('DOGWATCH_ENABLED=0 of the run');
  // The watchdog that the first run started takes care of another run.
  await stage.does(RUN);
  await stage.inState('complete');
  expect(stage.lines('other')).toEqual([]);
});

story('DOGWATCH_ENABLED=0 of the watchdog: it sees deaths, and does nothing', async ({ stage }) => {
  stage.agent('[ $n = 1 ] && exec sleep 1000; echo x >done');
  await stage.does(RUN);
  const agent = await agentOf(stage);
  await stage.kill(stage.watchdog()!);
  const watchdog = await stage.watch(OFF);
  signalProcess(agent, 'SIGKILL');
  await stage.inState('held');
  expect(stage.run()?.because).toContain('DOGWATCH_ENABLED=0 of the watchdog');
  const refused = await stage.dogwatch(['resume', 'job']);
  expect([refused.code, refused.stderr]).toEqual([64, expect.stringContaining('DOGWATCH_ENABLED=0')]);
  expect([stage.lives().length, kinds(stage)]).toEqual([1, ['resume']]);
  await stage.kill(watchdog);
  await stage.watch();
  await stage.inState('complete');
});

story('a living watchdog answers waiting requests in their order', async ({ stage }) => {
  stage.agent(FOREVER);
  await stage.does(RUN);
  await agentOf(stage);
  const commands = ['pause', 'unpause', 'pause', 'resume', 'stop'];
  const tookMs: number[] = [];
  for (const command of commands) {
    const sent = Date.now();
    await stage.does([command, 'job']);
    const asked = stage.history().findLast(({ observation }) => observation.kind === 'operator.requested');
    tookMs.push((asked?.observation.at.wall ?? 0) - sent);
  }
  const followed = stage
    .history()
    .flatMap(({ observation }) => (observation.kind === 'operator.requested' ? [observation.command.kind] : []));
  expect(followed).toEqual(commands);
  console.log(`from the start of a command's process to its decision: ${tookMs.join(', ')} ms`);
});

story('a run that waits for a person is stopped like any other, with its agent', async ({ stage }) => {
  stage.agent('dogwatch blocked --because "the token is gone"; exec sleep 1000');
  await stage.does(['run', '--detach', '--name', 'job', '--', './agent.sh']);
  await stage.inState('escalated');
  const agent = await until('it lives on', () => identify(stage.lives()[0]?.pid ?? 0));
  const { stdout } = await stage.does(['stop', 'job']);
  expect(stdout).toContain('every process that carries its mark is gone');
  expect([stage.run()?.state, isAlive(agent)]).toEqual(['stopped', false]);
});
