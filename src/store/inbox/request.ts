import type { Asking } from '../../core/asks/ask.ts';
import type { Command, ProcessIdentity, RunSpec } from '../../core/model/facts.ts';
import type { Inside } from '../../core/model/inside.ts';
import type { Said } from '../../core/model/recovery.ts';

/**
 * What a command asks of the watchdog. `id` is unique: the answer is stored under it, and a request
 * is carried out only once.
 */
export type Request =
  | {
      readonly id: string;
      readonly kind: 'register';
      readonly run: string;
      readonly generation: number;
      readonly spec: RunSpec;
      /** The process to adopt, or null if dogwatch starts the first attempt. */
      readonly foreign: ProcessIdentity | null;
      /** The operator chose no name: refused if a run does the same job already. */
      readonly unnamed?: boolean | undefined;
      readonly inside?: Inside | undefined;
    }
  /** The operator of this machine knows what is wrong with it. */
  | { readonly id: string; readonly kind: 'ack-host'; readonly inside?: Inside | undefined }
  /** A run that is over, with all that is kept of it. */
  | { readonly id: string; readonly kind: 'remove'; readonly run: string; readonly inside?: Inside | undefined }
  | {
      readonly id: string;
      readonly kind: 'operator';
      readonly run: string;
      readonly command: Command;
      /** Asked for on the web page; absent for the command line. */
      readonly via?: 'web' | undefined;
      /** The run from inside which the request was made; absent if there was none. */
      readonly inside?: Inside | undefined;
    }
  | {
      readonly id: string;
      readonly kind: 'claim';
      readonly run: string;
      readonly attempt: number;
      readonly token: string;
      readonly claim: 'done' | 'blocked' | 'progress';
      readonly because: string;
    }
  /** The agent asks a person; `taken`: the request whose answer its process takes. */
  | {
      readonly id: string;
      readonly kind: 'ask';
      readonly run: string;
      readonly attempt: number;
      readonly token: string;
      readonly ask: Asking;
    }
  | {
      readonly id: string;
      readonly kind: 'take';
      readonly run: string;
      readonly attempt: number;
      readonly token: string;
      readonly ask: string;
    }
  /** What a recovery agent reports. */
  | {
      readonly id: string;
      readonly kind: 'recovery';
      readonly run: string;
      readonly recovery: number;
      readonly token: string;
      readonly says: Said;
      readonly because: string;
    };
