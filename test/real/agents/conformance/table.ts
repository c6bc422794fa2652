import { writeFileSync } from 'node:fs';
import { knowing } from './knowing.ts';
import type { Measured } from './measure.ts';
import { POINTS, type Point, pointNames, WAYS, type Way, wayNames } from './point.ts';
import { type Cell, isMeasured, type OfVersion, playsOf, type Results, TABLE } from './results.ts';

/** USD for a million tokens of a prompt that no cache has, and of one that a cache has. */
const [FRESH_USD, CACHED_USD] = [3, 0.3];

const HEADER = [
  'at its death it is',
  'and dies by',
  'dogwatch does',
  'session',
  'lost',
  'model sees the step as',
  'effects at death → in the end',
  'messages',
  'first prompt: tokens (not cached)',
  'first request',
  'to know',
  'plays',
];

/** Writes the table of all cells that were played. */
export const writeTable = (results: Results): void => writeFileSync(TABLE, tableOf(results));

function tableOf(results: Results): string {
  const sections = Object.entries(results).map(([name, of]) => `## ${name} ${of.version}\n\n${rowsOf(of).join('\n')}\n`);
  return `${INTRODUCTION}\n${sections.join('\n')}`;
}

const INTRODUCTION = `# What a resume keeps

Measured on the real CLIs with \`npm run conformance\`: each is brought to a point by a model on loopback that holds its answer there,
killed, and resumed as dogwatch does it, with its prompt. Written by that command; \`conformance.json\` beside it has each cell.

* Each step of the job appends a letter to a file, once. The model is a careful one: what its conversation (with dogwatch's prompt)
  does not have, it does; what is there as a call without a result, it looks for first. An effect of 0 is lost, one of 2 was made
  twice. B (S in a sub-agent) is the step at which it died. The effects are as if outside of the machine: no power cut undoes them.
* *lost*: what the agent knew when it died, and its model sees no more. *part* is the beginning of the answer under way.
* *named*: dogwatch's prompt names the call, because the record of the CLI has no result of it.
* *warned*: the prompt says that the last steps may be missing, because the host was restarted or its disk was full. What no record
  has is looked for then as well.
* *power cut*: home and project are on an ext4 of their own. What was there before the last step counts as synced; of what came after,
  exactly what the CLI synced is found again, to the block, because the image of the disk is copied at that moment.
* Before its last step, and before it dies, nothing below its sessions has changed for 1.5 s: what it writes late is there. A death
  within that time may keep less.
* Tokens are a fourth of the bytes of the prompt. Those not cached begin where it differs from the prompts before; at $${FRESH_USD} and $${CACHED_USD}
  (cached) for a million that is the cost. The time to the first request is of a loaded machine with two cores: compare the CLIs only.
* *plays*: how often each way of a row was played with this outcome (the fewest and the most), and how often with another one.
  \`--repeat 3\` plays each cell three times and names those that differ.
* Ways with the same outcome share a row. A cell that cannot be reached says why. A cell that is missing was not played.
`;

/** One row for each outcome of a point. */
function rowsOf({ cells }: OfVersion): readonly string[] {
  const rows = pointNames.flatMap((point) => {
    const outcomes = wayNames.flatMap((way): (readonly [Way, Cell])[] => {
      const outcome = cells[point]?.[way];
      return outcome === undefined ? [] : [[way, outcome]];
    });
    const groups = Map.groupBy(outcomes, ([, outcome]) => (isMeasured(outcome) ? signatureOf(outcome) : outcome.unreached));
    return [...groups.values()].map((same) => rowOf(point, same));
  });
  return [line(HEADER), line(HEADER.map(() => '---')), ...rows];
}

const line = (columns: readonly string[]): string => `| ${columns.map((one) => one.replaceAll('|', '\\|')).join(' | ')} |`;

/** What ways have to agree in to share a row. */
const signatureOf = ({ modes, session, lost, seen, named, warned, atDeath, effects, silent, remark }: Measured): string =>
  JSON.stringify([modes, session, lost, seen, named, warned, atDeath, effects, silent, remark]);

function rowOf(point: Point, same: readonly (readonly [Way, Cell])[]): string {
  const first = same[0]?.[1];
  const measured = same.flatMap(([, outcome]) => (isMeasured(outcome) ? [outcome] : []));
  const [one] = measured;
  const isWhole = same.length === wayNames.length;
  const ways = isWhole ? 'any of them' : same.map(([way]) => WAYS[way]).join(', ');
  if (one === undefined) {
    const why = first !== undefined && !isMeasured(first) ? first.unreached : '';
    return line([POINTS[point], ways, `cannot be reached: ${why}`, ...HEADER.slice(4).map(() => ''), playsInWords(same)]);
  }
  const median = (of: (each: Measured) => number | null): number | null => {
    const all = measured.flatMap((each) => of(each) ?? []).sort((a, b) => a - b);
    return all[Math.floor(all.length / 2)] ?? null;
  };
  const [tokens, uncached, ms] = [
    median((each) => each.tokens) ?? 0,
    median((each) => each.uncached) ?? 0,
    median((each) => each.firstRequestMs),
  ];
  const usd = (uncached * FRESH_USD + (tokens - uncached) * CACHED_USD) / 1e6;
  return line([
    POINTS[point],
    ways,
    doneInWords(one),
    one.session,
    one.lost.join(', ') || 'nothing',
    `${SEEN[one.seen]}${one.named ? ', named' : ''}${one.warned === true ? ', warned' : ''}`,
    effectsInWords(one),
    `${one.messages[0]} → ${one.messages[1]}`,
    `${thousands(tokens)} (${thousands(uncached)}), $${usd.toFixed(4)}`,
    ms === null ? 'none' : `${(ms / 1000).toFixed(1)} s`,
    knowing(point, one),
    playsInWords(same),
  ]);
}

/** How often the ways of a row were played: the fewest and the most plays that gave its outcome. */
function playsInWords(same: readonly (readonly [Way, Cell])[]): string {
  const counts = same.map(([, cell]) => playsOf(cell).same);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const other = same.reduce((sum, [, cell]) => sum + playsOf(cell).other, 0);
  return `${least === most ? most : `${least}–${most}`}${other === 0 ? '' : `, ${other} otherwise`}`;
}

const SEEN = { result: 'done', call: 'a call without a result', nothing: 'not there' } as const;

const thousands = (count: number): string => `${(count / 1000).toFixed(1)}k`;

function doneInWords({ modes, silent }: Measured): string {
  const words = { start: 'the command again', resume: 'resume', fresh: 'a fresh session' } as const;
  return `${modes.map((mode) => words[mode]).join(', ')}${silent > 0 ? ` (${silent} did nothing, silently)` : ''}`;
}

const effectsInWords = ({ atDeath, effects }: Measured): string => {
  const counts = (of: Measured['effects']) =>
    Object.entries(of)
      .map(([letter, count]) => `${letter}${count}`)
      .join(' ');
  return `${counts(atDeath)} → ${counts(effects)}`;
};
