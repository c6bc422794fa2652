import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { loadSettings } from '../../client/load-settings.ts';
import { openLayout } from '../../client/state-layout.ts';
import { EXIT_CONFIGURATION, EXIT_TEMPORARY, Problem } from '../../terminal/problem.ts';
import { tell } from '../../terminal/tell.ts';

/** The watchdog looks every 5 s. */
const WAIT_MS = 15_000;
const LOOK_MS = 100;

/** Asks the watchdog to compare what its fleet has of this host with what is true. */
export async function resync(): Promise<void> {
  const { fleetResync, stateDir } = openLayout();
  const { fleetUrls } = loadSettings(process.env, tell);
  if (fleetUrls.length === 0)
    throw new Problem(EXIT_CONFIGURATION, 'this host is in no fleet', {
      expected: 'DOGWATCH_FLEET, as the watchdog has it',
      got: 'nothing',
      hint: 'dogwatch fleet join makes this host a member',
    });
  writeFileSync(fleetResync, '', { mode: 0o600 });
  for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += LOOK_MS) {
    if (!existsSync(fleetResync)) {
      process.stdout.write('all rows of this host are compared with the engine, and sent again where it has something else\n');
      return;
    }
    await setTimeout(LOOK_MS);
  }
  throw new Problem(EXIT_TEMPORARY, 'no watchdog has taken the request', {
    expected: `a watchdog of ${stateDir} that is in a fleet`,
    got: `none within ${WAIT_MS / 1000} s`,
    hint: 'the next one follows it; dogwatch fleet doctor says what is wrong',
  });
}
