import { afterAll } from 'vitest';
import { closeLanes, closeModels } from '../../src/index.js';
import { checkCase } from './check-case.js';
import { deepStageCases } from './deep-stage-cases.js';

afterAll(async () => {
  await closeModels();
  await closeLanes();
});

deepStageCases.forEach(checkCase);
