import { defer, from, mergeMap, of, type ObservableInput, type OperatorFunction } from 'rxjs';

/**
 * Maps values to results in their order. What `project` gives at once goes on at once, until the first promise; from there on up to `ahead` projections
 * go on beside each other, counted until their turn has come, so that no more than these results are ever held.
 */
export function mapAhead<I, O>(project: (value: I) => O | Promise<O>, ahead: number): OperatorFunction<I, O> {
  return (source) =>
    defer(() => {
      let last: Promise<unknown> | undefined;
      return source.pipe(
        mergeMap((value): ObservableInput<O> => {
          const result = project(value);
          if (!last && !(result instanceof Promise)) return of(result);
          const turn = inTurn(last, result);
          last = turn;
          return from(turn);
        }, ahead),
      );
    });
}

async function inTurn<O>(before: Promise<unknown> | undefined, result: O | Promise<O>): Promise<O> {
  // What fails out of turn is told when its turn has come.
  if (result instanceof Promise) result.catch(() => undefined);
  await before;
  return result;
}
