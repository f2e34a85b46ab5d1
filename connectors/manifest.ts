import type { ConnectorManifest } from 'headwater';
import { fileStreamSink } from './file-stream-sink.js';
import { fileStreamSource } from './file-stream-source.js';

/** The connectors that come with Headwater. Optional libraries are loaded when a connector starts, not here. */
const manifest: ConnectorManifest = [fileStreamSink, fileStreamSource];
export default manifest;
