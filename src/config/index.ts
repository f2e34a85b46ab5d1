export { defineConfig, keyInfo, type ConfigDefinition, type Properties } from './define-config.js';
export { invalidValue, valueText } from './parse-value.js';
export {
  Password,
  type ConfigKey,
  type ConfigKeyInfo,
  type ConfigKeys,
  type ConfigOf,
  type ConfigType,
  type ConfigValue,
  type Importance,
  type Recommender,
  type Validator,
  type Width,
} from './types.js';
export * as validators from './validators.js';
