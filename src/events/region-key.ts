/** The region of a camera without a region list: the whole picture. */
export const WHOLE_FRAME = 'frame';

/** Key of features, predictions and labels: `camera/region`. */
export function regionKey(camera: string, region: string = WHOLE_FRAME): string {
  return `${camera}/${region}`;
}
