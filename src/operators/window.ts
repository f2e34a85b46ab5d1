import { count } from './window/count-window.js';
import { hopping } from './window/hopping.js';
import { session } from './window/session.js';
import { sliding } from './window/sliding.js';
import { tumbling } from './window/tumbling.js';

/**
 * Windows per key, in event time. What they hold lies in the task's store: the end of an epoch closes none, a restart forgets none. Stream time is the
 * newest event time that the operator has seen in its partition; `grace` is how long a window still takes records after its end.
 */
export const window = { tumbling, hopping, sliding, session, count };
