import { Canvas, type Colour } from './canvas.js';
import type { Conditions } from './conditions.js';
import { Draws } from './draws.js';

export const WIDTH = 512;
export const HEIGHT = 384;
const BAY = { left: 18, top: 150, width: 112, height: 112, apart: 122 } as const;

/** The parking bays of every simulated street: its regions, each labelled `occupied` or `clear`. */
export const bays = Array.from({ length: 4 }, (_, index) => {
  const [left, top] = [BAY.left + index * BAY.apart, BAY.top];
  return { name: `bay-${index + 1}`, left, top };
});

/** The scene a camera shows in one frame. */
export interface Scene {
  readonly seed: number;
  readonly camera: number;
  readonly frame: number;
  readonly conditions: Conditions;
  /** What stands in each bay: the number of a car, or nothing. */
  readonly cars: readonly (number | undefined)[];
}

/** What the first number of a path of draws stands for. */
const enum For {
  Street,
  Car,
  Traffic,
  Noise,
}

const MOVED = { x: 58, y: -26 } as const;
const PAINTS: readonly Colour[] = [[178, 34, 34], [40, 70, 140], [225, 225, 225], [30, 30, 34], [120, 124, 128], [70, 110, 70], [200, 170, 90]]; // prettier-ignore
const GLASS: Colour = [60, 75, 90];
const TYRE: Colour = [22, 22, 24];

/** RGB pixels of a scene; the same scene gives the same bytes. */
export function drawScene(scene: Scene): Canvas {
  const { view } = scene.conditions;
  const canvas = view === 'moved' ? new Canvas(WIDTH, HEIGHT, MOVED.x, MOVED.y) : new Canvas(WIDTH, HEIGHT, 0, 0);
  drawStreet(canvas, new Draws(scene.seed, scene.camera, For.Street));
  scene.cars.forEach((car, bay) => {
    if (car !== undefined) drawParked(canvas, bay, new Draws(scene.seed, scene.camera, For.Car, bay, car));
  });
  drawTraffic(canvas, scene);
  if (scene.conditions.weather === 'rain') drawRain(canvas, new Draws(scene.seed, scene.camera, For.Traffic, scene.frame, 1));
  expose(canvas, scene);
  return canvas;
}

function drawStreet(canvas: Canvas, draws: Draws): void {
  canvas.rectangle(-100, -100, 800, 200, [150, 180, 210]);
  for (let x = -100; x < 700;) {
    const width = draws.between(60, 120);
    const height = draws.between(50, 110);
    const shade = draws.between(120, 200);
    canvas.rectangle(x, 120 - height, width, height, [shade, shade * 0.85, shade * 0.75]);
    for (let window = x + 10; window < x + width - 14; window += 24) canvas.rectangle(window, 130 - height, 12, 16, [80, 95, 110]);
    x += width;
  }
  canvas.rectangle(-100, 120, 800, 30, [165, 160, 152]);
  const asphalt = draws.between(88, 112);
  canvas.rectangle(-100, 150, 800, 300, [asphalt, asphalt, asphalt + 4]);
  for (let patch = 0; patch < 14; patch++) {
    const shade = asphalt + draws.between(-14, 10);
    canvas.ellipse(draws.between(-40, 560), draws.between(160, 270), draws.between(8, 26), draws.between(3, 9), [shade, shade, shade]);
  }
  for (const { left, top } of bays) canvas.rectangle(left - 7, top, 4, BAY.height, [215, 215, 205]);
  canvas.rectangle(BAY.left + bays.length * BAY.apart - 7, BAY.top, 4, BAY.height, [215, 215, 205]);
  for (let x = -100; x < 700; x += 60) canvas.rectangle(x, 326, 32, 4, [215, 215, 205]);
}

function drawParked(canvas: Canvas, bay: number, draws: Draws): void {
  const { left, top } = bays[bay]!;
  drawCar(canvas, left + 14 + draws.between(-6, 6), top + 92 + draws.between(-5, 5), draws.between(76, 88), draws.of(PAINTS), draws);
}

