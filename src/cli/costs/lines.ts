import stringWidth from 'string-width';
import { type CostReport, costInShort, costInWords } from '../../core/spend/report.ts';
import { tokensInWords } from '../../core/values/money.ts';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import { withLocalTimes } from '../client/local-times.ts';
import { table } from '../terminal/table.ts';
import type { By, CostsReport } from './sums.ts';

const HEADINGS: Readonly<Record<By, string>> = { run: 'RUN', day: 'DAY', account: 'ACCOUNT', model: 'MODEL', attempt: 'ATTEMPT' };
const LONGEST_BAR = 40;
/** A narrower bar would show nothing. */
const SHORTEST_BAR = 8;

/** The report for people. `columns` is the width of the terminal, or undefined if it is none. */
export function linesOf({ by, groups, total, since, zone }: CostsReport, columns: number | undefined): readonly string[] {
  if (groups.length === 0)
    return [`No agent has said what it used${since === null ? '' : ` since ${withLocalTimes(since)}`}. Costs are unknown, not zero.`];
  const rows = groups.map(({ name, cost }) => [sanitizeForTerminal(name ?? '(unknown)'), ...cells(cost)]);
  const all = [[HEADINGS[by], 'COST', 'INPUT', 'CACHED', 'OUTPUT'], ...rows, ['in all', ...cells(total)]];
  const plain = table(all, undefined);
  const widest = Math.max(...plain.map((line) => stringWidth(line)));
  const room = columns === undefined ? 0 : Math.min(LONGEST_BAR, columns - widest - 2);
  const weights = groups.map(({ cost }) => weightOf(cost, total));
  const most = Math.max(...weights);
  const lines = table(all, columns).map((line, index) => {
    const weight = weights[index - 1];
    if (weight === undefined || room < SHORTEST_BAR || most <= 0) return line;
    return `${line}${' '.repeat(widest + 2 - stringWidth(line))}${bar(weight / most, room)}`.trimEnd();
  });
  const words = costInWords(total);
  return [...lines, ...(words === null || total.isComplete ? [] : [`In all ${words}.`]), ...(by === 'day' ? [`Days of ${zone}.`] : [])];
}

const cells = (cost: CostReport): readonly string[] => {
  const { tokens } = cost;
  if (tokens === null) return [costInShort(cost), '-', '-', '-'];
  return [
    cost.usd === null ? '?' : costInShort(cost),
    tokensInWords(tokens.input + tokens.cacheWrite),
    tokensInWords(tokens.cacheRead),
    tokensInWords(tokens.output),
  ];
};

/** Money, or tokens if no money is known at all. */
const weightOf = ({ usd, tokens }: CostReport, total: CostReport): number => (total.usd === null ? (tokens?.total ?? 0) : (usd ?? 0));

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** A bar of this share of the room, to an eighth of a column. */
function bar(share: number, room: number): string {
  const eighths = Math.round(Math.max(0, share) * room * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}
