import { make, say } from './dom.js';
import { ask } from './key.js';

const LABELS = { pause: 'Pause', unpause: 'Unpause', resume: 'Resume', stop: 'Stop', ack: 'Acknowledge' };
const TEXTS = {
  pause: ['because', 'Reason, for the history'],
  resume: ['prompt', 'A message for the agent, given to it once'],
  stop: ['because', 'Reason, for the history'],
};

/** Buttons for what this page may do. Each says what it will do, and Enter is no. */
export function makeActs() {
  const dialog = document.getElementById('ask');
  const part = (id) => document.getElementById(id);
  let wish = null;

  part('askyes').addEventListener('click', async () => {
    const { act, run } = wish;
    const [field] = TEXTS[act] ?? [];
    const body = { act, run: run.id, name: part('asktyped').value, ...(field === undefined ? {} : { [field]: part('askgiven').value }) };
    part('askyes').disabled = true;
    say(part('asksaid'), 'Asking …');
    try {
      const response = await ask('/api/act', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const { message, error } = await response.json();
      say(part('asksaid'), `${response.ok ? 'Done' : 'Not done'}: ${message ?? error}`);
      part('askno').textContent = response.ok ? 'Close' : 'No';
      part('askyes').disabled = response.ok;
    } catch {
      say(part('asksaid'), 'No answer. Look at the journal before you try again.');
      part('askyes').disabled = false;
    }
  });
  // Pasting is no decision.
  part('asktyped').addEventListener('paste', (event) => event.preventDefault());

  function open(act, run, does) {
    wish = { act, run };
    const [, label] = TEXTS[act] ?? [];
    say(part('askwhat'), `${LABELS[act]} ${run.name}?`);
    say(part('askdoes'), `\`dogwatch ${act} ${run.name}\` ${does}.`);
    part('askname').hidden = act !== 'stop';
    part('asktext').hidden = label === undefined;
    say(part('asklabel'), label ?? '');
    part('asktyped').value = '';
    part('askgiven').value = '';
    say(part('asksaid'), '');
    part('askno').textContent = 'No';
    part('askyes').disabled = false;
    part('askyes').textContent = LABELS[act];
    dialog.showModal();
    part('askno').focus();
  }

  /** The buttons for a run, from what can be typed about it. */
  return (run) =>
    run.commands.flatMap(({ type, does }) => {
      const act = Object.keys(LABELS).find((one) => type === `dogwatch ${one} ${run.name}`);
      if (act === undefined) return [];
      const button = make('button', {
        type: 'button',
        text: LABELS[act],
        title: does,
        'aria-label': `${LABELS[act]} ${run.name}: ${does}`,
      });
      button.addEventListener('click', () => open(act, run, does));
      return [button];
    });
}
