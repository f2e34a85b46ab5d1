import { accuracyChart } from './chart.js';
import { html, show, table } from './dom.js';
import { dateTime, moment, percent, plural } from './text.js';

/** Heads whose chart is drawn at most. */
const most = 24;

/** The running accuracy of every head, and the newest versions with the gate's verdicts. */
export function showHeads({ heads, promotions, drifts, versions }) {
  const shown = heads.slice(0, most);
  if (shown.length > 0) {
    show(document.querySelector('#heads'), JSON.stringify([shown, promotions.length, drifts.length, versions.length]), () => [
      ...shown.map((head) => headCard(head, eventsOf(head.head, promotions, drifts, versions))),
      ...(heads.length > most ? [html('p', { class: 'quiet' }, `and ${heads.length - most} more`)] : []),
    ]);
  }
  if (versions.length > 0) {
    show(document.querySelector('#versions'), JSON.stringify(versions.map(({ version, aliases }) => [version, aliases])), () =>
      versionTable(versions),
    );
  }
}

function headCard({ head, champion, accuracy, swaps }, events) {
  const last = accuracy.at(-1);
  return html(
    'div',
    { class: 'head' },
    html('p', {}, html('h3', {}, head), html('strong', {}, percent(last?.recent ?? null))),
    accuracyChart(head, accuracy, events),
    html(
      'p',
      { class: 'quiet' },
      html('code', {}, champion ?? 'no champion yet'),
      html('span', {}, `${plural(swaps, 'promotion')}, ${last ? `${last.right} of ${last.judged} right` : 'not judged yet'}`),
    ),
  );
}

function eventsOf(head, promotions, drifts, versions) {
  const own = versions.filter((version) => version.head === head);
  return [
    ...promotions
      .filter((promotion) => promotion.head === head)
      .map(({ since, version, reason }) => ({ at: since, kind: 'swap', title: `${version} became champion: ${reason}` })),
    ...own.map(({ trainedAt, version, gate, reason }) => ({
      at: trainedAt,
      kind: gate.promoted ? 'promoted' : 'refused',
      title: `${version}, ${reason}: ${gate.promoted ? 'promoted' : 'refused'}`,
    })),
    ...drifts.filter((drift) => drift.head === head).map(({ at, reason }) => ({ at, kind: 'drift', title: reason })),
  ];
}

function versionTable(versions) {
  return table(
    ['Trained', 'Head', 'Version', 'Now', '#Accuracy', 'Gate'],
    versions.map(({ trainedAt, head, version, aliases, metrics, gate, reason, learned }) => [
      html('time', { datetime: new Date(trainedAt).toISOString(), title: dateTime(trainedAt) }, moment(trainedAt)),
      head,
      html('code', {}, version),
      aliases.join(', '),
      percent(metrics.accuracy),
      html(
        'details',
        {},
        html('summary', { class: gate.promoted ? 'right' : 'wrong' }, gate.promoted ? 'promoted' : `refused: ${refusals(gate)}`),
        html('p', { class: 'quiet' }, `${reason}; learned from ${learned} examples`),
        gate.verdicts.map(({ check, passed, reason: why }) =>
          html('p', { class: passed ? 'right' : 'wrong' }, `${passed ? 'passed' : 'failed'} ${check}: ${why}`),
        ),
      ),
    ]),
  );
}

function refusals(gate) {
  return gate.verdicts
    .filter(({ passed }) => !passed)
    .map(({ check }) => check)
    .join(', ');
}
