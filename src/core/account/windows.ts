import type { Observation, Signal } from '../model/facts.ts';
import type { Run } from '../model/run.ts';
import type { UsageWindow } from '../model/signals.ts';
import type { AccountWindow } from './window.ts';

/** Less than before by this much means that a window began anew, whatever was said of its reset. */
const BEGAN_ANEW_PERCENT = 20;
/** Resets that are stated in seconds from now differ a little each time. */
const SAME_RESET_MS = 120_000;

/**
 * Folds what an observation of a run says about the usage windows of its account. The same array if
 * it says nothing new: agents repeat them with every answer.
 */
export function evolveWindows(windows: readonly AccountWindow[], run: Run, seen: Observation): readonly AccountWindow[] {
  if ((seen.kind !== 'log.read' && seen.kind !== 'journal.read') || seen.attempt !== run.attempt?.number) return windows;
  return seen.signals.filter(isWindow).reduce((all, stated) => withWindow(all, run, stated, seen.at.wall), windows);
}

const isWindow = (signal: Signal): signal is UsageWindow => signal.kind === 'window';

function withWindow(windows: readonly AccountWindow[], { spec }: Run, stated: UsageWindow, wall: number): readonly AccountWindow[] {
  const model = stated.ofModel ? { name: spec.model } : null;
  const before = windows.find((one) => one.name === stated.name && one.model?.name === model?.name);
  const isSame = before !== undefined && isSameWindow(before, stated, wall);
  const next: AccountWindow = {
    account: spec.account,
    name: stated.name,
    model,
    // A statement without a percentage takes none back.
    usedPercent: stated.usedPercent ?? (isSame ? before.usedPercent : null),
    resetsAtWall: isSame && before.resetsAtWall !== null ? before.resetsAtWall : stated.resetsAtWall,
    extra: stated.extra ?? (isSame ? before.extra : null),
    seenWall: wall,
    notified: isSame && before.notified,
  };
  if (before === undefined) return [...windows, next];
  return isSame && saysTheSame(before, next) ? windows : windows.map((one) => (one === before ? next : one));
}

/** The same window of time: not one that began after a reset. */
function isSameWindow({ resetsAtWall, usedPercent, seenWall }: AccountWindow, stated: UsageWindow, wall: number): boolean {
  if (resetsAtWall !== null && resetsAtWall <= wall) return false;
  if (usedPercent !== null && stated.usedPercent !== null && stated.usedPercent < usedPercent - BEGAN_ANEW_PERCENT) return false;
  if (resetsAtWall === null || stated.resetsAtWall === null) return wall >= seenWall;
  return Math.abs(stated.resetsAtWall - resetsAtWall) < SAME_RESET_MS;
}

const saysTheSame = (before: AccountWindow, next: AccountWindow): boolean =>
  Math.floor(before.usedPercent ?? -1) === Math.floor(next.usedPercent ?? -1) &&
  before.extra === next.extra &&
  before.resetsAtWall === next.resetsAtWall;

/** The windows, marked as those of which a person was notified. */
export const withNotified = (windows: readonly AccountWindow[], notified: readonly AccountWindow[]): readonly AccountWindow[] =>
  notified.length === 0 ? windows : windows.map((one) => (notified.includes(one) ? { ...one, notified: true } : one));
