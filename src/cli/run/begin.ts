import { randomBytes } from 'node:crypto';
import { unfolded } from '../../agents/command/shell.ts';
import { nobodyAsked } from '../../agents/nobody-asked.ts';
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
 * If the last command in a shell's text is an agent, returns that command's own words, which can be
 * resumed. Returns any other command unchanged.
 */
function unwrapped(argv: readonly string[]): readonly string[] {
  const words = unfolded(argv);
  return words === null || recognise(words) === 'generic' ? argv : words;
}

/**
 * Registers a run with these options and follows it, unless detached. Throws a Problem if nothing
 * was registered.
 */
export async function beginRun(given: readonly string[], options: RunOptions, settings: Settings, origin: Origin): Promise<void> {
  const argv = origin.foreign === null ? unwrapped(given) : given;
  const { prompt, isSilent } = origin.foreign === null ? await promptOf(options) : { prompt: undefined, isSilent: false };
  const asked = prompt === undefined ? options : { ...options, prompt };
  const spec = runSpec(argv, asked, settings, randomBytes(8).toString('hex'), origin);
  if (isSilent) leftPipe(agentFor(spec.agent).lacksTask?.(spec.command) === true, tell);
  for (const line of warnings(argv)) tell(line);
  const place = { environment: cleanEnvironment(origin.environment), cwd: spec.cwd };
  for (const one of agentFor(spec.agent).toolsEnvironment?.(spec.command, place) ?? []) tell(toolsInWords(spec.agent, one));
  const unasked = nobodyAsked(spec);
  if (unasked !== null) tell(unasked);
  tell(inOneLine(seenIn(argv, asked, spec.cwd, process.env.PATH ?? '', spec.adopted), spec));
  const where = layout(settings.stateDir);
  const registered = await registerRun(where, spec, options.name !== undefined, origin.environment, origin.foreign);
  if (origin.unit != null) noteUnit(attemptFiles(where, registered.run, 1).unit, origin.unit);
  const watchdog = watchdogNow(leaseHolder(where));
  const difference = watchdog === null ? null : differenceInWords(watchdog.pid, process.env);
  if (difference !== null) tell(`${difference}: ${handOver(process.env)}`);
  // The run has started: an interrupt from now on leaves it running, even while evidence is still
  // checked.
  await Promise.all([attach(where, registered, options), warnOfNoEvidence(spec, origin.environment)]);
}

/** Warns at the start: a job without visible progress has less time to finish. */
async function warnOfNoEvidence(spec: RunSpec, environment: NodeJS.ProcessEnv): Promise<void> {
  const why = await noEvidence(spec, environment);
  if (why !== null) process.stderr.write(`dogwatch: no evidence of progress is available: ${sanitizeForTerminal(why)}\n`);
}
