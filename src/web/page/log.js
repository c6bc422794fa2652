import { fill, make, say } from './dom.js';
import { ask } from './key.js';

const EVERY_MS = 3000;

/** The end of the log of an attempt; that of a living one grows. */
export function logOf(parts) {
  let run = null;
  let isChosen = false;
  let shown = '';

  async function show() {
    if (run === null || run.attempts === 0) return say(parts.logsays, 'Nothing was started yet.');
    const attempt = parts.attempt.value;
    try {
      const response = await ask(`/api/runs/${encodeURIComponent(run.id)}/log?attempt=${attempt}`);
      const { lines, error } = await response.json();
      if (!response.ok) return say(parts.logsays, error);
      say(parts.logsays, lines.length === 0 ? 'Nothing was printed.' : `the last ${lines.length} lines`);
      const text = lines.join('\n');
      if (text === shown) return;
      shown = text;
      const wasAtEnd = parts.log.scrollHeight - parts.log.scrollTop - parts.log.clientHeight < 40;
      parts.log.textContent = text;
      if (wasAtEnd) parts.log.scrollTop = parts.log.scrollHeight;
    } catch {
      say(parts.logsays, 'The log cannot be read now.');
    }
  }

  parts.attempt.addEventListener('change', () => {
    isChosen = Number(parts.attempt.value) !== run?.attempts;
    void show();
  });
  setInterval(() => {
    if (run?.isAlive === true && !isChosen && !document.hidden) void show();
  }, EVERY_MS);

  return (page) => {
    const isNew = run === null || run.attempts !== page.run.attempts || run.isAlive !== page.run.isAlive;
    run = page.run;
    const numbers = Array.from({ length: run.attempts }, (_, index) => run.attempts - index);
    fill(
      parts.attempt,
      numbers,
      (number) => number,
      (number) => make('option', { value: number, text: number }),
    );
    if (!isChosen && run.attempts > 0) parts.attempt.value = String(run.attempts);
    if (isNew) void show();
  };
}
