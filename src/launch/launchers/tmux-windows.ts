import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { findOnPath } from '../../system/command/find-on-path.ts';
import { identify, isAlive, monoMs } from '../../system/process/process.ts';
import type { Launch, Launched, Launcher } from './launcher.ts';
import { type Sealed, seal } from './secret-handover.ts';
import { findTmux, openSession, openWindow, sessionName } from './tmux.ts';

/**
 * Runs in the window: the attempt, and a view of its log. The attempt runs in its own session and
 * does not write to the terminal, so its log is complete, and closing the window ends the view but
 * not the agent.
 *
 * $1 is the log, $2… the command that becomes the shim.
 */
const PANE = `
tail -n +1 -F "$1" 2>/dev/null &
shift
"$@"
kill "$!"
`;

const LONGEST_START_MS = 30_000;
const LOOK_EVERY_MS = 200;

/**
 * Starts each shim in a window of a session named after its run; another session next to it shows
 * the decisions. Null if tmux is not available.
 */
export function tmuxWindows(): Launcher | null {
  const setsid = findOnPath('setsid', process.env.PATH ?? '');
  if (findTmux() === null || setsid === null) return null;
  return {
    kind: 'tmux',
    start: async (launch) => {
      const session = sessionName(launch.runName);
      const sealed = seal(launch, [setsid]);
      try {
        const opened = await openWindow(session, ['/bin/sh', '-c', PANE, 'dogwatch', launch.files.log, ...sealed.argv]);
        if ('problem' in opened) return { failed: `tmux cannot start it: ${opened.problem}` };
        // Only a view: the run continues without it.
        await openSession(`${session}-watchdog`, decisions(launch));
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
    // It must not start later, when nobody expects it; until then, what becomes the shim is in its
    // group.
    if (monoMs() >= deadlineMs && isAlive(pane)) process.kill(-pid, 'SIGKILL');
  }
  return { said: await Promise.race([line, setTimeout(LOOK_EVERY_MS, '')]) };
}
