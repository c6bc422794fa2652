import { exponent, type Line, type Point } from './lines.ts';

/** One set of axes: how several figures grow with one size. */
export interface Panel {
  /** What the size counts. */
  readonly of: string;
  readonly lines: readonly Line[];
}

const PANEL = { width: 760, height: 340, left: 64, right: 230, top: 44, bottom: 48 };
const LABEL_HEIGHT = 16;
/** A ratio below this or above its inverse is drawn in any case. */
const LEAST_RANGE: Point = [0.5, 10];
/** One for light and one for dark backgrounds, in the order of the lines. */
const COLORS: readonly (readonly [light: string, dark: string])[] = [
  ['#1f5fbf', '#7fb0ff'],
  ['#b3470f', '#ff9d66'],
  ['#1d7a4f', '#5fcf9a'],
  ['#8a3fa0', '#d79bea'],
  ['#a3254e', '#ff8fb0'],
  ['#6b5d00', '#d9c75a'],
  ['#0f7285', '#62c9dc'],
  ['#5a5a5a', '#b5b5b5'],
];

/**
 * A chart of growth: each line in multiples of its figure at its smallest size, on logarithmic axes,
 * with its exponent; dashed, what would grow in proportion. It can be read on light and on dark
 * backgrounds.
 */
export function chart(panels: readonly Panel[]): string {
  const height = panels.length * PANEL.height;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${PANEL.width} ${height}" width="${PANEL.width}" height="${height}" role="img" aria-label="How figures grow">`,
    `<style>${style()}</style>`,
    ...panels.map((panel, index) => `<g transform="translate(0 ${index * PANEL.height})">\n${drawn(panel).join('\n')}\n</g>`),
    '</svg>',
  ].join('\n')}\n`;
}

function style(): string {
  const colored = (dark: 0 | 1) => COLORS.map((pair, index) => `.l${index}{stroke:${pair[dark]}}.d${index}{fill:${pair[dark]}}`).join('');
  const light = 'text{font:13px system-ui,sans-serif;fill:#24292f}.dim{fill:#57606a}.grid{stroke:#d0d7de}.linear{stroke:#57606a}';
  const dark = 'text{fill:#e6edf3}.dim{fill:#9198a1}.grid{stroke:#3d444d}.linear{stroke:#9198a1}';
  const shapes = '.line{fill:none;stroke-width:2}.linear{stroke-dasharray:5 4}.title{font-weight:600}';
  return `${light}${shapes}${colored(0)}@media(prefers-color-scheme:dark){${dark}${colored(1)}}`;
}

function drawn({ of, lines }: Panel): readonly string[] {
  const all = lines.map(({ label, points }) => ({ label, exponent: exponent(points), points: relative(points) }));
  const sizes = all.flatMap(({ points }) => points.map(([at]) => at));
  const ratios = [...all.flatMap(({ points }) => points.map(([, ratio]) => ratio)), ...LEAST_RANGE];
  const [from, to] = [Math.min(...sizes), Math.max(...sizes)];
  const x = scale([from, to], [PANEL.left, PANEL.width - PANEL.right]);
  const y = scale([Math.min(...ratios), Math.max(...ratios)], [PANEL.height - PANEL.bottom, PANEL.top]);
  const right = PANEL.width - PANEL.right;
  const bottom = PANEL.height - PANEL.bottom;
  const most = Math.max(...ratios);
  const labels = apart(all.map(({ points }) => y(points.at(-1)?.[1] ?? 1)));
  return [
    `<text class="title" x="${PANEL.left}" y="22">By the number of ${escaped(of)}, as a multiple of the smallest</text>`,
    ...decades(Math.min(...ratios), most).flatMap((ratio) => [
      `<line class="grid" x1="${PANEL.left}" x2="${right}" y1="${px(y(ratio))}" y2="${px(y(ratio))}"/>`,
      `<text class="dim" text-anchor="end" x="${PANEL.left - 8}" y="${px(y(ratio) + 4)}">${ratio}×</text>`,
    ]),
    ...[...new Set([from, ...decades(from, to), to])].flatMap((size) => [
      `<line class="grid" x1="${px(x(size))}" x2="${px(x(size))}" y1="${PANEL.top}" y2="${bottom}"/>`,
      `<text class="dim" text-anchor="middle" x="${px(x(size))}" y="${bottom + 18}">${size.toLocaleString('en-US')}</text>`,
    ]),
    `<text class="dim" text-anchor="middle" x="${(PANEL.left + right) / 2}" y="${bottom + 38}">${escaped(of)}</text>`,
    path(
      'linear',
      [
        [from, 1],
        [Math.min(to, from * most), Math.min(to / from, most)],
      ],
      x,
      y,
    ),
    ...all.flatMap(({ label, exponent: grows, points }, index) => {
      const color = index % COLORS.length;
      const [end, ratio] = points.at(-1) ?? [from, 1];
      const at = labels[index] ?? 0;
      return [
        path(`l${color}`, points, x, y),
        ...points.map(([size, figure]) => `<circle class="d${color}" cx="${px(x(size))}" cy="${px(y(figure))}" r="3"/>`),
        `<line class="l${color}" x1="${px(x(end) + 5)}" y1="${px(y(ratio))}" x2="${right + 14}" y2="${px(at)}" stroke-opacity=".5"/>`,
        `<text x="${right + 18}" y="${px(at + 4)}">${escaped(label)}<tspan class="dim"> ${grows === null ? '' : grows.toFixed(2)}</tspan></text>`,
      ];
    }),
  ];
}

const relative = (points: readonly Point[]): readonly Point[] => {
  const known = points.filter(([at, figure]) => at > 0 && figure > 0);
  return known.map(([at, figure]) => [at, figure / known[0]![1]]);
};

/** Where a value is drawn, on a logarithmic axis. */
function scale([from, to]: Point, [begin, end]: Point): (value: number) => number {
  const span = Math.log(to / from) || 1;
  return (value) => begin + (Math.log(value / from) / span) * (end - begin);
}

/** The powers of ten from the one to the other. */
function decades(from: number, to: number): readonly number[] {
  const first = Math.ceil(Math.log10(from) - 1e-9);
  const count = Math.floor(Math.log10(to) + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => 10 ** (first + index));
}

/** The same heights, moved as little down as it takes to keep labels from covering each other. */
function apart(heights: readonly number[]): readonly number[] {
  const moved = [...heights];
  let free = Number.NEGATIVE_INFINITY;
  for (const [index, height] of [...heights.entries()].sort(([, a], [, b]) => a - b)) {
    moved[index] = Math.max(height, free);
    free = moved[index]! + LABEL_HEIGHT;
  }
  const over = Math.max(0, free - LABEL_HEIGHT - (PANEL.height - PANEL.bottom));
  return moved.map((height) => height - over);
}

const path = (name: string, points: readonly Point[], x: (at: number) => number, y: (ratio: number) => number): string =>
  `<path class="line ${name}" d="${points.map(([at, ratio], index) => `${index === 0 ? 'M' : 'L'}${px(x(at))} ${px(y(ratio))}`).join('')}"/>`;

const px = (value: number): string => value.toFixed(1);
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
