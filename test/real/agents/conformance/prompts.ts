import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent, Environment } from '../../../../src/agents/contract/agent.ts';
import type { RunSpec } from '../../../../src/core/model/facts.ts';
import type { Attempt, Run } from '../../../../src/core/model/run.ts';
import { newAttempt, newRun } from '../../../../src/core/run/new-run.ts';
import { promptOf } from '../../../../src/effects/resume.ts';
import { attemptFiles, layout } from '../../../../src/store/directory/layout.ts';

const RUN = 'job.1';

/** The prompts of a run, put together by dogwatch itself: a state directory with that run in it. */
export class Prompts {
  readonly #layout;
  readonly #spec: RunSpec;
  readonly #agent: Agent;
  readonly #environment: Environment;

  constructor(root: string, agent: Agent, spec: RunSpec, environment: Environment) {
    this.#layout = layout(join(root, 'state'));
    this.#spec = { ...spec, name: 'job' };
    this.#agent = agent;
    this.#environment = environment;
  }

  /** The log of an attempt that is about to start. */
  log(attempt: number): string {
    const { directory, log, claim } = attemptFiles(this.#layout, RUN, attempt);
    mkdirSync(directory, { recursive: true });
    writeFileSync(claim, '');
    return log;
  }

  /** The prompt of the attempt after this one. */
  prompt(
    mode: 'start' | 'resume' | 'fresh',
    session: string | null,
    last: { readonly number: number; readonly mode: Attempt['mode']; readonly startedAtWall: number; readonly died: string },
  ): Promise<string> {
    const run = this.#run(session, newAttempt(last.number, null, null, last.mode, { wall: last.startedAtWall, mono: 0 }));
    const prompt = { reason: `attempt ${last.number} ended: ${last.died}`, refusal: null, operator: null };
    const action = { kind: 'resume', id: 'r1', run: RUN, attempt: last.number + 1, mode, session, prompt } as const;
    return promptOf(action, { run, agent: this.#agent, environment: this.#environment, layout: this.#layout });
  }

  #run(session: string | null, attempt: Attempt): Run {
    const at = { wall: attempt.startedAt.wall, mono: 0 };
    const registered = { kind: 'run.registered', run: RUN, generation: 1, spec: this.#spec, foreign: null, seq: 1, at, jitter: 0 } as const;
    return { ...newRun(registered as never, false), session, attempt, because: 'the session cannot be continued' };
  }
}
