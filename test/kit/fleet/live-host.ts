import { merge, type Subscription } from 'rxjs';
import { onTestFinished } from 'vitest';
import { summary } from '../../../src/core/fleet/beat.ts';
import type { Outbox } from '../../../src/core/fleet/outbox.ts';
import type { LeaseTimes } from '../../../src/core/fleet/times.ts';
import { LEASE_TIMES } from '../../../src/core/fleet/times.ts';
import type { Notice } from '../../../src/core/notices/notice.ts';
import { keyPart } from '../../../src/fleet/keys.ts';
import { sealed } from '../../../src/fleet/rows/envelope.ts';
import { hostDocument } from '../../../src/fleet/rows/host-row.ts';
import { NoticeOutbox } from '../../../src/store/notice-outbox.ts';
import { engineAway } from '../../../streams/fleet/away.ts';
import { Beats } from '../../../streams/fleet/beats.ts';
import { Care } from '../../../streams/fleet/care.ts';
import { Duty } from '../../../streams/fleet/duty.ts';
import { Ears } from '../../../streams/fleet/hearing.ts';
import { LocalNotices } from '../../../streams/fleet/local-notices.ts';
import { Sender } from '../../../streams/fleet/sender.ts';
import type { MemoryEngine } from './memory-engine.ts';

export interface LiveOptions {
  readonly channels?: number;
  readonly times?: LeaseTimes;
  readonly active?: number;
}

/** What was delivered: by whom, the kind of message, and the notice. */
export interface Told {
  readonly by: string;
  readonly event: 'notice' | 'all-clear';
  readonly notice: Notice;
}

/**
 * A host of a fleet with all its streams, whose timers are those of the test. Its channels accept
 * what they get at once.
 */
export class LiveHost {
  readonly name: string;
  readonly connection: ReturnType<MemoryEngine['connect']>;
  readonly told: Told[];
  readonly problems: string[] = [];
  readonly stored: { outbox: Outbox | null } = { outbox: null };
  readonly outbox: NoticeOutbox;
  runs!: Sender;
  beats!: Beats;
  duty!: Duty;
  ears!: Ears;
  readonly #options: LiveOptions;
  #life: Subscription | null = null;

  constructor(name: string, engine: MemoryEngine, told: Told[], options: LiveOptions = {}) {
    this.name = name;
    this.told = told;
    this.connection = engine.connect();
    this.#options = options;
    this.outbox = new NoticeOutbox([], () => {});
    this.start();
    onTestFinished(() => this.kill());
  }

  get key(): string {
    return keyPart(this.name);
  }

  start(): void {
    const { times = LEASE_TIMES, channels = 1 } = this.#options;
    const { connection: engine, key } = this;
    const nowMs = () => 1_000_000 + performance.now();
    const at = () => ({ wall: Date.now(), mono: performance.now() });
    const now = () => ({ nowMs: nowMs(), nowWall: Date.now() });
    const common = { engine, times, nowMs };
    const seal = (_: string, row: { number: number; document: string }) => sealed(row, null);
    const report = (problem: string) => void this.problems.push(problem);
    const keep = (outbox: Outbox) => {
      this.stored.outbox = outbox;
    };
    this.runs = new Sender({ engine, now, seal, report, bucket: 'runs', prefix: `${key}.`, keep }, this.stored.outbox);
    this.beats = new Beats({ engine, key, times, now, report, seal, says: () => this.document(false) });
    const ackedMs = () => this.beats.ackedMs;
    const names = ['log', ...Array.from({ length: channels }, (_, at_) => `channel ${at_}`)];
    const local = new LocalNotices({ channels: names, outbox: this.outbox, wake: () => this.#deliver(names) });
    let tries = 0;
    this.duty = new Duty({
      ...common,
      host: this.name,
      nonce: () => `${this.name} ${tries++}`,
      looks: () => local.areOfOthers,
      wants: () => this.ears.isListener && nowMs() - ackedMs() < times.fenceMs,
    });
    const care = new Care({
      ...common,
      ears: {
        get beats() {
          return ears().beats;
        },
        silentMs: (of) => ears().silentMs(of),
      },
      duty: this.duty,
      notices: local,
      at,
      ackedMs,
      clean: (text) => text,
    });
    const ears = () => this.ears;
    this.ears = new Ears({ ...common, key, ackedMs, isCaring: () => this.duty.isMine || local.areOfOthers, heard: () => void care.look() });
    const away = engineAway({ notices: local, nowMs, at, ackedMs });
    const timer = setInterval(away, 5000);
    this.#life = merge(this.runs.sending$, this.beats.beating$, this.duty.serving$, this.ears.listening$).subscribe();
    this.#life.add(() => clearInterval(timer));
  }

  document(isEnding: boolean): string {
    const { channels = 1, active = 1 } = this.#options;
    return hostDocument({
      ...{
        v: 1,
        key: '',
        certificate: '',
        host: this.name,
        id: this.name,
        incarnation: 1,
        boot: 'boot',
        dogwatch: '0',
        labels: [],
        counts: {},
        channels,
        active,
      },
      at: new Date().toISOString(),
      beat: summary(this.runs.outbox),
      watchdog: isEnding ? null : { pid: 1, since: '' },
    });
  }

  change(run: string, document: object | null): void {
    this.runs.changed(new Map([[run, document === null ? '' : JSON.stringify(document)]]));
  }

  /** As by SIGKILL. */
  kill(): void {
    this.#life?.unsubscribe();
    this.#life = null;
  }

  #deliver(names: readonly string[]): void {
    for (const notice of this.outbox.notices) {
      const isOver = notice.state === 'cleared';
      const due = names.filter((name) => (isOver ? notice.deliveries[name]?.cleared !== true : notice.deliveries[name] === undefined));
      if (due.length === 0) continue;
      this.told.push({ by: this.name, event: isOver ? 'all-clear' : 'notice', notice });
      const at = { wall: Date.now(), mono: performance.now() };
      const deliveries = Object.fromEntries(
        names.map((name) => [name, { accepted: 1, cleared: isOver, failures: 0, problem: null, at, waitMs: 3_600_000 }]),
      );
      this.outbox.change(isOver ? { kept: [], dropped: [notice.id] } : { kept: [{ ...notice, deliveries }], dropped: [] });
    }
  }
}
