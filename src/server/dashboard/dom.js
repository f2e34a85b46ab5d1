/** Elements from names, attributes and children. Text goes in as text nodes, so that nothing that comes from data can become markup. */
export const html = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
export const svg = (name, attributes, ...children) =>
  fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);

function fill(element, attributes = {}, children = []) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

/** A table from headings and rows of cells; a heading that begins with # is of numbers. */
export function table(headings, rows) {
  const numeric = headings.map((heading) => heading.startsWith('#'));
  const kind = (column) => (numeric[column] ? 'number' : undefined);
  return html(
    'table',
    {},
    html(
      'thead',
      {},
      html(
        'tr',
        {},
        headings.map((text, at) => html('th', { scope: 'col', class: kind(at) }, text.replace(/^#/, ''))),
      ),
    ),
    html(
      'tbody',
      {},
      rows.map((cells) =>
        html(
          'tr',
          {},
          cells.map((cell, at) => html('td', { class: kind(at) }, cell ?? '')),
        ),
      ),
    ),
  );
}

/** Replaces what is in an element, unless it shows just that already: what is being read or clicked on stays in place. */
export function show(element, key, content) {
  if (element.dataset.shown === key) return;
  element.dataset.shown = key;
  element.replaceChildren(...[content()].flat());
}
