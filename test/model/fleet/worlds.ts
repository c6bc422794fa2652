import { commandStorm, playCommands } from './commands/play.ts';
import { play } from './lease/play.ts';
import { noticeStorm, playNotices } from './notices/play.ts';
import { playProbes, probeStorm } from './probes/play.ts';
import { playView, viewStorm } from './view/play.ts';
import { type Blow, type Played, shortest } from './world/storm.ts';

interface World {
  /** All that happens, as far as it can be left out. */
  readonly storm: (seed: number) => readonly Blow[];
  readonly play: (seed: number, blows?: readonly Blow[]) => Played;
}

const NO_STORM = (): readonly Blow[] => [];

/** The laws of a fleet, each in a world of its own. */
const WORLDS: Readonly<Record<string, World>> = {
  lease: { storm: NO_STORM, play: (seed) => play(seed) },
  'lease, with losses of power': { storm: NO_STORM, play: (seed) => play(seed, { losesPower: true }) },
  view: { storm: viewStorm, play: playView },
  probes: { storm: probeStorm, play: playProbes },
  notices: { storm: noticeStorm, play: playNotices },
  commands: { storm: commandStorm, play: playCommands },
};

const STORY_LINES = 60;

export interface Tried {
  readonly storms: number;
  /** The first that failed, in words, or null. */
  readonly failed: { readonly seed: number; readonly story: string } | null;
}

/** Plays all worlds with these seeds until one fails or `isToEnd` returns true. */
export function tryFleets(from: number, count: number, isToEnd = () => false): Tried {
  let storms = 0;
  for (let seed = from; seed < from + count; seed++)
    for (const [name, world] of Object.entries(WORLDS)) {
      storms += 1;
      if (world.play(seed).broken !== null) return { storms, failed: { seed, story: `${name}\n${storyOf(world, seed)}` } };
      if (isToEnd()) return { storms, failed: null };
    }
  return { storms, failed: null };
}

/** What happens in the shortest storm that breaks anything. */
function storyOf({ storm, play: playWorld }: World, seed: number): string {
  const fewer = shortest(storm(seed), (blows) => playWorld(seed, blows).broken !== null);
  const { broken, lines } = fewer.length === 0 ? playWorld(seed) : playWorld(seed, fewer);
  return [...lines.slice(-STORY_LINES), broken ?? ''].join('\n');
}
