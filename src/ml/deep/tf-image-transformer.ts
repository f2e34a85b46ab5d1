import type { LazyImage } from '../../image/lazy-image.js';
import { renderPixels } from '../../image/pixels.js';
import type { Batch, Columns } from '../dataset/batch.js';
import { columnOf } from '../dataset/column.js';
import { checks, oneOf } from '../params.js';
import type { Tensor } from '../safetensors.js';
import { sharedParams, type HandleInvalid } from '../shared-params.js';
import { withoutNulls, type SomeRows } from '../some-rows.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';
import { Transformer } from '../transformer.js';
import { answerImages, pictureHandleInvalid } from './answer-images.js';
import { answerTensors, type OutputMode } from './answer-tensors.js';
import { findTensor, onlyTensor } from './find-tensor.js';
import { graphFileDoc, savedModelParams, sharedGraph, type SavedModelParams } from './tf-transformer.js';

type ChannelOrder = 'RGB' | 'BGR' | 'L';

export interface TFImageTransformerParams extends SavedModelParams {
  inputCol: string;
  outputCol: string;
  modelFile: string;
  channelOrder: ChannelOrder;
  inputTensor?: string;
  outputTensor?: string;
  outputMode: OutputMode;
  handleInvalid: HandleInvalid;
}

const spec: StageSpec<TFImageTransformerParams> = {
  type: 'TFImageTransformer',
  params: {
    inputCol: { ...sharedParams.inputCol, doc: 'column of pictures: image structs, lazy images or bytes of files' },
    outputCol: sharedParams.outputCol,
    modelFile: { doc: graphFileDoc, check: checks.string },
    ...savedModelParams,
    channelOrder: { doc: 'order of the channels that the graph expects; L is grey', check: oneOf('RGB', 'BGR', 'L') },
    inputTensor: { doc: 'input tensor of a graph with several', check: checks.string, optional: true },
    outputTensor: { doc: 'output tensor of a graph with several', check: checks.string, optional: true },
    outputMode: { doc: 'vector: flat; image: {shape, data}', check: oneOf('vector', 'image'), default: 'vector' },
    handleInvalid: pictureHandleInvalid,
  },
};

/**
 * Pictures at their own size, float32 0 to 255, through a TensorFlow graph, as sparkdl's `TFImageTransformer`; those of one size go together. Null
 * stays null.
 */
export class TFImageTransformer extends Transformer<TFImageTransformerParams> {
  constructor(options: Partial<TFImageTransformerParams> = {}, uid?: string) {
    super(spec, options, uid);
  }

  override inputCols(): readonly string[] {
    return [this.params.inputCol];
  }

  override outputCols(): readonly string[] {
    return [this.params.outputCol];
  }

  override async compute(batch: Batch): Promise<Columns | SomeRows> {
    const { inputCol, outputCol, modelFile, channelOrder, inputTensor, outputTensor, outputMode, handleInvalid } = this.params;
    const graph = await sharedGraph(modelFile, this.params);
    const input = inputTensor === undefined ? onlyTensor(graph, 'inputs') : findTensor(graph, 'inputs', inputTensor);
    const output = outputTensor === undefined ? onlyTensor(graph, 'outputs') : findTensor(graph, 'outputs', outputTensor);
    const images = await answerImages(batch, inputCol, handleInvalid, (image) => pixelsOf(image, channelOrder));
    const columns = { [outputCol]: columnOf(await answerTensors(images, inputCol, graph, { input, output }, outputMode)) };
    return handleInvalid === 'skip' ? withoutNulls(columns) : columns;
  }
}

async function pixelsOf(image: LazyImage, order: ChannelOrder): Promise<Tensor> {
  const { source, plan } = order === 'L' ? image.grey() : image;
  const { width, height, channels, data } = await renderPixels(source, plan);
  const floats = Float32Array.from(data);
  if (order === 'BGR') for (let at = 0; at < floats.length; at += 3) [floats[at], floats[at + 2]] = [floats[at + 2]!, floats[at]!];
  return { shape: [height, width, channels], data: floats };
}

registerStage(spec.type, ({ options, uid }) => new TFImageTransformer(options, uid));
