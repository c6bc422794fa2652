import { expect } from 'vitest';
import { type Stage, story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const RUN = ['run', '--name', 'job'];
const AGENT = ['--', './agent.sh'];

const claims = (stage: Stage) => stage.history().flatMap(({ observation }) => (observation.kind === 'agent.claimed' ? [observation] : []));

story('what the agent says from inside its run: progress, then done', async ({ stage }) => {
  stage.agent('[ $n = 1 ] && { dogwatch progress --because "half of it"; exit 0; }; dogwatch done --because "all of it"; echo $? >status');
  const { code, stderr } = await stage.dogwatch([...RUN, '--resume-command', './agent.sh', '--done-file', 'none', ...AGENT]);
  expect([code, stderr]).toEqual([0, expect.stringContaining('job is complete')]);
  expect(stage.run()).toMatchObject({ proof: expect.stringContaining('all of it'), milestone: { what: 'half of it', attempt: 1 } });
  expect(claims(stage).map(({ claim, genuine, attempt }) => [claim, genuine, attempt])).toEqual([
    ['progress', true, 1],
    ['done', true, 2],
  ]);
});

story('a blocked agent: a person is asked, and nothing continues without one', async ({ stage }) => {
  stage.agent('[ $n = 1 ] && dogwatch blocked --because "a new token"; [ $n = 2 ] && echo x >done; exit 0');
  const { code, stderr } = await stage.dogwatch([...RUN, '--done-file', 'done', ...AGENT]);
  expect([code, stderr]).toEqual([3, expect.stringContaining('escalated')]);
  await until('the attempt has ended', () => stage.run()?.attempt?.alive === false);
  expect(stage.lives()).toHaveLength(1);
  expect(stage.run()?.because).toContain('a new token');
  await stage.does(['resume', 'job', '--prompt', 'Here it is.']);
  await stage.inState('complete');
});

story('an orphan of an earlier attempt is not believed', async ({ stage }) => {
  // It drops the attempt's marks and session, as a daemon does, but keeps what proves its origin.
  const orphan = 'while [ ! -e go ]; do sleep 0.05; done; DOGWATCH_ATTEMPT=$WAS dogwatch done --because "I am old"; echo $? >>status';
  stage.write('orphan.sh', `#!/bin/sh\n${orphan}\n`, 0o755);
  stage.agent('[ $n = 1 ] && { WAS=$DOGWATCH_ATTEMPT setsid env -u DOGWATCH_ATTEMPT ./orphan.sh & exit 0; }; exec sleep 1000');
  await stage.does([...RUN, '--detach', '--done-file', 'none', ...AGENT]);
  await until('the second attempt works', () => stage.run()?.attempt?.number === 2 && stage.run()?.state === 'working');
  stage.write('go', '');
  await until('it got the answer', () => stage.lines('status').length > 0);
  expect(stage.lines('status')).toEqual(['64']);
  expect(stage.run()).toMatchObject({ state: 'working', proof: null, attempt: { number: 2, alive: true } });
  expect(claims(stage)).toMatchObject([{ attempt: 1, claim: 'done' }]);
});

story('a process that invents a token is not believed', async ({ stage }) => {
  stage.agent('exec sleep 1000');
  await stage.does([...RUN, '--detach', '--done-file', 'none', ...AGENT]);
  await stage.inState('working');
  const env = { DOGWATCH_ATTEMPT: 'job.1/1/0123456789abcdef' };
  for (const claim of ['done', 'blocked', 'progress']) expect((await stage.dogwatch([claim, '--because', 'x'], { env })).code).toBe(64);
  for (const mark of ['other.1/1/token', '../../etc/1/token', '../1/token', 'nonsense', ''])
    expect([mark, (await stage.dogwatch(['done', '--because', 'x'], { env: { DOGWATCH_ATTEMPT: mark } })).code]).toEqual([mark, 64]);
  expect(stage.run()).toMatchObject({ state: 'working', proof: null, blocked: null, milestone: null });
});

story('outside of a run, done claims nothing', async ({ stage }) => {
  const ran = await Promise.all(['done', 'blocked', 'progress'].map((claim) => stage.dogwatch([claim, '--because', 'x'])));
  expect(ran).toEqual(ran.map(() => ({ code: 64, stdout: '', stderr: expect.stringContaining('inside a run') })));
  expect(stage.watchdog()).toBe(null);
});

story('no claim is believed until the check passes, and the agent learns why not', async ({ stage }) => {
  stage.agent('dogwatch done --because "try $n"; [ $n = 3 ] && echo x >good; sleep 0.3; exit 0');
  const check = 'cat good 2>/dev/null || { echo "3 tests of $DOGWATCH_RUN_NAME fail"; exit 9; }';
  const resume = 'printf "%s\\n" "$DOGWATCH_PROMPT" >prompt; exec ./agent.sh';
  const ran = await stage.dogwatch([...RUN, '--check', check, '--resume-command', resume, ...AGENT]);
  expect([ran.code, stage.run()?.state]).toEqual([0, 'complete']);
  expect(stage.run()?.attempt?.number).toBeGreaterThanOrEqual(3);
  expect(stage.lines('prompt').join('\n')).toMatch(/3 tests of job fail\n+\(exit status 9\)/);
  expect(stage.run()?.milestone?.what ?? '').not.toContain('try');
});

story('a check that hangs is ended, and its claim is not believed', async ({ stage }) => {
  stage.agent('[ $n = 2 ] && echo x >good; echo x >done; exit 0');
  const check = '[ -e good ] || { echo $$ >checking; echo asked; sleep 1000; }';
  const env = { DOGWATCH_CHECK_TIMEOUT: '1s' };
  await stage.does([...RUN, '--done-file', 'done', '--check', check, ...AGENT], { env });
  expect([stage.run()?.state, stage.lives().length]).toEqual(['complete', 2]);
  const answers = stage.history().flatMap(({ observation }) => (observation.kind === 'check.finished' ? [observation] : []));
  expect(answers.map(({ passed }) => passed)).toEqual([false, true]);
  expect(answers[0]?.output).toMatch(/^asked\n+.*ended after 1 s, its deadline/);
});

story('a check without other signs runs at each end of a turn', async ({ stage }) => {
  stage.agent('exit 1');
  await stage.does([...RUN, '--check', 'test "$(wc -l <lives)" -ge 3', ...AGENT]);
  expect([stage.run()?.state, stage.lives().length]).toEqual(['complete', 3]);
});

story('a line of the output is a sign of done; exit status 0 is one only if chosen', async ({ stage }) => {
  stage.agent('[ $n = 3 ] && echo "ALL DONE: 14"; exit 0');
  await stage.does([...RUN, '--done-log', '^ALL DONE: \\d+$', ...AGENT]);
  expect([stage.run()?.state, stage.lives().length]).toEqual(['complete', 3]);
  await stage.does([
    'run',
    '--name',
    'exits',
    '--done-exit',
    '--done-log',
    'never',
    '--',
    'sh',
    '-c',
    'echo x >>exits; [ $(wc -l <exits) = 2 ]',
  ]);
  expect(stage.lines('exits')).toHaveLength(2);
  await stage.does(['run', '--name', 'by-default', '--', 'sh', '-c', 'echo x >>default; [ $(wc -l <default) = 2 ]']);
  expect(stage.lines('default')).toHaveLength(2);
});

story('a done file from before the run proves nothing', async ({ stage }) => {
  stage.write('done', 'old\n');
  stage.agent('[ $n = 2 ] && echo new >done; exit 0');
  await stage.does([...RUN, '--done-file', 'done', ...AGENT]);
  expect(stage.lives()).toHaveLength(2);
});

story('a process that lingers when the job is done is ended', async ({ stage }) => {
  stage.agent('echo x >done; exec sleep 1000');
  await stage.does([...RUN, '--done-file', 'done', ...AGENT], { env: { DOGWATCH_LINGER: '0s' } });
  await until('its process is gone', () => stage.run()?.attempt?.alive === false);
  expect(stage.run()?.state).toBe('complete');
  // A complete run stays complete: nothing asks for it again, and its name is free.
  await stage.does([...RUN, '--detach', '--', 'true']);
  await until('the second generation is over', () => stage.run()?.generation === 2 && stage.run()?.state === 'complete');
});

story('a script that starts an agent: a person decides about its exit status, and gets both options', async ({ stage }) => {
  stage.write('claude', '#!/bin/sh\necho a turn\n', 0o755);
  stage.agent('./claude -p "half of it"');
  const { code, stderr } = await stage.dogwatch([...RUN, ...AGENT]);
  expect([code, stderr]).toEqual([3, expect.stringContaining('agent: claude, in the script')]);
  expect(stage.run()).toMatchObject({ state: 'escalated', proof: null });
  for (const way of ['--done-exit', 'dogwatch run -- claude']) expect(stage.run()?.because).toContain(way);
});

story('an agent behind an unknown wrapper continues its session, and takes its task from a pipe', async ({ stage }) => {
  stage.write('wrap', '#!/bin/sh\nshift\nexec "$@"\n', 0o755);
  const says = `echo '{"type":"result","subtype":"success","is_error":false,"session_id":"'$5'","result":"ok"}'`;
  const body = `echo "$*" >>argv; cat >>input; ${says}; [ -e again ] && dogwatch done --because so; : >again`;
  stage.write('claude', `#!/bin/sh\n${body}\n`, 0o755);
  const { code, stderr } = await stage.dogwatch([...RUN, '--', './wrap', 'fast', './claude', '-p'], { input: 'all of it' });
  expect([code, stderr]).toEqual([0, expect.stringContaining('a wrapper that dogwatch does not know')]);
  const [first, second] = stage.lines('argv');
  const session = /--session-id (\S+)/.exec(first ?? '')?.[1];
  expect(second).toContain(`--resume ${session}`);
  expect(stage.lines('input')[0]).toContain('all of it');
});
