import { randomBytes } from 'node:crypto';
import { error } from '../errors.js';
import { describeValue, type Declarations, type Param, type ParamMap, type ParamSetting } from './params.js';
import type { Tensor } from './safetensors.js';
import { loadStage, saveStage } from './stage-files.js';

/** A stage's type name, as it stands in saved files, and its parameters. */
export interface StageSpec<P extends object> {
  readonly type: string;
  readonly params: Declarations<P>;
}

/** All that makes a stage: what `save` writes and `load` gives to the stage's `restore`. */
export interface Snapshot {
  readonly uid: string;
  /** Parameters that were set; defaults are not among them. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Learned state that JSON can hold. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** Learned state that is large. */
  readonly tensors?: Readonly<Record<string, Tensor>>;
  /** Stages within this one. */
  readonly stages?: readonly Stage[];
}

/**
 * Something with parameters. The constructor stores them, `fit` or `transform` validates them, learned state lives in models only: the
 * contract of scikit-learn's `base.py`, with the names of Spark ML's `Params`.
 */
export abstract class Stage<P extends object = object> {
  /** Type and twelve random hex digits, as in Spark; copies keep it, so that a grid made for a stage fits its copies. */
  readonly uid: string;
  /** Values in force: defaults and what the constructor was given. */
  readonly params: Readonly<P>;

  constructor(
    readonly spec: StageSpec<P>,
    private readonly options: Partial<P>,
    uid?: string,
  ) {
    this.uid = uid ?? `${spec.type}_${randomBytes(6).toString('hex')}`;
    this.params = withDefaults(spec.params, options);
  }

  /** The stages within this one. */
  children(): readonly Stage[] {
    return [];
  }

  /** The same stage with some parameters changed, in it and in the stages within it; settings of other stages are ignored. */
  copy(extra: ParamMap = []): this {
    const own = extra.filter(({ stage }) => stage === this.uid);
    for (const { name } of own) this.requireParam(name);
    const options = { ...this.options, ...Object.fromEntries(own.map(({ name, value }) => [name, value])) };
    const params = withDefaults(this.spec.params, options);
    const bare = Object.create(Object.getPrototypeOf(this) as object) as this;
    return Object.assign(bare, this, { options, params }, this.copiedChildren(extra));
  }

  /** A setting of one of this stage's parameters, for grids and `copy`. */
  setting<K extends keyof P & string>(name: K, value: P[K]): ParamSetting {
    this.requireParam(name);
    return { stage: this.uid, name, value };
  }

  hasParam(name: string): boolean {
    return Object.hasOwn(this.spec.params, name);
  }

  /** Whether the parameter has a default. Throws HW_PARAM_UNKNOWN. */
  hasDefault(name: keyof P & string): boolean {
    return this.param(name).default !== undefined;
  }

  /** Whether a value was given for the parameter, here or by `copy`. Throws HW_PARAM_UNKNOWN. */
  isSet(name: keyof P & string): boolean {
    this.requireParam(name);
    return this.options[name] !== undefined;
  }

  /** Whether the parameter has a value, given or by default. Throws HW_PARAM_UNKNOWN. */
  isDefined(name: keyof P & string): boolean {
    this.requireParam(name);
    return this.params[name] !== undefined;
  }

  /** The value in force, given or by default. Throws HW_PARAM_UNKNOWN, HW_PARAM_MISSING where there is neither. */
  getOrDefault<K extends keyof P & string>(name: K): Exclude<P[K], undefined> {
    const { check } = this.param(name);
    const value = this.params[name];
    if (value === undefined) throw error('HW_PARAM_MISSING', { stage: this.spec.type, param: name, expected: check.expected });
    return value as Exclude<P[K], undefined>;
  }

  /** All values in force, and those of `extra` that are of this stage before them: what `copy(extra)` would have. */
  extractParamMap(extra: ParamMap = []): ParamMap {
    const { params, uid } = this.copy(extra);
    return Object.entries(params).map(([name, value]) => ({ stage: uid, name, value }));
  }

  /** A parameter in one line: name, meaning, default, value given. Throws HW_PARAM_UNKNOWN. */
  explainParam(name: keyof P & string): string {
    const { doc, default: byDefault } = this.param(name);
    const current = this.options[name];
    const parts = [...(byDefault === undefined ? [] : [`default: ${describeValue(byDefault)}`])];
    if (current !== undefined) parts.push(`current: ${describeValue(current)}`);
    return `${name}: ${doc} (${parts.join(', ') || 'undefined'})`;
  }

  /** `explainParam` of every parameter, a line each. */
  explainParams(): string {
    return Object.keys(this.spec.params)
      .map((name) => this.explainParam(name as keyof P & string))
      .join('\n');
  }

  /** Throws HW_PARAM_MISSING, HW_PARAM_INVALID or HW_PARAM_UNKNOWN for the first parameter that is wrong, here or in a stage within. */
  validate(): void {
    for (const name of Object.keys(this.options)) this.requireParam(name);
    for (const [name, { check, optional }] of declared(this.spec.params)) {
      const value: unknown = this.params[name as keyof P];
      if (value === undefined) {
        if (!optional) throw error('HW_PARAM_MISSING', { stage: this.spec.type, param: name, expected: check.expected });
      } else if (!check.holds(value)) {
        throw error('HW_PARAM_INVALID', { stage: this.spec.type, param: name, expected: check.expected, got: describeValue(value) });
      }
    }
    for (const child of this.children()) child.validate();
  }

  /** A stage of this class that `save` saved: `PipelineModel.load(path)`. Throws HW_STAGE_FILE, HW_STAGE_UNKNOWN. */
  static load<S extends Stage>(this: abstract new (...parameters: never[]) => S, path: string): Promise<S> {
    return loadStage(path, this);
  }

  /** Saves the stage as a directory, whole or not at all; its class's `load` reads it. Throws HW_PATH_EXISTS, HW_STAGE_NOT_SAVABLE. */
  save(path: string, options: { readonly overwrite?: boolean } = {}): Promise<void> {
    return saveStage(this, path, options);
  }

  /** What `save` writes; stages with learned state add it. */
  snapshot(): Snapshot {
    return { uid: this.uid, options: { ...this.options }, stages: this.children() };
  }

  /** The fields that hold stages, with copies of them. */
  protected copiedChildren(_extra: ParamMap): object {
    return {};
  }

  private requireParam(name: string): void {
    if (!this.hasParam(name)) throw error('HW_PARAM_UNKNOWN', { stage: this.spec.type, param: name, known: this.paramNames() });
  }

  private param(name: keyof P & string): Param<unknown> {
    this.requireParam(name);
    return this.spec.params[name];
  }

  private paramNames(): string {
    return Object.keys(this.spec.params).join(', ') || 'none';
  }
}

function withDefaults<P extends object>(declarations: Declarations<P>, options: Partial<P>): Readonly<P> {
  const defaults = declared(declarations).flatMap(([name, param]) => (param.default === undefined ? [] : [[name, param.default] as const]));
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.freeze({ ...Object.fromEntries(defaults), ...Object.fromEntries(given) } as P);
}

function declared<P extends object>(declarations: Declarations<P>): [name: string, param: Param<unknown>][] {
  return Object.entries<Param<unknown>>(declarations);
}

/** The learned float64 tensor of that name; throws HW_STAGE_FILE where a snapshot has none. */
export function learnedFloats({ tensors, uid }: Snapshot, name: string): Float64Array {
  const data = tensors?.[name]?.data;
  if (data instanceof Float64Array) return data;
  throw error('HW_STAGE_FILE', { path: uid, problem: `it has no float64 tensor ${name}` });
}
