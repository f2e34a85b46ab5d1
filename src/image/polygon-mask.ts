import type { Point } from './image-plan.js';
import type { Placement } from './placement.js';
import type { Canvas } from './resample.js';

/** Whether the polygon is an upright rectangle, whose bounding box is all there is to cut. */
export function isUprightRectangle(polygon: readonly Point[]): boolean {
  const xs = new Set(polygon.map(([x]) => x));
  const ys = new Set(polygon.map(([, y]) => y));
  const sides = polygon.map(([x, y], i) => {
    const [nextX, nextY] = polygon[(i + 1) % polygon.length]!;
    return (x === nextX) !== (y === nextY);
  });
  return polygon.length === 4 && xs.size === 2 && ys.size === 2 && sides.every(Boolean);
}

/** Paints the pixels of a drawn picture whose centre lies outside the polygon (even-odd rule). */
export function paintOutside(canvas: Canvas, { from, to }: Placement, polygon: readonly Point[], grey: number): void {
  for (let y = 0; y < to.height; y++) {
    const crossings = crossingsAt(from.y + ((y + 0.5) * from.height) / to.height, polygon).map(
      (x) => ((x - from.x) * to.width) / from.width,
    );
    const row = canvas.offset + ((to.y + y) * canvas.width + to.x) * 3;
    let painted = 0;
    const paint = (end: number) => {
      if (end > painted) canvas.bytes.fill(grey, row + painted * 3, row + end * 3);
    };
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      paint(column(crossings[i]!, to.width));
      painted = Math.max(painted, column(crossings[i + 1]!, to.width));
    }
    paint(to.width);
  }
}

/** The first column whose centre is at or right of `x`. */
function column(x: number, width: number): number {
  return Math.min(width, Math.max(0, Math.ceil(x - 0.5)));
}

function crossingsAt(y: number, polygon: readonly Point[]): number[] {
  const found: number[] = [];
  polygon.forEach(([x0, y0], i) => {
    const [x1, y1] = polygon[(i + 1) % polygon.length]!;
    if (y0 <= y !== y1 <= y) found.push(x0 + ((y - y0) * (x1 - x0)) / (y1 - y0));
  });
  return found.sort((a, b) => a - b);
}
