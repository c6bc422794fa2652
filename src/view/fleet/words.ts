import { counted } from '../../core/values/counted.ts';
import { type Clock, span } from '../clock.ts';
import { countsOf } from '../runs.ts';
import { countsInWords, verdict } from '../words.ts';
import type { Check, EngineKnown, HostKnown, Now, Silence } from './model.ts';

/** It was not asked itself: its engine was. */
const OF_ENGINE: ReadonlySet<Silence['kind']> = new Set(['not-heard-of', 'not-signed']);

/** Clocks are compared to within the time that asking took, and this, in ms. */
const CLOCK_TOLERANCE_MS = 5000;

/** How well one host is. `clock` is at the moment on the clock of that host. */
export function checkOf(host: HostKnown, clock: Clock): Check {
  const { silence, heard } = host;
  if (silence !== null) {
    const last = heard === null ? '' : `; its last answer is ${span(clock.nowWall - Date.parse(heard.view.at))} old`;
    return { status: 3, because: `no answer: ${silence.message}${last}` };
  }
  return heard === null ? { status: 3, because: 'no answer yet' } : verdict(heard.view, clock);
}

interface Checked {
  readonly name: string;
  readonly check: Check;
  readonly host: HostKnown;
}

/** How well all hosts are: as the worst of them, with a reason from each that is not well. */
export function checkOfAll(hosts: readonly Checked[], engine: EngineKnown | null): Check {
  if (engine?.trouble != null) return { status: 3, because: `the engine of the fleet does not answer: ${engine.trouble}` };
  if (engine !== null && hosts.length === 0) return { status: 3, because: noHostInWords(engine) };
  const bad = hosts.filter(({ check }) => check.status > 0).sort((one, other) => other.check.status - one.check.status);
  const [worst] = bad;
  if (worst !== undefined)
    return { status: worst.check.status, because: bad.map(({ name, check }) => `${name}: ${check.because}`).join('; ') };
  const counts = countsOf(hosts.flatMap(({ host }) => host.heard?.view.runs ?? []));
  return { status: 0, because: `${countsInWords({ counts })} on ${counted(hosts.length, 'host')}` };
}

/** What a person must know about a host that did not answer, with what to do; null if it did. */
export function silenceInWords({ name, silence, heard }: HostKnown, now: Now): string | null {
  if (silence === null) return null;
  const last = heard === null ? 'its runs are unknown' : `its last answer is ${span(now.upMs - heard.atMs)} old`;
  const got = silence.got === '' ? '' : ` (got: ${silence.got})`;
  const what = OF_ENGINE.has(silence.kind) ? 'is silent' : 'did not answer';
  return `${name} ${what}: ${silence.message}${got}; ${last}. What to do: ${silence.do}`;
}

/** Said if the engine does not answer: what is shown is old then. Else null. */
export function engineInWords({ fleet, answeredMs, trouble }: EngineKnown, now: Now): string | null {
  if (trouble === null) return null;
  const last = answeredMs === null ? 'nothing is known yet' : `what follows is what it said ${span(now.upMs - answeredMs)} ago`;
  return `the engine of ${fleet} does not answer: ${trouble}; ${last}. What to do: \`dogwatch fleet doctor\``;
}

/** Said if nothing of any host is known. */
export const noHostInWords = ({ fleet, answeredMs }: EngineKnown): string =>
  answeredMs === null
    ? `the engine of ${fleet} is asked`
    : `no host of ${fleet} has written to its engine yet: DOGWATCH_FLEET makes the watchdog of a host do so`;

/** Said if not all that a host has to say has arrived. Else null. */
export const missingInWords = ({ name, missing = 0 }: HostKnown): string | null =>
  missing === 0
    ? null
    : `${counted(missing, 'change')} of ${name} ${missing === 1 ? 'has' : 'have'} not arrived: its runs may be further than is shown`;

/** Said if the clock of a host is off, since dates in its answer are by that clock. Else null. */
export function clockInWords({ name, heard }: HostKnown): string | null {
  if (heard === null || heard.offsetMs === null || Math.abs(heard.offsetMs) <= heard.tookMs + CLOCK_TOLERANCE_MS) return null;
  const { offsetMs } = heard;
  return `the clock of ${name} is ${span(Math.abs(offsetMs))} ${offsetMs > 0 ? 'ahead of' : 'behind'} the one here; times are shown by the one here`;
}

/** The counts of the hosts that answered, and how many did. */
export function fleetInWords(hosts: readonly HostKnown[]): string {
  const answered = hosts.filter(({ silence, heard }) => silence === null && heard !== null);
  const silent = hosts.filter(({ silence }) => silence !== null).length;
  const asked = hosts.length - silent - answered.length;
  const counts = countsOf(answered.flatMap(({ heard }) => heard?.view.runs ?? []));
  const of = answered.length === hosts.length ? counted(hosts.length, 'host') : `${answered.length} of ${counted(hosts.length, 'host')}`;
  return [
    silent === 0 ? '' : `${counted(silent, 'host')} silent`,
    asked === 0 ? '' : `${counted(asked, 'host')} not heard of yet`,
    answered.length === 0 ? '' : `${countsInWords({ counts })} on ${of}`,
  ]
    .filter((part) => part !== '')
    .join('; ');
}
