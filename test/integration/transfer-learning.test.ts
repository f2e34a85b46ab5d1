import path from 'node:path';
import { expect, it } from 'vitest';

import {
  CrossValidator,
  DeepImageFeaturizer,
  LogisticRegression,
  MulticlassClassificationEvaluator,
  ParamGridBuilder,
  Pipeline,
  readImages,
  StringIndexer,
} from 'headwater';

import { describeShared, sharedData } from '../shared.js';

/** The example of README, on real crops of traffic lights; stratified folds, since yellow is rare. */
async function trafficLights(photos: string) {
  const index = new StringIndexer({ inputCol: 'label', outputCol: 'index' });
  const features = new DeepImageFeaturizer({ inputCol: 'image', outputCol: 'features', modelName: 'EfficientNetLite0' });
  const head = new LogisticRegression({ featuresCol: 'features', labelCol: 'index' });
  const grid = new ParamGridBuilder().addGrid(head, 'regParam', [0.001, 0.01, 0.1]).build();
  const search = new CrossValidator({
    estimator: new Pipeline([index, features, head]),
    estimatorParamMaps: grid,
    evaluator: new MulticlassClassificationEvaluator({ labelCol: 'index', metricName: 'accuracy' }),
    numFolds: 5,
    stratifyCol: 'label',
  });
  return search.fit(readImages(photos, { label: 'directory' }));
}

describeShared('transfer learning on traffic lights', () => {
  it('reaches the accuracy that the data is known for, 0.993 in five folds', async () => {
    const model = await trafficLights(path.join(sharedData('traffic-lights'), '{training,test}', '*', '*.jpg'));
    expect(Math.max(...model.avgMetrics)).toBeGreaterThanOrEqual(0.99);
  });
});
