import type { FleetKnown, HostKnown } from '../../view/fleet/model.ts';
import { fleetView } from '../../view/fleet/whole.ts';
import { paperFor } from '../status/stdout.ts';
import { CLEAR, whole } from '../status/watching.ts';
import { jsonText } from '../terminal/json.ts';
import { moment } from './moment.ts';
import { fleetPage } from './page.ts';
import type { Source } from './source.ts';

interface Wishes {
  readonly json: boolean;
  readonly all: boolean;
  readonly utc: boolean;
}

/** Ages grow even if nothing changes: the longest time between two pictures, in ms. */
const SCREEN_MS = 5000;
const PRINTED_MS = 60_000;

/**
 * Shows the hosts again whenever one has replied, until the process is interrupted. On a terminal
 * the new lines replace the old ones; elsewhere they are printed when more than an age has changed.
 */
export async function watchFleet(source: Source, { json, all, utc }: Wishes): Promise<void> {
  // A dumb terminal cannot go back.
  const isScreen = process.stdout.isTTY && process.env.TERM !== 'dumb' && !json;
  let known = source.first;
  let [before, shownMono] = ['', Number.NEGATIVE_INFINITY];
  const linesNow = () => {
    const now = moment();
    return json ? [jsonText(fleetView(known, now))] : fleetPage(known, now, paperFor(now.wall, utc), all);
  };
  const draw = (isNew: boolean) => {
    process.stdout.write(`${isNew ? CLEAR : ''}${whole(linesNow(), process.stdout.rows)}`);
  };
  const printed = () => {
    // Until each has replied once there is nothing whole to print.
    if (known === source.first || known.hosts.some(({ silence, heard }) => silence === null && heard === null)) return;
    const what = JSON.stringify([known.engine?.trouble, known.hosts.map(signOf)]);
    if (what === before && performance.now() - shownMono < PRINTED_MS) return;
    [before, shownMono] = [what, performance.now()];
    process.stdout.write(
      linesNow()
        .map((line) => `${line}\n`)
        .join(''),
    );
  };
  const end = new AbortController();
  const timer = setInterval(() => (isScreen ? draw(false) : printed()), SCREEN_MS);
  if (isScreen) {
    process.stdout.on('resize', () => draw(true));
    draw(true);
  }
  const changed = (now: FleetKnown) => {
    known = now;
    if (isScreen) draw(false);
    else printed();
  };
  try {
    await source.follow(changed, end.signal);
  } finally {
    clearInterval(timer);
    end.abort();
  }
}

/** What is not only older than before. */
const signOf = ({ given, silence, heard }: HostKnown): unknown => [
  given,
  silence?.kind,
  silence?.message,
  heard === null
    ? null
    : [
        heard.view.host.condition,
        heard.view.notices.map(({ id, state }) => [id, state]),
        heard.view.runs.map(({ id, label, sign, why }) => [id, label, sign, why]),
      ],
];
