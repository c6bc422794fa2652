import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from './cell.ts';
import type { Measured } from './measure.ts';
import type { Point, Way } from './point.ts';

/** The cells of one version of a CLI, by point and way. */
export interface OfVersion {
  readonly version: string;
  readonly cells: Partial<Record<Point, Partial<Record<Way, Outcome>>>>;
}

export type Results = Readonly<Record<string, OfVersion>>;

const here = join(import.meta.dirname, '..');
const RESULTS = join(here, 'conformance.json');
export const TABLE = join(here, 'conformance.md');

export const readResults = (): Results => (existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {});

export const writeResults = (results: Results): void => writeFileSync(RESULTS, `${JSON.stringify(results, null, 1)}\n`);

/** The results with one more cell. Those of another version are dropped. */
export function withCell(results: Results, name: string, version: string, point: Point, way: Way, outcome: Outcome): Results {
  const before = results[name];
  const cells = before?.version === version ? before.cells : {};
  return { ...results, [name]: { version, cells: { ...cells, [point]: { ...cells[point], [way]: outcome } } } };
}

export const isMeasured = (outcome: Outcome): outcome is Measured => 'died' in outcome;

/** Times differ from run to run, and lengths a little: paths and dates are part of a prompt. */
const ROUGHLY = 0.1;

/** What is compared of an outcome. */
function comparable(outcome: Outcome): Record<string, unknown> {
  if (!isMeasured(outcome)) return { unreached: outcome.unreached };
  const { firstRequestMs, tokens, uncached, left, ...rest } = outcome;
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
