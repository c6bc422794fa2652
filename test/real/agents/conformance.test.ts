import { describe, expect, test } from 'vitest';
import { candidateOf } from './conformance/candidates.ts';
import { playCell } from './conformance/cell.ts';
import type { Point } from './conformance/point.ts';
import { isMeasured, readResults } from './conformance/results.ts';
import type { SubjectName } from './jobs/subjects.ts';

const STORED = readResults();
const NAMES = Object.keys(STORED) as SubjectName[];
/** Where an effect may be lost or made twice, and where nothing may. All cells take an hour. */
const POINTS: readonly Point[] = ['after-effect', 'between'];

describe.concurrent('the table of what a resume keeps still holds', () => {
  test.for(NAMES.flatMap((name) => POINTS.map((point) => [name, point] as const)))('%s, %s', async ([name, point], { skip }) => {
    const candidate = candidateOf(name, false);
    if (candidate === null) return skip(`${name} is not installed`);
    const outcome = await playCell(candidate, point, 'group');
    const stored = STORED[name]?.cells[point]?.group;
    if (stored === undefined || !isMeasured(stored) || !isMeasured(outcome)) throw new Error(JSON.stringify(outcome));
    const { modes, session, lost, seen, named, effects } = outcome;
    expect({ modes, session, lost, seen, named, effects }).toEqual({
      modes: stored.modes,
      session: stored.session,
      lost: stored.lost,
      seen: stored.seen,
      named: stored.named,
      effects: stored.effects,
    });
  });
});
