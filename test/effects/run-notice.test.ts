import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Action } from '../../src/core/model/facts.ts';
import { runNoticeDraft } from '../../src/effects/run-notice.ts';
import { recoveryFiles } from '../../src/store/directory/layout.ts';
import { keepEnvironment } from '../../src/store/environment.ts';
import * as moments from '../kit/core/moments.ts';
import { working } from '../kit/core/world.ts';
import { HOSTILE, isHarmful, keptState, printed } from '../kit/kept-state.ts';

const SECRET = 'swordfish-and-chips';
const escalation = (because: string): Action & { kind: 'escalate' } => ({
  kind: 'escalate',
  id: 'upgrade.1/7',
  run: 'upgrade.1',
  to: 'operator',
  cause: 'blocked',
  because,
});

async function stage(variables: Record<string, string> | null) {
  const { where } = await keptState();
  const { run } = working();
  if (variables !== null) keepEnvironment(where, run.spec.environmentFile, variables);
  return { where, run, print: (text: string) => printed(where, run.id, run.attempt?.number ?? 0, text) };
}

test('has the last lines of the log, without escapes and secrets of the run', async () => {
  const { where, run, print } = await stage({ REGISTRY_TOKEN: SECRET });
  print(`first\n\nbefore ${HOSTILE}\nthe registry refuses ${SECRET}\n`);
  const { lastLines, sentence, commands } = runNoticeDraft(escalation(`it wants another than ${SECRET}\n${HOSTILE}`), run, where);
  expect(lastLines[0]).toBe('first');
  expect(lastLines.at(-1)).toBe('the registry refuses ‹REGISTRY_TOKEN›');
  expect(sentence).toMatch(/^it wants another than ‹REGISTRY_TOKEN› /);
  expect([...lastLines, sentence].filter((line) => line.includes(SECRET) || isHarmful(line) || line.trim() === '')).toEqual([]);
  expect(commands).toContain('dogwatch ack upgrade');
});

test("has the model's last words, if its agent reports them", async () => {
  const { where, run, print } = await stage({});
  print(`${JSON.stringify({ type: 'text', part: { type: 'text', text: 'I cannot go on.\nThe token is old.' } })}\n`);
  print(`${JSON.stringify({ type: 'step_finish', part: { reason: 'stop' } })}\n`);
  expect(runNoticeDraft(escalation('x'), run, where).lastLines).toEqual(['I cannot go on.', 'The token is old.']);
});

test('has the end of a log that another process writes', async () => {
  const { where, run } = await stage({});
  const log = join(where.stateDir, 'other', 'log');
  mkdirSync(join(where.stateDir, 'other'));
  writeFileSync(log, 'the end\n');
  expect(runNoticeDraft(escalation('x'), { ...run, spec: { ...run.spec, logs: ['/no/such/log', log] } }, where).lastLines).toEqual([
    'the end',
  ]);
});

test("is still a notice without a log and without the run's variables", async () => {
  const { where, run } = await stage(null);
  expect(runNoticeDraft(escalation(`${'ghp_'}${'a1'.repeat(12)} is refused`), run, where)).toMatchObject({
    sentence: '‹secret› is refused',
    lastLines: [],
    runs: [{ id: run.id, name: 'upgrade' }],
  });
});

test('has the last words of a recovery agent that did not help', async () => {
  const { where } = await stage({});
  const story = moments.mending();
  keepEnvironment(where, 'other.env', { REGISTRY_TOKEN: SECRET });
  const { log, directory } = recoveryFiles(where, story.run.id, 1);
  mkdirSync(directory, { recursive: true });
  writeFileSync(log, `${JSON.stringify({ type: 'result', result: `I tried ${SECRET}.` })}\nplainly ${SECRET}\n`);
  const run = { ...story.run, spec: { ...story.run.spec, environmentFile: 'other.env' } };
  const { lastLines, subject, commands } = runNoticeDraft({ ...escalation('x'), cause: 'recovery' }, run, where);
  expect(lastLines.join('\n')).toContain('‹REGISTRY_TOKEN›');
  expect(lastLines.join('\n')).not.toContain(SECRET);
  expect([subject, commands[0]]).toEqual(['a recovery agent could not mend it', 'dogwatch logs upgrade --recovery']);
});
