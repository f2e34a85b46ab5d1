import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** Two ways to do the same work, measured in turn in one process, so that whatever else the machine does weighs on both. */
export interface Bench {
  readonly unit: string;
  /** Of a `rate` more is better, of a `time` less. */
  readonly kind: 'rate' | 'time';
  /** Pairs of measurements. */
  readonly runs: number;
  /** One measurement of our side, in `unit`. */
  ours(): Promise<number>;
  reference(): Promise<number>;
  close(): Promise<void>;
}

/** What a file `<name>.bench.ts` exports as `open`: options are those of the command line. */
export type OpenBench = (options: Readonly<Record<string, string>>) => Promise<Bench>;

export interface BenchResult {
  readonly name: string;
  readonly ours: number;
  readonly reference: number;
  /** More is better: ours/reference of a rate, reference/ours of a time; the median of all pairs. */
  readonly ratio: number;
  readonly unit: string;
  readonly runs: number;
  readonly machine: string;
  /** Load average of the last minute, at the end: above the cores, the clock says little. */
  readonly load: number;
}

/** Measures both sides in turn, after one pair that does not count, and takes medians. */
export async function alternate(name: string, bench: Bench, tell: (line: string) => void): Promise<BenchResult> {
  await bench.reference();
  await bench.ours();
  const pairs: { ours: number; reference: number; ratio: number }[] = [];
  for (let run = 1; run <= bench.runs; run++) {
    // Whoever goes second meets another machine: the order changes from pair to pair.
    const oursFirst = run % 2 === 0;
    const before = oursFirst ? await bench.ours() : undefined;
    const reference = await bench.reference();
    const ours = before ?? (await bench.ours());
    const ratio = bench.kind === 'rate' ? ours / reference : reference / ours;
    pairs.push({ ours, reference, ratio });
    tell(`${run}/${bench.runs}: ours ${ours.toFixed(2)}, reference ${reference.toFixed(2)} ${bench.unit}, ratio ${ratio.toFixed(3)}`);
  }
  const [ours, reference, ratio] = (['ours', 'reference', 'ratio'] as const).map((side) => median(pairs.map((pair) => pair[side])));
  return {
    name,
    ours: round(ours!),
    reference: round(reference!),
    ratio: round(ratio!),
    unit: bench.unit,
    runs: bench.runs,
    machine: machine(),
    load: round(loadavg()[0]!),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

function machine(): string {
  return `${cpus()[0]?.model.trim() ?? process.arch}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
}
