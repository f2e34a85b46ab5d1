import { parentPort, workerData } from 'node:worker_threads';
import { fitLogistic, type LogisticFit } from '../solve/fit-logistic.js';

parentPort!.postMessage(fitLogistic(workerData as LogisticFit));
