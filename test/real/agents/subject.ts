import type { Answer, Api } from '../providers/model-server.ts';
import type { Refusals } from '../providers/refusals.ts';
import type { PinnedAgent } from './install.ts';

/** A real agent CLI in a home of its own, whose model is on loopback. */
export interface Subject {
  readonly pinned: PinnedAgent;
  readonly api: Api;
  readonly refusals: Refusals;
  /** What one attempt does with refused credentials: its requests before it gives up, and the status that it exits with. */
  readonly unauthorized: { readonly requests: number; readonly exit: number };
  /** The header in which it names its session to the model, or null if it does not. */
  readonly sessionHeader: string | null;
  /** Its tools find `dogwatch` only by its path. */
  readonly loginShell?: true;
  /** Where it keeps its sessions, below its home. */
  readonly sessions: string;
  /** Where it keeps what somebody logged in with, below its home. */
  readonly credentials: string;
  /** The command, given the program. */
  command(program: string): readonly string[];
  /** Prepares its home and gives its variables. */
  environment(home: string, url: string): Readonly<Record<string, string>>;
  /** What the model says to run a command. */
  shell(command: string): Answer;
}

export const JOB = 'Write one, two and three.';
