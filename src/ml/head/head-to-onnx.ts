import { OnnxGraph } from '../formats/onnx-graph.js';
import { decodeSafetensors } from '../safetensors.js';
import type { Head } from './head.js';

/**
 * A head as an ONNX model: `features` (rows x width, float32) to `probabilities` (rows x labels, float32), labels in the head's order. Coefficients are
 * rounded to float32, so probabilities agree with the head's to about 1e-5.
 */
export function headToOnnx(head: Head): Uint8Array {
  const { coefficients, intercepts } = decodeSafetensors(head.encode());
  const { width, labels } = head;
  const vectors = intercepts!.data.length;
  const transposed = Float32Array.from(
    { length: width * vectors },
    (_, at) => coefficients!.data[(at % vectors) * width + Math.floor(at / vectors)]!,
  );
  const graph = new OnnxGraph(`${head.name}-${head.version}`, ['probabilities']);
  const features = graph.input('features', 'float32', ['rows', width]);
  const products = graph.node('MatMul', 'products', [features, graph.constant('coefficients', [width, vectors], transposed)]);
  const margins = graph.node('Add', 'margins', [products, graph.constant('intercepts', [vectors], Float32Array.from(intercepts!.data))]);
  graph.output(
    'probabilities',
    vectors === 1 ? twoSided(graph, margins) : graph.node('Softmax', 'softmax', [margins], { axis: 1 }),
    'float32',
    ['rows', labels.length],
  );
  return graph.encode();
}

/** One margin for the second of two labels. */
function twoSided(graph: OnnxGraph, margins: string): string {
  const second = graph.node('Sigmoid', 'second', [margins]);
  const first = graph.node('Sigmoid', 'first', [graph.node('Neg', 'negated', [margins])]);
  return graph.node('Concat', 'both', [first, second], { axis: 1 });
}
