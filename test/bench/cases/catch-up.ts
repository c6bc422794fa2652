import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { grepBeside } from '../grep-beside.ts';
import { writeOpencodeLog } from '../opencode-log.ts';
import { type Row, row } from '../row.ts';
import { newDirectory } from '../run/directory.ts';
import { SIZE } from '../size.ts';

const BAR = 200;
const MIB = 2 ** 20;
const PROCESSES = 5;
const READER = fileURLToPath(new URL('catch-up-process.ts', import.meta.url));

/**
 * Reading and interpreting a long log that was written while no watchdog ran. The file is in the
 * page cache: the disk is not measured.
 */
export async function catchUp(): Promise<readonly Row[]> {
  const directory = newDirectory();
  try {
    const log = join(directory, 'opencode.log');
    const written = writeOpencodeLog(log, SIZE.catchUpMiB * MIB);
    const results = Array.from({ length: PROCESSES }, () => read(log, written));
    const bar = { text: `p50 ≥ ${BAR} MiB/s`, isMet: ({ p50 }: { p50: number }) => p50 >= BAR };
    const speeds = results.map(({ bytes, ms }) => bytes / MIB / (ms / 1000));
    const note = `${Math.round(written.bytes / MIB)} MiB, ${written.lines} lines, ${results[0]?.signals} signals`;
    const growth = results.map(({ grown }) => grown / MIB);
    const greps = [];
    for (let round = 0; round < PROCESSES; round++) greps.push(await grepBeside(log));
    return [
      row('log catch-up with classification', 'MiB/s', speeds, { bar, note }),
      row('log catch-up, growth of RSS', 'MB', growth),
      row(
        '  tail -F | grep -cEi on the same',
        'MiB/s',
        greps.map(({ ms }) => written.bytes / MIB / (ms / 1000)),
      ),
      row(
        '  tail -F | grep, RSS of both',
        'MB',
        greps.map(({ residentMiB }) => residentMiB),
      ),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Read {
  readonly bytes: number;
  readonly signals: number;
  readonly ms: number;
  readonly grown: number;
}

function read(log: string, written: { readonly bytes: number; readonly signals: number }): Read {
  const result: Read = JSON.parse(execFileSync(process.execPath, ['--no-warnings', READER, log], { encoding: 'utf8' }));
  if (result.bytes === written.bytes && result.signals === written.signals) return result;
  throw new Error(`expected ${written.bytes} bytes and ${written.signals} signals of ${log}, got ${result.bytes} and ${result.signals}`);
}
