import type { Agent } from './agent.ts';

/** An agent that tells all there is to know in its output. */
export const noOwnLog: Pick<Agent, 'ownLogs' | 'ownLogInterpreter'> = {
  ownLogs: () => [],
  ownLogInterpreter: () => ({ read: () => [] }),
};
