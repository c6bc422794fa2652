import type { Api } from './model-server.ts';
import { callId } from './model-server.ts';

/** Anthropic's messages. */
export const ANTHROPIC: Api = {
  path: /\/v1\/messages(\?|$)/,
  messages: (body) => body.messages,
  answer(response, answer) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (type: string, event: object) => response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...event })}\n\n`);
    const usage = { input_tokens: 100, output_tokens: 1 };
    const message = {
      id: `msg_${callId()}`,
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [],
      stop_reason: null,
      stop_sequence: null,
    };
    send('message_start', { message: { ...message, usage } });
    if ('tool' in answer) {
      const block = { type: 'tool_use', id: `toolu_${callId()}`, name: answer.tool, input: {} };
      send('content_block_start', { index: 0, content_block: block });
      send('content_block_delta', { index: 0, delta: { type: 'input_json_delta', partial_json: JSON.stringify(answer.args) } });
    } else {
      send('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
      send('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'hang' in answer ? answer.hang : answer.text } });
    }
    if ('hang' in answer) return;
    send('content_block_stop', { index: 0 });
    send('message_delta', {
      delta: { stop_reason: 'tool' in answer ? 'tool_use' : 'end_turn', stop_sequence: null },
      usage: { output_tokens: 20 },
    });
    send('message_stop', {});
    response.end();
  },
};
