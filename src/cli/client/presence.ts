import type { WatchdogCondition } from '../../core/report/supervision.ts';
import { readSettings } from '../../settings/read.ts';
import type { Layout } from '../../store/directory/layout.ts';
import type { Reader } from '../../store/reader.ts';
import { monoMs } from '../../system/process/process.ts';
import { tell } from '../terminal/tell.ts';
import { conditionOf } from './watchdog.ts';

/** One that is replaced leaves the next one this long before anybody is told that it is gone. */
const GONE_AFTER_MS = 3000;

const UNTIL = 'until one is, nothing is decided and nothing is resumed; `dogwatch watch` starts one';

const WORDS: Readonly<Record<WatchdogCondition, string>> = {
  alive: 'a watchdog is at work again',
  stopped: 'the watchdog is stopped and gives no sign of life: nothing is decided; `dogwatch supervise` replaces it',
  none: `the watchdog is gone: ${UNTIL}`,
};

/** For a command that follows a run: each call looks whether a watchdog is at work, and tells a person at the start that none is, and later what changes. */
export function presence(
  layout: Layout,
  say: (line: string) => void = tell,
  goneAfterMs = GONE_AFTER_MS,
): (reader: Pick<Reader, 'lease'>) => void {
  const { leaseTimeoutMs } = readSettings(process.env).settings;
  let told: WatchdogCondition | null = null;
  let aliveMono = Number.NEGATIVE_INFINITY;
  return (reader) => {
    const condition = conditionOf(layout, reader.lease(), leaseTimeoutMs);
    if (condition === 'alive') aliveMono = monoMs();
    if (condition === told || (condition === 'none' && monoMs() - aliveMono < goneAfterMs)) return;
    if (told !== null) say(WORDS[condition]);
    else if (condition !== 'alive')
      say(condition === 'none' ? `no watchdog is at work, nobody looks after this run: ${UNTIL}` : WORDS.stopped);
    told = condition;
  };
}
