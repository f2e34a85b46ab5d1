import { Option, type Command } from 'commander';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { runDemo, type DemoResult } from '../../demo/demo.js';
import { sampleCamera } from '../../demo/sample-camera.js';
import { News } from '../../demo/news.js';
import { figures, summary } from '../../demo/summary.js';
import { inWords, oneLine, screen, type DemoState } from '../../demo/view.js';
import { imageShifts, type ImageShift } from '../../image/shift-image.js';
import { openLog } from '../../log/open-log.js';
import { Runtime } from '../../runtime.js';
import { openRegistry } from '../../serde/open-registry.js';
import { parseHttpAddress } from '../../server/http-address.js';
import type { App } from '../../topology/app.js';
import { withDashboard } from '../serve-dashboard.js';
import { loadTopology } from '../load-topology.js';
import { logOptions, type GlobalOptions } from '../session.js';
import type { Terminal } from '../terminal.js';

interface DemoCommandOptions {
  readonly once?: boolean;
  readonly teacher: 'sample' | 'detector';
  readonly shift?: ImageShift;
  /** False: not served. */
  readonly http?: string | false;
}

export function demoCommand(program: Command, terminal: Terminal): void {
  program
    .command('demo')
    .description('Replay the sample camera and watch heads being trained and swapped in, until Ctrl-C.')
    .option('--once', 'replay all frames once, each when the loop has worked off the one before it, and print the history and a summary')
    .addOption(
      new Option('--teacher <who>', "who gives the labels: the sample's own, 20 frames late, or the object detector")
        .choices(['sample', 'detector'])
        .default('sample'),
    )
    .addOption(
      new Option('--shift <what>', 'what the camera goes through from its second lap on, or from half of --once').choices(imageShifts),
    )
    .option('--http <[host:]port>', 'serve the dashboard there (default: 127.0.0.1:8080 or a free port, with --once nowhere)')
    .option('--no-http', 'serve no dashboard')
    .addHelpText('after', '\nExamples:\n  headwater demo --shift night\n  headwater demo --once --teacher detector')
    .action(async ({ once = false, teacher: who, shift, http }: DemoCommandOptions, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const { log: location, registry: url, json = false } = options;
      const address = typeof http === 'string' ? parseHttpAddress(http) : undefined;
      const serves = address !== undefined || (http !== false && !once);
      const chosen = command.getOptionValueSourceWithGlobals('log') !== 'default';
      const folder = chosen ? undefined : await mkdtemp(path.join(tmpdir(), 'headwater-demo-'));
      const log = await openLog(folder ?? location, await logOptions(options));
      const registry = openRegistry(log, url);
      const news = new News();
      try {
        const runtime = await Runtime.open({
          log,
          registry,
          onChampion: (champion) => news.add(champion),
          onDrift: (drift) => news.add(drift),
        });
        const apps: App[] = [];
        try {
          const sample = await sampleCamera();
          const teacher = who === 'detector' ? 'topology' : 'sample';
          const names = ['score', ...(who === 'detector' ? ['teach'] : []), 'retrain'];
          const topologies = await Promise.all(names.map(loadTopology));
          const onState = json ? () => undefined : display(terminal);
          const replay = (dashboard?: string): Promise<DemoResult> =>
            runDemo({
              runtime,
              sample,
              topologies,
              teacher,
              once,
              news,
              signal: terminal.signal,
              dashboard,
              onApp: (app) => apps.push(app),
              onState,
              ...(shift && { shift }),
            });
          const result = await (serves ? withDashboard({ runtime, apps, address }, replay) : replay());
          await terminal.write(json ? `${JSON.stringify(figures(result))}\n` : summary(result, runtime.modelRegistry.versions()));
        } finally {
          await runtime.close();
        }
      } finally {
        await registry.close();
        await log.close();
        if (folder !== undefined) await rm(folder, { recursive: true, force: true });
      }
    });
}

/** The live view where a person looks at it, elsewhere a line every two seconds and one for each drift and promotion. */
function display({ columns, writeError }: Terminal): (state: DemoState) => void {
  if (columns === undefined) {
    let calls = 0;
    let told = 0;
    return (state) => {
      const { news } = state;
      for (const event of news.since(told)) writeError(`${inWords(event)}\n`);
      told = news.promotions + news.drifts;
      if (calls++ % 8 === 0) writeError(`${oneLine(state)}\n`);
    };
  }
  return (state) => {
    const { rows, columns: width } = process.stderr; // Whoever looks may have changed the size of the window.
    const lines = screen(state, rows).map((line) => `${line.slice(0, width - 1)}\x1b[K`);
    writeError(`\x1b[H${lines.join('\n')}\x1b[J`);
  };
}
