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

/** For people: what a configuration does to dogwatch's own variables. */
export function toolsInWords(agent: AgentName, { path, doubt }: ToolsEnvironment): string {
  switch (doubt) {
    case null:
      return `${path} says which variables ${agent}'s tools get: dogwatch sets its own by name (-c shell_environment_policy.set.…)`;
    case 'filtered':
      return `${path} lets only some variables through to ${agent}'s tools: ${LET_THROUGH}`;
    case 'unreadable':
      return `${path} can't be read: dogwatch sets its variables for ${agent}'s tools by name, and nobody knows whether it keeps them`;
  }
}

const LET_THROUGH = 'add "DOGWATCH_*" to its include_only (or filters), or the agent can\'t say `dogwatch done`';

/** Whether the agents' own configurations keep dogwatch's variables from their tools: for this environment, and for that of each active run. */
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

const NEXT =
  'let DOGWATCH_ATTEMPT, DOGWATCH_RUN and DOGWATCH_STATE_DIR through; or give the run another sign of done (--done-file, --check)';

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
