import { type Stage, setStage } from '../../kit/stage.ts';

/** Has something undone after the play, before the stage is torn down, last first. */
export type AtEnd = (undo: () => unknown) => void;

/**
 * Plays something on a separate stage, which is torn down whatever happens. An error includes the
 * last decisions.
 */
export async function onStage<T>(play: (stage: Stage, atEnd: AtEnd) => Promise<T>): Promise<T> {
  const stage = setStage();
  const undoing: (() => unknown)[] = [];
  try {
    return await play(stage, (undo) => undoing.unshift(undo));
  } catch (error) {
    if (error instanceof Error) error.message += `\n${await lastDecisions(stage)}`;
    throw error;
  } finally {
    try {
      for (const undo of undoing) await undo();
    } finally {
      await stage.tearDown();
    }
  }
}

/** The same for each of many, several at once. An error names the one that failed. */
export async function onStages<Point>(
  points: readonly Point[],
  atOnce: number,
  nameOf: (point: Point) => string,
  play: (stage: Stage, point: Point) => Promise<void>,
): Promise<void> {
  const left = [...points];
  const turns = async () => {
    for (let point = left.shift(); point !== undefined; point = left.shift()) {
      const name = nameOf(point);
      await onStage((stage) => play(stage, point as Point)).catch((error: unknown) => {
        left.length = 0;
        throw new Error(`${name}: ${error instanceof Error ? error.message : error}`, { cause: error });
      });
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, turns));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

const LAST_LINES = 15;

async function lastDecisions(stage: Stage): Promise<string> {
  const { stdout, stderr } = await stage.dogwatch(['history', 'job']);
  return `${stdout.split('\n').slice(-LAST_LINES).join('\n')}${stderr}`;
}
