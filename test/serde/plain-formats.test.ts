import { expect, expectTypeOf, it } from 'vitest';
import { bytes, isError, json, nullable, text, type Format, type SerdeContext, type ValueOf } from 'headwater';

const context = { topic: 't', side: 'value' } as SerdeContext;

const thrown = (call: () => unknown): unknown => {
  try {
    call();
  } catch (reason) {
    return reason;
  }
  return undefined;
};

it('JSON reads what it wrote', () => {
  const serde = json<{ a: number[] }>().bind(context);
  expect(serde.deserialize(serde.serialize({ a: [1, 2] }) as Uint8Array)).toEqual({ a: [1, 2] });
});

it('JSON writes vectors as lists and bytes in base64, wherever they stand', () => {
  const value = { v: Float32Array.of(1, 0.5), deep: [{ b: Uint8Array.of(1, 2), c: Buffer.from([3]) }], i: Int32Array.of(-1), none: null };
  expect(Buffer.from(json().bind(context).serialize(value) as Uint8Array).toString()).toBe(
    '{"v":[1,0.5],"deep":[{"b":"AQI=","c":"Aw=="}],"i":[-1],"none":null}',
  );
});

it.each([
  ['JSON cut short', json(), Buffer.from('{"a":')],
  ['JSON that is null', json(), null],
  ['text that is not UTF-8', text, Buffer.from([0xff, 0xfe])],
  ['text that is null', text, null],
])('%s is an HW_SERDE', (_, format: Format<unknown>, value) => {
  const reason = thrown(() => format.bind(context).deserialize(value));
  expect(isError(reason, 'HW_SERDE')).toBe(true);
  expect((reason as Error).message).toMatch(/^value of topic t is no (JSON|text): /);
});

it('JSON refuses to write what JSON has not', () => {
  const circular: { self?: object } = {};
  circular.self = circular;
  for (const value of [undefined, 1n, circular]) {
    expect(
      isError(
        thrown(() => json().bind(context).serialize(value)),
        'HW_SERDE',
      ),
    ).toBe(true);
  }
});

it('nullable passes null through and leaves the rest to its format', () => {
  const serde = nullable(text).bind(context);
  expect(serde.serialize(null)).toBeNull();
  expect(serde.deserialize(null)).toBeNull();
  expect(serde.deserialize(Buffer.from('camera-1'))).toBe('camera-1');
});

it('bytes are what they are', () => {
  const value = new Uint8Array([1]);
  expect(bytes.bind(context).deserialize(value)).toBe(value);
  expect(bytes.bind(context).deserialize(null)).toBeNull();
});

it('a format knows its value type', () => {
  expectTypeOf<ValueOf<typeof text>>().toEqualTypeOf<string>();
  expectTypeOf(nullable(json<{ a: 1 }>())).toEqualTypeOf<Format<{ a: 1 } | null>>();
});
