/**
 * Shares partitions 0 to `partitions` - 1 among members so that their counts differ by one at most, and moves no more of them than that takes
 * (Kafka's sticky assignor). `owned[i]` is what member i holds now; the answer is what each member is to hold, in ascending order.
 */
export function assignPartitions(partitions: number, owned: readonly (readonly number[])[]): number[][] {
  const assigned: number[][] = owned.map(() => []);
  const quota = Math.floor(partitions / owned.length);
  let extra = partitions % owned.length;
  const free = new Set(Array.from({ length: partitions }, (_, partition) => partition));
  const byOwned = [...owned.keys()].sort((a, b) => owned[b]!.length - owned[a]!.length);
  for (const member of byOwned) {
    const limit = owned[member]!.length > quota && extra > 0 ? quota + 1 : quota;
    const kept = owned[member]!.slice(0, limit);
    if (kept.length > quota) extra--;
    for (const partition of kept) free.delete(partition);
    assigned[member]!.push(...kept);
  }
  for (const partition of free) {
    const least = assigned.reduce((best, list) => (list.length < best.length ? list : best));
    least.push(partition);
  }
  return assigned.map((list) => list.sort((a, b) => a - b));
}
