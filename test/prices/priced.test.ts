import { beforeAll, describe, expect, test } from 'vitest';
import type { Signal } from '../../src/core/model/facts.ts';
import type { Rates } from '../../src/core/spend/rates.ts';
import type { Money, Share, Usage } from '../../src/core/spend/usage.ts';
import { listedPrice, loadList } from '../../src/prices/list.ts';
import { priced, withMoney } from '../../src/prices/priced.ts';

const MILLION = { input: 1e6, output: 0, cacheRead: 0, cacheWrite: 0 };
const OWN: Rates = [
  { pattern: 'local-*', rate: { input: 2, output: 10, cacheRead: 0.5, cacheWrite: 3 } },
  { pattern: 'gpt-5', rate: { input: 7, output: 7, cacheRead: 7, cacheWrite: 7 } },
];

const usage = (share: Partial<Share>, of: Usage['of'] = 'answer'): Usage => ({
  kind: 'usage',
  of,
  id: 'a',
  shares: [{ model: null, tokens: MILLION, money: null, ...share }],
});

const moneyOf = (signal: Signal): Money | null | undefined => (signal.kind === 'usage' ? signal.shares[0]?.money : undefined);

beforeAll(loadList);

describe('money that an agent does not state', () => {
  test.each<[string, Partial<Share>, string | null, number | null]>([
    ['by the list', { model: 'claude-sonnet-4-20250514', tokens: { ...MILLION, input: 1000 } }, null, 0.003],
    ['of a model that only the command names', { tokens: { ...MILLION, input: 1000 } }, 'claude-sonnet-4-20250514', 0.003],
    ['of a model with its provider', { model: 'anthropic/claude-sonnet-4-0', tokens: { ...MILLION, input: 1000 } }, null, 0.003],
    ['of a model that the agent marks', { model: 'claude-opus-4-5[1m]', tokens: { ...MILLION, input: 1000 } }, null, 0.005],
    ['by a price of the operator', { model: 'local-7b' }, null, 2],
    ['with each kind of tokens', { model: 'local-7b', tokens: { input: 1e6, output: 1e6, cacheRead: 1e6, cacheWrite: 1e6 } }, null, 15.5],
    ['by a price of the operator instead of the list', { model: 'gpt-5' }, null, 7],
    ['by a price of the operator, after the provider', { model: 'ollama/local-7b' }, null, 2],
    ['of an unknown model is unknown', { model: 'nobody-knows-it' }, null, null],
    ['without a model is unknown', {}, null, null],
  ])('%s', (_, share, model, usd) => {
    const money = moneyOf(withMoney(usage(share), model, OWN));
    expect(money?.usd ?? null).toEqual(usd === null ? null : expect.closeTo(usd, 9));
    expect(money?.by ?? 'computed').toBe('computed');
  });

  test('stays as stated where it is', () => {
    const money = { usd: 0.5, by: 'stated' } as const;
    expect(moneyOf(withMoney(usage({ model: 'gpt-5', money }), null, OWN))).toBe(money);
  });

  test('is computed for each share, with the name of its model', () => {
    const both: Usage = { ...usage({ model: 'local-a' }), shares: [...usage({ model: 'local-a' }).shares, ...usage({}).shares] };
    expect(withMoney(both, 'gpt-5', OWN)).toMatchObject({ shares: [{ money: { usd: 2 } }, { model: 'gpt-5', money: { usd: 7 } }] });
  });

  test('no other signal is changed', () => {
    const tool: Signal = { kind: 'tool' };
    expect(priced({ read: () => [tool, usage({ model: 'local-a' })] }, null, OWN).read(['line'])).toEqual([
      tool,
      expect.objectContaining({ shares: [expect.objectContaining({ money: { usd: 2, by: 'computed' } })] }),
    ]);
  });
});

test('the sum of many requests is not priced as one long prompt', () => {
  const tokens = { ...MILLION, output: 1000 };
  const [one, many] = [listedPrice('gemini-2.5-pro', tokens, true), listedPrice('gemini-2.5-pro', tokens, false)];
  expect(many).toBeCloseTo(1.26, 9);
  expect(one).toBeGreaterThan(2);
});

test('what is new in a total of a session has its price, too', () => {
  const total: Usage = {
    ...usage({ model: 'local-7b' }, 'session'),
    since: [{ model: null, tokens: { ...MILLION, input: 5e5 }, money: null }],
  };
  expect(withMoney(total, 'local-7b', OWN)).toMatchObject({
    shares: [{ money: { usd: 2, by: 'computed' } }],
    since: [{ money: { usd: 1, by: 'computed' } }],
  });
});
