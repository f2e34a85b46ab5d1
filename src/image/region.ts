/** A named polygon of a camera's picture, corners in pixels of that picture. */
export interface Region {
  readonly name: string;
  readonly polygon: readonly (readonly [x: number, y: number])[];
}

/** A camera and the regions that are looked at. */
export interface Camera {
  readonly camera: string;
  /** Size of the picture, in pixels, in which the polygons are given. */
  readonly width: number;
  readonly height: number;
  readonly regions: readonly Region[];
}

/** The cameras that are known, by id. A camera that is not has one region: the whole frame. */
export interface CameraDirectory {
  camera(id: string): Camera | undefined;
}

/** The regions of a camera in pixels of a frame, which may be of another size than they were drawn in (0: not known). */
export function regionsIn(frame: { readonly width: number; readonly height: number }, camera: Camera | undefined): readonly Region[] {
  if (!camera) return [];
  const scaleX = frame.width > 0 ? frame.width / camera.width : 1;
  const scaleY = frame.height > 0 ? frame.height / camera.height : 1;
  return camera.regions.map(({ name, polygon }) => ({ name, polygon: polygon.map(([x, y]) => [x * scaleX, y * scaleY] as const) }));
}
