import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND, type Story, working } from '../../kit/core/world.ts';

const YEAR = 365 * 24 * HOUR;

/** What a healthy run and its surroundings do. */
type Stretch =
  | { readonly kind: 'silence' | 'tool' | 'thought' | 'absence'; readonly ms: number }
  | { readonly kind: 'jump'; readonly wallMs: number }
  | { readonly kind: 'doubled' | 'evidence' | 'tick' };

const stretch: fc.Arbitrary<Stretch> = fc.oneof(
  fc.record({ kind: fc.constant('silence' as const), ms: fc.nat(14 * MINUTE) }),
  fc.record({ kind: fc.constant('tool' as const), ms: fc.nat(110 * MINUTE) }),
  fc.record({ kind: fc.constant('thought' as const), ms: fc.nat(3 * HOUR) }),
  fc.record({ kind: fc.constant('absence' as const), ms: fc.nat(8 * HOUR) }),
  fc.record({ kind: fc.constant('jump' as const), wallMs: fc.integer({ min: -YEAR, max: YEAR }) }),
  fc.constantFrom<Stretch>({ kind: 'doubled' }, { kind: 'evidence' }, { kind: 'tick' }),
);

/** A run that lives on, with a sample of its processes every 15 s while the watchdog is there. */
class Life {
  readonly story: Story;
  #cpuMs = 0;

  constructor() {
    this.story = working();
  }

  /** It commits now and then. */
  live(next: Stretch): void {
    this.#lives(next);
    const { glance, number = 0 } = this.story.run.attempt ?? {};
    if (glance?.asked != null) this.story.glanced({ head: `commit ${this.story.now.mono}` }, number);
  }

  #lives(next: Stretch): void {
    const { story } = this;
    switch (next.kind) {
      case 'silence':
        this.#looked(next.ms, 0.013, null);
        story.says({ kind: 'tool' });
        return;
      case 'tool':
        this.#looked(next.ms, 0, 'make');
        story.after(15 * SECOND).sample(this.#cpuMs);
        return;
      case 'thought':
        this.#looked(next.ms, 0.33, null);
        return;
      case 'absence':
        // It worked while the watchdog was away; its log is read only after the first sample.
        story.after(next.ms).restarts();
        story.sample(this.#cpuMs);
        story.after(15 * SECOND).says();
        return;
      case 'jump':
        story.now = { ...story.now, wall: story.now.wall + next.wallMs };
        return;
      case 'doubled':
        story.sample(this.#cpuMs);
        story.log(0);
        story.sample(this.#cpuMs);
        return;
      case 'evidence':
        story.gathered();
        return;
      case 'tick':
        story.tick();
    }
  }

  #looked(ms: number, cpuShare: number, key: string | null): void {
    const sinceMono = this.story.now.mono;
    for (let gone = 0; gone < ms; gone += 15 * SECOND) {
      this.#cpuMs += 15 * SECOND * cpuShare;
      this.story.after(15 * SECOND).sample(this.#cpuMs, key === null ? null : { key, sinceMono });
    }
  }
}

test('a healthy run costs nothing: no action, no question but for its evidence, whatever it is busy with', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 12, size: 'max' }), (stretches) => {
      const life = new Life();
      const before = life.story.decisions.length;
      for (const next of stretches) life.live(next);
      const decisions = life.story.decisions.slice(before);
      expect(decisions.flatMap(({ actions }) => actions)).toEqual([]);
      expect(decisions.flatMap(({ questions }) => questions).filter(({ kind }) => kind !== 'glance')).toEqual([]);
      expect(decisions.filter(({ run }) => run.state !== 'working' && run.state !== 'quiet')).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
