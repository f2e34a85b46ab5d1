import { html, show, table } from './dom.js';
import { count, dateTime, duration, moment } from './text.js';

/** What the apps of the process have done, and how far behind every group is. */
export function showLag(apps, lag) {
  const figures = apps.map(({ app, partitions, recordsIn, epochs, retries, deadLettered, epochMs }) => [
    app,
    partitions.join(' ') || 'none',
    count(recordsIn),
    count(epochs),
    count(retries),
    count(deadLettered),
    duration(epochMs.p50),
    count(lag.find((group) => group.app === app)?.records ?? 0),
  ]);
  const groups = lag.map(({ app, records }) => [app, count(records)]);
  const headings = ['App', 'Partitions', '#Records', '#Epochs', '#Retries', '#Dead', '#Epoch p50', '#Lag'];
  const root = document.querySelector('#lag');
  show(root, JSON.stringify([figures, groups]), () =>
    apps.length > 0 ? table(headings, figures) : table(['Consumer group', '#Lag'], groups),
  );
}

/** The newest records that could not be used. */
export function showDeadLetters(letters) {
  if (letters.length === 0) return;
  const rows = () =>
    letters.map(({ timestamp, app, stage, origin, key, reason, headers }) => [
      html('time', { datetime: new Date(timestamp).toISOString(), title: dateTime(timestamp) }, moment(timestamp)),
      app ?? '',
      html('code', {}, origin),
      key ?? '',
      html(
        'details',
        {},
        html('summary', {}, `${stage ?? ''}: ${reason ?? 'no reason'}`),
        headers.map(([name, value]) => html('pre', {}, `${name}: ${value ?? ''}`)),
      ),
    ]);
  const key = JSON.stringify(letters.map(({ topic, partition, offset }) => [topic, partition, offset]));
  show(document.querySelector('#letters'), key, () => table(['Time', 'App', 'Record', 'Key', 'Reason'], rows()));
}
