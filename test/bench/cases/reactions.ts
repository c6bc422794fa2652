import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { until } from '../../kit/until.ts';
import { monit, monitWith } from '../peers/monit.ts';
import { endAll, variablesOf } from '../peers/peer.ts';
import { place } from '../place.ts';
import { type Row, row, type Skipped } from '../row.ts';
import { newDirectory } from '../run/directory.ts';
import { SIZE } from '../size.ts';

const WHAT = 'log line → reaction';
/** Spreads the lines, so that they keep step with no program's own second. */
const SPREAD_MS = 1000;

/** A program that follows a log; `heard` counts the lines. */
interface Listener {
  readonly name: string;
  readonly log: string;
  heard(): number;
  close(): Promise<unknown>;
}

/**
 * From a line in a log to the reaction: for dogwatch the printed decision, which is on disk by
 * then; for the others a line that they write.
 */
export async function reactions(): Promise<readonly (Row | Skipped)[]> {
  const listeners: Listener[] = [];
  const skipped: Skipped[] = [];
  try {
    listeners.push(await dogwatch(), await tailAndGrep());
    const because = monit.whyNot();
    if (because === null) listeners.push(await monitContent());
    else skipped.push({ what: `${WHAT}: ${monit.name}`, skipped: because });
    const times = new Map(listeners.map(({ name }) => [name, [] as number[]]));
    for (let round = 0; round < SIZE.reactions; round++)
      for (const { name, log, heard } of listeners) {
        await setTimeout(Math.random() * SPREAD_MS);
        const before = heard();
        const begun = performance.now();
        appendFileSync(log, `BOOM number ${round}\n`);
        while (heard() === before && performance.now() - begun < 30_000) await setTimeout(1);
        if (heard() === before) throw new Error(`${name} did not hear of the line`);
        times.get(name)?.push(performance.now() - begun);
      }
    return [...[...times].map(([name, samples]) => row(`${WHAT}: ${name}`, 'ms', samples)), ...skipped];
  } finally {
    for (const { close } of listeners) await close();
  }
}

async function dogwatch(): Promise<Listener> {
  const home = place();
  const log = join(home.directory, 'listened.log');
  writeFileSync(log, 'it begins\n');
  const child = home.start(['watch']);
  const counted = countIn(child, /BOOM number/g);
  await until('the watchdog runs', () => home.watchdog() !== null);
  const done = ['--done-file', join(home.directory, 'done'), '--pattern', 'transient=^BOOM', '--log', log];
  await home.does(['run', '--detach', '--name', 'listener', '--cwd', home.directory, ...done, '--', 'sleep', '1000000']);
  await until('its log is followed', () => home.looking((reader) => reader.run('listener')?.cursors[log] !== undefined));
  return { name: 'dogwatch', log, heard: counted, close: () => home.tearDown() };
}

/** How often something was printed. */
function countIn(child: ChildProcess, what: RegExp): () => number {
  let text = '';
  child.stderr?.resume();
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return () => text.match(what)?.length ?? 0;
}

function stage(): { directory: string; log: string; said: string } {
  const directory = newDirectory();
  const log = join(directory, 'listened.log');
  writeFileSync(log, 'it begins\n');
  return { directory, log, said: join(directory, 'said') };
}

const linesIn = (path: string): number => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0);

async function closed(directory: string): Promise<void> {
  await endAll(directory);
  rmSync(directory, { recursive: true, force: true });
}

async function tailAndGrep(): Promise<Listener> {
  const { directory, log, said } = stage();
  const env = { ...variablesOf(directory), LOG: log, SAID: said };
  spawn('sh', ['-c', 'tail -n 0 -F "$LOG" 2>/dev/null | grep --line-buffered BOOM >"$SAID"'], { env, stdio: 'ignore' });
  await until('it listens', () => existsSync(said));
  await setTimeout(SPREAD_MS);
  return { name: 'tail -F | grep', log, heard: () => linesIn(said), close: () => closed(directory) };
}

async function monitContent(): Promise<Listener> {
  const { directory, log, said } = stage();
  mkdirSync(join(directory, 'kept'));
  const program = join(directory, 'say');
  writeFileSync(program, `#!/bin/sh\necho heard >>'${said}'\n`, { mode: 0o755 });
  const kept = monitWith(directory, `check file listened with path ${log}\n  if content = "BOOM" then exec "${program}"\n`);
  await setTimeout(3 * SPREAD_MS);
  const close = async () => {
    await kept.close();
    await closed(directory);
  };
  return { name: monit.name, log, heard: () => linesIn(said), close };
}
