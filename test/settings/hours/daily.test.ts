import { expect, test } from 'vitest';
import { parseDaily } from '../../../src/settings/hours/daily.ts';

const read = (text: string) => parseDaily(text, 'Europe/Berlin', Date.parse('2026-11-30T00:00:00Z'));

test.each([
  ['07:00', '07:00; Europe/Berlin', 420],
  ['00:00', '00:00; Europe/Berlin', 0],
  ['23:59;UTC', '23:59; UTC', 1439],
  ['07:00 ; America/New_York', '07:00; America/New_York', 420],
])('%s is %s', (text, written, minute) => {
  expect(read(text)).toMatchObject({ text: written, minute });
  expect(read(written)).toEqual(read(text));
});

test.each([
  '',
  '7:00',
  '24:00',
  '07:60',
  '07',
  '07:00:00',
  '7am',
  '07:00 UTC',
  '07:00; Berlin',
  '07:00; IST',
  '07:00; UTC; UTC',
  '07:00,08:00',
])('%j is refused', (text) => {
  expect(read(text)).toBe(null);
});
