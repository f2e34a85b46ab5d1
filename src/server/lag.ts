import type { CommittedOffset, Log } from '../log/log.js';
import type { App } from '../topology/app.js';

/** How far behind a consumer group is, partition by partition. */
export interface GroupLag {
  readonly app: string;
  readonly offsets: readonly CommittedOffset[];
}

/** Groups that are asked at most. */
const most = 50;

/** The lag of the apps of this process, or, where there are none, of all groups of the log. */
export async function lagOf(log: Log, apps: readonly App[]): Promise<GroupLag[]> {
  const names = apps.length > 0 ? apps.map(({ name }) => name) : (await log.groups()).sort().slice(0, most);
  return Promise.all(names.map(async (app) => ({ app, offsets: await log.committed(app) })));
}
