import type { ReclaimStepOutcome } from '../core/model/host.ts';
import type { Notice } from '../core/notices/notice.ts';
import type { HostRow, JournalRow, SpendRow } from '../store/reader.ts';
import { by, counter, type Family } from './family.ts';

const DECISIONS = ['resume', 'end', 'recover', 'end-recovery', 'escalate', 'reclaim', 'tell'] as const;
const CAUSES = ['death', 'wait', 'recovery', 'operator', 'restart'] as const;
type Cause = (typeof CAUSES)[number];
const RECLAIMERS = ['dangling-images', 'images', 'build-cache', 'logs', 'opencode', 'command'] as const;
const OUTCOMES = ['delivered', 'failed'] as const;
const PROVENANCES = ['stated', 'computed'] as const;
const KINDS = ['input', 'output', 'cache_read', 'cache_write', 'unpriced'] as const;

/** Actions whose outcome is not known yet: more of them are not kept. */
const MOST_PENDING = 10_000;

const zeros = (keys: readonly string[]): Record<string, number> => Object.fromEntries(keys.map((key) => [key, 0]));

/**
 * What has happened since the process began to count. Rows that are removed from the state later
 * stay counted, so that a counter only falls when its process starts anew.
 */
export class Counts {
  readonly #decisions = zeros(DECISIONS);
  readonly #resumes: Record<string, number> = zeros(CAUSES);
  readonly #reclaimed = zeros(RECLAIMERS);
  readonly #usd = zeros(PROVENANCES);
  readonly #tokens = zeros(KINDS);
  readonly #notices: Map<string, Record<string, number>>;
  readonly #observeDelay: (seconds: number) => void;
  /** Resumes that were decided: when, by id. */
  readonly #decided = new Map<string, { readonly boot: string; readonly mono: number }>();
  #deliveries = new Map<string, Pick<Notice['deliveries'][string], 'accepted' | 'failures'>>();
  #spent = new Map<string, SpendRow>();

  constructor(channels: readonly string[], observeDelay: (seconds: number) => void) {
    this.#notices = new Map(channels.map((name) => [name, zeros(OUTCOMES)]));
    this.#observeDelay = observeDelay;
  }

