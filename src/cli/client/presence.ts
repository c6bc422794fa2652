import type { WatchdogCondition } from '../../core/report/supervision.ts';
import { readSettings } from '../../settings/read.ts';
import type { Layout } from '../../store/directory/layout.ts';
import type { Reader } from '../../store/reader.ts';
import { monoMs } from '../../system/process/process.ts';
import { tell } from '../terminal/tell.ts';
import { conditionOf } from './watchdog.ts';

/** A replacement has this long to take over before the watchdog is reported gone. */
const GONE_AFTER_MS = 3000;

const UNTIL = 'until one runs, nothing is decided and nothing is resumed; `dogwatch watch` starts one';

const WORDS: Readonly<Record<WatchdogCondition, string>> = {
  alive: 'a watchdog is running again',
  stopped: 'the watchdog is stopped and shows no sign of life: nothing is decided; `dogwatch supervise` replaces it',
  none: `the watchdog is gone: ${UNTIL}`,
};

/**
 * For a command that follows a run: returns a function that checks whether a watchdog is running.
 * The first call reports if none is; later calls report changes.
 */
export function presence(
  layout: Layout,
  say: (line: string) => void = tell,
  goneAfterMs = GONE_AFTER_MS,
): (reader: Pick<Reader, 'lease'>) => void {
  const { leaseTimeoutMs } = readSettings(process.env).settings;
  let reported: WatchdogCondition | null = null;
  let aliveMono = Number.NEGATIVE_INFINITY;
  return (reader) => {
    const condition = conditionOf(layout, reader.lease(), leaseTimeoutMs);
    if (condition === 'alive') aliveMono = monoMs();
    if (condition === reported || (condition === 'none' && monoMs() - aliveMono < goneAfterMs)) return;
    if (reported !== null) say(WORDS[condition]);
    else if (condition !== 'alive')
      say(condition === 'none' ? `no watchdog is running, nobody looks after this run: ${UNTIL}` : WORDS.stopped);
    reported = condition;
  };
}
