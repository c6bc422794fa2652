import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, onTestFinished, test } from 'vitest';
import type { StartPlan } from '../../../src/agents/contract/agent.ts';
import { opencode } from '../../../src/agents/opencode/agent.ts';
import type { RunSpec, Signal } from '../../../src/core/model/facts.ts';
import { opencodeEnvironment } from '../../agents/opencode/environment.ts';
import { specWith } from '../../kit/core/world.ts';
import { ended } from '../../kit/stage.ts';
import { until } from '../../kit/until.ts';
import { CHAT } from '../providers/chat-api.ts';
import { type Asked, ModelServer } from '../providers/model-server.ts';
import { sumOf } from '../providers/usage.ts';
import { need } from './jobs/job.ts';
import { SUBJECTS } from './jobs/subjects.ts';

/** opencode takes seconds to start, and much longer on a loaded machine. */
const SLOWLY_MS = 180_000;
const TEST = { timeout: 4 * SLOWLY_MS };
const PROMPT = '-- go on "now",\n$(touch expanded) `id` \'x\' \\ é\n/count five\n--session none';

let program = '';
let directory = '';
beforeEach(({ skip }) => {
  program = need(SUBJECTS.opencode.pinned, skip);
});
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'dogwatch-opencode-'));
  mkdirSync(join(directory, 'work', 'sub'), { recursive: true });
  mkdirSync(join(directory, 'work', '.opencode', 'command'), { recursive: true });
  writeFileSync(join(directory, 'work', '.opencode', 'command', 'count.md'), 'Count to $ARGUMENTS, please.\n');
});
afterAll(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));

/**
 * An opencode with its own model. All tests share one home, so that its database is created only
 * once.
 */
async function setAgent() {
  const model = new ModelServer(CHAT, 'x-session-id');
  const environment = opencodeEnvironment(join(directory, 'home'), new URL('/v1', await model.start()).href);
  onTestFinished(() => model.stop());
  let lives = 0;

  /** One life: starts the plan like an attempt, with its output in one log. */
  function start(plan: StartPlan, more: Readonly<Record<string, string>> = {}) {
    const log = join(directory, `${expect.getState().currentTestName?.replaceAll(/\W+/g, '-')}.${++lives}.log`);
    const input = plan.stdin === null ? '/dev/null' : `${log}.stdin`;
    if (plan.stdin !== null) writeFileSync(input, plan.stdin);
    const files = [openSync(input, 'r'), openSync(log, 'w')] as const;
    const [command = '', ...args] = plan.argv;
    const env = { ...environment, ...more };
    const child = spawn(command, args, { cwd: join(directory, 'work'), env, stdio: [files[0], files[1], files[1]] });
    for (const file of files) closeSync(file);
    onTestFinished(() => void child.kill('SIGKILL'));
    onTestFailed(() => console.log(plan.argv.join(' '), '\n', readFileSync(log, 'utf8').slice(0, 4000)));
    return { child, log, end: end(child) };
  }
  return { model, environment, start };
}

const end = async (child: ChildProcess): Promise<number | null> => (await ended(child)).code;

/** The run as it would be registered. */
function specOf(...args: readonly string[]): RunSpec {
  const prepared = opencode.prepare([program, 'run', ...args], 'u1');
  if ('problem' in prepared) throw new Error(prepared.problem);
  return specWith({ command: prepared.command, cwd: join(directory, 'work') });
}

/** The signals of a log, without those of all lines: events, results of tools, and usage. */
const signals = (log: string, spec: RunSpec): Signal[] =>
  opencode
    .interpreter(spec, { atWall: Date.now, zone: 'UTC', session: () => null })
    .read(readFileSync(log, 'utf8').split('\n').slice(0, -1))
    .filter(({ kind }) => !['event', 'usage', 'returned', 'window'].includes(kind));
const sessionIn = (found: readonly Signal[]): string => found.flatMap((signal) => (signal.kind === 'session' ? [signal.id] : []))[0] ?? '';
const kinds = (found: readonly Signal[]): string[] => found.map(({ kind }) => kind);

const asks = (model: ModelServer, count: number) =>
  until(`the model is asked ${count} times`, () => model.asked.length >= count && model.asked, SLOWLY_MS);
const said = (asked: Asked | undefined, role: string): unknown[] =>
  (asked?.messages ?? []).filter((message) => message.role === role).map(({ content }) => content);