  /** Counts decisions. Each row may be given once only. */
  decided(rows: readonly (JournalRow | HostRow)[]): void {
    for (const row of rows) {
      for (const { kind } of row.actions) add(this.#decisions, kind, 1);
      if ('run' in row) this.#ofRun(row);
      else if (row.observation.kind === 'reclaim.finished' && row.observation.outcome.kind === 'reclaimed')
        for (const step of row.observation.outcome.steps) add(this.#reclaimed, nameOf(step), freedBy(step));
    }
  }

  /**
   * Counts what was spent since the last call. The rows are those of the last quarters of an hour,
   * as far back as something may still be added to them; the first call only sees where they stand.
   */
  spent(rows: readonly SpendRow[], isFirst: boolean): void {
    const now = new Map(rows.map((row) => [keyOf(row), row]));
    for (const [key, row] of isFirst ? [] : now) {
      const before = this.#spent.get(key);
      const grown = (of: (one: SpendRow) => number) => Math.max(0, of(row) - (before === undefined ? 0 : of(before)));
      add(
        this.#usd,
        'stated',
        grown(({ stated }) => stated),
      );
      add(
        this.#usd,
        'computed',
        grown(({ computed }) => computed),
      );
      add(
        this.#tokens,
        'input',
        grown(({ input }) => input),
      );
      add(
        this.#tokens,
        'output',
        grown(({ output }) => output),
      );
      add(
        this.#tokens,
        'cache_read',
        grown(({ cacheRead }) => cacheRead),
      );
      add(
        this.#tokens,
        'cache_write',
        grown(({ cacheWrite }) => cacheWrite),
      );
      add(
        this.#tokens,
        'unpriced',
        grown(({ unpriced }) => unpriced),
      );
    }
    this.#spent = now;
  }

  /** Counts deliveries since the last call; the first call only sees where they stand. */
  noticed(notices: readonly Pick<Notice, 'id' | 'deliveries'>[], isFirst: boolean): void {
    const now: [string, Notice['deliveries'][string]][] = [];
    for (const { id, deliveries } of notices) {
      for (const [channel, delivery] of Object.entries(deliveries)) {
        const key = `${id} ${channel}`;
        now.push([key, delivery]);
        const its = this.#notices.get(channel) ?? zeros(OUTCOMES);
        this.#notices.set(channel, its);
        const before = this.#deliveries.get(key) ?? { accepted: 0, failures: 0 };
        if (isFirst) continue;
        add(its, 'delivered', Math.max(0, delivery.accepted - before.accepted));
        // Failures are counted in a row: fewer than before means a new row.
        add(its, 'failed', delivery.failures < before.failures ? delivery.failures : delivery.failures - before.failures);
      }
    }
    this.#deliveries = new Map(now);
  }

  families(): readonly Family[] {
    const notices = [...this.#notices].flatMap(([channel, its]) =>
      Object.entries(its).map(([outcome, value]) => ({ labels: { channel, outcome }, value })),
    );
    return [
      counter('dogwatch_decisions_total', 'Actions decided, by kind.', by('kind', this.#decisions)),
      counter('dogwatch_resumes_total', 'Attempts after the first that were decided, by what led to them.', by('cause', this.#resumes)),
      counter('dogwatch_reclaimed_bytes_total', 'Space freed, as measured, by what freed it.', by('reclaimer', this.#reclaimed)),
      counter('dogwatch_notices_total', 'Deliveries of notices, by channel and outcome.', notices),
      counter(
        'dogwatch_spend_usd_total',
        'US dollars spent, as agents state or as computed from list prices.',
        by('provenance', this.#usd),
      ),
      counter('dogwatch_tokens_total', 'Tokens used. Those without a known price are also counted as unpriced.', by('kind', this.#tokens)),
    ];
  }

  #ofRun(row: JournalRow): void {
    const { observation, bootId, actions } = row;
    if (observation.kind === 'action.settled') this.#settled(observation.action, bootId, observation);
    for (const action of actions) {
      if (action.kind !== 'resume' || action.attempt === 1) continue;
      add(this.#resumes, causeOf(row), 1);
      if (this.#decided.size < MOST_PENDING) this.#decided.set(action.id, { boot: bootId, mono: observation.at.mono });
    }
  }

  #settled(id: string, boot: string, { outcome, at }: Extract<JournalRow['observation'], { kind: 'action.settled' }>): void {
    const decided = this.#decided.get(id);
    if (decided === undefined) return;
    this.#decided.delete(id);
    // The clock of another boot says nothing.
    if (outcome.kind === 'started' && decided.boot === boot) this.#observeDelay(Math.max(0, at.mono - decided.mono) / 1000);
  }
}

/** What led to a resume, of few kinds: the reason is for people and has numbers in it. */
function causeOf({ observation, from }: JournalRow): Cause {
  if (observation.kind === 'operator.requested') return 'operator';
  if (observation.kind === 'watchdog.started') return 'restart';
  if (from === 'handed-off' || from === 'recovering' || from === 'escalated') return 'recovery';
  if (from === 'held' || (from === 'waiting' && observation.kind === 'tick')) return 'wait';
  return 'death';
}

/** An operator's command is part of its reclaimer's name, and may hold anything. */
const nameOf = ({ reclaimer }: ReclaimStepOutcome): string => reclaimer.replace(/^command: .*$/s, 'command');

/** What a reclaimer claims counts only where nothing can be measured. */
const freedBy = ({ measuredBytes, claimedBytes }: ReclaimStepOutcome): number => Math.max(0, measuredBytes ?? claimedBytes);

const keyOf = ({ run, attempt, recovery, account, model, quarter }: SpendRow): string =>
  JSON.stringify([run, attempt, recovery, account, model, quarter]);

function add(counts: Record<string, number>, key: string, more: number): void {
  counts[key] = (counts[key] ?? 0) + more;
}
