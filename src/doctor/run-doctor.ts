import type { OpenLogOptions } from '../log/open-log.js';
import { checkCodecs } from './check-codecs.js';
import { checkDevice, checkLanes } from './check-device.js';
import { checkLog, checkRegistry } from './check-log.js';
import { checkMemory, checkNode } from './check-machine.js';
import { checkPackages } from './check-packages.js';
import { examine, type Check, type Finding } from './finding.js';

export interface DoctorOptions {
  readonly log: string;
  readonly logOptions?: OpenLogOptions;
  readonly registry?: string;
}

/** All checks, in the order in which one would look. */
export function doctorChecks({ log, logOptions, registry }: DoctorOptions): Check[] {
  return [
    checkNode(),
    checkMemory(),
    checkDevice(),
    checkLanes(),
    checkCodecs(),
    checkLog(log, logOptions),
    checkRegistry(log, registry, logOptions),
    checkPackages(),
  ];
}

/** The findings of `checks`, each as it comes. */
export async function* runDoctor(checks: readonly Check[]): AsyncGenerator<Finding> {
  for (const check of checks) yield await examine(check);
}
