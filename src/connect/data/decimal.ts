/** An exact decimal: `unscaled` x 10^-`scale`, as java.math.BigDecimal. */
export class Decimal {
  constructor(
    readonly unscaled: bigint,
    readonly scale: number,
  ) {}

  /** Parses `-12.50` or `1.5e3`; undefined where the text is no number. */
  static parse(text: string): Decimal | undefined {
    const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,9}))?$/.exec(text);
    const [, sign = '', whole = '', fraction = '', exponent = '0'] = match ?? [];
    if (!match || whole + fraction === '' || (text.includes('.') && !/\d/.test(text))) return undefined;
    const digits = BigInt(whole + fraction);
    return new Decimal(sign === '-' ? -digits : digits, fraction.length - Number(exponent));
  }

  /** From the big-endian two's complement bytes that Connect's Decimal stores. */
  static fromBytes(bytes: Uint8Array, scale: number): Decimal {
    const hex = Buffer.from(bytes).toString('hex');
    return new Decimal(hex === '' ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex}`)), scale);
  }

  /** The shortest big-endian two's complement form. */
  toBytes(): Uint8Array {
    let length = 1;
    while (BigInt.asIntN(length * 8, this.unscaled) !== this.unscaled) length++;
    const hex = BigInt.asUintN(length * 8, this.unscaled)
      .toString(16)
      .padStart(length * 2, '0');
    return Buffer.from(hex, 'hex');
  }

  /** The exact integer, if it is one. */
  toBigInt(): bigint | undefined {
    if (this.scale <= 0) return this.unscaled * 10n ** BigInt(-this.scale);
    const divisor = 10n ** BigInt(this.scale);
    return this.unscaled % divisor === 0n ? this.unscaled / divisor : undefined;
  }

  toNumber(): number {
    return Number(`${this.unscaled}e${-this.scale}`);
  }

  /** Plain digits, no exponent. */
  toString(): string {
    if (this.scale <= 0) return (this.unscaled * 10n ** BigInt(-this.scale)).toString();
    const digits = (this.unscaled < 0n ? -this.unscaled : this.unscaled).toString().padStart(this.scale + 1, '0');
    return `${this.unscaled < 0n ? '-' : ''}${digits.slice(0, -this.scale)}.${digits.slice(-this.scale)}`;
  }
}
