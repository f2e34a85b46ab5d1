import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { ConnectorRig } from '../../src/testing/check-connector/connector-rig.js';
import { httpSink } from '../../connectors/http-sink.js';

// Node 20 collects AbortSignal.timeout inside AbortSignal.any as garbage: the sink then waited for ever for a server that said nothing.
it('sends a request again that had no answer in time, garbage collected meanwhile or not', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  let requests = 0;
  const server = createServer((_request, response) => {
    if (++requests > 1) response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const rig = new ConnectorRig(httpSink, {
    url,
    'timeout.ms': '500',
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
  });
  await rig.start();
  await rig.append([{ n: 1 }]);
  const deadline = Date.now() + 10_000;
  while (requests < 2 && Date.now() < deadline) {
    collect();
    await pause(50);
  }
  expect(requests).toBeGreaterThan(1);
  server.closeAllConnections();
  await rig.close();
  await new Promise((resolve) => server.close(resolve));
});
