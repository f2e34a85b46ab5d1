import type { AvroFormat } from '../serde/avro.js';
import { avroCodec } from './converters/avro-codec.js';
import type { Schema } from './data/schema.js';

/** The Connect schema of an Avro format: what a source puts beside its values so that the Avro converter stores that format. */
export function connectSchemaOf(format: Pick<AvroFormat<unknown>, 'schema'>): Schema {
  return avroCodec(JSON.parse(format.schema)).schema;
}
