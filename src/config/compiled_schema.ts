// Made by scripts/compile_schemas.mjs from schemas/config.schema.json; change that and run it again.
// @ts-nocheck

export const validateConfig = validate10;
const schema11 = {
  $schema: "http://json-schema.org/draft-07/schema#",
  $id: "https://polc.dev/schemas/config.schema.json",
  title: "Configuration of polc",
  type: "object",
  additionalProperties: false,
  properties: {
    $schema: { type: "string" },
    extends: {
      description: "Presets (recommended, strict, all) and files, relative to this one. Later ones prevail.",
      type: ["string", "array"],
      items: { type: "string" },
    },
    rules: { $ref: "#/definitions/rules" },
    overrides: {
      description: "Levels for some files. Later ones prevail.",
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["files", "rules"],
        properties: { files: { $ref: "#/definitions/globs" }, rules: { $ref: "#/definitions/rules" } },
      },
    },
    ignore: { $ref: "#/definitions/globs" },
    scopes: {
      description: "Files whose objects end up in one cluster. Nothing is compared across scopes.",
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["name", "files"],
        properties: { name: { type: "string" }, files: { $ref: "#/definitions/globs" } },
      },
    },
  },
  definitions: {
    rules: {
      description: "Levels by the names of rules.",
      type: "object",
      additionalProperties: { enum: ["off", "warning", "error"] },
    },
    globs: {
      description:
        "Paths relative to this file: * and ? in a name, ** for any folders, {a,b}. A folder stands for all in it; without a / it is found at any depth.",
      type: "array",
      items: { type: "string" },
    },
  },
};
const schema12 = {
  description: "Levels by the names of rules.",
  type: "object",
  additionalProperties: { enum: ["off", "warning", "error"] },
};
const schema13 = {
  description:
    "Paths relative to this file: * and ? in a name, ** for any folders, {a,b}. A folder stands for all in it; without a / it is found at any depth.",
  type: "array",
  items: { type: "string" },
};
function validate10(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  /*# sourceURL="https://polc.dev/schemas/config.schema.json" */ let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!(
        key0 === "$schema" ||
        key0 === "extends" ||
        key0 === "rules" ||
        key0 === "overrides" ||
        key0 === "ignore" ||
        key0 === "scopes"
      )) {
        const err0 = {
          instancePath,
          schemaPath: "#/additionalProperties",
          keyword: "additionalProperties",
          params: { additionalProperty: key0 },
          message: "must NOT have additional properties",
          schema: false,
          parentSchema: schema11,
          data,
        };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
    }
    if (data.$schema !== undefined) {
      let data0 = data.$schema;
      if (typeof data0 !== "string") {
        const err1 = {
          instancePath: instancePath + "/$schema",
          schemaPath: "#/properties/%24schema/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema11.properties.$schema.type,
          parentSchema: schema11.properties.$schema,
          data: data0,
        };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
    }
    if (data.extends !== undefined) {
      let data1 = data.extends;
      if (typeof data1 !== "string" && !Array.isArray(data1)) {
        const err2 = {
          instancePath: instancePath + "/extends",
          schemaPath: "#/properties/extends/type",
          keyword: "type",
          params: { type: schema11.properties.extends.type },
          message: "must be string,array",
          schema: schema11.properties.extends.type,
          parentSchema: schema11.properties.extends,
          data: data1,
        };
        if (vErrors === null) {
          vErrors = [err2];
        } else {
          vErrors.push(err2);
        }
        errors++;
      }
      if (Array.isArray(data1)) {
        const len0 = data1.length;
        for (let i0 = 0; i0 < len0; i0++) {
          let data2 = data1[i0];
          if (typeof data2 !== "string") {
            const err3 = {
              instancePath: instancePath + "/extends/" + i0,
              schemaPath: "#/properties/extends/items/type",
              keyword: "type",
              params: { type: "string" },
              message: "must be string",
              schema: schema11.properties.extends.items.type,
              parentSchema: schema11.properties.extends.items,
              data: data2,
            };
            if (vErrors === null) {
              vErrors = [err3];
            } else {
              vErrors.push(err3);
            }
            errors++;
          }
        }
      }
    }
    if (data.rules !== undefined) {
      let data3 = data.rules;
      if (data3 && typeof data3 == "object" && !Array.isArray(data3)) {
        for (const key1 in data3) {
          let data4 = data3[key1];
          if (!(data4 === "off" || data4 === "warning" || data4 === "error")) {
            const err4 = {
              instancePath: instancePath + "/rules/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),
              schemaPath: "#/definitions/rules/additionalProperties/enum",
              keyword: "enum",
              params: { allowedValues: schema12.additionalProperties.enum },
              message: "must be equal to one of the allowed values",
              schema: schema12.additionalProperties.enum,
              parentSchema: schema12.additionalProperties,
              data: data4,
            };
            if (vErrors === null) {
              vErrors = [err4];
            } else {
              vErrors.push(err4);
            }
            errors++;
          }
        }
      } else {
        const err5 = {
          instancePath: instancePath + "/rules",
          schemaPath: "#/definitions/rules/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema12.type,
          parentSchema: schema12,
          data: data3,
        };
        if (vErrors === null) {
          vErrors = [err5];
        } else {
          vErrors.push(err5);
        }
        errors++;
      }
    }
    if (data.overrides !== undefined) {
      let data5 = data.overrides;
      if (Array.isArray(data5)) {
        const len1 = data5.length;
        for (let i1 = 0; i1 < len1; i1++) {
          let data6 = data5[i1];
          if (data6 && typeof data6 == "object" && !Array.isArray(data6)) {
            if (data6.files === undefined) {
              const err6 = {
                instancePath: instancePath + "/overrides/" + i1,
                schemaPath: "#/properties/overrides/items/required",
                keyword: "required",
                params: { missingProperty: "files" },
                message: "must have required property '" + "files" + "'",
                schema: schema11.properties.overrides.items.required,
                parentSchema: schema11.properties.overrides.items,
                data: data6,
              };
              if (vErrors === null) {
                vErrors = [err6];
              } else {
                vErrors.push(err6);
              }
              errors++;
            }
            if (data6.rules === undefined) {
              const err7 = {
                instancePath: instancePath + "/overrides/" + i1,
                schemaPath: "#/properties/overrides/items/required",
                keyword: "required",
                params: { missingProperty: "rules" },
                message: "must have required property '" + "rules" + "'",
                schema: schema11.properties.overrides.items.required,
                parentSchema: schema11.properties.overrides.items,
                data: data6,
              };
              if (vErrors === null) {
                vErrors = [err7];
              } else {
                vErrors.push(err7);
              }
              errors++;
            }
            for (const key2 in data6) {
              if (!(key2 === "files" || key2 === "rules")) {
                const err8 = {
                  instancePath: instancePath + "/overrides/" + i1,
                  schemaPath: "#/properties/overrides/items/additionalProperties",
                  keyword: "additionalProperties",
                  params: { additionalProperty: key2 },
                  message: "must NOT have additional properties",
                  schema: false,
                  parentSchema: schema11.properties.overrides.items,
                  data: data6,
                };
                if (vErrors === null) {
                  vErrors = [err8];
                } else {
                  vErrors.push(err8);
                }
                errors++;
              }
            }
            if (data6.files !== undefined) {
              let data7 = data6.files;
              if (Array.isArray(data7)) {
                const len2 = data7.length;
                for (let i2 = 0; i2 < len2; i2++) {
                  let data8 = data7[i2];
                  if (typeof data8 !== "string") {
                    const err9 = {
                      instancePath: instancePath + "/overrides/" + i1 + "/files/" + i2,
                      schemaPath: "#/definitions/globs/items/type",
                      keyword: "type",
                      params: { type: "string" },
                      message: "must be string",
                      schema: schema13.items.type,
                      parentSchema: schema13.items,
                      data: data8,
                    };
                    if (vErrors === null) {
                      vErrors = [err9];
                    } else {
                      vErrors.push(err9);
                    }
                    errors++;
                  }
                }
              } else {
                const err10 = {
                  instancePath: instancePath + "/overrides/" + i1 + "/files",
                  schemaPath: "#/definitions/globs/type",
                  keyword: "type",
                  params: { type: "array" },
                  message: "must be array",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data7,
                };
                if (vErrors === null) {
                  vErrors = [err10];
                } else {
                  vErrors.push(err10);
                }
                errors++;
              }
            }
            if (data6.rules !== undefined) {
              let data9 = data6.rules;
              if (data9 && typeof data9 == "object" && !Array.isArray(data9)) {
                for (const key3 in data9) {
                  let data10 = data9[key3];
                  if (!(data10 === "off" || data10 === "warning" || data10 === "error")) {
                    const err11 = {
                      instancePath:
                        instancePath +
                        "/overrides/" +
                        i1 +
                        "/rules/" +
                        key3.replace(/~/g, "~0").replace(/\//g, "~1"),
                      schemaPath: "#/definitions/rules/additionalProperties/enum",
                      keyword: "enum",
                      params: { allowedValues: schema12.additionalProperties.enum },
                      message: "must be equal to one of the allowed values",
                      schema: schema12.additionalProperties.enum,
                      parentSchema: schema12.additionalProperties,
                      data: data10,
                    };
                    if (vErrors === null) {
                      vErrors = [err11];
                    } else {
                      vErrors.push(err11);
                    }
                    errors++;
                  }
                }
              } else {
                const err12 = {
                  instancePath: instancePath + "/overrides/" + i1 + "/rules",
                  schemaPath: "#/definitions/rules/type",
                  keyword: "type",
                  params: { type: "object" },
                  message: "must be object",
                  schema: schema12.type,
                  parentSchema: schema12,
                  data: data9,
                };
                if (vErrors === null) {
                  vErrors = [err12];
                } else {
                  vErrors.push(err12);
                }
                errors++;
              }
            }
          } else {
            const err13 = {
              instancePath: instancePath + "/overrides/" + i1,
              schemaPath: "#/properties/overrides/items/type",
              keyword: "type",
              params: { type: "object" },
              message: "must be object",
              schema: schema11.properties.overrides.items.type,
              parentSchema: schema11.properties.overrides.items,
              data: data6,
            };
            if (vErrors === null) {
              vErrors = [err13];
            } else {
              vErrors.push(err13);
            }
            errors++;
          }
        }
      } else {
        const err14 = {
          instancePath: instancePath + "/overrides",
          schemaPath: "#/properties/overrides/type",
          keyword: "type",
          params: { type: "array" },
          message: "must be array",
          schema: schema11.properties.overrides.type,
          parentSchema: schema11.properties.overrides,
          data: data5,
        };
        if (vErrors === null) {
          vErrors = [err14];
        } else {
          vErrors.push(err14);
        }
        errors++;
      }
    }
    if (data.ignore !== undefined) {
      let data11 = data.ignore;
      if (Array.isArray(data11)) {
        const len3 = data11.length;
        for (let i3 = 0; i3 < len3; i3++) {
          let data12 = data11[i3];
          if (typeof data12 !== "string") {
            const err15 = {
              instancePath: instancePath + "/ignore/" + i3,
              schemaPath: "#/definitions/globs/items/type",
              keyword: "type",
              params: { type: "string" },
              message: "must be string",
              schema: schema13.items.type,
              parentSchema: schema13.items,
              data: data12,
            };
            if (vErrors === null) {
              vErrors = [err15];
            } else {
              vErrors.push(err15);
            }
            errors++;
          }
        }
      } else {
        const err16 = {
          instancePath: instancePath + "/ignore",
          schemaPath: "#/definitions/globs/type",
          keyword: "type",
          params: { type: "array" },
          message: "must be array",
          schema: schema13.type,
          parentSchema: schema13,
          data: data11,
        };
        if (vErrors === null) {
          vErrors = [err16];
        } else {
          vErrors.push(err16);
        }
        errors++;
      }
    }
    if (data.scopes !== undefined) {
      let data13 = data.scopes;
      if (Array.isArray(data13)) {
        const len4 = data13.length;
        for (let i4 = 0; i4 < len4; i4++) {
          let data14 = data13[i4];
          if (data14 && typeof data14 == "object" && !Array.isArray(data14)) {
            if (data14.name === undefined) {
              const err17 = {
                instancePath: instancePath + "/scopes/" + i4,
                schemaPath: "#/properties/scopes/items/required",
                keyword: "required",
                params: { missingProperty: "name" },
                message: "must have required property '" + "name" + "'",
                schema: schema11.properties.scopes.items.required,
                parentSchema: schema11.properties.scopes.items,
                data: data14,
              };
              if (vErrors === null) {
                vErrors = [err17];
              } else {
                vErrors.push(err17);
              }
              errors++;
            }
            if (data14.files === undefined) {
              const err18 = {
                instancePath: instancePath + "/scopes/" + i4,
                schemaPath: "#/properties/scopes/items/required",
                keyword: "required",
                params: { missingProperty: "files" },
                message: "must have required property '" + "files" + "'",
                schema: schema11.properties.scopes.items.required,
                parentSchema: schema11.properties.scopes.items,
                data: data14,
              };
              if (vErrors === null) {
                vErrors = [err18];
              } else {
                vErrors.push(err18);
              }
              errors++;
            }
            for (const key4 in data14) {
              if (!(key4 === "name" || key4 === "files")) {
                const err19 = {
                  instancePath: instancePath + "/scopes/" + i4,
                  schemaPath: "#/properties/scopes/items/additionalProperties",
                  keyword: "additionalProperties",
                  params: { additionalProperty: key4 },
                  message: "must NOT have additional properties",
                  schema: false,
                  parentSchema: schema11.properties.scopes.items,
                  data: data14,
                };
                if (vErrors === null) {
                  vErrors = [err19];
                } else {
                  vErrors.push(err19);
                }
                errors++;
              }
            }
            if (data14.name !== undefined) {
              let data15 = data14.name;
              if (typeof data15 !== "string") {
                const err20 = {
                  instancePath: instancePath + "/scopes/" + i4 + "/name",
                  schemaPath: "#/properties/scopes/items/properties/name/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema11.properties.scopes.items.properties.name.type,
                  parentSchema: schema11.properties.scopes.items.properties.name,
                  data: data15,
                };
                if (vErrors === null) {
                  vErrors = [err20];
                } else {
                  vErrors.push(err20);
                }
                errors++;
              }
            }
            if (data14.files !== undefined) {
              let data16 = data14.files;
              if (Array.isArray(data16)) {
                const len5 = data16.length;
                for (let i5 = 0; i5 < len5; i5++) {
                  let data17 = data16[i5];
                  if (typeof data17 !== "string") {
                    const err21 = {
                      instancePath: instancePath + "/scopes/" + i4 + "/files/" + i5,
                      schemaPath: "#/definitions/globs/items/type",
                      keyword: "type",
                      params: { type: "string" },
                      message: "must be string",
                      schema: schema13.items.type,
                      parentSchema: schema13.items,
                      data: data17,
                    };
                    if (vErrors === null) {
                      vErrors = [err21];
                    } else {
                      vErrors.push(err21);
                    }
                    errors++;
                  }
                }
              } else {
                const err22 = {
                  instancePath: instancePath + "/scopes/" + i4 + "/files",
                  schemaPath: "#/definitions/globs/type",
                  keyword: "type",
                  params: { type: "array" },
                  message: "must be array",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data16,
                };
                if (vErrors === null) {
                  vErrors = [err22];
                } else {
                  vErrors.push(err22);
                }
                errors++;
              }
            }
          } else {
            const err23 = {
              instancePath: instancePath + "/scopes/" + i4,
              schemaPath: "#/properties/scopes/items/type",
              keyword: "type",
              params: { type: "object" },
              message: "must be object",
              schema: schema11.properties.scopes.items.type,
              parentSchema: schema11.properties.scopes.items,
              data: data14,
            };
            if (vErrors === null) {
              vErrors = [err23];
            } else {
              vErrors.push(err23);
            }
            errors++;
          }
        }
      } else {
        const err24 = {
          instancePath: instancePath + "/scopes",
          schemaPath: "#/properties/scopes/type",
          keyword: "type",
          params: { type: "array" },
          message: "must be array",
          schema: schema11.properties.scopes.type,
          parentSchema: schema11.properties.scopes,
          data: data13,
        };
        if (vErrors === null) {
          vErrors = [err24];
        } else {
          vErrors.push(err24);
        }
        errors++;
      }
    }
  } else {
    const err25 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema11.type,
      parentSchema: schema11,
      data,
    };
    if (vErrors === null) {
      vErrors = [err25];
    } else {
      vErrors.push(err25);
    }
    errors++;
  }
  validate10.errors = vErrors;
  return errors === 0;
}
