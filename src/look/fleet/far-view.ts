import * as z from 'zod/mini';
import { NO_TOKENS } from '../../core/spend/tokens.ts';
import { GROUPS } from '../../view/model.ts';

/**
 * What `status --json` printed on another host, perhaps by an older or newer version, or by
 * something else altogether: what is missing or of another type becomes what faces show for
 * "unknown", and what is not known here is kept as it is.
 */
const text = (otherwise = '') => z.catch(z.string(), otherwise);
const number = (otherwise = 0) => z.catch(z.number(), otherwise);
const flag = (otherwise = false) => z.catch(z.boolean(), otherwise);
const maybe = <T extends z.ZodMiniType>(type: T) => z.catch(z.nullable(type), null);
const one = <const Word extends string>(words: readonly Word[], otherwise: NoInfer<Word>) => z.catch(z.enum(words), otherwise);

/** Elements that are not of this type are left out. */
const list = <T extends z.ZodMiniType>(type: T) =>
  z.pipe(
    z.catch(z.array(z.unknown()), []),
    z.transform((all) =>
      all.flatMap((element) => {
        const { success, data } = z.safeParse(type, element);
        return success ? [data] : [];
      }),
    ),
  );

const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const date = z.string().check(z.refine((word: string) => DATE.test(word) && !Number.isNaN(Date.parse(word))));

const hold = z.looseObject({ kind: text(), until: maybe(date), because: text() });
const owner = z.enum(['watchdog', 'supervisor', 'recovery-agent', 'operator']);

const tokens = z.looseObject({
  ...Object.fromEntries(Object.keys(NO_TOKENS).map((kind) => [kind, number()])),
  total: number(),
});
const cost = z.looseObject({
  usd: maybe(z.number()),
  statedUsd: number(),
  computedUsd: number(),
  provenance: one(['stated', 'computed', 'mixed', 'unknown'], 'unknown'),
  unpricedTokens: number(),
  untoldAttempts: number(),
  isComplete: flag(),
  tokens: maybe(tokens),
});
const NO_COST = z.parse(cost, {});

const attempt = z.looseObject({
  number: number(),
  mode: text(),
  startedAt: date,
  endedAt: maybe(date),
  alive: flag(),
  exit: maybe(z.looseObject({ code: maybe(z.number()), signal: maybe(z.string()), outOfMemory: flag() })),
  endedBecause: maybe(z.string()),
});

const question = z.looseObject({
  number: number(),
  of: one(['permission', 'choice'], 'choice'),
  text: text(),
  askedAt: date,
  until: date,
  isHeard: flag(),
});

/** Its fields that faces use. A run needs a name and a state, whatever else is missing. */
export const farRun = z.looseObject({
  name: z.string().check(z.minLength(1)),
  id: text(),
  // A newer version may have more of them.
  state: z.string().check(z.minLength(1)),
  because: text(),
  agent: text('?'),
  cwd: text('?'),
  attempts: number(),
  resumes: number(),
  resumesWithoutProgress: number(),
  maxResumes: number(),
  pid: maybe(z.number()),
  sessionId: maybe(z.string()),
  holds: list(hold),
  startedAt: maybe(date),
  since: maybe(date),
  lastActivityAt: maybe(date),
  nextAttemptAt: maybe(date),
  milestone: maybe(z.looseObject({ what: text(), at: date, attempt: number() })),
  recovery: maybe(z.looseObject({ number: number(), agent: text(), startedAt: maybe(date), until: maybe(date) })),
  cost: z.catch(cost, NO_COST),
  found: maybe(z.enum(['lives', 'gone', 'unknown'])),
  turn: maybe(z.looseObject({ who: maybe(owner), until: maybe(date), next: maybe(owner), when: text() })),
  next: maybe(z.looseObject({ what: text(), at: maybe(date), bound: one(['at', 'by', 'until'], 'at'), by: maybe(owner) })),
  account: text(),
  model: maybe(z.string()),
  lastAttempt: maybe(attempt),
  lastCause: maybe(z.string()),
  lastWords: maybe(z.string()),
  tool: maybe(z.looseObject({ name: text(), since: date })),
  filled: maybe(z.string()),
  needsLogin: flag(),
  raisesCap: maybe(z.string()),
  questions: list(question),
  needsPerson: flag(),
  group: maybe(z.enum(GROUPS)),
  sign: maybe(z.enum(['!!', '<<', '..', '>>', 'ok', '--', 'xx'])),
  label: maybe(z.string()),
  why: maybe(z.string()),
  commands: list(z.looseObject({ type: z.string(), does: text() })),
  calls: list(z.string()),
  filesystem: maybe(z.string()),
});

const notice = z.looseObject({
  id: text(),
  cause: text(),
  state: z.string(),
  runs: list(z.string()),
  subject: text(),
  sentence: text(),
  since: date,
  channels: list(z.looseObject({ name: text(), accepted: number(), problem: maybe(z.string()) })),
});

const window = z.looseObject({
  name: text(),
  model: maybe(z.string()),
  usedPercent: maybe(z.number()),
  resetsAt: maybe(date),
  seenAt: date,
  extra: maybe(z.enum(['in-use', 'possible', 'none'])),
});

const filesystem = z.looseObject({
  path: text(),
  availableBytes: number(),
  totalBytes: number(),
  pressure: one(['none', 'soft', 'critical'], 'none'),
  softBytes: number(),
  criticalBytes: number(),
  exitBytes: number(),
  fullAt: maybe(date),
  filledBy: list(z.looseObject({ run: text(), because: text() })),
  largest: list(z.string()),
});

const farHost = z.looseObject({
  name: text(),
  watchdog: maybe(z.looseObject({ pid: number(), since: date })),
  condition: maybe(z.enum(['alive', 'stopped', 'none'])),
  seenAt: maybe(date),
  unwatchedMs: maybe(z.number()),
  stateDir: text('?'),
  readOnly: maybe(z.string()),
  filesystems: list(filesystem),
  gateAt: maybe(date),
});

export const farView = z.looseObject({
  at: maybe(date),
  runs: z.array(z.unknown()),
  unreadable: list(z.looseObject({ id: text(), name: text(), state: text() })),
  notices: list(notice),
  accounts: list(z.looseObject({ account: text(), runs: list(z.string()), holds: list(hold), windows: list(window) })),
  host: z.catch(farHost, z.parse(farHost, {})),
  keptAt: maybe(date),
  leftOut: number(),
});
