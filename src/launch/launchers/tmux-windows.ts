import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { findOnPath } from '../../system/command/find-on-path.ts';
import { identify, isAlive, monoMs } from '../../system/process/process.ts';
import type { Launch, Launched, Launcher } from './launcher.ts';
import { type Sealed, seal } from './secret-handover.ts';
import { findTmux, openSession, openWindow, sessionName } from './tmux.ts';

/**
 * What runs in the window: the attempt, and what it writes to its log. The attempt is in a session of its own and does not write to the terminal:
 * its log lacks nothing, and who closes the window ends the view and not the agent.
 *
 *   $1 log  $2… the command that becomes the shim
 */
const PANE = `
tail -n +1 -F "$1" 2>/dev/null &
shift
"$@"
kill "$!"
`;

const LONGEST_START_MS = 30_000;
const LOOK_EVERY_MS = 200;

/** Starts each shim in a window of the session that is named after its run; one beside it shows what is decided. Null: there is no tmux here. */
export function tmuxWindows(): Launcher | null {
  const setsid = findOnPath('setsid', process.env.PATH ?? '');
  if (findTmux() === null || setsid === null) return null;
  return {
    start: async (birth) => {
      const session = sessionName(birth.runName);
      const sealed = seal(birth, [setsid]);
      try {
        const opened = await openWindow(session, ['/bin/sh', '-c', PANE, 'dogwatch', birth.files.log, ...sealed.argv]);
        if ('problem' in opened) return { failed: `tmux can't start it: ${opened.problem}` };
        // A view only: without it the run goes on.
        await openSession(`${session}-watchdog`, decisions(birth));
        return await firstWords(Number(opened.said), sealed);
      } finally {
        sealed.close();
      }
    },
  };
}

/** Ends by itself when the run is over. */
const decisions = ({ runName, extraPath, stateDir }: Launch): readonly string[] => [
  ...['/usr/bin/env', `DOGWATCH_STATE_DIR=${stateDir}`],
  ...[join(extraPath, 'dogwatch'), 'history', '--follow', runName],
];

async function firstWords(pid: number, { line }: Sealed): Promise<Launched> {
  const pane = identify(pid);
  const deadlineMs = monoMs() + LONGEST_START_MS;
  while (pane !== null && isAlive(pane)) {
    const said = await Promise.race([line, setTimeout(LOOK_EVERY_MS, null, { ref: false })]);
    if (said !== null) return { said };
    // It must not start later, when nobody expects it; what it becomes is in its group until then.
    if (monoMs() >= deadlineMs && isAlive(pane)) process.kill(-pid, 'SIGKILL');
  }
  return { said: await Promise.race([line, setTimeout(LOOK_EVERY_MS, '')]) };
}
