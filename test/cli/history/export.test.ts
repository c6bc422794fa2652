import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exported } from '../../../src/cli/history/export.ts';
import { parseReplayFile } from '../../../src/cli/replay/file.ts';
import { type Replayed, replayed } from '../../../src/core/replay.ts';
import { redactor } from '../../../src/system/text/redact.ts';
import { recordedRows } from '../../kit/core/recorded-rows.ts';
import { Simulation } from '../../kit/core/simulation.ts';
import { anyStep, anyWishes } from '../../kit/core/steps.ts';
import { Story, worksAndExits } from '../../kit/core/world.ts';

/** Places in a run's texts that may contain a secret. */
const secret = fc
  .string({ minLength: 12, maxLength: 40, unit: fc.constantFrom('a', 'Z', '7', '"', '\\', '/', '-', ' ', 'é') })
  .filter((text) => text.trim().length >= 12);
const texts = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];

const MILESTONES = ['agent.claimed', 'evidence.gathered', 'log.read'];

test('an exported history contains no secrets, and replays like the run', () => {
  const property = fc.property(secret, anyWishes, fc.array(anyStep, { maxLength: 40 }), (hidden, wishes, steps) => {
    const simulation = new Simulation({ ...wishes, prompt: `use ${hidden}`, command: ['opencode', 'run', hidden] }, false, () => {});
    for (const one of steps) simulation.step(withSecret(one, hidden));
    const rows = recordedRows(simulation.steps.map(({ decision }) => decision));
    const text = exported({ id: 'run-1', spec: simulation.run.spec }, rows, redactor({ A_TOKEN: hidden }));
    const file = parseReplayFile(text, 'file');
    expect(texts(file).filter((one) => one.includes(hidden.trim()))).toEqual([]);
    const [before, after] = [[...replayed(rows, simulation.run.spec)], [...replayed(file.rows, file.spec)]];
    expect(after.map(({ differs }) => differs)).toEqual(before.map(() => null));
    // A text that was said before is known by its hash. With its secret redacted it looks new, and
    // may be a milestone.
    const isKnown = ({ row }: Replayed) => row.isWithheld && MILESTONES.includes(row.observation.kind);
    const states = (replay: readonly Replayed[]) => replay.map(({ today }, index) => (isKnown(after[index]!) ? null : today?.state));
    expect(states(after)).toEqual(states(before));
  });
  fc.assert(property, { numRuns: 1000 });
});

/** The texts of a step, with a secret in each. */
function withSecret<T>(value: T, hidden: string): T {
  if (typeof value !== 'object' || value === null) return value;
  const words = new Set(['text', 'because', 'prompt', 'head', 'fingerprint']);
  const fields = Object.entries(value).map(([field, part]) => [
    field,
    words.has(field) && typeof part === 'string' ? `${part} ${hidden}` : withSecret(part, hidden),
  ]);
  return (Array.isArray(value) ? value.map((part) => withSecret(part, hidden)) : Object.fromEntries(fields)) as T;
}

test('a decision that would differ without its secrets is not replayed', () => {
  const story = new Story({ sessions: false, policy: { maxResumes: 1 } });
  const said = { progress: 'logged in with swordfish-2' };
  story.gathered(said);
  story.started();
  worksAndExits(story, 1);
  story.started();
  worksAndExits(story, 1);
  // A repeated text is not a milestone, but with its secret redacted it would be one.
  story.gathered(said);
  expect(story.run.state).toBe('handed-off');
  const text = exported(story.run, recordedRows(story.decisions), redactor({ A_TOKEN: 'swordfish-2' }));
  const { rows, spec } = parseReplayFile(text, 'file');
  const withheld = [...replayed(rows, spec)].filter(({ row, today }) => row.isWithheld && today === null);
  expect(withheld.map(({ row }) => row.decided?.state)).toEqual(['handed-off']);
});
