import { error } from '../../errors.js';
import type { Properties } from '../../config/index.js';
import type { ConnectRecord } from '../data/record.js';
import type { Plugins } from '../plugins.js';
import type { Predicate } from '../transforms/index.js';
import type { Transformation } from '../transforms/index.js';
import { withPrefix } from './properties.js';

export interface ChainStep {
  readonly className: string;
  readonly apply: Transformation;
}

/** The transforms of a connector's configuration in order, each behind its predicate. */
export function transformationChain(properties: Properties, plugins: Plugins): ChainStep[] {
  const predicates = new Map(aliases(properties.predicates).map((alias) => [alias, makePredicate(alias, properties, plugins)]));
  return aliases(properties.transforms).map((alias) => {
    const own = withPrefix(properties, `transforms.${alias}.`);
    const plugin = plugins.transformation(own.type ?? '');
    const transform = plugin.create(own);
    if (!own.predicate) return { className: plugin.className, apply: transform };
    const predicate = predicates.get(own.predicate);
    if (!predicate) throw error('HW_CONNECT_BAD_REQUEST', { problem: `No predicate with alias ${own.predicate}` });
    const negate = own.negate?.trim().toLowerCase() === 'true';
    return {
      className: plugin.className,
      apply: <R extends ConnectRecord>(record: R): R | null => (predicate(record) === negate ? record : transform(record)),
    };
  });
}

/** The names in a list property. */
export function aliases(list: string | null | undefined): string[] {
  return (list ?? '')
    .split(',')
    .map((alias) => alias.trim())
    .filter((alias) => alias !== '');
}

function makePredicate(alias: string, properties: Properties, plugins: Plugins): Predicate {
  const own = withPrefix(properties, `predicates.${alias}.`);
  return plugins.predicate(own.type ?? '').create(own);
}
