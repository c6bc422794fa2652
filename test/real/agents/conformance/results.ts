import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from './cell.ts';
import type { Measured } from './measure.ts';
import type { Point, Way } from './point.ts';

/** How often a cell gave this outcome, and another one in the same run of the suite. */
interface Plays {
  readonly same: number;
  readonly other: number;
}

/** Absent plays: once. */
export type Cell = Outcome & { readonly plays?: Plays };

/** The cells of one version of a CLI, by point and way. */
export interface OfVersion {
  readonly version: string;
  readonly cells: Partial<Record<Point, Partial<Record<Way, Cell>>>>;
}

export type Results = Readonly<Record<string, OfVersion>>;

const here = join(import.meta.dirname, '..');
const RESULTS = join(here, 'conformance.json');
export const TABLE = join(here, 'conformance.md');

export const readResults = (): Results => (existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {});

/** Another part of the suite that runs beside it never reads a half of it. */
export function writeResults(results: Results): void {
  const fresh = `${RESULTS}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(results, null, 1)}\n`);
  renameSync(fresh, RESULTS);
}

const ONCE: Plays = { same: 1, other: 0 };

export const playsOf = ({ plays = ONCE }: Cell): Plays => plays;

/** Which cell, of which version of a CLI. */
export interface Place {
  readonly name: string;
  readonly version: string;
  readonly point: Point;
  readonly way: Way;
}

/**
 * The results with the outcome of a cell, and how often it was played: not at all if it follows from
 * another one. Earlier plays count as long as they gave the same; cells of another version are dropped.
 */
export function withPlays(results: Results, place: Place, outcome: Outcome, played: readonly Outcome[]): Results {
  const { name, version, point, way } = place;
  const before = results[name];
  const cells = before?.version === version ? before.cells : {};
  const known = cells[point]?.[way];
  const earlier = known !== undefined && differences(known, outcome).length === 0 ? playsOf(known) : { same: 0, other: 0 };
  const same = played.filter((one) => differences(one, outcome).length === 0).length;
  const plays: Plays = { same: earlier.same + same, other: earlier.other + played.length - same };
  return { ...results, [name]: { version, cells: { ...cells, [point]: { ...cells[point], [way]: { ...outcome, plays } } } } };
}

export const isMeasured = (outcome: Outcome): outcome is Measured => 'died' in outcome;

/** Times differ from run to run, and lengths a little: paths and dates are part of a prompt. */
const ROUGHLY = 0.1;

/** What is compared of an outcome. */
function comparable(outcome: Outcome): Record<string, unknown> {
  if (!isMeasured(outcome)) return { unreached: outcome.unreached };
  const { firstRequestMs, tokens, uncached, left, plays, ...rest } = outcome as Measured & { readonly plays?: Plays };
  return { ...rest, left: left.length > 0 };
}

/** In what two outcomes of the same cell differ, in words. Empty if in nothing. */
export function differences(one: Outcome, other: Outcome): readonly string[] {
  const [a, b] = [comparable(one), comparable(other)];
  const all = [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => {
    const [before, after] = [JSON.stringify(a[key]), JSON.stringify(b[key])];
    return before === after ? [] : [`${key}: ${before ?? '–'} → ${after ?? '–'}`];
  });
  if (!isMeasured(one) || !isMeasured(other)) return all;
  const isFar = Math.abs(one.tokens - other.tokens) > ROUGHLY * Math.max(one.tokens, other.tokens);
  return isFar ? [...all, `tokens: ${one.tokens} → ${other.tokens}`] : all;
}
