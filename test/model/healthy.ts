import { MINUTE } from '../core/world.ts';
import { type Act, FINISHING, type Life } from './lives.ts';
import type { Program } from './program.ts';

const works: Act = { kind: 'says', afterMs: 4 * MINUTE, signals: [{ kind: 'tool' }, { kind: 'turn', well: true }] };
const life: Life = [...Array.from({ length: 150 }, (): Act => works), ...FINISHING];

/** One run that works for ten hours and finishes, while nothing else happens. */
export const HEALTHY: Program = {
  seed: 1,
  recovers: true,
  events: [],
  runs: [
    {
      atMs: 0,
      name: 'run-1',
      account: 'a',
      hasCheck: false,
      isForeign: false,
      maxResumes: 20,
      lives: [life],
      lastLife: 'dies',
      mendings: [],
    },
  ],
};
