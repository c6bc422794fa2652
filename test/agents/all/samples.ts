import type { Environment } from '../../../src/agents/contract/agent.ts';
import { AGENTS } from '../../../src/agents/registry.ts';
import { type KnownAgent, ofAgent } from './of-agent.ts';

/** A command line, its words separated by blanks, and the expected result. */
type Line = readonly [line: string, expected: string];

/**
 * What the tests of all agents, and the benchmark, need to know about one:
 * `test/agents/AGENT/samples.ts` exports it as `samples`. What an agent does not have is null or
 * empty, where the type or its comment allows that; tests of the agent's own then cover it.
 */
export interface Samples {
  /** A command with a task, and one that gets it from standard input. */
  readonly command: string;
  readonly withoutTask: string;
  /**
   * A command with an unknown option, whose value may be the task: refused, unless the task is on
   * standard input.
   */
  readonly unsure: string;
  /** The variable that holds the agent's key. */
  readonly key: string;
  /** Commands and variables, with the model that they choose, or null for the default. */
  readonly models: readonly (readonly [line: string, environment: Environment, model: string | null])[];
  /** Commands that are recognized as this agent. */
  readonly recognized: readonly string[];
  /**
   * Commands as they are started, resumed in `SESSION`, and started over; and commands that cannot
   * be kept running.
   */
  readonly prepared: readonly Line[];
  readonly refused: readonly string[];
  readonly resumed: readonly Line[];
  readonly fresh: readonly Line[];
  /** Whether the command gets its task from elsewhere. May be empty. */
  readonly lacksTask: readonly (readonly [line: string, lacks: boolean])[];
  /**
   * What the real agent wrote: files in `captures/` next to the samples, and the signals in them.
   */
  readonly captures: readonly (readonly [file: string, expected: string])[];
  /** Single lines, and the signals in them. */
  readonly lines: readonly (readonly [what: string, lines: readonly string[], expected: string])[];
  /** The agent's events when the model says a text, and one in which a tool reads it. */
  readonly says: (text: string) => readonly unknown[];
  readonly reads: (text: string) => unknown;
  /** The event of two todos, one of which is done, or null if the agent keeps none. */
  readonly todos: unknown;
  /** The agent's events for one step of a turn: a text, and a command with its output. */
  readonly step: (text: string, output: string) => readonly object[];
  /** Lines, and what the model said in them, or null if it said nothing. */
  readonly said: readonly (readonly [line: string, said: string | null])[];
  /**
   * The file below the home directory that records `SESSION`, or null if sessions have no files of
   * their own.
   */
  readonly record: string | null;
  /**
   * Such files with events, and the directories in which the agent worked, last one first. May be
   * empty.
   */
  readonly workedIn: readonly (readonly [file: string, events: readonly object[], expected: readonly string[]])[];
  /**
   * Commands, the existing record and when it was written, and the session that is found. May be
   * empty.
   */
  readonly sessions: readonly (readonly [what: string, line: string, file: string | null, writtenAt: number, session: string | null])[];
}

/** Fields of which an agent needs at least one row. */
const NEEDED = ['models', 'recognized', 'prepared', 'refused', 'resumed', 'fresh', 'captures', 'lines', 'said'] as const;

/** What is missing from an agent's samples, in words. */
export const lacking = (name: string, samples: Samples): string[] =>
  NEEDED.filter((field) => (samples[field]?.length ?? 0) === 0).map(
    (field) => `test/agents/${name}/samples.ts has no \`${field}\`: add at least one (test/agents/all/samples.ts describes them)`,
  );

const loaded = AGENTS.map(async ({ name }) => {
  const { samples } = await ofAgent<{ readonly samples: Samples }>(
    name,
    'samples.ts',
    '`export const samples: Samples` of test/agents/all/samples.ts',
  );
  return [name as KnownAgent, samples] as const;
});

/** The samples of each agent in the registry, in its order. */
export const SAMPLES: readonly (readonly [agent: KnownAgent, samples: Samples])[] = await Promise.all(loaded);

/** All agents' rows in one list, each preceded by its agent. */
export const rowsOf = <Row extends readonly unknown[]>(field: (samples: Samples) => readonly Row[]): [KnownAgent, ...Row][] =>
  SAMPLES.flatMap(([agent, samples]) => field(samples).map((row): [KnownAgent, ...Row] => [agent, ...row]));
