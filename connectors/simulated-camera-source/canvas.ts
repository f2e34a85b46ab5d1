/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];
export type Corner = readonly [x: number, y: number];

/** RGB pixels to draw on, seen through a window that may be moved: only whole pixels, so that the same calls give the same bytes everywhere. */
export class Canvas {
  readonly data: Uint8Array;

  /** `left` and `top` are the place of the scene that shows in the upper left corner. */
  constructor(
    readonly width: number,
    readonly height: number,
    private readonly left: number,
    private readonly top: number,
  ) {
    this.data = new Uint8Array(width * height * 3);
  }

  rectangle(x: number, y: number, width: number, height: number, colour: Colour): void {
    for (let row = Math.round(y); row < Math.round(y + height); row++) this.#span(row, x, x + width, colour);
  }

  ellipse(x: number, y: number, radiusX: number, radiusY: number, colour: Colour): void {
    for (let row = Math.ceil(y - radiusY); row <= y + radiusY; row++) {
      const half = radiusX * Math.sqrt(Math.max(0, 1 - ((row - y) / radiusY) ** 2));
      this.#span(row, x - half, x + half, colour);
    }
  }

  /** A convex polygon. */
  polygon(corners: readonly Corner[], colour: Colour): void {
    const rows = corners.map(([, y]) => y);
    for (let row = Math.round(Math.min(...rows)); row < Math.round(Math.max(...rows)); row++) {
      const crossings = corners.flatMap(([x, y], index) => crossing([x, y], corners[(index + 1) % corners.length]!, row + 0.5));
      if (crossings.length > 1) this.#span(row, Math.min(...crossings), Math.max(...crossings), colour);
    }
  }

  #span(row: number, from: number, to: number, [red, green, blue]: Colour): void {
    const y = row - this.top;
    if (y < 0 || y >= this.height) return;
    const begin = Math.max(0, Math.round(from) - this.left);
    const end = Math.min(this.width, Math.round(to) - this.left);
    for (let at = (y * this.width + begin) * 3; at < (y * this.width + end) * 3; at += 3) {
      this.data[at] = red;
      this.data[at + 1] = green;
      this.data[at + 2] = blue;
    }
  }
}

function crossing([x1, y1]: Corner, [x2, y2]: Corner, y: number): number[] {
  if (y < Math.min(y1, y2) || y >= Math.max(y1, y2)) return [];
  return [x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)];
}
