import type { ToolsEnvironment } from '../../agents/contract/agent.ts';
import { agentFor } from '../../agents/registry.ts';
import type { AgentName } from '../../core/values/agent-names.ts';
import { stateDirectory } from '../../settings/state-directory.ts';
import { layout } from '../../store/directory/layout.ts';
import { keptEnvironment } from '../../store/environment.ts';
import { cleanEnvironment } from '../../system/command/clean-environment.ts';
import { findOnPath } from '../../system/command/find-on-path.ts';
import { activeRuns } from '../client/active-runs.ts';
import { type Finding, ok, warn } from './finding.ts';

/** Describes for a person what an agent's configuration does to dogwatch's variables. */
export function toolsInWords(agent: AgentName, { path, doubt }: ToolsEnvironment): string {
  switch (doubt) {
    case null:
      return `${path} restricts the variables of ${agent}'s tools: dogwatch sets its own by name (-c shell_environment_policy.set.…)`;
    case 'filtered':
      return `${path} passes only some variables to ${agent}'s tools: ${LET_THROUGH}`;
    case 'unreadable':
      return `${path} cannot be read: dogwatch sets its variables for ${agent}'s tools by name, but they may be filtered out`;
  }
}

const LET_THROUGH = 'add "DOGWATCH_*" to its include_only (or filters), or the agent cannot call `dogwatch done`';

/**
 * Checks whether the agents' own configurations hide dogwatch's variables from their tools, in this
 * environment and in that of each active run.
 */
export function checkToolsEnvironment(env: NodeJS.ProcessEnv): readonly Finding[] {
  const here = { agent: 'codex' as const, command: ['codex', 'exec'], environment: env, cwd: process.cwd() };
  const asked = [...(findOnPath('codex', env.PATH ?? '') === null ? [] : [here]), ...ofRuns(env)];
  const said = new Map<string, Finding>();
  for (const { agent, command, environment, cwd } of asked)
    for (const one of agentFor(agent).toolsEnvironment?.(command, { environment: cleanEnvironment(environment), cwd }) ?? []) {
      const words = toolsInWords(agent, one);
      said.set(words, one.doubt === null ? ok(agent, words) : warn(agent, words, NEXT));
    }
  return [...said.values()];
}

const NEXT = 'let DOGWATCH_ATTEMPT, DOGWATCH_RUN and DOGWATCH_STATE_DIR through, or define done in another way (--done-file, --check)';

function ofRuns(env: NodeJS.ProcessEnv) {
  const directory = stateDirectory(env);
  if (directory === null) return [];
  const where = layout(directory);
  return activeRuns(where).map(({ spec }) => ({
    agent: spec.agent,
    command: spec.command,
    environment: keptEnvironment(where, spec.environmentFile) ?? env,
    cwd: spec.cwd,
  }));
}
