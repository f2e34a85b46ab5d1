import { describe, expect, it } from 'vitest';

import { News } from '../../src/demo/news.js';
import { summary } from '../../src/demo/summary.js';
import { Tally } from '../../src/demo/tally.js';
import { AppMetrics } from '../../src/topology/metrics.js';

describe('the closing lines of the demo', () => {
  it('show a dash, and no NaN, for what Ctrl-C has come before, and the frames that were replayed', () => {
    const tally = new Tally(6, 1000);
    const before = { location: 'log', dashboard: undefined, device: 'cpu', camera: 'junction', rate: 0, lag: 0, news: new News() };
    tally.onFrame(0);
    const lines = summary({ ...before, metrics: new AppMetrics(), tally, frames: tally.frames, seconds: 1 }, []).split('\n');
    expect(lines).toContain('frames 1');
    expect(lines).toContain("accuracy - (second half, each prediction before its own label; all heads' predictions -)");
    expect(lines).toContain('accuracy by twenty frames -');
    expect(lines).toContain('p99 -');
    expect(lines.join()).not.toContain('NaN');
  });
});
