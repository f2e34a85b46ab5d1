import { NoBrokerAnswers } from './kafka-failure.js';

/**
 * What `answer` says within `ms` milliseconds; else `late`, by default an error that passes. kafkajs times requests out only while it takes their connection for
 * connected: one that is in flight when that connection is given up is never answered.
 */
export async function withDeadline<T>(ms: number, answer: Promise<T>, late: () => Error = notAnswered): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(late());
    }, ms);
  });
  try {
    return await Promise.race([answer, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** Disconnects, and waits a moment for requests in flight. */
export async function disconnect(connection: { disconnect(): Promise<void> }): Promise<void> {
  await withDeadline(2000, connection.disconnect()).catch(() => undefined);
}

function notAnswered(): Error {
  return new NoBrokerAnswers('a request is not answered');
}
