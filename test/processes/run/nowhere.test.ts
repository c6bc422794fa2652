import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { story } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';

const SESSION = '3f1c2a1e-8f2c-4d55-9d5e-0f9f4f0f3a11';
const TOKEN = 'swordfish-and-chips-0123';
const REPEATS = 30;

/** A stand-in for claude: `call ID RESULT` is a call of its shell, and its result. */
const CALL = `
call() {
  printf '{"type":"assistant","message":{"id":"m%s","role":"assistant","content":[{"type":"tool_use","id":"toolu_%s","name":"Bash","input":{"command":"npm test %s"}}],"stop_reason":null},"parent_tool_use_id":null,"session_id":"${SESSION}"}\\n' "$1" "$1" "$DEPLOY_TOKEN"
  printf '{"type":"user","message":{"role":"user","content":[{"tool_use_id":"toolu_%s","type":"tool_result","content":"%s","is_error":false}]},"parent_tool_use_id":null,"session_id":"${SESSION}"}\\n' "$1" "$2"
  echo "$1" >>calls-$n
  sleep 0.05
}
cat >prompt-$n
`;

const RUN = ['run', '--name', 'job', '--done-file', 'done', '--prompt', 'Port it.'];
const COMMAND = ['--', './claude', '-p', '--session-id', SESSION];
const OPTIONS = { env: { DEPLOY_TOKEN: TOKEN, DOGWATCH_MAX_REPEATS: String(REPEATS) } };

story('an agent that goes in a circle: ended once with a word about it, then a person decides', async ({ stage }) => {
  stage.agent(`${CALL}i=0; while [ $i -lt 2000 ]; do i=$((i+1)); call "$n-$i" '3 fail'; done`, 'claude');
  await stage.does([...RUN, '--detach', ...COMMAND], OPTIONS);
  const watched = await until('a watchdog is at work', () => stage.watchdog());
  await until('it has made some calls', () => stage.lines('calls-1').length > REPEATS / 3);
  await stage.kill(watched);
  await stage.watch(OPTIONS);
  await until('it was resumed', () => stage.lines('prompt-2').length > 0);
  const prompt = readFileSync(stage.file('prompt-2'), 'utf8');
  const [, times] =
    /made the same call (\d+) times in a row, with the same result: Bash \{"command":"npm test ‹DEPLOY_TOKEN›/.exec(prompt) ?? [];
  // Several calls may be read at once. None is counted twice, although the watchdog was killed.
  expect(Number(times)).toBeGreaterThanOrEqual(REPEATS);
  expect(Number(times)).toBeLessThanOrEqual(stage.lines('calls-1').length);
  expect(prompt).toContain('do not repeat that');
  expect(prompt).not.toContain(TOKEN);
  const run = await stage.inState('escalated');
  expect(run.because).toContain('attempt 2 goes in a circle');
  expect(stage.lives()).toHaveLength(2);
  expect(stage.lives().some(({ overlaps }) => overlaps)).toBe(false);
  expect(JSON.stringify(stage.history())).not.toContain(TOKEN);
});

story('an agent that polls until its result is another one: left alone', async ({ stage }) => {
  stage.agent(
    `${CALL}i=0; while [ $i -lt ${3 * REPEATS} ]; do i=$((i+1)); call "$n-$i" "$((i / (${REPEATS} - 5))) of 4"; done; echo x >done`,
    'claude',
  );
  await stage.does([...RUN, ...COMMAND], OPTIONS);
  expect(stage.lives()).toHaveLength(1);
  expect(stage.lines('calls-1')).toHaveLength(3 * REPEATS);
});
