/** The value types of Kafka Connect's ConfigDef. */
export type ConfigType = 'BOOLEAN' | 'STRING' | 'INT' | 'SHORT' | 'LONG' | 'DOUBLE' | 'LIST' | 'CLASS' | 'PASSWORD';
export type Importance = 'HIGH' | 'MEDIUM' | 'LOW';
export type Width = 'NONE' | 'SHORT' | 'MEDIUM' | 'LONG';

/** What a value of each type is in TypeScript. */
interface ConfigTypes {
  BOOLEAN: boolean;
  STRING: string;
  INT: number;
  SHORT: number;
  LONG: number;
  DOUBLE: number;
  LIST: readonly string[];
  CLASS: string;
  PASSWORD: Password;
}

/** A secret: prints as `[hidden]` wherever it ends up in a message, a log or JSON. */
export class Password {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** The secret itself. */
  reveal(): string {
    return this.#secret;
  }

  toString(): string {
    return '[hidden]';
  }

  toJSON(): string {
    return '[hidden]';
  }
}

/** What is wrong with a parsed value, or nothing. `null` stands for a value that is absent or could not be parsed. */
export type Validator = (value: unknown) => string | undefined;

/** Suggestions for one key that may depend on the others. */
interface Recommender {
  values(parsed: Readonly<Record<string, unknown>>): readonly string[];
  visible?(parsed: Readonly<Record<string, unknown>>): boolean;
}

/** One key of a component: type, default, validation and docs in one place. Without `default` the key is required. */
export interface ConfigKey<T extends ConfigType = ConfigType> {
  readonly type: T;
  readonly default?: ConfigTypes[T] | string | null;
  readonly doc: string;
  readonly importance?: Importance;
  readonly validator?: Validator;
  readonly recommender?: Recommender;
  readonly group?: string;
  readonly order?: number;
  readonly width?: Width;
  readonly displayName?: string;
  readonly dependents?: readonly string[];
  /** Internal keys are accepted and never listed. */
  readonly internal?: boolean;
}

export type ConfigKeys = Readonly<Record<string, ConfigKey>>;

type Parsed<K extends ConfigKey> = K extends { readonly default: null } ? ConfigTypes[K['type']] | null : ConfigTypes[K['type']];

/** The parsed configuration of a definition: `type ImageSourceConfig = ConfigOf<typeof config>`. */
export type ConfigOf<D> = D extends { readonly keys: infer K extends ConfigKeys } ? { readonly [N in keyof K]: Parsed<K[N]> } : never;

/** One key's answer: the value as text, what is wrong with it, what would fit. */
export interface ConfigValue {
  readonly name: string;
  readonly value: string | null;
  readonly recommended_values: readonly string[];
  readonly errors: readonly string[];
  readonly visible: boolean;
}

/** One key as Connect's REST interface describes it. */
export interface ConfigKeyInfo {
  readonly name: string;
  readonly type: ConfigType;
  readonly required: boolean;
  readonly default_value: string | null;
  readonly importance: Importance;
  readonly documentation: string;
  readonly group: string | null;
  readonly order_in_group: number;
  readonly width: Width;
  readonly display_name: string;
  readonly dependents: readonly string[];
}
