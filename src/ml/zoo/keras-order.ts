import type { Untrained, UntrainedLayer } from '../formats/keras-model.js';

/**
 * The layers in the order of Keras' `model.layers`, in which its weight files list them: the longest way to the output first, and among
 * equals in the order of a depth-first walk from the output. For networks that call each layer once.
 */
export function kerasOrder({ layers, outputs }: Untrained): UntrainedLayer[] {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const inputsOf = (name: string): string[] => byName.get(name)!.calls[0]!.map(({ layer }) => layer);
  const met = new Map<string, number>();
  const finished: string[] = [];
  const walk = (name: string): void => {
    if (met.has(name)) return;
    met.set(name, met.size);
    inputsOf(name).forEach(walk);
    finished.push(name);
  };
  for (const { layer } of outputs) walk(layer);

  const depths = new Map<string, number>();
  for (const name of finished.toReversed()) {
    const depth = depths.get(name) ?? 0;
    depths.set(name, depth);
    for (const input of inputsOf(name)) depths.set(input, Math.max(depth + 1, depths.get(input) ?? 0));
  }
  return [...met.keys()].sort((a, b) => depths.get(b)! - depths.get(a)! || met.get(a)! - met.get(b)!).map((name) => byName.get(name)!);
}
