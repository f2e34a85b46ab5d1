import type { ConnectorManifest } from 'headwater/connect';
import { cameraSource } from './camera-source/camera-source.js';
import { consoleSink } from './console-sink.js';
import { fileSink } from './file-sink/file-sink.js';
import { fileStreamSink } from './file-stream-sink.js';
import { fileStreamSource } from './file-stream-source.js';
import { httpSink } from './http-sink.js';
import { imageDirectorySource } from './image-directory-source.js';
import { mqttSink } from './mqtt/mqtt-sink.js';
import { mqttSource } from './mqtt/mqtt-source.js';
import { postgresSink } from './postgres-sink/postgres-sink.js';
import { s3Sink } from './s3/s3-sink.js';
import { s3Source } from './s3/s3-source.js';
import { simulatedCameraSource } from './simulated-camera-source/simulated-camera-source.js';

/** The connectors that come with Headwater. Optional libraries are loaded when a task starts, not here. */
const manifest: ConnectorManifest = [
  cameraSource,
  fileStreamSink,
  fileStreamSource,
  consoleSink,
  fileSink,
  httpSink,
  imageDirectorySource,
  mqttSink,
  mqttSource,
  postgresSink,
  s3Sink,
  simulatedCameraSource,
  s3Source,
];
export default manifest;
