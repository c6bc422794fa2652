import { Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { RunDecision } from '../../src/core/decision.ts';
import type { Action, Fact, Question } from '../../src/core/model/facts.ts';
import { questionsOf } from '../../streams/questions.ts';

const resume = (run: string, attempt: number): Action => ({
  kind: 'resume',
  id: `${run}/${attempt}`,
  run,
  attempt,
  mode: 'resume',
  session: null,
  prompt: { reason: 'dead', refusal: null, operator: null },
});
const settled = (run: string, attempt: number): Fact => ({
  kind: 'action.settled',
  run,
  action: `${run}/${attempt}`,
  outcome: { kind: 'started', attempt, shim: null, agent: null },
});
const died = (run: string): Fact => ({
  kind: 'process.exited',
  run,
  attempt: 1,
  code: 0,
  signal: null,
  outOfMemory: false,
  survivors: [],
});

/** Returns what is asked after each decision. */
function asking() {
  const decisions$ = new Subject<RunDecision>();
  const asked: string[] = [];
  questionsOf(decisions$).subscribe(({ question: { kind, run } }) => asked.push(`${kind} of ${run}`));
  return (fact: Fact, actions: readonly Action[] = [], kinds: readonly Question['kind'][] = [], mono = 0): readonly string[] => {
    const observation = { ...fact, seq: 1, at: { wall: mono, mono }, jitter: 0 };
    const questions = kinds.map((kind) => ({ kind, run: fact.run, attempt: 1 }));
    decisions$.next({ observation, actions, questions, run: { id: fact.run } } as unknown as RunDecision);
    return asked.splice(0);
  };
}

describe('questions', () => {
  test('are asked at once if nothing is started', () => {
    const decided = asking();
    expect(decided(died('a'), [], ['check', 'evidence'])).toEqual(['check of a', 'evidence of a']);
  });

  test('before the first attempt are asked at once: they look at what it begins with', () => {
    const decided = asking();
    expect(decided(died('a'), [resume('a', 1)], ['evidence'])).toEqual(['evidence of a']);
  });

  test('about an attempt that is being replaced wait until the next one has started', () => {
    const decided = asking();
    expect(decided(died('a'), [resume('a', 2)], ['evidence'])).toEqual([]);
    expect(decided(died('b'), [], ['check'])).toEqual(['check of b']);
    expect(decided(settled('a', 2))).toEqual(['evidence of a']);
  });

  test('wait for the restarts of other runs, too', () => {
    const decided = asking();
    decided(died('a'), [resume('a', 2)], ['evidence']);
    decided(died('b'), [resume('b', 2)], ['evidence']);
    expect(decided(settled('a', 2))).toEqual([]);
    expect(decided(settled('b', 2))).toEqual(['evidence of a', 'evidence of b']);
  });

  test('do not wait for a restart of another run that takes long', () => {
    const decided = asking();
    decided(died('b'), [resume('b', 2)], ['evidence'], 0);
    decided(died('a'), [resume('a', 2)], ['evidence'], 1500);
    expect(decided(settled('a', 2), [], [], 1600)).toEqual([]);
    expect(decided(died('c'), [], [], 2500)).toEqual(['evidence of a']);
    expect(decided(settled('b', 2), [], [], 9000)).toEqual(['evidence of b']);
  });
});
