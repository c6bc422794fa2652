import { describe, expect, test } from 'vitest';
import { ALERTS } from '../../src/metrics/alerts.ts';
import { Counts } from '../../src/metrics/counts.ts';
import { dashboard } from '../../src/metrics/dashboard.ts';
import { gaugesOf } from '../../src/metrics/gauges.ts';
import { SECTIONS } from '../../src/metrics/panels.ts';
import { viewed } from '../kit/viewed.ts';

interface Board {
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
  readonly panels: readonly {
    readonly id: number;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly datasource?: { readonly uid: string };
  }[];
}

const BOARD = JSON.parse(JSON.stringify(dashboard())) as Board;
const PANELS = SECTIONS.flatMap(({ panels }) => panels);
const NAMES = [
  ...gaugesOf(viewed({}), { version: '1', storeBytes: 1 }),
  ...new Counts(['log'], () => {}).families(),
  { name: 'dogwatch_resume_delay_seconds_bucket' },
].map(({ name }) => name);

const unknownIn = (text: string): readonly string[] =>
  [...text.matchAll(/\bdogwatch_\w+/g)].map(([name]) => name).filter((name) => !NAMES.includes(name));

describe('the board', () => {
  test('needs no import dialog: its data source is a variable', () => {
    expect(BOARD).not.toHaveProperty('__inputs');
    expect(BOARD.templating.list.map(({ name, type }) => [name, type])).toContainEqual(['datasource', 'datasource']);
    expect(BOARD.panels.filter(({ datasource }) => datasource !== undefined && datasource.uid !== '$datasource')).toEqual([]);
  });

  test('has panels beside and below each other', () => {
    const cells = BOARD.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(BOARD.panels.map(({ id }) => id)).size).toBe(BOARD.panels.length);
  });

  test('asks for no metric that does not exist, nor do the alerts', () => {
    expect(unknownIn(`${JSON.stringify(BOARD)}\n${ALERTS}`)).toEqual([]);
  });

  test('shows nothing as well that nobody keeps current', () => {
    const canBeGreen = PANELS.filter(({ steps }) => steps?.some(([, color]) => color === 'green'));
    expect(canBeGreen.length).toBeGreaterThan(3);
    for (const { title, queries, without } of canBeGreen) {
      expect([title, without]).not.toEqual([title, undefined]);
      // Either it is an age, which grows by itself, or it depends on the sign of life.
      for (const [expr] of queries)
        expect([title, expr]).toEqual([title, expect.stringMatching(/^time\(\) - |heartbeat_timestamp_seconds/)]);
      expect(queries.some(([expr]) => expr.includes('vector('))).toBe(false);
    }
  });
});
