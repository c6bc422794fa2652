import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { StartPlan } from '../../../../src/agents/contract/agent.ts';
import { markedProcesses } from '../../../../src/system/process/marks.ts';
import { isAlive, signalProcess } from '../../../../src/system/process/process.ts';
import type { SeenProcess } from '../../../../src/system/process/seen-process.ts';

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
}

/** How it ended, in words. */
export const endInWords = ({ code, signal }: Ended): string => signal ?? `status ${code}`;

const GRACE_MS = 2000;
const LOOK_MS = 50;
/** A child that ends by itself within this time is no tool that was left: the scene waits by short sleeps. */
const PASSES_MS = 300;

/** One process of an agent with all that it starts, as dogwatch starts an attempt. */
export class Life {
  readonly startedAtWall = Date.now();
  readonly startedMs = performance.now();
  readonly child: ChildProcess;
  readonly log: string;
  readonly end: Promise<Ended>;
  ended: Ended | null = null;
  readonly #mark: string;
  readonly #names: readonly string[];
  readonly #daemon: string | null;

  constructor(
    where: { readonly log: string; readonly cwd: string; readonly names: readonly string[]; readonly daemon: string | null },
    plan: StartPlan,
    env: NodeJS.ProcessEnv,
  ) {
    const id = randomBytes(8).toString('hex');
    this.#mark = `conformance.1/1/${id}`;
    this.#names = where.names;
    this.#daemon = where.daemon;
    this.log = where.log;
    const input = plan.stdin === null ? '/dev/null' : `${this.log}.stdin`;
    if (plan.stdin !== null) writeFileSync(input, plan.stdin);
    const files = [openSync(input, 'r'), openSync(this.log, 'w')] as const;
    const [command = '', ...args] = plan.argv;
    const variables = { ...env, DOGWATCH_ATTEMPT: this.#mark };
    this.child = spawn(command, args, { cwd: where.cwd, env: variables, stdio: [files[0], files[1], files[1]], detached: true });
    for (const file of files) closeSync(file);
    this.end = new Promise((resolve) => {
      const over = (code: number | null, signal: string | null) => {
        this.ended ??= { code, signal };
        resolve(this.ended);
      };
      this.child.once('error', () => over(127, null));
      this.child.once('exit', over);
    });
  }

  get lines(): readonly string[] {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8').split('\n') : [];
  }

  /** All of its living processes. */
  processes(): readonly SeenProcess[] {
    return [...markedProcesses(new Set([this.#mark])).values()].flat().filter(({ identity }) => isAlive(identity));
  }

  /** Those that are the CLI itself, the outermost first. */
  programs(): readonly SeenProcess[] {
    const own = this.processes().filter(({ argv }) => this.#isOwn(argv));
    const agents = own.filter(({ argv }) => argv[0] !== 'strace' && (this.#daemon === null || !argv.includes(this.#daemon)));
    return agents.sort((a, b) => (a.identity.pid === this.child.pid ? -1 : b.identity.pid === this.child.pid ? 1 : 0));
  }

  /** Whether this is the CLI itself, or a daemon of it. */
  #isOwn(argv: readonly string[]): boolean {
    return argv.slice(0, 8).some((word) => this.#names.includes(word)) || (this.#daemon !== null && argv.includes(this.#daemon));
  }

  /** Waits until its process has ended. Returns whether it did. */
  async over(deadlineMs: number): Promise<boolean> {
    await Promise.race([this.end, setTimeout(deadlineMs, null, { ref: false })]);
    return this.ended !== null;
  }

  /** Waits until nothing of the CLI lives. Returns whether that came about. */
  async gone(deadlineMs: number): Promise<boolean> {
    const deadline = performance.now() + deadlineMs;
    while (this.programs().length > 0 && performance.now() < deadline) await setTimeout(LOOK_MS);
    return this.programs().length === 0;
  }

  /** Ends whatever is left, as dogwatch does before a resume. Returns the names of the tools among it. */
  async clear(graceMs = GRACE_MS): Promise<readonly string[]> {
    if (graceMs > 0 && this.processes().length > 0) await setTimeout(PASSES_MS);
    const left = this.processes();
    const tools = left.filter(({ argv }) => !this.#isOwn(argv) && argv[0] !== 'strace');
    for (const { identity } of left) signalProcess(identity, 'SIGTERM');
    const deadline = performance.now() + graceMs;
    while (this.processes().length > 0 && performance.now() < deadline) await setTimeout(LOOK_MS);
    for (let rest = this.processes(); rest.length > 0; rest = this.processes()) {
      for (const { identity } of rest) signalProcess(identity, 'SIGKILL');
      await setTimeout(LOOK_MS);
    }
    return [...new Set(tools.map(({ comm }) => comm))];
  }
}
