import type { Point } from './image-plan.js';

/** Whether a point lies in a polygon (even-odd rule); on a left or upper edge counts as inside. */
export function insidePolygon([x, y]: Point, polygon: readonly Point[]): boolean {
  let inside = false;
  polygon.forEach(([x0, y0], corner) => {
    const [x1, y1] = polygon[(corner + 1) % polygon.length]!;
    if (y0 <= y !== y1 <= y && x >= x0 + ((y - y0) * (x1 - x0)) / (y1 - y0)) inside = !inside;
  });
  return inside;
}
