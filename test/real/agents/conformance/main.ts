import { type Wanted, wantedBy } from './arguments.ts';
import { candidateOf, installNeeded } from './candidates.ts';
import type { Outcome } from './cell.ts';
import { playCell } from './cell.ts';
import type { Point, Way } from './point.ts';
import { differences, isMeasured, readResults, TABLE, withPlays, writeResults } from './results.ts';
import { writeTable } from './table.ts';

// What a resume really does: each CLI, dying at each point in each way, and resumed as dogwatch
// does it. Started by `npm run conformance`.
const wanted = wantedOrUsage();
if (wanted.installs) {
  installNeeded(wanted);
  process.exit(0);
}
const stored = readResults();
const differing: string[] = [];
const unstable: string[] = [];
const beganMs = performance.now();
const say = (text: string): void => void process.stdout.write(`${text}\n`);

function wantedOrUsage(): Wanted {
  try {
    return wantedBy(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`dogwatch: ${error instanceof Error ? error.message : error}\n`);
    process.exit(64);
  }
}

/** What cannot be reached in one way cannot be reached in another. */
const closed = new Map<string, Outcome>();

async function play(name: (typeof wanted.agents)[number], point: Point, way: Way): Promise<void> {
  const candidate = candidateOf(name, wanted.newest);
  if (candidate === null) return;
  const { version } = candidate;
  const key = `${name} ${point}`;
  const before = stored[name]?.cells[point]?.[way];
  // At the end of the turn an agent with a wrapper has none, and else a tool of the suite looks like one.
  const isAlone = point === 'turn-end' && candidate.subject.alone !== undefined;
  const known = closed.get(key) ?? (isAlone ? undefined : closed.get(`${name} ${way}`));
  const played: Outcome[] = [];
  while (known === undefined && played.length < wanted.repeat) {
    const next = await playCell(candidate, point, way, wanted.keep);
    const last = played.at(-1);
    const changes = last === undefined ? [] : differences(last, next);
    if (changes.length > 0) say(`UNSTABLE ${name} ${version} ${point} ${way}: ${changes.join('; ')}`);
    if (changes.length > 0) unstable.push(`${name} ${point} ${way}`);
    played.push(next);
  }
  const outcome = known ?? played.at(-1);
  if (outcome === undefined) return;
  if (!isMeasured(outcome)) closed.set(outcome.isOfPoint ? key : `${name} ${way}`, outcome);
  const changes = before === undefined ? [] : differences(before, outcome);
  if (changes.length > 0) differing.push(`${name} ${point} ${way}`);
  const what = isMeasured(outcome)
    ? `${outcome.modes.join('+')} session ${outcome.session}, lost [${outcome.lost}], sees ${outcome.seen}${outcome.named ? ' (named)' : ''}, effects ${JSON.stringify(outcome.effects)}`
    : `– ${outcome.unreached}`;
  say(`${name} ${version} ${point} ${way}: ${what}`);
  if (changes.length > 0) say(`  DIFFERS from ${stored[name]?.version}: ${changes.join('; ')}`);
  if (wanted.newest) return;
  // Read again: another part of the suite may run beside it.
  writeResults(withPlays(readResults(), { name, version, point, way }, outcome, played));
}

const queue = wanted.ways.flatMap((way) => wanted.points.flatMap((point) => wanted.agents.map((name) => ({ name, point, way }))));
const work = async (): Promise<void> => {
  for (let next = queue.shift(); next !== undefined; next = queue.shift())
    try {
      await play(next.name, next.point, next.way);
    } catch (error) {
      say(`FAILED ${next.name} ${next.point} ${next.way}: ${error instanceof Error ? error.stack : error}`);
      process.exitCode = 1;
    }
};
await Promise.all(Array.from({ length: wanted.jobs }, work));
if (!wanted.newest) writeTable(readResults());
const minutes = ((performance.now() - beganMs) / 60_000).toFixed(1);
say(`${minutes} min${wanted.newest ? '' : `; ${TABLE}`}`);
const named = (cells: readonly string[]): string => (cells.length === 0 ? 'no cell' : [...new Set(cells)].join(', '));
say(`differs from the table before: ${named(differing)}`);
if (wanted.repeat > 1) say(`differs between its ${wanted.repeat} plays: ${named(unstable)}`);
