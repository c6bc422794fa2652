import { fill, make, say } from './dom.js';

/** Rows that are shown at once. */
const FEW = 200;

const MEANT = {
  decisions: (line) => line.actions.length > 0 || line.from !== line.state || line.isFailure,
  failures: (line) => line.isFailure,
  all: () => true,
};

/** The decisions, newest first; `#812` in the address leads to one. */
export function journal(parts) {
  let page = null;
  let filter = 'decisions';
  let most = FEW;
  let goal = /^#\d+$/.test(location.hash) ? location.hash.slice(1) : null;

  function show() {
    if (page === null) return;
    if (goal !== null && page.journal.some(({ seq }) => String(seq) === goal)) {
      filter = 'all';
      most = Number.POSITIVE_INFINITY;
      for (const input of document.querySelectorAll('input[name=filter]')) input.checked = input.value === filter;
    }
    const meant = page.journal.filter(MEANT[filter]).reverse();
    const rows = meant.slice(0, most);
    fill(parts.journal, rows, ({ seq }) => seq, rowOf);
    parts.nojournal.hidden = meant.length > 0;
    say(parts.nojournal, filter === 'failures' ? 'Nothing failed.' : 'Nothing is written yet.');
    parts.older.hidden = rows.length === meant.length;
    say(parts.older, `Show ${meant.length - rows.length} older`);
    lead();
  }

  function lead() {
    for (const row of parts.journal.querySelectorAll('.aim')) row.classList.remove('aim');
    const row = goal === null ? null : document.getElementById(goal);
    if (row === null) return;
    row.classList.add('aim');
    row.scrollIntoView({ block: 'center' });
    goal = null;
  }

  for (const input of document.querySelectorAll('input[name=filter]'))
    input.addEventListener('change', () => {
      filter = input.value;
      show();
    });
  parts.older.addEventListener('click', () => {
    most = Number.POSITIVE_INFINITY;
    show();
  });
  addEventListener('hashchange', () => {
    if (!/^#\d+$/.test(location.hash)) return;
    goal = location.hash.slice(1);
    show();
  });
  return (next) => {
    page = next;
    show();
  };
}

function rowOf(line) {
  const happened = [...new Set(line.happened)].filter((text) => !line.because.includes(text));
  return make(
    'tr',
    { id: line.seq, class: line.isFailure ? 'failure' : null },
    make('th', { scope: 'row' }, make('a', { href: `#${line.seq}`, text: `#${line.seq}` })),
    make('td', {}, make('time', { datetime: line.at, title: line.at, text: line.time })),
    make('td', { text: line.from === line.state || line.from === null ? line.state : `${line.from} → ${line.state}` }),
    make('td', {}, make('span', { text: line.because }), ...happened.map((text) => make('span', { class: 'happened', text }))),
    make('td', { text: `${line.isFailure ? '! ' : ''}${line.decided.join(', ')}` }),
  );
}
