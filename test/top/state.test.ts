import { describe, expect, test } from 'vitest';
import { type Key, typed } from '../../src/top/keys.ts';
import { BEGIN, chosenRun, type Model, pageOf, press, type State, type Wish } from '../../src/top/state.ts';
import * as moments from '../kit/core/moments.ts';
import { working } from '../kit/core/world.ts';
import { viewed } from '../kit/viewed.ts';

const view = viewed({ blocked: moments.blocked(), done: moments.stopped(), lint: working(), paused: moments.paused() });
const MODEL: Model = { view, detail: null, log: [] };

/** What keys pressed one after the other lead to. */
function pressing(keys: readonly string[], from: State = BEGIN, isAlone = true) {
  const wishes: Wish[] = [];
  let state = from;
  for (const name of keys) {
    const pressed = press(state, { name, isAlone } satisfies Key, MODEL, 10);
    state = pressed.state;
    if (pressed.wish !== null) wishes.push(pressed.wish);
  }
  return { state, wishes, run: chosenRun(MODEL, state)?.name, page: pageOf(state) };
}

const at = (name: string): State => ({ ...BEGIN, chosen: `${name}.1` });

describe('moving', () => {
  test.each<[readonly string[], string]>([
    [[], 'blocked'],
    [['j'], 'paused'],
    [['down', 'down'], 'lint'],
    [['j', 'j', 'k'], 'paused'],
    [['k'], 'blocked'],
    [['G'], 'done'],
    [['G', 'j'], 'done'],
    [['G', 'g'], 'blocked'],
    [['page-down'], 'done'],
  ])('%j chooses %s', (keys, name) => {
    expect(pressing(keys)).toMatchObject({ run: name, wishes: [] });
  });

  test.each<[readonly string[], string]>([
    [['enter'], 'run'],
    [['l'], 'log'],
    [['e'], 'explain'],
    [['?'], 'help'],
    [['enter', 'l', 'esc'], 'run'],
    [['enter', 'l', 'esc', 'esc', 'esc'], 'list'],
    [['?', '?'], 'list'],
  ])('%j shows %s', (keys, page) => {
    expect(pressing(keys)).toMatchObject({ page, wishes: [] });
  });

  test('finds by name, and shows all again', () => {
    expect(pressing(['/', 'l', 'i', 'n', 't', 'enter'])).toMatchObject({ run: 'lint', wishes: [] });
    expect(pressing(['/', 'l', 'i', 'n', 't', 'enter', 'esc']).state.find).toBe('');
    expect(pressing(['/', 'q', 'x', 'esc'])).toMatchObject({ wishes: [], state: { find: '' } });
  });

  test('q and Ctrl-C quit', () => {
    expect([pressing(['q']).wishes, pressing(['ctrl-c']).wishes]).toEqual([[{ kind: 'quit' }], [{ kind: 'quit' }]]);
  });
});

describe('acting', () => {
  test.each<[string, string, string]>([
    ['lint', 'p', 'pause'],
    ['paused', 'p', 'unpause'],
    ['blocked', 'r', 'resume'],
    ['done', 'r', 'resume'],
  ])('%s: %s asks to %s, and only y is yes', (name, key, verb) => {
    expect(pressing([key], at(name))).toMatchObject({ state: { ask: { act: { verb } } }, wishes: [] });
    expect(pressing([key, 'y'], at(name)).wishes).toMatchObject([{ kind: 'act', act: { verb }, run: { name } }]);
    for (const no of ['enter', 'esc', 'n', 'Y', ' ', 'q', key, 'down'])
      expect(pressing([key, no], at(name))).toMatchObject({ state: { ask: null }, wishes: [] });
  });

  test('x wants the name of the run', () => {
    const type = (text: string) => pressing(['x', ...text, 'enter'], at('lint')).wishes;
    expect(type('lint')).toMatchObject([{ kind: 'act', act: { verb: 'stop' }, run: { name: 'lint' } }]);
    for (const wrong of ['', 'y', 'lin', 'lint2', 'LINT']) expect(type(wrong)).toEqual([]);
    expect(pressing(['x', 'l', 'i', 'n', 't', 'esc'], at('lint')).wishes).toEqual([]);
    expect(pressing(['x', 'l', 'i', 'n', 'y', 'backspace', 't', 'enter'], at('lint')).wishes).toHaveLength(1);
  });

  test('what makes no sense is not asked', () => {
    expect(pressing(['x'], at('done'))).toMatchObject({ state: { ask: null, message: expect.stringContaining('nothing to stop') } });
    expect(pressing(['a'], at('lint'))).toMatchObject({ state: { ask: null, message: expect.stringContaining('nothing to ack') } });
    expect(pressing(['r'], at('lint')).state.ask).toBe(null);
  });

  test('keys that come together are pasted text: they neither ask, confirm nor quit', () => {
    for (const key of ['a', 'p', 'r', 'x', 'q'])
      expect(pressing([key], at('lint'), false)).toMatchObject({ state: { ask: null }, wishes: [] });
    const asked = pressing(['p'], at('lint')).state;
    expect(pressing(['y'], asked, false)).toMatchObject({ state: { ask: null }, wishes: [] });
    const { keys } = typed('pyxlint\rq', { rest: '', isPasting: false });
    let state = at('lint');
    for (const key of keys) {
      const pressed = press(state, key, MODEL, 10);
      state = pressed.state;
      expect(pressed.wish).toBe(null);
    }
  });
});
