import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { corrupt, storeError } from '../directory/error.ts';

/**
 * Converts each row that a statement returns. Throws StoreError if the database can't be read or
 * holds nonsense.
 */
export function documents<Row, T>(
  path: string,
  statement: () => StatementSync,
  values: readonly SQLInputValue[],
  as: (row: Row) => T,
): T[] {
  try {
    const rows = statement().all(...values) as Row[];
    return rows.map(as);
  } catch (error) {
    if (error instanceof SyntaxError) throw corrupt(path, `a row that is not JSON (${error.message})`, error);
    throw storeError(error, path);
  }
}

/** The same, but skips rows that are not JSON and calls `leftOut` for each. */
export function readable<Row, T>(
  path: string,
  statement: () => StatementSync,
  values: readonly SQLInputValue[],
  as: (row: Row) => T,
  leftOut: (row: Row) => void,
): T[] {
  return documents<Row, Row>(path, statement, values, (row) => row).flatMap((row) => {
    try {
      return [as(row)];
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      leftOut(row);
      return [];
    }
  });
}

/** Parses a row that is one JSON document. */
export const documentOf = <T>({ document }: { document: string }): T => JSON.parse(document) as T;
