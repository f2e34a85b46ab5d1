// Records and errors
export { partitionName } from './record.js';
export type { Header, LogRecord, NewRecord, StreamRecord, TopicPartition } from './record.js';
export { HeadwaterError, isError, reasonOf, type ErrorCode } from './errors.js';

// Log
export type {
  Appended,
  CommitBatch,
  CommittedOffset,
  Delivery,
  FetchLimits,
  JoinOptions,
  Lease,
  Log,
  Membership,
  PartitionBounds,
  Position,
  Reader,
  TopicInfo,
  TopicSpec,
} from './log/log.js';
export { KafkaLog } from './log/kafka/kafka-log.js';
export type { Compression, KafkaNote, KafkaOptions } from './log/kafka/kafka-options.js';
export { LocalLog, type LocalLogOptions } from './log/local-log.js';
export { MemoryLog } from './log/memory-log.js';
export { openLog, type OpenLogOptions } from './log/open-log.js';
export { murmur2, partitionFor } from './log/partitioner.js';
export { readRecords, type ReadOptions } from './log/read-records.js';

// Serde
export { avro, type AvroFormat, type AvroOptions } from './serde/avro.js';
export { bytes } from './serde/bytes.js';
export { ConfluentRegistry } from './serde/confluent-registry.js';
export { json } from './serde/json.js';
export { LogRegistry } from './serde/log-registry.js';
export { nullable } from './serde/nullable.js';
export { openRegistry } from './serde/open-registry.js';
export type { RegistryHttpOptions } from './serde/registry-http.js';
export { text } from './serde/text.js';
export type { Format, Serde, SerdeContext, ValueOf } from './serde/serde.js';
export type { Compatibility, RegisteredSchema, SchemaRegistry } from './serde/registry.js';

// Images
export type { Encoding, ImageSource, RawEncoding } from './image/image-source.js';
export { LazyImage } from './image/lazy-image.js';
export { encodingOf } from './image/media-type.js';
export { encodeImage, imageOf, imageStructOf, type EncodedFormat } from './image/image-conversion.js';
export { createResizeImageUDF, imageArrayToStruct, imageStructToArray, type ImageArray } from './image/image-array.js';
export { readImageRows, type ReadImagesOptions } from './image/read-images.js';
export type { Pixels } from './image/pixels.js';
export type { Box, Fit, ImagePlan, Point, Resize } from './image/image-plan.js';
export type { ChannelCount, ImageMode, ImageRow, ImageStruct } from './image/image-struct.js';

// Models
export type { RowTransformer } from './ml/row-transformer.js';
export type { Device, DeviceChoice } from './ml/engines/device.js';
export type { ModelSpec } from './ml/engines/engine.js';
export type { BatchFigures, Quantiles } from './ml/engines/batch-metrics.js';
export { closeLanes, lanes, LanePool, type LaneFigures, type LanePoolOptions } from './ml/engines/lane-pool.js';
export type { BatchingOptions } from './ml/engines/micro-batcher.js';
export { detector, type Detection, type Detector, type DetectorOptions } from './ml/zoo/detector.js';
export { featurizer, type Featurizer, type FeaturizerName, type ImageFeatures } from './ml/zoo/featurizer.js';
export type { ModelOptions } from './ml/zoo/model-options.js';
export type { ClassProbability } from './ml/zoo/softmax.js';

// Config
export {
  defineConfig,
  Password,
  validators,
  type ConfigDefinition,
  type ConfigKey,
  type ConfigOf,
  type Properties,
  type Validator,
} from './config/index.js';

// Events
export { eventFormats, eventTopics, isEventTopic, type EventTopic } from './events/event-topics.js';
export { FeatureEvent } from './events/feature-event.js';
export type { FramePosition } from './events/frame-position.js';
export { ImageEvent } from './events/image-event.js';
export { LabelEvent } from './events/label-event.js';
export { PredictionEvent } from './events/prediction-event.js';
export { WHOLE_FRAME, regionKey } from './events/region-key.js';
export { replayFrames, type ReplayOptions } from './events/replay-frames.js';
export { recordEncoder, topicWriter, type Outgoing, type TopicTarget } from './events/topic-writer.js';
export { imageFiles } from './image/image-files.js';

// Machine learning: data sets, stages, pipelines
export type { Batch, Columns, Row } from './ml/dataset/batch.js';
export { VectorColumn, type Column } from './ml/dataset/column.js';
export { Dataset } from './ml/dataset/dataset.js';
export { filesToDF, readImagesWithCustomFn } from './ml/dataset/read-files.js';
export { readImages } from './ml/dataset/read-images.js';
export type { Aggregate, GroupedDataset } from './ml/dataset/grouped.js';
export type { Check, Declarations, Param, ParamMap, ParamSetting } from './ml/params.js';
export { Stage, type Snapshot, type StageSpec } from './ml/stage.js';
export { loadStage, registerStage } from './ml/stage-files.js';
export { Model, Transformer } from './ml/transformer.js';
export { Estimator } from './ml/estimator.js';
export { Pipeline, PipelineModel } from './ml/pipeline.js';
export { Normalizer, type NormalizerParams } from './ml/feature/normalizer.js';
export { SparseVector } from './ml/feature/sparse-vector.js';

