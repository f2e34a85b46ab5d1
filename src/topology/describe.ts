import type { Blueprint } from './blueprint.js';

/** A topology in words, one node a line, each with what it reads. */
export function describeText({ topology, sources, steps, sinks, stores, edges }: Blueprint): string {
  const readBy = (node: string) => edges.filter(({ to }) => to === node).map(({ from }) => from.slice(from.indexOf(':') + 1));
  const line = (kind: string, name: string): string => {
    const held = stores.filter(({ node }) => node === `${kind}:${name}`).map((store) => store.name);
    const reads = readBy(`${kind}:${name}`);
    const about = [reads.length > 0 ? `<- ${reads.join(', ')}` : '', held.length > 0 ? `(stores: ${held.join(', ')})` : ''];
    return ['  ', kind.padEnd(7), name, ...about].filter((part) => part !== '').join(' ');
  };
  return [
    `Topology: ${topology}`,
    ...sources.map((name) => line('source', name)),
    ...steps.map((name) => line('step', name)),
    ...sinks.map((name) => line('sink', name)),
  ].join('\n');
}

/** A topology as a Mermaid flow chart. */
export function describeMermaid({ sources, steps, sinks, stores, edges }: Blueprint): string {
  const names = [
    ...sources.map((name) => `source:${name}`),
    ...steps.map((name) => `step:${name}`),
    ...sinks.map((name) => `sink:${name}`),
  ];
  const id = (node: string) => `n${names.indexOf(node)}`;
  const shape = (node: string): string => {
    const label = `"${node.slice(node.indexOf(':') + 1)}"`;
    return node.startsWith('step:') ? `[${label}]` : `[(${label})]`;
  };
  return [
    'flowchart LR',
    ...names.map((node) => `  ${id(node)}${shape(node)}`),
    ...edges.map(({ from, to }) => `  ${id(from)} --> ${id(to)}`),
    ...stores.flatMap(({ name, node }, index) => [`  s${index}[["${name}"]]`, `  ${id(node)} -.- s${index}`]),
  ].join('\n');
}