/** A car from behind, `x` its left side and `ground` the line that its wheels stand on. */
function drawCar(canvas: Canvas, x: number, ground: number, width: number, paint: Colour, draws: Draws): void {
  const height = width * draws.between(0.62, 0.8);
  canvas.ellipse(x + width / 2, ground, width * 0.58, 8, [48, 48, 52]);
  canvas.rectangle(x + 5, ground - 16, 13, 18, TYRE);
  canvas.rectangle(x + width - 18, ground - 16, 13, 18, TYRE);
  canvas.rectangle(x, ground - height * 0.55, width, height * 0.45, paint);
  const roof = ground - height;
  canvas.polygon([[x + width * 0.18, roof], [x + width * 0.82, roof], [x + width, ground - height * 0.5], [x, ground - height * 0.5]], paint); // prettier-ignore
  canvas.polygon([[x + width * 0.24, roof + 5], [x + width * 0.76, roof + 5], [x + width * 0.88, ground - height * 0.55], [x + width * 0.12, ground - height * 0.55]], GLASS); // prettier-ignore
  canvas.rectangle(x + 3, ground - height * 0.45, 11, 7, [210, 40, 30]);
  canvas.rectangle(x + width - 14, ground - height * 0.45, 11, 7, [210, 40, 30]);
  canvas.rectangle(x + width / 2 - 12, ground - height * 0.3, 24, 7, [235, 235, 220]);
}

/** What changes from frame to frame without a label: a car on the road, somebody who walks in front of the bays. */
function drawTraffic(canvas: Canvas, { seed, camera, frame, conditions }: Scene): void {
  const draws = new Draws(seed, camera, For.Traffic, frame, 0);
  if (draws.chance(0.5)) {
    const x = draws.between(-60, 500);
    drawCar(canvas, x, 372, 92, draws.of(PAINTS), draws);
    if (conditions.light === 'night') canvas.ellipse(x + 46, 350, 60, 14, [255, 240, 190]);
  }
  if (draws.chance(0.4)) {
    const x = draws.between(0, 512);
    const coat = draws.of(PAINTS);
    canvas.ellipse(x, 208, 5, 6, [205, 165, 140]);
    canvas.rectangle(x - 7, 214, 14, 26, coat);
    canvas.rectangle(x - 6, 240, 5, 20, TYRE);
    canvas.rectangle(x + 1, 240, 5, 20, TYRE);
  }
}

function drawRain(canvas: Canvas, draws: Draws): void {
  for (let drop = 0; drop < 260; drop++) {
    const [x, y, length] = [draws.between(-80, 600), draws.between(-60, 400), draws.between(8, 22)];
    canvas.polygon([[x, y], [x + 1.5, y], [x - 3, y + length], [x - 4.5, y + length]], [190, 198, 208]); // prettier-ignore
  }
}

/** What light, weather and sensor make of the colours. */
function expose(canvas: Canvas, { seed, camera, frame, conditions }: Scene): void {
  const noise = new Draws(seed, camera, For.Noise, frame);
  const sun = noise.between(0.94, 1.06);
  const night = conditions.light === 'night';
  const [gain, veil] = [(night ? 0.3 : 1) * (conditions.weather === 'rain' ? 0.7 : 1) * sun, conditions.weather === 'rain' ? 34 : 0];
  const tint = night ? [0.85, 0.92, 1.25] : [1, 1, 1];
  const grain = night ? 22 : 10;
  const { data } = canvas;
  for (let at = 0; at < data.length; at += 3) {
    const speck = noise.between(-grain, grain) + veil;
    for (let channel = 0; channel < 3; channel++) {
      data[at + channel] = Math.max(0, Math.min(255, Math.round(data[at + channel]! * gain * tint[channel]! + speck)));
    }
  }
}
