import { performance } from 'node:perf_hooks';

import { counter, gauge, type Family } from './exposition.js';

/** The process itself, under the names that Prometheus' own clients use. */
export function processFamilies(): Family[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  const seconds = (ms: number): number => ms / 1000;
  return [
    counter('process_cpu_seconds_total', 'Processor time.', [{ value: (user + system) / 1e6 }]),
    gauge('process_resident_memory_bytes', 'Resident memory.', [{ value: rss }]),
    gauge('process_start_time_seconds', 'When the process began, since 1970.', [{ value: seconds(performance.timeOrigin) }]),
    gauge('nodejs_heap_size_used_bytes', 'Heap in use.', [{ value: heapUsed }]),
    gauge('nodejs_heap_size_total_bytes', 'Heap reserved.', [{ value: heapTotal }]),
    gauge('nodejs_external_memory_bytes', 'Memory of native objects.', [{ value: external }]),
    counter('nodejs_eventloop_active_seconds_total', 'Time in which the event loop was at work.', [
      { value: seconds(performance.eventLoopUtilization().active) },
    ]),
  ];
}
