import { stripVTControlCharacters } from 'node:util';

const MAX_LENGTH = 1024;

/** The beginning of a line of prose, without escapes. */
export const plainLine = (line: string): string => stripVTControlCharacters(line.slice(0, MAX_LENGTH)).trimEnd();
