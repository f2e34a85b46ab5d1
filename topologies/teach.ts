import { detect, ImageEvent, LabelEvent, labelRegions, topology } from 'headwater';

/** The detector as a slow teacher: labels what the heads of score learn to see at a fraction of its cost. */
export default topology('teach', ({ source, step, sink, models }) => {
  const detections = step('detections', source('camera-frames', ImageEvent).pipe(detect(models.detector())));
  const classes = ['person', 'bicycle', 'motorcycle', 'car', 'bus', 'truck'];
  sink('labels', LabelEvent, detections.pipe(labelRegions({ classes, source: 'detector' })));
});
