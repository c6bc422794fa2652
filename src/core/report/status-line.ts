import type { PressureState } from '../model/disk.ts';
import type { RunState } from '../model/facts.ts';
import { isOver, type Run } from '../model/run.ts';
import { needsAttention } from '../run/owner.ts';
import { counted } from '../values/counted.ts';

/** What a state means in a one-line summary; finished runs are not mentioned. */
const WORDS: Readonly<Partial<Record<RunState, string>>> = {
  starting: 'working',
  working: 'working',
  quiet: 'working',
  waiting: 'waiting',
  held: 'held',
  recovering: 'being mended',
};
const FOR_A_PERSON = 'needing a person';
const ORDER = [...new Set(Object.values(WORDS)), FOR_A_PERSON];

const wordOf = (run: Run): string | undefined => (needsAttention(run.state) && !isOver(run) ? FOR_A_PERSON : WORDS[run.state]);

/** All runs and disks in one line, as the service manager shows it. */
export function statusLine(runs: readonly Run[], { devices, unreachable }: PressureState): string {
  const counts = ORDER.map((word) => ({ word, count: runs.filter((run) => wordOf(run) === word).length }));
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  const parts = counts.filter(({ count }) => count > 0).map(({ word, count }) => `${count} ${word}`);
  const said = all === 0 ? 'no run is active' : `${counted(all, 'run')}: ${parts.join(', ')}`;
  const short = devices.filter(({ level }) => level !== 'none').map(({ path, level }) => `${path} is ${level === 'soft' ? 'low' : 'full'}`);
  const lost = unreachable.length === 0 ? [] : [`${unreachable.length} cannot be measured`];
  return `${said}; disks: ${[...short, ...lost].join(', ') || 'fine'}`;
}
