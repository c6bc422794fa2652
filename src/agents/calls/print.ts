import { hash } from 'node:crypto';

/** Enough to tell the calls of an attempt apart. */
const LENGTH = 12;

/** A short hash of a call's input or result. */
export const printOf = (text: string): string => hash('sha1', text, 'base64url').slice(0, LENGTH);

/** The input or result is not in the event, so nothing can be compared with it. */
export const UNSEEN = '';
