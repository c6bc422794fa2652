import type { Outline, Replayed } from '../../core/replay.ts';
import { counted } from '../../core/values/counted.ts';
import { sanitizeForTerminal } from '../../system/text/sanitize.ts';
import { localTime } from '../history/line.ts';
import { paint } from '../terminal/colors.ts';

/** A decision that differs, in the form that scripts read. */
export const differenceAsJson = ({ row: { observation, decided }, today, earlier, differs }: Replayed) => ({
  seq: observation.seq,
  at: new Date(observation.at.wall).toISOString(),
  observation: observation.kind,
  differs,
  recorded: decided,
  today: earlier ?? today,
  /** Whether it would have been decided before this observation. */
  before: earlier !== null,
});

/** A decision that differs, for a person. */
export function differenceInWords({ row: { observation, decided }, today, earlier }: Replayed): string {
  const line = (label: string, { state, actions, because }: Outline) =>
    `  ${label.padEnd(LABEL_COLUMNS)}  ${[state, ...actions.map((action) => `→ ${sanitizeForTerminal(action)}`)].join(' ')}: ${sanitizeForTerminal(because)}`;
  const head = `${localTime({ observation })}  #${observation.seq}  ${observation.kind}`;
  const then = decided === null ? [] : [line('recorded', decided)];
  const now = earlier !== null ? [line('before it', earlier)] : today !== null ? [line('today', today)] : [];
  return [paint('bold', head), ...then, ...now].join('\n');
}

const LABEL_COLUMNS = 'before it'.length;

/** Counts the replayed decisions by result. */
export class Sum {
  replayed = 0;
  differ = 0;
  /** Decisions that are the same but have another reason. */
  differInWords = 0;
  /** Decisions whose input was not kept. */
  unknown = 0;
  withheld = 0;
  readonly #isWhatIf: boolean;

  constructor(isWhatIf: boolean) {
    this.#isWhatIf = isWhatIf;
  }

  add({ row, today, differs }: Replayed): void {
    if (row.decided === null) return;
    if (row.isWithheld) this.withheld++;
    else if (today === null) this.unknown++;
    else this.replayed++;
    if (differs === 'decision') this.differ++;
    if (differs === 'words') this.differInWords++;
  }

  inWords(): string {
    const parts = [
      `${decisions(this.replayed)} replayed, ${this.differ === 0 ? 'none differs' : `${this.differ} ${this.differ === 1 ? 'differs' : 'differ'}`}`,
      ...(this.differInWords > 0 ? [`${this.differInWords} in the reason only (--json shows them)`] : []),
      ...(this.unknown > 0 ? [`${this.unknown} cannot be replayed: their input was not kept`] : []),
      ...(this.withheld > 0 ? [`${this.withheld} cannot be replayed without the secrets that were redacted`] : []),
    ];
    const first = this.#isWhatIf && this.differ > 0 ? '\nFrom the first one on, the run would have taken another course.' : '';
    return `${parts.join('; ')}.${first}`;
  }
}

const decisions = (number: number): string => counted(number, 'decision');
