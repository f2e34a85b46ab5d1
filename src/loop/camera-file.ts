import { readFile } from 'node:fs/promises';

import { error, reasonOf } from '../errors.js';
import type { Camera, Region } from '../image/region.js';

/**
 * The size and regions of a camera from a JSON file: `{"width", "height", "regions": [{"name", "polygon": [[x, y], ...]}]}`, polygons of three
 * corners or more inside the picture, in its pixels. Throws HW_FILE, HW_CAMERA_FILE.
 */
export async function readCameraFile(file: string, camera: string): Promise<Camera> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw error('HW_FILE', { file, reason: reasonOf(cause) }, cause);
  });
  try {
    return { camera, ...parseCamera(text) };
  } catch (cause) {
    throw error('HW_CAMERA_FILE', { file, problem: reasonOf(cause) }, cause);
  }
}

function parseCamera(text: string): Omit<Camera, 'camera'> {
  const { width, height, regions } = object(JSON.parse(text), 'the file');
  if (!isSize(width) || !isSize(height)) throw new TypeError('width and height must be whole numbers of pixels');
  if (!Array.isArray(regions)) throw new TypeError('regions must be a list');
  const parsed = regions.map((region) => parseRegion(region, width, height));
  const twice = parsed.find(({ name }, at) => parsed.findIndex((other) => other.name === name) < at);
  if (twice) throw new TypeError(`region "${twice.name}" is there twice`);
  return { width, height, regions: parsed };
}

function parseRegion(value: unknown, width: number, height: number): Region {
  const { name, polygon } = object(value, 'a region');
  if (typeof name !== 'string' || !/^[\w.-]+$/.test(name)) throw new TypeError('a region needs a name of a-z A-Z 0-9 . _ -');
  if (!Array.isArray(polygon) || polygon.length < 3) throw new TypeError(`region "${name}" needs a polygon of three corners or more`);
  const corners = polygon.map((corner: unknown) => {
    const [x, y] = Array.isArray(corner) ? (corner as unknown[]) : [];
    const inside = typeof x === 'number' && typeof y === 'number' && x >= 0 && y >= 0 && x <= width && y <= height;
    if (!inside) throw new TypeError(`region "${name}": ${JSON.stringify(corner)} is no place in a picture of ${width} x ${height}`);
    return [x, y] as const;
  });
  return { name, polygon: corners };
}

function object(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError(`${what} must be an object`);
  return value as Record<string, unknown>;
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
