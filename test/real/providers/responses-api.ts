import type { Api } from './model-server.ts';
import { callId } from './model-server.ts';

/** OpenAI's responses. */
export const RESPONSES: Api = {
  path: /\/responses$/,
  messages: (body) => body.input,
  answer(response, answer) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let number = 0;
    const send = (type: string, event: object) =>
      response.write(`event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: number++, ...event })}\n\n`);
    const id = `resp_${callId()}`;
    const whole = (status: string, output: readonly object[]) => ({ id, object: 'response', created_at: 1, status, model: 'm', output });
    send('response.created', { response: whole('in_progress', []) });
    const item = itemOf(answer);
    send('response.output_item.added', { output_index: 0, item: { ...item, status: 'in_progress' } });
    if ('hang' in answer) return;
    send('response.output_item.done', { output_index: 0, item });
    const usage = {
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 20,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 120,
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
