import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent, Environment } from '../../../../src/agents/contract/agent.ts';
import { ALONE } from '../../../../src/core/context.ts';
import type { Action, RunSpec, Signal } from '../../../../src/core/model/facts.ts';
import { promptOf } from '../../../../src/effects/resume.ts';
import { attemptFiles, layout } from '../../../../src/store/directory/layout.ts';
import { takeLease } from '../../../../src/store/lease/lease.ts';
import { openStore } from '../../../../src/store/store.ts';
import { bootId } from '../../../../src/system/process/process.ts';
import { MINUTE, SECOND, Story } from '../../../kit/core/world.ts';
import type { Ended } from './life.ts';

/** The id that a story gives its run. */
const RUN = 'upgrade-1';
const MOST_STEPS = 500;

type Resume = Action & { readonly kind: 'resume' };

/** What dogwatch saw of an attempt. */
export interface Seen {
  readonly startedAtWall: number;
  readonly signals: readonly Signal[];
  /** Null if it did not end by itself. */
  readonly ended: Ended | null;
  /** The session, as it is found when dogwatch asks for it. */
  readonly session: string | null;
}

/** What the first attempt died of, besides its signal. */
export interface Fate {
  readonly isRebooted: boolean;
  readonly isDiskFull: boolean;
}

/**
 * What dogwatch does after each attempt, decided by its own rules and put together by itself: a
 * state directory with that run, and all that happened to it, in it.
 */
export class Prompts {
  readonly #layout;
  readonly #story: Story;
  readonly #agent: Agent;
  readonly #environment: Environment;
  readonly #fate: Fate;
  #kept = 0;

  constructor(root: string, agent: Agent, spec: RunSpec, environment: Environment, fate: Fate) {
    this.#layout = layout(join(root, 'state'));
    this.#story = new Story({ ...spec, name: 'job' });
    this.#agent = agent;
    this.#environment = environment;
    this.#fate = fate;
    this.#decided();
  }

  /** The log of an attempt that is about to start. */
  log(attempt: number): string {
    const { directory, log, claim } = attemptFiles(this.#layout, RUN, attempt);
    mkdirSync(directory, { recursive: true });
    const boot = attempt === 1 && this.#fate.isRebooted ? 'another-boot' : bootId();
    writeFileSync(claim, `${boot} ${readFileSync('/proc/self/stat', 'utf8')}`);
    return log;
  }

  /** What comes after an attempt. */
  async next({ startedAtWall, signals, ended, session }: Seen): Promise<Pick<Resume, 'mode' | 'session'> & { readonly prompt: string }> {
    const story = this.#story;
    story.now = { ...story.now, wall: startedAtWall };
    story.started();
    const number = story.attempt;
    const ranMs = Math.max(SECOND, Date.now() - startedAtWall);
    story.after(ranMs).says(...signals);
    if (number === 1 && this.#fate.isRebooted) story.restarts({ rebooted: true });
    else story.exits(ended === null ? null : (ended.signal ?? ended.code));
    if (number === 1 && this.#fate.isDiskFull) this.#fillDisk();
    const action = this.#decided(session);
    await this.#keep();
    const about = { run: story.run, agent: this.#agent, environment: this.#environment, layout: this.#layout };
    return { mode: action.mode, session: action.session, prompt: await promptOf(action, about) };
  }

  #fillDisk(): void {
    const story = this.#story;
    const hold = { kind: 'disk' as const, untilWall: null, because: 'the disk of its project is full' };
    story.disk = { hold, isPressed: true, takenMono: story.now.mono };
    story.tick();
    story.after(MINUTE);
    story.disk = { ...ALONE.disk, takenMono: story.now.mono };
  }

  /** Lets the time pass, and answers what dogwatch asks, until it starts the next attempt. */
  #decided(session: string | null = null): Resume {
    const story = this.#story;
    for (let step = 0; step < MOST_STEPS; step++) {
      const { pending, asked, attempt } = story.run;
      if (pending?.kind === 'resume') {
        const action = story.actions.findLast((one) => one.kind === 'resume');
        if (action !== undefined) return action;
      }
      if (pending?.kind === 'end') story.ended();
      else if (asked.evidence !== null) story.gathered();
      else if (asked.session !== null) story.tell({ kind: 'session.learned', attempt: attempt?.number ?? 0, session });
      else story.after(5 * SECOND).tick();
    }
    throw new Error(`dogwatch does not resume it: ${story.run.state}, ${story.run.because}`);
  }

  /** Into the database, as its watchdog keeps it. */
  async #keep(): Promise<void> {
    const decisions = this.#story.decisions.slice(this.#kept);
    this.#kept += decisions.length;
    const me = { bootId: bootId(), pid: process.pid, startTicks: 1 };
    const answer = await takeLease(this.#layout, me, MINUTE, {
      isAlive: () => false,
      kill: async () => false,
      now: () => this.#story.now,
      pause: async () => {},
      releaseBallast: () => false,
    });
    if (answer.kind === 'held') throw new Error(`the lease is held by ${answer.by.pid}`);
    const store = openStore(this.#layout, answer.lease, () => false);
    try {
      store.record(decisions);
    } finally {
      store.close();
    }
  }
}
