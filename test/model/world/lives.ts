import type { Signal } from '../../../src/core/model/facts.ts';
import { GIB } from '../../kit/core/disks.ts';
import { BEGIN } from '../../kit/core/simulation.ts';
import { HOUR, MINUTE, SECOND } from '../../kit/core/world.ts';
import type { Chance } from '../programs/chance.ts';

/** What an agent does next, after a while. */
export type Act = { readonly afterMs: number } & (
  | { readonly kind: 'says'; readonly signals: readonly Signal[] }
  /** A milestone: a commit, or `dogwatch progress`. */
  | { readonly kind: 'commits' | 'progresses' }
  | { readonly kind: 'uses-tool'; readonly forMs: number }
  | { readonly kind: 'writes'; readonly bytes: number }
  /** Its log grows by `bytes`. */
  | { readonly kind: 'floods'; readonly bytes: number }
  /** It claims that the job is done, truly or not. */
  | { readonly kind: 'claims-done'; readonly isTrue: boolean }
  | { readonly kind: 'is-blocked' }
  /** A tool of an earlier attempt, or a repeated prompt, claims it. */
  | { readonly kind: 'echoes-done' }
  /** One of its tools hides and leaves its parents, so that its origin cannot be recognized. */
  | { readonly kind: 'loses-a-tool' }
  /** Its processes cannot be inspected for this long. */
  | { readonly kind: 'hides'; readonly forMs: number }
  /** Its log is removed. `isRead`: an open descriptor can still read it. */
  | { readonly kind: 'loses-its-log'; readonly isRead: boolean }
  /** It pays for an answer of its model, and says so. */
  | { readonly kind: 'answers'; readonly usd: number }
  /** It changes files but commits nothing. */
  | { readonly kind: 'edits' }
  /** It asks a person all of this at once, and waits for the answers. */
  | { readonly kind: 'asks'; readonly texts: readonly string[] }
  | { readonly kind: 'hangs' }
  | Ending
);

type Ending = {
  readonly kind: 'ends';
  readonly code: number | null;
  readonly signal: string | null;
  readonly leaving: 'none' | 'tool' | 'agent';
  /** A report of its failure stays behind among the job's files. */
  readonly leavesReport?: boolean;
};

export type Life = readonly Act[];

/** What a recovery agent does, after a while. */
export interface Mending {
  readonly afterMs: number;
  readonly says: 'resume' | 'blocked' | 'nothing' | 'hangs';
}

const MAX_LIVES = 8;

export const anyLives = (chance: Chance): readonly Life[] => Array.from({ length: chance.upTo(MAX_LIVES) }, () => anyLife(chance));

export const anyMendings = (chance: Chance): readonly Mending[] =>
  Array.from({ length: 3 }, () => ({
    afterMs: chance.between(SECOND, 30 * MINUTE),
    says: chance.of(['resume', 'resume', 'blocked', 'nothing', 'hangs'] as const),
  }));

const turn: Act = { kind: 'says', afterMs: 20 * SECOND, signals: [{ kind: 'tool' }, { kind: 'turn', well: true }] };

/** The job is done, and it says so. */
export const FINISHING: Life = [
  { kind: 'says', afterMs: SECOND, signals: [{ kind: 'tool' }] },
  turn,
  { kind: 'claims-done', afterMs: MINUTE, isTrue: true },
  { kind: 'ends', afterMs: 2 * SECOND, code: 0, signal: null, leaving: 'none' },
];

export const DYING: Life = [
  { kind: 'says', afterMs: SECOND, signals: [{ kind: 'tool' }] },
  { kind: 'ends', afterMs: 20 * SECOND, code: 1, signal: null, leaving: 'none' },
];

/** What a child of an agent writes to the output that they share. */
export const CHILD = 'a child of the agent: the weekly limit is reached';

