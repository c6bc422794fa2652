// Measures the parts of the benchmark that its arguments name, or all. It fails if something could
// not be measured, never because of a figure: a missed bar is a line of the report.
import { loadavg } from 'node:os';
import { print, write } from '../report.ts';
import type { Part } from '../results.ts';
import { choice } from './choice.ts';
import { PARTS } from './parts.ts';

const USAGE = 64;
const ORDER = PARTS.map(([name]) => name);
const wanted = choice(process.argv.slice(2), ORDER);

// Its standard input ends with what started it, and with that the measurement.
if (process.env.DOGWATCH_BENCH_DIRECTORY !== undefined) process.stdin.on('close', () => process.exit(1)).resume();

if (wanted.kind === 'list') process.stdout.write(ORDER.map((name) => `${name}\n`).join(''));
else if (wanted.kind === 'wrong') {
  process.stderr.write(`bench: ${wanted.because}\n  hint      npm run bench -- --list\n`);
  process.exitCode = USAGE;
} else process.exitCode = (await measureAll(wanted.names)) ? 0 : 1;
process.exit();

async function measureAll(names: readonly string[]): Promise<boolean> {
  const measured: Part[] = [];
  let isWhole = true;
  for (const [name, measure] of PARTS.filter(([one]) => names.includes(one))) {
    process.stdout.write(`${name} …\n`);
    const [before] = loadavg();
    try {
      const results = await measure();
      const load = [before, loadavg()[0]].map((minute = 0) => minute.toFixed(1)).join(' → ');
      measured.push({ name, at: new Date().toISOString(), load, results });
      // At once, so that an interrupted run keeps what was measured.
      write(measured, ORDER);
    } catch (error) {
      isWhole = false;
      process.stderr.write(`${name} could not be measured: ${error instanceof Error ? error.stack : error}\n`);
    }
  }
  if (measured.length > 0) print(measured, ORDER);
  return isWhole;
}