// SQL
export { SqlSession } from './sql/session.js';
export type { ImagePreprocessor } from './sql/keras-image-udf.js';
export type { RowFunction } from './sql/udf.js';

// Topologies
export { topology, type Topology, type TopologyBuilder } from './topology/topology.js';
export { App, type AppOptions } from './topology/app.js';
export type { ErrorPolicy } from './topology/task.js';
export { blueprint, type Blueprint } from './topology/blueprint.js';
export { describeMermaid, describeText } from './topology/describe.js';
export type { AppMetrics, Traffic } from './topology/metrics.js';
export type { Durations } from './topology/durations.js';
export { currentTask, type TaskContext } from './topology/task-context.js';
export type { Store } from './topology/store.js';
export { systemClock, type Clock } from './time/clock.js';

// Operators
export { decode } from './operators/decode.js';
export { detect, type FrameDetections } from './operators/detect.js';
export { labelRegions, type LabelRegionsOptions } from './operators/label-regions.js';
export { mapOrdered, type MapOrderedOptions } from './operators/map-ordered.js';
export { measure, type StreamMeter } from './operators/measure.js';
export { microBatch, type MicroBatchOptions } from './operators/micro-batch.js';
export { predict } from './operators/predict.js';
export { regions } from './operators/regions.js';
export { scanState, type ScanStateOptions } from './operators/scan-state.js';
export { sql, type SqlOptions } from './operators/sql.js';
export { transform } from './operators/transform.js';

// Windows
export { window } from './operators/window.js';
export type { HoppingOptions } from './operators/window/hopping.js';
export type { TumblingOptions } from './operators/window/tumbling.js';
export type { SlidingFeaturesOptions, SlidingOptions } from './operators/window/sliding.js';
export type { SessionOptions } from './operators/window/session.js';
export type { CountFeaturesOptions, CountOptions } from './operators/window/count-window.js';
export type { Summary } from './operators/window/summarize-features.js';
export type { Emit, WindowOptions } from './operators/window/window-options.js';
export { aggregate, type Aggregator, type MergingAggregator } from './time/aggregate/index.js';
export type { Duration } from './time/duration.js';
export { LateOutput } from './time/late-output.js';
export type { Windowed } from './time/windowed.js';

// Joins
export { join } from './operators/join.js';
export type { JoinAsOfOptions } from './operators/join/as-of.js';
export type { JoinStreamsOptions } from './operators/join/streams.js';
export type { JoinTableOptions } from './operators/join/table.js';
export type { JoinTablesOptions } from './operators/join/tables.js';
export { dedupe, type DedupeOptions } from './operators/dedupe.js';

// Similarity
export type { Metric, Vector } from './similarity/distance.js';
export { dropSimilar, type DropSimilarOptions } from './similarity/drop-similar.js';
export { farthestFirst, type FarthestFirstOptions } from './similarity/farthest-first.js';
export { LocalOutlierFactor, LocalOutlierFactorModel, type LocalOutlierFactorParams } from './similarity/local-outlier-factor.js';
export { NearestNeighbors, NearestNeighborsModel, type Neighbor, type NearestNeighborsParams } from './similarity/nearest-neighbors.js';

// Cameras
export type { Camera, CameraDirectory, Region } from './image/region.js';
export { fileBlobs, type BlobLoader } from './image/blob-loader.js';
export { s3Blobs } from './image/s3-blobs.js';

// Models in topologies
export type { HeadHandle, HeadVersion, Models, PinnedHeads } from './loop/models.js';

// Heads
export { decodeHead, Head, type HeadContent } from './ml/head/head.js';
export { loadHead, saveHead } from './ml/head/head-file.js';
export { fitHead, type HeadOptions } from './ml/head/fit-head.js';

