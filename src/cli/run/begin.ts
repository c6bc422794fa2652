import { randomBytes } from 'node:crypto';
import { unfolded } from '../../agents/command/shell.ts';
import { agentFor, recognise } from '../../agents/registry.ts';
import type { RunSpec } from '../../core/model/facts.ts';
import type { Settings } from '../../settings/settings.ts';
import { attemptFiles, layout } from '../../store/directory/layout.ts';
import { cleanEnvironment } from '../../system/command/clean-environment.ts';
import { noteUnit } from '../../system/systemd/transient-unit.ts';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import { leaseHolder, watchdogNow } from '../client/watchdog.ts';
import { differenceInWords, handOver } from '../client/watchdog-settings.ts';
import { noEvidence } from '../doctor/no-evidence.ts';
import { toolsInWords } from '../doctor/tools-environment.ts';
import { tell } from '../terminal/tell.ts';
import { attach } from './attach.ts';
import type { RunOptions } from './options.ts';
import { leftPipe, promptOf } from './prompt.ts';
import { registerRun } from './register.ts';
import { inOneLine, seenIn, warnings } from './sign-of-done.ts';
import { type Origin, runSpec } from './spec.ts';

/**
 * An agent as the last command of a shell's text in words of its own, which can be resumed; any
 * other command as it is.
 */
function withWordsOfItsOwn(argv: readonly string[]): readonly string[] {
  const words = unfolded(argv);
  return words === null || recognise(words) === 'generic' ? argv : words;
}

/**
 * Registers a run as it was asked for, and stays with it unless that was not wanted. Throws a
 * Problem where nothing is registered.
 */
export async function beginRun(given: readonly string[], options: RunOptions, settings: Settings, origin: Origin): Promise<void> {
  const argv = origin.foreign === null ? withWordsOfItsOwn(given) : given;
  const { prompt, isSilent } = origin.foreign === null ? await promptOf(options) : { prompt: undefined, isSilent: false };
  const asked = prompt === undefined ? options : { ...options, prompt };
  const spec = runSpec(argv, asked, settings, randomBytes(8).toString('hex'), origin);
  if (isSilent) leftPipe(agentFor(spec.agent).lacksTask?.(spec.command) === true, tell);
  for (const line of warnings(argv)) tell(line);
  const place = { environment: cleanEnvironment(origin.environment), cwd: spec.cwd };
  for (const one of agentFor(spec.agent).toolsEnvironment?.(spec.command, place) ?? []) tell(toolsInWords(spec.agent, one));
  tell(inOneLine(seenIn(argv, asked, spec.cwd, process.env.PATH ?? '', spec.adopted), spec));
  const where = layout(settings.stateDir);
  const registered = await registerRun(where, spec, options.name !== undefined, origin.environment, origin.foreign);
  if (origin.unit != null) noteUnit(attemptFiles(where, registered.run, 1).unit, origin.unit);
  const watchdog = watchdogNow(leaseHolder(where));
  const difference = watchdog === null ? null : differenceInWords(watchdog.pid, process.env);
  if (difference !== null) tell(`${difference}: ${handOver(process.env)}`);
  // The run is at work: whoever interrupts from now on leaves it running, whatever is still looked
  // for.
  await Promise.all([attach(where, registered, options), warnOfNoEvidence(spec, origin.environment)]);
}

/** Said where it starts: a job whose progress nobody can see has less time to finish. */
async function warnOfNoEvidence(spec: RunSpec, environment: NodeJS.ProcessEnv): Promise<void> {
  const why = await noEvidence(spec, environment);
  if (why !== null) process.stderr.write(`dogwatch: there is no evidence of progress to be had: ${sanitizeForTerminal(why)}\n`);
}
