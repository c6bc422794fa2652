import { setTimeout } from 'node:timers/promises';
import type { Run } from '../core/model/run.ts';
import { knownAttempt } from '../launch/attempt/record-cache.ts';
import { orphansOf, standbysOf } from '../launch/standby/record.ts';
import { attemptFiles, type Layout } from '../store/directory/layout.ts';
import { isKept } from '../system/process/keep.ts';
import { processesOfRuns } from '../system/process/marks.ts';
import type { SeenProcess } from '../system/process/seen-process.ts';
import type { Haste } from '../system/process/sightings.ts';
import { isMark } from '../system/process/visible-mark.ts';
import { type EndOutcome, endAttempt } from './end-attempt.ts';

/**
 * Living processes that carry a mark of this run but do not belong to the attempt that is being
 * replaced: they belong to an attempt that the state does not know, as after an older copy of it
 * was restored. The attempt that is being replaced was seen dead, and the rest of it was ended.
 */
export function straysOf(run: Run, layout: Layout): readonly SeenProcess[] {
  const { attempt } = run;
  const replaced = attempt === null ? null : knownAttempt(attemptFiles(layout, run.id, attempt.number)).mark;
  return markedOf(run.id, layout, 'shared').filter(({ mark }) => !isMark(mark, replaced));
}

/**
 * The same, once the standbys of a watchdog that has just died had the time to leave.
 */
export async function lastingStraysOf(run: Run, layout: Layout): Promise<readonly SeenProcess[]> {
  let strays = straysOf(run, layout);
  if (strays.length === 0) return strays;
  const isOrphan = orphansOf(layout, run.id);
  for (let waitedMs = 0; waitedMs < LEAVES_WITHIN_MS && strays.some(({ mark }) => isOrphan(mark)); waitedMs += LOOK_EVERY_MS) {
    await setTimeout(LOOK_EVERY_MS);
    strays = straysOf(run, layout);
  }
  return strays;
}

const LEAVES_WITHIN_MS = 5000;
const LOOK_EVERY_MS = 20;

/**
 * Every living process with a mark of this run, whatever attempt or recovery agent it names, except
 * those that are never ended, and standbys, which end by themselves.
 */
export function markedOf(run: string, layout: Layout, haste: Haste = 'patient'): readonly SeenProcess[] {
  const found = [...processesOfRuns(new Set([run]), layout.stateDir, haste).values()].flat().filter((one) => !isKept(one));
  if (found.length === 0) return found;
  const isStandby = standbysOf(layout, run);
  return found.filter(({ mark }) => !isStandby(mark));
}

/**
 * Ends every process that carries a mark of this run, and proves it. Returns null if there was
 * none.
 */
export async function endStrays(run: string, layout: Layout, graceMs: number): Promise<EndOutcome | null> {
  const marks = [...new Set(markedOf(run, layout).flatMap(({ mark }) => mark ?? []))];
  if (marks.length === 0) return null;
  const ends = await Promise.all(marks.map((mark) => endAttempt({ mark, shim: null, agent: null, unit: null, graceMs, cwd: '/' })));
  const because = ends.map((end, index) => `of ${nameOf(marks[index] ?? '')}: ${end.because}`).join('; ');
  return { kind: ends.some(({ kind }) => kind === 'end-failed') ? 'end-failed' : 'ended', because };
}

/** Why nothing is started beside them, and what to do. */
export function occupiedBy(strays: readonly SeenProcess[]): string {
  const shown = strays.slice(0, MAX_SHOWN).map(({ pid, comm, mark }) => `${pid} (${comm}, ${nameOf(mark ?? '')})`);
  const more = strays.length > MAX_SHOWN ? ` and ${strays.length - MAX_SHOWN} more` : '';
  const one = strays.length === 1;
  return `${one ? 'a process' : 'processes'} of this run, unknown to dogwatch, ${one ? 'is' : 'are'} alive: pid ${shown.join(', ')}${more}. Was an older copy of the state restored? End ${one ? 'it' : 'them'} and resume the run, or stop the run`;
}

const MAX_SHOWN = 5;

/** The attempt or recovery agent that a mark names, without its secret. */
function nameOf(mark: string): string {
  const [, number = ''] = mark.split('/');
  return number.startsWith('recovery-') ? number.replace('-', ' ') : `attempt ${number}`;
}
