import type { Answer, Api } from '../providers/model-server.ts';
import type { Refusals } from '../providers/refusals.ts';
import type { PinnedAgent } from './install.ts';

/** A real agent CLI in its own home, whose model is on loopback. */
export interface Subject {
  readonly pinned: PinnedAgent;
  readonly api: Api;
  readonly refusals: Refusals;
  /**
   * How an attempt with refused credentials behaves: its requests before it gives up, and its exit
   * status.
   */
  readonly unauthorized: { readonly requests: number; readonly exit: number };
  /** The header that names its session to the model, or null if there is none. */
  readonly sessionHeader: string | null;
  /** Its tools find `dogwatch` only by its path. */
  readonly loginShell?: true;
  /** Where it keeps its sessions, below its home. */
  readonly sessions: string;
  /** Where it keeps its login, below its home. */
  readonly credentials: string;
  /** The command for a given program. */
  command(program: string): readonly string[];
  /** Prepares its home and returns its variables. */
  environment(home: string, url: string): Readonly<Record<string, string>>;
  /** The model's answer that runs a command. */
  shell(command: string): Answer;
}

export const JOB = 'Write one, two and three.';
