import type { Posted } from '../../../../src/core/fleet/outbox.ts';
import { DAY, HOUR, MINUTE } from '../../../kit/core/world.ts';
import { Chance } from '../../programs/chance.ts';
import { Clock } from '../../world/clock.ts';
import { Engine } from '../world/engine.ts';
import { Member } from '../world/member.ts';
import { type Blow, type Played, stormOf, strike, type What } from '../world/storm.ts';
import { type Around, FLEET, Host } from './host.ts';
import { LAWS, type Laws } from './laws.ts';
import { type Message, Queue, type Signed } from './queue.ts';

const STORM_MS = 10 * DAY;
const CALM_MS = 2 * DAY;
const HOSTS = 2;
const WHATS: readonly What[] = [
  ...(['cut', 'elect', 'stop', 'kill', 'lose-answers', 'roll-back'] as const),
  ...(['own:gone', 'own:replay', 'own:replay', 'own:alter', 'own:foreign', 'own:view'] as const),
];
/** As long as any command may be followed. */
const MOST_AGE: Readonly<Record<string, number>> = { resume: HOUR, unpause: HOUR, stop: 7 * DAY, pause: 7 * DAY };
/** An election, and the time that a host needs to ask what time it is. */
const SLACK_MS = 5 * MINUTE;

export const commandStorm = (seed: number): readonly Blow[] =>
  stormOf(seed, { whats: WHATS, members: HOSTS, stormMs: STORM_MS, slower: 300 });

interface Given extends Signed {
  readonly key: string;
  outcome: 'waits' | 'answered' | 'too old';
  followed: number;
}

/** Operators who give commands, hosts that come and go, and somebody who has seen all messages. */
export function playCommands(seed: number, blows: readonly Blow[] = commandStorm(seed), laws: Partial<Laws> = {}): Played {
  return new Play(seed, { ...LAWS, ...laws }).played(blows);
}

class Play {
  readonly #clock = new Clock();
  readonly #chance: Chance;
  readonly #around: Around;
  readonly #laws: Laws;
  readonly #hosts: readonly Host[];
  readonly #operator: Member;
  readonly #given = new Map<string, Given>();
  readonly #heard: Message[] = [];
  readonly #lines: string[] = [];
  #broken: string | null = null;
  #isOver = false;

  constructor(seed: number, laws: Laws) {
    this.#laws = laws;
    this.#chance = new Chance(seed + 1);
    const engine = new Engine(this.#clock, this.#chance);
    this.#around = { engine, chance: this.#chance, queue: new Queue(engine), answers: engine.bucket<Posted>() };
    const followed = (host: Host, message: Message) => this.#followed(host, message);
    this.#hosts = Array.from({ length: HOSTS }, (_, at) => new Host(`host-${at + 1}`, this.#around, laws, followed));
    this.#operator = new Member('operator', this.#clock, this.#chance);
    this.#operator.every(3 * HOUR, () => this.#clock.after(this.#chance.upTo(2 * HOUR), () => this.#give('ann')));
    this.#operator.every(20 * MINUTE, () => this.#looksForAnswers());
  }

  played(blows: readonly Blow[]): Played {
    for (const blow of blows) this.#clock.after(blow.atMs, () => this.#strike(blow));
    const run = (untilMs: number) => {
      while (this.#broken === null && this.#clock.step(untilMs));
    };
    run(STORM_MS);
    this.#isOver = true;
    run(STORM_MS + 8 * DAY);
    this.#around.engine.calm();
    run(STORM_MS + 8 * DAY + CALM_MS);
    for (const { request, outcome, followed } of this.#given.values()) {
      if (outcome === 'waits') this.#breaks(`nobody ever learns what became of ${request}`);
      if (outcome !== 'answered' && followed === 0 && this.#around.queue.acknowledged.has(request)) this.#breaks(`${request} is lost`);
      if (outcome !== 'answered' && followed > 0) this.#breaks(`${request} was followed, and its answer never came`);
    }
    return { broken: this.#broken, lines: this.#lines };
  }

  #give(key: string): void {
    if (this.#isOver) return;
    const { engine, queue } = this.#around;
    const command = this.#chance.of(Object.keys(MOST_AGE));
    const { name: host } = this.#chance.of(this.#hosts);
    const signed: Signed = { fleet: FLEET, host, request: `r${this.#given.size + 1}`, command, signedMs: this.#clock.nowMs };
    const message = { ...signed, signature: signed, key };
    this.#say(`${key} gives ${command} to ${host}: ${signed.request}`);
    this.#given.set(signed.request, { ...signed, key, outcome: 'waits', followed: 0 });
    // The same bytes once more, as long as it is not known that they are there.
    const send = (tries: number) =>
      queue.append(this.#operator.cut, host, message, (written) => {
        if (written === null && tries > 0) engine.clock.after(MINUTE, () => send(tries - 1));
      });
    send(5);
    this.#heard.push({ ...message, atMs: this.#clock.nowMs });
  }

  #strike(blow: Blow): void {
    const host = this.#hosts[blow.member]!;
    const { engine } = this.#around;
    this.#say(`${blow.what} ${host.name} ${Math.round(blow.forMs / MINUTE)} min`);
    if (!blow.what.startsWith('own:')) strike(blow, host, engine);
    else if (blow.what === 'own:gone') host.restart(8 * blow.forMs);
    else if (blow.what === 'own:view') this.#give('eve');
    else if (this.#heard.length > 0) this.#attacks(blow.what, this.#chance.of(this.#heard), host.name);
  }

  #attacks(what: What, old: Message, other: string): void {
    const { queue } = this.#around;
    const changes = [{ command: 'stop' }, { request: 'r0' }, { signedMs: this.#clock.nowMs }];
    if (what === 'own:replay') queue.put(old.host, old);
    if (what === 'own:alter') queue.put(old.host, { ...old, ...this.#chance.of(changes) });
    if (what === 'own:foreign') queue.put(other, { ...old, ...this.#chance.of([{}, { host: other }]) });
  }

  #followed({ name }: Host, { request, command, signedMs }: Message): void {
    this.#say(`${name} follows ${request}: ${command}`);
    const given = this.#given.get(request);
    if (given === undefined || given.host !== name || given.command !== command || given.key !== 'ann' || given.signedMs !== signedMs) {
      this.#breaks(`${name} follows ${command} (${request}), which nobody may have given it`);
      return;
    }
    given.followed += 1;
    if (given.followed > 1) this.#breaks(`${request} is followed twice`);
    if (this.#clock.nowMs - given.signedMs > MOST_AGE[command]! + SLACK_MS) this.#breaks(`${request} is followed when it is too old`);
    if (given.outcome === 'too old') this.#breaks(`${request} is followed after it was said to be too old`);
  }

  #looksForAnswers(): void {
    for (const given of this.#given.values()) {
      if (given.outcome === 'answered') continue;
      this.#around.answers.read(this.#operator.cut, `${given.host}.${given.request}`, (came) => {
        if (came === null || given.outcome === 'answered') return;
        if (came.row !== null) given.outcome = 'answered';
        else if (!this.#laws.mayBeFollowed(given.command, this.#clock.nowMs - given.signedMs)) given.outcome = 'too old';
      });
    }
  }

  #breaks(what: string): void {
    this.#broken ??= what;
    this.#say(what);
  }

  #say(what: string): void {
    this.#lines.push(`${(this.#clock.nowMs / HOUR).toFixed(2).padStart(8)} h  ${what}`);
  }
}
