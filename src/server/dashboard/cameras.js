import { giveLabel } from './api.js';
import { html, svg } from './dom.js';
import { percent, time } from './text.js';
import { toast } from './toast.js';

const root = document.querySelector('#cameras');
const views = new Map();

/** Shows the newest frame of each camera; the ones that are gone go. */
export function showCameras(cameras, labelNames) {
  if (cameras.length > 0 && views.size === 0) root.replaceChildren();
  for (const [id, view] of views) {
    if (cameras.some(({ camera }) => camera === id)) continue;
    view.element.remove();
    views.delete(id);
  }
  for (const camera of cameras) {
    if (!views.has(camera.camera)) {
      const view = cameraView();
      views.set(camera.camera, view);
      root.append(view.element);
    }
    views.get(camera.camera).update(camera, labelNames);
  }
}

/** A camera's frame with its regions, and a row for each of them. It stands still while it is pointed at, so that a label goes to what was seen. */
function cameraView() {
  const image = html('img', { alt: '' });
  const overlay = svg('svg', { 'aria-hidden': 'true' });
  const caption = html('figcaption');
  const body = html('tbody');
  const heading = (text) => html('th', { scope: 'col' }, text);
  const head = html('thead', {}, html('tr', {}, ['Region', 'Prediction', 'Head', 'Label'].map(heading)));
  const picture = html('div', { class: 'picture' }, image, overlay);
  const element = html(
    'article',
    { class: 'camera' },
    html('figure', {}, picture, caption),
    html('div', {}, html('table', {}, head, body)),
  );
  let held = false;
  let loading = false;
  let shown;

  const hold = (on) => () => {
    held = on;
    writeCaption();
  };
  element.addEventListener('pointerenter', hold(true));
  element.addEventListener('pointerleave', hold(false));
  element.addEventListener('focusin', hold(true));
  element.addEventListener('focusout', hold(false));

  function writeCaption() {
    if (!shown) return;
    const { camera, capturedAt, picture: link } = shown;
    const place = html('a', { href: link, target: '_blank', rel: 'noopener' }, 'frame as JPEG');
    caption.replaceChildren(html('strong', {}, camera), html('span', {}, time(capturedAt)), place);
    if (held) caption.append(html('span', { class: 'held' }, 'held while you point at it'));
  }

  function draw(state, labelNames) {
    const sameFrame = shown?.picture === state.picture;
    shown = state;
    image.alt = `Newest frame of ${state.camera}`;
    const { width, height } = state.width > 0 ? state : { width: image.naturalWidth, height: image.naturalHeight };
    overlay.setAttribute('viewBox', `0 0 ${width} ${height}`);
    overlay.setAttribute('preserveAspectRatio', 'none');
    const letter = (12 * width) / Math.max(1, picture.clientWidth); // 12 pixels of the screen, however large the picture is shown
    const outlines = new Map(state.regions.map((region) => [region.region, outline(region, width, height, letter)]));
    overlay.replaceChildren(...outlines.values());
    const rows = state.regions.map((region) => row(region, labelNames, outlines.get(region.region)));
    body.replaceChildren(...rows);
    if (!sameFrame) writeCaption();
  }

  return {
    element,
    update(state, labelNames) {
      if (held || loading) return;
      if (shown?.picture === state.picture) {
        if (JSON.stringify(shown.regions) !== JSON.stringify(state.regions)) draw(state, labelNames);
        return;
      }
      loading = true;
      const next = new Image();
      next.src = `${state.picture}?plain=true`;
      const ready = () => {
        loading = false;
        if (held) return;
        image.src = next.src;
        draw(state, labelNames);
      };
      next.addEventListener('load', ready);
      next.addEventListener('error', ready);
    },
  };
}

/** The name stands above the label, as regions are often narrower than both beside each other. */
function outline({ region, label, tone, polygon }, width, height, letter) {
  const corners = polygon ?? [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ];
  const [left, top] = [0, 1].map((axis) => Math.min(...corners.map((corner) => corner[axis])));
  const x = left + letter / 3;
  return svg(
    'g',
    {},
    svg('polygon', { points: corners.map((corner) => corner.join(',')).join(' '), class: `tone-${tone ?? 'none'}` }),
    [region, label].map((line, at) => svg('text', { x, y: top + letter * 1.2 * (at + 1), 'font-size': letter }, line)),
  );
}

function row(prediction, labelNames, mark) {
  const { region, label, probability, tone, head, truth } = prediction;
  const classifier = head.name === 'classifier';
  const choices = [...new Set([...(classifier ? [] : prediction.labels), ...labelNames])].sort();
  const choose = async (chosen, button) => {
    try {
      await giveLabel(prediction, chosen);
      for (const other of button.parentElement.querySelectorAll('button')) other.setAttribute('aria-pressed', String(other === button));
      toast(`Labelled ${prediction.camera}/${region} as ${chosen}.`);
    } catch (reason) {
      toast(reason.message);
    }
  };
  const button = (name) =>
    html(
      'button',
      {
        type: 'button',
        'aria-pressed': String(truth === name),
        'aria-label': `Label ${region} as ${name}`,
        onclick: (event) => void choose(name, event.currentTarget),
      },
      name,
    );
  const other = html('input', { size: 8, placeholder: 'other', maxlength: 200, 'aria-label': `Another label for ${region}` });
  other.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && other.value.trim() !== '') void choose(other.value.trim(), other);
  });
  const verdict =
    truth === null ? null : html('span', { class: truth === label ? 'right' : 'wrong' }, truth === label ? ' right' : ' wrong');
  const cells = [
    [region],
    [html('span', { class: `swatch tone-${tone ?? 'none'}` }), `${label} ${percent(probability)}`, verdict],
    [classifier ? html('span', { class: 'quiet' }, 'no head yet') : html('code', {}, head.version)],
    [html('div', { class: 'labels' }, choices.map(button), other)],
  ];
  const element = html(
    'tr',
    {},
    cells.map((cell) => html('td', {}, cell)),
  );
  element.addEventListener('pointerenter', () => mark.classList.add('chosen'));
  element.addEventListener('pointerleave', () => mark.classList.remove('chosen'));
  return element;
}
