import { type HoldSaid, released } from '../../../../src/core/fleet/holds.ts';
import type { Stored } from '../../../../src/core/fleet/lease.ts';
import type { Posted } from '../../../../src/core/fleet/outbox.ts';
import { outboxStep } from '../../../../src/core/fleet/outbox.ts';
import type { ProbeRow } from '../../../../src/core/fleet/probe.ts';
import { type Prober, type ProberAction, type ProberEvent, type ProberMoment, waitingProber } from '../../../../src/core/fleet/prober.ts';
import { MINUTE } from '../../../kit/core/world.ts';
import type { Chance } from '../../programs/chance.ts';
import { Beating } from '../world/beating.ts';
import type { Bucket } from '../world/bucket.ts';
import type { Engine } from '../world/engine.ts';
import { Member } from '../world/member.ts';
import { Sender } from '../world/sender.ts';
import type { Account } from './account.ts';
import type { Laws } from './laws.ts';

const TICK_MS = 500;
const LOOK_MS = 4000;
const SLACK_MS = 2000;
export const PROBES = 'probes';
const LIMIT = 'claude.five-hour';

export interface Around {
  readonly engine: Engine;
  readonly chance: Chance;
  readonly account: Account;
  readonly beats: Bucket<Posted>;
  readonly holds: Bucket<Posted>;
  readonly probes: Bucket<ProbeRow>;
  readonly began: (host: Host) => void;
}

/** A host with a run that waits for a limit of an account, which other hosts wait for, too. */
export class Host extends Member {
  readonly beating: Beating;
  /** Since when its probe is alive, which its program does not have to be for that, or null. */
  probingMs: number | null = null;
  /** Its probe began without the engine. */
  isAlone = false;
  isOff = false;
  readonly #around: Around;
  readonly #laws: Laws;
  readonly #sender: Sender;
  readonly #said = new Map<string, HoldSaid>();
  #own: HoldSaid | null = null;
  #prober: Prober;
  #life = 0;
  #tries = 0;
  #showed: 'something' | 'nothing' | null = null;

  constructor(name: string, around: Around, laws: Laws) {
    super(name, around.engine.clock, around.chance);
    const { engine, beats, holds } = around;
    this.#around = around;
    this.#laws = laws;
    this.beating = new Beating(this, engine, beats, { hears: laws.heard, says: () => (this.probingMs === null ? '' : PROBES) });
    this.#sender = new Sender(this, engine, { bucket: holds, prefix: `${name}.`, step: outboxStep });
    this.#prober = waitingProber(this.nowMs);
    this.whenStarted(() => {
      this.#prober = laws.reopened(this.#prober, this.nowMs);
    });
    this.every(TICK_MS, () => this.#tick());
    this.every(LOOK_MS, () => this.#look());
  }

  /** What counts of the limit, as far as this host knows. */
  get hold(): HoldSaid | null {
    const all = [...this.#said.values()];
    return this.#laws.mergedHold(this.#own === null ? all : [...all, this.#own]);
  }

  /** A run of this host met the limit. */
  meets(isProbe = false): void {
    const { account } = this.#around;
    this.#says(
      this.#laws.saidAfter(this.hold, { provenance: 'structured', untilWall: account.saidWall, beganBeforeRelease: false, isProbe }),
    );
  }

  /** Somebody stops the run that probes. */
  stopProbe(): void {
    if (this.probingMs !== null) this.#ends('nothing');
  }

  /** For ever, with all that runs on it. */
  turnOff(): void {
    if (!this.isAwake) return;
    this.isOff = true;
    this.stopProbe();
    this.restart(Number.POSITIVE_INFINITY);
  }

  #says(said: HoldSaid | null): void {
    if (said === null) return;
    this.#own = said;
    this.#sender.happens({ kind: 'changed', key: LIMIT, document: JSON.stringify(said) });
  }

  #look(): void {
    const listed = this.answers((all: ReadonlyMap<string, Stored<Posted>> | null) => {
      for (const [key, { row }] of all ?? [])
        if (row !== null && row.document !== '') this.#said.set(key, JSON.parse(row.document) as HoldSaid);
    });
    this.#around.holds.list(this.cut, '', listed);
  }

  #tick(): void {
    if (this.#showed !== null) {
      const showed = this.#showed;
      this.#showed = null;
      const { hold } = this;
      if (showed === 'something' && hold?.phase === 'held') {
        if (this.#around.account.isOpen) this.#says(released(hold));
        else this.meets(true);
      }
      this.#happens({ kind: 'ended', showed });
    }
    this.#happens({ kind: 'tick' });
  }

  #happens(event: ProberEvent): void {
    this.#tries += 1;
    const { hearing, isHeard } = this.beating;
    const { nowMs, nowWall, name } = this;
    const moment: ProberMoment = {
      ...{ nowMs, nowWall, host: name, nonce: `${name}-${this.#tries}`, run: 'job', hold: this.hold, isHeard, slackMs: SLACK_MS },
      unreachableMs: nowMs - hearing.answeredMs,
      othersProbe: this.beating.whoSays(PROBES).some((host) => host !== name && !this.#laws.isSilent(hearing, host, nowMs)),
      hears: (host) => !this.#laws.isSilent(hearing, host, nowMs),
      chance: ((name.codePointAt(name.length - 1) ?? 0) % 10) / 10,
    };
    const { prober, actions } = this.#laws.step(this.#prober, event, moment);
    this.#prober = prober;
    for (const action of actions) this.#does(action);
  }

  #does(action: ProberAction): void {
    const { probes } = this.#around;
    if (action.kind === 'begin') this.#begins();
    else if (action.kind === 'read')
      probes.read(
        this.cut,
        LIMIT,
        this.answers((stored) => this.#happens({ kind: 'read', stored })),
      );
    else
      probes.swap(
        this.cut,
        LIMIT,
        action.rev,
        action.row,
        this.answers((result) => this.#happens({ kind: 'swapped', result })),
      );
  }

  #begins(): void {
    const { engine, chance, began } = this.#around;
    this.isAlone = this.#prober.phase === 'probing' && this.#prober.row === null;
    began(this);
    this.probingMs = engine.clock.nowMs;
    this.#life += 1;
    const life = this.#life;
    engine.clock.after(chance.between(5000, 4 * MINUTE), () => {
      if (life === this.#life) this.#ends(chance.oneIn(6) ? 'nothing' : 'something');
    });
  }

  #ends(showed: 'something' | 'nothing'): void {
    this.#life += 1;
    this.probingMs = null;
    this.#showed = showed;
  }
}
