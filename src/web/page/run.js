import { command, fill, fromTemplate, make, say } from './dom.js';
import { journal } from './journal.js';
import { lanes } from './lanes.js';
import { logOf } from './log.js';

/** One run: its time line, facts, journal and log. Returns what shows the next state of it. */
export function runPage(main, acts) {
  const { root, parts } = fromTemplate('run');
  main.replaceChildren(root);
  const showLanes = lanes(parts);
  const showJournal = journal(parts);
  const showLog = logOf(parts);
  let buttonsFor = '';
  return (page) => {
    const { run, facts } = page;
    say(parts.sign, run.sign);
    parts.sign.className = `sign ${run.group}`;
    say(parts.name, run.name);
    say(parts.why, `${run.label}: ${run.why}`);
    say(parts.next, run.nextInWords);
    const commands = JSON.stringify(run.commands);
    if (acts !== null && commands !== buttonsFor) {
      buttonsFor = commands;
      const buttons = acts(run);
      parts.acts.replaceChildren(...buttons);
      parts.acts.hidden = buttons.length === 0;
    }
    say(parts.explanation, page.explanation);
    fill(
      parts.facts,
      facts,
      ({ label }) => label,
      () => make('div'),
      (row, { label, lines }) => {
        const text = JSON.stringify(lines);
        if (row.dogwatchShown === text) return;
        row.dogwatchShown = text;
        row.replaceChildren(make('dt', { text: label }), ...lines.map((line) => make('dd', { text: line })));
      },
    );
    fill(
      parts.commands,
      run.commands,
      ({ type }) => type,
      ({ type, does }) => make('li', {}, command(type, does)),
    );
    showLanes(page);
    showJournal(page);
    showLog(page);
  };
}
