import type { Api } from './model-server.ts';
import { usageOf } from './usage.ts';

/** Google's contents. */
export const GEMINI_API: Api = {
  path: /:streamGenerateContent(\?|$)/,
  messages: (body) => body.contents,
  usageOf,
  async answer(response, answer, { usage, model, headers, end }) {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
    const promptTokenCount = usage.input + usage.cacheRead;
    const usageMetadata = {
      promptTokenCount,
      cachedContentTokenCount: usage.cacheRead,
      candidatesTokenCount: usage.output,
      thoughtsTokenCount: usage.reasoning,
      totalTokenCount: promptTokenCount + usage.output + usage.reasoning,
    };
    const say = (part: object, finish: object = {}) =>
      response.write(
        `data: ${JSON.stringify({ candidates: [{ content: { role: 'model', parts: [part] }, index: 0, ...finish }], usageMetadata, modelVersion: model })}\r\n\r\n`,
      );
    if ('hang' in answer) {
      say({ text: answer.hang });
      return;
    }
    say('tool' in answer ? { functionCall: { name: answer.tool, args: answer.args } } : { text: answer.text });
    if (end) await end;
    say({ text: '' }, { finishReason: 'STOP' });
    response.end();
  },
};
