import type { Bucket } from '../engine.ts';
import { checkedPrefix, keyPart } from '../keys.ts';

/** The stream behind a bucket, as NATS names those of its key-value stores. */
export const streamOf = (bucket: Bucket): string => `KV_dw_${bucket}`;

const BUCKET = '$KV.dw_';

/** Where a row is published: a key-value store of NATS has a subject for each key. */
export const subjectOf = (bucket: Bucket, key: string): string => `${BUCKET}${bucket}.${key}`;

export const liveSubject = (host: string): string => `dw.live.${keyPart(host)}`;

/** Where a host gets its answers: no other host may listen there. */
export const inboxOf = (host: string): string => `_INBOX_${keyPart(host)}`;

/** The subjects of all keys that begin with this, and perhaps of others. */
export const filterOf = (bucket: Bucket, prefix: string): string => {
  const whole = checkedPrefix(prefix).slice(0, prefix.lastIndexOf('.') + 1);
  return `${BUCKET}${bucket}.${whole}>`;
};

/** The key of a row that was published there. */
export const keyOf = (bucket: Bucket, subject: string): string => subject.slice(`${BUCKET}${bucket}.`.length);
