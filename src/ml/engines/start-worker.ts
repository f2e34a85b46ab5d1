import { Worker } from 'node:worker_threads';

/**
 * Starts the worker thread `name` that lies beside the caller (`import.meta.url`). From the sources (tests, tsx) the thread needs the TypeScript
 * loader, which Node 20 takes no other way.
 */
export function startWorker(name: string, caller: string): Worker {
  if (!caller.endsWith('.ts')) return new Worker(new URL(`./${name}.js`, caller));
  const entry = JSON.stringify(new URL(`./${name}.ts`, caller).href);
  return new Worker(`import('tsx/esm/api').then(({ register }) => (register(), import(${entry})))`, { eval: true });
}
