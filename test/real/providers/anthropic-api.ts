import type { Api } from './model-server.ts';
import { callId } from './model-server.ts';
import { usageOf } from './usage.ts';

/** Anthropic's messages. */
export const ANTHROPIC: Api = {
  path: /\/v1\/messages(\?|$)/,
  messages: (body) => body.messages,
  usageOf: (answer) => ({ ...usageOf(answer), cacheWrite: 300 + answer, reasoning: 0 }),
  async answer(response, answer, { usage: served, model, headers, end }) {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
    const send = (type: string, event: object) => response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...event })}\n\n`);
    const prompt = {
      input_tokens: served.input,
      cache_creation_input_tokens: served.cacheWrite,
      cache_read_input_tokens: served.cacheRead,
    };
    const message = {
      id: `msg_${callId()}`,
      type: 'message',
      role: 'assistant',
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
    };
    send('message_start', { message: { ...message, usage: { ...prompt, output_tokens: 1 } } });
    const blocks = blocksOf(answer);
    for (const [index, { block, delta }] of blocks.entries()) {
      send('content_block_start', { index, content_block: block });
      send('content_block_delta', { index, delta });
      if ('hang' in answer) return;
      if (end && 'text' in answer) await end;
      send('content_block_stop', { index });
    }
    if (end) await end;
    send('message_delta', {
      delta: { stop_reason: 'tool' in answer ? 'tool_use' : 'end_turn', stop_sequence: null },
      usage: { ...prompt, output_tokens: served.output },
    });
    send('message_stop', {});
    response.end();
  },
};

const said = (text: string) => ({ block: { type: 'text', text: '' }, delta: { type: 'text_delta', text } });

function blocksOf(answer: Parameters<Api['answer']>[1]): readonly { readonly block: object; readonly delta: object }[] {
  if ('hang' in answer) return [said(answer.hang)];
  if ('text' in answer) return [said(answer.text)];
  const call = {
    block: { type: 'tool_use', id: `toolu_${callId()}`, name: answer.tool, input: {} },
    delta: { type: 'input_json_delta', partial_json: JSON.stringify(answer.args) },
  };
  return answer.saying === undefined ? [call] : [said(answer.saying), call];
}
