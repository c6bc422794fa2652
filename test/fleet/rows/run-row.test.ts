import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Run } from '../../../src/core/model/run.ts';
import { type Around, runDocument } from '../../../src/fleet/rows/run-row.ts';
import { redactor } from '../../../src/system/text/redact.ts';
import { newRunNamed } from '../../kit/samples-of-decisions.ts';

const DAY = 86_400_000;
const around = (patch: Partial<Around> = {}): Around => ({ notices: [], nowWall: DAY, recovers: false, clean: (text) => text, ...patch });
const run = (patch: Partial<Run> = {}): Run => ({ ...newRunNamed('build'), ...patch });
const complete = (endedWall: number): Run => run({ state: 'complete', since: { wall: endedWall, mono: 1 } });

test('it is the run as status prints it, without its command, its prompt and its environment', () => {
  const spec = {
    ...run().spec,
    command: ['agent', 'COMMAND-WORD'],
    prompt: 'PROMPT-WORD',
    resumePrompt: 'RESUME-WORD',
    environmentFile: 'ENV-WORD.json',
  };
  const text = runDocument(run({ spec, because: 'the agent said so' }), around()) ?? '';
  expect(JSON.parse(text)).toMatchObject({ name: 'build', id: 'build.1', cwd: '/srv/work' });
  expect(text).not.toMatch(/COMMAND-WORD|PROMPT-WORD|RESUME-WORD|ENV-WORD/);
});

test('wherever a secret stands in what a run says, it is not in its row', () => {
  const secret = 's3cr3t-4711-0815';
  const clean = redactor({ API_KEY: secret });
  fc.assert(
    fc.property(
      fc.string({ maxLength: 40 }),
      fc.string({ maxLength: 40 }),
      fc.constantFrom('because', 'session', 'account', 'cwd'),
      (before, after, field) => {
        const text = before + secret + after;
        const patch = field === 'because' || field === 'session' ? { [field]: text } : { spec: { ...run().spec, [field]: text } };
        const document = runDocument(run({ state: 'escalated', ...patch } as Partial<Run>), around({ clean }));
        expect(document).not.toBeNull();
        expect(document).not.toContain(secret);
      },
    ),
    { numRuns: 200 },
  );
});

test('its name, its state and its dates are not cleaned: other hosts find it by them', () => {
  const clean = () => '‹cleaned›';
  expect(JSON.parse(runDocument(run(), around({ clean })) ?? '')).toMatchObject({
    ...{ name: 'build', id: 'build.1', group: expect.stringMatching(/^[a-z]+$/), startedAt: expect.stringMatching(/^\d{4}-/) },
    cwd: '‹cleaned›',
  });
});

test('a run that ended a week ago is left to its host', () => {
  expect(runDocument(complete(0), around({ nowWall: 7 * DAY }))).toContain('"complete"');
  expect(runDocument(complete(0), around({ nowWall: 7 * DAY + 1 }))).toBeNull();
  expect(runDocument(run({ since: { wall: 0, mono: 1 } }), around({ nowWall: 70 * DAY }))).not.toBeNull();
});

test('however much it says, it has room in its bucket', () => {
  const text = runDocument(run({ because: '\u0000'.repeat(100_000), session: '…'.repeat(50_000) }), around()) ?? '';
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(15 * 1024);
  expect(JSON.parse(text)).toMatchObject({ name: 'build' });
});
