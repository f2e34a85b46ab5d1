import type { Errors } from './errors-of.js';

/** What pictures, model files, data sets, stages and engines refuse. */
export const mlErrors = {
  // image
  HW_IMAGE_FORMAT: [
    'no picture format that is read here: {problem}',
    'Send JPEG, PNG, WebP, GIF, TIFF or AVIF, or name the encoding of raw pixels (rgb8, bgr8, mono8, ...).',
  ],
  HW_IMAGE_CORRUPT: [
    '{format} picture cannot be decoded: {reason}',
    'Nothing to do but send it again: the bytes are damaged or cut short.',
  ],
  HW_IMAGE_LIMIT: ['{format} picture has {what}, the limit is {limit}', 'Scale it down before sending.'],
  HW_IMAGE_REGION: [
    'region {region} holds no pixel of the picture ({width} x {height})',
    'Correct the region list of this camera; regions count in pixels of its pictures.',
  ],
  HW_IMAGE_ARRAY: [
    '{length} values of {kind} with the shape [{shape}] are no picture',
    'Give a Uint8Array with the shape [height, width, 1, 3 or 4].',
  ],
  HW_IMAGE_FILE: ['{path} cannot be read as a picture: {reason}', 'Repair or remove the file, or pass dropImageFailures: true.'],
  HW_IMAGE_NONE: [
    '{pattern} matches no file',
    'Check the path; use recursive: true or a glob such as photos/**/*.jpg for folders in folders.',
  ],

  // ml: model files and zoo
  HW_MODEL_FILE: ['{file} is no model that can be read: {problem}', 'Give a Keras .h5 or .keras file, a tfjs model.json or an .onnx file.'],
  HW_MODEL_WEIGHTS: ['the weights in {file} do not fit {model}: {problem}', 'Use the file that belongs to this architecture.'],
  HW_LAYER_UNSUPPORTED: [
    'layer {layer} ({kind}) cannot be written as ONNX: {problem}',
    'Export the model to ONNX with its own tools (tf2onnx, torch.onnx) and use OnnxTransformer.',
  ],
  HW_DOWNLOAD: [
    '{url} cannot be fetched: {problem}',
    'Call again to go on where it stopped; without a way to the internet, lay the file at {file} or give its path as weights.',
  ],
  HW_DOWNLOAD_DIGEST: [
    'the bytes of {url} have {algorithm} {got}, {expected} was expected',
    'Remove the file and fetch it again; do not use what came.',
  ],
  HW_TFJS_MISSING: ['TF.js is not installed', 'Run npm install @tensorflow/tfjs; @tensorflow/tfjs-node or -gpu train faster.'],
  HW_TRAINING: ['training failed: {reason}', 'See the reason; labels must fit the loss and the last layer of the model.'],
  HW_TRAINING_EMPTY: [
    'none of the {rows} pictures of column {column} could be loaded',
    'Try imageLoader on one of the values; without a picture there is nothing to train on.',
  ],
  HW_TEXT_EXPECTED: ['column {column}, row {row}: expected a text, got {got}', 'Select a column of texts, or convert it first.'],
  HW_IMAGE_EXPECTED: [
    'column {column}, row {row}: expected a picture, got {got}',
    'Use readImages, or give image structs, lazy images or bytes of files.',
  ],
  HW_TENSOR_UNKNOWN: ['{model} has no {tensor} among its {direction}', 'Map one of: {known}.'],
  HW_TENSOR_MANY: [
    '{model} has {count} {direction}: {known}',
    'Say which: give a mapping of columns and tensors, or the name of the tensor.',
  ],
  HW_TENSOR_UNFED: ['nothing is mapped to the input {tensor} of {model}', 'Map a column to it in inputMapping.'],
  HW_TENSOR_TYPE: ['{tensor} is of type {type}, which no column can be turned into', 'Export the model with a number type.'],
  HW_TENSOR_SHAPE: ['column {column}, row {row}: {tensor} takes {expected} a row, got {got}', 'Reshape the column, or give another model.'],
  HW_TENSOR_VALUE: ['column {column}, row {row}: {tensor} takes {type}, got {got}', 'Convert or clean the column first.'],
  HW_TENSOR_ROWS: ['{tensor} of {model} has {got} rows for a batch of {expected}', 'Export the model with the rows as its first axis.'],

  // ml
  HW_PARAM_MISSING: ['{stage} needs the parameter {param}', 'Set it to {expected}.'],
  HW_PARAM_INVALID: ['{stage}: {param} must be {expected}, got {got}', 'Change the parameter; explainParams() lists them all.'],
  HW_PARAM_UNKNOWN: ['{stage} has no parameter {param}', 'Use one of: {known}.'],
  HW_DATASET_ARGUMENT: ['{call} takes {expected}, got {got}', 'Change the argument.'],
  HW_COLUMN_MISSING: ['there is no column {column} among {columns}', 'Name one of those, or add it with a stage before this one.'],
  HW_COLUMN_EXISTS: ['there is a column {column} already', 'Give the output another name, or drop the old column first.'],
  HW_COLUMN_LENGTH: ['column {column} has {got} values, {expected} were expected', 'Give columns of one length.'],
  HW_COLUMN_KIND: ['column {column} cannot be written: {problem}', 'Convert the column first, with withColumn.'],
  HW_VECTOR_EXPECTED: ['column {column}, row {row}: expected {expected}, got {got}', 'Assemble or clean the column first.'],
  HW_NUMBER_EXPECTED: ['column {column}, row {row}: expected a number, got {got}', 'Index or clean the column first.'],
  HW_FEATURES_SHAPE: ['{numbers} numbers are no {rows} feature vectors', 'Give rows x width numbers and one label a row.'],
  HW_FEATURES_FINITE: ['feature vector {row} holds {got}', 'Drop the row, or look at what made its features.'],
  HW_FEATURES_WIDTH: ['{head} takes {expected} features, got {got}', 'Use the featurizer that it was fitted on.'],
  HW_ROWS_FEW: [
    '{stage} learns from {expected} rows or more, got {got}',
    'Give more rows, or look at what filters them before this stage.',
  ],
  HW_HEAD_FILE: ['no head file: {problem}', 'Give a file that saveHead wrote.'],
  HW_NO_ROWS: ['there is no row to learn from or to evaluate in column {column}', 'Look at what filters the rows before this stage.'],
  HW_WEIGHT_NEGATIVE: ['row {row} has the weight {got}', 'Give finite weights of 0 or more.'],
  HW_LABEL_EXPECTED: ['column {column}, row {row}: expected a string or number as label, got {got}', 'Clean the labels first.'],
  HW_LABEL_LIST: [
    'column {column}, row {row}: expected a list of labels, got {got}',
    'Give the labels of each row as a list, [] for none.',
  ],
  HW_LABEL_UNKNOWN: [
    'column {column}, row {row}: the label {label} was not learned',
    'Fit again with it, or keep or skip unknown labels (handleInvalid).',
  ],
  HW_GRID_STAGE: [
    'the grid sets {param} of {stage}, which is no part of the estimator {estimator}',
    'Build the grid from the stages of the estimator that is searched.',
  ],
  HW_LABEL_BINARY: [
    'column {column}, row {row}: expected {expected} as one of two labels, got {got}',
    'Index the labels first, or evaluate what a fitted model gives.',
  ],
  HW_LABEL_KINDS: [
    'column {labels} holds {labelKind} and column {predictions} {predictionKind}: no prediction can be right',
    'Compare the indexed labels, or bring predictions back to labels with IndexToString.',
  ],
  HW_FOLDS: ['no folds: {problem}', 'Change numFolds, or the column that deals the rows.'],
  HW_SEARCH_FAILED: [
    'no point of the grid could be scored: {reason}',
    'Correct what fails; errorScore "raise" shows the first failure as it is.',
  ],
  HW_FIT_SHARD: ['shard {shard} of the fit {fit} failed: {reason}', 'Correct the rows of that shard, then fit again under a new name.'],
  HW_DATA_FILE: ['{path} cannot be read: {place}: {problem}', 'Correct the file or give another one.'],
  HW_SAFETENSORS: ['no safetensors file: {problem}', 'Take another copy of the file; this one is damaged or of another kind.'],
  HW_PATH_EXISTS: ['{path} exists already', 'Choose another place, or set overwrite to true.'],
  HW_STAGE_FILE: ['{path} holds no saved stage: {problem}', 'Give the directory that save() wrote.'],
  HW_STAGE_UNKNOWN: ['{path} holds a {type}, which is no stage known here', 'Import the module of that stage before loading.'],
  HW_STAGE_NOT_SAVABLE: [
    '{stage} cannot be saved: {param} is a function',
    'Save the other stages, and set this parameter again after loading.',
  ],

  // engines
  HW_MODEL_UNKNOWN: ['there is no model named "{model}"', 'Use one of: {known}.'],
  HW_MODEL_LOAD: [
    'model {model} cannot be loaded: {reason}',
    'Check that the file is whole and that the device can run it (headwater doctor).',
  ],
  HW_MODEL_RUN: ['model {model} fails: {reason}', 'See the reason; the other rows of its batch were answered.'],
  HW_MODEL_CLOSED: ['model {model} is closed', 'Make a new one; a closed model takes no rows.'],
  HW_MODEL_QUEUE_FULL: ['{rows} rows wait for model {model}', 'Bound the concurrency of the caller (mapOrdered), or raise maxQueue.'],
  HW_LANE_DEADLINE: [
    'one row took a lane of model {model} longer than {ms} ms',
    'The picture is hostile or the model too slow; raise deadlineMs if it is the model.',
  ],
  HW_LANE_CRASHED: ['a lane of model {model} died on this row: {reason}', 'The row is given up; the lane was replaced.'],
  HW_DEVICE_UNKNOWN: ['"{device}" is no device', 'Set HEADWATER_DEVICE to auto, cpu, webgpu or cuda.'],
} as const satisfies Errors;
