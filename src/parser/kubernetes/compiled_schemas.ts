// Made by scripts/compile_schemas.mjs from src/parser/kubernetes/schemas/network_policy.json, src/parser/kubernetes/schemas/tier_policy.json, src/parser/kubernetes/schemas/inventory.json; change that and run it again.
// @ts-nocheck

export const networkPolicy = validate10;
const schema11 = {
  $id: "networkPolicy",
  type: "object",
  additionalProperties: false,
  properties: {
    apiVersion: { type: "string", nullable: true },
    kind: { type: "string", nullable: true },
    metadata: { $ref: "#/$defs/ObjectMeta" },
    spec: {
      type: "object",
      nullable: true,
      additionalProperties: false,
      properties: {
        podSelector: { $ref: "#/$defs/LabelSelector" },
        policyTypes: { $ref: "#/$defs/Strings" },
        ingress: {
          type: "array",
          nullable: true,
          items: {
            type: "object",
            nullable: true,
            additionalProperties: false,
            properties: { from: { $ref: "#/$defs/Peers" }, ports: { $ref: "#/$defs/Ports" } },
          },
        },
        egress: {
          type: "array",
          nullable: true,
          items: {
            type: "object",
            nullable: true,
            additionalProperties: false,
            properties: { to: { $ref: "#/$defs/Peers" }, ports: { $ref: "#/$defs/Ports" } },
          },
        },
      },
    },
  },
  $defs: {
    String: { type: "string", nullable: true },
    Boolean: { type: "boolean", nullable: true },
    Integer: { type: "integer", nullable: true },
    Strings: { type: "array", nullable: true, items: { type: "string", nullable: true } },
    StringMap: { type: "object", nullable: true, additionalProperties: { type: "string", nullable: true } },
    LabelSelector: {
      type: "object",
      nullable: true,
      additionalProperties: false,
      properties: {
        matchLabels: { $ref: "#/$defs/StringMap" },
        matchExpressions: {
          type: "array",
          nullable: true,
          items: {
            type: "object",
            nullable: true,
            additionalProperties: false,
            properties: {
              key: { $ref: "#/$defs/String" },
              operator: { $ref: "#/$defs/String" },
              values: { $ref: "#/$defs/Strings" },
            },
          },
        },
      },
    },
    Peers: {
      type: "array",
      nullable: true,
      items: {
        type: "object",
        nullable: true,
        additionalProperties: false,
        properties: {
          podSelector: { $ref: "#/$defs/LabelSelector" },
          namespaceSelector: { $ref: "#/$defs/LabelSelector" },
          ipBlock: {
            type: "object",
            nullable: true,
            additionalProperties: false,
            properties: { cidr: { $ref: "#/$defs/String" }, except: { $ref: "#/$defs/Strings" } },
          },
        },
      },
    },
    Ports: {
      type: "array",
      nullable: true,
      items: {
        type: "object",
        nullable: true,
        additionalProperties: false,
        properties: {
          protocol: { $ref: "#/$defs/String" },
          port: { type: ["integer", "string"], nullable: true },
          endPort: { $ref: "#/$defs/Integer" },
        },
      },
    },
    ObjectMeta: {
      type: "object",
      nullable: true,
      additionalProperties: false,
      properties: {
        name: { $ref: "#/$defs/String" },
        generateName: { $ref: "#/$defs/String" },
        namespace: { $ref: "#/$defs/String" },
        labels: { $ref: "#/$defs/StringMap" },
        annotations: { $ref: "#/$defs/StringMap" },
        finalizers: { $ref: "#/$defs/Strings" },
        ownerReferences: {
          type: "array",
          nullable: true,
          items: {
            type: "object",
            nullable: true,
            additionalProperties: false,
            properties: {
              apiVersion: { $ref: "#/$defs/String" },
              kind: { $ref: "#/$defs/String" },
              name: { $ref: "#/$defs/String" },
              uid: { $ref: "#/$defs/String" },
              controller: { $ref: "#/$defs/Boolean" },
              blockOwnerDeletion: { $ref: "#/$defs/Boolean" },
            },
          },
        },
        selfLink: { $ref: "#/$defs/String" },
        uid: { $ref: "#/$defs/String" },
        resourceVersion: { $ref: "#/$defs/String" },
        generation: { $ref: "#/$defs/Integer" },
        creationTimestamp: { $ref: "#/$defs/String" },
        deletionTimestamp: { $ref: "#/$defs/String" },
        deletionGracePeriodSeconds: { $ref: "#/$defs/Integer" },
        managedFields: {
          type: "array",
          nullable: true,
          items: {
            type: "object",
            nullable: true,
            additionalProperties: false,
            properties: {
              manager: { $ref: "#/$defs/String" },
              operation: { $ref: "#/$defs/String" },
              apiVersion: { $ref: "#/$defs/String" },
              time: { $ref: "#/$defs/String" },
              fieldsType: { $ref: "#/$defs/String" },
              fieldsV1: {},
              subresource: { $ref: "#/$defs/String" },
            },
          },
        },
      },
    },
  },
};
const schema18 = { type: "array", nullable: true, items: { type: "string", nullable: true } };
const schema12 = {
  type: "object",
  nullable: true,
  additionalProperties: false,
  properties: {
    name: { $ref: "#/$defs/String" },
    generateName: { $ref: "#/$defs/String" },
    namespace: { $ref: "#/$defs/String" },
    labels: { $ref: "#/$defs/StringMap" },
    annotations: { $ref: "#/$defs/StringMap" },
    finalizers: { $ref: "#/$defs/Strings" },
    ownerReferences: {
      type: "array",
      nullable: true,
      items: {
        type: "object",
        nullable: true,
        additionalProperties: false,
        properties: {
          apiVersion: { $ref: "#/$defs/String" },
          kind: { $ref: "#/$defs/String" },
          name: { $ref: "#/$defs/String" },
          uid: { $ref: "#/$defs/String" },
          controller: { $ref: "#/$defs/Boolean" },
          blockOwnerDeletion: { $ref: "#/$defs/Boolean" },
        },
      },
    },
    selfLink: { $ref: "#/$defs/String" },
    uid: { $ref: "#/$defs/String" },
    resourceVersion: { $ref: "#/$defs/String" },
    generation: { $ref: "#/$defs/Integer" },
    creationTimestamp: { $ref: "#/$defs/String" },
    deletionTimestamp: { $ref: "#/$defs/String" },
    deletionGracePeriodSeconds: { $ref: "#/$defs/Integer" },
    managedFields: {
      type: "array",
      nullable: true,
      items: {
        type: "object",
        nullable: true,
        additionalProperties: false,
        properties: {
          manager: { $ref: "#/$defs/String" },
          operation: { $ref: "#/$defs/String" },
          apiVersion: { $ref: "#/$defs/String" },
          time: { $ref: "#/$defs/String" },
          fieldsType: { $ref: "#/$defs/String" },
          fieldsV1: {},
          subresource: { $ref: "#/$defs/String" },
        },
      },
    },
  },
};
const schema13 = { type: "string", nullable: true };
const schema16 = { type: "object", nullable: true, additionalProperties: { type: "string", nullable: true } };
const schema23 = { type: "boolean", nullable: true };
const schema28 = { type: "integer", nullable: true };
const func2 = Object.prototype.hasOwnProperty;
function validate11(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!(data && typeof data == "object" && !Array.isArray(data)) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema12.type,
      parentSchema: schema12,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!func2.call(schema12.properties, key0)) {
        const err1 = {
          instancePath,
          schemaPath: "#/additionalProperties",
          keyword: "additionalProperties",
          params: { additionalProperty: key0 },
          message: "must NOT have additional properties",
          schema: false,
          parentSchema: schema12,
          data,
        };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
    }
    if (data.name !== undefined) {
      let data0 = data.name;
      if (typeof data0 !== "string" && data0 !== null) {
        const err2 = {
          instancePath: instancePath + "/name",
          schemaPath: "#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data0,
        };
        if (vErrors === null) {
          vErrors = [err2];
        } else {
          vErrors.push(err2);
        }
        errors++;
      }
    }
    if (data.generateName !== undefined) {
      let data1 = data.generateName;
      if (typeof data1 !== "string" && data1 !== null) {
        const err3 = {
          instancePath: instancePath + "/generateName",
          schemaPath: "#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data1,
        };
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
    }
    if (data.namespace !== undefined) {
      let data2 = data.namespace;
      if (typeof data2 !== "string" && data2 !== null) {
        const err4 = {
          instancePath: instancePath + "/namespace",
          schemaPath: "#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data2,
        };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
    }
    if (data.labels !== undefined) {
      let data3 = data.labels;
      if (!(data3 && typeof data3 == "object" && !Array.isArray(data3)) && data3 !== null) {
        const err5 = {
          instancePath: instancePath + "/labels",
          schemaPath: "#/$defs/StringMap/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema16.type,
          parentSchema: schema16,
          data: data3,
        };
        if (vErrors === null) {
          vErrors = [err5];
        } else {
          vErrors.push(err5);
        }
        errors++;
      }
      if (data3 && typeof data3 == "object" && !Array.isArray(data3)) {
        for (const key1 in data3) {
          let data4 = data3[key1];
          if (typeof data4 !== "string" && data4 !== null) {
            const err6 = {
              instancePath: instancePath + "/labels/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),
              schemaPath: "#/$defs/StringMap/additionalProperties/type",
              keyword: "type",
              params: { type: "string" },
              message: "must be string",
              schema: schema16.additionalProperties.type,
              parentSchema: schema16.additionalProperties,
              data: data4,
            };
            if (vErrors === null) {
              vErrors = [err6];
            } else {
              vErrors.push(err6);
            }
            errors++;
          }
        }
      }
    }
    if (data.annotations !== undefined) {
      let data5 = data.annotations;
      if (!(data5 && typeof data5 == "object" && !Array.isArray(data5)) && data5 !== null) {
        const err7 = {
          instancePath: instancePath + "/annotations",
          schemaPath: "#/$defs/StringMap/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema16.type,
          parentSchema: schema16,
          data: data5,
        };
        if (vErrors === null) {
          vErrors = [err7];
        } else {
          vErrors.push(err7);
        }
        errors++;
      }
      if (data5 && typeof data5 == "object" && !Array.isArray(data5)) {
        for (const key2 in data5) {
          let data6 = data5[key2];
          if (typeof data6 !== "string" && data6 !== null) {
            const err8 = {
              instancePath: instancePath + "/annotations/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),
              schemaPath: "#/$defs/StringMap/additionalProperties/type",
              keyword: "type",
              params: { type: "string" },
              message: "must be string",
              schema: schema16.additionalProperties.type,
              parentSchema: schema16.additionalProperties,
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
      }
    }
    if (data.finalizers !== undefined) {
      let data7 = data.finalizers;
      if (!Array.isArray(data7) && data7 !== null) {
        const err9 = {
          instancePath: instancePath + "/finalizers",
          schemaPath: "#/$defs/Strings/type",
          keyword: "type",
          params: { type: "array" },
          message: "must be array",
          schema: schema18.type,
          parentSchema: schema18,
          data: data7,
        };
        if (vErrors === null) {
          vErrors = [err9];
        } else {
          vErrors.push(err9);
        }
        errors++;
      }
      if (Array.isArray(data7)) {
        const len0 = data7.length;
        for (let i0 = 0; i0 < len0; i0++) {
          let data8 = data7[i0];
          if (typeof data8 !== "string" && data8 !== null) {
            const err10 = {
              instancePath: instancePath + "/finalizers/" + i0,
              schemaPath: "#/$defs/Strings/items/type",
              keyword: "type",
              params: { type: "string" },
              message: "must be string",
              schema: schema18.items.type,
              parentSchema: schema18.items,
              data: data8,
            };
            if (vErrors === null) {
              vErrors = [err10];
            } else {
              vErrors.push(err10);
            }
            errors++;
          }
        }
      }
    }
    if (data.ownerReferences !== undefined) {
      let data9 = data.ownerReferences;
      if (!Array.isArray(data9) && data9 !== null) {
        const err11 = {
          instancePath: instancePath + "/ownerReferences",
          schemaPath: "#/properties/ownerReferences/type",
          keyword: "type",
          params: { type: "array" },
          message: "must be array",
          schema: schema12.properties.ownerReferences.type,
          parentSchema: schema12.properties.ownerReferences,
          data: data9,
        };
        if (vErrors === null) {
          vErrors = [err11];
        } else {
          vErrors.push(err11);
        }
        errors++;
      }
      if (Array.isArray(data9)) {
        const len1 = data9.length;
        for (let i1 = 0; i1 < len1; i1++) {
          let data10 = data9[i1];
          if (!(data10 && typeof data10 == "object" && !Array.isArray(data10)) && data10 !== null) {
            const err12 = {
              instancePath: instancePath + "/ownerReferences/" + i1,
              schemaPath: "#/properties/ownerReferences/items/type",
              keyword: "type",
              params: { type: "object" },
              message: "must be object",
              schema: schema12.properties.ownerReferences.items.type,
              parentSchema: schema12.properties.ownerReferences.items,
              data: data10,
            };
            if (vErrors === null) {
              vErrors = [err12];
            } else {
              vErrors.push(err12);
            }
            errors++;
          }
          if (data10 && typeof data10 == "object" && !Array.isArray(data10)) {
            for (const key3 in data10) {
              if (!(
                key3 === "apiVersion" ||
                key3 === "kind" ||
                key3 === "name" ||
                key3 === "uid" ||
                key3 === "controller" ||
                key3 === "blockOwnerDeletion"
              )) {
                const err13 = {
                  instancePath: instancePath + "/ownerReferences/" + i1,
                  schemaPath: "#/properties/ownerReferences/items/additionalProperties",
                  keyword: "additionalProperties",
                  params: { additionalProperty: key3 },
                  message: "must NOT have additional properties",
                  schema: false,
                  parentSchema: schema12.properties.ownerReferences.items,
                  data: data10,
                };
                if (vErrors === null) {
                  vErrors = [err13];
                } else {
                  vErrors.push(err13);
                }
                errors++;
              }
            }
            if (data10.apiVersion !== undefined) {
              let data11 = data10.apiVersion;
              if (typeof data11 !== "string" && data11 !== null) {
                const err14 = {
                  instancePath: instancePath + "/ownerReferences/" + i1 + "/apiVersion",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data11,
                };
                if (vErrors === null) {
                  vErrors = [err14];
                } else {
                  vErrors.push(err14);
                }
                errors++;
              }
            }
            if (data10.kind !== undefined) {
              let data12 = data10.kind;
              if (typeof data12 !== "string" && data12 !== null) {
                const err15 = {
                  instancePath: instancePath + "/ownerReferences/" + i1 + "/kind",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
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
            if (data10.name !== undefined) {
              let data13 = data10.name;
              if (typeof data13 !== "string" && data13 !== null) {
                const err16 = {
                  instancePath: instancePath + "/ownerReferences/" + i1 + "/name",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data13,
                };
                if (vErrors === null) {
                  vErrors = [err16];
                } else {
                  vErrors.push(err16);
                }
                errors++;
              }
            }
            if (data10.uid !== undefined) {
              let data14 = data10.uid;
              if (typeof data14 !== "string" && data14 !== null) {
                const err17 = {
                  instancePath: instancePath + "/ownerReferences/" + i1 + "/uid",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data14,
                };
                if (vErrors === null) {
                  vErrors = [err17];
                } else {
                  vErrors.push(err17);
                }
                errors++;
              }
            }
            if (data10.controller !== undefined) {
              let data15 = data10.controller;
              if (typeof data15 !== "boolean" && data15 !== null) {
                const err18 = {
                  instancePath: instancePath + "/ownerReferences/" + i1 + "/controller",
                  schemaPath: "#/$defs/Boolean/type",
                  keyword: "type",
                  params: { type: "boolean" },
                  message: "must be boolean",
                  schema: schema23.type,
                  parentSchema: schema23,
                  data: data15,
                };
                if (vErrors === null) {
                  vErrors = [err18];
                } else {
                  vErrors.push(err18);
                }
                errors++;
              }
            }
            if (data10.blockOwnerDeletion !== undefined) {
              let data16 = data10.blockOwnerDeletion;
              if (typeof data16 !== "boolean" && data16 !== null) {
                const err19 = {
                  instancePath: instancePath + "/ownerReferences/" + i1 + "/blockOwnerDeletion",
                  schemaPath: "#/$defs/Boolean/type",
                  keyword: "type",
                  params: { type: "boolean" },
                  message: "must be boolean",
                  schema: schema23.type,
                  parentSchema: schema23,
                  data: data16,
                };
                if (vErrors === null) {
                  vErrors = [err19];
                } else {
                  vErrors.push(err19);
                }
                errors++;
              }
            }
          }
        }
      }
    }
    if (data.selfLink !== undefined) {
      let data17 = data.selfLink;
      if (typeof data17 !== "string" && data17 !== null) {
        const err20 = {
          instancePath: instancePath + "/selfLink",
          schemaPath: "#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data17,
        };
        if (vErrors === null) {
          vErrors = [err20];
        } else {
          vErrors.push(err20);
        }
        errors++;
      }
    }
    if (data.uid !== undefined) {
      let data18 = data.uid;
      if (typeof data18 !== "string" && data18 !== null) {
        const err21 = {
          instancePath: instancePath + "/uid",
          schemaPath: "#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data18,
        };
        if (vErrors === null) {
          vErrors = [err21];
        } else {
          vErrors.push(err21);
        }
        errors++;
      }
    }
    if (data.resourceVersion !== undefined) {
      let data19 = data.resourceVersion;
      if (typeof data19 !== "string" && data19 !== null) {
        const err22 = {
          instancePath: instancePath + "/resourceVersion",
          schemaPath: "#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data19,
        };
        if (vErrors === null) {
          vErrors = [err22];
        } else {
          vErrors.push(err22);
        }
        errors++;
      }
    }
    if (data.generation !== undefined) {
      let data20 = data.generation;
      if (
        !(typeof data20 == "number" && !(data20 % 1) && !isNaN(data20) && isFinite(data20)) &&
        data20 !== null
      ) {
        const err23 = {
          instancePath: instancePath + "/generation",
          schemaPath: "#/$defs/Integer/type",
          keyword: "type",
          params: { type: "integer" },
          message: "must be integer",
          schema: schema28.type,
          parentSchema: schema28,
          data: data20,
        };
        if (vErrors === null) {
          vErrors = [err23];
        } else {
          vErrors.push(err23);
        }
        errors++;
      }
    }
    if (data.creationTimestamp !== undefined) {
      let data21 = data.creationTimestamp;
      if (typeof data21 !== "string" && data21 !== null) {
        const err24 = {
          instancePath: instancePath + "/creationTimestamp",
          schemaPath: "#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data21,
        };
        if (vErrors === null) {
          vErrors = [err24];
        } else {
          vErrors.push(err24);
        }
        errors++;
      }
    }
    if (data.deletionTimestamp !== undefined) {
      let data22 = data.deletionTimestamp;
      if (typeof data22 !== "string" && data22 !== null) {
        const err25 = {
          instancePath: instancePath + "/deletionTimestamp",
          schemaPath: "#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data22,
        };
        if (vErrors === null) {
          vErrors = [err25];
        } else {
          vErrors.push(err25);
        }
        errors++;
      }
    }
    if (data.deletionGracePeriodSeconds !== undefined) {
      let data23 = data.deletionGracePeriodSeconds;
      if (
        !(typeof data23 == "number" && !(data23 % 1) && !isNaN(data23) && isFinite(data23)) &&
        data23 !== null
      ) {
        const err26 = {
          instancePath: instancePath + "/deletionGracePeriodSeconds",
          schemaPath: "#/$defs/Integer/type",
          keyword: "type",
          params: { type: "integer" },
          message: "must be integer",
          schema: schema28.type,
          parentSchema: schema28,
          data: data23,
        };
        if (vErrors === null) {
          vErrors = [err26];
        } else {
          vErrors.push(err26);
        }
        errors++;
      }
    }
    if (data.managedFields !== undefined) {
      let data24 = data.managedFields;
      if (!Array.isArray(data24) && data24 !== null) {
        const err27 = {
          instancePath: instancePath + "/managedFields",
          schemaPath: "#/properties/managedFields/type",
          keyword: "type",
          params: { type: "array" },
          message: "must be array",
          schema: schema12.properties.managedFields.type,
          parentSchema: schema12.properties.managedFields,
          data: data24,
        };
        if (vErrors === null) {
          vErrors = [err27];
        } else {
          vErrors.push(err27);
        }
        errors++;
      }
      if (Array.isArray(data24)) {
        const len2 = data24.length;
        for (let i2 = 0; i2 < len2; i2++) {
          let data25 = data24[i2];
          if (!(data25 && typeof data25 == "object" && !Array.isArray(data25)) && data25 !== null) {
            const err28 = {
              instancePath: instancePath + "/managedFields/" + i2,
              schemaPath: "#/properties/managedFields/items/type",
              keyword: "type",
              params: { type: "object" },
              message: "must be object",
              schema: schema12.properties.managedFields.items.type,
              parentSchema: schema12.properties.managedFields.items,
              data: data25,
            };
            if (vErrors === null) {
              vErrors = [err28];
            } else {
              vErrors.push(err28);
            }
            errors++;
          }
          if (data25 && typeof data25 == "object" && !Array.isArray(data25)) {
            for (const key4 in data25) {
              if (!(
                key4 === "manager" ||
                key4 === "operation" ||
                key4 === "apiVersion" ||
                key4 === "time" ||
                key4 === "fieldsType" ||
                key4 === "fieldsV1" ||
                key4 === "subresource"
              )) {
                const err29 = {
                  instancePath: instancePath + "/managedFields/" + i2,
                  schemaPath: "#/properties/managedFields/items/additionalProperties",
                  keyword: "additionalProperties",
                  params: { additionalProperty: key4 },
                  message: "must NOT have additional properties",
                  schema: false,
                  parentSchema: schema12.properties.managedFields.items,
                  data: data25,
                };
                if (vErrors === null) {
                  vErrors = [err29];
                } else {
                  vErrors.push(err29);
                }
                errors++;
              }
            }
            if (data25.manager !== undefined) {
              let data26 = data25.manager;
              if (typeof data26 !== "string" && data26 !== null) {
                const err30 = {
                  instancePath: instancePath + "/managedFields/" + i2 + "/manager",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data26,
                };
                if (vErrors === null) {
                  vErrors = [err30];
                } else {
                  vErrors.push(err30);
                }
                errors++;
              }
            }
            if (data25.operation !== undefined) {
              let data27 = data25.operation;
              if (typeof data27 !== "string" && data27 !== null) {
                const err31 = {
                  instancePath: instancePath + "/managedFields/" + i2 + "/operation",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data27,
                };
                if (vErrors === null) {
                  vErrors = [err31];
                } else {
                  vErrors.push(err31);
                }
                errors++;
              }
            }
            if (data25.apiVersion !== undefined) {
              let data28 = data25.apiVersion;
              if (typeof data28 !== "string" && data28 !== null) {
                const err32 = {
                  instancePath: instancePath + "/managedFields/" + i2 + "/apiVersion",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data28,
                };
                if (vErrors === null) {
                  vErrors = [err32];
                } else {
                  vErrors.push(err32);
                }
                errors++;
              }
            }
            if (data25.time !== undefined) {
              let data29 = data25.time;
              if (typeof data29 !== "string" && data29 !== null) {
                const err33 = {
                  instancePath: instancePath + "/managedFields/" + i2 + "/time",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data29,
                };
                if (vErrors === null) {
                  vErrors = [err33];
                } else {
                  vErrors.push(err33);
                }
                errors++;
              }
            }
            if (data25.fieldsType !== undefined) {
              let data30 = data25.fieldsType;
              if (typeof data30 !== "string" && data30 !== null) {
                const err34 = {
                  instancePath: instancePath + "/managedFields/" + i2 + "/fieldsType",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data30,
                };
                if (vErrors === null) {
                  vErrors = [err34];
                } else {
                  vErrors.push(err34);
                }
                errors++;
              }
            }
            if (data25.subresource !== undefined) {
              let data31 = data25.subresource;
              if (typeof data31 !== "string" && data31 !== null) {
                const err35 = {
                  instancePath: instancePath + "/managedFields/" + i2 + "/subresource",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data31,
                };
                if (vErrors === null) {
                  vErrors = [err35];
                } else {
                  vErrors.push(err35);
                }
                errors++;
              }
            }
          }
        }
      }
    }
  }
  validate11.errors = vErrors;
  return errors === 0;
}
const schema38 = {
  type: "object",
  nullable: true,
  additionalProperties: false,
  properties: {
    matchLabels: { $ref: "#/$defs/StringMap" },
    matchExpressions: {
      type: "array",
      nullable: true,
      items: {
        type: "object",
        nullable: true,
        additionalProperties: false,
        properties: {
          key: { $ref: "#/$defs/String" },
          operator: { $ref: "#/$defs/String" },
          values: { $ref: "#/$defs/Strings" },
        },
      },
    },
  },
};
function validate13(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!(data && typeof data == "object" && !Array.isArray(data)) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema38.type,
      parentSchema: schema38,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!(key0 === "matchLabels" || key0 === "matchExpressions")) {
        const err1 = {
          instancePath,
          schemaPath: "#/additionalProperties",
          keyword: "additionalProperties",
          params: { additionalProperty: key0 },
          message: "must NOT have additional properties",
          schema: false,
          parentSchema: schema38,
          data,
        };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
    }
    if (data.matchLabels !== undefined) {
      let data0 = data.matchLabels;
      if (!(data0 && typeof data0 == "object" && !Array.isArray(data0)) && data0 !== null) {
        const err2 = {
          instancePath: instancePath + "/matchLabels",
          schemaPath: "#/$defs/StringMap/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema16.type,
          parentSchema: schema16,
          data: data0,
        };
        if (vErrors === null) {
          vErrors = [err2];
        } else {
          vErrors.push(err2);
        }
        errors++;
      }
      if (data0 && typeof data0 == "object" && !Array.isArray(data0)) {
        for (const key1 in data0) {
          let data1 = data0[key1];
          if (typeof data1 !== "string" && data1 !== null) {
            const err3 = {
              instancePath: instancePath + "/matchLabels/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),
              schemaPath: "#/$defs/StringMap/additionalProperties/type",
              keyword: "type",
              params: { type: "string" },
              message: "must be string",
              schema: schema16.additionalProperties.type,
              parentSchema: schema16.additionalProperties,
              data: data1,
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
    if (data.matchExpressions !== undefined) {
      let data2 = data.matchExpressions;
      if (!Array.isArray(data2) && data2 !== null) {
        const err4 = {
          instancePath: instancePath + "/matchExpressions",
          schemaPath: "#/properties/matchExpressions/type",
          keyword: "type",
          params: { type: "array" },
          message: "must be array",
          schema: schema38.properties.matchExpressions.type,
          parentSchema: schema38.properties.matchExpressions,
          data: data2,
        };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
      if (Array.isArray(data2)) {
        const len0 = data2.length;
        for (let i0 = 0; i0 < len0; i0++) {
          let data3 = data2[i0];
          if (!(data3 && typeof data3 == "object" && !Array.isArray(data3)) && data3 !== null) {
            const err5 = {
              instancePath: instancePath + "/matchExpressions/" + i0,
              schemaPath: "#/properties/matchExpressions/items/type",
              keyword: "type",
              params: { type: "object" },
              message: "must be object",
              schema: schema38.properties.matchExpressions.items.type,
              parentSchema: schema38.properties.matchExpressions.items,
              data: data3,
            };
            if (vErrors === null) {
              vErrors = [err5];
            } else {
              vErrors.push(err5);
            }
            errors++;
          }
          if (data3 && typeof data3 == "object" && !Array.isArray(data3)) {
            for (const key2 in data3) {
              if (!(key2 === "key" || key2 === "operator" || key2 === "values")) {
                const err6 = {
                  instancePath: instancePath + "/matchExpressions/" + i0,
                  schemaPath: "#/properties/matchExpressions/items/additionalProperties",
                  keyword: "additionalProperties",
                  params: { additionalProperty: key2 },
                  message: "must NOT have additional properties",
                  schema: false,
                  parentSchema: schema38.properties.matchExpressions.items,
                  data: data3,
                };
                if (vErrors === null) {
                  vErrors = [err6];
                } else {
                  vErrors.push(err6);
                }
                errors++;
              }
            }
            if (data3.key !== undefined) {
              let data4 = data3.key;
              if (typeof data4 !== "string" && data4 !== null) {
                const err7 = {
                  instancePath: instancePath + "/matchExpressions/" + i0 + "/key",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data4,
                };
                if (vErrors === null) {
                  vErrors = [err7];
                } else {
                  vErrors.push(err7);
                }
                errors++;
              }
            }
            if (data3.operator !== undefined) {
              let data5 = data3.operator;
              if (typeof data5 !== "string" && data5 !== null) {
                const err8 = {
                  instancePath: instancePath + "/matchExpressions/" + i0 + "/operator",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data5,
                };
                if (vErrors === null) {
                  vErrors = [err8];
                } else {
                  vErrors.push(err8);
                }
                errors++;
              }
            }
            if (data3.values !== undefined) {
              let data6 = data3.values;
              if (!Array.isArray(data6) && data6 !== null) {
                const err9 = {
                  instancePath: instancePath + "/matchExpressions/" + i0 + "/values",
                  schemaPath: "#/$defs/Strings/type",
                  keyword: "type",
                  params: { type: "array" },
                  message: "must be array",
                  schema: schema18.type,
                  parentSchema: schema18,
                  data: data6,
                };
                if (vErrors === null) {
                  vErrors = [err9];
                } else {
                  vErrors.push(err9);
                }
                errors++;
              }
              if (Array.isArray(data6)) {
                const len1 = data6.length;
                for (let i1 = 0; i1 < len1; i1++) {
                  let data7 = data6[i1];
                  if (typeof data7 !== "string" && data7 !== null) {
                    const err10 = {
                      instancePath: instancePath + "/matchExpressions/" + i0 + "/values/" + i1,
                      schemaPath: "#/$defs/Strings/items/type",
                      keyword: "type",
                      params: { type: "string" },
                      message: "must be string",
                      schema: schema18.items.type,
                      parentSchema: schema18.items,
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
              }
            }
          }
        }
      }
    }
  }
  validate13.errors = vErrors;
  return errors === 0;
}
const schema44 = {
  type: "array",
  nullable: true,
  items: {
    type: "object",
    nullable: true,
    additionalProperties: false,
    properties: {
      podSelector: { $ref: "#/$defs/LabelSelector" },
      namespaceSelector: { $ref: "#/$defs/LabelSelector" },
      ipBlock: {
        type: "object",
        nullable: true,
        additionalProperties: false,
        properties: { cidr: { $ref: "#/$defs/String" }, except: { $ref: "#/$defs/Strings" } },
      },
    },
  },
};
function validate15(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!Array.isArray(data) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "array" },
      message: "must be array",
      schema: schema44.type,
      parentSchema: schema44,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (Array.isArray(data)) {
    const len0 = data.length;
    for (let i0 = 0; i0 < len0; i0++) {
      let data0 = data[i0];
      if (!(data0 && typeof data0 == "object" && !Array.isArray(data0)) && data0 !== null) {
        const err1 = {
          instancePath: instancePath + "/" + i0,
          schemaPath: "#/items/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema44.items.type,
          parentSchema: schema44.items,
          data: data0,
        };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
      if (data0 && typeof data0 == "object" && !Array.isArray(data0)) {
        for (const key0 in data0) {
          if (!(key0 === "podSelector" || key0 === "namespaceSelector" || key0 === "ipBlock")) {
            const err2 = {
              instancePath: instancePath + "/" + i0,
              schemaPath: "#/items/additionalProperties",
              keyword: "additionalProperties",
              params: { additionalProperty: key0 },
              message: "must NOT have additional properties",
              schema: false,
              parentSchema: schema44.items,
              data: data0,
            };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
        }
        if (data0.podSelector !== undefined) {
          if (
            !validate13(data0.podSelector, {
              instancePath: instancePath + "/" + i0 + "/podSelector",
              parentData: data0,
              parentDataProperty: "podSelector",
              rootData,
            })
          ) {
            vErrors = vErrors === null ? validate13.errors : vErrors.concat(validate13.errors);
            errors = vErrors.length;
          }
        }
        if (data0.namespaceSelector !== undefined) {
          if (
            !validate13(data0.namespaceSelector, {
              instancePath: instancePath + "/" + i0 + "/namespaceSelector",
              parentData: data0,
              parentDataProperty: "namespaceSelector",
              rootData,
            })
          ) {
            vErrors = vErrors === null ? validate13.errors : vErrors.concat(validate13.errors);
            errors = vErrors.length;
          }
        }
        if (data0.ipBlock !== undefined) {
          let data3 = data0.ipBlock;
          if (!(data3 && typeof data3 == "object" && !Array.isArray(data3)) && data3 !== null) {
            const err3 = {
              instancePath: instancePath + "/" + i0 + "/ipBlock",
              schemaPath: "#/items/properties/ipBlock/type",
              keyword: "type",
              params: { type: "object" },
              message: "must be object",
              schema: schema44.items.properties.ipBlock.type,
              parentSchema: schema44.items.properties.ipBlock,
              data: data3,
            };
            if (vErrors === null) {
              vErrors = [err3];
            } else {
              vErrors.push(err3);
            }
            errors++;
          }
          if (data3 && typeof data3 == "object" && !Array.isArray(data3)) {
            for (const key1 in data3) {
              if (!(key1 === "cidr" || key1 === "except")) {
                const err4 = {
                  instancePath: instancePath + "/" + i0 + "/ipBlock",
                  schemaPath: "#/items/properties/ipBlock/additionalProperties",
                  keyword: "additionalProperties",
                  params: { additionalProperty: key1 },
                  message: "must NOT have additional properties",
                  schema: false,
                  parentSchema: schema44.items.properties.ipBlock,
                  data: data3,
                };
                if (vErrors === null) {
                  vErrors = [err4];
                } else {
                  vErrors.push(err4);
                }
                errors++;
              }
            }
            if (data3.cidr !== undefined) {
              let data4 = data3.cidr;
              if (typeof data4 !== "string" && data4 !== null) {
                const err5 = {
                  instancePath: instancePath + "/" + i0 + "/ipBlock/cidr",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data4,
                };
                if (vErrors === null) {
                  vErrors = [err5];
                } else {
                  vErrors.push(err5);
                }
                errors++;
              }
            }
            if (data3.except !== undefined) {
              let data5 = data3.except;
              if (!Array.isArray(data5) && data5 !== null) {
                const err6 = {
                  instancePath: instancePath + "/" + i0 + "/ipBlock/except",
                  schemaPath: "#/$defs/Strings/type",
                  keyword: "type",
                  params: { type: "array" },
                  message: "must be array",
                  schema: schema18.type,
                  parentSchema: schema18,
                  data: data5,
                };
                if (vErrors === null) {
                  vErrors = [err6];
                } else {
                  vErrors.push(err6);
                }
                errors++;
              }
              if (Array.isArray(data5)) {
                const len1 = data5.length;
                for (let i1 = 0; i1 < len1; i1++) {
                  let data6 = data5[i1];
                  if (typeof data6 !== "string" && data6 !== null) {
                    const err7 = {
                      instancePath: instancePath + "/" + i0 + "/ipBlock/except/" + i1,
                      schemaPath: "#/$defs/Strings/items/type",
                      keyword: "type",
                      params: { type: "string" },
                      message: "must be string",
                      schema: schema18.items.type,
                      parentSchema: schema18.items,
                      data: data6,
                    };
                    if (vErrors === null) {
                      vErrors = [err7];
                    } else {
                      vErrors.push(err7);
                    }
                    errors++;
                  }
                }
              }
            }
          }
        }
      }
    }
  }
  validate15.errors = vErrors;
  return errors === 0;
}
const schema47 = {
  type: "array",
  nullable: true,
  items: {
    type: "object",
    nullable: true,
    additionalProperties: false,
    properties: {
      protocol: { $ref: "#/$defs/String" },
      port: { type: ["integer", "string"], nullable: true },
      endPort: { $ref: "#/$defs/Integer" },
    },
  },
};
function validate19(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!Array.isArray(data) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "array" },
      message: "must be array",
      schema: schema47.type,
      parentSchema: schema47,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (Array.isArray(data)) {
    const len0 = data.length;
    for (let i0 = 0; i0 < len0; i0++) {
      let data0 = data[i0];
      if (!(data0 && typeof data0 == "object" && !Array.isArray(data0)) && data0 !== null) {
        const err1 = {
          instancePath: instancePath + "/" + i0,
          schemaPath: "#/items/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema47.items.type,
          parentSchema: schema47.items,
          data: data0,
        };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
      if (data0 && typeof data0 == "object" && !Array.isArray(data0)) {
        for (const key0 in data0) {
          if (!(key0 === "protocol" || key0 === "port" || key0 === "endPort")) {
            const err2 = {
              instancePath: instancePath + "/" + i0,
              schemaPath: "#/items/additionalProperties",
              keyword: "additionalProperties",
              params: { additionalProperty: key0 },
              message: "must NOT have additional properties",
              schema: false,
              parentSchema: schema47.items,
              data: data0,
            };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
        }
        if (data0.protocol !== undefined) {
          let data1 = data0.protocol;
          if (typeof data1 !== "string" && data1 !== null) {
            const err3 = {
              instancePath: instancePath + "/" + i0 + "/protocol",
              schemaPath: "#/$defs/String/type",
              keyword: "type",
              params: { type: "string" },
              message: "must be string",
              schema: schema13.type,
              parentSchema: schema13,
              data: data1,
            };
            if (vErrors === null) {
              vErrors = [err3];
            } else {
              vErrors.push(err3);
            }
            errors++;
          }
        }
        if (data0.port !== undefined) {
          let data2 = data0.port;
          if (
            !(typeof data2 == "number" && !(data2 % 1) && !isNaN(data2) && isFinite(data2)) &&
            typeof data2 !== "string" &&
            data2 !== null
          ) {
            const err4 = {
              instancePath: instancePath + "/" + i0 + "/port",
              schemaPath: "#/items/properties/port/type",
              keyword: "type",
              params: { type: schema47.items.properties.port.type },
              message: "must be integer,string,null",
              schema: schema47.items.properties.port.type,
              parentSchema: schema47.items.properties.port,
              data: data2,
            };
            if (vErrors === null) {
              vErrors = [err4];
            } else {
              vErrors.push(err4);
            }
            errors++;
          }
        }
        if (data0.endPort !== undefined) {
          let data3 = data0.endPort;
          if (
            !(typeof data3 == "number" && !(data3 % 1) && !isNaN(data3) && isFinite(data3)) &&
            data3 !== null
          ) {
            const err5 = {
              instancePath: instancePath + "/" + i0 + "/endPort",
              schemaPath: "#/$defs/Integer/type",
              keyword: "type",
              params: { type: "integer" },
              message: "must be integer",
              schema: schema28.type,
              parentSchema: schema28,
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
      }
    }
  }
  validate19.errors = vErrors;
  return errors === 0;
}
function validate10(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  /*# sourceURL="networkPolicy" */ let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!(key0 === "apiVersion" || key0 === "kind" || key0 === "metadata" || key0 === "spec")) {
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
    if (data.apiVersion !== undefined) {
      let data0 = data.apiVersion;
      if (typeof data0 !== "string" && data0 !== null) {
        const err1 = {
          instancePath: instancePath + "/apiVersion",
          schemaPath: "#/properties/apiVersion/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema11.properties.apiVersion.type,
          parentSchema: schema11.properties.apiVersion,
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
    if (data.kind !== undefined) {
      let data1 = data.kind;
      if (typeof data1 !== "string" && data1 !== null) {
        const err2 = {
          instancePath: instancePath + "/kind",
          schemaPath: "#/properties/kind/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema11.properties.kind.type,
          parentSchema: schema11.properties.kind,
          data: data1,
        };
        if (vErrors === null) {
          vErrors = [err2];
        } else {
          vErrors.push(err2);
        }
        errors++;
      }
    }
    if (data.metadata !== undefined) {
      if (
        !validate11(data.metadata, {
          instancePath: instancePath + "/metadata",
          parentData: data,
          parentDataProperty: "metadata",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate11.errors : vErrors.concat(validate11.errors);
        errors = vErrors.length;
      }
    }
    if (data.spec !== undefined) {
      let data3 = data.spec;
      if (!(data3 && typeof data3 == "object" && !Array.isArray(data3)) && data3 !== null) {
        const err3 = {
          instancePath: instancePath + "/spec",
          schemaPath: "#/properties/spec/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema11.properties.spec.type,
          parentSchema: schema11.properties.spec,
          data: data3,
        };
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
      if (data3 && typeof data3 == "object" && !Array.isArray(data3)) {
        for (const key1 in data3) {
          if (!(
            key1 === "podSelector" ||
            key1 === "policyTypes" ||
            key1 === "ingress" ||
            key1 === "egress"
          )) {
            const err4 = {
              instancePath: instancePath + "/spec",
              schemaPath: "#/properties/spec/additionalProperties",
              keyword: "additionalProperties",
              params: { additionalProperty: key1 },
              message: "must NOT have additional properties",
              schema: false,
              parentSchema: schema11.properties.spec,
              data: data3,
            };
            if (vErrors === null) {
              vErrors = [err4];
            } else {
              vErrors.push(err4);
            }
            errors++;
          }
        }
        if (data3.podSelector !== undefined) {
          if (
            !validate13(data3.podSelector, {
              instancePath: instancePath + "/spec/podSelector",
              parentData: data3,
              parentDataProperty: "podSelector",
              rootData,
            })
          ) {
            vErrors = vErrors === null ? validate13.errors : vErrors.concat(validate13.errors);
            errors = vErrors.length;
          }
        }
        if (data3.policyTypes !== undefined) {
          let data5 = data3.policyTypes;
          if (!Array.isArray(data5) && data5 !== null) {
            const err5 = {
              instancePath: instancePath + "/spec/policyTypes",
              schemaPath: "#/$defs/Strings/type",
              keyword: "type",
              params: { type: "array" },
              message: "must be array",
              schema: schema18.type,
              parentSchema: schema18,
              data: data5,
            };
            if (vErrors === null) {
              vErrors = [err5];
            } else {
              vErrors.push(err5);
            }
            errors++;
          }
          if (Array.isArray(data5)) {
            const len0 = data5.length;
            for (let i0 = 0; i0 < len0; i0++) {
              let data6 = data5[i0];
              if (typeof data6 !== "string" && data6 !== null) {
                const err6 = {
                  instancePath: instancePath + "/spec/policyTypes/" + i0,
                  schemaPath: "#/$defs/Strings/items/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema18.items.type,
                  parentSchema: schema18.items,
                  data: data6,
                };
                if (vErrors === null) {
                  vErrors = [err6];
                } else {
                  vErrors.push(err6);
                }
                errors++;
              }
            }
          }
        }
        if (data3.ingress !== undefined) {
          let data7 = data3.ingress;
          if (!Array.isArray(data7) && data7 !== null) {
            const err7 = {
              instancePath: instancePath + "/spec/ingress",
              schemaPath: "#/properties/spec/properties/ingress/type",
              keyword: "type",
              params: { type: "array" },
              message: "must be array",
              schema: schema11.properties.spec.properties.ingress.type,
              parentSchema: schema11.properties.spec.properties.ingress,
              data: data7,
            };
            if (vErrors === null) {
              vErrors = [err7];
            } else {
              vErrors.push(err7);
            }
            errors++;
          }
          if (Array.isArray(data7)) {
            const len1 = data7.length;
            for (let i1 = 0; i1 < len1; i1++) {
              let data8 = data7[i1];
              if (!(data8 && typeof data8 == "object" && !Array.isArray(data8)) && data8 !== null) {
                const err8 = {
                  instancePath: instancePath + "/spec/ingress/" + i1,
                  schemaPath: "#/properties/spec/properties/ingress/items/type",
                  keyword: "type",
                  params: { type: "object" },
                  message: "must be object",
                  schema: schema11.properties.spec.properties.ingress.items.type,
                  parentSchema: schema11.properties.spec.properties.ingress.items,
                  data: data8,
                };
                if (vErrors === null) {
                  vErrors = [err8];
                } else {
                  vErrors.push(err8);
                }
                errors++;
              }
              if (data8 && typeof data8 == "object" && !Array.isArray(data8)) {
                for (const key2 in data8) {
                  if (!(key2 === "from" || key2 === "ports")) {
                    const err9 = {
                      instancePath: instancePath + "/spec/ingress/" + i1,
                      schemaPath: "#/properties/spec/properties/ingress/items/additionalProperties",
                      keyword: "additionalProperties",
                      params: { additionalProperty: key2 },
                      message: "must NOT have additional properties",
                      schema: false,
                      parentSchema: schema11.properties.spec.properties.ingress.items,
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
                if (data8.from !== undefined) {
                  if (
                    !validate15(data8.from, {
                      instancePath: instancePath + "/spec/ingress/" + i1 + "/from",
                      parentData: data8,
                      parentDataProperty: "from",
                      rootData,
                    })
                  ) {
                    vErrors = vErrors === null ? validate15.errors : vErrors.concat(validate15.errors);
                    errors = vErrors.length;
                  }
                }
                if (data8.ports !== undefined) {
                  if (
                    !validate19(data8.ports, {
                      instancePath: instancePath + "/spec/ingress/" + i1 + "/ports",
                      parentData: data8,
                      parentDataProperty: "ports",
                      rootData,
                    })
                  ) {
                    vErrors = vErrors === null ? validate19.errors : vErrors.concat(validate19.errors);
                    errors = vErrors.length;
                  }
                }
              }
            }
          }
        }
        if (data3.egress !== undefined) {
          let data11 = data3.egress;
          if (!Array.isArray(data11) && data11 !== null) {
            const err10 = {
              instancePath: instancePath + "/spec/egress",
              schemaPath: "#/properties/spec/properties/egress/type",
              keyword: "type",
              params: { type: "array" },
              message: "must be array",
              schema: schema11.properties.spec.properties.egress.type,
              parentSchema: schema11.properties.spec.properties.egress,
              data: data11,
            };
            if (vErrors === null) {
              vErrors = [err10];
            } else {
              vErrors.push(err10);
            }
            errors++;
          }
          if (Array.isArray(data11)) {
            const len2 = data11.length;
            for (let i2 = 0; i2 < len2; i2++) {
              let data12 = data11[i2];
              if (!(data12 && typeof data12 == "object" && !Array.isArray(data12)) && data12 !== null) {
                const err11 = {
                  instancePath: instancePath + "/spec/egress/" + i2,
                  schemaPath: "#/properties/spec/properties/egress/items/type",
                  keyword: "type",
                  params: { type: "object" },
                  message: "must be object",
                  schema: schema11.properties.spec.properties.egress.items.type,
                  parentSchema: schema11.properties.spec.properties.egress.items,
                  data: data12,
                };
                if (vErrors === null) {
                  vErrors = [err11];
                } else {
                  vErrors.push(err11);
                }
                errors++;
              }
              if (data12 && typeof data12 == "object" && !Array.isArray(data12)) {
                for (const key3 in data12) {
                  if (!(key3 === "to" || key3 === "ports")) {
                    const err12 = {
                      instancePath: instancePath + "/spec/egress/" + i2,
                      schemaPath: "#/properties/spec/properties/egress/items/additionalProperties",
                      keyword: "additionalProperties",
                      params: { additionalProperty: key3 },
                      message: "must NOT have additional properties",
                      schema: false,
                      parentSchema: schema11.properties.spec.properties.egress.items,
                      data: data12,
                    };
                    if (vErrors === null) {
                      vErrors = [err12];
                    } else {
                      vErrors.push(err12);
                    }
                    errors++;
                  }
                }
                if (data12.to !== undefined) {
                  if (
                    !validate15(data12.to, {
                      instancePath: instancePath + "/spec/egress/" + i2 + "/to",
                      parentData: data12,
                      parentDataProperty: "to",
                      rootData,
                    })
                  ) {
                    vErrors = vErrors === null ? validate15.errors : vErrors.concat(validate15.errors);
                    errors = vErrors.length;
                  }
                }
                if (data12.ports !== undefined) {
                  if (
                    !validate19(data12.ports, {
                      instancePath: instancePath + "/spec/egress/" + i2 + "/ports",
                      parentData: data12,
                      parentDataProperty: "ports",
                      rootData,
                    })
                  ) {
                    vErrors = vErrors === null ? validate19.errors : vErrors.concat(validate19.errors);
                    errors = vErrors.length;
                  }
                }
              }
            }
          }
        }
      }
    }
  } else {
    const err13 = {
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
      vErrors = [err13];
    } else {
      vErrors.push(err13);
    }
    errors++;
  }
  validate10.errors = vErrors;
  return errors === 0;
}
export const clusterNetworkPolicy = validate24;
const schema51 = {
  type: "object",
  additionalProperties: false,
  properties: {
    apiVersion: { $ref: "networkPolicy#/$defs/String" },
    kind: { $ref: "networkPolicy#/$defs/String" },
    metadata: { $ref: "networkPolicy#/$defs/ObjectMeta" },
    spec: {
      type: "object",
      nullable: true,
      additionalProperties: false,
      properties: {
        tier: { $ref: "networkPolicy#/$defs/String" },
        priority: { $ref: "networkPolicy#/$defs/Integer" },
        subject: { $ref: "#/$defs/PodPeer" },
        ingress: { type: "array", nullable: true, items: { $ref: "#/$defs/ClusterIngressRule" } },
        egress: { type: "array", nullable: true, items: { $ref: "#/$defs/ClusterEgressRule" } },
      },
    },
    status: {},
  },
};
function validate25(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!(data && typeof data == "object" && !Array.isArray(data)) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema12.type,
      parentSchema: schema12,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!func2.call(schema12.properties, key0)) {
        const err1 = {
          instancePath,
          schemaPath: "#/additionalProperties",
          keyword: "additionalProperties",
          params: { additionalProperty: key0 },
          message: "must NOT have additional properties",
          schema: false,
          parentSchema: schema12,
          data,
        };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
    }
    if (data.name !== undefined) {
      let data0 = data.name;
      if (typeof data0 !== "string" && data0 !== null) {
        const err2 = {
          instancePath: instancePath + "/name",
          schemaPath: "#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data0,
        };
        if (vErrors === null) {
          vErrors = [err2];
        } else {
          vErrors.push(err2);
        }
        errors++;
      }
    }
    if (data.generateName !== undefined) {
      let data1 = data.generateName;
      if (typeof data1 !== "string" && data1 !== null) {
        const err3 = {
          instancePath: instancePath + "/generateName",
          schemaPath: "#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data1,
        };
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
    }
    if (data.namespace !== undefined) {
      let data2 = data.namespace;
      if (typeof data2 !== "string" && data2 !== null) {
        const err4 = {
          instancePath: instancePath + "/namespace",
          schemaPath: "#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data2,
        };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
    }
    if (data.labels !== undefined) {
      let data3 = data.labels;
      if (!(data3 && typeof data3 == "object" && !Array.isArray(data3)) && data3 !== null) {
        const err5 = {
          instancePath: instancePath + "/labels",
          schemaPath: "#/$defs/StringMap/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema16.type,
          parentSchema: schema16,
          data: data3,
        };
        if (vErrors === null) {
          vErrors = [err5];
        } else {
          vErrors.push(err5);
        }
        errors++;
      }
      if (data3 && typeof data3 == "object" && !Array.isArray(data3)) {
        for (const key1 in data3) {
          let data4 = data3[key1];
          if (typeof data4 !== "string" && data4 !== null) {
            const err6 = {
              instancePath: instancePath + "/labels/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),
              schemaPath: "#/$defs/StringMap/additionalProperties/type",
              keyword: "type",
              params: { type: "string" },
              message: "must be string",
              schema: schema16.additionalProperties.type,
              parentSchema: schema16.additionalProperties,
              data: data4,
            };
            if (vErrors === null) {
              vErrors = [err6];
            } else {
              vErrors.push(err6);
            }
            errors++;
          }
        }
      }
    }
    if (data.annotations !== undefined) {
      let data5 = data.annotations;
      if (!(data5 && typeof data5 == "object" && !Array.isArray(data5)) && data5 !== null) {
        const err7 = {
          instancePath: instancePath + "/annotations",
          schemaPath: "#/$defs/StringMap/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema16.type,
          parentSchema: schema16,
          data: data5,
        };
        if (vErrors === null) {
          vErrors = [err7];
        } else {
          vErrors.push(err7);
        }
        errors++;
      }
      if (data5 && typeof data5 == "object" && !Array.isArray(data5)) {
        for (const key2 in data5) {
          let data6 = data5[key2];
          if (typeof data6 !== "string" && data6 !== null) {
            const err8 = {
              instancePath: instancePath + "/annotations/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),
              schemaPath: "#/$defs/StringMap/additionalProperties/type",
              keyword: "type",
              params: { type: "string" },
              message: "must be string",
              schema: schema16.additionalProperties.type,
              parentSchema: schema16.additionalProperties,
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
      }
    }
    if (data.finalizers !== undefined) {
      let data7 = data.finalizers;
      if (!Array.isArray(data7) && data7 !== null) {
        const err9 = {
          instancePath: instancePath + "/finalizers",
          schemaPath: "#/$defs/Strings/type",
          keyword: "type",
          params: { type: "array" },
          message: "must be array",
          schema: schema18.type,
          parentSchema: schema18,
          data: data7,
        };
        if (vErrors === null) {
          vErrors = [err9];
        } else {
          vErrors.push(err9);
        }
        errors++;
      }
      if (Array.isArray(data7)) {
        const len0 = data7.length;
        for (let i0 = 0; i0 < len0; i0++) {
          let data8 = data7[i0];
          if (typeof data8 !== "string" && data8 !== null) {
            const err10 = {
              instancePath: instancePath + "/finalizers/" + i0,
              schemaPath: "#/$defs/Strings/items/type",
              keyword: "type",
              params: { type: "string" },
              message: "must be string",
              schema: schema18.items.type,
              parentSchema: schema18.items,
              data: data8,
            };
            if (vErrors === null) {
              vErrors = [err10];
            } else {
              vErrors.push(err10);
            }
            errors++;
          }
        }
      }
    }
    if (data.ownerReferences !== undefined) {
      let data9 = data.ownerReferences;
      if (!Array.isArray(data9) && data9 !== null) {
        const err11 = {
          instancePath: instancePath + "/ownerReferences",
          schemaPath: "#/properties/ownerReferences/type",
          keyword: "type",
          params: { type: "array" },
          message: "must be array",
          schema: schema12.properties.ownerReferences.type,
          parentSchema: schema12.properties.ownerReferences,
          data: data9,
        };
        if (vErrors === null) {
          vErrors = [err11];
        } else {
          vErrors.push(err11);
        }
        errors++;
      }
      if (Array.isArray(data9)) {
        const len1 = data9.length;
        for (let i1 = 0; i1 < len1; i1++) {
          let data10 = data9[i1];
          if (!(data10 && typeof data10 == "object" && !Array.isArray(data10)) && data10 !== null) {
            const err12 = {
              instancePath: instancePath + "/ownerReferences/" + i1,
              schemaPath: "#/properties/ownerReferences/items/type",
              keyword: "type",
              params: { type: "object" },
              message: "must be object",
              schema: schema12.properties.ownerReferences.items.type,
              parentSchema: schema12.properties.ownerReferences.items,
              data: data10,
            };
            if (vErrors === null) {
              vErrors = [err12];
            } else {
              vErrors.push(err12);
            }
            errors++;
          }
          if (data10 && typeof data10 == "object" && !Array.isArray(data10)) {
            for (const key3 in data10) {
              if (!(
                key3 === "apiVersion" ||
                key3 === "kind" ||
                key3 === "name" ||
                key3 === "uid" ||
                key3 === "controller" ||
                key3 === "blockOwnerDeletion"
              )) {
                const err13 = {
                  instancePath: instancePath + "/ownerReferences/" + i1,
                  schemaPath: "#/properties/ownerReferences/items/additionalProperties",
                  keyword: "additionalProperties",
                  params: { additionalProperty: key3 },
                  message: "must NOT have additional properties",
                  schema: false,
                  parentSchema: schema12.properties.ownerReferences.items,
                  data: data10,
                };
                if (vErrors === null) {
                  vErrors = [err13];
                } else {
                  vErrors.push(err13);
                }
                errors++;
              }
            }
            if (data10.apiVersion !== undefined) {
              let data11 = data10.apiVersion;
              if (typeof data11 !== "string" && data11 !== null) {
                const err14 = {
                  instancePath: instancePath + "/ownerReferences/" + i1 + "/apiVersion",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data11,
                };
                if (vErrors === null) {
                  vErrors = [err14];
                } else {
                  vErrors.push(err14);
                }
                errors++;
              }
            }
            if (data10.kind !== undefined) {
              let data12 = data10.kind;
              if (typeof data12 !== "string" && data12 !== null) {
                const err15 = {
                  instancePath: instancePath + "/ownerReferences/" + i1 + "/kind",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
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
            if (data10.name !== undefined) {
              let data13 = data10.name;
              if (typeof data13 !== "string" && data13 !== null) {
                const err16 = {
                  instancePath: instancePath + "/ownerReferences/" + i1 + "/name",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data13,
                };
                if (vErrors === null) {
                  vErrors = [err16];
                } else {
                  vErrors.push(err16);
                }
                errors++;
              }
            }
            if (data10.uid !== undefined) {
              let data14 = data10.uid;
              if (typeof data14 !== "string" && data14 !== null) {
                const err17 = {
                  instancePath: instancePath + "/ownerReferences/" + i1 + "/uid",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data14,
                };
                if (vErrors === null) {
                  vErrors = [err17];
                } else {
                  vErrors.push(err17);
                }
                errors++;
              }
            }
            if (data10.controller !== undefined) {
              let data15 = data10.controller;
              if (typeof data15 !== "boolean" && data15 !== null) {
                const err18 = {
                  instancePath: instancePath + "/ownerReferences/" + i1 + "/controller",
                  schemaPath: "#/$defs/Boolean/type",
                  keyword: "type",
                  params: { type: "boolean" },
                  message: "must be boolean",
                  schema: schema23.type,
                  parentSchema: schema23,
                  data: data15,
                };
                if (vErrors === null) {
                  vErrors = [err18];
                } else {
                  vErrors.push(err18);
                }
                errors++;
              }
            }
            if (data10.blockOwnerDeletion !== undefined) {
              let data16 = data10.blockOwnerDeletion;
              if (typeof data16 !== "boolean" && data16 !== null) {
                const err19 = {
                  instancePath: instancePath + "/ownerReferences/" + i1 + "/blockOwnerDeletion",
                  schemaPath: "#/$defs/Boolean/type",
                  keyword: "type",
                  params: { type: "boolean" },
                  message: "must be boolean",
                  schema: schema23.type,
                  parentSchema: schema23,
                  data: data16,
                };
                if (vErrors === null) {
                  vErrors = [err19];
                } else {
                  vErrors.push(err19);
                }
                errors++;
              }
            }
          }
        }
      }
    }
    if (data.selfLink !== undefined) {
      let data17 = data.selfLink;
      if (typeof data17 !== "string" && data17 !== null) {
        const err20 = {
          instancePath: instancePath + "/selfLink",
          schemaPath: "#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data17,
        };
        if (vErrors === null) {
          vErrors = [err20];
        } else {
          vErrors.push(err20);
        }
        errors++;
      }
    }
    if (data.uid !== undefined) {
      let data18 = data.uid;
      if (typeof data18 !== "string" && data18 !== null) {
        const err21 = {
          instancePath: instancePath + "/uid",
          schemaPath: "#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data18,
        };
        if (vErrors === null) {
          vErrors = [err21];
        } else {
          vErrors.push(err21);
        }
        errors++;
      }
    }
    if (data.resourceVersion !== undefined) {
      let data19 = data.resourceVersion;
      if (typeof data19 !== "string" && data19 !== null) {
        const err22 = {
          instancePath: instancePath + "/resourceVersion",
          schemaPath: "#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data19,
        };
        if (vErrors === null) {
          vErrors = [err22];
        } else {
          vErrors.push(err22);
        }
        errors++;
      }
    }
    if (data.generation !== undefined) {
      let data20 = data.generation;
      if (
        !(typeof data20 == "number" && !(data20 % 1) && !isNaN(data20) && isFinite(data20)) &&
        data20 !== null
      ) {
        const err23 = {
          instancePath: instancePath + "/generation",
          schemaPath: "#/$defs/Integer/type",
          keyword: "type",
          params: { type: "integer" },
          message: "must be integer",
          schema: schema28.type,
          parentSchema: schema28,
          data: data20,
        };
        if (vErrors === null) {
          vErrors = [err23];
        } else {
          vErrors.push(err23);
        }
        errors++;
      }
    }
    if (data.creationTimestamp !== undefined) {
      let data21 = data.creationTimestamp;
      if (typeof data21 !== "string" && data21 !== null) {
        const err24 = {
          instancePath: instancePath + "/creationTimestamp",
          schemaPath: "#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data21,
        };
        if (vErrors === null) {
          vErrors = [err24];
        } else {
          vErrors.push(err24);
        }
        errors++;
      }
    }
    if (data.deletionTimestamp !== undefined) {
      let data22 = data.deletionTimestamp;
      if (typeof data22 !== "string" && data22 !== null) {
        const err25 = {
          instancePath: instancePath + "/deletionTimestamp",
          schemaPath: "#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data22,
        };
        if (vErrors === null) {
          vErrors = [err25];
        } else {
          vErrors.push(err25);
        }
        errors++;
      }
    }
    if (data.deletionGracePeriodSeconds !== undefined) {
      let data23 = data.deletionGracePeriodSeconds;
      if (
        !(typeof data23 == "number" && !(data23 % 1) && !isNaN(data23) && isFinite(data23)) &&
        data23 !== null
      ) {
        const err26 = {
          instancePath: instancePath + "/deletionGracePeriodSeconds",
          schemaPath: "#/$defs/Integer/type",
          keyword: "type",
          params: { type: "integer" },
          message: "must be integer",
          schema: schema28.type,
          parentSchema: schema28,
          data: data23,
        };
        if (vErrors === null) {
          vErrors = [err26];
        } else {
          vErrors.push(err26);
        }
        errors++;
      }
    }
    if (data.managedFields !== undefined) {
      let data24 = data.managedFields;
      if (!Array.isArray(data24) && data24 !== null) {
        const err27 = {
          instancePath: instancePath + "/managedFields",
          schemaPath: "#/properties/managedFields/type",
          keyword: "type",
          params: { type: "array" },
          message: "must be array",
          schema: schema12.properties.managedFields.type,
          parentSchema: schema12.properties.managedFields,
          data: data24,
        };
        if (vErrors === null) {
          vErrors = [err27];
        } else {
          vErrors.push(err27);
        }
        errors++;
      }
      if (Array.isArray(data24)) {
        const len2 = data24.length;
        for (let i2 = 0; i2 < len2; i2++) {
          let data25 = data24[i2];
          if (!(data25 && typeof data25 == "object" && !Array.isArray(data25)) && data25 !== null) {
            const err28 = {
              instancePath: instancePath + "/managedFields/" + i2,
              schemaPath: "#/properties/managedFields/items/type",
              keyword: "type",
              params: { type: "object" },
              message: "must be object",
              schema: schema12.properties.managedFields.items.type,
              parentSchema: schema12.properties.managedFields.items,
              data: data25,
            };
            if (vErrors === null) {
              vErrors = [err28];
            } else {
              vErrors.push(err28);
            }
            errors++;
          }
          if (data25 && typeof data25 == "object" && !Array.isArray(data25)) {
            for (const key4 in data25) {
              if (!(
                key4 === "manager" ||
                key4 === "operation" ||
                key4 === "apiVersion" ||
                key4 === "time" ||
                key4 === "fieldsType" ||
                key4 === "fieldsV1" ||
                key4 === "subresource"
              )) {
                const err29 = {
                  instancePath: instancePath + "/managedFields/" + i2,
                  schemaPath: "#/properties/managedFields/items/additionalProperties",
                  keyword: "additionalProperties",
                  params: { additionalProperty: key4 },
                  message: "must NOT have additional properties",
                  schema: false,
                  parentSchema: schema12.properties.managedFields.items,
                  data: data25,
                };
                if (vErrors === null) {
                  vErrors = [err29];
                } else {
                  vErrors.push(err29);
                }
                errors++;
              }
            }
            if (data25.manager !== undefined) {
              let data26 = data25.manager;
              if (typeof data26 !== "string" && data26 !== null) {
                const err30 = {
                  instancePath: instancePath + "/managedFields/" + i2 + "/manager",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data26,
                };
                if (vErrors === null) {
                  vErrors = [err30];
                } else {
                  vErrors.push(err30);
                }
                errors++;
              }
            }
            if (data25.operation !== undefined) {
              let data27 = data25.operation;
              if (typeof data27 !== "string" && data27 !== null) {
                const err31 = {
                  instancePath: instancePath + "/managedFields/" + i2 + "/operation",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data27,
                };
                if (vErrors === null) {
                  vErrors = [err31];
                } else {
                  vErrors.push(err31);
                }
                errors++;
              }
            }
            if (data25.apiVersion !== undefined) {
              let data28 = data25.apiVersion;
              if (typeof data28 !== "string" && data28 !== null) {
                const err32 = {
                  instancePath: instancePath + "/managedFields/" + i2 + "/apiVersion",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data28,
                };
                if (vErrors === null) {
                  vErrors = [err32];
                } else {
                  vErrors.push(err32);
                }
                errors++;
              }
            }
            if (data25.time !== undefined) {
              let data29 = data25.time;
              if (typeof data29 !== "string" && data29 !== null) {
                const err33 = {
                  instancePath: instancePath + "/managedFields/" + i2 + "/time",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data29,
                };
                if (vErrors === null) {
                  vErrors = [err33];
                } else {
                  vErrors.push(err33);
                }
                errors++;
              }
            }
            if (data25.fieldsType !== undefined) {
              let data30 = data25.fieldsType;
              if (typeof data30 !== "string" && data30 !== null) {
                const err34 = {
                  instancePath: instancePath + "/managedFields/" + i2 + "/fieldsType",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data30,
                };
                if (vErrors === null) {
                  vErrors = [err34];
                } else {
                  vErrors.push(err34);
                }
                errors++;
              }
            }
            if (data25.subresource !== undefined) {
              let data31 = data25.subresource;
              if (typeof data31 !== "string" && data31 !== null) {
                const err35 = {
                  instancePath: instancePath + "/managedFields/" + i2 + "/subresource",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data31,
                };
                if (vErrors === null) {
                  vErrors = [err35];
                } else {
                  vErrors.push(err35);
                }
                errors++;
              }
            }
          }
        }
      }
    }
  }
  validate25.errors = vErrors;
  return errors === 0;
}
const schema82 = {
  type: "object",
  nullable: true,
  additionalProperties: false,
  properties: {
    namespaces: { $ref: "networkPolicy#/$defs/LabelSelector" },
    pods: { $ref: "#/$defs/NamespacedPod" },
  },
};
function validate28(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!(data && typeof data == "object" && !Array.isArray(data)) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema38.type,
      parentSchema: schema38,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!(key0 === "matchLabels" || key0 === "matchExpressions")) {
        const err1 = {
          instancePath,
          schemaPath: "#/additionalProperties",
          keyword: "additionalProperties",
          params: { additionalProperty: key0 },
          message: "must NOT have additional properties",
          schema: false,
          parentSchema: schema38,
          data,
        };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
    }
    if (data.matchLabels !== undefined) {
      let data0 = data.matchLabels;
      if (!(data0 && typeof data0 == "object" && !Array.isArray(data0)) && data0 !== null) {
        const err2 = {
          instancePath: instancePath + "/matchLabels",
          schemaPath: "#/$defs/StringMap/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema16.type,
          parentSchema: schema16,
          data: data0,
        };
        if (vErrors === null) {
          vErrors = [err2];
        } else {
          vErrors.push(err2);
        }
        errors++;
      }
      if (data0 && typeof data0 == "object" && !Array.isArray(data0)) {
        for (const key1 in data0) {
          let data1 = data0[key1];
          if (typeof data1 !== "string" && data1 !== null) {
            const err3 = {
              instancePath: instancePath + "/matchLabels/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),
              schemaPath: "#/$defs/StringMap/additionalProperties/type",
              keyword: "type",
              params: { type: "string" },
              message: "must be string",
              schema: schema16.additionalProperties.type,
              parentSchema: schema16.additionalProperties,
              data: data1,
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
    if (data.matchExpressions !== undefined) {
      let data2 = data.matchExpressions;
      if (!Array.isArray(data2) && data2 !== null) {
        const err4 = {
          instancePath: instancePath + "/matchExpressions",
          schemaPath: "#/properties/matchExpressions/type",
          keyword: "type",
          params: { type: "array" },
          message: "must be array",
          schema: schema38.properties.matchExpressions.type,
          parentSchema: schema38.properties.matchExpressions,
          data: data2,
        };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
      if (Array.isArray(data2)) {
        const len0 = data2.length;
        for (let i0 = 0; i0 < len0; i0++) {
          let data3 = data2[i0];
          if (!(data3 && typeof data3 == "object" && !Array.isArray(data3)) && data3 !== null) {
            const err5 = {
              instancePath: instancePath + "/matchExpressions/" + i0,
              schemaPath: "#/properties/matchExpressions/items/type",
              keyword: "type",
              params: { type: "object" },
              message: "must be object",
              schema: schema38.properties.matchExpressions.items.type,
              parentSchema: schema38.properties.matchExpressions.items,
              data: data3,
            };
            if (vErrors === null) {
              vErrors = [err5];
            } else {
              vErrors.push(err5);
            }
            errors++;
          }
          if (data3 && typeof data3 == "object" && !Array.isArray(data3)) {
            for (const key2 in data3) {
              if (!(key2 === "key" || key2 === "operator" || key2 === "values")) {
                const err6 = {
                  instancePath: instancePath + "/matchExpressions/" + i0,
                  schemaPath: "#/properties/matchExpressions/items/additionalProperties",
                  keyword: "additionalProperties",
                  params: { additionalProperty: key2 },
                  message: "must NOT have additional properties",
                  schema: false,
                  parentSchema: schema38.properties.matchExpressions.items,
                  data: data3,
                };
                if (vErrors === null) {
                  vErrors = [err6];
                } else {
                  vErrors.push(err6);
                }
                errors++;
              }
            }
            if (data3.key !== undefined) {
              let data4 = data3.key;
              if (typeof data4 !== "string" && data4 !== null) {
                const err7 = {
                  instancePath: instancePath + "/matchExpressions/" + i0 + "/key",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data4,
                };
                if (vErrors === null) {
                  vErrors = [err7];
                } else {
                  vErrors.push(err7);
                }
                errors++;
              }
            }
            if (data3.operator !== undefined) {
              let data5 = data3.operator;
              if (typeof data5 !== "string" && data5 !== null) {
                const err8 = {
                  instancePath: instancePath + "/matchExpressions/" + i0 + "/operator",
                  schemaPath: "#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data5,
                };
                if (vErrors === null) {
                  vErrors = [err8];
                } else {
                  vErrors.push(err8);
                }
                errors++;
              }
            }
            if (data3.values !== undefined) {
              let data6 = data3.values;
              if (!Array.isArray(data6) && data6 !== null) {
                const err9 = {
                  instancePath: instancePath + "/matchExpressions/" + i0 + "/values",
                  schemaPath: "#/$defs/Strings/type",
                  keyword: "type",
                  params: { type: "array" },
                  message: "must be array",
                  schema: schema18.type,
                  parentSchema: schema18,
                  data: data6,
                };
                if (vErrors === null) {
                  vErrors = [err9];
                } else {
                  vErrors.push(err9);
                }
                errors++;
              }
              if (Array.isArray(data6)) {
                const len1 = data6.length;
                for (let i1 = 0; i1 < len1; i1++) {
                  let data7 = data6[i1];
                  if (typeof data7 !== "string" && data7 !== null) {
                    const err10 = {
                      instancePath: instancePath + "/matchExpressions/" + i0 + "/values/" + i1,
                      schemaPath: "#/$defs/Strings/items/type",
                      keyword: "type",
                      params: { type: "string" },
                      message: "must be string",
                      schema: schema18.items.type,
                      parentSchema: schema18.items,
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
              }
            }
          }
        }
      }
    }
  }
  validate28.errors = vErrors;
  return errors === 0;
}
const schema88 = {
  type: "object",
  nullable: true,
  additionalProperties: false,
  properties: {
    namespaceSelector: { $ref: "networkPolicy#/$defs/LabelSelector" },
    podSelector: { $ref: "networkPolicy#/$defs/LabelSelector" },
  },
};
function validate30(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!(data && typeof data == "object" && !Array.isArray(data)) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema88.type,
      parentSchema: schema88,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!(key0 === "namespaceSelector" || key0 === "podSelector")) {
        const err1 = {
          instancePath,
          schemaPath: "#/additionalProperties",
          keyword: "additionalProperties",
          params: { additionalProperty: key0 },
          message: "must NOT have additional properties",
          schema: false,
          parentSchema: schema88,
          data,
        };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
    }
    if (data.namespaceSelector !== undefined) {
      if (
        !validate28(data.namespaceSelector, {
          instancePath: instancePath + "/namespaceSelector",
          parentData: data,
          parentDataProperty: "namespaceSelector",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate28.errors : vErrors.concat(validate28.errors);
        errors = vErrors.length;
      }
    }
    if (data.podSelector !== undefined) {
      if (
        !validate28(data.podSelector, {
          instancePath: instancePath + "/podSelector",
          parentData: data,
          parentDataProperty: "podSelector",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate28.errors : vErrors.concat(validate28.errors);
        errors = vErrors.length;
      }
    }
  }
  validate30.errors = vErrors;
  return errors === 0;
}
function validate27(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!(data && typeof data == "object" && !Array.isArray(data)) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema82.type,
      parentSchema: schema82,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!(key0 === "namespaces" || key0 === "pods")) {
        const err1 = {
          instancePath,
          schemaPath: "#/additionalProperties",
          keyword: "additionalProperties",
          params: { additionalProperty: key0 },
          message: "must NOT have additional properties",
          schema: false,
          parentSchema: schema82,
          data,
        };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
    }
    if (data.namespaces !== undefined) {
      if (
        !validate28(data.namespaces, {
          instancePath: instancePath + "/namespaces",
          parentData: data,
          parentDataProperty: "namespaces",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate28.errors : vErrors.concat(validate28.errors);
        errors = vErrors.length;
      }
    }
    if (data.pods !== undefined) {
      if (
        !validate30(data.pods, {
          instancePath: instancePath + "/pods",
          parentData: data,
          parentDataProperty: "pods",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
        errors = vErrors.length;
      }
    }
  }
  validate27.errors = vErrors;
  return errors === 0;
}
const schema89 = {
  type: "object",
  nullable: true,
  additionalProperties: false,
  properties: {
    name: { $ref: "networkPolicy#/$defs/String" },
    action: { $ref: "networkPolicy#/$defs/String" },
    from: { type: "array", nullable: true, items: { $ref: "#/$defs/PodPeer" } },
    protocols: { $ref: "#/$defs/Protocols" },
  },
};
const schema92 = {
  type: "array",
  nullable: true,
  items: {
    type: "object",
    nullable: true,
    additionalProperties: false,
    properties: {
      tcp: { $ref: "#/$defs/Protocol" },
      udp: { $ref: "#/$defs/Protocol" },
      sctp: { $ref: "#/$defs/Protocol" },
      destinationNamedPort: { $ref: "networkPolicy#/$defs/String" },
    },
  },
};
const schema93 = {
  type: "object",
  nullable: true,
  additionalProperties: false,
  properties: {
    destinationPort: {
      type: "object",
      nullable: true,
      additionalProperties: false,
      properties: {
        number: { $ref: "#/$defs/Port" },
        range: {
          type: "object",
          nullable: true,
          additionalProperties: false,
          properties: { start: { $ref: "#/$defs/Port" }, end: { $ref: "#/$defs/Port" } },
        },
      },
    },
  },
};
const schema94 = { type: "integer", nullable: true, minimum: 1, maximum: 65535 };
function validate38(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!(data && typeof data == "object" && !Array.isArray(data)) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema93.type,
      parentSchema: schema93,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!(key0 === "destinationPort")) {
        const err1 = {
          instancePath,
          schemaPath: "#/additionalProperties",
          keyword: "additionalProperties",
          params: { additionalProperty: key0 },
          message: "must NOT have additional properties",
          schema: false,
          parentSchema: schema93,
          data,
        };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
    }
    if (data.destinationPort !== undefined) {
      let data0 = data.destinationPort;
      if (!(data0 && typeof data0 == "object" && !Array.isArray(data0)) && data0 !== null) {
        const err2 = {
          instancePath: instancePath + "/destinationPort",
          schemaPath: "#/properties/destinationPort/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema93.properties.destinationPort.type,
          parentSchema: schema93.properties.destinationPort,
          data: data0,
        };
        if (vErrors === null) {
          vErrors = [err2];
        } else {
          vErrors.push(err2);
        }
        errors++;
      }
      if (data0 && typeof data0 == "object" && !Array.isArray(data0)) {
        for (const key1 in data0) {
          if (!(key1 === "number" || key1 === "range")) {
            const err3 = {
              instancePath: instancePath + "/destinationPort",
              schemaPath: "#/properties/destinationPort/additionalProperties",
              keyword: "additionalProperties",
              params: { additionalProperty: key1 },
              message: "must NOT have additional properties",
              schema: false,
              parentSchema: schema93.properties.destinationPort,
              data: data0,
            };
            if (vErrors === null) {
              vErrors = [err3];
            } else {
              vErrors.push(err3);
            }
            errors++;
          }
        }
        if (data0.number !== undefined) {
          let data1 = data0.number;
          if (
            !(typeof data1 == "number" && !(data1 % 1) && !isNaN(data1) && isFinite(data1)) &&
            data1 !== null
          ) {
            const err4 = {
              instancePath: instancePath + "/destinationPort/number",
              schemaPath: "#/$defs/Port/type",
              keyword: "type",
              params: { type: "integer" },
              message: "must be integer",
              schema: schema94.type,
              parentSchema: schema94,
              data: data1,
            };
            if (vErrors === null) {
              vErrors = [err4];
            } else {
              vErrors.push(err4);
            }
            errors++;
          }
          if (typeof data1 == "number" && isFinite(data1)) {
            if (data1 > 65535 || isNaN(data1)) {
              const err5 = {
                instancePath: instancePath + "/destinationPort/number",
                schemaPath: "#/$defs/Port/maximum",
                keyword: "maximum",
                params: { comparison: "<=", limit: 65535 },
                message: "must be <= 65535",
                schema: 65535,
                parentSchema: schema94,
                data: data1,
              };
              if (vErrors === null) {
                vErrors = [err5];
              } else {
                vErrors.push(err5);
              }
              errors++;
            }
            if (data1 < 1 || isNaN(data1)) {
              const err6 = {
                instancePath: instancePath + "/destinationPort/number",
                schemaPath: "#/$defs/Port/minimum",
                keyword: "minimum",
                params: { comparison: ">=", limit: 1 },
                message: "must be >= 1",
                schema: 1,
                parentSchema: schema94,
                data: data1,
              };
              if (vErrors === null) {
                vErrors = [err6];
              } else {
                vErrors.push(err6);
              }
              errors++;
            }
          }
        }
        if (data0.range !== undefined) {
          let data2 = data0.range;
          if (!(data2 && typeof data2 == "object" && !Array.isArray(data2)) && data2 !== null) {
            const err7 = {
              instancePath: instancePath + "/destinationPort/range",
              schemaPath: "#/properties/destinationPort/properties/range/type",
              keyword: "type",
              params: { type: "object" },
              message: "must be object",
              schema: schema93.properties.destinationPort.properties.range.type,
              parentSchema: schema93.properties.destinationPort.properties.range,
              data: data2,
            };
            if (vErrors === null) {
              vErrors = [err7];
            } else {
              vErrors.push(err7);
            }
            errors++;
          }
          if (data2 && typeof data2 == "object" && !Array.isArray(data2)) {
            for (const key2 in data2) {
              if (!(key2 === "start" || key2 === "end")) {
                const err8 = {
                  instancePath: instancePath + "/destinationPort/range",
                  schemaPath: "#/properties/destinationPort/properties/range/additionalProperties",
                  keyword: "additionalProperties",
                  params: { additionalProperty: key2 },
                  message: "must NOT have additional properties",
                  schema: false,
                  parentSchema: schema93.properties.destinationPort.properties.range,
                  data: data2,
                };
                if (vErrors === null) {
                  vErrors = [err8];
                } else {
                  vErrors.push(err8);
                }
                errors++;
              }
            }
            if (data2.start !== undefined) {
              let data3 = data2.start;
              if (
                !(typeof data3 == "number" && !(data3 % 1) && !isNaN(data3) && isFinite(data3)) &&
                data3 !== null
              ) {
                const err9 = {
                  instancePath: instancePath + "/destinationPort/range/start",
                  schemaPath: "#/$defs/Port/type",
                  keyword: "type",
                  params: { type: "integer" },
                  message: "must be integer",
                  schema: schema94.type,
                  parentSchema: schema94,
                  data: data3,
                };
                if (vErrors === null) {
                  vErrors = [err9];
                } else {
                  vErrors.push(err9);
                }
                errors++;
              }
              if (typeof data3 == "number" && isFinite(data3)) {
                if (data3 > 65535 || isNaN(data3)) {
                  const err10 = {
                    instancePath: instancePath + "/destinationPort/range/start",
                    schemaPath: "#/$defs/Port/maximum",
                    keyword: "maximum",
                    params: { comparison: "<=", limit: 65535 },
                    message: "must be <= 65535",
                    schema: 65535,
                    parentSchema: schema94,
                    data: data3,
                  };
                  if (vErrors === null) {
                    vErrors = [err10];
                  } else {
                    vErrors.push(err10);
                  }
                  errors++;
                }
                if (data3 < 1 || isNaN(data3)) {
                  const err11 = {
                    instancePath: instancePath + "/destinationPort/range/start",
                    schemaPath: "#/$defs/Port/minimum",
                    keyword: "minimum",
                    params: { comparison: ">=", limit: 1 },
                    message: "must be >= 1",
                    schema: 1,
                    parentSchema: schema94,
                    data: data3,
                  };
                  if (vErrors === null) {
                    vErrors = [err11];
                  } else {
                    vErrors.push(err11);
                  }
                  errors++;
                }
              }
            }
            if (data2.end !== undefined) {
              let data4 = data2.end;
              if (
                !(typeof data4 == "number" && !(data4 % 1) && !isNaN(data4) && isFinite(data4)) &&
                data4 !== null
              ) {
                const err12 = {
                  instancePath: instancePath + "/destinationPort/range/end",
                  schemaPath: "#/$defs/Port/type",
                  keyword: "type",
                  params: { type: "integer" },
                  message: "must be integer",
                  schema: schema94.type,
                  parentSchema: schema94,
                  data: data4,
                };
                if (vErrors === null) {
                  vErrors = [err12];
                } else {
                  vErrors.push(err12);
                }
                errors++;
              }
              if (typeof data4 == "number" && isFinite(data4)) {
                if (data4 > 65535 || isNaN(data4)) {
                  const err13 = {
                    instancePath: instancePath + "/destinationPort/range/end",
                    schemaPath: "#/$defs/Port/maximum",
                    keyword: "maximum",
                    params: { comparison: "<=", limit: 65535 },
                    message: "must be <= 65535",
                    schema: 65535,
                    parentSchema: schema94,
                    data: data4,
                  };
                  if (vErrors === null) {
                    vErrors = [err13];
                  } else {
                    vErrors.push(err13);
                  }
                  errors++;
                }
                if (data4 < 1 || isNaN(data4)) {
                  const err14 = {
                    instancePath: instancePath + "/destinationPort/range/end",
                    schemaPath: "#/$defs/Port/minimum",
                    keyword: "minimum",
                    params: { comparison: ">=", limit: 1 },
                    message: "must be >= 1",
                    schema: 1,
                    parentSchema: schema94,
                    data: data4,
                  };
                  if (vErrors === null) {
                    vErrors = [err14];
                  } else {
                    vErrors.push(err14);
                  }
                  errors++;
                }
              }
            }
          }
        }
      }
    }
  }
  validate38.errors = vErrors;
  return errors === 0;
}
function validate37(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!Array.isArray(data) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "array" },
      message: "must be array",
      schema: schema92.type,
      parentSchema: schema92,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (Array.isArray(data)) {
    const len0 = data.length;
    for (let i0 = 0; i0 < len0; i0++) {
      let data0 = data[i0];
      if (!(data0 && typeof data0 == "object" && !Array.isArray(data0)) && data0 !== null) {
        const err1 = {
          instancePath: instancePath + "/" + i0,
          schemaPath: "#/items/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema92.items.type,
          parentSchema: schema92.items,
          data: data0,
        };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
      if (data0 && typeof data0 == "object" && !Array.isArray(data0)) {
        for (const key0 in data0) {
          if (!(key0 === "tcp" || key0 === "udp" || key0 === "sctp" || key0 === "destinationNamedPort")) {
            const err2 = {
              instancePath: instancePath + "/" + i0,
              schemaPath: "#/items/additionalProperties",
              keyword: "additionalProperties",
              params: { additionalProperty: key0 },
              message: "must NOT have additional properties",
              schema: false,
              parentSchema: schema92.items,
              data: data0,
            };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
        }
        if (data0.tcp !== undefined) {
          if (
            !validate38(data0.tcp, {
              instancePath: instancePath + "/" + i0 + "/tcp",
              parentData: data0,
              parentDataProperty: "tcp",
              rootData,
            })
          ) {
            vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
            errors = vErrors.length;
          }
        }
        if (data0.udp !== undefined) {
          if (
            !validate38(data0.udp, {
              instancePath: instancePath + "/" + i0 + "/udp",
              parentData: data0,
              parentDataProperty: "udp",
              rootData,
            })
          ) {
            vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
            errors = vErrors.length;
          }
        }
        if (data0.sctp !== undefined) {
          if (
            !validate38(data0.sctp, {
              instancePath: instancePath + "/" + i0 + "/sctp",
              parentData: data0,
              parentDataProperty: "sctp",
              rootData,
            })
          ) {
            vErrors = vErrors === null ? validate38.errors : vErrors.concat(validate38.errors);
            errors = vErrors.length;
          }
        }
        if (data0.destinationNamedPort !== undefined) {
          let data4 = data0.destinationNamedPort;
          if (typeof data4 !== "string" && data4 !== null) {
            const err3 = {
              instancePath: instancePath + "/" + i0 + "/destinationNamedPort",
              schemaPath: "networkPolicy#/$defs/String/type",
              keyword: "type",
              params: { type: "string" },
              message: "must be string",
              schema: schema13.type,
              parentSchema: schema13,
              data: data4,
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
  }
  validate37.errors = vErrors;
  return errors === 0;
}
function validate35(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!(data && typeof data == "object" && !Array.isArray(data)) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema89.type,
      parentSchema: schema89,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!(key0 === "name" || key0 === "action" || key0 === "from" || key0 === "protocols")) {
        const err1 = {
          instancePath,
          schemaPath: "#/additionalProperties",
          keyword: "additionalProperties",
          params: { additionalProperty: key0 },
          message: "must NOT have additional properties",
          schema: false,
          parentSchema: schema89,
          data,
        };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
    }
    if (data.name !== undefined) {
      let data0 = data.name;
      if (typeof data0 !== "string" && data0 !== null) {
        const err2 = {
          instancePath: instancePath + "/name",
          schemaPath: "networkPolicy#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data0,
        };
        if (vErrors === null) {
          vErrors = [err2];
        } else {
          vErrors.push(err2);
        }
        errors++;
      }
    }
    if (data.action !== undefined) {
      let data1 = data.action;
      if (typeof data1 !== "string" && data1 !== null) {
        const err3 = {
          instancePath: instancePath + "/action",
          schemaPath: "networkPolicy#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data1,
        };
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
    }
    if (data.from !== undefined) {
      let data2 = data.from;
      if (!Array.isArray(data2) && data2 !== null) {
        const err4 = {
          instancePath: instancePath + "/from",
          schemaPath: "#/properties/from/type",
          keyword: "type",
          params: { type: "array" },
          message: "must be array",
          schema: schema89.properties.from.type,
          parentSchema: schema89.properties.from,
          data: data2,
        };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
      if (Array.isArray(data2)) {
        const len0 = data2.length;
        for (let i0 = 0; i0 < len0; i0++) {
          if (
            !validate27(data2[i0], {
              instancePath: instancePath + "/from/" + i0,
              parentData: data2,
              parentDataProperty: i0,
              rootData,
            })
          ) {
            vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
            errors = vErrors.length;
          }
        }
      }
    }
    if (data.protocols !== undefined) {
      if (
        !validate37(data.protocols, {
          instancePath: instancePath + "/protocols",
          parentData: data,
          parentDataProperty: "protocols",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
        errors = vErrors.length;
      }
    }
  }
  validate35.errors = vErrors;
  return errors === 0;
}
const schema98 = {
  type: "object",
  nullable: true,
  additionalProperties: false,
  properties: {
    name: { $ref: "networkPolicy#/$defs/String" },
    action: { $ref: "networkPolicy#/$defs/String" },
    to: { type: "array", nullable: true, items: { $ref: "#/$defs/EgressPeer" } },
    protocols: { $ref: "#/$defs/Protocols" },
  },
};
const schema101 = {
  type: "object",
  nullable: true,
  additionalProperties: false,
  properties: {
    namespaces: { $ref: "networkPolicy#/$defs/LabelSelector" },
    pods: { $ref: "#/$defs/NamespacedPod" },
    nodes: { $ref: "networkPolicy#/$defs/LabelSelector" },
    networks: { $ref: "networkPolicy#/$defs/Strings" },
    domainNames: { $ref: "networkPolicy#/$defs/Strings" },
  },
};
function validate45(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!(data && typeof data == "object" && !Array.isArray(data)) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema101.type,
      parentSchema: schema101,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!(
        key0 === "namespaces" ||
        key0 === "pods" ||
        key0 === "nodes" ||
        key0 === "networks" ||
        key0 === "domainNames"
      )) {
        const err1 = {
          instancePath,
          schemaPath: "#/additionalProperties",
          keyword: "additionalProperties",
          params: { additionalProperty: key0 },
          message: "must NOT have additional properties",
          schema: false,
          parentSchema: schema101,
          data,
        };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
    }
    if (data.namespaces !== undefined) {
      if (
        !validate28(data.namespaces, {
          instancePath: instancePath + "/namespaces",
          parentData: data,
          parentDataProperty: "namespaces",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate28.errors : vErrors.concat(validate28.errors);
        errors = vErrors.length;
      }
    }
    if (data.pods !== undefined) {
      if (
        !validate30(data.pods, {
          instancePath: instancePath + "/pods",
          parentData: data,
          parentDataProperty: "pods",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
        errors = vErrors.length;
      }
    }
    if (data.nodes !== undefined) {
      if (
        !validate28(data.nodes, {
          instancePath: instancePath + "/nodes",
          parentData: data,
          parentDataProperty: "nodes",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate28.errors : vErrors.concat(validate28.errors);
        errors = vErrors.length;
      }
    }
    if (data.networks !== undefined) {
      let data3 = data.networks;
      if (!Array.isArray(data3) && data3 !== null) {
        const err2 = {
          instancePath: instancePath + "/networks",
          schemaPath: "networkPolicy#/$defs/Strings/type",
          keyword: "type",
          params: { type: "array" },
          message: "must be array",
          schema: schema18.type,
          parentSchema: schema18,
          data: data3,
        };
        if (vErrors === null) {
          vErrors = [err2];
        } else {
          vErrors.push(err2);
        }
        errors++;
      }
      if (Array.isArray(data3)) {
        const len0 = data3.length;
        for (let i0 = 0; i0 < len0; i0++) {
          let data4 = data3[i0];
          if (typeof data4 !== "string" && data4 !== null) {
            const err3 = {
              instancePath: instancePath + "/networks/" + i0,
              schemaPath: "networkPolicy#/$defs/Strings/items/type",
              keyword: "type",
              params: { type: "string" },
              message: "must be string",
              schema: schema18.items.type,
              parentSchema: schema18.items,
              data: data4,
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
    if (data.domainNames !== undefined) {
      let data5 = data.domainNames;
      if (!Array.isArray(data5) && data5 !== null) {
        const err4 = {
          instancePath: instancePath + "/domainNames",
          schemaPath: "networkPolicy#/$defs/Strings/type",
          keyword: "type",
          params: { type: "array" },
          message: "must be array",
          schema: schema18.type,
          parentSchema: schema18,
          data: data5,
        };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
      if (Array.isArray(data5)) {
        const len1 = data5.length;
        for (let i1 = 0; i1 < len1; i1++) {
          let data6 = data5[i1];
          if (typeof data6 !== "string" && data6 !== null) {
            const err5 = {
              instancePath: instancePath + "/domainNames/" + i1,
              schemaPath: "networkPolicy#/$defs/Strings/items/type",
              keyword: "type",
              params: { type: "string" },
              message: "must be string",
              schema: schema18.items.type,
              parentSchema: schema18.items,
              data: data6,
            };
            if (vErrors === null) {
              vErrors = [err5];
            } else {
              vErrors.push(err5);
            }
            errors++;
          }
        }
      }
    }
  }
  validate45.errors = vErrors;
  return errors === 0;
}
function validate44(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!(data && typeof data == "object" && !Array.isArray(data)) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema98.type,
      parentSchema: schema98,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!(key0 === "name" || key0 === "action" || key0 === "to" || key0 === "protocols")) {
        const err1 = {
          instancePath,
          schemaPath: "#/additionalProperties",
          keyword: "additionalProperties",
          params: { additionalProperty: key0 },
          message: "must NOT have additional properties",
          schema: false,
          parentSchema: schema98,
          data,
        };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
    }
    if (data.name !== undefined) {
      let data0 = data.name;
      if (typeof data0 !== "string" && data0 !== null) {
        const err2 = {
          instancePath: instancePath + "/name",
          schemaPath: "networkPolicy#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data0,
        };
        if (vErrors === null) {
          vErrors = [err2];
        } else {
          vErrors.push(err2);
        }
        errors++;
      }
    }
    if (data.action !== undefined) {
      let data1 = data.action;
      if (typeof data1 !== "string" && data1 !== null) {
        const err3 = {
          instancePath: instancePath + "/action",
          schemaPath: "networkPolicy#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data1,
        };
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
    }
    if (data.to !== undefined) {
      let data2 = data.to;
      if (!Array.isArray(data2) && data2 !== null) {
        const err4 = {
          instancePath: instancePath + "/to",
          schemaPath: "#/properties/to/type",
          keyword: "type",
          params: { type: "array" },
          message: "must be array",
          schema: schema98.properties.to.type,
          parentSchema: schema98.properties.to,
          data: data2,
        };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
      if (Array.isArray(data2)) {
        const len0 = data2.length;
        for (let i0 = 0; i0 < len0; i0++) {
          if (
            !validate45(data2[i0], {
              instancePath: instancePath + "/to/" + i0,
              parentData: data2,
              parentDataProperty: i0,
              rootData,
            })
          ) {
            vErrors = vErrors === null ? validate45.errors : vErrors.concat(validate45.errors);
            errors = vErrors.length;
          }
        }
      }
    }
    if (data.protocols !== undefined) {
      if (
        !validate37(data.protocols, {
          instancePath: instancePath + "/protocols",
          parentData: data,
          parentDataProperty: "protocols",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate37.errors : vErrors.concat(validate37.errors);
        errors = vErrors.length;
      }
    }
  }
  validate44.errors = vErrors;
  return errors === 0;
}
function validate24(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!(
        key0 === "apiVersion" ||
        key0 === "kind" ||
        key0 === "metadata" ||
        key0 === "spec" ||
        key0 === "status"
      )) {
        const err0 = {
          instancePath,
          schemaPath: "#/additionalProperties",
          keyword: "additionalProperties",
          params: { additionalProperty: key0 },
          message: "must NOT have additional properties",
          schema: false,
          parentSchema: schema51,
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
    if (data.apiVersion !== undefined) {
      let data0 = data.apiVersion;
      if (typeof data0 !== "string" && data0 !== null) {
        const err1 = {
          instancePath: instancePath + "/apiVersion",
          schemaPath: "networkPolicy#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
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
    if (data.kind !== undefined) {
      let data1 = data.kind;
      if (typeof data1 !== "string" && data1 !== null) {
        const err2 = {
          instancePath: instancePath + "/kind",
          schemaPath: "networkPolicy#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data1,
        };
        if (vErrors === null) {
          vErrors = [err2];
        } else {
          vErrors.push(err2);
        }
        errors++;
      }
    }
    if (data.metadata !== undefined) {
      if (
        !validate25(data.metadata, {
          instancePath: instancePath + "/metadata",
          parentData: data,
          parentDataProperty: "metadata",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
        errors = vErrors.length;
      }
    }
    if (data.spec !== undefined) {
      let data3 = data.spec;
      if (!(data3 && typeof data3 == "object" && !Array.isArray(data3)) && data3 !== null) {
        const err3 = {
          instancePath: instancePath + "/spec",
          schemaPath: "#/properties/spec/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema51.properties.spec.type,
          parentSchema: schema51.properties.spec,
          data: data3,
        };
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
      if (data3 && typeof data3 == "object" && !Array.isArray(data3)) {
        for (const key1 in data3) {
          if (!(
            key1 === "tier" ||
            key1 === "priority" ||
            key1 === "subject" ||
            key1 === "ingress" ||
            key1 === "egress"
          )) {
            const err4 = {
              instancePath: instancePath + "/spec",
              schemaPath: "#/properties/spec/additionalProperties",
              keyword: "additionalProperties",
              params: { additionalProperty: key1 },
              message: "must NOT have additional properties",
              schema: false,
              parentSchema: schema51.properties.spec,
              data: data3,
            };
            if (vErrors === null) {
              vErrors = [err4];
            } else {
              vErrors.push(err4);
            }
            errors++;
          }
        }
        if (data3.tier !== undefined) {
          let data4 = data3.tier;
          if (typeof data4 !== "string" && data4 !== null) {
            const err5 = {
              instancePath: instancePath + "/spec/tier",
              schemaPath: "networkPolicy#/$defs/String/type",
              keyword: "type",
              params: { type: "string" },
              message: "must be string",
              schema: schema13.type,
              parentSchema: schema13,
              data: data4,
            };
            if (vErrors === null) {
              vErrors = [err5];
            } else {
              vErrors.push(err5);
            }
            errors++;
          }
        }
        if (data3.priority !== undefined) {
          let data5 = data3.priority;
          if (
            !(typeof data5 == "number" && !(data5 % 1) && !isNaN(data5) && isFinite(data5)) &&
            data5 !== null
          ) {
            const err6 = {
              instancePath: instancePath + "/spec/priority",
              schemaPath: "networkPolicy#/$defs/Integer/type",
              keyword: "type",
              params: { type: "integer" },
              message: "must be integer",
              schema: schema28.type,
              parentSchema: schema28,
              data: data5,
            };
            if (vErrors === null) {
              vErrors = [err6];
            } else {
              vErrors.push(err6);
            }
            errors++;
          }
        }
        if (data3.subject !== undefined) {
          if (
            !validate27(data3.subject, {
              instancePath: instancePath + "/spec/subject",
              parentData: data3,
              parentDataProperty: "subject",
              rootData,
            })
          ) {
            vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
            errors = vErrors.length;
          }
        }
        if (data3.ingress !== undefined) {
          let data7 = data3.ingress;
          if (!Array.isArray(data7) && data7 !== null) {
            const err7 = {
              instancePath: instancePath + "/spec/ingress",
              schemaPath: "#/properties/spec/properties/ingress/type",
              keyword: "type",
              params: { type: "array" },
              message: "must be array",
              schema: schema51.properties.spec.properties.ingress.type,
              parentSchema: schema51.properties.spec.properties.ingress,
              data: data7,
            };
            if (vErrors === null) {
              vErrors = [err7];
            } else {
              vErrors.push(err7);
            }
            errors++;
          }
          if (Array.isArray(data7)) {
            const len0 = data7.length;
            for (let i0 = 0; i0 < len0; i0++) {
              if (
                !validate35(data7[i0], {
                  instancePath: instancePath + "/spec/ingress/" + i0,
                  parentData: data7,
                  parentDataProperty: i0,
                  rootData,
                })
              ) {
                vErrors = vErrors === null ? validate35.errors : vErrors.concat(validate35.errors);
                errors = vErrors.length;
              }
            }
          }
        }
        if (data3.egress !== undefined) {
          let data9 = data3.egress;
          if (!Array.isArray(data9) && data9 !== null) {
            const err8 = {
              instancePath: instancePath + "/spec/egress",
              schemaPath: "#/properties/spec/properties/egress/type",
              keyword: "type",
              params: { type: "array" },
              message: "must be array",
              schema: schema51.properties.spec.properties.egress.type,
              parentSchema: schema51.properties.spec.properties.egress,
              data: data9,
            };
            if (vErrors === null) {
              vErrors = [err8];
            } else {
              vErrors.push(err8);
            }
            errors++;
          }
          if (Array.isArray(data9)) {
            const len1 = data9.length;
            for (let i1 = 0; i1 < len1; i1++) {
              if (
                !validate44(data9[i1], {
                  instancePath: instancePath + "/spec/egress/" + i1,
                  parentData: data9,
                  parentDataProperty: i1,
                  rootData,
                })
              ) {
                vErrors = vErrors === null ? validate44.errors : vErrors.concat(validate44.errors);
                errors = vErrors.length;
              }
            }
          }
        }
      }
    }
  } else {
    const err9 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema51.type,
      parentSchema: schema51,
      data,
    };
    if (vErrors === null) {
      vErrors = [err9];
    } else {
      vErrors.push(err9);
    }
    errors++;
  }
  validate24.errors = vErrors;
  return errors === 0;
}
export const adminNetworkPolicy = validate52;
const schema104 = {
  type: "object",
  additionalProperties: false,
  properties: {
    apiVersion: { $ref: "networkPolicy#/$defs/String" },
    kind: { $ref: "networkPolicy#/$defs/String" },
    metadata: { $ref: "networkPolicy#/$defs/ObjectMeta" },
    spec: {
      type: "object",
      nullable: true,
      additionalProperties: false,
      properties: {
        priority: { $ref: "networkPolicy#/$defs/Integer" },
        subject: { $ref: "#/$defs/PodPeer" },
        ingress: { type: "array", nullable: true, items: { $ref: "#/$defs/AdminIngressRule" } },
        egress: { type: "array", nullable: true, items: { $ref: "#/$defs/AdminEgressRule" } },
      },
    },
    status: {},
  },
};
const schema108 = {
  type: "object",
  nullable: true,
  additionalProperties: false,
  properties: {
    name: { $ref: "networkPolicy#/$defs/String" },
    action: { $ref: "networkPolicy#/$defs/String" },
    from: { type: "array", nullable: true, items: { $ref: "#/$defs/PodPeer" } },
    ports: { $ref: "#/$defs/Ports" },
  },
};
const schema111 = {
  type: "array",
  nullable: true,
  items: {
    type: "object",
    nullable: true,
    additionalProperties: false,
    properties: {
      portNumber: {
        type: "object",
        nullable: true,
        additionalProperties: false,
        properties: { protocol: { $ref: "networkPolicy#/$defs/String" }, port: { $ref: "#/$defs/Port" } },
      },
      namedPort: { $ref: "networkPolicy#/$defs/String" },
      portRange: {
        type: "object",
        nullable: true,
        additionalProperties: false,
        properties: {
          protocol: { $ref: "networkPolicy#/$defs/String" },
          start: { $ref: "#/$defs/Port" },
          end: { $ref: "#/$defs/Port" },
        },
      },
    },
  },
};
function validate57(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!Array.isArray(data) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "array" },
      message: "must be array",
      schema: schema111.type,
      parentSchema: schema111,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (Array.isArray(data)) {
    const len0 = data.length;
    for (let i0 = 0; i0 < len0; i0++) {
      let data0 = data[i0];
      if (!(data0 && typeof data0 == "object" && !Array.isArray(data0)) && data0 !== null) {
        const err1 = {
          instancePath: instancePath + "/" + i0,
          schemaPath: "#/items/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema111.items.type,
          parentSchema: schema111.items,
          data: data0,
        };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
      if (data0 && typeof data0 == "object" && !Array.isArray(data0)) {
        for (const key0 in data0) {
          if (!(key0 === "portNumber" || key0 === "namedPort" || key0 === "portRange")) {
            const err2 = {
              instancePath: instancePath + "/" + i0,
              schemaPath: "#/items/additionalProperties",
              keyword: "additionalProperties",
              params: { additionalProperty: key0 },
              message: "must NOT have additional properties",
              schema: false,
              parentSchema: schema111.items,
              data: data0,
            };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
        }
        if (data0.portNumber !== undefined) {
          let data1 = data0.portNumber;
          if (!(data1 && typeof data1 == "object" && !Array.isArray(data1)) && data1 !== null) {
            const err3 = {
              instancePath: instancePath + "/" + i0 + "/portNumber",
              schemaPath: "#/items/properties/portNumber/type",
              keyword: "type",
              params: { type: "object" },
              message: "must be object",
              schema: schema111.items.properties.portNumber.type,
              parentSchema: schema111.items.properties.portNumber,
              data: data1,
            };
            if (vErrors === null) {
              vErrors = [err3];
            } else {
              vErrors.push(err3);
            }
            errors++;
          }
          if (data1 && typeof data1 == "object" && !Array.isArray(data1)) {
            for (const key1 in data1) {
              if (!(key1 === "protocol" || key1 === "port")) {
                const err4 = {
                  instancePath: instancePath + "/" + i0 + "/portNumber",
                  schemaPath: "#/items/properties/portNumber/additionalProperties",
                  keyword: "additionalProperties",
                  params: { additionalProperty: key1 },
                  message: "must NOT have additional properties",
                  schema: false,
                  parentSchema: schema111.items.properties.portNumber,
                  data: data1,
                };
                if (vErrors === null) {
                  vErrors = [err4];
                } else {
                  vErrors.push(err4);
                }
                errors++;
              }
            }
            if (data1.protocol !== undefined) {
              let data2 = data1.protocol;
              if (typeof data2 !== "string" && data2 !== null) {
                const err5 = {
                  instancePath: instancePath + "/" + i0 + "/portNumber/protocol",
                  schemaPath: "networkPolicy#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data2,
                };
                if (vErrors === null) {
                  vErrors = [err5];
                } else {
                  vErrors.push(err5);
                }
                errors++;
              }
            }
            if (data1.port !== undefined) {
              let data3 = data1.port;
              if (
                !(typeof data3 == "number" && !(data3 % 1) && !isNaN(data3) && isFinite(data3)) &&
                data3 !== null
              ) {
                const err6 = {
                  instancePath: instancePath + "/" + i0 + "/portNumber/port",
                  schemaPath: "#/$defs/Port/type",
                  keyword: "type",
                  params: { type: "integer" },
                  message: "must be integer",
                  schema: schema94.type,
                  parentSchema: schema94,
                  data: data3,
                };
                if (vErrors === null) {
                  vErrors = [err6];
                } else {
                  vErrors.push(err6);
                }
                errors++;
              }
              if (typeof data3 == "number" && isFinite(data3)) {
                if (data3 > 65535 || isNaN(data3)) {
                  const err7 = {
                    instancePath: instancePath + "/" + i0 + "/portNumber/port",
                    schemaPath: "#/$defs/Port/maximum",
                    keyword: "maximum",
                    params: { comparison: "<=", limit: 65535 },
                    message: "must be <= 65535",
                    schema: 65535,
                    parentSchema: schema94,
                    data: data3,
                  };
                  if (vErrors === null) {
                    vErrors = [err7];
                  } else {
                    vErrors.push(err7);
                  }
                  errors++;
                }
                if (data3 < 1 || isNaN(data3)) {
                  const err8 = {
                    instancePath: instancePath + "/" + i0 + "/portNumber/port",
                    schemaPath: "#/$defs/Port/minimum",
                    keyword: "minimum",
                    params: { comparison: ">=", limit: 1 },
                    message: "must be >= 1",
                    schema: 1,
                    parentSchema: schema94,
                    data: data3,
                  };
                  if (vErrors === null) {
                    vErrors = [err8];
                  } else {
                    vErrors.push(err8);
                  }
                  errors++;
                }
              }
            }
          }
        }
        if (data0.namedPort !== undefined) {
          let data4 = data0.namedPort;
          if (typeof data4 !== "string" && data4 !== null) {
            const err9 = {
              instancePath: instancePath + "/" + i0 + "/namedPort",
              schemaPath: "networkPolicy#/$defs/String/type",
              keyword: "type",
              params: { type: "string" },
              message: "must be string",
              schema: schema13.type,
              parentSchema: schema13,
              data: data4,
            };
            if (vErrors === null) {
              vErrors = [err9];
            } else {
              vErrors.push(err9);
            }
            errors++;
          }
        }
        if (data0.portRange !== undefined) {
          let data5 = data0.portRange;
          if (!(data5 && typeof data5 == "object" && !Array.isArray(data5)) && data5 !== null) {
            const err10 = {
              instancePath: instancePath + "/" + i0 + "/portRange",
              schemaPath: "#/items/properties/portRange/type",
              keyword: "type",
              params: { type: "object" },
              message: "must be object",
              schema: schema111.items.properties.portRange.type,
              parentSchema: schema111.items.properties.portRange,
              data: data5,
            };
            if (vErrors === null) {
              vErrors = [err10];
            } else {
              vErrors.push(err10);
            }
            errors++;
          }
          if (data5 && typeof data5 == "object" && !Array.isArray(data5)) {
            for (const key2 in data5) {
              if (!(key2 === "protocol" || key2 === "start" || key2 === "end")) {
                const err11 = {
                  instancePath: instancePath + "/" + i0 + "/portRange",
                  schemaPath: "#/items/properties/portRange/additionalProperties",
                  keyword: "additionalProperties",
                  params: { additionalProperty: key2 },
                  message: "must NOT have additional properties",
                  schema: false,
                  parentSchema: schema111.items.properties.portRange,
                  data: data5,
                };
                if (vErrors === null) {
                  vErrors = [err11];
                } else {
                  vErrors.push(err11);
                }
                errors++;
              }
            }
            if (data5.protocol !== undefined) {
              let data6 = data5.protocol;
              if (typeof data6 !== "string" && data6 !== null) {
                const err12 = {
                  instancePath: instancePath + "/" + i0 + "/portRange/protocol",
                  schemaPath: "networkPolicy#/$defs/String/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema13.type,
                  parentSchema: schema13,
                  data: data6,
                };
                if (vErrors === null) {
                  vErrors = [err12];
                } else {
                  vErrors.push(err12);
                }
                errors++;
              }
            }
            if (data5.start !== undefined) {
              let data7 = data5.start;
              if (
                !(typeof data7 == "number" && !(data7 % 1) && !isNaN(data7) && isFinite(data7)) &&
                data7 !== null
              ) {
                const err13 = {
                  instancePath: instancePath + "/" + i0 + "/portRange/start",
                  schemaPath: "#/$defs/Port/type",
                  keyword: "type",
                  params: { type: "integer" },
                  message: "must be integer",
                  schema: schema94.type,
                  parentSchema: schema94,
                  data: data7,
                };
                if (vErrors === null) {
                  vErrors = [err13];
                } else {
                  vErrors.push(err13);
                }
                errors++;
              }
              if (typeof data7 == "number" && isFinite(data7)) {
                if (data7 > 65535 || isNaN(data7)) {
                  const err14 = {
                    instancePath: instancePath + "/" + i0 + "/portRange/start",
                    schemaPath: "#/$defs/Port/maximum",
                    keyword: "maximum",
                    params: { comparison: "<=", limit: 65535 },
                    message: "must be <= 65535",
                    schema: 65535,
                    parentSchema: schema94,
                    data: data7,
                  };
                  if (vErrors === null) {
                    vErrors = [err14];
                  } else {
                    vErrors.push(err14);
                  }
                  errors++;
                }
                if (data7 < 1 || isNaN(data7)) {
                  const err15 = {
                    instancePath: instancePath + "/" + i0 + "/portRange/start",
                    schemaPath: "#/$defs/Port/minimum",
                    keyword: "minimum",
                    params: { comparison: ">=", limit: 1 },
                    message: "must be >= 1",
                    schema: 1,
                    parentSchema: schema94,
                    data: data7,
                  };
                  if (vErrors === null) {
                    vErrors = [err15];
                  } else {
                    vErrors.push(err15);
                  }
                  errors++;
                }
              }
            }
            if (data5.end !== undefined) {
              let data8 = data5.end;
              if (
                !(typeof data8 == "number" && !(data8 % 1) && !isNaN(data8) && isFinite(data8)) &&
                data8 !== null
              ) {
                const err16 = {
                  instancePath: instancePath + "/" + i0 + "/portRange/end",
                  schemaPath: "#/$defs/Port/type",
                  keyword: "type",
                  params: { type: "integer" },
                  message: "must be integer",
                  schema: schema94.type,
                  parentSchema: schema94,
                  data: data8,
                };
                if (vErrors === null) {
                  vErrors = [err16];
                } else {
                  vErrors.push(err16);
                }
                errors++;
              }
              if (typeof data8 == "number" && isFinite(data8)) {
                if (data8 > 65535 || isNaN(data8)) {
                  const err17 = {
                    instancePath: instancePath + "/" + i0 + "/portRange/end",
                    schemaPath: "#/$defs/Port/maximum",
                    keyword: "maximum",
                    params: { comparison: "<=", limit: 65535 },
                    message: "must be <= 65535",
                    schema: 65535,
                    parentSchema: schema94,
                    data: data8,
                  };
                  if (vErrors === null) {
                    vErrors = [err17];
                  } else {
                    vErrors.push(err17);
                  }
                  errors++;
                }
                if (data8 < 1 || isNaN(data8)) {
                  const err18 = {
                    instancePath: instancePath + "/" + i0 + "/portRange/end",
                    schemaPath: "#/$defs/Port/minimum",
                    keyword: "minimum",
                    params: { comparison: ">=", limit: 1 },
                    message: "must be >= 1",
                    schema: 1,
                    parentSchema: schema94,
                    data: data8,
                  };
                  if (vErrors === null) {
                    vErrors = [err18];
                  } else {
                    vErrors.push(err18);
                  }
                  errors++;
                }
              }
            }
          }
        }
      }
    }
  }
  validate57.errors = vErrors;
  return errors === 0;
}
function validate55(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!(data && typeof data == "object" && !Array.isArray(data)) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema108.type,
      parentSchema: schema108,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!(key0 === "name" || key0 === "action" || key0 === "from" || key0 === "ports")) {
        const err1 = {
          instancePath,
          schemaPath: "#/additionalProperties",
          keyword: "additionalProperties",
          params: { additionalProperty: key0 },
          message: "must NOT have additional properties",
          schema: false,
          parentSchema: schema108,
          data,
        };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
    }
    if (data.name !== undefined) {
      let data0 = data.name;
      if (typeof data0 !== "string" && data0 !== null) {
        const err2 = {
          instancePath: instancePath + "/name",
          schemaPath: "networkPolicy#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data0,
        };
        if (vErrors === null) {
          vErrors = [err2];
        } else {
          vErrors.push(err2);
        }
        errors++;
      }
    }
    if (data.action !== undefined) {
      let data1 = data.action;
      if (typeof data1 !== "string" && data1 !== null) {
        const err3 = {
          instancePath: instancePath + "/action",
          schemaPath: "networkPolicy#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data1,
        };
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
    }
    if (data.from !== undefined) {
      let data2 = data.from;
      if (!Array.isArray(data2) && data2 !== null) {
        const err4 = {
          instancePath: instancePath + "/from",
          schemaPath: "#/properties/from/type",
          keyword: "type",
          params: { type: "array" },
          message: "must be array",
          schema: schema108.properties.from.type,
          parentSchema: schema108.properties.from,
          data: data2,
        };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
      if (Array.isArray(data2)) {
        const len0 = data2.length;
        for (let i0 = 0; i0 < len0; i0++) {
          if (
            !validate27(data2[i0], {
              instancePath: instancePath + "/from/" + i0,
              parentData: data2,
              parentDataProperty: i0,
              rootData,
            })
          ) {
            vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
            errors = vErrors.length;
          }
        }
      }
    }
    if (data.ports !== undefined) {
      if (
        !validate57(data.ports, {
          instancePath: instancePath + "/ports",
          parentData: data,
          parentDataProperty: "ports",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate57.errors : vErrors.concat(validate57.errors);
        errors = vErrors.length;
      }
    }
  }
  validate55.errors = vErrors;
  return errors === 0;
}
const schema118 = {
  type: "object",
  nullable: true,
  additionalProperties: false,
  properties: {
    name: { $ref: "networkPolicy#/$defs/String" },
    action: { $ref: "networkPolicy#/$defs/String" },
    to: { type: "array", nullable: true, items: { $ref: "#/$defs/EgressPeer" } },
    ports: { $ref: "#/$defs/Ports" },
  },
};
function validate60(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!(data && typeof data == "object" && !Array.isArray(data)) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema118.type,
      parentSchema: schema118,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!(key0 === "name" || key0 === "action" || key0 === "to" || key0 === "ports")) {
        const err1 = {
          instancePath,
          schemaPath: "#/additionalProperties",
          keyword: "additionalProperties",
          params: { additionalProperty: key0 },
          message: "must NOT have additional properties",
          schema: false,
          parentSchema: schema118,
          data,
        };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
    }
    if (data.name !== undefined) {
      let data0 = data.name;
      if (typeof data0 !== "string" && data0 !== null) {
        const err2 = {
          instancePath: instancePath + "/name",
          schemaPath: "networkPolicy#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data0,
        };
        if (vErrors === null) {
          vErrors = [err2];
        } else {
          vErrors.push(err2);
        }
        errors++;
      }
    }
    if (data.action !== undefined) {
      let data1 = data.action;
      if (typeof data1 !== "string" && data1 !== null) {
        const err3 = {
          instancePath: instancePath + "/action",
          schemaPath: "networkPolicy#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data1,
        };
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
    }
    if (data.to !== undefined) {
      let data2 = data.to;
      if (!Array.isArray(data2) && data2 !== null) {
        const err4 = {
          instancePath: instancePath + "/to",
          schemaPath: "#/properties/to/type",
          keyword: "type",
          params: { type: "array" },
          message: "must be array",
          schema: schema118.properties.to.type,
          parentSchema: schema118.properties.to,
          data: data2,
        };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
      if (Array.isArray(data2)) {
        const len0 = data2.length;
        for (let i0 = 0; i0 < len0; i0++) {
          if (
            !validate45(data2[i0], {
              instancePath: instancePath + "/to/" + i0,
              parentData: data2,
              parentDataProperty: i0,
              rootData,
            })
          ) {
            vErrors = vErrors === null ? validate45.errors : vErrors.concat(validate45.errors);
            errors = vErrors.length;
          }
        }
      }
    }
    if (data.ports !== undefined) {
      if (
        !validate57(data.ports, {
          instancePath: instancePath + "/ports",
          parentData: data,
          parentDataProperty: "ports",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate57.errors : vErrors.concat(validate57.errors);
        errors = vErrors.length;
      }
    }
  }
  validate60.errors = vErrors;
  return errors === 0;
}
function validate52(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!(
        key0 === "apiVersion" ||
        key0 === "kind" ||
        key0 === "metadata" ||
        key0 === "spec" ||
        key0 === "status"
      )) {
        const err0 = {
          instancePath,
          schemaPath: "#/additionalProperties",
          keyword: "additionalProperties",
          params: { additionalProperty: key0 },
          message: "must NOT have additional properties",
          schema: false,
          parentSchema: schema104,
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
    if (data.apiVersion !== undefined) {
      let data0 = data.apiVersion;
      if (typeof data0 !== "string" && data0 !== null) {
        const err1 = {
          instancePath: instancePath + "/apiVersion",
          schemaPath: "networkPolicy#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
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
    if (data.kind !== undefined) {
      let data1 = data.kind;
      if (typeof data1 !== "string" && data1 !== null) {
        const err2 = {
          instancePath: instancePath + "/kind",
          schemaPath: "networkPolicy#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data1,
        };
        if (vErrors === null) {
          vErrors = [err2];
        } else {
          vErrors.push(err2);
        }
        errors++;
      }
    }
    if (data.metadata !== undefined) {
      if (
        !validate25(data.metadata, {
          instancePath: instancePath + "/metadata",
          parentData: data,
          parentDataProperty: "metadata",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
        errors = vErrors.length;
      }
    }
    if (data.spec !== undefined) {
      let data3 = data.spec;
      if (!(data3 && typeof data3 == "object" && !Array.isArray(data3)) && data3 !== null) {
        const err3 = {
          instancePath: instancePath + "/spec",
          schemaPath: "#/properties/spec/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema104.properties.spec.type,
          parentSchema: schema104.properties.spec,
          data: data3,
        };
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
      if (data3 && typeof data3 == "object" && !Array.isArray(data3)) {
        for (const key1 in data3) {
          if (!(key1 === "priority" || key1 === "subject" || key1 === "ingress" || key1 === "egress")) {
            const err4 = {
              instancePath: instancePath + "/spec",
              schemaPath: "#/properties/spec/additionalProperties",
              keyword: "additionalProperties",
              params: { additionalProperty: key1 },
              message: "must NOT have additional properties",
              schema: false,
              parentSchema: schema104.properties.spec,
              data: data3,
            };
            if (vErrors === null) {
              vErrors = [err4];
            } else {
              vErrors.push(err4);
            }
            errors++;
          }
        }
        if (data3.priority !== undefined) {
          let data4 = data3.priority;
          if (
            !(typeof data4 == "number" && !(data4 % 1) && !isNaN(data4) && isFinite(data4)) &&
            data4 !== null
          ) {
            const err5 = {
              instancePath: instancePath + "/spec/priority",
              schemaPath: "networkPolicy#/$defs/Integer/type",
              keyword: "type",
              params: { type: "integer" },
              message: "must be integer",
              schema: schema28.type,
              parentSchema: schema28,
              data: data4,
            };
            if (vErrors === null) {
              vErrors = [err5];
            } else {
              vErrors.push(err5);
            }
            errors++;
          }
        }
        if (data3.subject !== undefined) {
          if (
            !validate27(data3.subject, {
              instancePath: instancePath + "/spec/subject",
              parentData: data3,
              parentDataProperty: "subject",
              rootData,
            })
          ) {
            vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
            errors = vErrors.length;
          }
        }
        if (data3.ingress !== undefined) {
          let data6 = data3.ingress;
          if (!Array.isArray(data6) && data6 !== null) {
            const err6 = {
              instancePath: instancePath + "/spec/ingress",
              schemaPath: "#/properties/spec/properties/ingress/type",
              keyword: "type",
              params: { type: "array" },
              message: "must be array",
              schema: schema104.properties.spec.properties.ingress.type,
              parentSchema: schema104.properties.spec.properties.ingress,
              data: data6,
            };
            if (vErrors === null) {
              vErrors = [err6];
            } else {
              vErrors.push(err6);
            }
            errors++;
          }
          if (Array.isArray(data6)) {
            const len0 = data6.length;
            for (let i0 = 0; i0 < len0; i0++) {
              if (
                !validate55(data6[i0], {
                  instancePath: instancePath + "/spec/ingress/" + i0,
                  parentData: data6,
                  parentDataProperty: i0,
                  rootData,
                })
              ) {
                vErrors = vErrors === null ? validate55.errors : vErrors.concat(validate55.errors);
                errors = vErrors.length;
              }
            }
          }
        }
        if (data3.egress !== undefined) {
          let data8 = data3.egress;
          if (!Array.isArray(data8) && data8 !== null) {
            const err7 = {
              instancePath: instancePath + "/spec/egress",
              schemaPath: "#/properties/spec/properties/egress/type",
              keyword: "type",
              params: { type: "array" },
              message: "must be array",
              schema: schema104.properties.spec.properties.egress.type,
              parentSchema: schema104.properties.spec.properties.egress,
              data: data8,
            };
            if (vErrors === null) {
              vErrors = [err7];
            } else {
              vErrors.push(err7);
            }
            errors++;
          }
          if (Array.isArray(data8)) {
            const len1 = data8.length;
            for (let i1 = 0; i1 < len1; i1++) {
              if (
                !validate60(data8[i1], {
                  instancePath: instancePath + "/spec/egress/" + i1,
                  parentData: data8,
                  parentDataProperty: i1,
                  rootData,
                })
              ) {
                vErrors = vErrors === null ? validate60.errors : vErrors.concat(validate60.errors);
                errors = vErrors.length;
              }
            }
          }
        }
      }
    }
  } else {
    const err8 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema104.type,
      parentSchema: schema104,
      data,
    };
    if (vErrors === null) {
      vErrors = [err8];
    } else {
      vErrors.push(err8);
    }
    errors++;
  }
  validate52.errors = vErrors;
  return errors === 0;
}
export const baselineAdminNetworkPolicy = validate64;
const schema121 = {
  type: "object",
  additionalProperties: false,
  properties: {
    apiVersion: { $ref: "networkPolicy#/$defs/String" },
    kind: { $ref: "networkPolicy#/$defs/String" },
    metadata: { $ref: "networkPolicy#/$defs/ObjectMeta" },
    spec: {
      type: "object",
      nullable: true,
      additionalProperties: false,
      properties: {
        subject: { $ref: "#/$defs/PodPeer" },
        ingress: { type: "array", nullable: true, items: { $ref: "#/$defs/AdminIngressRule" } },
        egress: { type: "array", nullable: true, items: { $ref: "#/$defs/BaselineEgressRule" } },
      },
    },
    status: {},
  },
};
const schema124 = {
  type: "object",
  nullable: true,
  additionalProperties: false,
  properties: {
    name: { $ref: "networkPolicy#/$defs/String" },
    action: { $ref: "networkPolicy#/$defs/String" },
    to: { type: "array", nullable: true, items: { $ref: "#/$defs/BaselineEgressPeer" } },
    ports: { $ref: "#/$defs/Ports" },
  },
};
const schema127 = {
  type: "object",
  nullable: true,
  additionalProperties: false,
  properties: {
    namespaces: { $ref: "networkPolicy#/$defs/LabelSelector" },
    pods: { $ref: "#/$defs/NamespacedPod" },
    nodes: { $ref: "networkPolicy#/$defs/LabelSelector" },
    networks: { $ref: "networkPolicy#/$defs/Strings" },
  },
};
function validate69(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!(data && typeof data == "object" && !Array.isArray(data)) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema127.type,
      parentSchema: schema127,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!(key0 === "namespaces" || key0 === "pods" || key0 === "nodes" || key0 === "networks")) {
        const err1 = {
          instancePath,
          schemaPath: "#/additionalProperties",
          keyword: "additionalProperties",
          params: { additionalProperty: key0 },
          message: "must NOT have additional properties",
          schema: false,
          parentSchema: schema127,
          data,
        };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
    }
    if (data.namespaces !== undefined) {
      if (
        !validate28(data.namespaces, {
          instancePath: instancePath + "/namespaces",
          parentData: data,
          parentDataProperty: "namespaces",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate28.errors : vErrors.concat(validate28.errors);
        errors = vErrors.length;
      }
    }
    if (data.pods !== undefined) {
      if (
        !validate30(data.pods, {
          instancePath: instancePath + "/pods",
          parentData: data,
          parentDataProperty: "pods",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
        errors = vErrors.length;
      }
    }
    if (data.nodes !== undefined) {
      if (
        !validate28(data.nodes, {
          instancePath: instancePath + "/nodes",
          parentData: data,
          parentDataProperty: "nodes",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate28.errors : vErrors.concat(validate28.errors);
        errors = vErrors.length;
      }
    }
    if (data.networks !== undefined) {
      let data3 = data.networks;
      if (!Array.isArray(data3) && data3 !== null) {
        const err2 = {
          instancePath: instancePath + "/networks",
          schemaPath: "networkPolicy#/$defs/Strings/type",
          keyword: "type",
          params: { type: "array" },
          message: "must be array",
          schema: schema18.type,
          parentSchema: schema18,
          data: data3,
        };
        if (vErrors === null) {
          vErrors = [err2];
        } else {
          vErrors.push(err2);
        }
        errors++;
      }
      if (Array.isArray(data3)) {
        const len0 = data3.length;
        for (let i0 = 0; i0 < len0; i0++) {
          let data4 = data3[i0];
          if (typeof data4 !== "string" && data4 !== null) {
            const err3 = {
              instancePath: instancePath + "/networks/" + i0,
              schemaPath: "networkPolicy#/$defs/Strings/items/type",
              keyword: "type",
              params: { type: "string" },
              message: "must be string",
              schema: schema18.items.type,
              parentSchema: schema18.items,
              data: data4,
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
  }
  validate69.errors = vErrors;
  return errors === 0;
}
function validate68(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!(data && typeof data == "object" && !Array.isArray(data)) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema124.type,
      parentSchema: schema124,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!(key0 === "name" || key0 === "action" || key0 === "to" || key0 === "ports")) {
        const err1 = {
          instancePath,
          schemaPath: "#/additionalProperties",
          keyword: "additionalProperties",
          params: { additionalProperty: key0 },
          message: "must NOT have additional properties",
          schema: false,
          parentSchema: schema124,
          data,
        };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
    }
    if (data.name !== undefined) {
      let data0 = data.name;
      if (typeof data0 !== "string" && data0 !== null) {
        const err2 = {
          instancePath: instancePath + "/name",
          schemaPath: "networkPolicy#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data0,
        };
        if (vErrors === null) {
          vErrors = [err2];
        } else {
          vErrors.push(err2);
        }
        errors++;
      }
    }
    if (data.action !== undefined) {
      let data1 = data.action;
      if (typeof data1 !== "string" && data1 !== null) {
        const err3 = {
          instancePath: instancePath + "/action",
          schemaPath: "networkPolicy#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data1,
        };
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
    }
    if (data.to !== undefined) {
      let data2 = data.to;
      if (!Array.isArray(data2) && data2 !== null) {
        const err4 = {
          instancePath: instancePath + "/to",
          schemaPath: "#/properties/to/type",
          keyword: "type",
          params: { type: "array" },
          message: "must be array",
          schema: schema124.properties.to.type,
          parentSchema: schema124.properties.to,
          data: data2,
        };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
      if (Array.isArray(data2)) {
        const len0 = data2.length;
        for (let i0 = 0; i0 < len0; i0++) {
          if (
            !validate69(data2[i0], {
              instancePath: instancePath + "/to/" + i0,
              parentData: data2,
              parentDataProperty: i0,
              rootData,
            })
          ) {
            vErrors = vErrors === null ? validate69.errors : vErrors.concat(validate69.errors);
            errors = vErrors.length;
          }
        }
      }
    }
    if (data.ports !== undefined) {
      if (
        !validate57(data.ports, {
          instancePath: instancePath + "/ports",
          parentData: data,
          parentDataProperty: "ports",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate57.errors : vErrors.concat(validate57.errors);
        errors = vErrors.length;
      }
    }
  }
  validate68.errors = vErrors;
  return errors === 0;
}
function validate64(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    for (const key0 in data) {
      if (!(
        key0 === "apiVersion" ||
        key0 === "kind" ||
        key0 === "metadata" ||
        key0 === "spec" ||
        key0 === "status"
      )) {
        const err0 = {
          instancePath,
          schemaPath: "#/additionalProperties",
          keyword: "additionalProperties",
          params: { additionalProperty: key0 },
          message: "must NOT have additional properties",
          schema: false,
          parentSchema: schema121,
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
    if (data.apiVersion !== undefined) {
      let data0 = data.apiVersion;
      if (typeof data0 !== "string" && data0 !== null) {
        const err1 = {
          instancePath: instancePath + "/apiVersion",
          schemaPath: "networkPolicy#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
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
    if (data.kind !== undefined) {
      let data1 = data.kind;
      if (typeof data1 !== "string" && data1 !== null) {
        const err2 = {
          instancePath: instancePath + "/kind",
          schemaPath: "networkPolicy#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema13.type,
          parentSchema: schema13,
          data: data1,
        };
        if (vErrors === null) {
          vErrors = [err2];
        } else {
          vErrors.push(err2);
        }
        errors++;
      }
    }
    if (data.metadata !== undefined) {
      if (
        !validate25(data.metadata, {
          instancePath: instancePath + "/metadata",
          parentData: data,
          parentDataProperty: "metadata",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate25.errors : vErrors.concat(validate25.errors);
        errors = vErrors.length;
      }
    }
    if (data.spec !== undefined) {
      let data3 = data.spec;
      if (!(data3 && typeof data3 == "object" && !Array.isArray(data3)) && data3 !== null) {
        const err3 = {
          instancePath: instancePath + "/spec",
          schemaPath: "#/properties/spec/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema121.properties.spec.type,
          parentSchema: schema121.properties.spec,
          data: data3,
        };
        if (vErrors === null) {
          vErrors = [err3];
        } else {
          vErrors.push(err3);
        }
        errors++;
      }
      if (data3 && typeof data3 == "object" && !Array.isArray(data3)) {
        for (const key1 in data3) {
          if (!(key1 === "subject" || key1 === "ingress" || key1 === "egress")) {
            const err4 = {
              instancePath: instancePath + "/spec",
              schemaPath: "#/properties/spec/additionalProperties",
              keyword: "additionalProperties",
              params: { additionalProperty: key1 },
              message: "must NOT have additional properties",
              schema: false,
              parentSchema: schema121.properties.spec,
              data: data3,
            };
            if (vErrors === null) {
              vErrors = [err4];
            } else {
              vErrors.push(err4);
            }
            errors++;
          }
        }
        if (data3.subject !== undefined) {
          if (
            !validate27(data3.subject, {
              instancePath: instancePath + "/spec/subject",
              parentData: data3,
              parentDataProperty: "subject",
              rootData,
            })
          ) {
            vErrors = vErrors === null ? validate27.errors : vErrors.concat(validate27.errors);
            errors = vErrors.length;
          }
        }
        if (data3.ingress !== undefined) {
          let data5 = data3.ingress;
          if (!Array.isArray(data5) && data5 !== null) {
            const err5 = {
              instancePath: instancePath + "/spec/ingress",
              schemaPath: "#/properties/spec/properties/ingress/type",
              keyword: "type",
              params: { type: "array" },
              message: "must be array",
              schema: schema121.properties.spec.properties.ingress.type,
              parentSchema: schema121.properties.spec.properties.ingress,
              data: data5,
            };
            if (vErrors === null) {
              vErrors = [err5];
            } else {
              vErrors.push(err5);
            }
            errors++;
          }
          if (Array.isArray(data5)) {
            const len0 = data5.length;
            for (let i0 = 0; i0 < len0; i0++) {
              if (
                !validate55(data5[i0], {
                  instancePath: instancePath + "/spec/ingress/" + i0,
                  parentData: data5,
                  parentDataProperty: i0,
                  rootData,
                })
              ) {
                vErrors = vErrors === null ? validate55.errors : vErrors.concat(validate55.errors);
                errors = vErrors.length;
              }
            }
          }
        }
        if (data3.egress !== undefined) {
          let data7 = data3.egress;
          if (!Array.isArray(data7) && data7 !== null) {
            const err6 = {
              instancePath: instancePath + "/spec/egress",
              schemaPath: "#/properties/spec/properties/egress/type",
              keyword: "type",
              params: { type: "array" },
              message: "must be array",
              schema: schema121.properties.spec.properties.egress.type,
              parentSchema: schema121.properties.spec.properties.egress,
              data: data7,
            };
            if (vErrors === null) {
              vErrors = [err6];
            } else {
              vErrors.push(err6);
            }
            errors++;
          }
          if (Array.isArray(data7)) {
            const len1 = data7.length;
            for (let i1 = 0; i1 < len1; i1++) {
              if (
                !validate68(data7[i1], {
                  instancePath: instancePath + "/spec/egress/" + i1,
                  parentData: data7,
                  parentDataProperty: i1,
                  rootData,
                })
              ) {
                vErrors = vErrors === null ? validate68.errors : vErrors.concat(validate68.errors);
                errors = vErrors.length;
              }
            }
          }
        }
      }
    }
  } else {
    const err7 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema121.type,
      parentSchema: schema121,
      data,
    };
    if (vErrors === null) {
      vErrors = [err7];
    } else {
      vErrors.push(err7);
    }
    errors++;
  }
  validate64.errors = vErrors;
  return errors === 0;
}
export const namespace = validate77;
const schema130 = { type: "object", properties: { metadata: { $ref: "#/$defs/Metadata" } } };
const schema131 = {
  type: "object",
  nullable: true,
  properties: {
    name: { $ref: "#/$defs/String" },
    generateName: { $ref: "#/$defs/String" },
    namespace: { $ref: "#/$defs/String" },
    labels: { $ref: "#/$defs/StringMap" },
  },
};
const schema132 = { type: "string", nullable: true };
const schema135 = {
  type: "object",
  nullable: true,
  additionalProperties: { type: "string", nullable: true },
};
function validate78(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!(data && typeof data == "object" && !Array.isArray(data)) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema131.type,
      parentSchema: schema131,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.name !== undefined) {
      let data0 = data.name;
      if (typeof data0 !== "string" && data0 !== null) {
        const err1 = {
          instancePath: instancePath + "/name",
          schemaPath: "#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema132.type,
          parentSchema: schema132,
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
    if (data.generateName !== undefined) {
      let data1 = data.generateName;
      if (typeof data1 !== "string" && data1 !== null) {
        const err2 = {
          instancePath: instancePath + "/generateName",
          schemaPath: "#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema132.type,
          parentSchema: schema132,
          data: data1,
        };
        if (vErrors === null) {
          vErrors = [err2];
        } else {
          vErrors.push(err2);
        }
        errors++;
      }
    }
    if (data.namespace !== undefined) {
      let data2 = data.namespace;
      if (typeof data2 !== "string" && data2 !== null) {
        const err3 = {
          instancePath: instancePath + "/namespace",
          schemaPath: "#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema132.type,
          parentSchema: schema132,
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
    if (data.labels !== undefined) {
      let data3 = data.labels;
      if (!(data3 && typeof data3 == "object" && !Array.isArray(data3)) && data3 !== null) {
        const err4 = {
          instancePath: instancePath + "/labels",
          schemaPath: "#/$defs/StringMap/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema135.type,
          parentSchema: schema135,
          data: data3,
        };
        if (vErrors === null) {
          vErrors = [err4];
        } else {
          vErrors.push(err4);
        }
        errors++;
      }
      if (data3 && typeof data3 == "object" && !Array.isArray(data3)) {
        for (const key0 in data3) {
          let data4 = data3[key0];
          if (typeof data4 !== "string" && data4 !== null) {
            const err5 = {
              instancePath: instancePath + "/labels/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),
              schemaPath: "#/$defs/StringMap/additionalProperties/type",
              keyword: "type",
              params: { type: "string" },
              message: "must be string",
              schema: schema135.additionalProperties.type,
              parentSchema: schema135.additionalProperties,
              data: data4,
            };
            if (vErrors === null) {
              vErrors = [err5];
            } else {
              vErrors.push(err5);
            }
            errors++;
          }
        }
      }
    }
  }
  validate78.errors = vErrors;
  return errors === 0;
}
function validate77(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.metadata !== undefined) {
      if (
        !validate78(data.metadata, {
          instancePath: instancePath + "/metadata",
          parentData: data,
          parentDataProperty: "metadata",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate78.errors : vErrors.concat(validate78.errors);
        errors = vErrors.length;
      }
    }
  } else {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema130.type,
      parentSchema: schema130,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  validate77.errors = vErrors;
  return errors === 0;
}
export const pod = validate80;
const schema136 = {
  type: "object",
  properties: {
    metadata: { $ref: "#/$defs/Metadata" },
    spec: { $ref: "#/$defs/PodSpec" },
    status: {
      type: "object",
      nullable: true,
      properties: {
        podIP: { $ref: "#/$defs/String" },
        podIPs: {
          type: "array",
          nullable: true,
          items: { type: "object", properties: { ip: { $ref: "#/$defs/String" } } },
        },
      },
    },
  },
};
const schema137 = {
  type: "object",
  nullable: true,
  properties: {
    nodeName: { $ref: "#/$defs/String" },
    hostNetwork: { type: "boolean", nullable: true },
    containers: { $ref: "#/$defs/Containers" },
    initContainers: { $ref: "#/$defs/Containers" },
  },
};
const schema139 = {
  type: "array",
  nullable: true,
  items: {
    type: "object",
    nullable: true,
    properties: {
      restartPolicy: { $ref: "#/$defs/String" },
      ports: {
        type: "array",
        nullable: true,
        items: {
          type: "object",
          required: ["containerPort"],
          properties: {
            name: { $ref: "#/$defs/String" },
            containerPort: { $ref: "#/$defs/Port" },
            protocol: { $ref: "#/$defs/Protocol" },
          },
        },
      },
    },
  },
};
const schema142 = { type: "integer", minimum: 1, maximum: 65535 };
const schema143 = { enum: ["TCP", "UDP", "SCTP", "", null] };
function validate83(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!Array.isArray(data) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "array" },
      message: "must be array",
      schema: schema139.type,
      parentSchema: schema139,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (Array.isArray(data)) {
    const len0 = data.length;
    for (let i0 = 0; i0 < len0; i0++) {
      let data0 = data[i0];
      if (!(data0 && typeof data0 == "object" && !Array.isArray(data0)) && data0 !== null) {
        const err1 = {
          instancePath: instancePath + "/" + i0,
          schemaPath: "#/items/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema139.items.type,
          parentSchema: schema139.items,
          data: data0,
        };
        if (vErrors === null) {
          vErrors = [err1];
        } else {
          vErrors.push(err1);
        }
        errors++;
      }
      if (data0 && typeof data0 == "object" && !Array.isArray(data0)) {
        if (data0.restartPolicy !== undefined) {
          let data1 = data0.restartPolicy;
          if (typeof data1 !== "string" && data1 !== null) {
            const err2 = {
              instancePath: instancePath + "/" + i0 + "/restartPolicy",
              schemaPath: "#/$defs/String/type",
              keyword: "type",
              params: { type: "string" },
              message: "must be string",
              schema: schema132.type,
              parentSchema: schema132,
              data: data1,
            };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
        }
        if (data0.ports !== undefined) {
          let data2 = data0.ports;
          if (!Array.isArray(data2) && data2 !== null) {
            const err3 = {
              instancePath: instancePath + "/" + i0 + "/ports",
              schemaPath: "#/items/properties/ports/type",
              keyword: "type",
              params: { type: "array" },
              message: "must be array",
              schema: schema139.items.properties.ports.type,
              parentSchema: schema139.items.properties.ports,
              data: data2,
            };
            if (vErrors === null) {
              vErrors = [err3];
            } else {
              vErrors.push(err3);
            }
            errors++;
          }
          if (Array.isArray(data2)) {
            const len1 = data2.length;
            for (let i1 = 0; i1 < len1; i1++) {
              let data3 = data2[i1];
              if (data3 && typeof data3 == "object" && !Array.isArray(data3)) {
                if (data3.containerPort === undefined) {
                  const err4 = {
                    instancePath: instancePath + "/" + i0 + "/ports/" + i1,
                    schemaPath: "#/items/properties/ports/items/required",
                    keyword: "required",
                    params: { missingProperty: "containerPort" },
                    message: "must have required property '" + "containerPort" + "'",
                    schema: schema139.items.properties.ports.items.required,
                    parentSchema: schema139.items.properties.ports.items,
                    data: data3,
                  };
                  if (vErrors === null) {
                    vErrors = [err4];
                  } else {
                    vErrors.push(err4);
                  }
                  errors++;
                }
                if (data3.name !== undefined) {
                  let data4 = data3.name;
                  if (typeof data4 !== "string" && data4 !== null) {
                    const err5 = {
                      instancePath: instancePath + "/" + i0 + "/ports/" + i1 + "/name",
                      schemaPath: "#/$defs/String/type",
                      keyword: "type",
                      params: { type: "string" },
                      message: "must be string",
                      schema: schema132.type,
                      parentSchema: schema132,
                      data: data4,
                    };
                    if (vErrors === null) {
                      vErrors = [err5];
                    } else {
                      vErrors.push(err5);
                    }
                    errors++;
                  }
                }
                if (data3.containerPort !== undefined) {
                  let data5 = data3.containerPort;
                  if (!(typeof data5 == "number" && !(data5 % 1) && !isNaN(data5) && isFinite(data5))) {
                    const err6 = {
                      instancePath: instancePath + "/" + i0 + "/ports/" + i1 + "/containerPort",
                      schemaPath: "#/$defs/Port/type",
                      keyword: "type",
                      params: { type: "integer" },
                      message: "must be integer",
                      schema: schema142.type,
                      parentSchema: schema142,
                      data: data5,
                    };
                    if (vErrors === null) {
                      vErrors = [err6];
                    } else {
                      vErrors.push(err6);
                    }
                    errors++;
                  }
                  if (typeof data5 == "number" && isFinite(data5)) {
                    if (data5 > 65535 || isNaN(data5)) {
                      const err7 = {
                        instancePath: instancePath + "/" + i0 + "/ports/" + i1 + "/containerPort",
                        schemaPath: "#/$defs/Port/maximum",
                        keyword: "maximum",
                        params: { comparison: "<=", limit: 65535 },
                        message: "must be <= 65535",
                        schema: 65535,
                        parentSchema: schema142,
                        data: data5,
                      };
                      if (vErrors === null) {
                        vErrors = [err7];
                      } else {
                        vErrors.push(err7);
                      }
                      errors++;
                    }
                    if (data5 < 1 || isNaN(data5)) {
                      const err8 = {
                        instancePath: instancePath + "/" + i0 + "/ports/" + i1 + "/containerPort",
                        schemaPath: "#/$defs/Port/minimum",
                        keyword: "minimum",
                        params: { comparison: ">=", limit: 1 },
                        message: "must be >= 1",
                        schema: 1,
                        parentSchema: schema142,
                        data: data5,
                      };
                      if (vErrors === null) {
                        vErrors = [err8];
                      } else {
                        vErrors.push(err8);
                      }
                      errors++;
                    }
                  }
                }
                if (data3.protocol !== undefined) {
                  let data6 = data3.protocol;
                  if (!(
                    data6 === "TCP" ||
                    data6 === "UDP" ||
                    data6 === "SCTP" ||
                    data6 === "" ||
                    data6 === null
                  )) {
                    const err9 = {
                      instancePath: instancePath + "/" + i0 + "/ports/" + i1 + "/protocol",
                      schemaPath: "#/$defs/Protocol/enum",
                      keyword: "enum",
                      params: { allowedValues: schema143.enum },
                      message: "must be equal to one of the allowed values",
                      schema: schema143.enum,
                      parentSchema: schema143,
                      data: data6,
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
                  instancePath: instancePath + "/" + i0 + "/ports/" + i1,
                  schemaPath: "#/items/properties/ports/items/type",
                  keyword: "type",
                  params: { type: "object" },
                  message: "must be object",
                  schema: schema139.items.properties.ports.items.type,
                  parentSchema: schema139.items.properties.ports.items,
                  data: data3,
                };
                if (vErrors === null) {
                  vErrors = [err10];
                } else {
                  vErrors.push(err10);
                }
                errors++;
              }
            }
          }
        }
      }
    }
  }
  validate83.errors = vErrors;
  return errors === 0;
}
function validate82(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!(data && typeof data == "object" && !Array.isArray(data)) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema137.type,
      parentSchema: schema137,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.nodeName !== undefined) {
      let data0 = data.nodeName;
      if (typeof data0 !== "string" && data0 !== null) {
        const err1 = {
          instancePath: instancePath + "/nodeName",
          schemaPath: "#/$defs/String/type",
          keyword: "type",
          params: { type: "string" },
          message: "must be string",
          schema: schema132.type,
          parentSchema: schema132,
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
    if (data.hostNetwork !== undefined) {
      let data1 = data.hostNetwork;
      if (typeof data1 !== "boolean" && data1 !== null) {
        const err2 = {
          instancePath: instancePath + "/hostNetwork",
          schemaPath: "#/properties/hostNetwork/type",
          keyword: "type",
          params: { type: "boolean" },
          message: "must be boolean",
          schema: schema137.properties.hostNetwork.type,
          parentSchema: schema137.properties.hostNetwork,
          data: data1,
        };
        if (vErrors === null) {
          vErrors = [err2];
        } else {
          vErrors.push(err2);
        }
        errors++;
      }
    }
    if (data.containers !== undefined) {
      if (
        !validate83(data.containers, {
          instancePath: instancePath + "/containers",
          parentData: data,
          parentDataProperty: "containers",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate83.errors : vErrors.concat(validate83.errors);
        errors = vErrors.length;
      }
    }
    if (data.initContainers !== undefined) {
      if (
        !validate83(data.initContainers, {
          instancePath: instancePath + "/initContainers",
          parentData: data,
          parentDataProperty: "initContainers",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate83.errors : vErrors.concat(validate83.errors);
        errors = vErrors.length;
      }
    }
  }
  validate82.errors = vErrors;
  return errors === 0;
}
function validate80(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.metadata !== undefined) {
      if (
        !validate78(data.metadata, {
          instancePath: instancePath + "/metadata",
          parentData: data,
          parentDataProperty: "metadata",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate78.errors : vErrors.concat(validate78.errors);
        errors = vErrors.length;
      }
    }
    if (data.spec !== undefined) {
      if (
        !validate82(data.spec, {
          instancePath: instancePath + "/spec",
          parentData: data,
          parentDataProperty: "spec",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate82.errors : vErrors.concat(validate82.errors);
        errors = vErrors.length;
      }
    }
    if (data.status !== undefined) {
      let data2 = data.status;
      if (!(data2 && typeof data2 == "object" && !Array.isArray(data2)) && data2 !== null) {
        const err0 = {
          instancePath: instancePath + "/status",
          schemaPath: "#/properties/status/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema136.properties.status.type,
          parentSchema: schema136.properties.status,
          data: data2,
        };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
      if (data2 && typeof data2 == "object" && !Array.isArray(data2)) {
        if (data2.podIP !== undefined) {
          let data3 = data2.podIP;
          if (typeof data3 !== "string" && data3 !== null) {
            const err1 = {
              instancePath: instancePath + "/status/podIP",
              schemaPath: "#/$defs/String/type",
              keyword: "type",
              params: { type: "string" },
              message: "must be string",
              schema: schema132.type,
              parentSchema: schema132,
              data: data3,
            };
            if (vErrors === null) {
              vErrors = [err1];
            } else {
              vErrors.push(err1);
            }
            errors++;
          }
        }
        if (data2.podIPs !== undefined) {
          let data4 = data2.podIPs;
          if (!Array.isArray(data4) && data4 !== null) {
            const err2 = {
              instancePath: instancePath + "/status/podIPs",
              schemaPath: "#/properties/status/properties/podIPs/type",
              keyword: "type",
              params: { type: "array" },
              message: "must be array",
              schema: schema136.properties.status.properties.podIPs.type,
              parentSchema: schema136.properties.status.properties.podIPs,
              data: data4,
            };
            if (vErrors === null) {
              vErrors = [err2];
            } else {
              vErrors.push(err2);
            }
            errors++;
          }
          if (Array.isArray(data4)) {
            const len0 = data4.length;
            for (let i0 = 0; i0 < len0; i0++) {
              let data5 = data4[i0];
              if (data5 && typeof data5 == "object" && !Array.isArray(data5)) {
                if (data5.ip !== undefined) {
                  let data6 = data5.ip;
                  if (typeof data6 !== "string" && data6 !== null) {
                    const err3 = {
                      instancePath: instancePath + "/status/podIPs/" + i0 + "/ip",
                      schemaPath: "#/$defs/String/type",
                      keyword: "type",
                      params: { type: "string" },
                      message: "must be string",
                      schema: schema132.type,
                      parentSchema: schema132,
                      data: data6,
                    };
                    if (vErrors === null) {
                      vErrors = [err3];
                    } else {
                      vErrors.push(err3);
                    }
                    errors++;
                  }
                }
              } else {
                const err4 = {
                  instancePath: instancePath + "/status/podIPs/" + i0,
                  schemaPath: "#/properties/status/properties/podIPs/items/type",
                  keyword: "type",
                  params: { type: "object" },
                  message: "must be object",
                  schema: schema136.properties.status.properties.podIPs.items.type,
                  parentSchema: schema136.properties.status.properties.podIPs.items,
                  data: data5,
                };
                if (vErrors === null) {
                  vErrors = [err4];
                } else {
                  vErrors.push(err4);
                }
                errors++;
              }
            }
          }
        }
      }
    }
  } else {
    const err5 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema136.type,
      parentSchema: schema136,
      data,
    };
    if (vErrors === null) {
      vErrors = [err5];
    } else {
      vErrors.push(err5);
    }
    errors++;
  }
  validate80.errors = vErrors;
  return errors === 0;
}
export const workload = validate87;
const schema146 = {
  type: "object",
  properties: {
    metadata: { $ref: "#/$defs/Metadata" },
    spec: { type: "object", nullable: true, properties: { template: { $ref: "#/$defs/Template" } } },
  },
};
const schema147 = {
  type: "object",
  nullable: true,
  properties: { metadata: { $ref: "#/$defs/Metadata" }, spec: { $ref: "#/$defs/PodSpec" } },
};
function validate89(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (!(data && typeof data == "object" && !Array.isArray(data)) && data !== null) {
    const err0 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema147.type,
      parentSchema: schema147,
      data,
    };
    if (vErrors === null) {
      vErrors = [err0];
    } else {
      vErrors.push(err0);
    }
    errors++;
  }
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.metadata !== undefined) {
      if (
        !validate78(data.metadata, {
          instancePath: instancePath + "/metadata",
          parentData: data,
          parentDataProperty: "metadata",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate78.errors : vErrors.concat(validate78.errors);
        errors = vErrors.length;
      }
    }
    if (data.spec !== undefined) {
      if (
        !validate82(data.spec, {
          instancePath: instancePath + "/spec",
          parentData: data,
          parentDataProperty: "spec",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate82.errors : vErrors.concat(validate82.errors);
        errors = vErrors.length;
      }
    }
  }
  validate89.errors = vErrors;
  return errors === 0;
}
function validate87(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.metadata !== undefined) {
      if (
        !validate78(data.metadata, {
          instancePath: instancePath + "/metadata",
          parentData: data,
          parentDataProperty: "metadata",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate78.errors : vErrors.concat(validate78.errors);
        errors = vErrors.length;
      }
    }
    if (data.spec !== undefined) {
      let data1 = data.spec;
      if (!(data1 && typeof data1 == "object" && !Array.isArray(data1)) && data1 !== null) {
        const err0 = {
          instancePath: instancePath + "/spec",
          schemaPath: "#/properties/spec/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema146.properties.spec.type,
          parentSchema: schema146.properties.spec,
          data: data1,
        };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
      if (data1 && typeof data1 == "object" && !Array.isArray(data1)) {
        if (data1.template !== undefined) {
          if (
            !validate89(data1.template, {
              instancePath: instancePath + "/spec/template",
              parentData: data1,
              parentDataProperty: "template",
              rootData,
            })
          ) {
            vErrors = vErrors === null ? validate89.errors : vErrors.concat(validate89.errors);
            errors = vErrors.length;
          }
        }
      }
    }
  } else {
    const err1 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema146.type,
      parentSchema: schema146,
      data,
    };
    if (vErrors === null) {
      vErrors = [err1];
    } else {
      vErrors.push(err1);
    }
    errors++;
  }
  validate87.errors = vErrors;
  return errors === 0;
}
export const cronJob = validate93;
const schema148 = {
  type: "object",
  properties: {
    metadata: { $ref: "#/$defs/Metadata" },
    spec: {
      type: "object",
      nullable: true,
      properties: {
        jobTemplate: {
          type: "object",
          nullable: true,
          properties: {
            spec: { type: "object", nullable: true, properties: { template: { $ref: "#/$defs/Template" } } },
          },
        },
      },
    },
  },
};
function validate93(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.metadata !== undefined) {
      if (
        !validate78(data.metadata, {
          instancePath: instancePath + "/metadata",
          parentData: data,
          parentDataProperty: "metadata",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate78.errors : vErrors.concat(validate78.errors);
        errors = vErrors.length;
      }
    }
    if (data.spec !== undefined) {
      let data1 = data.spec;
      if (!(data1 && typeof data1 == "object" && !Array.isArray(data1)) && data1 !== null) {
        const err0 = {
          instancePath: instancePath + "/spec",
          schemaPath: "#/properties/spec/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema148.properties.spec.type,
          parentSchema: schema148.properties.spec,
          data: data1,
        };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
      if (data1 && typeof data1 == "object" && !Array.isArray(data1)) {
        if (data1.jobTemplate !== undefined) {
          let data2 = data1.jobTemplate;
          if (!(data2 && typeof data2 == "object" && !Array.isArray(data2)) && data2 !== null) {
            const err1 = {
              instancePath: instancePath + "/spec/jobTemplate",
              schemaPath: "#/properties/spec/properties/jobTemplate/type",
              keyword: "type",
              params: { type: "object" },
              message: "must be object",
              schema: schema148.properties.spec.properties.jobTemplate.type,
              parentSchema: schema148.properties.spec.properties.jobTemplate,
              data: data2,
            };
            if (vErrors === null) {
              vErrors = [err1];
            } else {
              vErrors.push(err1);
            }
            errors++;
          }
          if (data2 && typeof data2 == "object" && !Array.isArray(data2)) {
            if (data2.spec !== undefined) {
              let data3 = data2.spec;
              if (!(data3 && typeof data3 == "object" && !Array.isArray(data3)) && data3 !== null) {
                const err2 = {
                  instancePath: instancePath + "/spec/jobTemplate/spec",
                  schemaPath: "#/properties/spec/properties/jobTemplate/properties/spec/type",
                  keyword: "type",
                  params: { type: "object" },
                  message: "must be object",
                  schema: schema148.properties.spec.properties.jobTemplate.properties.spec.type,
                  parentSchema: schema148.properties.spec.properties.jobTemplate.properties.spec,
                  data: data3,
                };
                if (vErrors === null) {
                  vErrors = [err2];
                } else {
                  vErrors.push(err2);
                }
                errors++;
              }
              if (data3 && typeof data3 == "object" && !Array.isArray(data3)) {
                if (data3.template !== undefined) {
                  if (
                    !validate89(data3.template, {
                      instancePath: instancePath + "/spec/jobTemplate/spec/template",
                      parentData: data3,
                      parentDataProperty: "template",
                      rootData,
                    })
                  ) {
                    vErrors = vErrors === null ? validate89.errors : vErrors.concat(validate89.errors);
                    errors = vErrors.length;
                  }
                }
              }
            }
          }
        }
      }
    }
  } else {
    const err3 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema148.type,
      parentSchema: schema148,
      data,
    };
    if (vErrors === null) {
      vErrors = [err3];
    } else {
      vErrors.push(err3);
    }
    errors++;
  }
  validate93.errors = vErrors;
  return errors === 0;
}
export const service = validate96;
const schema149 = {
  type: "object",
  properties: {
    metadata: { $ref: "#/$defs/Metadata" },
    spec: {
      type: "object",
      nullable: true,
      properties: {
        selector: { $ref: "#/$defs/StringMap" },
        ports: {
          type: "array",
          nullable: true,
          items: {
            type: "object",
            required: ["port"],
            properties: {
              name: { $ref: "#/$defs/String" },
              port: { $ref: "#/$defs/Port" },
              targetPort: { type: ["integer", "string"], nullable: true },
              protocol: { $ref: "#/$defs/Protocol" },
            },
          },
        },
      },
    },
  },
};
function validate96(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.metadata !== undefined) {
      if (
        !validate78(data.metadata, {
          instancePath: instancePath + "/metadata",
          parentData: data,
          parentDataProperty: "metadata",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate78.errors : vErrors.concat(validate78.errors);
        errors = vErrors.length;
      }
    }
    if (data.spec !== undefined) {
      let data1 = data.spec;
      if (!(data1 && typeof data1 == "object" && !Array.isArray(data1)) && data1 !== null) {
        const err0 = {
          instancePath: instancePath + "/spec",
          schemaPath: "#/properties/spec/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema149.properties.spec.type,
          parentSchema: schema149.properties.spec,
          data: data1,
        };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
      if (data1 && typeof data1 == "object" && !Array.isArray(data1)) {
        if (data1.selector !== undefined) {
          let data2 = data1.selector;
          if (!(data2 && typeof data2 == "object" && !Array.isArray(data2)) && data2 !== null) {
            const err1 = {
              instancePath: instancePath + "/spec/selector",
              schemaPath: "#/$defs/StringMap/type",
              keyword: "type",
              params: { type: "object" },
              message: "must be object",
              schema: schema135.type,
              parentSchema: schema135,
              data: data2,
            };
            if (vErrors === null) {
              vErrors = [err1];
            } else {
              vErrors.push(err1);
            }
            errors++;
          }
          if (data2 && typeof data2 == "object" && !Array.isArray(data2)) {
            for (const key0 in data2) {
              let data3 = data2[key0];
              if (typeof data3 !== "string" && data3 !== null) {
                const err2 = {
                  instancePath:
                    instancePath + "/spec/selector/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),
                  schemaPath: "#/$defs/StringMap/additionalProperties/type",
                  keyword: "type",
                  params: { type: "string" },
                  message: "must be string",
                  schema: schema135.additionalProperties.type,
                  parentSchema: schema135.additionalProperties,
                  data: data3,
                };
                if (vErrors === null) {
                  vErrors = [err2];
                } else {
                  vErrors.push(err2);
                }
                errors++;
              }
            }
          }
        }
        if (data1.ports !== undefined) {
          let data4 = data1.ports;
          if (!Array.isArray(data4) && data4 !== null) {
            const err3 = {
              instancePath: instancePath + "/spec/ports",
              schemaPath: "#/properties/spec/properties/ports/type",
              keyword: "type",
              params: { type: "array" },
              message: "must be array",
              schema: schema149.properties.spec.properties.ports.type,
              parentSchema: schema149.properties.spec.properties.ports,
              data: data4,
            };
            if (vErrors === null) {
              vErrors = [err3];
            } else {
              vErrors.push(err3);
            }
            errors++;
          }
          if (Array.isArray(data4)) {
            const len0 = data4.length;
            for (let i0 = 0; i0 < len0; i0++) {
              let data5 = data4[i0];
              if (data5 && typeof data5 == "object" && !Array.isArray(data5)) {
                if (data5.port === undefined) {
                  const err4 = {
                    instancePath: instancePath + "/spec/ports/" + i0,
                    schemaPath: "#/properties/spec/properties/ports/items/required",
                    keyword: "required",
                    params: { missingProperty: "port" },
                    message: "must have required property '" + "port" + "'",
                    schema: schema149.properties.spec.properties.ports.items.required,
                    parentSchema: schema149.properties.spec.properties.ports.items,
                    data: data5,
                  };
                  if (vErrors === null) {
                    vErrors = [err4];
                  } else {
                    vErrors.push(err4);
                  }
                  errors++;
                }
                if (data5.name !== undefined) {
                  let data6 = data5.name;
                  if (typeof data6 !== "string" && data6 !== null) {
                    const err5 = {
                      instancePath: instancePath + "/spec/ports/" + i0 + "/name",
                      schemaPath: "#/$defs/String/type",
                      keyword: "type",
                      params: { type: "string" },
                      message: "must be string",
                      schema: schema132.type,
                      parentSchema: schema132,
                      data: data6,
                    };
                    if (vErrors === null) {
                      vErrors = [err5];
                    } else {
                      vErrors.push(err5);
                    }
                    errors++;
                  }
                }
                if (data5.port !== undefined) {
                  let data7 = data5.port;
                  if (!(typeof data7 == "number" && !(data7 % 1) && !isNaN(data7) && isFinite(data7))) {
                    const err6 = {
                      instancePath: instancePath + "/spec/ports/" + i0 + "/port",
                      schemaPath: "#/$defs/Port/type",
                      keyword: "type",
                      params: { type: "integer" },
                      message: "must be integer",
                      schema: schema142.type,
                      parentSchema: schema142,
                      data: data7,
                    };
                    if (vErrors === null) {
                      vErrors = [err6];
                    } else {
                      vErrors.push(err6);
                    }
                    errors++;
                  }
                  if (typeof data7 == "number" && isFinite(data7)) {
                    if (data7 > 65535 || isNaN(data7)) {
                      const err7 = {
                        instancePath: instancePath + "/spec/ports/" + i0 + "/port",
                        schemaPath: "#/$defs/Port/maximum",
                        keyword: "maximum",
                        params: { comparison: "<=", limit: 65535 },
                        message: "must be <= 65535",
                        schema: 65535,
                        parentSchema: schema142,
                        data: data7,
                      };
                      if (vErrors === null) {
                        vErrors = [err7];
                      } else {
                        vErrors.push(err7);
                      }
                      errors++;
                    }
                    if (data7 < 1 || isNaN(data7)) {
                      const err8 = {
                        instancePath: instancePath + "/spec/ports/" + i0 + "/port",
                        schemaPath: "#/$defs/Port/minimum",
                        keyword: "minimum",
                        params: { comparison: ">=", limit: 1 },
                        message: "must be >= 1",
                        schema: 1,
                        parentSchema: schema142,
                        data: data7,
                      };
                      if (vErrors === null) {
                        vErrors = [err8];
                      } else {
                        vErrors.push(err8);
                      }
                      errors++;
                    }
                  }
                }
                if (data5.targetPort !== undefined) {
                  let data8 = data5.targetPort;
                  if (
                    !(typeof data8 == "number" && !(data8 % 1) && !isNaN(data8) && isFinite(data8)) &&
                    typeof data8 !== "string" &&
                    data8 !== null
                  ) {
                    const err9 = {
                      instancePath: instancePath + "/spec/ports/" + i0 + "/targetPort",
                      schemaPath: "#/properties/spec/properties/ports/items/properties/targetPort/type",
                      keyword: "type",
                      params: {
                        type: schema149.properties.spec.properties.ports.items.properties.targetPort.type,
                      },
                      message: "must be integer,string,null",
                      schema: schema149.properties.spec.properties.ports.items.properties.targetPort.type,
                      parentSchema: schema149.properties.spec.properties.ports.items.properties.targetPort,
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
                if (data5.protocol !== undefined) {
                  let data9 = data5.protocol;
                  if (!(
                    data9 === "TCP" ||
                    data9 === "UDP" ||
                    data9 === "SCTP" ||
                    data9 === "" ||
                    data9 === null
                  )) {
                    const err10 = {
                      instancePath: instancePath + "/spec/ports/" + i0 + "/protocol",
                      schemaPath: "#/$defs/Protocol/enum",
                      keyword: "enum",
                      params: { allowedValues: schema143.enum },
                      message: "must be equal to one of the allowed values",
                      schema: schema143.enum,
                      parentSchema: schema143,
                      data: data9,
                    };
                    if (vErrors === null) {
                      vErrors = [err10];
                    } else {
                      vErrors.push(err10);
                    }
                    errors++;
                  }
                }
              } else {
                const err11 = {
                  instancePath: instancePath + "/spec/ports/" + i0,
                  schemaPath: "#/properties/spec/properties/ports/items/type",
                  keyword: "type",
                  params: { type: "object" },
                  message: "must be object",
                  schema: schema149.properties.spec.properties.ports.items.type,
                  parentSchema: schema149.properties.spec.properties.ports.items,
                  data: data5,
                };
                if (vErrors === null) {
                  vErrors = [err11];
                } else {
                  vErrors.push(err11);
                }
                errors++;
              }
            }
          }
        }
      }
    }
  } else {
    const err12 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema149.type,
      parentSchema: schema149,
      data,
    };
    if (vErrors === null) {
      vErrors = [err12];
    } else {
      vErrors.push(err12);
    }
    errors++;
  }
  validate96.errors = vErrors;
  return errors === 0;
}
export const node = validate98;
const schema154 = {
  type: "object",
  properties: {
    metadata: { $ref: "#/$defs/Metadata" },
    status: {
      type: "object",
      nullable: true,
      properties: {
        addresses: {
          type: "array",
          nullable: true,
          items: {
            type: "object",
            properties: { type: { $ref: "#/$defs/String" }, address: { $ref: "#/$defs/String" } },
          },
        },
      },
    },
  },
};
function validate98(data, { instancePath = "", parentData, parentDataProperty, rootData = data } = {}) {
  let vErrors = null;
  let errors = 0;
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.metadata !== undefined) {
      if (
        !validate78(data.metadata, {
          instancePath: instancePath + "/metadata",
          parentData: data,
          parentDataProperty: "metadata",
          rootData,
        })
      ) {
        vErrors = vErrors === null ? validate78.errors : vErrors.concat(validate78.errors);
        errors = vErrors.length;
      }
    }
    if (data.status !== undefined) {
      let data1 = data.status;
      if (!(data1 && typeof data1 == "object" && !Array.isArray(data1)) && data1 !== null) {
        const err0 = {
          instancePath: instancePath + "/status",
          schemaPath: "#/properties/status/type",
          keyword: "type",
          params: { type: "object" },
          message: "must be object",
          schema: schema154.properties.status.type,
          parentSchema: schema154.properties.status,
          data: data1,
        };
        if (vErrors === null) {
          vErrors = [err0];
        } else {
          vErrors.push(err0);
        }
        errors++;
      }
      if (data1 && typeof data1 == "object" && !Array.isArray(data1)) {
        if (data1.addresses !== undefined) {
          let data2 = data1.addresses;
          if (!Array.isArray(data2) && data2 !== null) {
            const err1 = {
              instancePath: instancePath + "/status/addresses",
              schemaPath: "#/properties/status/properties/addresses/type",
              keyword: "type",
              params: { type: "array" },
              message: "must be array",
              schema: schema154.properties.status.properties.addresses.type,
              parentSchema: schema154.properties.status.properties.addresses,
              data: data2,
            };
            if (vErrors === null) {
              vErrors = [err1];
            } else {
              vErrors.push(err1);
            }
            errors++;
          }
          if (Array.isArray(data2)) {
            const len0 = data2.length;
            for (let i0 = 0; i0 < len0; i0++) {
              let data3 = data2[i0];
              if (data3 && typeof data3 == "object" && !Array.isArray(data3)) {
                if (data3.type !== undefined) {
                  let data4 = data3.type;
                  if (typeof data4 !== "string" && data4 !== null) {
                    const err2 = {
                      instancePath: instancePath + "/status/addresses/" + i0 + "/type",
                      schemaPath: "#/$defs/String/type",
                      keyword: "type",
                      params: { type: "string" },
                      message: "must be string",
                      schema: schema132.type,
                      parentSchema: schema132,
                      data: data4,
                    };
                    if (vErrors === null) {
                      vErrors = [err2];
                    } else {
                      vErrors.push(err2);
                    }
                    errors++;
                  }
                }
                if (data3.address !== undefined) {
                  let data5 = data3.address;
                  if (typeof data5 !== "string" && data5 !== null) {
                    const err3 = {
                      instancePath: instancePath + "/status/addresses/" + i0 + "/address",
                      schemaPath: "#/$defs/String/type",
                      keyword: "type",
                      params: { type: "string" },
                      message: "must be string",
                      schema: schema132.type,
                      parentSchema: schema132,
                      data: data5,
                    };
                    if (vErrors === null) {
                      vErrors = [err3];
                    } else {
                      vErrors.push(err3);
                    }
                    errors++;
                  }
                }
              } else {
                const err4 = {
                  instancePath: instancePath + "/status/addresses/" + i0,
                  schemaPath: "#/properties/status/properties/addresses/items/type",
                  keyword: "type",
                  params: { type: "object" },
                  message: "must be object",
                  schema: schema154.properties.status.properties.addresses.items.type,
                  parentSchema: schema154.properties.status.properties.addresses.items,
                  data: data3,
                };
                if (vErrors === null) {
                  vErrors = [err4];
                } else {
                  vErrors.push(err4);
                }
                errors++;
              }
            }
          }
        }
      }
    }
  } else {
    const err5 = {
      instancePath,
      schemaPath: "#/type",
      keyword: "type",
      params: { type: "object" },
      message: "must be object",
      schema: schema154.type,
      parentSchema: schema154,
      data,
    };
    if (vErrors === null) {
      vErrors = [err5];
    } else {
      vErrors.push(err5);
    }
    errors++;
  }
  validate98.errors = vErrors;
  return errors === 0;
}
