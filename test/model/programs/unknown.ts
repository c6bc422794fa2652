import { GIB } from '../../kit/core/disks.ts';
import { HOUR, MINUTE, SECOND } from '../../kit/core/world.ts';
import type { Act, Life } from '../world/lives.ts';
import { Chance } from './chance.ts';
import type { Event, PlannedRun } from './program.ts';

/** The wording of its refusals, which dogwatch does not know. */
const UNKNOWN_WORDS = ['upstream says no (E4711)', 'the gnomes went home', 'policy 12 does not like it', 'ticket please'] as const;

/**
 * In some worlds something about the first run cannot be seen, read or understood. This consumes
 * none of the others' randomness, so all other worlds stay the same.
 */
export const unknownIn =
  (seed: number) =>
  (run: PlannedRun, index: number): PlannedRun => {
    if (index !== 0) return run;
    const chance = new Chance(seed ^ 0x0dd5);
    const [first = [], ...rest] = run.lives;
    switch (seed % 13) {
      case 1:
        return { ...run, lives: [hidden(chance, first), ...rest] };
      case 2:
        return { ...run, lives: [withoutLog(chance, first), ...rest] };
      case 5:
        return { ...run, evidenceFromMs: Number.MAX_SAFE_INTEGER, lives: [WORKED, WORKED, WORKED, ...run.lives] };
      case 6:
        return { ...run, evidenceFromMs: chance.between(SECOND, 10 * MINUTE), lives: [RESTED, RESTED, RESTED, ...run.lives] };
      case 9:
        return { ...run, lives: [...Array.from({ length: chance.between(2, 5) }, () => refused(chance)), ...run.lives] };
      case 10:
        return { ...run, lives: [CHATTY, ...run.lives] };
      case 12:
        return { ...run, hasFiles: true, lives: [...Array.from({ length: 4 }, () => crashed(chance)), ...run.lives] };
      default:
        return run;
    }
  };

/** Logs may have a size limit: how the excess is given back. */
export const capOfLogs = (seed: number): 'punched' | 'emptied' | null => {
  if (seed % 13 !== 10) return null;
  return seed % 2 === 0 ? 'punched' : 'emptied';
};

/**
 * An agent's lines arrive late while its log is cut, and in some worlds the disk is read-only for a
 * while.
 */
export function unknownEvents(seed: number): readonly Event[] {
  const late: Event[] = seed % 13 === 10 ? [{ kind: 'delivery', how: 'late', times: 4, atMs: 95 * SECOND }] : [];
  if (seed % 17 !== 5) return late;
  const chance = new Chance(seed ^ 0x0ead);
  const atMs = chance.of([chance.upTo(10 * MINUTE), chance.upTo(5 * HOUR)]);
  return [...late, { kind: 'read-only', atMs, forMs: chance.of([MINUTE, 20 * MINUTE, 3 * HOUR]) }];
}

const says = (afterMs: number): Act => ({ kind: 'says', afterMs, signals: [{ kind: 'tool' }] });

/** Its processes cannot be inspected while a long tool runs. */
const hidden = (chance: Chance, life: Life): Life => [
  says(2 * SECOND),
  { kind: 'hides', afterMs: SECOND, forMs: chance.of([10 * MINUTE, HOUR, 3 * HOUR]) },
  { kind: 'uses-tool', afterMs: SECOND, forMs: chance.of([MINUTE, HOUR, 3 * HOUR]) },
  ...life,
];

/** Its log is removed, and it works on. */
const withoutLog = (chance: Chance, life: Life): Life => [
  says(2 * SECOND),
  { kind: 'loses-its-log', afterMs: 10 * SECOND, isRead: chance.oneIn(3) },
  ...Array.from({ length: chance.upTo(10) }, () => says(4 * MINUTE)),
  ...life,
];

/** It works for a while, and ends as if all were well. */
const WORKED: Life = [
  says(2 * SECOND),
  { kind: 'commits', afterMs: 10 * SECOND },
  says(30 * SECOND),
  { kind: 'ends', afterMs: SECOND, code: 0, signal: null, leaving: 'none' },
];

/** The same, without any result. */
const RESTED: Life = WORKED.filter(({ kind }) => kind !== 'commits');

const refused = (chance: Chance): Life => [
  ...(chance.oneIn(2) ? [says(2 * SECOND)] : []),
  {
    kind: 'says',
    afterMs: SECOND,
    signals: [
      { kind: 'refused', text: chance.of(UNKNOWN_WORDS) },
      { kind: 'turn', well: false },
    ],
  },
  { kind: 'ends', afterMs: SECOND, code: 1, signal: null, leaving: 'none' },
];

/** Its log exceeds the limit of a log, but does not fill the disk. */
const CHATTY: Life = [
  says(2 * SECOND),
  ...Array.from({ length: 8 }, (): Act => ({ kind: 'floods', afterMs: 12 * SECOND, bytes: 10 * GIB })),
  says(6 * SECOND),
  says(3 * SECOND),
  says(30 * SECOND),
  { kind: 'uses-tool', afterMs: SECOND, forMs: 5 * MINUTE },
  says(SECOND),
];

/** It fails at once and leaves a report behind, or it worked and left new files. */
const crashed = (chance: Chance): Life => {
  const hasWorked = chance.oneIn(3);
  const words = { kind: 'error', text: `it crashed near ${chance.of(['parse', 'link', 'load'])}` } as const;
  return [
    ...(hasWorked ? [says(2 * SECOND), { kind: 'edits', afterMs: 5 * SECOND } as const] : []),
    { kind: 'says', afterMs: SECOND, signals: [words] },
    { kind: 'ends', afterMs: SECOND, code: 134, signal: null, leaving: 'none', leavesReport: true },
  ];
};
