import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { opencode } from '../../../src/agents/opencode/agent.ts';
import type { Loss } from '../../../src/core/model/attempt.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { lossBeforeNext, lossInWords } from '../../../src/effects/prompt/lost-steps.ts';
import { Story } from '../../kit/core/world.ts';

const [NOW, BEFORE] = ['boot-2', 'boot-1'];
const SAID = '{"type":"text","sessionID":"ses_1","part":{"type":"text","text":"I begin."}}';
const UNWRITTEN = '{"type":"error","sessionID":"ses_1","error":{"name":"UnknownError","data":{"message":"Failed to execute statement"}}}';
/** The same words, said by a model. */
const QUOTED = `{"type":"text","sessionID":"ses_1","part":{"type":"text","text":${JSON.stringify(UNWRITTEN)}}}`;

type Ended = readonly [boot: string | null, ...lines: string[]];

function lossAfter(run: Pick<Run, 'attempt' | 'excuse'>, ...attempts: readonly Ended[]): Loss | null {
  const directory = mkdtempSync(join(tmpdir(), 'dogwatch-lost-steps-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const all = attempts.map(([boot, ...lines], index) => {
    const log = join(directory, `${index}.log`);
    writeFileSync(log, lines.map((line) => `${line}\n`).join(''));
    return { wall: 0, log, boot };
  });
  return lossBeforeNext(opencode, run, all, NOW);
}

const NONE = { attempt: null, excuse: null };

test.each<[what: string, attempts: Ended[], loss: Loss | null]>([
  ['nothing happened', [[NOW, SAID]], null],
  ['the host was restarted', [[BEFORE, SAID]], 'restarted'],
  [
    'the host was restarted, and the attempt after it did nothing',
    [
      [NOW, ''],
      [BEFORE, SAID],
    ],
    'restarted',
  ],
  [
    'the attempt after the restart has worked',
    [
      [NOW, SAID],
      [BEFORE, SAID],
    ],
    null,
  ],
  ['nobody knows in which boot it ran', [[null, SAID]], null],
  ['it could not write its record', [[NOW, SAID, UNWRITTEN]], 'disk-full'],
  ['its model speaks of that', [[NOW, QUOTED]], null],
  ['there was no attempt', [], null],
])('why steps may be missing: %s', (_what, attempts, loss) => {
  expect(lossAfter(NONE, ...attempts)).toBe(loss);
});

/** A run whose agent has worked, and then says or meets something. */
function died(how: (story: Story) => void): Run {
  const story = new Story();
  story.gathered();
  story.started();
  story.says({ kind: 'session', id: 'ses_1' }, { kind: 'tool' });
  how(story);
  return story.run;
}

test('what dogwatch itself saw of it counts as well', () => {
  const rebooted = died((story) => story.after(1000).restarts({ rebooted: true }));
  expect(lossAfter(rebooted, [NOW, SAID])).toBe('restarted');
  const full = died((story) => {
    story.says({ kind: 'no-space', text: 'ENOSPC: no space left on device' });
    story.exits(1);
  });
  expect(lossAfter(full, [NOW, SAID])).toBe('disk-full');
  const killed = died((story) => story.exits('SIGKILL'));
  expect(lossAfter(killed, [NOW, SAID])).toBe(null);
});

test('the prompt says what may be missing, and what to do', () => {
  expect(lossInWords(null)).toBe('');
  expect(lossInWords('restarted')).toBe(
    'The host was restarted since, perhaps after a loss of power: your last steps may be missing from this conversation, although they were made. Before each step that must not be made twice, look whether it was made.',
  );
  expect(lossInWords('disk-full')).toMatch(/^A disk was full when your session was to be written: your last steps may be missing/);
});