describe('the real opencode, started by its module’s plans', () => {
  test('is killed in mid-turn, and continues its session: it knows the conversation, and gets the prompt verbatim', TEST, async () => {
    const { model, start } = await setAgent();
    const spec = specOf('--auto', '--command', 'count', 'three', 'four');
    model.script(
      { tool: 'bash', args: { command: 'echo "$MARK" > mark.txt', description: 'a step' } },
      { hang: 'Now I will' },
      { text: 'Done.' },
    );

    const first = start(opencode.start(spec), { MARK: 'inherited' });
    await asks(model, 2);
    await until('the tool is in the log', () => kinds(signals(first.log, spec)).includes('tool'), SLOWLY_MS);
    first.child.kill('SIGKILL');
    await first.end;
    const session = sessionIn(signals(first.log, spec));
    expect(session).toBe(model.asked[0]?.session);
    expect(kinds(signals(first.log, spec))).toEqual(['session', 'tool']);
    expect(readFileSync(join(directory, 'work', 'mark.txt'), 'utf8')).toBe('inherited\n');

    const second = start(opencode.resume(spec, session, PROMPT));
    expect(await second.end).toBe(0);
    const [, , resumed] = await asks(model, 3);
    expect(resumed?.session).toBe(session);
    expect(said(resumed, 'user')).toEqual(['Count to three four, please.', PROMPT]);
    expect(JSON.stringify(resumed?.messages)).toContain('mark.txt');
    expect(signals(second.log, spec)).toEqual([
      { kind: 'session', id: session },
      { kind: 'turn', well: true },
    ]);
    expect(existsSync(join(directory, 'work', 'expanded'))).toBe(false);
  });

  test.each([[['--title', 'mine']], [['--dir', 'sub']]])(
    'is killed before its first word: %s is enough to find its session',
    TEST,
    async (options) => {
      const { model, environment, start } = await setAgent();
      const spec = specWith({ command: [program, 'run', ...options, 'x'], cwd: join(directory, 'work') });
      model.script({ hang: '' });
      const startedAt = Date.now();
      const { child, end, log } = start(opencode.start(spec));
      const [asked] = await asks(model, 1);
      child.kill('SIGKILL');
      await end;
      expect(kinds(signals(log, spec))).not.toContain('turn');
      expect(await opencode.findSession(spec, environment, startedAt)).toBe(asked?.session);
    },
  );

  test.each([['json'], ['default']])(
    'does not know a session, with --format %s: it says so, and does not ask the model',
    TEST,
    async (format) => {
      const { model, start } = await setAgent();
      const spec = specOf('--format', format, 'x');
      const { end, log } = start(opencode.resume(spec, 'ses_unknown', PROMPT));
      await end;
      expect(kinds(signals(log, spec))).toEqual(['session-missing']);
      expect(model.asked).toEqual([]);
    },
  );

  test('starts over: a new session, whatever the command named, with its task, the prompt and the digest', TEST, async () => {
    const { model, start } = await setAgent();
    const spec = { ...specOf('--session', 'ses_unknown', '--auto', '--', 'Write', '-x'), prompt: 'As the plan says.' };
    const { end, log } = start(opencode.fresh(spec, PROMPT));
    expect(await end).toBe(0);
    const found = signals(log, spec);
    expect(sessionIn(found)).toBe(model.asked[0]?.session);
    expect(found.at(-1)).toEqual({ kind: 'turn', well: true });
    expect(said(model.asked[0], 'user')).toEqual([`Write -x\nAs the plan says.\n${PROMPT}`]);
  });

  test('lets a sub-agent work, of whose steps its output says nothing: what that used is in its database', TEST, async () => {
    const { model, environment, start } = await setAgent();
    const spec = specOf('--auto', 'Delegate it.');
    model.script(
      { tool: 'task', args: { description: 'a part', prompt: 'Write one.', subagent_type: 'general' } },
      { tool: 'bash', args: { command: 'echo 1 > one.txt', description: 'a step' } },
      { text: 'One is written.' },
      { text: 'All is done.' },
    );
    const { end, log } = start(opencode.start(spec));
    expect(await end).toBe(0);
    expect(new Set(model.served.map(({ session }) => session)).size).toBe(2);
    const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
    const context = { atWall: Date.now, zone: 'UTC', session: () => null, environment: () => environment };
    const used = opencode
      .interpreter(spec, context)
      .read(lines)
      .flatMap((signal) => (signal.kind === 'usage' ? signal.shares : []));
    const sum = (of: 'input' | 'cacheRead' | 'output') => used.reduce((all, { tokens }) => all + tokens[of], 0);
    const { input, cacheRead, output, reasoning } = sumOf(model.served.map(({ usage }) => usage));
    expect([sum('input'), sum('cacheRead'), sum('output')]).toEqual([input, cacheRead, output + reasoning]);
  });

  test('is refused by its provider: its log says why, and the turn ends badly', TEST, async () => {
    const { model, start } = await setAgent();
    const spec = specOf('x');
    model.script({ status: 401, body: { error: { message: 'Incorrect API key provided', type: 'invalid_request_error' } } });
    const { end, log } = start(opencode.start(spec));
    await end;
    expect(kinds(signals(log, spec))).toEqual(['session', 'auth', 'turn']);
    expect(signals(log, spec).at(-1)).toEqual({ kind: 'turn', well: false });
  });
});
