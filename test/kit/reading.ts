import type { Reading } from '../../src/agents/contract/agent.ts';

/** A run of which an interpreter knows nothing but the lines. */
export const READING: Reading = {
  done: { file: null, fileBefore: null, logPattern: null, check: null, exit: false },
  resumePrompt: '',
  command: [],
  patterns: [],
  sessionPattern: null,
};
