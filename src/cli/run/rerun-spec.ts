import { randomBytes } from 'node:crypto';
import { agentFor } from '../../agents/registry.ts';
import { renewed } from '../../agents/session/renewed.ts';
import type { RunSpec } from '../../core/model/facts.ts';
import { policyFrom } from '../../core/model/policy.ts';
import { isActive, isOver, type Run } from '../../core/model/run.ts';
import { readSettings } from '../../settings/read.ts';
import type { Layout } from '../../store/directory/layout.ts';
import { keptEnvironment } from '../../store/environment.ts';
import { cleanEnvironment } from '../../system/command/clean-environment.ts';
import { fileState } from '../../system/disk/file-state.ts';
import { EXIT_TEMPORARY, EXIT_USAGE, Problem } from '../terminal/problem.ts';
import { checkProgram, directory } from './spec.ts';

export interface Rerun {
  readonly spec: RunSpec;
  readonly environment: NodeJS.ProcessEnv;
  /** Whether those are the variables of the run itself. */
  readonly isKept: boolean;
}

/**
 * The spec for the same job from the beginning, and its variables: those of the run if they are
 * still kept, else this process's. Throws a Problem if the job cannot be started again.
 */
export function rerunOf(layout: Layout, run: Run, isEnvironmentNew: boolean): Rerun {
  const { spec } = run;
  if (isOver(run) && isActive(run))
    throw new Problem(EXIT_TEMPORARY, `${run.name} cannot be started again yet`, {
      expected: 'no process of it',
      got: `it is ${run.state}, and attempt ${run.attempt?.number ?? 1} has not ended`,
      hint: `\`dogwatch stop ${run.name}\` ends it now`,
    });
  if (!isOver(run))
    throw new Problem(EXIT_USAGE, `${run.name} cannot be started again`, {
      expected: 'a run that is over',
      got: `it is ${run.state}`,
      hint: `\`dogwatch resume ${run.name}\` continues it, \`dogwatch stop ${run.name}\` ends it`,
    });
  const kept = isEnvironmentNew ? null : keptEnvironment(layout, spec.environmentFile);
  const environment = cleanEnvironment(kept ?? process.env);
  const unique = randomBytes(8).toString('hex');
  const module = agentFor(spec.agent);
  const command = commandOf(spec, unique);
  const cwd = directory(spec.cwd);
  checkProgram(command[0] ?? '', cwd, environment.PATH ?? '');
  const { file } = spec.done;
  return {
    spec: {
      ...spec,
      command,
      adopted: false,
      policy: { ...policyFrom(readSettings({}).settings), ...spec.policy },
      environmentFile: `${unique}.json`,
      done: { ...spec.done, fileBefore: file === null ? null : fileState(file) },
      ...(kept === null && module.account(command, environment)),
    },
    environment,
    isKept: kept !== null,
  };
}

/** An adopted command was already running: only now it is prepared. */
function commandOf({ agent, adopted, command, prompt, environmentFile }: RunSpec, unique: string): readonly string[] {
  if (!adopted) return renewed(command, environmentFile.replace(/\.json$/, ''), unique);
  const prepared = agentFor(agent).prepare(command, unique, prompt !== null);
  if ('command' in prepared) return prepared.command;
  throw new Problem(EXIT_USAGE, `this ${agent} command cannot be kept going`, { got: prepared.problem });
}
