import type { Evidence, Instant } from '../model/facts.ts';
import type { Run } from '../model/run.ts';
import { afterMilestone, afterWeakMilestone } from '../model/streak.ts';
import { fingerprint } from '../values/fingerprint.ts';
import { truncate } from '../values/truncate.ts';
import { costSoFar } from './caps.ts';

/**
 * Fingerprints remembered per run; the one not seen for longest is forgotten first. A run with more
 * milestones than this is not in trouble.
 */
export const MAX_SEEN = 1024;

/** Remembered repositories that an agent has moved to. */
const MAX_PLACES = 64;

/**
 * Credits a strong milestone to an attempt: resumes up to that attempt no longer count against the
 * budget.
 */
export function withMilestone(run: Run, attempt: number, at: Instant, what: string): Run {
  const last = Math.max(attempt, run.milestone?.attempt ?? 0);
  return {
    ...run,
    milestone: { attempt: last, at, what },
    ...costNow(run),
    strongMilestone: Math.max(attempt, run.strongMilestone ?? 0),
    charged: run.charged.filter((number) => number > last),
    takenOff: 0,
    streak: afterMilestone(run.streak),
    recovery: run.recovery?.phase === 'trial' && attempt >= run.recovery.from ? null : run.recovery,
    recoveries: { ...run.recoveries, sinceMilestone: 0 },
    attendedAt: null,
  };
}

/**
 * Credits a weak milestone: it takes a limited number of resumes off the budget and restores no
 * other allowance.
 */
export function withWeakMilestone(run: Run, attempt: number, at: Instant, what: string): Run {
  const last = Math.max(attempt, run.milestone?.attempt ?? 0);
  const charged = run.charged.filter((number) => number > last);
  return {
    ...withoutCharges(run, charged),
    milestone: { attempt: last, at, what },
    ...costNow(run),
    streak: afterWeakMilestone(run.streak),
    recovery: run.recovery?.phase === 'trial' && attempt >= run.recovery.from ? null : run.recovery,
    attendedAt: null,
  };
}

/**
 * The run with only these resumes charged, and the others remembered until the next strong
 * milestone.
 */
export const withoutCharges = (run: Run, charged: readonly number[]): Run => ({
  ...run,
  charged,
  takenOff: (run.takenOff ?? 0) + run.charged.length - charged.length,
});

/**
 * What the evidence shows for the first time in this run, in words, or null if nothing, and the
 * marks that remember it.
 */
export function novelty(marks: Run['marks'], evidence: Evidence): { what: string | null; isStrong: boolean; marks: Run['marks'] } {
  const novel: string[] = [];
  let isStrong = false;
  let { progress } = marks;
  const seen = new Set(marks.seen);
  const isNew = (kind: string, value: string): boolean => {
    const print = fingerprint(`${kind}:${value}`);
    // Seeing it again extends its memory.
    const isKnown = seen.delete(print);
    seen.add(print);
    return !isKnown;
  };
  const isFirstLookAtRefs = evidence.commits !== undefined && marks.refs !== true;
  // The head is also one of the commits. It is tested first, because testing remembers.
  const heads = evidence.head !== null && isNew('head', evidence.head) ? [evidence.head] : [];
  const others = (evidence.commits ?? []).filter((commit) => isNew('head', commit) && !isFirstLookAtRefs);
  const places = new Set(marks.places);
  const moved = (evidence.elsewhere ?? []).flatMap(({ root, commits: there }) => {
    const place = fingerprint(root);
    const isFirstLook = !places.has(place);
    places.add(place);
    return there.filter((commit) => isNew('head', commit) && !isFirstLook);
  });
  const commits = [...heads, ...others, ...moved];
  if (commits[0] !== undefined) {
    novel.push(`new commit ${commits[0].slice(0, 10)}`);
    isStrong = true;
  }
  const contents = [evidence.worktree, ...(evidence.contents ?? [])].filter((content) => content !== null && isNew('worktree', content));
  if (contents.length > 0) novel.push('new content in the worktree');
  if (evidence.progress !== null) {
    const number = asNumber(evidence.progress);
    if (number === null) {
      if (isNew('progress', evidence.progress)) {
        novel.push(`progress says ${JSON.stringify(truncate(evidence.progress, 80))}`);
        isStrong = true;
      }
    } else if (progress === null || number > progress) {
      novel.push(`progress is at ${number}`);
      progress = number;
      isStrong = true;
    }
  }
  const hasRefs = marks.refs === true || evidence.commits !== undefined;
  const next = {
    ...marks,
    baseline: marks.baseline || !isBlind(evidence),
    progress,
    seen: [...seen].slice(-MAX_SEEN),
    ...(hasRefs && { refs: true }),
    ...(places.size > 0 && { places: [...places].slice(-MAX_PLACES) }),
  };
  // The first look is the baseline for all later ones; it is no achievement of the run.
  return { what: marks.baseline && novel.length > 0 ? novel.join(', ') : null, isStrong, marks: next };
}

/** A look that could see nothing says nothing, not even what existed before. */
const isBlind = ({ head, worktree, progress, missing, commits = [], elsewhere = [] }: Evidence): boolean =>
  missing.length > 0 && head === null && worktree === null && progress === null && commits.length + elsewhere.length === 0;

/** Why no evidence was available, or null if there was some. */
export const noneToBeHad = (evidence: Evidence): string | null => evidence.none ?? (isBlind(evidence) ? evidence.missing.join('; ') : null);

/**
 * Returns marks only the first time `dogwatch progress` reports this text in this run, otherwise
 * null.
 */
export function unheard(marks: Run['marks'], text: string): Run['marks'] | null {
  const print = fingerprint(`said:${text}`);
  return marks.seen.includes(print) ? null : { ...marks, seen: [...marks.seen, print].slice(-MAX_SEEN) };
}

function asNumber(text: string): number | null {
  const trimmed = text.trim().replace(/%$/, '');
  const number = /^-?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}

const costNow = (run: Run): Pick<Run, 'caps'> => (run.spend === undefined ? {} : { caps: { ...run.caps, atMilestone: costSoFar(run) } });
