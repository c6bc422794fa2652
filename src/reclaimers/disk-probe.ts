import { runOperatorCommand } from '../system/command/operator.ts';

const DEADLINE_MS = 60_000;

/**
 * Asks the operator's command how much room a remote disk has, and takes the last number that it
 * prints. Returns null if it printed none or failed.
 */
export async function diskProbe(command: string, environment: Readonly<NodeJS.ProcessEnv>): Promise<number | null> {
  const outcome = await runOperatorCommand({ command, cwd: '/', environment: { ...environment }, extra: {}, deadlineMs: DEADLINE_MS });
  if (outcome.kind !== 'exited' || outcome.code !== 0) return null;
  const number = Number(outcome.output.match(/\d+/g)?.at(-1));
  return Number.isSafeInteger(number) ? number : null;
}
