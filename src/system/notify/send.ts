import type { Message } from '../../core/notices/message.ts';
import type { Delivered } from '../../core/notices/schedule.ts';
import { errorMessage } from '../../core/values/error-message.ts';
import { truncate } from '../../core/values/truncate.ts';
import { redact } from '../text/redact.ts';
import { sanitizeForTerminal } from '../text/sanitize.ts';
import { type Channel, secretsOf } from './channel.ts';

/** A channel that takes longer than this has failed. */
const SEND_DEADLINE_MS = 15_000;
const MAX_REASON_LENGTH = 300;

/** Sends a message to one channel, once. Never throws; the result contains no secret. */
export async function send(channel: Channel, message: Message, deadlineMs = SEND_DEADLINE_MS): Promise<Delivered> {
  const delivered = await attempt(channel, message, deadlineMs);
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
    return { kind: 'refused', because: errorMessage(error), isRetryable: true };
  }
}
