import { command, draw, fill, fromTemplate, make, say } from './dom.js';

const href = (name) => `/runs/${encodeURIComponent(name)}`;

/** All runs. Returns what shows the next state of them. */
export function overview(main, acts) {
  const { root, parts } = fromTemplate('overview');
  main.replaceChildren(root);
  const summary = document.getElementById('summary');
  return (view) => {
    say(summary, `${view.summary}${view.cost === null ? '' : `; ${view.cost} in all`}`);
    const needy = view.runs.filter(({ group }) => group === 'person');
    say(
      parts.nothing,
      needy.length > 0 ? '' : view.doubts.length === 0 ? 'Nothing needs you.' : 'No run has asked for you, but nobody looks after them.',
    );
    parts.nothing.hidden = needy.length > 0;
    fill(
      parts.needs,
      needy,
      ({ id }) => id,
      () => make('article', { class: 'card' }),
      (card, run) => changed(card, run, () => showCard(card, run, acts)),
    );
    parts.empty.hidden = view.runs.length > 0;
    fill(
      parts.runs,
      view.runs,
      ({ id }) => id,
      () => make('tr'),
      (row, run) => changed(row, run, () => showRow(row, run)),
    );
    fill(
      parts.disks,
      view.disks,
      ({ path }) => path,
      () => make('div', { class: 'disk' }),
      (box, disk) => changed(box, disk, () => showDisk(box, disk)),
    );
    parts['accounts-s'].hidden = view.accounts.length === 0;
    fill(
      parts.accounts,
      view.accounts,
      ({ account }) => account,
      () => make('li'),
      (line, { account, lines }) => say(line, `${account}: ${lines.join('; ')}`),
    );
    parts.nonotices.hidden = view.notices.length > 0;
    fill(
      parts.notices,
      view.notices,
      (_, index) => index,
      () => make('li'),
      (line, text) => say(line, text),
    );
  };
}

/** Draws anew only what changed, so that the focus stays where it is. */
function changed(element, item, show) {
  const text = JSON.stringify(item);
  if (element.dogwatchShown === text) return;
  element.dogwatchShown = text;
  const isFocused = element.contains(document.activeElement);
  show();
  if (isFocused) element.querySelector('a, button')?.focus();
}

const sign = ({ sign: text, group }) => make('span', { class: `sign ${group}`, text });

function showCard(card, run, acts) {
  const buttons = acts?.(run) ?? [];
  card.replaceChildren(
    make('h3', {}, sign(run), ' ', make('a', { href: href(run.name), text: run.name })),
    make('p', { class: 'label', text: `${run.label} since ${run.since}` }),
    make('p', { text: `${run.why}.` }),
    ...run.calls.map((text) => make('p', { class: 'call', text })),
    make('ul', { class: 'commands' }, ...run.commands.slice(0, 3).map(({ type, does }) => make('li', {}, command(type, does)))),
    ...(buttons.length === 0 ? [] : [make('p', { class: 'buttons noprint' }, ...buttons)]),
  );
}

function showRow(row, run) {
  row.className = run.group;
  row.replaceChildren(
    make('th', { scope: 'row' }, make('a', { href: href(run.name), text: run.name })),
    make('td', { class: 'state' }, sign(run), ' ', run.label),
    make(
      'td',
      { class: 'why' },
      make('span', { text: `${run.why}.` }),
      ' ',
      make('span', { class: 'next', text: run.state === 'complete' ? '' : `Next: ${run.nextInWords}.` }),
    ),
    make('td', { class: 'number', text: run.resumes }),
    make('td', { class: 'number', text: run.active }),
    make('td', { class: 'number', text: run.cost }),
  );
}

/** How full it is, with its thresholds as lines. */
function showDisk(box, disk) {
  const used = 1 - disk.availableBytes / Math.max(1, disk.totalBytes);
  const mark = (bytes, name) =>
    draw('line', {
      x1: 200 * (1 - bytes / Math.max(1, disk.totalBytes)),
      x2: 200 * (1 - bytes / Math.max(1, disk.totalBytes)),
      y1: 0,
      y2: 14,
      class: name,
    });
  const bar = draw('svg', {
    viewBox: '0 0 200 14',
    class: `bar ${disk.pressure}`,
    role: 'img',
    'aria-label': `${disk.path}: ${disk.words}`,
    preserveAspectRatio: 'none',
  });
  bar.append(
    draw('rect', { width: 200, height: 14, class: 'room' }),
    draw('rect', { width: 200 * used, height: 14, class: 'used' }),
    mark(disk.softBytes, 'soft'),
    mark(disk.criticalBytes, 'critical'),
  );
  box.replaceChildren(
    make(
      'p',
      {},
      make('strong', { text: disk.path }),
      ` ${disk.words}${disk.pressure === 'none' ? '' : `, ${disk.pressure}`}${disk.full === null ? '' : `; full at this rate at ${disk.full}`}`,
    ),
    bar,
    make('p', {
      class: 'quiet',
      text: `${disk.marks}${disk.filledBy.map(({ run, because }) => `; filled by ${run}: ${because}`).join('')}`,
    }),
  );
}
