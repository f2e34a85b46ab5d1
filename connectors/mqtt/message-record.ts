import { parseJson, Schemas, type ConnectHeader, type NewSourceRecord } from 'headwater/connect';
import { imageRecord } from '../image-record.js';
import { fillTemplate, levelOf } from '../template.js';
import type { Message } from './message.js';

/** What a payload is: a picture, JSON without a schema, text, or bytes. */
export const PAYLOADS = ['image', 'json', 'string', 'bytes'] as const;
export type Payload = (typeof PAYLOADS)[number];

/** Placeholders of the templates: the message's topic, or one of its levels, from 1. */
export const PLACEHOLDERS = /^(topic|[1-9]\d*)$/;

export interface MessageMapping {
  readonly payload: Payload;
  /** Templates of the record's topic and key. */
  readonly topic: string;
  readonly key: string;
  /** Media type of pictures. */
  readonly encoding: string;
  /** User property that holds the time of capture; empty: none does. */
  readonly timestampProperty: string;
}

/** The record of a message. Throws where a template does not fit its topic, or its payload is no JSON. */
export function messageRecord(message: Message, mapping: MessageMapping): Omit<NewSourceRecord, 'sourcePartition' | 'sourceOffset'> {
  const fill = (template: string): string =>
    fillTemplate(template, (name) => (name === 'topic' ? message.topic : levelOf(message.topic, name)));
  const topic = fill(mapping.topic).replaceAll(/[^\w.-]/g, '_');
  const key = fill(mapping.key);
  const timestamp = timeOf(message, mapping.timestampProperty);
  const headers = headersOf(message);
  if (mapping.payload === 'image') {
    const attributes = { 'mqtt.topic': message.topic, ...message.properties };
    return {
      topic,
      headers,
      ...imageRecord({ camera: key, capturedAt: timestamp, encoding: mapping.encoding, bytes: message.payload, attributes }),
    };
  }
  return { topic, headers, keySchema: Schemas.string, key, timestamp, ...valueOf(message.payload, mapping.payload) };
}

/** An empty payload, which clears a retained message at the broker, is a record without value. */
function valueOf(payload: Uint8Array, kind: Exclude<Payload, 'image'>): Pick<NewSourceRecord, 'valueSchema' | 'value'> {
  if (kind === 'json') return { valueSchema: null, value: payload.length === 0 ? null : parseJson(payload) };
  if (kind === 'bytes') return { valueSchema: Schemas.optionalBytes, value: payload.length === 0 ? null : payload };
  return { valueSchema: Schemas.optionalString, value: payload.length === 0 ? null : Buffer.from(payload).toString('utf8') };
}

function timeOf({ properties, arrivedAt }: Message, name: string): number {
  const given = Number(properties[name] ?? NaN);
  return Number.isSafeInteger(given) && given >= 0 ? given : arrivedAt;
}

function headersOf({ topic, retained, duplicate, properties }: Message): ConnectHeader[] {
  const facts = { ...properties, 'mqtt.topic': topic, 'mqtt.retained': String(retained), 'mqtt.duplicate': String(duplicate) };
  return Object.entries(facts).map(([key, value]) => ({ key, schema: Schemas.string, value }));
}
