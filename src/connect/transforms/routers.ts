import { defineConfig, javaRegex, javaRegexForWhole, validators } from '../../config/index.js';
import { error } from '../../errors.js';
import { dateFormat } from '../data/date-format.js';
import { replaceFirst } from './replace-first.js';
import { onRecord } from './transformation.js';

const regexConfig = defineConfig({
  regex: {
    type: 'STRING',
    importance: 'HIGH',
    doc: 'Expression that must match the whole topic name.',
    validator: validators.regularExpression,
  },
  replacement: { type: 'STRING', importance: 'HIGH', doc: 'New topic name; $1 stands for the first group.' },
});

/** Renames the topic where it matches a regular expression (`RegexRouter`). */
export const regexRouter = onRecord('RegexRouter', regexConfig, (options) => {
  const whole = javaRegexForWhole(options.regex);
  const first = javaRegex(options.regex);
  return (record) => (whole.test(record.topic) ? { ...record, topic: replaceFirst(record.topic, first, options.replacement) } : record);
});

const timestampConfig = defineConfig({
  'topic.format': {
    type: 'STRING',
    default: '${topic}-${timestamp}',
    importance: 'HIGH',
    doc: 'New topic name; ${topic} and ${timestamp} stand for the old name and the time.',
  },
  'timestamp.format': {
    type: 'STRING',
    default: 'yyyyMMdd',
    importance: 'HIGH',
    doc: 'Pattern of the time, as java.text.SimpleDateFormat.',
  },
});

/** Puts the record's time into the topic name (`TimestampRouter`). */
export const timestampRouter = onRecord('TimestampRouter', timestampConfig, (options) => {
  const format = dateFormat(options['timestamp.format']);
  return (record) => {
    if (record.timestamp === null) throw error('HW_CONNECT_DATA', { problem: 'Timestamp missing on record' });
    const time = format.format(new Date(record.timestamp));
    const topic = options['topic.format'].replaceAll('${topic}', () => record.topic).replaceAll('${timestamp}', () => time);
    return { ...record, topic };
  };
});

/** Drops every record; meant to be used with a predicate (`Filter`). */
export const filter = onRecord('Filter', defineConfig({}), () => () => null);
