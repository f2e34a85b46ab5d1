import { svg } from './dom.js';
import { time } from './text.js';

const [width, height] = [320, 110];
const [left, right, top, bottom] = [26, 6, 6, 16];

/** The running accuracy of a head over time, with what happened to it. `points`: at, recent; `events`: at, kind, title. */
export function accuracyChart(name, points, events) {
  const times = [...points, ...events].map(({ at }) => at);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const x = (at) => left + ((width - left - right) * (at - from)) / Math.max(1, to - from);
  const y = (share) => top + (height - top - bottom) * (1 - share);
  const marks = { swap: swap(y), promoted: 'M0-4 4 3H-4Z', refused: 'M-3-3 3 3M3-3-3 3', drift: 'M0-5 5 0 0 5-5 0Z' };
  const rows = { promoted: y(0) - 6, refused: y(0) - 6, drift: y(0) - 18, swap: 0 };
  return svg(
    'svg',
    { class: 'chart', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': spoken(name, points) },
    [0, 0.5, 1].map((share) => [
      svg('path', { class: 'axis', d: `M${left} ${y(share)}H${width - right}` }),
      svg('text', { x: left - 4, y: y(share) + 3, 'text-anchor': 'end' }, `${share * 100}`),
    ]),
    svg('text', { x: left, y: height - 4 }, time(from)),
    svg('text', { x: width - right, y: height - 4, 'text-anchor': 'end' }, time(to)),
    events.map(({ at, kind, title }) =>
      svg('path', { class: kind, d: marks[kind], transform: `translate(${x(at)} ${rows[kind]})` }, svg('title', {}, title)),
    ),
    svg('polyline', { class: 'line', points: points.map(({ at, recent }) => `${x(at)},${y(recent)}`).join(' ') }),
  );
}

const swap = (y) => `M0 ${y(1)}V${y(0)}`;

function spoken(name, points) {
  const last = points.at(-1);
  return last ? `Accuracy of ${name}: ${(last.recent * 100).toFixed(0)} of a hundred lately` : `${name} has not been judged yet`;
}
