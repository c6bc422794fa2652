import type { Message } from '../../core/notices/message.ts';
import { type Delivered, refused } from '../../core/notices/schedule.ts';
import { errorMessage } from '../../core/values/error-message.ts';
import { truncate } from '../../core/values/truncate.ts';
import { redact } from '../text/redact.ts';
import { sanitizeForTerminal } from '../text/sanitize.ts';
import { type Channel, type ExecChannel, type HttpChannel, secretsOf } from './channel.ts';

/** A channel that takes longer than this has failed. */
const SEND_DEADLINE_MS = 15_000;
const MAX_REASON_LENGTH = 300;

/** Sends a message to one channel, once. Never throws; the result contains no secret. */
export const send = async (channel: Channel, message: Message, deadlineMs = SEND_DEADLINE_MS): Promise<Delivered> =>
  withoutSecrets(channel, await attempt(channel, message, deadlineMs));

/** The same for a document that is no notice. `key` is the same for each try. */
export async function sendDocument(
  channel: ExecChannel | HttpChannel,
  document: unknown,
  key: string,
  deadlineMs = SEND_DEADLINE_MS,
): Promise<Delivered> {
  const sent =
    channel.kind === 'exec'
      ? import('./send-to-program.ts').then(({ sendToProgram }) => sendToProgram(channel, { document }, deadlineMs))
      : import('./send-http.ts').then(({ postJson }) =>
          postJson(channel.target, JSON.stringify(document), { 'Idempotency-Key': key }, deadlineMs),
        );
  return withoutSecrets(channel, await sent.catch((error: unknown) => refused(errorMessage(error), true)));
}

function withoutSecrets(channel: Channel, delivered: Delivered): Delivered {
  if (delivered.kind === 'accepted') return delivered;
  const secrets = Object.fromEntries(secretsOf(channel).map((secret, index) => [`SECRET_${index}`, secret]));
  return { ...delivered, because: truncate(sanitizeForTerminal(redact(delivered.because, secrets)), MAX_REASON_LENGTH).toWellFormed() };
}

/** Each channel's dependencies are loaded on first use. */
async function attempt(channel: Channel, message: Message, deadlineMs: number): Promise<Delivered> {
  try {
    switch (channel.kind) {
      case 'exec':
        return await (await import('./send-to-program.ts')).sendToProgram(channel, message, deadlineMs);
      case 'smtp':
        return await (await import('./send-mail.ts')).sendMail(channel, message, deadlineMs);
      case 'webhook':
      case 'slack':
      case 'discord':
      case 'ntfy':
        return await (await import('./send-http.ts')).sendHttp(channel, message, deadlineMs);
    }
  } catch (error) {
    return refused(errorMessage(error), true);
  }
}
