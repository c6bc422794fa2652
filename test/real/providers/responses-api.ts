import type { Api } from './model-server.ts';
import { callId } from './model-server.ts';
import { usageOf } from './usage.ts';

/** OpenAI's responses. */
export const RESPONSES: Api = {
  path: /\/responses$/,
  messages: (body) => body.input,
  usageOf,
  async answer(response, answer, { usage: served, model, headers, end }) {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
    let number = 0;
    const send = (type: string, event: object) =>
      response.write(`event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number++, ...event })}\n\n`);
    const id = `resp_${callId()}`;
    const whole = (status: string, output: readonly object[]) => ({ id, object: 'response', created_at: 1, status, model, output });
    send('response.created', { response: whole('in_progress', []) });
    const item = itemOf(answer);
    send('response.output_item.added', { output_index: 0, item: { ...item, status: 'in_progress' } });
    if ('hang' in answer) return;
    if (end && 'text' in answer) await end;
    send('response.output_item.done', { output_index: 0, item });
    if (end) await end;
    const usage = {
      input_tokens: served.input + served.cacheRead,
      input_tokens_details: { cached_tokens: served.cacheRead },
      output_tokens: served.output + served.reasoning,
      output_tokens_details: { reasoning_tokens: served.reasoning },
      total_tokens: served.input + served.cacheRead + served.output + served.reasoning,
    };
    send('response.completed', { response: { ...whole('completed', [item]), usage } });
    response.end();
  },
};

function itemOf(answer: Parameters<Api['answer']>[1]): object {
  const id = callId();
  if ('tool' in answer)
    return {
      id: `fc_${id}`,
      type: 'function_call',
      status: 'completed',
      call_id: id,
      name: answer.tool,
      ...(answer.namespace !== undefined && { namespace: answer.namespace }),
      arguments: JSON.stringify(answer.args),
    };
  const text = 'hang' in answer ? answer.hang : answer.text;
  return {
    id: `msg_${id}`,
    type: 'message',
    status: 'completed',
    role: 'assistant',
    content: [{ type: 'output_text', text, annotations: [] }],
  };
}
