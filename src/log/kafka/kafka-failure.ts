import { error, HeadwaterError, reasonOf } from '../../errors.js';

/** For answers that kafkajs leaves empty instead of failing. */
export class NoBrokerAnswers extends Error {
  override readonly name = 'NoBrokerAnswers';
}

const connectionErrors = new Set([
  'NoBrokerAnswers',
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSMetadataNotLoaded',
  'KafkaJSLockTimeout',
]);

/** Protocol errors that pass by themselves: the cluster is moving a leader or a coordinator. */
const passing = new Set([
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'REQUEST_TIMED_OUT',
  'BROKER_NOT_AVAILABLE',
  'REPLICA_NOT_AVAILABLE',
  'NETWORK_EXCEPTION',
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'CONCURRENT_TRANSACTIONS',
  'KAFKA_STORAGE_ERROR',
]);

const fenced = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED', 'INVALID_PRODUCER_ID_MAPPING', 'TRANSACTION_COORDINATOR_FENCED']);

/** The protocol error code inside whatever kafkajs threw, such as `TOPIC_AUTHORIZATION_FAILED`; `undefined` for none. */
export function protocolErrorOf(thrown: unknown): string | undefined {
  const root = rootOf(thrown);
  return 'type' in root && typeof root.type === 'string' ? root.type : undefined;
}

/** Whether the broker could not be reached or did not answer. */
export function isConnectionFailure(thrown: unknown): boolean {
  const root = rootOf(thrown);
  return connectionErrors.has(root.name) || ('code' in root && root.code === 'ECONNREFUSED');
}

/** Whether trying again may help. */
export function isPassing(thrown: unknown): boolean {
  return isConnectionFailure(thrown) || passing.has(protocolErrorOf(thrown) ?? '');
}

/** Whether a newer producer with the same transactional id has taken over. */
export function isFenced(thrown: unknown): boolean {
  return fenced.has(protocolErrorOf(thrown) ?? '');
}

/** What kafkajs threw as an error of the table. `topic` is the one that was asked for, if it was one. */
export function kafkaFailure(log: string, thrown: unknown, topic = '(not named)'): HeadwaterError {
  if (thrown instanceof HeadwaterError) return thrown;
  const root = rootOf(thrown);
  const type = protocolErrorOf(thrown);
  if (root.name === 'KafkaJSSASLAuthenticationError') return error('HW_KAFKA_LOGIN', { log, reason: root.message }, thrown);
  if (type?.endsWith('AUTHORIZATION_FAILED') === true) return error('HW_KAFKA_NOT_AUTHORIZED', { log, reason: root.message }, thrown);
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') return error('HW_TOPIC_UNKNOWN', { log, topic }, thrown);
  if (type === 'INVALID_TOPIC_EXCEPTION') return error('HW_TOPIC_NAME', { topic }, thrown);
  if (type === 'MESSAGE_TOO_LARGE' || type === 'RECORD_LIST_TOO_LARGE') return error('HW_RECORD_TOO_LARGE', { log, topic }, thrown);
  if (isConnectionFailure(thrown)) return error('HW_KAFKA_AWAY', { log, reason: root.message }, thrown);
  return error('HW_KAFKA_FAILED', { log, reason: reasonOf(root) }, thrown);
}

/** kafkajs wraps: retries exceeded around aggregate around protocol error. The innermost says what happened. */
function rootOf(thrown: unknown): Error {
  let at = thrown instanceof Error ? thrown : new Error(String(thrown));
  for (;;) {
    const inner: unknown = 'errors' in at && Array.isArray(at.errors) ? at.errors[0] : at.cause;
    if (!(inner instanceof Error)) return at;
    at = inner;
  }
}
