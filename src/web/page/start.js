import { makeActs } from './act.js';
import { fill, make, say } from './dom.js';
import { askForToken } from './key.js';
import { live } from './live.js';
import { overview } from './overview.js';
import { runPage } from './run.js';

const main = document.getElementById('main');
const lostLine = document.getElementById('lost');
const [, wanted] = /^\/runs\/([^/]+)$/.exec(location.pathname) ?? [];
const run = wanted === undefined ? null : decodeURIComponent(wanted);

const COLOURS = { person: '#c2255c', held: '#a66a00', quiet: '#66707a', working: '#1b6ec2', done: '#2f6f4f', lost: '#66707a' };
let face = null;
let lostSince = null;

/** Title and icon follow what is worst. */
function title(head, group, words) {
  document.title = `${words === '' ? '' : `(${words}) `}${run === null ? '' : `${run} `}dogwatch ${head.host}`;
  const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="${COLOURS[group]}"/></svg>`;
  document.getElementById('icon').href = `data:image/svg+xml,${encodeURIComponent(icon)}`;
}

/** What every page has on top: whether it can be trusted. */
function head(document_) {
  say(document.getElementById('host'), document_.host);
  say(document.getElementById('pulse'), document_.pulse);
  say(document.getElementById('asof'), `as of ${document_.time} ${document_.zone}`);
  const warnings = document.getElementById('warnings');
  const texts = [
    ...document_.doubts,
    ...document_.shortages,
    ...(document_.unreadable ?? []).map(
      ({ name, state }) => `the run ${name}, which was ${state}, cannot be read: see \`dogwatch doctor\``,
    ),
  ];
  warnings.hidden = texts.length === 0;
  fill(
    warnings,
    texts,
    (_, index) => index,
    () => make('p'),
    (line, text) => say(line, text),
  );
}

function problem({ message }) {
  const wait = document.getElementById('wait');
  if (wait !== null) say(wait, message);
  else {
    lostLine.hidden = false;
    say(lostLine, `The state cannot be read: ${message}. What is shown is old.`);
  }
}

let ticking;
function lost(since, why = '') {
  lostSince = since;
  document.body.classList.toggle('stale', since !== null);
  lostLine.hidden = since === null;
  clearInterval(ticking);
  if (since === null) return;
  const tell = () => {
    const age = Math.round((Date.now() - lostSince) / 1000);
    say(lostLine, `Connection lost ${age} s ago${why === '' ? '' : ` (${why})`}: what is shown may be old. Trying again …`);
  };
  tell();
  ticking = setInterval(tell, 1000);
}

function refused(status) {
  if (status !== 401) {
    say(lostLine, 'The server refused this page. Open the address that `dogwatch web` printed in a new tab.');
    lostLine.hidden = false;
    return;
  }
  askForToken(sessionStorage.length === 0 ? '' : 'This token is of another start of `dogwatch web`.', start);
}

function start() {
  let acts = null;
  const show = (making) => (document_) => {
    head(document_);
    face ??= making(main, acts);
    face(document_);
    document.body.dataset.ready = 'true';
    if (lostSince === null) lostLine.hidden = true;
    const group =
      document_.doubts.length === 0
        ? (document_.run?.group ?? Object.entries(document_.counts ?? {}).find(([, count]) => count > 0)?.[0] ?? 'done')
        : 'lost';
    title(document_, group, document_.brief ?? (document_.run.group === 'person' ? '!' : ''));
  };
  const may = ({ act }) => {
    // Each stream begins with it.
    if (act) acts ??= makeActs();
  };
  const on = run === null ? { may, problem, overview: show(overview) } : { may, problem, run: show(runPage) };
  void live(run, on, { lost, refused });
}

start();
