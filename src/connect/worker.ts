import { reasonOf } from '../errors.js';
import type { Lease, Membership } from '../log/log.js';
import { partitionFor } from '../log/partitioner.js';
import { ConnectorRun } from './connector-run.js';
import type { Logger } from './loggers.js';
import type { RestartRequest } from './state/config-store.js';
import type { Status } from './state/status-store.js';
import { TaskRun } from './task-run.js';
import type { WorkerSurroundings } from './worker-surroundings.js';

/** A connector or a task that runs here. */
interface Run {
  /** What it was started with; another text means: start anew. */
  readonly version: string;
  setTarget(target: 'STARTED' | 'PAUSED' | 'STOPPED'): Promise<void>;
  stop(): Promise<void>;
}

interface Wanted {
  readonly key: string;
  readonly version: string;
  readonly target: 'STARTED' | 'PAUSED' | 'STOPPED';
  start(): Promise<Run>;
}

/** Runs the connectors and tasks of the shares of work that this member of the group owns; a share is a partition of the work topic. */
export class Worker {
  readonly #leases = new Map<number, Lease>();
  readonly #runs = new Map<string, Run>();
  readonly #restarts = new Map<string, number>();
  readonly #logger: Logger;
  #membership: Membership | undefined;
  #reconciling: Promise<void> = Promise.resolve();
  #closed = false;

  /** `lost` is called when the group goes on without this worker for good. */
  constructor(
    private readonly at: WorkerSurroundings,
    private readonly lost: (reason: unknown) => void,
  ) {
    this.#logger = at.loggers.named('org.apache.kafka.connect.runtime.Worker');
  }

  /** Joins the group; work starts with the first share. */
  async start(): Promise<void> {
    const { log, config } = this.at;
    await log.createTopics([{ name: config['work.topic'], partitions: config['work.shares'] }]);
    this.#membership = await log.join({
      group: config['group.id'],
      topics: [config['work.topic']],
      onAssigned: (lease) => {
        this.#leases.set(lease.partition, lease);
        lease.signal.addEventListener('abort', () => {
          if (this.#leases.get(lease.partition) === lease) this.#leases.delete(lease.partition);
          this.reconcile();
        });
        this.reconcile();
      },
      onError: (reason) => {
        this.#logger.error(`left the group: ${reasonOf(reason)}`);
        this.lost(reason);
      },
    });
  }

  /** Brings what runs in line with what is configured and owned; changes during one round lead to another. */
  reconcile(): void {
    this.#reconciling = this.#reconciling.then(() => this.#round()).catch((thrown: unknown) => this.#logger.error(reasonOf(thrown)));
  }

  /** Resolves when what was asked for up to now has been begun. */
  async settled(): Promise<void> {
    let seen: Promise<void>;
    do {
      seen = this.#reconciling;
      await seen;
    } while (seen !== this.#reconciling);
  }

  /** Starts again what the request names and this worker owns. */
  restart({ connector, includeTasks, onlyFailed, task }: RestartRequest): void {
    const wanted = (status: Status | undefined): boolean => !onlyFailed || status?.state === 'FAILED';
    const again = (key: string): void => void this.#restarts.set(key, (this.#restarts.get(key) ?? 0) + 1);
    if (task !== undefined) again(taskKey(connector, task));
    else if (wanted(this.at.statuses.connector(connector))) again(connectorKey(connector));
    if (includeTasks) {
      this.at.configs.get(connector)?.tasks.forEach((_, id) => {
        if (wanted(this.at.statuses.task(connector, id))) again(taskKey(connector, id));
      });
    }
    this.reconcile();
  }

  async stop(): Promise<void> {
    this.#closed = true;
    this.reconcile();
    await this.settled();
    await this.#membership?.leave();
  }

  async #round(): Promise<void> {
    const wanted = this.#closed ? [] : this.#wanted();
    const byKey = new Map(wanted.map((each) => [each.key, each]));
    const gone = [...this.#runs].filter(([key, run]) => byKey.get(key)?.version !== run.version);
    await Promise.all(
      gone.map(async ([key, run]) => {
        await run.stop();
        this.#runs.delete(key);
      }),
    );
    for (const each of wanted) {
      const running = this.#runs.get(each.key);
      if (running) await running.setTarget(each.target);
      else this.#runs.set(each.key, await each.start());
    }
  }

  #wanted(): Wanted[] {
    const { configs } = this.at;
    return configs.names().flatMap((name) => {
      const state = configs.get(name);
      if (!state) return [];
      const { config, target, tasks } = state;
      const connector: Wanted[] = this.#lease(name, 0)
        ? [
            {
              key: connectorKey(name),
              version: this.#version(connectorKey(name), config),
              target,
              start: () => ConnectorRun.start(this.at, name, config, target, this.#version(connectorKey(name), config)),
            },
          ]
        : [];
      const owned = tasks.flatMap((properties, id): Wanted[] => {
        const lease = this.#lease(name, id + 1);
        if (!lease) return [];
        const version = this.#version(taskKey(name, id), [config, properties, lease.epoch]);
        return [
          {
            key: taskKey(name, id),
            version,
            target,
            start: () => Promise.resolve(new TaskRun(this.at, { connector: name, id, config, properties, target, version, lease })),
          },
        ];
      });
      return [...connector, ...owned];
    });
  }

  /** The lease of the share that a connector (0) or its task (id + 1) belongs to, if this worker owns it. */
  #lease(name: string, place: number): Lease | undefined {
    const shares = this.at.config['work.shares'];
    return this.#leases.get((partitionFor(Buffer.from(name), shares) + place) % shares);
  }

  #version(key: string, what: unknown): string {
    return JSON.stringify([this.#restarts.get(key) ?? 0, what]);
  }
}

function connectorKey(name: string): string {
  return `connector/${name}`;
}

function taskKey(name: string, id: number): string {
  return `task/${name}/${id}`;
}
