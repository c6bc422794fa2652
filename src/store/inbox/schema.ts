import * as z from 'zod/mini';
import { MAX_ANSWER, MAX_QUESTION } from '../../core/asks/ask.ts';
import { LIVING, POLICY_FIELDS, type PolicyField } from '../../core/model/policy.ts';
import { LAUNCHERS } from '../../core/model/run-spec.ts';
import { AGENT_NAMES, PATTERN_SIGNALS } from '../../core/values/agent-names.ts';
import type { Request } from './request.ts';

const text = z.string();
const nullable = z.nullable(text);
const count = z.int().check(z.nonnegative());
/** Part of a file's name. */
const id = z.string().check(z.regex(/^[\w.-]{1,100}$/));
/** Part of a directory's name. */
const run = z.string().check(z.regex(/^(?!\.)[^/\0]{1,200}$/));
const identity = z.strictObject({ bootId: text, pid: count, startTicks: count });

const hours = z.strictObject({
  text,
  zone: text,
  spans: z.array(z.strictObject({ from: count, to: count })).check(z.minLength(1)),
  offsets: z.array(z.strictObject({ fromWall: z.int(), minutes: z.int() })),
});

const OF_FIELD = {
  flag: z.boolean(),
  number: count,
  'flag?': z.optional(z.boolean()),
  'number?': z.optional(count),
  'hours?': z.optional(z.nullable(hours)),
  'living?': z.optional(z.enum(LIVING)),
};
const policy = z.strictObject(
  Object.fromEntries(Object.entries(POLICY_FIELDS).map(([field, kind]) => [field, OF_FIELD[kind]])) as {
    [Field in PolicyField]: (typeof OF_FIELD)[(typeof POLICY_FIELDS)[Field]];
  },
);

/** Fields that older runs lack. */
const BY_DOUBT = { exitByDefault: z.optional(z.boolean()), doubt: z.optional(nullable) };

/** The schema of a run's spec that comes from a file. */
export const spec = z.strictObject({
  name: run,
  agent: z.enum(AGENT_NAMES),
  command: z.array(text).check(z.minLength(1)),
  cwd: text,
  umask: count,
  environmentFile: run,
  prompt: nullable,
  resumeCommand: nullable,
  resumePrompt: text,
  done: z.strictObject({ file: nullable, fileBefore: nullable, logPattern: nullable, check: nullable, exit: z.boolean(), ...BY_DOUBT }),
  progress: nullable,
  logs: z.array(text),
  journals: z.array(text),
  launcher: z.enum(LAUNCHERS),
  limits: z.strictObject({ memoryBytes: z.nullable(count), cpuPercent: z.nullable(count) }),
  sessions: z.boolean(),
  adopted: z.boolean(),
  unseen: z.optional(nullable),
  account: text,
  paths: z.array(text),
  model: nullable,
  patterns: z.array(z.strictObject({ signal: z.enum(PATTERN_SIGNALS), pattern: text })),
  sessionPattern: nullable,
  policy,
});

const recovery = z.strictObject({
  agent: z.enum(AGENT_NAMES),
  command: z.array(text).check(z.minLength(1)),
  account: text,
  model: nullable,
  credentials: text,
  timeoutMs: count,
  most: count,
});

const command = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pause'), because: text }),
  z.strictObject({ kind: z.literal('unpause') }),
  z.strictObject({ kind: z.literal('resume'), prompt: nullable, add: z.optional(z.strictObject({ micros: count, tokens: count })) }),
  z.strictObject({ kind: z.literal('stop'), because: text }),
  z.strictObject({ kind: z.literal('set'), policy: z.partial(policy), words: text }),
  z.strictObject({ kind: z.literal('ack') }),
  z.strictObject({
    kind: z.literal('answer'),
    number: z.nullable(count),
    says: z.enum(['yes', 'no', 'text']),
    text: text.check(z.maxLength(MAX_ANSWER)),
    always: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('recover'), recovery }),
  z.strictObject({ kind: z.literal('no-recovery'), because: text }),
]);

const inside = z.optional(z.strictObject({ of: z.enum(['attempt', 'recovery']), run, number: count }));

/** The schema of a request file. */
export const requestSchema: z.ZodMiniType<Request> = z.discriminatedUnion('kind', [
  z.strictObject({
    id,
    kind: z.literal('register'),
    run,
    generation: count,
    spec,
    foreign: z.nullable(identity),
    unnamed: z.optional(z.boolean()),
    inside,
  }),
  z.strictObject({ id, kind: z.literal('ack-host'), inside }),
  z.strictObject({ id, kind: z.literal('remove'), run, inside }),
  z.strictObject({ id, kind: z.literal('operator'), run, command, via: z.optional(z.literal('web')), inside }),
  z.strictObject({
    id,
    kind: z.literal('claim'),
    run,
    attempt: count,
    token: text,
    claim: z.enum(['done', 'blocked', 'progress']),
    because: text,
  }),
  z.strictObject({
    id,
    kind: z.literal('ask'),
    run,
    attempt: count,
    token: text,
    ask: z.strictObject({
      key: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
      of: z.enum(['permission', 'choice']),
      text: text.check(z.maxLength(MAX_QUESTION)),
    }),
  }),
  z.strictObject({ id, kind: z.literal('take'), run, attempt: count, token: text, ask: id }),
  z.strictObject({
    id,
    kind: z.literal('recovery'),
    run,
    recovery: count,
    token: text,
    says: z.enum(['resume', 'done', 'blocked']),
    because: text,
  }),
]);
