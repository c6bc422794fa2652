import { parseArgs } from 'node:util';
import { tryFleets } from './fleet/worlds.ts';
import { storyOf, trySeeds } from './seeds.ts';

/** Leaves room for the seeds of a day. */
const FRESH = 2 ** 31 - 10_000_000;

const { values } = parseArgs({
  options: {
    ...{ seed: { type: 'string' }, seeds: { type: 'string' }, from: { type: 'string' }, minutes: { type: 'string' } },
    fleet: { type: 'boolean', default: false },
  },
});

if (values.fleet) fleets();
else if (values.seed !== undefined) {
  console.log(storyOf(Number(values.seed)));
  process.exitCode = trySeeds(Number(values.seed), 1).failed === null ? 0 : 1;
} else {
  const { from, count, isToEnd } = wanted(1000);
  console.log(`seeds from ${from}`);
  const began = process.cpuUsage();
  const { programs, decisions, failed } = trySeeds(from, count, {}, isToEnd);
  // Measured as CPU time, because other programs share the machine.
  const { user, system } = process.cpuUsage(began);
  const seconds = (user + system) / 1e6;
  console.log(
    `${programs} programs, ${decisions} decisions in ${seconds.toFixed(1)} s of a core: ${Math.round(decisions / seconds)} a second`,
  );
  if (failed !== null) {
    console.log(`seed ${failed.seed} fails: ${failed.result.broken}\n`);
    console.log(storyOf(failed.seed));
    console.log(`\nagain: npm run simulate -- --seed ${failed.seed}`);
    process.exitCode = 1;
  }
}

function wanted(usual: number): { readonly from: number; readonly count: number; readonly isToEnd: () => boolean } {
  const from = Number(values.from ?? Math.floor((performance.timeOrigin * 1000) % FRESH));
  const untilMs = values.minutes === undefined ? Number.POSITIVE_INFINITY : performance.now() + Number(values.minutes) * 60_000;
  const count = Number(values.seeds ?? (values.minutes === undefined ? usual : Number.MAX_SAFE_INTEGER));
  return { from, count, isToEnd: () => performance.now() > untilMs };
}

/** Many hosts on one engine, instead of one machine. */
function fleets(): void {
  const { from, count, isToEnd } = values.seed === undefined ? wanted(100) : { from: Number(values.seed), count: 1, isToEnd: () => false };
  console.log(`seeds from ${from}`);
  const { storms, failed } = tryFleets(from, count, isToEnd);
  console.log(`${storms} storms over a fleet`);
  if (failed === null) return;
  console.log(`seed ${failed.seed} fails: ${failed.story}\n\nagain: npm run simulate -- --fleet --seed ${failed.seed}`);
  process.exitCode = 1;
}
