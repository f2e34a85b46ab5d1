import { createRequire } from 'node:module';

/** Whether the native TF.js is installed here: it fetches TensorFlow at its installation, so that it is no dependency of this package. */
export const hasTfjsNode = ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'].some((name) => {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
});
