import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Row, Skipped } from './row.ts';
import { QUICK } from './size.ts';

/** One part of the benchmark, as last measured here. */
export interface Part {
  readonly name: string;
  readonly at: string;
  /**
   * The machine's load in the minute before and the minute at the end: other programs cost time.
   */
  readonly load: string;
  readonly results: readonly (Row | Skipped)[];
}

export interface Results {
  readonly machine: string;
  readonly parts: readonly Part[];
}

/** Results that mean little are not stored beside the bench. */
const DIRECTORY = process.env.DOGWATCH_BENCH_OUT || (QUICK ? tmpdir() : fileURLToPath(new URL('.', import.meta.url)));
const JSON_FILE = join(DIRECTORY, 'results.json');
/** What the README quotes. */
export const TEXT_FILE = join(DIRECTORY, 'results.md');

/** The stored results, with these parts replaced. On another machine they start over. */
export function keep(machine: string, measured: readonly Part[], order: readonly string[]): Results {
  const before = kept();
  const others = before?.machine === machine ? before.parts.filter(({ name }) => !measured.some((part) => part.name === name)) : [];
  const parts = [...others, ...measured].filter(({ name }) => order.includes(name));
  const results = { machine, parts: parts.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name)) };
  writeFileSync(JSON_FILE, `${JSON.stringify(results, null, 2)}\n`);
  return results;
}

function kept(): Results | null {
  try {
    return JSON.parse(readFileSync(JSON_FILE, 'utf8'));
  } catch {
    return null;
  }
}
