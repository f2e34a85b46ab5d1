import { error } from '../../errors.js';
import { describeValue, type ParamMap, type ParamSetting } from '../params.js';
import type { Stage } from '../stage.js';

/** Builds grids as Spark ML's builder: every combination of the values given for each parameter, the last one varying fastest. */
export class ParamGridBuilder {
  private readonly axes: ParamSetting[][] = [];

  /** Values for a parameter of a stage; names and values are checked by the stage's type. */
  addGrid<P extends object, K extends keyof P & string>(stage: Stage<P>, name: K, values: readonly P[K][]): this {
    if (!isList(values))
      throw error('HW_PARAM_INVALID', {
        stage: stage.spec.type,
        param: name,
        expected: 'a list of values in a grid',
        got: describeValue(values),
      });
    this.axes.push(values.map((value) => stage.setting(name, value)));
    return this;
  }

  /** One value for a parameter in every point. */
  baseOn<P extends object, K extends keyof P & string>(stage: Stage<P>, name: K, value: P[K]): this {
    return this.addGrid(stage, name, [value]);
  }

  build(): ParamMap[] {
    return this.axes.reduce<ParamMap[]>((points, axis) => points.flatMap((point) => axis.map((setting) => [...point, setting])), [[]]);
  }
}

function isList(values: unknown): boolean {
  return Array.isArray(values) && values.length > 0;
}
