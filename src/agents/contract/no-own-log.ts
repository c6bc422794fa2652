import type { Agent } from './agent.ts';

/** For an agent that reports everything in its output. */
export const noOwnLog: Pick<Agent, 'ownLogs' | 'ownLogInterpreter'> = {
  ownLogs: () => [],
  ownLogInterpreter: () => ({ read: () => [] }),
};
