import { cast } from './cast.js';
import { extractField, flatten, hoistField, replaceField, valueToKey } from './field-transforms.js';
import { dropHeaders, headerFrom, insertHeader } from './header-transforms.js';
import { insertField } from './insert-field.js';
import { maskField } from './mask-field.js';
import { filter, regexRouter, timestampRouter } from './routers.js';
import { setSchemaMetadata } from './schema-metadata.js';
import { timestampConverter } from './timestamp-converter.js';
import type { TransformationPlugin } from './transformation.js';

/** Kafka Connect's single message transforms, each in all its forms. */
export const transformations: readonly TransformationPlugin[] = [
  ...cast,
  ...dropHeaders,
  ...extractField,
  ...filter,
  ...flatten,
  ...headerFrom,
  ...hoistField,
  ...insertField,
  ...insertHeader,
  ...maskField,
  ...regexRouter,
  ...replaceField,
  ...setSchemaMetadata,
  ...timestampConverter,
  ...timestampRouter,
  ...valueToKey,
];
export { predicates, type Predicate, type PredicatePlugin } from './predicates.js';
export type { Transformation, TransformationPlugin } from './transformation.js';
