const HOUR_MS = 3_600_000;

/** How old a command may be when it arrives: what starts something is for the moment. */
const MOST_AGE_MS = {
  resume: HOUR_MS,
  unpause: HOUR_MS,
  pause: 7 * 24 * HOUR_MS,
  stop: 7 * 24 * HOUR_MS,
  ack: 7 * 24 * HOUR_MS,
} as const;

type FleetCommand = keyof typeof MOST_AGE_MS;

/** Which commands a key may sign. */
type Role = 'view' | 'operate' | 'dispatch';

export interface CommandArrived {
  readonly fleet: string;
  readonly host: string;
  readonly request: string;
  readonly command: string;
  /**
   * By the engine's clock alone: its time now, less its time when the command was signed, which
   * is signed with it. Its time of the message would begin anew for one that is sent again.
   */
  readonly ageMs: number;
  /** The role of the key that signed it, or null if no key of this host's list did. */
  readonly role: Role | null;
}

export type CommandVerdict =
  | { readonly kind: 'follow' }
  /** It was answered before: delivered twice. */
  | { readonly kind: 'done' }
  | { readonly kind: 'refuse'; readonly because: string };

export interface Here {
  readonly fleet: string;
  readonly host: string;
  readonly hasAnswered: (request: string) => boolean;
}

const isCommand = (command: string): command is FleetCommand => Object.hasOwn(MOST_AGE_MS, command);

/** By how much the clocks of the engine's nodes may differ. */
const AHEAD_MS = 120_000;

/**
 * Whether a host follows a command out of the fleet. The signature comes first. Asked when it
 * arrives, and again right before it is followed: the program may have been down in between.
 */
export function judged({ fleet, host, request, command, ageMs, role }: CommandArrived, here: Here): CommandVerdict {
  const refuse = (because: string): CommandVerdict => ({ kind: 'refuse', because });
  if (role === null) return refuse('it is signed by no key in the list of operators of this host');
  if (fleet !== here.fleet || host !== here.host) return refuse(`it is for ${host} in the fleet ${fleet}`);
  if (here.hasAnswered(request)) return { kind: 'done' };
  if (role === 'view') return refuse('its key may only look');
  if (!isCommand(command)) return refuse(`no command of the fleet is called ${JSON.stringify(command)}`);
  if (!(ageMs <= MOST_AGE_MS[command])) return refuse(`it is too old: ${command} is followed for ${MOST_AGE_MS[command] / HOUR_MS} h`);
  if (ageMs < -AHEAD_MS) return refuse('it was signed at a time that is still to come');
  return { kind: 'follow' };
}

/** How long a command may still be on its way after it was young enough. */
const ON_ITS_WAY_MS = 10 * 60_000;

/**
 * Whether whoever gave a command and has no answer may still hope that its host follows it. If
 * not, it may have been followed before, by a host whose answer is still to come.
 */
export const mayBeFollowed = (command: string, ageMs: number): boolean =>
  isCommand(command) && ageMs <= MOST_AGE_MS[command] + ON_ITS_WAY_MS;
