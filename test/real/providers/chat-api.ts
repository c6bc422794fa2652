import { type Api, callId } from './model-server.ts';
import { type Usage, usageOf } from './usage.ts';

/** OpenAI's chat completions. */
export const CHAT: Api = {
  path: /\/chat\/completions$/,
  messages: (body) => body.messages,
  usageOf,
  async answer(response, answer, { usage, model, headers, end }) {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
    const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model };
    const say = (delta: unknown, finish: string | null = null) =>
      response.write(`data: ${JSON.stringify({ ...chunk, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`);
    if ('hang' in answer) {
      say({ role: 'assistant', content: answer.hang });
      return;
    }
    if ('tool' in answer) {
      const call = { index: 0, id: callId(), type: 'function' };
      say({ role: 'assistant', tool_calls: [{ ...call, function: { name: answer.tool, arguments: JSON.stringify(answer.args) } }] });
      if (end) await end;
      say({}, 'tool_calls');
    } else {
      say({ role: 'assistant', content: answer.text });
      if (end) await end;
      say({}, 'stop');
    }
    response.write(`data: ${JSON.stringify({ ...chunk, choices: [], usage: told(usage) })}\n\n`);
    response.end('data: [DONE]\n\n');
  },
};

function told({ input, cacheRead, output, reasoning }: Usage): object {
  const [prompt, completion] = [input + cacheRead, output + reasoning];
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cacheRead },
    completion_tokens_details: { reasoning_tokens: reasoning },
  };
}
