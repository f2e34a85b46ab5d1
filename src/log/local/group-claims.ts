import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { error } from '../../errors.js';
import type { Clock } from '../../time/clock.js';
import type { Databases, Owner } from './databases.js';
import { transact } from './transact.js';

const beatMs = 3_000;
/** Beats that an owner on another host may miss. */
const missedBeats = 5;

/** Which groups this log runs. A claim lies in the log itself, so that commits check it in their own transaction. */
export class GroupClaims {
  readonly #token = randomUUID();
  readonly #held = new Set<string>();
  #beating: NodeJS.Timeout | undefined;

  constructor(
    private readonly logName: string,
    private readonly directory: string,
    private readonly tables: Databases,
    private readonly clock: Clock,
  ) {}

  /** To be called inside a write transaction. Throws HW_GROUP_LOCKED where a living process has the group. */
  claim(group: string): number {
    const row = this.tables.groups.get(group) ?? { epoch: 0 };
    if (row.owner !== undefined && row.owner.token !== this.#token && this.#lives(row.owner)) throw this.#locked(group, row.owner);
    const epoch = row.epoch + 1;
    this.tables.groups.putSync(group, { epoch, owner: this.#self() });
    this.#held.add(group);
    this.#beating ??= setInterval(() => this.#beat(), beatMs).unref();
    return epoch;
  }

  /** To be called inside a write transaction. */
  release(group: string): void {
    const row = this.tables.groups.get(group);
    if (row?.owner?.token === this.#token) this.tables.groups.putSync(group, { epoch: row.epoch });
    this.#held.delete(group);
    if (this.#held.size === 0) this.stop();
  }

  check(group: string): void {
    const owner = this.tables.groups.get(group)?.owner;
    if (owner?.token !== this.#token) throw this.#locked(group, owner);
  }

  stop(): void {
    clearInterval(this.#beating);
    this.#beating = undefined;
  }

  #beat(): void {
    const renew = (): void => {
      for (const group of this.#held) {
        const row = this.tables.groups.get(group);
        if (row?.owner?.token === this.#token) this.tables.groups.putSync(group, { epoch: row.epoch, owner: this.#self() });
      }
    };
    // a beat that is missed on a full disk is no harm: the next one counts
    transact(this.tables.root, this.directory, renew).catch(() => undefined);
  }

  #self(): Owner {
    return { token: this.#token, pid: process.pid, started: startOf(process.pid) ?? null, host: hostname(), beat: this.clock.now() };
  }

  #lives({ pid, started, host, beat }: Owner): boolean {
    if (host !== hostname()) return this.clock.now() - beat < missedBeats * beatMs;
    return isRunning(pid) && (started === null || started === startOf(pid));
  }

  #locked(group: string, owner?: Owner): Error {
    return error('HW_GROUP_LOCKED', { group, log: this.logName, pid: owner?.pid ?? 'unknown', host: owner?.host ?? 'unknown host' });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (reason) {
    return (reason as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/PID/stat, counted after the parenthesis that closes the name. Undefined where there is no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
