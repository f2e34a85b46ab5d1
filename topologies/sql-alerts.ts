import { json, PredictionEvent, sql, SqlSession, topology, type Row } from 'headwater';

const session = new SqlSession();

/** Sure predictions that a region is occupied, as they come. */
const sure = `
  SELECT 'sure' AS alert, camera, region, capturedAt, id AS prediction,
         round(probabilities[array_position(labels, 'occupied')], 3) AS probability
  FROM predictions
  WHERE label = 'occupied' AND probabilities[array_position(labels, 'occupied')] > $1`;

/** Regions that were occupied in most frames of ten seconds. */
const busy = `
  SELECT 'busy' AS alert, key AS region, window_start, window_end, count(*) AS frames,
         round(avg(CASE WHEN label = 'occupied' THEN 1 ELSE 0 END), 3) AS share
  FROM predictions
  GROUP BY key, TUMBLE('10s')
  HAVING avg(CASE WHEN label = 'occupied' THEN 1 ELSE 0 END) > 0.8`;

/** Reads predictions and writes alerts: two queries in SQL. */
export default topology('sql-alerts', ({ source, sink }) => {
  const predictions = source('predictions', PredictionEvent);
  sink('alerts', json<Row>(), predictions.pipe(sql(sure, session, { name: 'sure', parameters: [0.95] })));
  sink('busy-regions', json<Row>(), predictions.pipe(sql(busy, session, { name: 'busy', grace: '1s' })));
});
