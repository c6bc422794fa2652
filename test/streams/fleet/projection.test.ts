import { VirtualTimeScheduler } from 'rxjs';
import { expect, onTestFinished, test } from 'vitest';
import { GONE } from '../../../src/core/fleet/outbox.ts';
import type { Run } from '../../../src/core/model/run.ts';
import { Projection, type ProjectionDeps } from '../../../streams/fleet/projection.ts';
import { newRunNamed } from '../../kit/samples-of-decisions.ts';

/** A projection of runs that are only in memory, with the rows that it has made. */
class Stage {
  readonly scheduler = new VirtualTimeScheduler();
  readonly rows = new Map<string, string>();
  readonly problems: string[] = [];
  readonly active: Run[] = [];
  /** Those that are over, as the store has them. */
  readonly over: Run[] = [];
  around = '';
  isReady = false;
  made = 0;
  /** How long a row takes, in ms. */
  takesMs = 0;
  #clockMs = 0;
  readonly projection: Projection;

  constructor(patch: Partial<ProjectionDeps> = {}) {
    this.projection = new Projection({
      document: (run) => {
        this.#clockMs += this.takesMs;
        this.made++;
        return JSON.stringify({ id: run.id, because: run.because });
      },
      around: () => this.around,
      active: () => this.active,
      places: () => this.over.map((_, index) => index),
      runAt: (place) => this.over[place] ?? null,
      keys: () => this.rows.keys(),
      changed: (documents) => {
        for (const [key, text] of documents)
          if (text === GONE) this.rows.delete(key);
          else this.rows.set(key, text);
      },
      ready: () => {
        this.isReady = true;
      },
      report: (problem) => this.problems.push(problem),
      clockMs: () => this.#clockMs,
      scheduler: this.scheduler,
      ...patch,
    });
  }

  begin(): void {
    const subscription = this.projection.projecting$.subscribe();
    onTestFinished(() => subscription.unsubscribe());
  }

  pass(ms: number): void {
    this.scheduler.maxFrames = this.scheduler.now() + ms;
    this.scheduler.flush();
  }
}

const run = (name: string, patch: Partial<Run> = {}): Run => ({ ...newRunNamed(name), ...patch });
const because = (text: string | undefined): unknown => JSON.parse(text ?? '{}').because;

test('at the start all runs get their rows, and what has no run any more loses its row', () => {
  const stage = new Stage();
  stage.active.push(run('a'));
  stage.over.push(run('b'), run('c'));
  stage.rows.set('gone', '{}');
  stage.begin();
  stage.pass(1000);
  expect([...stage.rows.keys()].sort()).toEqual(['a', 'b', 'c']);
  expect(stage.isReady).toBe(true);
});

test('a program that was killed after a decision and before its row was made makes it at its next start', () => {
  const stage = new Stage();
  stage.rows.set('a', '{"because":"before"}');
  stage.active.push(run('a', { because: 'decided' }));
  // Nothing is marked: the mark was lost with the program.
  stage.begin();
  stage.pass(1000);
  expect(because(stage.rows.get('a'))).toBe('decided');
});

test('of many changes within a moment the last one is projected, once', () => {
  const stage = new Stage();
  stage.begin();
  stage.pass(1000);
  stage.made = 0;
  for (let change = 0; change < 100; change++) stage.projection.mark(run('a', { because: `change ${change}` }));
  stage.pass(250);
  expect([because(stage.rows.get('a')), stage.made]).toEqual(['change 99', 1]);
});

test('a long look is interrupted, and all come in the end', () => {
  const stage = new Stage();
  stage.takesMs = 3;
  for (let index = 0; index < 100; index++) stage.active.push(run(`run-${index}`));
  stage.begin();
  stage.pass(21);
  expect(stage.rows.size).toBeLessThan(5);
  stage.pass(5000);
  expect(stage.rows.size).toBe(100);
  expect(stage.isReady).toBe(true);
});

test('a removed run loses its row, and its name can be given again', () => {
  const stage = new Stage();
  stage.active.push(run('a'));
  stage.begin();
  stage.pass(1000);
  stage.active.pop();
  stage.projection.remove('a.1');
  stage.pass(250);
  expect(stage.rows.has('a')).toBe(false);
  stage.projection.mark(run('a', { ...newRunNamed('a', 2), because: 'anew' }));
  stage.pass(250);
  expect(because(stage.rows.get('a'))).toBe('anew');
});

test('a late word of an earlier run of the same name does not replace the row', () => {
  const stage = new Stage();
  stage.begin();
  stage.projection.mark(run('a', { ...newRunNamed('a', 2), because: 'the second' }));
  stage.pass(250);
  stage.projection.mark(run('a', { ...newRunNamed('a', 1), because: 'late' }));
  stage.pass(250);
  expect(because(stage.rows.get('a'))).toBe('the second');
});

test('what is said around the runs is new: the rows of active runs are made anew', () => {
  const stage = new Stage();
  stage.active.push(run('a'), run('b'));
  stage.over.push(run('c'));
  stage.begin();
  stage.pass(1000);
  stage.made = 0;
  stage.around = 'a notice was sent';
  stage.projection.mark(run('a'));
  stage.pass(500);
  expect(stage.made).toBe(2);
});

test('a run that cannot be described is reported, and the others are shown', () => {
  const stage = new Stage({
    document: ({ name }) => {
      if (name === 'bad') throw new Error('it is damaged');
      return '{}';
    },
  });
  stage.active.push(run('bad'), run('good'));
  stage.begin();
  stage.pass(2000);
  expect([...stage.rows.keys()]).toEqual(['good']);
  expect(stage.problems[0]).toContain('it is damaged');
});
