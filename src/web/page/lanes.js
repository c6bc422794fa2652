import { LEFT, RIGHT, ticks, writer, zoneOf } from './axis.js';
import { draw, make, say, tableOf } from './dom.js';
import { bytes, plots, usd } from './plot.js';

const LANE = 34;
const NAMES = ['attempts', 'states', 'milestones'];

/** All lanes on one axis of time. Returns what draws the next state of them. */
export function lanes(parts) {
  const box = parts.lanes;
  const svg = draw('svg', {
    class: 'lane',
    role: 'group',
    tabindex: 0,
    'aria-label': 'Time line of the run: arrow keys step through what happened',
  });
  const cursor = make('div', { class: 'cursor', hidden: true });
  const sheets = plots();
  box.append(svg, cursor);
  for (const sheet of sheets.boxes) box.append(sheet);
  let page = null;
  let range = null;
  let at = null;
  let drag = null;
  let drawn = '';

  const whole = () => [Date.parse(page.timeline.from), Math.max(Date.parse(page.timeline.to), Date.parse(page.timeline.from) + 60_000)];
  const view = () => range ?? whole();
  const width = () => Math.max(200, box.clientWidth - LEFT - RIGHT);
  const xOf = (ms) => LEFT + ((ms - view()[0]) / (view()[1] - view()[0])) * width();
  const msAt = (x) => view()[0] + ((x - LEFT) / width()) * (view()[1] - view()[0]);

  function show() {
    if (page === null) return;
    const [from, to] = view();
    const key = JSON.stringify([from, to, width(), page.timeline]);
    if (key === drawn) return;
    drawn = key;
    const write = writer(zoneOf(page.zone), to - from);
    svg.setAttribute('width', width() + LEFT + RIGHT);
    svg.setAttribute('height', LANE * 3 + 24);
    const times = ticks(from, to, Math.max(2, width() / 90));
    svg.replaceChildren(
      patterns(),
      ...NAMES.map((name, index) => draw('text', { x: 0, y: 24 + LANE * index + 21, class: 'name' }, name)),
      ...times.map((ms) => draw('line', { x1: xOf(ms), x2: xOf(ms), y1: 18, y2: LANE * 3 + 24, class: 'grid' })),
      ...times.map((ms) => draw('text', { x: xOf(ms), y: 12, class: 'tick', 'text-anchor': 'middle' }, write(ms))),
      draw('g', {}, ...attempts(page.timeline, to)),
      draw('g', {}, ...states(page.timeline, to)),
      draw('g', {}, ...milestones(page.timeline)),
    );
    sheets.show(page, [from, to], width());
    place();
  }

  const span = (from, to) => {
    const [x1, x2] = [Math.max(LEFT, xOf(from)), Math.min(LEFT + width(), xOf(to))];
    return x2 < LEFT || x1 > LEFT + width() ? null : { x: x1, width: Math.max(2, x2 - x1 - 1) };
  };

  function attempts({ attempts: all }, end) {
    return all.flatMap((one) => {
      const place_ = span(Date.parse(one.from ?? page.timeline.from), one.to === null ? end : Date.parse(one.to));
      if (place_ === null) return [];
      const bar = draw(
        'rect',
        { ...place_, y: 28, height: 20, rx: 2, class: `attempt ${one.to === null ? 'alive' : one.exit?.code === 0 ? 'well' : 'ill'}` },
        draw('title', {}, attemptInWords(one)),
      );
      const sign = one.to === null ? '' : one.exit?.code === 0 ? 'e' : '!';
      const label = place_.width > 34 ? `${one.number} ${sign}` : place_.width > 9 ? sign : '';
      return [bar, draw('text', { x: place_.x + 3, y: 42, class: 'on' }, label)];
    });
  }

  function states({ states: all }, end) {
    return all.flatMap((one) => {
      const place_ = span(Date.parse(one.from), one.to === null ? end : Date.parse(one.to));
      if (place_ === null) return [];
      const bar = draw(
        'rect',
        { ...place_, y: 28 + LANE, height: 20, rx: 2, class: `state ${one.group}` },
        draw('title', {}, `${one.state}: ${one.because}`),
      );
      const fits = place_.width > one.state.length * 7.4 + 6;
      return [bar, draw('text', { x: place_.x + 3, y: 42 + LANE, class: `label ${one.group}` }, fits ? one.state : '')];
    });
  }

  const milestones = ({ milestones: all }) =>
    all.flatMap((one) => {
      const place_ = span(Date.parse(one.at), Date.parse(one.at));
      if (place_ === null) return [];
      const y = 28 + LANE * 2;
      return [
        draw(
          'path',
          { d: `M${place_.x} ${y + 18}l-5 0l5 -16l5 16z`, class: 'milestone' },
          draw('title', {}, `${one.what} (attempt ${one.attempt})`),
        ),
      ];
    });

  /** Everything that happened, for the keys. */
  const moments = () => {
    const { timeline } = page;
    return [
      ...timeline.attempts.flatMap((one) => [
        ...(one.from === null ? [] : [[Date.parse(one.from), `attempt ${one.number} started`]]),
        ...(one.to === null ? [] : [[Date.parse(one.to), attemptInWords(one)]]),
      ]),
      ...timeline.states.map((one) => [Date.parse(one.from), `${one.state}: ${one.because}`]),
      ...timeline.milestones.map((one) => [Date.parse(one.at), `milestone: ${one.what}`]),
    ].sort(([a], [b]) => a - b);
  };

  function place() {
    const isIn = at !== null && at >= view()[0] && at <= view()[1];
    cursor.hidden = !isIn;
    if (isIn) cursor.style.left = `${xOf(at)}px`;
  }

  function move(ms, words) {
    at = ms;
    const { disk } = page.timeline;
    const room = disk.findLast((one) => Date.parse(one.at) <= ms);
    const state = page.timeline.states.findLast((one) => Date.parse(one.from) <= ms);
    const write = writer(zoneOf(page.zone), 0);
    say(parts.read, `${write(ms)}  ${words ?? state?.state ?? ''}${room === undefined ? '' : `; ${room.words} available`}`);
    place();
  }

  function step(by) {
    const all = moments();
    const next = by > 0 ? all.find(([ms]) => ms > (at ?? -1)) : all.findLast(([ms]) => ms < (at ?? Number.POSITIVE_INFINITY));
    if (next === undefined) return;
    const words = all.filter(([ms]) => ms === next[0]).map(([, text]) => text);
    if (next[0] < view()[0] || next[0] > view()[1]) range = null;
    move(next[0], [...new Set(words)].join('; '));
    show();
  }

  function zoom(factor) {
    const [from, to] = view();
    const middle = at !== null && at >= from && at <= to ? at : (from + to) / 2;
    const half = Math.max(15_000, ((to - from) * factor) / 2);
    const [least, most] = whole();
    const next = [Math.max(least, middle - half), Math.min(most, middle + half)];
    range = next[0] === least && next[1] === most ? null : next;
    show();
  }

  const all = () => {
    range = null;
    show();
  };
  parts.in.addEventListener('click', () => zoom(0.5));
  parts.out.addEventListener('click', () => zoom(2));
  parts.all.addEventListener('click', all);
  svg.addEventListener('keydown', (event) => {
    const does = { ArrowLeft: () => step(-1), ArrowRight: () => step(1), '+': () => zoom(0.5), '-': () => zoom(2), 0: all }[event.key];
    if (does === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    does();
  });
  const x = (event) => event.clientX - box.getBoundingClientRect().left;
  box.addEventListener('pointermove', (event) => page !== null && x(event) >= LEFT && move(Math.min(view()[1], msAt(x(event)))));
  box.addEventListener('pointerdown', (event) => {
    drag = event.pointerType === 'mouse' ? x(event) : null;
  });
  box.addEventListener('pointerup', (event) => {
    if (drag === null || page === null || Math.abs(x(event) - drag) < 8) return;
    const ends = [msAt(drag), msAt(x(event))].sort((a, b) => a - b);
    drag = null;
    range = [Math.max(whole()[0], ends[0]), Math.min(whole()[1], Math.max(ends[1], ends[0] + 30_000))];
    show();
  });
  box.addEventListener('dblclick', all);
  new ResizeObserver(show).observe(box);
  for (const query of ['(prefers-color-scheme: dark)', 'print'])
    matchMedia(query).addEventListener('change', () => {
      drawn = '';
      show();
    });

  return (next) => {
    page = next;
    show();
    showTables(parts.tables, page);
  };
}

const attemptInWords = ({ number, to, exit, because }) =>
  to === null
    ? `attempt ${number} is alive`
    : `attempt ${number} ended ${exit === null ? 'without an exit status' : exit.signal === null ? `with status ${exit.code}` : `by ${exit.signal}`}: ${because ?? ''}`;

/** Stripes show a rest without a colour. */
function patterns() {
  const stripe = draw('pattern', { id: 'stripes', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' });
  stripe.append(draw('rect', { width: 6, height: 6, class: 'stripe0' }), draw('rect', { width: 2, height: 6, class: 'stripe1' }));
  return draw('defs', {}, stripe);
}

/** The same as tables, one for each lane, which stay open when they change. */
function showTables(box, page) {
  const { timeline, zone } = page;
  const key = JSON.stringify(timeline);
  if (box.dogwatchShown === key) return;
  box.dogwatchShown = key;
  const write = writer(zoneOf(zone), Number.POSITIVE_INFINITY);
  const time = (text) => (text === null ? '' : write(Date.parse(text)));
  const tables = [
    tableOf(
      'Attempts',
      ['No.', 'From', 'To', 'How it ended'],
      timeline.attempts.map((one) => [one.number, time(one.from), time(one.to), attemptInWords(one)]),
    ),
    tableOf(
      'States',
      ['State', 'From', 'To', 'Because'],
      timeline.states.map((one) => [one.state, time(one.from), time(one.to), one.because]),
    ),
    tableOf(
      'Milestones',
      ['Time', 'Attempt', 'What'],
      timeline.milestones.map((one) => [time(one.at), one.attempt, one.what]),
    ),
    tableOf(
      'Disk',
      ['Time', 'Available'],
      timeline.disk.map((one) => [time(one.at), bytes(one.availableBytes)]),
    ),
    tableOf(
      'Spend',
      ['From', 'US dollars'],
      timeline.spend.map((one) => [time(one.at), usd(one.usd)]),
    ),
  ];
  tables.forEach((table, index) => {
    const rows = table.tBodies[0].rows.length;
    box.children[index] ?? box.append(make('details', {}, make('summary'), make('div', { class: 'scroll', tabindex: 0, role: 'region' })));
    const [summary, inside] = box.children[index].children;
    const caption = table.caption.textContent;
    say(summary, `${caption} as a table (${rows})`);
    inside.setAttribute('aria-label', `${caption} as a table`);
    inside.replaceChildren(table);
    box.children[index].hidden = rows === 0;
  });
}
