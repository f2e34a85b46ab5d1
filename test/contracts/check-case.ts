import { describe, expect, it } from 'vitest';
import { Estimator, Evaluator, type Transformer } from '../../src/index.js';
import { checkEstimator, checkEvaluator, checkTransformer } from '../../src/testing/index.js';
import type { StageCase } from './stage-cases.js';

/** All that its kind promises, of one case. */
export function checkCase({ make, data, fits }: StageCase): void {
  const hooks = { describe, it };
  const stage = make();
  if (stage instanceof Evaluator) checkEvaluator(hooks, make as () => Evaluator, data);
  else if (stage instanceof Estimator) {
    checkEstimator(hooks, make as () => Estimator, data);
    it(`${stage.spec.type} fits a ${fits?.name}`, async () => {
      const model = await stage.fit(data);
      expect(model.constructor).toBe(fits);
      expect((model as { parent?: string }).parent).toBe(stage.uid);
    });
  } else describe(stage.spec.type, () => checkTransformer(hooks, make as () => Transformer, data));
}
