/** Where an agent is when it dies. */
export const POINTS = {
  'first-word': 'before the first word of the model',
  'mid-answer': 'in the middle of an answer',
  'before-tool': 'a call has arrived, the rest of the answer has not',
  'in-tool': 'in a tool, before its effect',
  'after-effect': 'in a tool, after its effect',
  between: 'the result is in, the next answer is not',
  compaction: 'while the session is compacted',
  refused: 'while it waits after a 429',
  permission: 'while it waits for a permission',
  'sub-agent': 'in a sub-agent, after an effect of it',
  'turn-end': 'the turn is over, the process is not',
  'disk-full': 'its disk is full when it writes the session',
} as const;

export type Point = keyof typeof POINTS;

/** How it dies. */
export const WAYS = {
  group: 'SIGKILL of the process group',
  power: 'power cut',
  term: 'SIGTERM to the process group',
  agent: 'SIGKILL of the agent',
  wrapper: 'SIGKILL of its wrapper',
  hup: 'SIGHUP to the process group',
} as const;

export type Way = keyof typeof WAYS;

export const pointNames = Object.keys(POINTS) as readonly Point[];
export const wayNames = Object.keys(WAYS) as readonly Way[];
