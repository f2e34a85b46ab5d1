import { keyOf, operation, type CallExpression, type Expression } from './expression.js';
import { binary, isExactly, not } from './operators.js';

/**
 * Expressions of one query whose calls are asked only for the rows that need them: a call in a branch of CASE, or behind AND, OR or COALESCE, gets the
 * condition under which the branch is computed. A call that stands in two places under different conditions is asked for every row, once.
 */
export function guardCalls(all: readonly Expression[]): (expression: Expression) => Expression {
  const guards = new Map<string, Set<string>>();
  const collect = (expression: Expression, guard: Expression | undefined): void => {
    if (expression.kind === 'call') {
      const known = guards.get(expression.key) ?? new Set();
      guards.set(expression.key, known.add(guard?.key ?? ''));
    }
    for (const [child, own] of branches(expression)) collect(child, inside(expression, guard, own));
  };
  for (const expression of all) collect(expression, undefined);

  const rewrite = (expression: Expression, guard: Expression | undefined): Expression => {
    const children = branches(expression).map(([child, own]) => rewrite(child, inside(expression, guard, own)));
    if (expression.kind === 'call') {
      const isGuarded = guard !== undefined && guards.get(expression.key)?.size === 1;
      return isGuarded ? guardedCall(expression, children, rewrite(guard, undefined)) : withChildren(expression, children);
    }
    return withChildren(expression, children);
  };
  return (expression) => (guards.size === 0 ? expression : rewrite(expression, undefined));
}

function guardedCall(call: CallExpression, args: readonly Expression[], guard: Expression): CallExpression {
  return { ...call, args, guard, children: [...args, guard], key: keyOf('where needed', [withChildren(call, args), guard]) };
}

function withChildren(expression: Expression, children: readonly Expression[]): Expression {
  if (children.every((child, at) => child === expression.children[at])) return expression;
  switch (expression.kind) {
    case 'operation':
      return operation(expression.name, expression.place, children, expression.compile);
    case 'call':
      return { ...expression, args: children, children, key: keyOf(`call ${expression.called.name.toLowerCase()}`, children) };
    case 'aggregate': {
      const argument = expression.argument && children[0];
      const filter = expression.filter && children.at(-1);
      return { ...expression, argument, filter, children, key: keyOf(expression.label, children) };
    }
    case 'column':
      return expression;
  }
}

/** The children of an expression, each with the condition under which it is computed; none where it always is. */
function branches(expression: Expression): (readonly [child: Expression, guard: Expression | undefined])[] {
  const { children } = expression;
  if (expression.kind === 'aggregate') {
    const { argument, filter } = expression;
    return children.map((child) => [child, child === argument && filter ? is(filter, true) : undefined]);
  }
  if (expression.kind !== 'operation') return children.map((child) => [child, undefined]);
  switch (expression.name) {
    case 'AND':
      return [
        [children[0]!, undefined],
        [children[1]!, isNot(children[0]!, false)],
      ];
    case 'OR':
      return [
        [children[0]!, undefined],
        [children[1]!, isNot(children[0]!, true)],
      ];
    case 'CASE':
      return caseBranches(children);
    case 'coalesce':
      return children.map((child, at) => [
        child,
        children
          .slice(0, at)
          .map((each) => is(each, null))
          .reduce(both, undefined),
      ]);
    default:
      return children.map((child) => [child, undefined]);
  }
}

function caseBranches(children: readonly Expression[]): (readonly [Expression, Expression | undefined])[] {
  let before: Expression | undefined;
  return children.map((child, at) => {
    if (at === children.length - 1 || at % 2 === 0) return [child, before];
    const when = children[at - 1]!;
    const guard = both(before, is(when, true));
    before = both(before, isNot(when, true));
    return [child, guard];
  });
}

/** The condition of a child; what an aggregate collects does not depend on what becomes of its result. */
function inside({ kind }: Expression, guard: Expression | undefined, own: Expression | undefined): Expression | undefined {
  return kind === 'aggregate' ? own : both(guard, own);
}

function both(a: Expression | undefined, b: Expression | undefined): Expression | undefined {
  return a === undefined || b === undefined ? (a ?? b) : binary('AND', b.place, a, b);
}

function is(expression: Expression, value: null | boolean): Expression {
  return isExactly(expression.place, expression, value);
}

function isNot(expression: Expression, value: boolean): Expression {
  return not(expression.place, is(expression, value));
}
