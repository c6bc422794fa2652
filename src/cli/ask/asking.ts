import { createHash } from 'node:crypto';
import { type Answer, type Asking, MAX_QUESTION } from '../../core/asks/ask.ts';
import { truncate } from '../../core/values/truncate.ts';
import { redact, type Variables } from '../../system/text/redact.ts';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';

/** What Claude Code asks its permission tool. Seen in version 2.1.330. */
export interface PermissionCall {
  readonly tool_name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What it accepts as the answer. */
export type PermissionReply =
  | { readonly behavior: 'allow'; readonly updatedInput: Readonly<Record<string, unknown>> }
  | { readonly behavior: 'deny'; readonly message: string };

/** Its tool for questions to the user, whose answers are part of its input. */
const CHOICE = 'AskUserQuestion';
/** Room for the remark that a question is longer. */
const SHOWN = MAX_QUESTION - 100;

/** Reads the arguments of a call, or returns null if they are not what the tool takes. */
export function permissionCall(args: unknown): PermissionCall | null {
  if (!isObject(args) || typeof args.tool_name !== 'string' || args.tool_name === '' || !isObject(args.input)) return null;
  return { tool_name: args.tool_name, input: args.input };
}

/** The call as a question to a person; secrets of `environment` are not in it. */
export function askingOf(call: PermissionCall, environment: Variables): Asking {
  const choice = questionsOf(call);
  const text = choice === null ? callInWords(call) : choice.map(({ question, options }) => `${question}${inBrackets(options)}`).join(' ');
  const whole = sanitizeForTerminal(redact(text, environment));
  const shown =
    whole.length <= SHOWN ? whole : `${truncate(whole, SHOWN)} (${whole.length} characters in all, of which the log has the rest)`;
  return { key: keyOf(call), of: choice === null ? 'permission' : 'choice', text: shown };
}

/** The answer of a person, or that nobody answered, as the CLI takes it. */
export function replyTo(call: PermissionCall, { says, text, by }: Pick<Answer, 'says' | 'text' | 'by'>): PermissionReply {
  const choice = questionsOf(call);
  if (choice !== null && by !== 'nobody') {
    const words = text === '' ? says : says === 'no' ? `no, ${text}` : text;
    return {
      behavior: 'allow',
      updatedInput: { ...call.input, answers: Object.fromEntries(choice.map(({ question }) => [question, words])) },
    };
  }
  if (says === 'yes') return { behavior: 'allow', updatedInput: call.input };
  if (says === 'text') return { behavior: 'deny', message: `A person answered instead of allowing it: ${text}` };
  return { behavior: 'deny', message: by === 'nobody' ? text : `A person denied it${text === '' ? '.' : `: ${text}`}` };
}

/** Equal for equal calls. What Bash is said to do is another text each time. */
function keyOf({ tool_name: tool, input }: PermissionCall): string {
  const { description: _, ...rest } = input;
  return createHash('sha256')
    .update(JSON.stringify([tool, sorted(tool === 'Bash' ? rest : input)]))
    .digest('hex')
    .slice(0, 32);
}

function callInWords({ tool_name: tool, input }: PermissionCall): string {
  const { command, description: _, ...rest } = input;
  if (tool !== 'Bash' || typeof command !== 'string') return `${tool}: ${JSON.stringify(input)}`;
  return `${tool}: ${command}${Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`}`;
}

interface Choice {
  readonly question: string;
  readonly options: readonly string[];
}

function questionsOf({ tool_name: tool, input }: PermissionCall): readonly Choice[] | null {
  if (tool !== CHOICE || !Array.isArray(input.questions)) return null;
  const questions = input.questions.flatMap((one): Choice[] => {
    if (!isObject(one) || typeof one.question !== 'string') return [];
    const options = Array.isArray(one.options) ? one.options : [];
    return [{ question: one.question, options: options.flatMap((it) => (isObject(it) && typeof it.label === 'string' ? [it.label] : [])) }];
  });
  return questions.length === 0 ? null : questions;
}

const inBrackets = (options: readonly string[]): string => (options.length === 0 ? '' : ` (${options.join(', ')})`);

/** With all keys in order, so that the same values give the same text. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, its]) => [key, sorted(its)]);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