// The loop
export { CAMERAS_TOPIC, CameraFormat, CameraTable } from './loop/camera-table.js';
export { HEAD_COMMANDS_TOPIC, HeadCommand } from './loop/head-command.js';
export { askTrainer, headCommandsTopic, promotion, type Request as HeadRequest } from './loop/ask-trainer.js';
export { backfill, backfillTopic, type BackfillOptions, type BackfillResult } from './loop/backfill.js';
export type { BackfillPlan, BackfillRequest, HistoryPlace } from './loop/backfill-plan.js';
export { explainPrediction, type Explanation } from './loop/explain-prediction.js';
export { modelCard } from './loop/model-card.js';
export { replayVersion, type ReplayedVersion } from './loop/replay-version.js';
export { similarFrames, type SimilarFrame, type SimilarFramesOptions } from './loop/similar-frames.js';
export { headToOnnx } from './ml/head/head-to-onnx.js';
export { judge, type JudgeOptions, type Judgement } from './loop/judge.js';
export { HEAD_METRICS_TOPIC, HeadMetrics, progress, type ProgressOptions } from './loop/progress.js';
export { joinLabels, type Example, type JoinLabelsOptions } from './loop/join-labels.js';
export {
  modelKey,
  ModelEvent,
  MODELS_TOPIC,
  type Alias,
  type ModelAlias,
  type ModelDrift,
  type ModelVersion,
  type PrunedVersions,
  type TrainingSnapshot,
  type VersionTombstone,
} from './loop/model-event.js';
export { ModelRegistry, type Canary, type RegistryListeners } from './loop/model-registry.js';
export { retrain, type RetrainOptions } from './loop/retrain.js';
export type { TrainerOptions } from './loop/trainer-options.js';
export type { Rollout, Trial } from './loop/rollout.js';
export type { GateReport, GateRules, GateVerdict } from './loop/gate.js';
export type { GridReport } from './loop/search-penalty.js';
export type { TrainingMetrics } from './loop/train-head.js';

// Model files and the zoo
export type { KerasLayer, KerasModel, KerasTensor, KerasWeight } from './ml/formats/keras-model.js';
export { readKerasModel } from './ml/formats/keras-file.js';
export { kerasToOnnx } from './ml/formats/keras-to-onnx/convert.js';
export { networkNames, type NetworkName, type NetworkOutput } from './ml/zoo/architectures/architecture.js';
export { networkToOnnx, type WeightsOptions } from './ml/zoo/zoo.js';
export type { Progress } from './ml/zoo/download.js';

// Deep models as transformers
export { closeModels } from './ml/deep/model-cache.js';
export { DeepImageFeaturizer, type DeepImageFeaturizerParams } from './ml/deep/deep-image-featurizer.js';
export { DeepImagePredictor, type DecodedPrediction, type DeepImagePredictorParams } from './ml/deep/deep-image-predictor.js';
export { modelNames, type ModelName } from './ml/deep/image-network.js';
export { imageFileLoader, type ImageFileOptions, type ImageLoader } from './ml/deep/image-loader.js';
export { KerasImageFileEstimator, type KerasImageFileEstimatorParams } from './ml/deep/keras-image-file-estimator.js';
export { KerasImageFileModel } from './ml/deep/keras-image-file-model.js';
export { KerasImageFileTransformer, type KerasImageFileTransformerParams } from './ml/deep/keras-image-file-transformer.js';
export { KerasTransformer } from './ml/deep/keras-transformer.js';
export type { KerasFitParams, KerasOptimizer } from './ml/deep/training-params.js';
export { OnnxTransformer } from './ml/deep/onnx-transformer.js';
export type { TensorTransformerParams } from './ml/deep/tensor-transformer.js';
export { TextEmbedder, type TextEmbedderParams } from './ml/deep/text-embedder.js';
export { TFImageTransformer, type TFImageTransformerParams } from './ml/deep/tf-image-transformer.js';
export { TFTransformer, type TFTransformerParams } from './ml/deep/tf-transformer.js';

// Running
export { Runtime, type RuntimeOptions } from './runtime.js';
// Connect
export {
  arrayOf,
  connectSchemaOf,
  Decimal,
  defineSink,
  defineSource,
  Herder,
  javaText,
  loadConnectors,
  LogicalTypes,
  mapOf,
  optional,
  optionalPackage,
  parseJson,
  plain,
  primitive,
  restServer,
  RetriableError,
  Schemas,
  startConnectWorker,
  Struct,
  structOf,
  workerConfig,
} from './connect/index.js';
export type {
  AlteredOffsets,
  Connector,
  ConnectorContext,
  ConnectorManifest,
  ConnectorPlugin,
  ConnectHeader,
  ConnectRecord,
  ConnectWorker,
  ConnectWorkerOptions,
  ErrantRecordReporter,
  Field,
  NewSourceRecord,
  OffsetReader,
  RestOptions,
  Schema,
  SchemaType,
  SinkPlugin,
  SinkRecord,
  SinkTask,
  SinkTaskContext,
  SourceMap,
  SourcePlugin,
  SourceTask,
  SourceTaskContext,
  TransactionContext,
} from './connect/index.js';

