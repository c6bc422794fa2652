// All that comes from a run is set as text here, and nowhere as markup.

/** An element with a text or children. */
export function make(tag, { text, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== null && value !== false) element.setAttribute(name, value === true ? '' : value);
  if (text !== undefined) element.textContent = text;
  element.append(...children);
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

export function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** Sets a text only if it is another one, so that a selection survives. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Fills a parent with one child for each item. A child stays as long as its item does, with its
 * focus and what is open in it.
 */
export function fill(parent, items, keyOf, create, update) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const children = items.map((item, index) => {
    const key = String(keyOf(item, index));
    const child = known.get(key) ?? create(item);
    child.dataset.key = key;
    known.delete(key);
    update?.(child, item);
    return child;
  });
  for (const child of known.values()) child.remove();
  children.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  });
}

/** A copy of a template, and its parts by their data-id. */
export function fromTemplate(id) {
  const root = document.getElementById(id).content.cloneNode(true);
  const parts = Object.fromEntries([...root.querySelectorAll('[data-id]')].map((part) => [part.dataset.id, part]));
  // What scrolls has to be reachable with the keyboard.
  for (const box of root.querySelectorAll('.scroll, .log')) box.tabIndex = 0;
  return { root, parts };
}

/** A command to type, with a button that copies it. */
export function command(type, does) {
  const copy = make('button', { type: 'button', class: 'copy noprint', 'aria-label': `Copy ${type}`, text: 'copy' });
  copy.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(type);
      copy.textContent = 'copied';
    } catch {
      copy.textContent = 'select it to copy';
    }
  });
  return make('span', { class: 'command' }, make('code', { text: type }), ' ', copy, ' ', make('span', { class: 'does', text: does }));
}

/** A table that says the same as a plot. */
export function tableOf(caption, heads, rows) {
  const body = make('tbody', {}, ...rows.map((row) => make('tr', {}, ...row.map((cell) => make('td', { text: String(cell) })))));
  const head = make('thead', {}, make('tr', {}, ...heads.map((text) => make('th', { scope: 'col', text }))));
  return make('table', { class: 'same' }, make('caption', { text: caption }), head, body);
}
