import { LEFT, RIGHT, writer, zoneOf } from './axis.js';
import { make } from './dom.js';

const HEIGHT = 120;
const GIB = 2 ** 30;

export const bytes = (size) =>
  size >= GIB ? `${(size / GIB).toFixed(size >= 100 * GIB ? 0 : 1)} GiB` : `${Math.round(size / 2 ** 20)} MiB`;
export const usd = (amount) => `$${amount.toFixed(amount !== 0 && amount < 0.1 ? 4 : 2)}`;

/** Round steps of an axis of sizes. */
const STEPS = [2 ** 20, GIB, 1024 * GIB].flatMap((unit) => [1, 2, 5, 10, 20, 50, 100, 200, 500].map((count) => count * unit));

const KINDS = [
  {
    name: 'disk',
    title: 'available',
    points: ({ timeline }) => timeline.disk.map((one) => [Date.parse(one.at), one.availableBytes]),
    write: bytes,
    steps: STEPS,
    colour: '--working',
  },
  {
    name: 'spend',
    title: 'spent in a quarter of an hour',
    points: ({ timeline }) => timeline.spend.map((one) => [Date.parse(one.at), one.usd]),
    write: usd,
    colour: '--held',
    isBars: true,
  },
];

/** The plots below the lanes, on their axis. */
export function plots() {
  const sheets = KINDS.map((kind) => ({ kind, box: make('div', { class: 'plot', role: 'img' }), plot: null }));
  return {
    boxes: sheets.map(({ box }) => box),
    show(page, range, width) {
      for (const sheet of sheets) {
        const points = sheet.kind.points(page);
        sheet.plot?.destroy();
        sheet.plot = null;
        sheet.box.replaceChildren();
        sheet.box.hidden = points.length === 0;
        if (points.length === 0) continue;
        const { name, title, write } = sheet.kind;
        const last = points.at(-1);
        sheet.box.setAttribute('aria-label', `Plot of ${name} (${title}): last ${write(last[1])}. The table below says the same.`);
        sheet.box.append(make('p', { class: 'name', text: `${name}: ${title}` }));
        sheet.plot = plotOf(sheet, points, page.zone, range, width);
      }
    },
  };
}

function plotOf({ kind, box }, points, zone, [from, to], width) {
  const style = getComputedStyle(document.body);
  const colour = (name) => style.getPropertyValue(name).trim();
  const font = `12px ${style.fontFamily}`;
  const write = writer(zoneOf(zone), to - from);
  const axis = { stroke: colour('--text'), font, ticks: { stroke: colour('--line') }, grid: { stroke: colour('--line'), width: 1 } };
  const xs = points.map(([ms]) => ms / 1000);
  // A level holds until the next one is measured.
  const isOpen = !kind.isBars && points.at(-1)[0] < to;
  const ys = points.map(([, value]) => value);
  const data = isOpen
    ? [
        [...xs, to / 1000],
        [...ys, ys.at(-1)],
      ]
    : [xs, ys];
  const { bars, stepped } = uPlot.paths;
  const series = {
    label: kind.name,
    stroke: colour(kind.colour),
    fill: `${colour(kind.colour)}40`,
    width: 2,
    points: { show: !kind.isBars && points.length < 40, size: 5 },
    paths: kind.isBars ? bars({ size: [0.9, 40], align: 1 }) : stepped({ align: 1 }),
  };
  const options = {
    width: width + LEFT + RIGHT,
    height: HEIGHT,
    padding: [8, RIGHT, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'UTC'),
    scales: { x: { time: true, range: () => [from / 1000, to / 1000] }, y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : 1] } },
    axes: [
      { ...axis, size: 24, values: (_, splits) => splits.map((seconds) => write(seconds * 1000)), space: 90 },
      {
        ...axis,
        size: LEFT,
        values: (_, splits) => splits.map(kind.write),
        space: 28,
        ...(kind.steps === undefined ? {} : { incrs: kind.steps }),
      },
    ],
    series: [{}, series],
  };
  return new uPlot(options, data, box);
}
