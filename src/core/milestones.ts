import { fingerprint } from './fingerprint.ts';
import type { Run } from './run.ts';
import type { Evidence, Instant } from './types.ts';

/**
 * Fingerprints remembered a run; what was not seen for longest is forgotten first. A run that makes more milestones than this is not
 * in trouble.
 */
export const MAX_SEEN = 1024;

/** The run with a milestone credited to an attempt: resumes up to that attempt no longer count against the budget. */
export function withMilestone(run: Run, attempt: number, at: Instant, what: string): Run {
  const last = Math.max(attempt, run.milestone?.attempt ?? 0);
  return {
    ...run,
    milestone: { attempt: last, at, what },
    charged: run.charged.filter((number) => number > last),
    transients: 0,
    noops: 0,
    shortDeaths: 0,
    overlongTool: null,
    freshStarts: 0,
    noSpaces: 0,
    told: [],
    recovery: run.recovery?.phase === 'trial' && attempt >= run.recovery.from ? null : run.recovery,
    recoveries: { ...run.recoveries, sinceMilestone: 0 },
    attendedAt: null,
  };
}

/** What in the evidence was never seen before in this run, in words (null: nothing), and the marks that remember it. */
export function novelty(marks: Run['marks'], evidence: Evidence): { what: string | null; marks: Run['marks'] } {
  const news: string[] = [];
  let { progress } = marks;
  const seen = new Set(marks.seen);
  const isNew = (kind: string, value: string): boolean => {
    const print = fingerprint(`${kind}:${value}`);
    // What is seen again is remembered longer.
    const isKnown = seen.delete(print);
    seen.add(print);
    return !isKnown;
  };
  if (evidence.head !== null && isNew('head', evidence.head)) news.push(`new commit ${evidence.head.slice(0, 10)}`);
  if (evidence.worktree !== null && isNew('worktree', evidence.worktree)) news.push('new content in the worktree');
  if (evidence.progress !== null) {
    const number = asNumber(evidence.progress);
    if (number === null) {
      if (isNew('progress', evidence.progress)) news.push(`progress says ${JSON.stringify(evidence.progress.slice(0, 80))}`);
    } else if (progress === null || number > progress) {
      news.push(`progress is at ${number}`);
      progress = number;
    }
  }
  const next = { ...marks, baseline: true, progress, seen: [...seen].slice(-MAX_SEEN) };
  // The first look is what everything later is compared with; it is no achievement of the run's.
  return { what: marks.baseline && news.length > 0 ? news.join(', ') : null, marks: next };
}

/** True once: for a text that `dogwatch progress` never said before in this run. */
export function unheard(marks: Run['marks'], text: string): Run['marks'] | null {
  const print = fingerprint(`said:${text}`);
  return marks.seen.includes(print) ? null : { ...marks, seen: [...marks.seen, print].slice(-MAX_SEEN) };
}

function asNumber(text: string): number | null {
  const trimmed = text.trim().replace(/%$/, '');
  const number = /^-?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}
