import type { Api } from './model-server.ts';

/** Google's contents. */
export const GEMINI_API: Api = {
  path: /:streamGenerateContent(\?|$)/,
  messages: (body) => body.contents,
  answer(response, answer) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const usageMetadata = { promptTokenCount: 100, candidatesTokenCount: 20, totalTokenCount: 120 };
    const say = (part: object, finish: object = {}) =>
      response.write(
        `data: ${JSON.stringify({ candidates: [{ content: { role: 'model', parts: [part] }, index: 0, ...finish }], usageMetadata, modelVersion: 'm' })}\r\n\r\n`,
      );
    if ('hang' in answer) {
      say({ text: answer.hang });
      return;
    }
    say('tool' in answer ? { functionCall: { name: answer.tool, args: answer.args } } : { text: answer.text });
    say({ text: '' }, { finishReason: 'STOP' });
    response.end();
  },
};
