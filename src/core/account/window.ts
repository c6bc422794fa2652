import type { HoldName } from '../model/cause.ts';
import type { Hold, Instant } from '../model/facts.ts';
import type { Run } from '../model/run.ts';
import type { UsageWindow } from '../model/signals.ts';

/** A usage window of an account (five hours, a week, one model), as its provider last stated it. */
export interface AccountWindow extends Pick<UsageWindow, 'name' | 'usedPercent' | 'resetsAtWall' | 'extra'> {
  readonly account: string;
  /** Null if it concerns every model; otherwise as in a hold. */
  readonly model: { readonly name: string | null } | null;
  readonly seenWall: number;
  /** A person was notified that runs wait for it. */
  readonly notified: boolean;
}

/** Slack and jitter that a date may add to the longest window. */
const CEILING_SLACK_MS = 3_600_000;

/**
 * What keeps runs from being started at the reserve of a window, or beyond what is included in the
 * account, or null if this window keeps none. A window whose reset has passed is unknown.
 */
function windowHold(window: AccountWindow, { spec }: Run, { wall }: Instant): Hold | null {
  const { limitReservePercent: reserve = 0, limitCeilingMs, limitSlackMs, probeMaxMs } = spec.policy;
  const { usedPercent, resetsAtWall, seenWall, extra } = window;
  const isBeyond = isExtra(window);
  if (!isBeyond && (reserve === 0 || usedPercent === null || usedPercent < 100 - reserve)) return null;
  const untilWall = resetsAtWall !== null ? resetsAtWall + limitSlackMs : isBeyond ? null : seenWall + probeMaxMs;
  // A date further ahead comes from a clock that has been set back since.
  if (untilWall !== null && (untilWall <= wall || untilWall > wall + limitCeilingMs + CEILING_SLACK_MS)) return null;
  const used = usedPercent === null ? '' : ` is used to ${Math.floor(usedPercent)}%`;
  const why = isBeyond
    ? `${used === '' ? ' is spent' : used}: a resume ${extra === 'in-use' ? 'spends' : 'would spend'} extra usage, which is not included`
    : `${used}: ${reserve}% of it is left to people (DOGWATCH_LIMIT_RESERVE)`;
  const end =
    resetsAtWall !== null ? `it resets ${new Date(resetsAtWall).toISOString()}` : isBeyond ? 'no reset is known' : 'its reset is not known';
  return { kind: 'reserve', untilWall, because: `the ${window.name} window of ${window.account}${why}; ${end}` };
}

/** Going on in this window spends what is not included in the account. */
const isExtra = ({ extra, usedPercent }: AccountWindow): boolean =>
  extra === 'in-use' || (extra === 'possible' && usedPercent !== null && usedPercent >= 100);

const concerns = ({ model }: AccountWindow, run: Run): boolean => model === null || model.name === run.spec.model;

/** The windows of its account that hold a run now, the one that lasts longest first. */
export function reservedFrom(
  run: Run,
  windows: readonly AccountWindow[],
  at: Instant,
): readonly { readonly window: AccountWindow; readonly hold: Hold }[] {
  if (windows.length === 0) return [];
  const end = ({ untilWall }: Hold) => untilWall ?? Number.POSITIVE_INFINITY;
  return windows
    .flatMap((window) => {
      const hold = concerns(window, run) ? windowHold(window, run, at) : null;
      return hold === null ? [] : [{ window, hold }];
    })
    .sort((a, b) => end(b.hold) - end(a.hold));
}

/** Its name among the causes of notices. */
export const reserveName = ({ name, model }: AccountWindow): HoldName =>
  model === null ? `reserve ${name}` : `reserve ${name} of ${model.name ?? 'the default model'}`;

/** True if the window's reset has passed: how much of it is used is then unknown. */
export const isStale = ({ resetsAtWall }: AccountWindow, wall: number): boolean => resetsAtWall !== null && resetsAtWall <= wall;
