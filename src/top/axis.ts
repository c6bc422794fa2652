import { timeOf } from '../view/clock.ts';
import type { Timeline } from '../view/detail.ts';
import { type Line, line, type Pen } from './pen.ts';

const LABEL = 6;
/** A time of day, and a gap. */
const TICK = 12;
const UNICODE = { alive: '━', ended: '┃', held: '·', steps: [...'▁▂▃▄▅▆▇█'] };
const ASCII = { alive: '=', ended: '|', held: '.', steps: [...'0123456789'] };

/** What happened to a run, one row for each kind of thing, all on one axis of time. */
export function axisOf(timeline: Timeline, pen: Pen, width: number): readonly Line[] {
  const slots = width - LABEL;
  const [from, to] = [Date.parse(timeline.from), Date.parse(timeline.to)];
  if (slots < 2 * TICK || !(to > from)) return [];
  const signs = pen.isUnicode ? UNICODE : ASCII;
  const slotOf = (at: string) => Math.min(slots - 1, Math.max(0, Math.floor(((Date.parse(at) - from) / (to - from)) * slots)));
  const row = (label: string, cells: readonly string[]) => line(`${label.padEnd(LABEL)}${cells.join('')}`.trimEnd());
  const empty = () => Array.from({ length: slots }, () => ' ');
  const paint = (cells: string[], start: string, end: string | null, sign: string) =>
    cells.fill(sign, slotOf(start), slotOf(end ?? timeline.to) + 1);

  // The worst of what is in a slot covers the rest.
  const run = empty();
  for (const one of timeline.attempts) paint(run, one.from ?? timeline.from, one.to, signs.alive);
  for (const { group, from: start, to: end } of timeline.states) if (group === 'held') paint(run, start, end, signs.held);
  for (const { to: end } of timeline.attempts) if (end !== null) run[slotOf(end)] = signs.ended;
  for (const { group, from: start, to: end } of timeline.states) if (group === 'person') paint(run, start, end, '!');
  const marks = empty();
  for (const { at } of timeline.milestones) marks[slotOf(at)] = '^';
  for (const { at } of timeline.recoveries) if (marks[slotOf(at)] === ' ') marks[slotOf(at)] = 'R';
  const step = (share: number) => signs.steps[Math.min(signs.steps.length - 1, Math.floor(share * signs.steps.length))] ?? ' ';
  const disk = empty();
  for (const [index, { at, availableBytes, totalBytes }] of timeline.disk.entries())
    paint(disk, at, timeline.disk[index + 1]?.at ?? timeline.to, step(totalBytes === 0 ? 0 : availableBytes / totalBytes));
  const sums = Array.from({ length: slots }, () => 0);
  for (const { at, usd } of timeline.spend) sums[slotOf(at)] = (sums[slotOf(at)] ?? 0) + usd;
  const most = Math.max(...sums);
  const legend = `${signs.alive} alive  ${signs.held} waits  ${signs.ended} ended  ! needs you  ^ milestone${timeline.recoveries.length === 0 ? '' : '  R recovery ended'}`;
  return [
    line(scale(timeline, pen, slots), 'faint'),
    row('run', run),
    ...(marks.some((cell) => cell !== ' ') ? [row('marks', marks)] : []),
    ...(timeline.disk.length === 0 ? [] : [row('disk', disk)]),
    ...(most > 0
      ? [
          row(
            'spend',
            sums.map((usd) => (usd === 0 ? ' ' : step(usd / most))),
          ),
        ]
      : []),
    line(`${' '.repeat(LABEL)}${legend}`.slice(0, width), 'faint'),
    ...(timeline.disk.length === 0 ? [] : [line(`${' '.repeat(LABEL)}disk: what is free`.slice(0, width), 'faint')]),
  ];
}

function scale({ from, to }: Timeline, { clock }: Pen, slots: number): string {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  let [text, last] = [' '.repeat(LABEL), ''];
  for (let slot = 0; slot + TICK <= slots; slot += TICK) {
    const at = new Date(start + ((end - start) * slot) / slots).toISOString();
    const time = timeOf(clock, at).slice(-(TICK - 1));
    text += (time === last ? '' : time).padEnd(TICK);
    last = time;
  }
  return text.trimEnd();
}
