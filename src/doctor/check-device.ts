import { LazyImage } from '../image/lazy-image.js';
import { chooseDevice } from '../ml/engines/device.js';
import { LanePool } from '../ml/engines/lane-pool.js';
import { featurizer } from '../ml/zoo/featurizer.js';
import type { Check } from './finding.js';

/** Which device `auto` or HEADWATER_DEVICE takes, and whether it is a slower one than this machine has. */
export function checkDevice(): Check {
  return {
    name: 'device',
    look: () => {
      const { device, reason } = chooseDevice();
      const found = `${device} (${reason})`;
      if (!reason.includes('there is a GPU')) return { status: 'ok', found };
      return { status: 'warn', found, action: "Install ONNX Runtime's CUDA provider (docker/README.md) to use the GPU." };
    },
  };
}

/** Loads the bundled featurizer in one lane and runs a picture through it. */
export function checkLanes(): Check {
  return {
    name: 'lanes',
    look: async () => {
      const lanes = new LanePool({ count: 1 });
      const network = featurizer('EfficientNetLite0', { lanes });
      const grey = LazyImage.from(Buffer.alloc(64 * 64 * 3, 128), { encoding: 'rgb8', width: 64, height: 64 });
      try {
        const began = performance.now();
        await network.apply(grey);
        const loaded = performance.now();
        await network.apply(grey);
        const ms = (from: number, to: number) => `${Math.round(to - from)} ms`;
        const times = `first answer after ${ms(began, loaded)}, second after ${ms(loaded, performance.now())}`;
        return { status: 'ok', found: `${lanes.describe()}: ${times}` };
      } finally {
        network.close();
        await lanes.close();
      }
    },
  };
}
