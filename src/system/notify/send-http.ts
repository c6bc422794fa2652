import type { Message } from '../../core/notices/message.ts';
import { type Delivered, refused } from '../../core/notices/schedule.ts';
import { because } from './because.ts';
import type { HttpChannel, HttpTarget } from './channel.ts';
import { httpPost } from './http-post.ts';

/** The largest body that is sent. */
const MAX_BODY_BYTES = 65_536;
/** Statuses that may change in a moment: timed out, too early, too many requests. */
const PASSING = [408, 425, 429];

/** Posts a message to a receiver of notices. */
export async function sendHttp(channel: HttpChannel, message: Message, deadlineMs: number): Promise<Delivered> {
  const { url, body } = httpPost(channel, message);
  const headers = { 'Idempotency-Key': message.key, 'X-Dogwatch-Notice-Id': message.noticeId };
  return postJson({ ...channel.target, url }, body, headers, deadlineMs);
}

/**
 * Posts JSON. Redirects are not followed: the body is meant only for the configured receiver.
 */
export async function postJson(
  { url, authorization }: HttpTarget,
  body: string,
  headers: Readonly<Record<string, string>>,
  deadlineMs: number,
): Promise<Delivered> {
  const bytes = Buffer.from(body);
  if (bytes.length > MAX_BODY_BYTES) return refused(`the message has ${bytes.length} bytes; at most ${MAX_BODY_BYTES} are allowed`, false);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'User-Agent': 'dogwatch',
        ...headers,
        ...(authorization === null ? {} : { Authorization: authorization }),
        'Content-Type': 'application/json',
      },
      body: bytes,
      redirect: 'manual',
      signal: AbortSignal.timeout(deadlineMs),
    });
    // The body is of no interest, and may be long.
    await response.body?.cancel();
    return judged(response);
  } catch (error) {
    return refused(because(error, deadlineMs), true);
  }
}

function judged({ ok, status, statusText }: Response): Delivered {
  if (ok) return { kind: 'accepted' };
  const what = `it answered ${status} ${statusText}`.trimEnd();
  if (status >= 300 && status < 400) return refused(`${what}, a redirect, which is not followed: configure its target instead`, false);
  return refused(what, status >= 500 || PASSING.includes(status));
}
