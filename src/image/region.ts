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
