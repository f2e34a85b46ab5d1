import { error } from '../errors.js';
import type { Dataset } from '../ml/dataset/dataset.js';
import type { Transformer } from '../ml/transformer.js';
import type { ImageFileOptions } from '../ml/deep/image-loader.js';
import type { KerasModel } from '../ml/formats/keras-model.js';
import { aggregateFunctions, functions } from './functions/index.js';
import { kerasImageFunction, type ImagePreprocessor } from './keras-image-udf.js';
import { parseQuery, SqlText } from './parse-sql.js';
import { planQuery, type QuerySurroundings } from './plan-query.js';
import { tableName } from './scope.js';
import { rowFunction, transformerFunction, type RowFunction, type SqlFunction } from './udf.js';

const functionName = /^[\p{L}_][\p{L}\p{N}_$]*$/u;

/**
 * Tables, and functions of one's own, for queries in SQL: what `SparkSession` is to Spark SQL. The dialect and all functions stand in SQL.md.
 *
 * @example
 * const session = new SqlSession();
 * session.registerTable('frames', readImages('photos'));
 * await session.sql('SELECT image.origin FROM frames WHERE image.height > $1', [100]).show();
 */
export class SqlSession {
  private readonly tables = new Map<string, Dataset>();
  private readonly called = new Map<string, SqlFunction>();

  /** A data set as a table, in place of the one with that name (Spark's `createOrReplaceTempView`). Names are compared without regard to case. */
  registerTable(name: string, dataset: Dataset): void {
    if (!tableName.test(name)) throw error('HW_SQL_NAME', { name, problem: 'has other characters than letters, digits, _, - and .' });
    this.tables.set(name.toLowerCase(), dataset);
  }

  /**
   * A function of JavaScript as one of SQL: it is given the values of one row, nulls included, and may answer with a promise. An existing one of
   * that name is replaced; names of the dialect's own functions are refused (HW_SQL_NAME).
   *
   * @example session.registerUDF('half', (x: number) => x / 2)
   */
  registerUDF(name: string, call: RowFunction): void {
    this.called.set(this.requireFree(name), rowFunction(name, call));
  }

  /**
   * A fitted transformer as a function of its input columns, computed in batches. It gives `outputCol`, or the last column that the transformer
   * adds; null where an argument is null. Throws HW_COLUMN_MISSING, HW_SQL_NAME or what `validate` throws.
   *
   * @example session.registerTransformer('occupied', model, { outputCol: 'probability' })
   */
  registerTransformer(name: string, transformer: Transformer, { outputCol }: { readonly outputCol?: string } = {}): void {
    transformer.validate();
    this.called.set(this.requireFree(name), transformerFunction(name, transformer, outputCol));
  }

  /**
   * A Keras model (a `.h5` or `.keras` file, or what `readKerasModel` gives) as a function of a picture that gives a flat vector: sparkdl's
   * `registerKerasImageUDF`. The preprocessor makes float32 [height, width, channels] of a picture; without one the model is given RGB from 0 to 255,
   * fitted to the size that it declares. Null for a picture that cannot be read.
   *
   * @example session.registerKerasImageUDF('mobilenet', 'model.h5', { width: 224, height: 224, scale: 1 / 127.5, offset: -1 })
   */
  registerKerasImageUDF(name: string, modelOrFile: KerasModel | string, preprocessor?: ImagePreprocessor | ImageFileOptions): void {
    this.called.set(this.requireFree(name), kerasImageFunction(name, modelOrFile, preprocessor));
  }

  /**
   * The rows that a query gives, lazily: nothing is read before the data set is. `$1`, `$2`, ... stand for the values of `parameters`, which are never read
   * as SQL. Throws HW_SQL_* with line and column.
   */
  sql(text: string, parameters: readonly unknown[] = []): Dataset {
    const query = new SqlText(text);
    return planQuery(parseQuery(query), this.surroundings(query, parameters));
  }

  /** What a query is planned with. */
  surroundings(text: SqlText, parameters: readonly unknown[]): QuerySurroundings {
    return {
      text,
      parameters,
      tableNamed: (name) => this.tables.get(name.toLowerCase()),
      tableNames: () => [...this.tables.keys()],
      functionNamed: (name) => this.called.get(name.toLowerCase()),
      functionNames: () => [...this.called.keys()],
    };
  }

  private requireFree(name: string): string {
    if (!functionName.test(name)) throw error('HW_SQL_NAME', { name, problem: 'has other characters than letters, digits and _' });
    const key = name.toLowerCase();
    if (functions.has(key) || aggregateFunctions.has(key)) throw error('HW_SQL_NAME', { name, problem: 'is a function of the dialect' });
    return key;
  }
}
