/**
 * What is known of the host that a run was placed on, when it is not heard of any more. Silence
 * proves nothing: a machine that was paused writes when it wakes, with its clock where it was.
 */
export type Evidence =
  /**
   * It said that the attempt has ended, that nothing of it is left, and that it gave the run up.
   */
  | { readonly kind: 'released' }
  /** It came back in another boot, said so with its signature, and found nothing of the run. */
  | { readonly kind: 'rebooted' }
  /** A command that cuts its power, or its way to the files, has ended well. */
  | { readonly kind: 'fenced' }
  /** An operator said that it is off. */
  | { readonly kind: 'operator'; readonly by: string }
  /** Its lease is over by the clock of this host. */
  | { readonly kind: 'expired' };

/** How a run's files are reached from another host. */
type Files =
  /** Each epoch works on a copy of its own, and can write to its own ref only. */
  | 'copied'
  /** All hosts write to the same ones. */
  | 'shared';

export interface Placed {
  readonly name: string;
  readonly host: string;
  /** Whoever started it allowed that another host takes it. */
  readonly isMovable: boolean;
  readonly files: Files;
  /** The operator took the risk that the clocks of both hosts run, and that the old one is real. */
  readonly trustsClocks: boolean;
}

export type PlacementVerdict =
  /** `risk` is what may happen twice, or null if nothing can. */
  { readonly kind: 'move'; readonly because: string; readonly risk: string | null } | { readonly kind: 'stay'; readonly because: string };

const OUTSIDE = 'what its attempt does outside of its files may be done twice';

/** Whether another host may go on with a run, by the strongest evidence. */
export function placement({ name, host, isMovable, files, trustsClocks }: Placed, evidence: readonly Evidence[]): PlacementVerdict {
  const move = (because: string, risk: string | null = null): PlacementVerdict => ({ kind: 'move', because, risk });
  const has = (kind: Evidence['kind']): boolean => evidence.some((one) => one.kind === kind);
  if (has('released')) return move(`${host} has given it up`);
  if (!isMovable) return { kind: 'stay', because: `${name} was not started with --movable: it waits for ${host}` };
  if (has('rebooted')) return move(`${host} was booted again, and has nothing of it`);
  if (has('fenced')) return move(`the fence of ${host} succeeded`);
  const word = evidence.find((one) => one.kind === 'operator');
  if (word !== undefined) return move(`${word.by} says that ${host} is off`);
  if (!has('expired')) return { kind: 'stay', because: `${host} holds it` };
  if (files === 'copied') return move(`${host} is not heard of, and can write to its own copy only`, OUTSIDE);
  if (trustsClocks) return move(`${host} is not heard of, and DOGWATCH_FENCE=clock`, `two attempts may write at once; ${OUTSIDE}`);
  const how = `if it is off: dogwatch fleet dead ${host} --is-off`;
  return { kind: 'stay', because: `${host} is not heard of, and nothing proves that it cannot write; ${how}` };
}
