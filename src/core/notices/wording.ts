import { openAsks } from '../asks/ask.ts';
import { type Cause, causeOf, type RunTrouble } from '../model/cause.ts';
import type { Action } from '../model/facts.ts';
import type { HostAction } from '../model/host.ts';
import type { Run } from '../model/run.ts';
import type { StateFinding } from '../model/state-findings.ts';
import { reachedCap } from '../run/caps.ts';
import { nextPromptInWords } from '../spend/next-prompt.ts';
import { costInWords, costReport } from '../spend/report.ts';
import { counted } from '../values/counted.ts';
import { exitInWords } from '../values/exit.ts';
import type { NoticeDraft, NoticeRun } from './notice.ts';

type Escalation = Action & { readonly kind: 'escalate' };

const SUBJECTS: Readonly<
  Record<RunTrouble | 'auth' | 'limit' | 'reserve' | 'outbreak' | 'day-spent' | 'read-only' | 'full' | StateFinding['kind'], string>
> = {
  auth: 'the credentials were refused',
  limit: 'a limit is spent, and only a person can lift it',
  reserve: 'its account is used up to the part that is left to people',
  cap: 'a cap that its own command sets is reached',
  cost: 'it has spent what it may',
  'unknown-cost': 'a cap cannot be kept, because its cost is unknown',
  blocked: 'it needs a person',
  permission: 'it asked for a permission that nobody could give',
  question: 'its agent asks a person',
  failed: 'it could not be started',
  budget: 'resuming it no longer helps',
  repeated: 'it keeps failing in the same way',
  lasting: 'it cannot go on until something is fixed',
  recovery: 'a recovery agent could not mend it',
  unattended: 'nobody took it over after it was handed off',
  loop: 'its agent keeps making the same tool calls, again',
  stall: 'it is active and gets nowhere, again',
  memory: 'it is short of memory, and stands still',
  'overlong-tool': 'one of its tools takes too long, again',
  flood: 'its log has filled a disk',
  fill: 'its files have filled a disk',
  'lost-log': 'its log was removed while it wrote to it',
  lost: 'attempts were lost from the state',
  poison: 'dogwatch could not make sense of it',
  outbreak: 'several runs died at once',
  'day-spent': 'what all runs may cost in a day is spent',
  damaged: 'the database was damaged, and a copy replaced it',
  forgotten: 'runs that have files are not in the database',
  unreadable: 'part of the database cannot be read',
  'read-only': 'a disk is no longer writable',
  full: 'space on a disk has run out, and nothing more can be freed',
  'no-space': 'it cannot write, and no disk is full',
};

const subject = (cause: Cause): string => {
  switch (cause.about) {
    case 'run':
      return `${SUBJECTS[cause.trouble]}${cause.question === undefined ? '' : ` (question ${cause.question})`}`;
    case 'account':
      return SUBJECTS[(['auth', 'reserve'] as const).find((kind) => cause.hold.startsWith(kind)) ?? 'limit'];
    case 'disk':
      return SUBJECTS[cause.isReadOnly ? 'read-only' : 'full'];
    case 'outbreak':
    case 'day-spent':
      return SUBJECTS[cause.about];
    case 'state':
      return SUBJECTS[cause.finding];
    case 'fleet':
    case 'unknown':
      return 'it needs a person';
  }
};

/** An escalation as a notice for a person. `lastLines` is the end of the run's log. */
export function noticeDraft(action: Escalation, run: Run, lastLines: readonly string[]): NoticeDraft {
  const who: NoticeRun = { id: run.id, name: run.name };
  const cause = causeOf(action.cause, run);
  return {
    cause,
    runs: [who],
    subject: subject(cause),
    sentence: action.because,
    tried: [...tried(run), ...cost(run), ...nextCost(run)],
    lastLines,
    commands: commands(cause, run),
  };
}

/** What is wrong with the machine, and the runs that wait because of it. */
export const hostNoticeDraft = (
  { cause, because, tried: done }: HostAction & { readonly kind: 'tell' },
  runs: readonly NoticeRun[],
): NoticeDraft => ({
  cause,
  runs,
  subject: subject(cause),
  sentence: because,
  tried: done,
  lastLines: [],
  commands: [LOOK[cause.about] ?? 'df -h', 'dogwatch status', 'dogwatch ack --host'],
});

const LOOK: Readonly<Partial<Record<Cause['about'], string>>> = {
  outbreak: 'dmesg --ctime | tail',
  'day-spent': 'dogwatch costs --by day',
  state: 'dogwatch doctor',
};

/** What it has cost, which is part of what was tried. */
function cost(run: Run): string[] {
  const words = costInWords(costReport(run));
  return words === null ? [] : [`it has used ${words}`];
}

/** When a person has read it, the provider no longer has the prompt in its cache. */
function nextCost(run: Run): string[] {
  const words = nextPromptInWords(run, Number.POSITIVE_INFINITY, run.spec.policy.freshAboveTokens);
  return words === null ? [] : [words];
}

function tried({ attempt, resumes, charged, spec, streak: { freshStarts }, milestone, recovery }: Run): string[] {
  const last = attempt === null || attempt.alive ? [] : [`attempt ${attempt.number} ended ${exitInWords(attempt.exit)}`];
  return [
    ...(resumes === 0 ? [] : [`${counted(resumes, 'resume')}, ${charged.length} of ${spec.policy.maxResumes} since the last milestone`]),
    ...(freshStarts === 0 ? [] : [counted(freshStarts, 'fresh session')]),
    ...last,
    ...(attempt?.trouble?.kind === 'refused' ? [`its last refusal, in words that dogwatch does not know: ${attempt.trouble.text}`] : []),
    ...(recovery === null ? [] : [`recovery ${recovery.number}: ${recovery.over ?? 'it is running'}`]),
    ...(milestone === null ? [] : [`last milestone, in attempt ${milestone.attempt}: ${milestone.what}`]),
  ];
}

function commands(cause: Cause, run: Run): string[] {
  const name = quoted(run.name);
  const [why, ack] = [`dogwatch explain ${name}`, `dogwatch ack ${name}`];
  if (cause.about === 'account') return [why, `dogwatch resume ${name}`, ack];
  switch (cause.about === 'run' ? cause.trouble : null) {
    case 'blocked':
    case 'permission':
      return [why, `dogwatch resume ${name} --prompt "…"`, ack];
    case 'question':
      return [...answers(run, name, cause), ack];
    case 'cost':
      return [why, `dogwatch resume ${name} ${reachedCap(run)?.option ?? ''}`.trim(), ack];
    case 'unknown-cost':
      return [why, ack];
    case 'recovery':
      return [`dogwatch logs ${name} --recovery`, `dogwatch resume ${name}`, ack];
    case 'poison':
    case 'lost':
      return [`dogwatch history ${name}`, 'dogwatch doctor', ack];
    default:
      return [`dogwatch logs ${name}`, `dogwatch resume ${name}`, ack];
  }
}

/**
 * The number is always part of it: by the time that a person reads this, the run may ask something
 * else.
 */
function answers(run: Run, name: string, cause: Cause): string[] {
  const open = openAsks(run);
  const ask = cause.about === 'run' && cause.question !== undefined ? open.find(({ number }) => number === cause.question) : open.at(-1);
  if (ask === undefined) return [`dogwatch questions ${name}`];
  return (ask.of === 'choice' ? ['"…"'] : ['yes', 'no']).map((word) => `dogwatch answer ${name} ${word} --question ${ask.number}`);
}

/** Quoted for a shell. */
const quoted = (name: string): string => (/^[\w.@%+=:,][\w.@%+=:,-]*$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`);
