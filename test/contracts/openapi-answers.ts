import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';

interface Response {
  readonly content?: { readonly 'application/json': { readonly schema: { readonly $ref: string } } };
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Response>> }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, AnySchemaObject>> };
}

/** Holds answers to what an OpenAPI 3.1 document says of them. */
export class OpenApiAnswers {
  readonly #ajv = new Ajv2020({ allowUnionTypes: true });

  constructor(private readonly document: OpenApi) {}

  /** What is wrong with an answer; nothing about operations that the document does not have, such as HEAD. */
  problems(method: string, url: string, status: number, body: unknown): string[] {
    const path = url.split('?')[0]!.replace(/(?<=.)\/$/, '');
    const found = Object.keys(this.document.paths).filter((template) => pattern(template).test(path));
    // A fixed part of a path goes before a parameter.
    const template = found.sort((a, b) => a.split('{').length - b.split('{').length)[0] ?? '';
    const operation = this.document.paths[template]?.[method.toLowerCase()];
    if (operation === undefined) return [];
    const response = operation.responses[status] ?? (status >= 400 ? operation.responses.default : undefined);
    if (response === undefined) return [`${method} ${template} does not say that it answers ${status}`];
    const schema = response.content?.['application/json'].schema;
    if (schema === undefined) return body === '' ? [] : [`${method} ${template} says that ${status} has no body`];
    const valid = this.#ajv.compile(this.document.components.schemas[schema.$ref.split('/').at(-1)!]!);
    if (valid(body)) return [];
    return (valid.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`);
  }
}

function pattern(template: string): RegExp {
  return new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`);
}
