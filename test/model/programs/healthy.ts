import { GIB } from '../../kit/core/disks.ts';
import { MINUTE } from '../../kit/core/world.ts';
import { type Act, FINISHING, type Life } from '../world/lives.ts';
import type { Program } from './program.ts';

const works: Act = { kind: 'says', afterMs: 4 * MINUTE, signals: [{ kind: 'tool' }, { kind: 'turn', well: true }] };
const commits: Act = { kind: 'commits', afterMs: 4 * MINUTE };
const life: Life = [...Array.from({ length: 150 }, (_, n): Act => (n % 20 === 19 ? commits : works)), ...FINISHING];

/** One run that works for ten hours and finishes. */
const withEvents = (events: Program['events']): Program => ({
  seed: 1,
  recovers: true,
  events,
  runs: [
    {
      atMs: 0,
      name: 'run-1',
      account: 'a',
      hasCheck: false,
      isForeign: false,
      maxResumes: 20,
      lives: [life, FINISHING],
      lastLife: 'dies',
      mendings: [],
    },
  ],
});

/** Nothing else happens. */
export const HEALTHY: Program = withEvents([]);

/** The disk fills up, and every agent dies of it. */
export const OUTAGE: Program = withEvents([
  { kind: 'write', bytes: 10_000 * GIB, atMs: MINUTE },
  { kind: 'kill-all', atMs: MINUTE + 10 },
  { kind: 'kill-watchdog', atMs: MINUTE + 10 },
]);
