import { describe, expect, test } from 'vitest';
import { NEW_HOST } from '../../../src/core/host/state.ts';
import type { Fact, Instant } from '../../../src/core/model/facts.ts';
import type { HostFact } from '../../../src/core/model/host.ts';
import { World } from '../../../src/core/world.ts';
import { disk } from '../../kit/core/disks.ts';
import { answered, HOUR, MARKS, MINUTE, process, specWith } from '../../kit/core/world.ts';

const NOON = Date.UTC(2026, 10, 30, 12);
const MIDNIGHT = Date.UTC(2026, 11, 1);
const RULES = { marks: MARKS, mayAct: true, recovers: false, day: { capUsd: 10, gracePercent: 10, zone: 'UTC' } };

type Untimed<F> = F extends Fact | HostFact ? F : never;

/** A watchdog of several runs, with a cap of the day. */
class Several {
  world = new World({ runs: [], holds: [], host: NEW_HOST }, RULES, () => null);
  now: Instant = { wall: NOON, mono: HOUR };
  #seq = 0;
  readonly actions: string[] = [];

  tell(fact: Untimed<Fact | HostFact>): void {
    this.#seq += 1;
    const decision = this.world.observe({ ...fact, seq: this.#seq, at: this.now, jitter: 0 });
    for (const action of decision?.kind === 'refused' || decision == null ? [] : decision.actions)
      this.actions.push(
        `${'run' in action ? action.run : 'host'}: ${action.kind}${action.kind === 'tell' && action.isOver ? ' over' : ''}`,
      );
  }

  after(ms: number, monoMs = ms): void {
    this.now = { wall: this.now.wall + ms, mono: this.now.mono + monoMs };
    this.tell({ kind: 'disk.sampled', takenMono: this.now.mono, isWhole: true, filesystems: [disk()], unreachable: [] });
    for (const run of this.world.due(this.now)) this.tell({ kind: 'tick', run });
  }

  starts(name: string): void {
    const run = `${name}-1`;
    this.tell({
      kind: 'run.registered',
      run,
      request: name,
      generation: 1,
      spec: specWith({ name, environmentFile: run, cwd: `/${name}`, sessions: false }),
      foreign: null,
    });
    this.settles(run);
  }

  settles(run: string): void {
    const pending = this.world.run(run)?.pending;
    if (pending?.kind === 'resume')
      this.tell({
        kind: 'action.settled',
        run,
        action: pending.id,
        outcome: { kind: 'started', attempt: pending.attempt, shim: process(7), agent: null },
      });
    if (pending?.kind === 'end')
      this.tell({
        kind: 'action.settled',
        run,
        action: pending.id,
        outcome: { kind: 'ended', attempt: pending.attempt, because: 'SIGTERM' },
      });
  }

  says(run: string, usd: number, isStep = false): void {
    const cursor = { dev: 1, ino: 2, birthMs: 3, offset: this.#seq, marker: 'm', countedOffset: 1, midLine: false };
    const signals = [...(isStep ? [{ kind: 'tool' as const }] : []), answered(usd, 1000, `answer ${this.#seq}`)];
    this.tell({ kind: 'log.read', run, attempt: 1, path: '/log', bytes: 9, lines: 1, signals, cursor, gap: null });
  }
}

describe('three runs and a cap of the day', () => {
  function spent(): Several {
    const several = new Several();
    for (const name of ['a', 'b', 'c']) several.starts(name);
    several.says('a-1', 4);
    several.says('b-1', 6.2);
    several.actions.length = 0;
    return several;
  }

  test('each living one ends with its step, one notice says why, and nothing is started until midnight', () => {
    const several = spent();
    several.after(MINUTE);
    several.says('a-1', 0.1, true);
    several.says('b-1', 0.1, true);
    expect(several.actions).toEqual(['host: tell', 'a-1: end', 'b-1: end']);
    for (const run of ['a-1', 'b-1']) several.settles(run);
    several.starts('d');
    several.after(6 * HOUR);
    expect(several.actions).toEqual(['host: tell', 'a-1: end', 'b-1: end']);
    expect(several.world.run('a-1')?.holds).toMatchObject([{ kind: 'cap', untilWall: MIDNIGHT }]);
    expect(several.world.run('d-1')).toMatchObject({ state: 'waiting', attempt: null });
    several.after(MIDNIGHT - several.now.wall);
    several.after(MINUTE);
    expect(several.actions.slice(3).sort()).toEqual(['a-1: resume', 'b-1: resume', 'd-1: resume', 'host: tell over']);
    expect(several.world.run('a-1')?.charged).toEqual([]);
  });

  test('one that goes on far beyond it is ended in the middle of its turn', () => {
    const several = spent();
    several.says('b-1', 1);
    several.after(1000);
    expect(several.actions.sort()).toEqual(['a-1: end', 'b-1: end', 'c-1: end', 'host: tell']);
  });

  test('a watchdog that restarts knows what was spent, and does not say it again', () => {
    const several = spent();
    several.after(MINUTE);
    const { runs, host } = several.world;
    const sums = [{ quarter: Math.floor(NOON / 900_000), usd: 10.2, unpriced: 0 }];
    several.world = new World({ runs, holds: [], host, spent: sums }, RULES, () => null);
    several.after(MINUTE);
    several.starts('d');
    several.after(MINUTE);
    expect(several.actions).toEqual(['host: tell']);
    expect(several.world.run('d-1')?.attempt).toBeNull();
  });

  test('a clock that jumps a day and back holds it again', () => {
    const several = spent();
    several.starts('d');
    several.after(24 * HOUR, MINUTE);
    several.after(-24 * HOUR, MINUTE);
    several.starts('e');
    expect(several.world.run('e-1')).toMatchObject({ state: 'waiting', attempt: null });
  });
});
