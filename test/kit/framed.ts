import { frame } from '../../src/top/frame.ts';
import type { Pen } from '../../src/top/pen.ts';
import { BEGIN, type Model, type State } from '../../src/top/state.ts';
import type { View } from '../../src/view/model.ts';

/** The live view of this state on a screen of this size, without styles. */
export function framed(view: View, width: number, height: number, changes: Partial<State> = {}, more: Partial<Model> = {}): string[] {
  const pen: Pen = { clock: { nowWall: Date.parse(view.at), isUtc: true, zone: 'UTC' }, isUnicode: true };
  const shown = frame({ ...BEGIN, ...changes }, { view, detail: null, log: [], ...more }, pen, width, height);
  return shown.lines.map(({ text }) => text);
}
