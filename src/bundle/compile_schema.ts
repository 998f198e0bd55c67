import { Ajv } from "ajv";
import type { ValidateFunction } from "ajv";

/**
 * The validator of one of a bundle's schemas. ajv's optimizer takes half of the time that a command has for a bundle, and what it
 * makes of these schemas is no faster.
 */
export function compileSchema(schema: object): ValidateFunction {
  return new Ajv({ strict: true, discriminator: true, code: { optimize: false } }).compile(schema);
}
