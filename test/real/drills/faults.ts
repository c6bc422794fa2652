import { expect } from 'vitest';
import type { Ran, Stage } from '../../kit/stage.ts';
import type { Drill } from './drill.ts';
import { whyNoStrace } from './injected.ts';
import { onStage, onStages } from './on-stages.ts';
import { playStory } from './story.ts';

/** A system call that fails in the watchdog, at each of its places in a short story. */
interface Fault extends Omit<Drill, 'play'> {
  /** What happens, in strace's words: `signal=SIGKILL`, `error=EIO`. */
  readonly how: string;
  /** From that place on, every time. */
  readonly forGood?: boolean;
  /** The calls, and at how many of their places each is tried: all, or this many, evenly spread. */
  readonly calls: Readonly<Record<string, number>>;
  /** Only calls on these files of the state. */
  readonly on?: (stage: Stage) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What the agent does. Left out: three short lives. */
  readonly lives?: string;
  /** What holds if the watchdog ended because of it. */
  readonly died: (died: Ran) => void;
}

interface Point {
  readonly call: string;
  readonly nth: number;
}

const AT_ONCE = 3;

/** The drill for a fault, played once for each place. */
export const drillOf = ({ how, forGood = false, calls, on = () => [], env = {}, lives, died, ...said }: Fault): Drill => ({
  ...said,
  play: async ({ skip }) => {
    const missing = whyNoStrace();
    if (missing !== null) skip(missing);
    const files = (stage: Stage) => on(stage).flatMap((file) => ['-P', file]);
    const every = `trace=${Object.keys(calls).join()}`;
    const unharmed = await onStage((stage) => playStory(stage, [...files(stage), '-e', every], env, lives));
    const points = pointsIn(unharmed.calls, calls);
    expect(points.length).toBeGreaterThan(0);
    let [hit, ended] = [0, 0];
    const nameOf = ({ call, nth }: Point) => `${how} at ${call} number ${nth}`;
    await onStages(points, AT_ONCE, nameOf, async (stage, { call, nth }) => {
      const inject = `inject=${call}:${how}:when=${nth}${forGood ? '+' : ''}`;
      const played = await playStory(stage, [...files(stage), '-e', `trace=${call}`, '-e', inject], env, lives);
      if (countOf(played.calls, call) >= nth) hit += 1;
      if (played.died === null) return;
      ended += 1;
      died(played.died);
    });
    // No two stories are the same: the last places may lie beyond the end.
    expect(hit).toBeGreaterThan(points.length / 2);
    return `${hit} of ${points.length} places hit; at ${ended} the watchdog ended`;
  },
});

const countOf = (calls: string, call: string): number => calls.split('\n').filter((line) => line.startsWith(`${call}(`)).length;

const pointsIn = (seen: string, calls: Fault['calls']): readonly Point[] =>
  Object.entries(calls).flatMap(([call, most]) => {
    const count = countOf(seen, call);
    const tried = Math.min(count, most);
    return Array.from({ length: tried }, (_, index) => ({ call, nth: 1 + Math.floor((index * count) / tried) }));
  });