// Drift
export { adwin, type AdwinOptions } from './loop/drift/adwin.js';
export { confidenceDrift, type ConfidenceDriftOptions } from './loop/drift/confidence-drift.js';
export { detectDrift, DriftEvent, type DetectDriftOptions } from './loop/drift/detect-drift.js';
export type { DriftDetector, DriftVerdict } from './loop/drift/drift-detector.js';
export { featureDrift, type FeatureDriftOptions } from './loop/drift/feature-drift.js';
export { kswin, type KswinOptions } from './loop/drift/kswin.js';
export { pageHinkley, type PageHinkleyOptions } from './loop/drift/page-hinkley.js';

// Features and text
export { IndexToString, type IndexToStringParams } from './ml/feature/index-to-string.js';
export { PCA, PCAModel, type PcaParams } from './ml/feature/pca.js';
export { StandardScaler, StandardScalerModel, type StandardScalerParams } from './ml/feature/standard-scaler.js';
export { StringIndexer, StringIndexerModel, type StringIndexerParams } from './ml/feature/string-indexer.js';
export { VectorAssembler, type VectorAssemblerParams } from './ml/feature/vector-assembler.js';
export { HashingTF, type HashingTFParams } from './ml/text/hashing-tf.js';
export { IDF, IDFModel, type IDFParams } from './ml/text/idf.js';
export { Tokenizer } from './ml/text/tokenizer.js';

// Random numbers
export { uniformAt } from './ml/random.js';

// Linear models
export { LinearRegression, type LinearRegressionParams } from './ml/linear/linear-regression.js';
export { LinearRegressionModel } from './ml/linear/linear-regression-model.js';
export { LogisticRegression, type LogisticRegressionParams } from './ml/linear/logistic-regression.js';
export { LogisticRegressionModel } from './ml/linear/logistic-regression-model.js';
export { MultilabelLogisticRegression, type MultilabelLogisticRegressionParams } from './ml/linear/multilabel-logistic-regression.js';
export { MultilabelLogisticRegressionModel } from './ml/linear/multilabel-logistic-regression-model.js';
export { OneVsRest, type OneVsRestParams } from './ml/linear/one-vs-rest.js';
export { OneVsRestModel } from './ml/linear/one-vs-rest-model.js';
export { RidgeRegression, type RidgeRegressionParams } from './ml/linear/ridge-regression.js';

// Evaluation and selection
export { Evaluator } from './ml/evaluation/evaluator.js';
export { BinaryClassificationEvaluator, type BinaryClassificationEvaluatorParams } from './ml/evaluation/binary.js';
export { Confusion } from './ml/evaluation/confusion.js';
export {
  MulticlassClassificationEvaluator,
  type MulticlassClassificationEvaluatorParams,
  type MulticlassMetric,
} from './ml/evaluation/multiclass.js';
export { MultilabelClassificationEvaluator, type MultilabelClassificationEvaluatorParams } from './ml/evaluation/multilabel.js';
export { RankingEvaluator, type RankingEvaluatorParams } from './ml/evaluation/ranking.js';
export { RegressionEvaluator, type RegressionEvaluatorParams } from './ml/evaluation/regression.js';
export { CrossValidator, type CrossValidatorParams } from './ml/selection/cross-validator.js';
export type { Fold } from './ml/selection/fold.js';
export { HalvingGridSearch, type HalvingGridSearchParams } from './ml/selection/halving-grid-search.js';
export { ParamGridBuilder } from './ml/selection/param-grid-builder.js';
export type { RefitRule } from './ml/selection/refit.js';
export { searchProgress } from './ml/selection/search-progress.js';
export { SearchResults, type PointResult } from './ml/selection/search-results.js';
export {
  SelectedModel,
  SelectedModel as CrossValidatorModel,
  SelectedModel as TrainValidationSplitModel,
} from './ml/selection/selected-model.js';
export { TrainValidationSplit, type TrainValidationSplitParams } from './ml/selection/train-validation-split.js';

// Data sets in files and topics
export { fromArrow, toArrow, toArrowBytes } from './ml/dataset/arrow.js';
export { readCsv, writeCsv } from './ml/dataset/csv.js';
export type { TopicSlice } from './ml/dataset/from-topic.js';
export { readJsonl, writeJsonl } from './ml/dataset/jsonl.js';
export { readParquet, writeParquet } from './ml/dataset/parquet.js';

// Tuning across processes
export { fitOnLog, type FitOnLogOptions } from './ml/tuning/fit-on-log.js';
export { searchOnLog, type SearchOnLogOptions } from './ml/tuning/search-on-log.js';
export { serveShards, type ShardWorkerOptions } from './ml/tuning/serve-shards.js';
export { serveTrials, type TrialWorkerOptions } from './ml/tuning/serve-trials.js';
export type { GridTask } from './ml/selection/grid-task.js';

// Server: metrics, health, dashboard
export { dashboardServer, type DashboardOptions } from './server/dashboard-server.js';
export { parseHttpAddress, type HttpAddress } from './server/http-address.js';
export { listen } from './server/listen.js';
