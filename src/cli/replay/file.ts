import * as z from 'zod/mini';
import { agentFor } from '../../agents/registry.ts';
import type { Fact, Instant, Observation, RunSpec } from '../../core/model/facts.ts';
import { policyFrom } from '../../core/model/policy.ts';
import { NO_LIMITS } from '../../core/model/run-spec.ts';
import type { ReplayInput, ReplayRow } from '../../core/replay.ts';
import type { Delta } from '../../core/values/delta.ts';
import { errorMessage } from '../../core/values/error-message.ts';
import { parseDuration } from '../../settings/duration.ts';
import { readSettings } from '../../settings/read.ts';
import { spec } from '../../store/inbox/schema.ts';
import { EXIT_USAGE, Problem } from '../terminal/problem.ts';

/** The first line of a replay file. */
const header = z.object({
  dogwatch: z.literal('replay'),
  version: z.literal(1),
  run: z.string(),
  /** Missing fields are taken from `ORDINARY`, and missing policy fields from the settings. */
  spec: z.looseObject({ policy: z.optional(z.record(z.string(), z.unknown())) }),
  /** What happened, and where it was reported. */
  incident: z.optional(z.string()),
  source: z.optional(z.string()),
  /**
   * Start of the clock, in ms, for rows that state how long after the previous row they were
   * observed.
   */
  at: z.optional(z.object({ wall: z.number(), mono: z.number() })),
});

/**
 * The defaults of a run: a file only states what differs, and one from an older dogwatch lacks
 * newer fields.
 */
const ORDINARY: Omit<RunSpec, 'policy'> = {
  name: 'job',
  agent: 'generic',
  command: ['true'],
  cwd: '/',
  umask: 0o077,
  environmentFile: 'none',
  prompt: null,
  resumeCommand: null,
  resumePrompt: '',
  done: { file: null, fileBefore: null, logPattern: null, check: null, exit: false },
  progress: null,
  logs: [],
  journals: [],
  launcher: 'process',
  limits: NO_LIMITS,
  sessions: false,
  adopted: false,
  account: 'unknown',
  paths: [],
  model: null,
  patterns: [],
  sessionPattern: null,
};

const duration = z.string().check(z.refine((text) => parseDuration(text) !== null, 'not a duration'));
const words = z.array(z.string());

/**
 * A line: an observation or lines of the agent's log, and what was decided if that is to be
 * compared.
 */
const line = z.object({
  observation: z.optional(z.looseObject({ kind: z.string() })),
  /** Lines of the attempt's log, interpreted as its agent's. */
  lines: z.optional(words),
  attempt: z.optional(z.int()),
  after: z.optional(duration),
  /** How often the row repeats, each `after` the previous one; the decision is that of the last. */
  times: z.optional(z.int().check(z.positive(), z.maximum(10_000))),
  state: z.optional(z.string()),
  actions: z.optional(words),
  because: z.optional(z.string()),
  given: z.optional(z.nullable(z.unknown())),
  withheld: z.optional(z.boolean()),
  around: z.optional(z.record(z.string(), z.unknown())),
});
type Line = z.infer<typeof line>;

export interface ReplayFile {
  readonly run: string;
  readonly spec: RunSpec;
  readonly rows: readonly ReplayRow[];
}

/** Parses a file that was exported or written by hand. Throws a Problem that names the line. */
export function parseReplayFile(text: string, path: string): ReplayFile {
  const [first = '', ...rest] = text.split('\n').filter((one) => one.trim() !== '');
  const { run, spec: stated, at } = parsed(header, first, path, 1);
  const policy = { ...policyFrom(readSettings({}).settings), ...stated.policy };
  const asked = parsed(spec, JSON.stringify({ ...ORDINARY, ...stated, policy }), path, 1);
  const clock = new Clock(run, asked, at ?? { wall: 0, mono: 0 });
  const rows = rest.flatMap((one, index) => rowsOf(parsed(line, one, path, index + 2), clock, () => noRow(path, index + 2)));
  return { run, spec: asked, rows };
}

function rowsOf(one: Line, clock: Clock, problem: () => Problem): ReplayRow[] {
  const { observation, lines, times = 1, state, actions, because } = one;
  if ((observation === undefined) === (lines === undefined)) throw problem();
  const isCompared = state !== undefined;
  return Array.from({ length: times }, (_, index): ReplayRow => {
    const seen = clock.next(one);
    const isLast = index === times - 1;
    const decided = isCompared && isLast ? { state: state as never, actions: actions ?? [], because: because ?? '' } : null;
    return { observation: seen, decided, given: givenOf(one), isWithheld: one.withheld === true };
  });
}

function givenOf({ given, around }: Line): ReplayInput {
  if (given === undefined) return { kind: 'as-decided', around: around ?? {} };
  return given === null ? { kind: 'unknown' } : { kind: 'kept', patch: given as Delta };
}

/**
 * Numbers and dates observations. Interprets lines with the agent's module, with one reader per
 * attempt.
 */
class Clock {
  readonly #run: string;
  readonly #spec: RunSpec;
  readonly #readers = new Map<number, ReturnType<ReturnType<typeof agentFor>['interpreter']>>();
  #at: Instant;
  #seq = 0;

  constructor(run: string, asked: RunSpec, at: Instant) {
    this.#run = run;
    this.#spec = asked;
    this.#at = at;
  }

  next(one: Line): Observation {
    const ms = parseDuration(one.after ?? '0s') ?? 0;
    const stated = one.observation as Partial<Observation> | undefined;
    this.#at = stated?.at ?? { wall: this.#at.wall + ms, mono: this.#at.mono + ms };
    this.#seq = stated?.seq ?? this.#seq + 1;
    const fact = one.lines === undefined ? stated : this.#read(one.lines, one.attempt ?? 1);
    return { jitter: 0, ...fact, run: this.#run, seq: this.#seq, at: this.#at } as Observation;
  }

  #read(lines: readonly string[], attempt: number): Fact {
    const context = { atWall: () => this.#at.wall, zone: 'UTC', session: () => null };
    const reader = this.#readers.get(attempt) ?? agentFor(this.#spec.agent).interpreter(this.#spec, context);
    this.#readers.set(attempt, reader);
    const bytes = Buffer.byteLength(lines.join('\n')) + 1;
    const cursor = { dev: 0, ino: 0, birthMs: 0, offset: 0, marker: '', countedOffset: 0, midLine: false };
    const read = { kind: 'log.read', run: this.#run, attempt, path: 'log', bytes, cursor, gap: null } as const;
    return { ...read, lines: lines.length, signals: reader.read(lines) };
  }
}

function parsed<T>(schema: z.ZodMiniType<T>, text: string, path: string, number: number): T {
  try {
    return z.parse(schema, JSON.parse(text));
  } catch (error) {
    throw noRow(path, number, error);
  }
}

function noRow(path: string, number: number, error?: unknown): Problem {
  const [first] = error instanceof z.core.$ZodError ? error.issues : [];
  const got = first === undefined ? errorMessage(error) : `${first.path.join('.')}: ${first.message}`;
  return new Problem(EXIT_USAGE, `${path} cannot be replayed`, {
    expected: `${number === 1 ? 'the first line of an exported history' : 'an observation or log lines'} in line ${number}`,
    got,
    hint: 'create such a file with `dogwatch history RUN --export FILE`',
  });
}
