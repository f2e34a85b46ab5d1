import { expect, it } from 'vitest';
import * as headwater from '../../src/index.js';
import { checkCase } from './check-case.js';
import { deepStageCases } from './deep-stage-cases.js';
import { stageCases } from './stage-cases.js';

const abstract = new Set<unknown>([headwater.Estimator, headwater.Evaluator, headwater.Model, headwater.Transformer]);

it('has a case for every stage that the package exports', () => {
  const checked = new Set<unknown>([...stageCases, ...deepStageCases].flatMap(({ make, fits }) => [make().constructor, fits]));
  const stages = Object.entries(headwater).filter(([, each]) => typeof each === 'function' && each.prototype instanceof headwater.Stage);
  expect(stages.length).toBeGreaterThan(40);
  expect(stages.filter(([, each]) => !abstract.has(each) && !checked.has(each)).map(([name]) => name)).toEqual([]);
});

stageCases.forEach(checkCase);
