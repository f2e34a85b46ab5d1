import { map, merge, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';

import { describeMermaid, describeText, blueprint, scanState, topology, type Models, type StreamRecord } from 'headwater';

import { json } from '../../src/serde/json.js';

const models = {} as Models;
const number = json<number>();

const counting = topology('counting', ({ source, step, sink }) => {
  const counts = step('counts', source('numbers', number).pipe(scanState({ name: 'count', seed: () => 0 }, (count) => count + 1)));
  sink('counts', number, counts);
  sink('doubles', number, counts.pipe(map((record) => ({ ...record, value: record.value * 2 }))));
});

describe('blueprint', () => {
  it('knows sources, steps, sinks, stores and who reads whom before a record flows', () => {
    expect(blueprint(counting, models)).toEqual({
      topology: 'counting',
      sources: ['numbers'],
      steps: ['counts'],
      sinks: ['counts', 'doubles'],
      repartitions: [],
      stores: [{ name: 'count', node: 'step:counts' }],
      edges: [
        { from: 'step:counts', to: 'sink:counts' },
        { from: 'source:numbers', to: 'step:counts' },
        { from: 'step:counts', to: 'sink:doubles' },
      ],
    });
  });

  it('is described in words and as Mermaid', () => {
    const plan = blueprint(counting, models);
    expect(describeText(plan)).toBe(
      [
        'Topology: counting',
        '   source  numbers',
        '   step    counts <- numbers (stores: count)',
        '   sink    counts <- counts',
        '   sink    doubles <- counts',
      ].join('\n'),
    );
    expect(describeMermaid(plan).split('\n')).toEqual([
      'flowchart LR',
      '  n0[("numbers")]',
      '  n1["counts"]',
      '  n2[("counts")]',
      '  n3[("doubles")]',
      '  n1 --> n2',
      '  n0 --> n1',
      '  n1 --> n3',
      '  s0[["count"]]',
      '  n1 -.- s0',
    ]);
  });

  const invalid: [
    string,
    (
      source: Observable<StreamRecord<string, number>>,
      sink: (to: string, stream: Observable<StreamRecord<string, number>>) => void,
    ) => void,
    RegExp,
  ][] = [
    ['a topology without a sink', () => undefined, /it has no sink/],
    [
      'two sinks on one topic',
      (source, sink) => {
        sink('out', source);
        sink('out', source);
      },
      /two sinks write to "out"/,
    ],
    [
      'a stateful stream that two sinks read without a step between',
      (source, sink) => {
        const counts = source.pipe(scanState({ name: 'count', seed: () => 0 }, (count) => count + 1));
        sink('a', counts);
        sink('b', merge(counts));
      },
      /store "count" is used twice/,
    ],
  ];
  it.each(invalid)('refuses %s', (_, build, message) => {
    const wrong = topology('wrong', ({ source, sink }) => build(source('in', number), (to, stream) => sink(to, number, stream)));
    expect(() => blueprint(wrong, models)).toThrow(message);
  });
});
