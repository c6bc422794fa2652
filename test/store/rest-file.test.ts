import { existsSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Run } from '../../src/core/model/run.ts';
import { restFile } from '../../src/store/directory/layout.ts';
import { RestNotes, readRest } from '../../src/store/rest-file.ts';
import { stateDirectory } from '../kit/opened-store.ts';
import { newRunNamed } from '../kit/samples-of-decisions.ts';

const goingOn = newRunNamed('job');
const paused: Run = { ...goingOn, paused: { because: 'later', at: { wall: 1, mono: 1 } } };
const stopped: Run = { ...goingOn, state: 'stopped' };

describe('what is noted of a run at rest', () => {
  test('is removed before the run goes on', () => {
    const where = stateDirectory();
    const notes = new RestNotes(where);
    notes.after(paused);
    expect(readRest(where, goingOn.id)).toBe('paused');
    notes.before(goingOn);
    expect(existsSync(restFile(where, goingOn.id))).toBe(false);
  });

  test('is not written again by the next watchdog, unless it is another rest', () => {
    const where = stateDirectory();
    new RestNotes(where).after(paused);
    const written = () => statSync(restFile(where, goingOn.id)).ino;
    const before = written();
    const notes = new RestNotes(where);
    notes.after(paused);
    expect(written()).toBe(before);
    notes.after(stopped);
    expect(readRest(where, goingOn.id)).toBe('stopped');
  });

  test('is written by the next watchdog if it is not there', () => {
    const where = stateDirectory();
    new RestNotes(where).after(paused);
    new RestNotes(where).before(goingOn);
    new RestNotes(where).after(paused);
    expect(readRest(where, goingOn.id)).toBe('paused');
  });
});
