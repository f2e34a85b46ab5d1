import { ask } from './api.js';
import { showCameras } from './cameras.js';
import { html } from './dom.js';
import { showHeads } from './heads.js';
import { showDeadLetters, showLag } from './tables.js';
import { count, duration, percent, rate } from './text.js';
import { showTopologies } from './topologies.js';

/** How often what changes seldom is asked for, in milliseconds. */
const seldomMs = 3000;

const state = document.querySelector('#state');
const figures = new Map();
let accuracy = null;

function showOverview({ log, apps, lag, rate: { frames, predictions }, delayMs, labelNames, problems, cameras }) {
  document.querySelector('#log').textContent = log;
  const dead = apps.reduce((sum, { deadLettered }) => sum + deadLettered, 0);
  setFigure('Frames a second', rate(frames));
  setFigure('Predictions a second', rate(predictions));
  setFigure('Lag in records', count(lag.reduce((sum, { records }) => sum + records, 0)));
  setFigure('Capture to prediction, p50', duration(delayMs.p50));
  setFigure('p99', duration(delayMs.p99));
  setFigure('Running accuracy', percent(accuracy));
  setFigure('Dead letters', apps.length > 0 ? count(dead) : '-');
  const broken = Object.entries(problems).map(([topic, reason]) => `${topic}: ${reason}`);
  const alert = document.querySelector('#problems');
  alert.hidden = broken.length === 0;
  alert.textContent = broken.join('; ');
  showCameras(cameras, labelNames);
  showLag(apps, lag);
}

function setFigure(name, value) {
  if (!figures.has(name)) {
    const cell = html('dd');
    document.querySelector('#figures').append(html('div', {}, html('dt', {}, name), cell));
    figures.set(name, cell);
  }
  const cell = figures.get(name);
  if (cell.textContent !== value) cell.textContent = value;
}

function setState(text, kind) {
  state.textContent = text;
  state.className = `state ${kind}`;
}

async function askSeldom() {
  try {
    const [heads, letters] = await Promise.all([ask('/api/heads'), ask('/api/dead-letters')]);
    const judged = heads.heads.flatMap((head) => head.accuracy.slice(-1));
    accuracy = judged.length > 0 ? judged.reduce((sum, { recent }) => sum + recent, 0) / judged.length : null;
    showHeads(heads);
    showDeadLetters(letters);
  } catch {
    // The events say that the server is away.
  }
  setTimeout(() => void askSeldom(), seldomMs);
}

const events = new EventSource('/api/events');
events.addEventListener('overview', (event) => {
  setState('live', 'live');
  showOverview(JSON.parse(event.data));
});
events.addEventListener('open', async () => showTopologies(await ask('/api/topologies')));
events.addEventListener('error', () => setState('connection lost, trying again', 'lost'));
void askSeldom();
