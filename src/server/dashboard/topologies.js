import { html, svg } from './dom.js';

const [boxWidth, boxHeight, gapX, gapY] = [190, 40, 60, 14];

/** Draws the topologies of the process: what reads what, from left to right. */
export function showTopologies(topologies) {
  if (topologies.length > 0) document.querySelector('#topologies').replaceChildren(...topologies.flatMap(drawn));
}

function drawn({ app, sources, steps, sinks, stores, edges }) {
  const names = [
    ...sources.map((name) => `source:${name}`),
    ...steps.map((name) => `step:${name}`),
    ...sinks.map((name) => `sink:${name}`),
  ];
  const column = columns(names, edges);
  const filled = new Map();
  const places = new Map(
    names.map((node) => {
      const row = filled.get(column.get(node)) ?? 0;
      filled.set(column.get(node), row + 1);
      return [node, { x: 1 + column.get(node) * (boxWidth + gapX), y: 1 + row * (boxHeight + gapY) }];
    }),
  );
  const width = (Math.max(...column.values()) + 1) * (boxWidth + gapX) - gapX + 2;
  const height = Math.max(...filled.values()) * (boxHeight + gapY) - gapY + 2;
  const arrow = `arrow-${names.length}-${sources.length}`;
  const picture = svg(
    'svg',
    { class: 'graph', width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': spoken(app, edges) },
    svg(
      'defs',
      {},
      svg(
        'marker',
        { id: arrow, viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
        svg('path', { d: 'M0 0 8 4 0 8Z' }),
      ),
    ),
    edges.map(({ from, to }) => svg('path', { d: curve(places.get(from), places.get(to)), 'marker-end': `url(#${arrow})` })),
    names.map((node) => box(node, places.get(node), stores)),
  );
  return [html('h3', {}, app), picture];
}

/** The longest way from a source gives a node's column; sinks stand last. */
function columns(names, edges) {
  const column = new Map(names.map((node) => [node, 0]));
  for (let round = 0; round < names.length; round++) {
    for (const { from, to } of edges) column.set(to, Math.max(column.get(to), Math.min(names.length, column.get(from) + 1)));
  }
  const last = Math.max(...column.values());
  for (const node of names) if (node.startsWith('sink:')) column.set(node, last);
  return column;
}

function curve(from, to) {
  const [x1, y1, x2, y2] = [from.x + boxWidth, from.y + boxHeight / 2, to.x, to.y + boxHeight / 2];
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}

function box(node, { x, y }, stores) {
  const [kind, name] = [node.slice(0, node.indexOf(':')), node.slice(node.indexOf(':') + 1)];
  const held = stores.filter((store) => store.node === node).map((store) => store.name);
  const kept = held.length > 0 ? `, ${held.length} ${held.length === 1 ? 'store' : 'stores'}` : '';
  return svg(
    'g',
    { class: kind, transform: `translate(${x} ${y})` },
    svg('title', {}, held.length > 0 ? `${name}: keeps ${held.join(', ')}` : name),
    svg('rect', { width: boxWidth, height: boxHeight, rx: kind === 'step' ? 4 : 18 }),
    svg('text', { class: 'kind', x: 12, y: 15 }, `${kind}${kept}`),
    svg('text', { x: 12, y: 31 }, name.length > 26 ? `${name.slice(0, 25)}…` : name),
  );
}

function spoken(app, edges) {
  const plain = (node) => node.slice(node.indexOf(':') + 1);
  return `Topology of ${app}: ${edges.map(({ from, to }) => `${plain(from)} to ${plain(to)}`).join(', ')}`;
}
