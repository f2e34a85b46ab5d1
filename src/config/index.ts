export { defineConfig, keyInfo, type ConfigDefinition, type Properties } from './define-config.js';
export { javaRegex, javaRegexForWhole } from './java-regex.js';
export { valueText } from './parse-value.js';
export {
  Password,
  type ConfigKey,
  type ConfigKeyInfo,
  type ConfigKeys,
  type ConfigOf,
  type ConfigValue,
  type Importance,
  type Validator,
  type Width,
} from './types.js';
export * as validators from './validators.js';
