import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import { onTestFinished, vi } from 'vitest';
import type { RunDecision } from '../../src/core/decision.ts';
import type { ProcessIdentity } from '../../src/core/model/facts.ts';
import { attemptFiles, type Layout } from '../../src/store/directory/layout.ts';
import { beat } from '../../src/store/lease/heartbeat.ts';
import { openStore } from '../../src/store/store.ts';
import { instant } from '../../src/system/process/clock.ts';
import { identify } from '../../src/system/process/process.ts';
import { Story, type Wishes } from './core/world.ts';
import { NEVER_SHORT } from './never-short.ts';
import { leased, ME, stateDirectory } from './opened-store.ts';
import { type Ran, runCommand } from './run-command.ts';

export const DEAD: ProcessIdentity = ME;
/** This process as the watchdog. */
export const ALIVE = (): ProcessIdentity => identify(process.pid) ?? DEAD;

/** A state directory with an open store, as a watchdog has it that has just given a sign of life. */
export async function keptState(watchdog: ProcessIdentity = DEAD) {
  const where = stateDirectory();
  const store = openStore(where, await leased(where, watchdog), () => false);
  if (watchdog !== DEAD) beat(where, { bootId: watchdog.bootId, mono: instant().mono });
  onTestFinished(() => store.close());
  const keep = (...decisions: RunDecision[]) => store.record(decisions);
  /** A story whose decisions are kept with `keepStory`. */
  const begin = (wishes: Wishes = {}): { story: Story; keepStory: () => void } => {
    const story = new Story(wishes);
    let kept = 0;
    const keepStory = () => {
      const decisions = story.decisions.slice(kept);
      kept += decisions.length;
      if (decisions.length > 0) store.record(decisions);
    };
    return { story, keepStory };
  };
  return { where, keep, begin, store };
}

/** Waits until a condition is true. */
export async function until(isSo: () => boolean, deadlineMs = 20_000): Promise<void> {
  for (const end = performance.now() + deadlineMs; !isSo(); await setTimeout(10))
    if (performance.now() > end) throw new Error(`in vain: ${isSo}`);
}

/** Whether a command running in this process has printed this. */
export const hasPrinted = (text: string): boolean => vi.mocked(process.stdout.write).mock.calls.some(([one]) => String(one).includes(text));

/** The agent has printed this. */
export function printed(where: Layout, run: string, attempt: number, text: string | Buffer): void {
  const { directory, log } = attemptFiles(where, run, attempt);
  mkdirSync(directory, { recursive: true });
  writeFileSync(log, text, { flag: 'a' });
}

export interface Looked extends Ran {
  readonly err: string;
}

/** Runs a command on this state, and returns what it wrote to stderr. */
export async function look(register: (program: Command) => void, where: Layout, ...argv: string[]): Promise<Looked> {
  const said: string[] = [];
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  vi.stubEnv('FORCE_COLOR', undefined);
  try {
    const ran = await runCommand(register, argv, { ...NEVER_SHORT, DOGWATCH_STATE_DIR: where.stateDir });
    return { ...ran, err: said.join('') };
  } finally {
    err.mockRestore();
  }
}

/**
 * Escapes that colour, move, rename and reverse; line ends that forge lines; and invisible
 * characters.
 */
export const HOSTILE =
  '\u001b[2J\u001b[31mred\u001b[0m \u001b]0;title\u0007\u001b]8;;http://x\u001b\\link\u009b5A back\b\b\rover\nforged line \u202egnp.exe\u2028next \u0000\u007f\u0085end';

/**
 * What no terminal may get: control characters except line end and tab, and characters that change
 * the direction.
 */
export const isHarmful = (text: string): boolean => /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u.test(text);
