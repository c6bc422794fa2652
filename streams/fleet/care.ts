import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { isCommon, type Silent, silence } from '../../src/core/fleet/age.ts';
import { type Cause, type NoticeRow, noticeKey, noticeStep } from '../../src/core/fleet/notice.ts';
import { ANSWER_MS, type LeaseTimes } from '../../src/core/fleet/times.ts';
import type { Instant } from '../../src/core/model/facts.ts';
import type { Notice } from '../../src/core/notices/notice.ts';
import type { Engine } from '../../src/fleet/engine.ts';
import { nameOf } from '../../src/fleet/keys.ts';
import { commonNotice, deadHostNotice, type FleetCause } from '../../src/fleet/notices/draft.ts';
import { runsIn } from '../../src/fleet/notices/needs.ts';
import { opened } from '../../src/fleet/rows/envelope.ts';
import type { Ears } from './hearing.ts';
import { inTime } from './in-time.ts';
import type { LocalNotices } from './local-notices.ts';

export interface CareDeps {
  readonly engine: Engine;
  readonly times: LeaseTimes;
  readonly ears: Pick<Ears, 'beats' | 'silentMs'>;
  readonly duty: { readonly isMine: boolean; readonly isOfAnother: boolean };
  readonly notices: LocalNotices;
  nowMs(): number;
  at(): Instant;
  /** When this host's own beat was sent that the engine has acknowledged last. */
  ackedMs(): number;
  /** A text of another host, for people here. */
  clean(text: string): string;
  readonly scheduler?: SchedulerLike;
}

const NETWORK = 'network';
const HOST = 'host-dead.';
/** A row needs this many steps at most until something has to be waited for. */
const STEPS = 6;

/** What is known of a cause, and how it is put into words. */
interface Case {
  readonly name: string;
  readonly about: FleetCause;
  cause(row: NoticeRow | null): Cause;
  draft(episode: number): Promise<Notice>;
  readonly over: string;
}

/** Notifies people of silent hosts while this host has the duty. */
export class Care {
  readonly #deps: CareDeps;
  readonly #scheduler: SchedulerLike;
  /** What has reached a channel from here, by key. An older row may not show it. */
  readonly #sent = new Set<string>();
  #commonMs = Number.NEGATIVE_INFINITY;
  #isLooking = false;

  constructor(deps: CareDeps) {
    this.#deps = deps;
    this.#scheduler = deps.scheduler ?? asyncScheduler;
  }

