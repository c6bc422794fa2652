import type { Results } from '../results.ts';
import type { Row } from '../row.ts';

/** A line of the table that people read: dogwatch's figures, and those of what others use. */
type Line = readonly [what: string, own: string, beside: string];

/** The rows of the table of `dogwatch help measured`, from the stored results. */
export function measuredTable({ parts }: Pick<Results, 'parts'>): readonly string[] {
  const rows = parts.flatMap(({ results }) => results.filter((one): one is Row => !('skipped' in one)));
  const lines = [...deathLines(rows), ...reactionLines(rows), ...idleLines(rows), ...otherLines(rows)];
  return [['what', 'dogwatch', 'beside it'], ['---', '---', '---'], ...lines].map((cells) =>
    `| ${cells.join(' | ')} |`.replace('|  |', '| |'),
  );
}

const OWN = 'dogwatch';

function deathLines(rows: readonly Row[]): readonly Line[] {
  return ['', ', all cores busy', ', among 500 other processes'].flatMap((where) => {
    const all = ofAll(rows, `death → resumed${where}: `);
    const [child, adopted] = [all.get(`${OWN}, its child`), all.get(`${OWN}, adopted after its restart`)];
    if (child === undefined || adopted === undefined) return [];
    const own = `${spread(child)}; adopted after its own restart ${spread(adopted)}`;
    return [[`death → resumed${where}, ms (p50 / p95)`, own, others(all, spread, ', ')] as const];
  });
}

function reactionLines(rows: readonly Row[]): readonly Line[] {
  const all = ofAll(rows, 'log line → reaction: ');
  const own = all.get(OWN);
  return own === undefined ? [] : [['log line → reaction, ms (p50 / p95)', spread(own), others(all, spread, ', ')]];
}

function idleLines(rows: readonly Row[]): readonly Line[] {
  const sizes = rows.flatMap(({ what }) => /^idle, CPU: dogwatch, (\d+ runs?)$/.exec(what)?.[1] ?? []);
  return sizes.flatMap((size) => {
    const ofSize = (prefix: string) =>
      new Map(
        [...ofAll(rows, prefix)].flatMap(([who, one]) =>
          who.endsWith(`, ${size}`) ? [[who.slice(0, -size.length - 2), one] as const] : [],
        ),
      );
    const [cpu, rss] = [ofSize('idle, CPU: '), ofSize('idle, RSS: ')];
    const both = (one: Row, who: string): string => `${short(one.p50)} %, ${short(rss.get(who)?.p50 ?? 0)} MB`;
    const own = cpu.get(OWN);
    return own === undefined ? [] : [[`idle, ${size}: CPU, RSS`, both(own, OWN), others(cpu, both, '; ')] as const];
  });
}

/** What is measured, its unit, how many of its figures are shown, and what stands beside it. */
const OTHERS: readonly (readonly [what: RegExp, title: string, of: (row: Row) => string, beside?: readonly [RegExp, string]])[] = [
  [/^log catch-up with/, 'log catch-up, MiB/s (p50)', (row) => short(row.p50), [/tail -F \| grep -cEi/, 'tail -F \\| grep']],
  [/^disk critical → first byte/, 'disk critical → first byte freed, ms (p50 / p95), looked at every second', (row) => spread(row)],
  [
    /^death → resumed: 200 at once of 1000: dogwatch/,
    '200 of 1,000 runs die at once → resumed, ms (p50 / p95)',
    (row) => spread(row),
    [/200 at once of 1000: PM2/, 'PM2'],
  ],
  [/^status of 100 runs, whole/, '`status` of 100 runs, ms (p50 / p95)', (row) => spread(row), [/^node -e 0/, '`node -e 0`']],
  [/^status of 5000 runs, whole/, '`status` of 5,000 runs, ms (p50 / p95)', (row) => spread(row)],
  [/^supervise of 100 healthy/, '`supervise` of 100 healthy runs, ms (p50 / p95)', (row) => spread(row)],
  [/^supervise of 5000 healthy/, '`supervise` of 5,000 healthy runs, ms (p50 / p95)', (row) => spread(row)],
  [
    /^start with 1000 runs and 1000000/,
    'start with 1,000 runs and a million journal rows → first decision, ms (p50 / p95)',
    (row) => spread(row),
  ],
];

const otherLines = (rows: readonly Row[]): readonly Line[] =>
  OTHERS.flatMap(([pattern, title, of, beside]) => {
    const own = rows.find(({ what }) => pattern.test(what));
    const other = beside === undefined ? undefined : rows.find(({ what }) => beside[0].test(what));
    return own === undefined
      ? []
      : [[title, of(own), other === undefined || beside === undefined ? '' : `${beside[1]} ${of(other)}`] as const];
  });

/** Figures by whom they are of. */
const ofAll = (rows: readonly Row[], prefix: string): ReadonlyMap<string, Row> =>
  new Map(rows.flatMap((one) => (one.what.startsWith(prefix) ? [[one.what.slice(prefix.length), one] as const] : [])));

/** Those of others, under the names that are short. */
const others = (all: ReadonlyMap<string, Row>, written: (row: Row, who: string) => string, between: string): string =>
  [...all]
    .filter(([who]) => !who.startsWith(OWN) && !NO_PEERS.test(who))
    .map(([who, one]) => `${(NAMES[who] ?? who).replaceAll('|', '\\|')} ${written(one, who)}`)
    .join(between);

/** Other figures of dogwatch, and fleets that were not complete. */
const NO_PEERS = /^adopted$|, of which|at once/;

const NAMES: Readonly<Record<string, string>> = {
  'systemd, Restart=always': 'systemd',
  'PM2 7.0.4': 'PM2',
  'bash loop with pgrep, 1 s': 'loop with pgrep',
  'monit, 1 s': 'monit',
};

const spread = ({ p50, p95 }: Row): string => `${tenths(p50)} / ${tenths(p95)}`;
const tenths = (ms: number): string => (ms >= 100 ? ms.toFixed(0) : ms.toFixed(1));
/** Two digits, and all before the point. */
const short = (figure: number): string => (figure >= 10 ? figure.toFixed(0) : String(Number(figure.toPrecision(2))));
