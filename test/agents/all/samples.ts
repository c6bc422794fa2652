import type { Environment } from '../../../src/agents/contract/agent.ts';
import { AGENTS } from '../../../src/agents/registry.ts';
import { type KnownAgent, ofAgent } from './of-agent.ts';

/** A command line, words separated by blanks, and what becomes of it. */
type Line = readonly [line: string, expected: string];

/**
 * What the tests of all agents, and the benchmark, ask of one: `test/agents/AGENT/samples.ts` exports it as `samples`. What an
 * agent does not have is null or empty where the type or its comment allows it; the agent then has tests of its own for that.
 */
export interface Samples {
  /** A command with a task, and one that has it from standard input. */
  readonly command: string;
  readonly withoutTask: string;
  /** A command with an option that nobody knows, whose value may be the task: refused, but not when the task is on standard input. */
  readonly unsure: string;
  /** The variable that holds its key. */
  readonly key: string;
  /** Commands and variables, and the model that they choose, or null for the default. */
  readonly models: readonly (readonly [line: string, environment: Environment, model: string | null])[];
  /** Commands that are recognized as this agent. */
  readonly recognized: readonly string[];
  /** As they are started, resumed in `SESSION`, and begun afresh; and what cannot be kept going. */
  readonly prepared: readonly Line[];
  readonly refused: readonly string[];
  readonly resumed: readonly Line[];
  readonly fresh: readonly Line[];
  /** Whether the command has its task from elsewhere; may be empty. */
  readonly lacksTask: readonly (readonly [line: string, lacks: boolean])[];
  /** What the real agent wrote: files in `captures/` beside the samples, and the signals in them. */
  readonly captures: readonly (readonly [file: string, expected: string])[];
  /** Single lines, and the signals in them. */
  readonly lines: readonly (readonly [what: string, lines: readonly string[], expected: string])[];
  /** Its events when the model says a text, and one when a tool reads it. */
  readonly says: (text: string) => readonly unknown[];
  readonly reads: (text: string) => unknown;
  /** The event of one todo of two that is done, or null if it keeps none. */
  readonly todos: unknown;
  /** Its events of a step of a turn: a text, and a command with its output. */
  readonly step: (text: string, output: string) => readonly object[];
  /** Lines, and what the model said in them, or null if nothing. */
  readonly said: readonly (readonly [line: string, said: string | null])[];
  /** The file below the home in which it records `SESSION`, or null if it has no file for each session. */
  readonly record: string | null;
  /** Such files with events, and the directories in which it worked, the last one first; may be empty. */
  readonly workedIn: readonly (readonly [file: string, events: readonly object[], expected: readonly string[]])[];
  /** Commands, the record that is there and when it was written, and the session that is found; may be empty. */
  readonly sessions: readonly (readonly [what: string, line: string, file: string | null, writtenAt: number, session: string | null])[];
}

/** Those of which an agent needs at least one. */
const NEEDED = ['models', 'recognized', 'prepared', 'refused', 'resumed', 'fresh', 'captures', 'lines', 'said'] as const;

/** What an agent's samples lack, in words. */
export const lacking = (name: string, samples: Samples): string[] =>
  NEEDED.filter((field) => (samples[field]?.length ?? 0) === 0).map(
    (field) => `test/agents/${name}/samples.ts has no \`${field}\`: add at least one (test/agents/all/samples.ts says what they are)`,
  );

const loaded = AGENTS.map(async ({ name }) => {
  const { samples } = await ofAgent<{ readonly samples: Samples }>(
    name,
    'samples.ts',
    '`export const samples: Samples` of test/agents/all/samples.ts',
  );
  return [name as KnownAgent, samples] as const;
});

/** The samples of each agent of the registry, in its order. */
export const SAMPLES: readonly (readonly [agent: KnownAgent, samples: Samples])[] = await Promise.all(loaded);

/** One list of all agents' rows, each with the agent before it. */
export const rowsOf = <Row extends readonly unknown[]>(field: (samples: Samples) => readonly Row[]): [KnownAgent, ...Row][] =>
  SAMPLES.flatMap(([agent, samples]) => field(samples).map((row): [KnownAgent, ...Row] => [agent, ...row]));