  /** One look at all hosts. Never rejects for an engine that is away. */
  async look(): Promise<void> {
    const { duty, notices, nowMs, ackedMs, times, engine } = this.#deps;
    if (!duty.isMine) {
      if (duty.isOfAnother) notices.leaveToOthers();
      return;
    }
    if (this.#isLooking || nowMs() - ackedMs() >= times.fenceMs) return;
    this.#isLooking = true;
    try {
      const listed = await inTime(engine.list('notices', ''), null, this.#scheduler, 3 * ANSWER_MS);
      if (listed === null) return;
      for (const one of this.#cases()) {
        const row = noticeIn(listed.get(one.name)?.row ?? null);
        // Most hosts are alive, and nothing was ever said of them.
        if (noticeStep(one.name, row, one.cause(row), (key) => this.#sent.has(key)).kind !== 'nothing') await this.#goOn(one);
        else if (row !== null && !row.isOver && row.sent === 'yes' && !notices.has(one.about, row.episode))
          notices.adopt(await one.draft(row.episode), this.#deps.at());
      }
    } finally {
      this.#isLooking = false;
    }
  }

  #cases(): readonly Case[] {
    const { ears, times, nowMs } = this.#deps;
    const here = [...ears.beats].filter(([, { isGone }]) => !isGone);
    const silent = new Map<string, Silent>(here.map(([key, { number }]) => [key, { silentMs: ears.silentMs(key), beat: number }]));
    const { hosts, common } = silence(silent, times);
    if (common.length > 0) this.#commonMs = nowMs();
    const isAlone = nowMs() - this.#commonMs >= times.takeMs;
    return [
      this.#network(silent, common),
      ...[...ears.beats.keys()].map((key) => this.#host(key, silent.get(key), isAlone && hosts.includes(key))),
    ];
  }

  #network(silent: ReadonlyMap<string, Silent>, common: readonly string[]): Case {
    const { times, at, clean } = this.#deps;
    return {
      name: NETWORK,
      about: { about: 'fleet', what: 'network', host: '' },
      cause: (row) => {
        if (common.length > 0) return { kind: 'holds', episode: Math.max(...common.map((key) => silent.get(key)?.beat ?? 0)) };
        return row !== null && isCommon(silent, row.episode, times) ? { kind: 'unknown' } : { kind: 'over', episode: row?.episode ?? 0 };
      },
      draft: async (episode) =>
        commonNotice(
          common.map((key) => clean(nameOf(key) ?? key)),
          episode,
          at(),
        ),
      over: 'the hosts are heard of again, or are silent each by itself',
    };
  }

  /** `silent` is undefined if nothing of it is missed. */
  #host(key: string, silent: Silent | undefined, isMissed: boolean): Case {
    const { ears, times, at, clean } = this.#deps;
    const host = clean(nameOf(key) ?? key);
    const beat = ears.beats.get(key)?.number ?? 0;
    const isBack = silent === undefined || silent.silentMs < 3 * times.renewMs;
    const known: Cause = isMissed ? { kind: 'holds', episode: beat } : isBack ? { kind: 'over', episode: beat - 1 } : { kind: 'unknown' };
    return {
      name: HOST + key,
      about: { about: 'fleet', what: 'host', host },
      cause: () => known,
      draft: async (episode) => {
        const silentMs = silent?.silentMs ?? 0;
        const hasEnded = ears.beats.get(key)?.hasEnded === true;
        return deadHostNotice({ host, silentMs, hasEnded, runs: await this.#runsOf(key) }, episode, at());
      },
      over: silent === undefined ? `${host} has left the fleet, or has nothing to do` : `${host} is heard of again`,
    };
  }

  async #runsOf(key: string) {
    const all = await inTime(this.#deps.engine.list('runs', `${key}.`), null, this.#scheduler, 3 * ANSWER_MS);
    if (all === null) return null;
    const documents = [...all.values()].flatMap(({ row }) => (row === null ? [] : (opened(row)?.document ?? [])));
    return runsIn(documents, this.#deps.clean);
  }

  /** Reads the row again after each step: another host may have the duty by now. */
  async #goOn(one: Case): Promise<void> {
    const { engine, duty } = this.#deps;
    for (let steps = 0; steps < STEPS && duty.isMine; steps++) {
      const stored = await inTime(engine.get('notices', one.name), null, this.#scheduler);
      if (stored === null) return;
      const row = noticeIn(stored.row);
      const step = noticeStep(one.name, row, one.cause(row), (key) => this.#sent.has(key));
      if (step.kind === 'nothing') return;
      if (step.kind === 'send') {
        // It is written only then: a host that dies before leaves it to the next one.
        if (!(await this.#sends(one, step.row))) return;
        this.#sent.add(step.key);
      }
      const result = await inTime(
        engine.swap('notices', one.name, stored.rev, JSON.stringify(step.row)),
        { kind: 'unknown' } as const,
        this.#scheduler,
      );
      if (result.kind !== 'written') return;
      // Its all-clear is one of a new key; the keys of what is over are not needed any more.
      if (step.row.isOver && step.row.sent === 'yes') this.#sent.delete(noticeKey({ ...step.row, isOver: false }));
    }
  }

  async #sends({ about, over, draft }: Case, { episode, isOver }: NoticeRow): Promise<boolean> {
    const { notices, at } = this.#deps;
    const made = notices.has(about, episode) ? null : await draft(episode);
    const make = () => made as Notice;
    return isOver ? notices.end(about, episode, over, at(), make) : notices.begin(about, episode, make);
  }
}

/** What is no row of a notice counts as none: it is written over. */
function noticeIn(text: string | null): NoticeRow | null {
  if (text === null) return null;
  try {
    const { cause, episode, isOver, sent } = JSON.parse(text) as Partial<NoticeRow>;
    const isNotice = typeof cause === 'string' && typeof episode === 'number' && (sent === 'no' || sent === 'maybe' || sent === 'yes');
    return isNotice ? { cause, episode, isOver: isOver === true, sent } : null;
  } catch {
    return null;
  }
}
