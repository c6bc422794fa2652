import { type Api, callId } from './model-server.ts';

/** OpenAI's chat completions. */
export const CHAT: Api = {
  path: /\/chat\/completions$/,
  messages: (body) => body.messages,
  answer(response, answer) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const say = (delta: unknown, finish: string | null = null) =>
      response.write(
        `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
      );
    if ('hang' in answer) {
      say({ role: 'assistant', content: answer.hang });
      return;
    }
    if ('tool' in answer) {
      const call = { index: 0, id: callId(), type: 'function' };
      say({ role: 'assistant', tool_calls: [{ ...call, function: { name: answer.tool, arguments: JSON.stringify(answer.args) } }] });
      say({}, 'tool_calls');
    } else {
      say({ role: 'assistant', content: answer.text });
      say({}, 'stop');
    }
    response.end('data: [DONE]\n\n');
  },
};
