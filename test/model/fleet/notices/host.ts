import { silentMs } from '../../../../src/core/fleet/hearing.ts';
import type { LeaseRow } from '../../../../src/core/fleet/lease.ts';
import type { Cause, NoticeRow } from '../../../../src/core/fleet/notice.ts';
import type { Posted } from '../../../../src/core/fleet/outbox.ts';
import type { Chance } from '../../programs/chance.ts';
import { Beating } from '../world/beating.ts';
import type { Bucket } from '../world/bucket.ts';
import { Duty } from '../world/duty.ts';
import type { Engine } from '../world/engine.ts';
import { Member } from '../world/member.ts';
import type { Laws } from './laws.ts';

const LOOK_MS = 3000;
const NETWORK = 'network';
/** How long after a common silence one host is not notified of: it may be the last to come back. */
const AFTER_COMMON_MS = 60_000;
/** A channel needs a moment, in which the program may die. */
const SENDING_MS = 2000;

export interface Around {
  readonly engine: Engine;
  readonly chance: Chance;
  readonly beats: Bucket<Posted>;
  readonly duties: Bucket<LeaseRow>;
  readonly notices: Bucket<NoticeRow>;
  readonly sent: (by: Host, row: NoticeRow, key: string) => void;
}

/** A host that notifies people of the others while it is the caretaker. */
export class Host extends Member {
  isOff = false;
  /** Counts the starts of its program. */
  life = 0;
  readonly beating: Beating;
  readonly #around: Around;
  readonly #laws: Laws;
  readonly #duty: Duty;
  readonly #asked = new Set<string>();
  readonly #sent = new Set<string>();
  #commonMs = Number.NEGATIVE_INFINITY;

  constructor(name: string, around: Around, laws: Laws) {
    super(name, around.engine.clock, around.chance);
    this.#around = around;
    this.#laws = laws;
    this.beating = new Beating(this, around.engine, around.beats, { hears: laws.heard });
    this.#duty = new Duty(this, around.duties);
    this.whenStarted(() => {
      this.life += 1;
      this.#asked.clear();
      this.#sent.clear();
    });
    this.every(LOOK_MS, () => {
      if (this.#duty.isMine) this.#cares();
    });
  }

  turnOff(forMs: number): void {
    if (!this.isAwake) return;
    this.isOff = true;
    this.restart(forMs, () => {
      this.isOff = false;
    });
  }

  #cares(): void {
    const { hearing, isHeard } = this.beating;
    // Whoever has heard nothing yet knows of no silence, and of none that is over.
    if (!isHeard || hearing.hosts.size === 0) return;
    const silent = new Map(
      [...hearing.hosts].map(([host, { number }]) => [host, { silentMs: silentMs(hearing, host, this.nowMs), beat: number }]),
    );
    const { hosts, common } = this.#laws.silence(silent);
    if (common.length > 0) this.#commonMs = this.nowMs;
    const beats = (of: readonly string[]) => Math.max(0, ...of.map((host) => silent.get(host)?.beat ?? 0));
    const network = (row: NoticeRow | null): Cause => {
      if (common.length > 0) return { kind: 'holds', episode: beats(common) };
      return row !== null && this.#laws.isCommon(silent, row.episode) ? { kind: 'unknown' } : { kind: 'over', episode: row?.episode ?? 0 };
    };
    this.#looks(NETWORK, network);
    for (const [host, { silentMs: ms, beat }] of silent) {
      const holds = hosts.includes(host) && this.nowMs - this.#commonMs >= AFTER_COMMON_MS;
      const isBack = ms < LOOK_MS * 10;
      const cause: Cause = holds ? { kind: 'holds', episode: beat } : isBack ? { kind: 'over', episode: beat - 1 } : { kind: 'unknown' };
      this.#looks(`dead.${host}`, () => cause);
    }
  }

  #looks(name: string, cause: (row: NoticeRow | null) => Cause): void {
    if (this.#asked.has(name)) return;
    this.#asked.add(name);
    const { notices, engine, sent } = this.#around;
    const done = () => this.#asked.delete(name);
    const write = (rev: number, row: NoticeRow) => notices.swap(this.cut, name, rev, row, this.answers(done));
    const read = this.answers((stored: { rev: number; row: NoticeRow | null } | null) => {
      const step = stored === null ? null : this.#laws.noticeStep(name, stored.row, cause(stored.row), (key) => this.#sent.has(key));
      if (stored === null || step === null || step.kind === 'nothing') return done();
      if (step.kind === 'write') return write(stored.rev, step.row);
      this.#sent.add(step.key);
      sent(this, step.row, step.key);
      return engine.clock.after(
        engine.chance.upTo(SENDING_MS),
        this.answers(() => write(stored.rev, step.row)),
      );
    });
    notices.read(this.cut, name, read);
  }
}
