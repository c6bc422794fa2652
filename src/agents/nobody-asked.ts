import type { RunSpec } from '../core/model/facts.ts';
import { AGENTS, agentFor } from './registry.ts';

type Asking = Pick<RunSpec, 'agent' | 'command' | 'resumeCommand' | 'policy'>;

/**
 * Why DOGWATCH_ASK=1 has no effect on a run, for its operator, or null if its agent asks or need
 * not. Of an agent that dogwatch does not know, only its own `dogwatch ask-server` would ask.
 */
export function nobodyAsked({ agent: name, command, resumeCommand, policy }: Asking): string | null {
  if (policy.asks !== true) return null;
  const agent = agentFor(name);
  if (agent.asks === undefined)
    return `${WITHOUT_EFFECT}: ${name === 'generic' ? 'this command' : name} cannot wait for an answer without a terminal (of the agents that dogwatch knows, only ${ASKING} can)`;
  if (agent.asks(command, SERVER).length === command.length)
    return `${WITHOUT_EFFECT}: an option of its command decides already what ${name} may do, such as --dangerously-skip-permissions`;
  return resumeCommand === null
    ? null
    : 'DOGWATCH_ASK=1 asks a person only in attempts that dogwatch starts with the command of the run: --resume-command is run as it is';
}

const WITHOUT_EFFECT = 'DOGWATCH_ASK=1 has no effect, and no person is asked';
const SERVER = ['dogwatch', 'ask-server'] as const;
const ASKING = AGENTS.filter(({ asks }) => asks !== undefined)
  .map(({ name }) => name)
  .join(', ');
