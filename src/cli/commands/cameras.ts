import type { Command } from 'commander';

import { topicWriter } from '../../events/topic-writer.js';
import { readCameraFile } from '../../loop/camera-file.js';
import { CameraFormat, CameraTable, CAMERAS_TOPIC } from '../../loop/camera-table.js';
import { inExistingLog, inSession } from '../session.js';
import { table } from '../table.js';
import type { Terminal } from '../terminal.js';

export function camerasCommand(program: Command, { write }: Terminal): void {
  const cameras = program.command('cameras').description('List cameras and set their regions.').addHelpText('after', examples);

  cameras
    .command('list', { isDefault: true })
    .description('List the cameras of the log and their regions. One that is not listed has one region: the whole frame.')
    .addHelpText('after', '\nExample:\n  headwater cameras --log ./data --json')
    .action((_, command: Command) =>
      inExistingLog(command, async ({ log, registry, json }) => {
        const known = await CameraTable.open(log, registry);
        const rows = known.all();
        await known.close();
        if (json) return write(rows.map((camera) => `${JSON.stringify(camera)}\n`).join(''));
        const cells = rows.map(({ camera, width, height, regions }) => [camera, width, height, regions.map(({ name }) => name).join(' ')]);
        return write(table(['CAMERA', 'WIDTH', 'HEIGHT', 'REGIONS'], cells));
      }),
    );

  cameras
    .command('set <camera>')
    .description('Give a camera its regions; running apps take them for the next frame.')
    .requiredOption('--regions <file>', 'JSON: {"width", "height", "regions": [{"name", "polygon": [[x, y], ...]}]}')
    .addHelpText('after', '\nExample:\n  headwater cameras set gate --regions gate.json --log ./data')
    .action((name: string, { regions: file }: { regions: string }, command: Command) =>
      inSession(command, async ({ log, registry, json }) => {
        const camera = await readCameraFile(file, name);
        const known = await CameraTable.open(log, registry);
        await known.close();
        await topicWriter({ log, registry, topic: CAMERAS_TOPIC, format: CameraFormat })([{ key: name, value: camera }]);
        return write(json ? `${JSON.stringify(camera)}\n` : `camera ${name} has ${camera.regions.length} regions\n`);
      }),
    );
}

const examples = `
Examples:
  headwater cameras --log ./data
  headwater cameras set gate --regions gate.json`;