/** The same life with such a child, while the agent works on. */
export function withChild(life: Life): Life {
  const words = { text: CHILD, name: 'seven_day', resetsAtWall: BEGIN + 6 * 24 * HOUR, ofModel: false, isCap: false } as const;
  return [
    { kind: 'says', afterMs: 2 * SECOND, signals: [{ kind: 'event', works: true }, { kind: 'tool' }] },
    { kind: 'says', afterMs: 2 * SECOND, signals: [{ kind: 'limit', ...words, provenance: 'prose', source: 'words' }] },
    { kind: 'says', afterMs: MINUTE, signals: [{ kind: 'event', works: true }, { kind: 'tool' }] },
    ...life,
  ];
}

/** The same life, starting with a log that fills the disk. */
export const withFlood = (life: Life): Life => [
  { kind: 'says', afterMs: 2 * SECOND, signals: [{ kind: 'tool' }] },
  ...Array.from({ length: 12 }, (): Act => ({ kind: 'floods', afterMs: 10 * SECOND, bytes: 100 * GIB })),
  { kind: 'uses-tool', afterMs: SECOND, forMs: 10 * MINUTE },
  ...life,
];

function anyLife(chance: Chance): Life {
  const begin: Act = { kind: 'says', afterMs: chance.upTo(5 * SECOND), signals: [{ kind: 'tool' }] };
  const middle = Array.from({ length: chance.upTo(6) }, () => anyAct(chance));
  const silent = chance.oneIn(8);
  return [...(silent ? [] : [begin, ...middle]), ...anyEnd(chance)];
}

function anyAct(chance: Chance): Act {
  const afterMs = chance.oneIn(4) ? chance.upTo(10 * MINUTE) : chance.upTo(MINUTE);
  switch (chance.upTo(9)) {
    case 0:
      return { kind: 'commits', afterMs };
    case 1:
      return { kind: 'progresses', afterMs };
    case 2:
      return { kind: 'uses-tool', afterMs, forMs: chance.of([MINUTE, 30 * MINUTE, 3 * HOUR]) };
    case 3:
      return { kind: 'writes', afterMs, bytes: chance.between(1, 6) * 20 * GIB };
    case 4:
      return { kind: 'echoes-done', afterMs };
    case 5:
      return { kind: 'claims-done', afterMs, isTrue: false };
    case 6:
      return { kind: 'says', afterMs, signals: [{ kind: 'todo', done: chance.between(1, 9), total: 9 }] };
    case 7:
      return { kind: 'loses-a-tool', afterMs };
    default:
      return { ...turn, afterMs };
  }
}

function anyEnd(chance: Chance): Life {
  const afterMs = chance.oneIn(4) ? chance.upTo(20 * MINUTE) : chance.upTo(MINUTE);
  const code = chance.of([0, 0, 0, 1]);
  const ends: Act = { kind: 'ends', afterMs, code, signal: null, leaving: chance.of(['none', 'none', 'none', 'tool', 'agent']) };
  switch (chance.upTo(9)) {
    case 0:
      return [{ kind: 'hangs', afterMs }];
    case 1:
      return [{ ...ends, code: null, signal: 'SIGKILL' }];
    case 2:
      return [{ kind: 'is-blocked', afterMs }, ends];
    case 3:
    case 4: {
      const refusal: Act = { kind: 'says', afterMs, signals: [refused(chance), { kind: 'turn', well: false }] };
      return chance.oneIn(3) ? [refusal, { kind: 'hangs', afterMs: 0 }] : [refusal, { ...ends, afterMs: SECOND }];
    }
    default:
      return [turn, ends];
  }
}

function refused(chance: Chance): Signal {
  const kind = chance.of(['limit', 'limit', 'transient', 'auth', 'context', 'no-space', 'permission', 'session-missing', 'error'] as const);
  if (kind !== 'limit') return { kind, text: `so it said (${kind})` };
  const isStated = !chance.oneIn(3);
  const resetsAtWall = isStated ? BEGIN + chance.upTo(12 * HOUR) : null;
  const rest = { ofModel: false, isCap: chance.oneIn(10), provenance: isStated ? ('prose' as const) : null };
  return { kind, text: 'usage limit reached', name: 'five_hour', resetsAtWall, ...rest };
}
