import type { Box } from '../../image/image-plan.js';

/** Keeps the best of boxes that overlap by more than `iou` (intersection over union), whatever their class. Takes and gives them best first. */
export function suppressOverlaps<T extends { readonly box: Box }>(candidates: readonly T[], iou: number): T[] {
  const kept: T[] = [];
  for (const candidate of candidates) {
    if (kept.every(({ box }) => overlap(box, candidate.box) <= iou)) kept.push(candidate);
  }
  return kept;
}

/** Intersection over union, 0 to 1. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}
