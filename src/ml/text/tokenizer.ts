import { error } from '../../errors.js';
import { columnIn, type Batch, type Columns } from '../dataset/batch.js';
import { valueAt } from '../dataset/column.js';
import { ColumnTransformer, inputOutputParams, type InputOutput } from '../feature/column-transformer.js';
import { registerStage } from '../stage-files.js';
import type { StageSpec } from '../stage.js';

const spec: StageSpec<InputOutput> = { type: 'Tokenizer', params: inputOutputParams };

/**
 * Lower-cases a text and splits it at each white space character, as Spark ML's `Tokenizer` (Java's `split`: empty words stay, but not at the end; of a
 * text of white space nothing is left, an empty one is one word).
 * Null stays null. Throws HW_TEXT_EXPECTED.
 */
export class Tokenizer extends ColumnTransformer {
  constructor(options: Partial<InputOutput> = {}, uid?: string) {
    super(spec, options, uid);
  }

  override compute(batch: Batch): Columns {
    const column = columnIn(batch, this.params.inputCol);
    return {
      [this.params.outputCol]: Array.from({ length: batch.length }, (_, row) => tokensOf(valueAt(column, row), this.params.inputCol, row)),
    };
  }
}

function tokensOf(text: unknown, column: string, row: number): string[] | null {
  if (text === null || text === undefined) return null;
  if (typeof text !== 'string') throw error('HW_TEXT_EXPECTED', { column, row, got: typeof text });
  const words = text.toLowerCase().split(/[ \t\n\v\f\r]/);
  if (words.length === 1) return words;
  let end = words.length;
  while (end > 0 && words[end - 1] === '') end--;
  return words.slice(0, end);
}

registerStage(spec.type, ({ options, uid }) => new Tokenizer(options, uid));
